"""ИНН, КПП, ОГРН, ОКПО, БИК and accounts: read as people type them, proved by their check digits."""

from contextlib import suppress
from random import Random

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import identifiers
from core.identifiers import InvalidIdentifier

SEEDS = st.integers(0, 10**9).map(Random)
CLEANERS = (
    identifiers.clean_inn,
    identifiers.clean_ogrn,
    identifiers.clean_kpp,
    identifiers.clean_okpo,
    identifiers.clean_bik,
    lambda text: identifiers.clean_account(text, "044525225"),
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    "text",
    [
        "7707083893",
        " 7707083893 ",
        "ИНН 7707083893",
        "инн: 7707083893",
        "77 07 083 893",
        "7707083893.0",
        7707083893,
        7707083893.0,
        "7,707083893E+09",
        "'7707083893",
        "77-07-083893",
        "７７０７０８３８９３",
    ],
)
def test_inn_is_read_however_it_was_typed(text):
    assert identifiers.clean_inn(text) == "7707083893"


@given(SEEDS, st.sampled_from(["01", "02", "09"]), st.booleans())
def test_a_zero_eaten_by_a_spreadsheet_is_put_back(rng, region, person):
    inn = identifiers.fictitious_inn(rng, region, person=person)
    assert identifiers.clean_inn(float(inn)) == inn
    assert identifiers.clean_inn(inn.lstrip("0")) == inn


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("770708389", "9 digits, 10 or 12 are needed"),
        ("1", "1 digit, 10 or 12 are needed"),
        ("7707083894", "INN 7707083894: the check digit does not match"),
        ("0000000000", "INN 0000000000: the check digit does not match"),
        ("000000000000", "INN 000000000000: the check digit does not match"),
        ("7,70708E+09", "INN 7707080000: the check digit does not match"),
        ("нет", "INN: 10 or 12 digits are needed, without letters"),
        ("", "INN: 10 or 12 digits are needed, without letters"),
        (None, "INN: 10 or 12 digits are needed, without letters"),
    ],
)
def test_a_wrong_inn_is_refused_with_what_is_and_what_is_needed(text, sentence):
    with pytest.raises(InvalidIdentifier) as refusal:
        identifiers.clean_inn(text)
    assert str(refusal.value.message) == sentence
    assert str(refusal.value) == sentence


def test_the_refusal_speaks_russian_to_a_russian_screen():
    with translation.override("ru"):
        for text, sentence in [("770708389", "9~цифр, нужно 10 или 12"), ("1", "1~цифра, нужно 10 или 12")]:
            with pytest.raises(InvalidIdentifier) as refusal:
                identifiers.clean_inn(text)
            assert refusal.value.message.replace("\u00a0", "~") == sentence


@given(SEEDS, st.booleans(), st.integers(1, 9))
def test_another_check_digit_never_passes(rng, person, shift):
    inn = identifiers.fictitious_inn(rng, "74", person=person)
    ogrn = identifiers.fictitious_ogrn(rng, "74", person=person)
    assert not identifiers.is_inn(f"{inn[:-1]}{(int(inn[-1]) + shift) % 10}")
    assert not identifiers.is_ogrn(f"{ogrn[:-1]}{(int(ogrn[-1]) + shift) % 10}")


@given(SEEDS, st.sampled_from(["01", "16", "77", "99"]), st.integers(2002, 2026), st.booleans())
def test_generated_numbers_are_valid(rng, region, year, person):
    inn = identifiers.fictitious_inn(rng, region, person=person)
    assert identifiers.clean_inn(inn) == inn
    assert len(inn) == (12 if person else 10)
    ogrn = identifiers.fictitious_ogrn(rng, region, year=year, person=person)
    assert identifiers.clean_ogrn(ogrn) == ogrn
    assert len(ogrn) == (15 if person else 13)
    assert identifiers.clean_kpp(identifiers.fictitious_kpp(rng, region))
    account = identifiers.fictitious_account(rng, "044525225")
    assert identifiers.clean_account(account, "044525225") == account


def test_the_same_seed_makes_the_same_numbers():
    assert identifiers.fictitious_inn(Random(7)) == identifiers.fictitious_inn(Random(7))


@pytest.mark.parametrize("text", ["1027700132195", "ОГРН 1027700132195", "304500116000157", "1027700132195.0"])
def test_real_ogrn_pass(text):
    assert identifiers.clean_ogrn(text) in ("1027700132195", "304500116000157")


@pytest.mark.parametrize("text", ["1027700132190", "0000000000000", "12345", "ОГРН"])
def test_wrong_ogrn_is_refused(text):
    with pytest.raises(InvalidIdentifier):
        identifiers.clean_ogrn(text)


@pytest.mark.parametrize(
    ("text", "kpp"),
    [
        ("773601001", "773601001"),
        ("7736ab001", "7736AB001"),
        ("7736АВ001", "7736AB001"),
        ("КПП 773601001", "773601001"),
        (27201001.0, "027201001"),
    ],
)
def test_kpp_may_have_letters_in_the_middle(text, kpp):
    assert identifiers.clean_kpp(text) == kpp


@pytest.mark.parametrize("text", ["77360100A", "7736010010", "000000000", "", "77-АБ"])
def test_wrong_kpp_is_refused(text):
    with pytest.raises(InvalidIdentifier):
        identifiers.clean_kpp(text)


@pytest.mark.parametrize(("text", "okpo"), [("00032537", "00032537"), (32537.0, "00032537")])
def test_okpo_keeps_its_zeros(text, okpo):
    assert identifiers.clean_okpo(text) == okpo


def test_wrong_okpo_is_refused():
    with pytest.raises(InvalidIdentifier):
        identifiers.clean_okpo("00032538")


def test_accounts_are_proved_against_their_bank():
    assert identifiers.clean_account("30101810400000000225", "044525225") == "30101810400000000225"
    assert identifiers.clean_account("3010 1810 4000 0000 0225", "044525225")
    with pytest.raises(InvalidIdentifier):
        identifiers.clean_account("30101810400000000225", "044030653")
    with pytest.raises(InvalidIdentifier) as refusal:
        identifiers.clean_account("4070281", "044525225")
    assert refusal.value.message == "7 digits, 20 are needed"


def test_an_unusual_bik_is_taken_with_a_warning():
    assert identifiers.clean_bik("44525225") == "044525225"
    assert identifiers.bik_warning("044525225") == ""
    assert "04" in identifiers.bik_warning("017501500")
    with pytest.raises(InvalidIdentifier):
        identifiers.clean_bik("12345")


@given(st.text(max_size=30) | st.floats() | st.integers() | st.none())
def test_no_cell_raises_anything_but_the_declared_refusal(text):
    for clean in CLEANERS:
        with suppress(InvalidIdentifier):
            assert clean(text)


@given(st.text(max_size=30) | st.integers(0, 10**16))
def test_a_cleaned_number_is_clean(text):
    for clean in CLEANERS:
        try:
            once = clean(text)
        except InvalidIdentifier:
            continue
        assert clean(once) == once


@given(st.text(max_size=20), st.text(max_size=9))
def test_checks_answer_for_any_text(text, bik):
    assert not identifiers.is_inn(text) or text.isdigit()
    assert not identifiers.is_ogrn(text) or text.isdigit()
    assert not identifiers.is_okpo(text) or text.isdigit()
    assert not identifiers.is_account(text, bik) or text.isdigit()
