"""An address is shown whole, whether it came in parts or as a line of text."""

from companies.models import Address


def test_a_postcode_does_not_hide_the_text_of_the_source():
    assert (
        str(Address(postcode="454000", text="Челябинск, Заводская ул., д. 5"))
        == "454000, Челябинск, Заводская ул., д. 5"
    )


def test_parts_are_joined_and_the_text_is_only_their_source():
    assert (
        str(Address(postcode="454000", city="Челябинск", street="Заводская ул., 5", text="г. Челябинск"))
        == "454000, Челябинск, Заводская ул., 5"
    )


def test_nothing_known_is_nothing_shown():
    assert str(Address()) == ""
