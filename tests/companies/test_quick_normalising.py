"""The quick way of a normaliser gives what the long way gives: a file and a form never differ."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from companies.normalise import normalise_email, normalise_phone, normalise_site, site_host, split_emails, split_phones
from companies.normalise.phones import read_phone

digits = st.text("0123456789", min_size=2, max_size=4)
gaps = st.sampled_from(["", " ", "-", " (", ") ", "\u00a0", "  "])
phones = st.builds(
    lambda start, first, parts, signs: start + first + "".join(map("".join, zip(signs, parts, strict=True))),
    st.sampled_from(["+7", "8", "7", "", "+8", "+7 8", "8-", "8 (", "+375", "доб. "]),
    st.sampled_from("3489127"),
    st.lists(digits, min_size=3, max_size=4).map(lambda parts: [*parts, *[""] * (4 - len(parts))]),
    st.lists(gaps, min_size=4, max_size=4),
)
words = st.text("abcxyz019", min_size=1, max_size=6)
hosts = st.builds(
    lambda labels, top: ".".join([*labels, top]), st.lists(words, min_size=1, max_size=3), st.sampled_from(["ru", "xn"])
)


def outcome(function, *arguments):
    try:
        return function(*arguments)
    except ValueError as error:
        return str(error)


@settings(max_examples=400, deadline=None)
@given(phones)
def test_a_usual_phone_is_read_as_the_library_reads_it(text):
    assert outcome(normalise_phone, text) == outcome(read_phone, text)


@settings(max_examples=300, deadline=None)
@given(phones)
@example("+82100000000")  # of Korea, and no slip of +8 for 8: no Russian code begins with 2
def test_a_number_once_normalised_stays_as_it_is(text):
    for phone in split_phones(text).found:
        assert normalise_phone(phone.number).number == phone.number


@settings(max_examples=300, deadline=None)
@given(words, st.sampled_from([".", "-", "+", "", "_"]), words, hosts)
def test_a_usual_address_is_read_the_long_way_alike(one, sign, other, host):
    address = f"{one}{sign}{other}@{host}"
    assert outcome(normalise_email, address) == outcome(normalise_email, f" {address} ")  # a space takes the long way
    assert split_emails(address) == split_emails(f" {address} ")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "http://", "https://"]), hosts, st.sampled_from(["", "/"]))
def test_a_usual_site_is_read_the_long_way_alike(scheme, host, slash):
    site = f"{scheme}{host}{slash}"
    assert outcome(normalise_site, site) == outcome(normalise_site, f" {site}")
    assert site_host(site) == site_host(f" {site}")
