"""How much two cards look like one company: a score that is the sum of its reasons, so that a person can check it.

The numbers of the state decide; phones, addresses of mail and sites say «probably»; a name alone never does, however
equal: there are thousands of «Вектор». Pure functions, the same for typing in, for import and for the scan.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from companies.enums import Likeness
from companies.normalise import key_similarity
from companies.normalise.names import NUMBER

CERTAIN, PROBABLE, WORTH_A_LOOK = 90, 70, 40
SAME_NAME, NEAR_NAME, OTHER_NAME, SAME_WORD = 93, 80, 50, 75
NAME_ALONE = 60  # at most, when only names and places agree
# Words by which firms of one group are told apart: the works, its trading house and its carrier share phone and site.
BUSINESSES = frozenset(
    {
        "тд", "тк", "ук", "ск", "пк", "гк", "по", "групп", "группа", "холдинг", "логистик", "логистика", "логистикс", "сервис",
        "снаб", "строй", "трейд", "трейдинг", "инвест", "инжиниринг", "монтаж", "транс", "маркет", "торг", "лизинг", "проект",
        "экспорт", "недвижимость", "девелопмент", "финанс",
    }
)  # fmt: skip
NOT_ADDRESS = re.compile(r"[\W_]+")
STREET_WORDS = re.compile(
    r"\b(?:г|гор|город|ул|улица|пр|просп|проспект|пр кт|пер|переулок|наб|шоссе|ш|д|дом|корп|корпус|к|стр|строение|оф|офис"
    r"|пом|обл|область|россия|рф)\b"
)
POSTCODE = re.compile(r"\b\d{6}\b")

Reason = tuple[str, int]


@dataclass(frozen=True)
class Traits:
    """What a company is recognised by."""

    name_key: str
    inn: str = ""
    kpp: str = ""
    ogrn: str = ""
    city: str = ""
    region: str | None = None
    legal_form: str = ""
    email: str = ""
    hosts: frozenset[str] = frozenset()  # of the site and of the own mail domain; never a public one
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()  # of `address_key`
    is_private: bool = False


@dataclass(frozen=True)
class Verdict:
    """The score, 0 to 100, and what it is made of."""

    score: int
    reasons: list[Reason]

    @property
    def is_certain(self) -> bool:
        """So sure that many may be merged at once."""
        return self.score >= CERTAIN


DIFFERENT = 0


def judge(one: Traits, two: Traits) -> Verdict:
    """Compare two cards."""
    if refusal := _refusal(one, two):
        return Verdict(DIFFERENT, [(refusal, -100)])
    identity = list(_identity(one, two))
    contacts = list(_contacts(one, two))
    # namesakes are many: of private persons only numbers and addresses say that they are one
    rest = [] if one.is_private else list(_names_and_places(one, two, is_known=bool(identity)))
    if not identity and not contacts:
        over = sum(points for _code, points in rest) - NAME_ALONE
        rest += [(Likeness.NAME_ONLY.value, -over)] if over > 0 else []
    return _summed(identity + contacts + rest)


def address_key(text: str) -> str:
    """«454007, г. Челябинск, ул. Героев Танкограда, д. 67» and «Челябинск Героев Танкограда 67» are one; "" without a house."""
    plain = NOT_ADDRESS.sub(" ", POSTCODE.sub(" ", text.lower().replace("ё", "е")))
    words = sorted(STREET_WORDS.sub(" ", plain).split())
    return " ".join(words) if len(words) > 1 and any(word[0].isdigit() for word in words) else ""


def _refusal(one: Traits, two: Traits) -> str:
    """The numbers of the state say that these are two, or one is a firm and the other a person."""
    if one.is_private != two.is_private:
        return Likeness.OTHER_KIND.value
    if one.inn and two.inn and one.inn != two.inn:
        return Likeness.OTHER_INN.value
    if one.ogrn and two.ogrn and one.ogrn != two.ogrn:
        return Likeness.OTHER_OGRN.value
    if one.inn and one.inn == two.inn and one.kpp and two.kpp and one.kpp != two.kpp:
        return Likeness.OTHER_KPP.value
    return ""


def _identity(one: Traits, two: Traits) -> Iterator[Reason]:
    if one.inn and one.inn == two.inn:
        yield Likeness.INN.value, 70
    if one.ogrn and one.ogrn == two.ogrn:
        yield Likeness.OGRN.value, 70


def _contacts(one: Traits, two: Traits) -> Iterator[Reason]:
    if one.phones & two.phones:
        yield Likeness.PHONE.value, 40
    if one.email and one.email == two.email:
        yield Likeness.EMAIL.value, 40
    elif one.hosts & two.hosts:
        yield Likeness.DOMAIN.value, 35
    if one.addresses & two.addresses:
        yield Likeness.ADDRESS.value, 15


def _names_and_places(one: Traits, two: Traits, *, is_known: bool) -> Iterator[Reason]:
    """A company that is known by its numbers may be called as it likes: then only what agrees counts."""
    yield from (reason for reason in _names(one, two) if reason[1] > 0 or not is_known)
    yield from (reason for reason in _places(one, two) if reason[1] > 0 or not is_known)


def _names(one: Traits, two: Traits) -> Iterator[Reason]:
    left, right = _leftovers(one.name_key, two.name_key)
    alike = key_similarity(one.name_key, two.name_key)
    if set(NUMBER.findall(one.name_key)) != set(NUMBER.findall(two.name_key)):
        yield Likeness.OTHER_NUMBER.value, -40
    elif alike >= SAME_NAME:
        yield Likeness.NAME.value, 30
    elif alike >= NEAR_NAME or (bool(left) != bool(right) and _have_common_word(one.name_key, two.name_key)):
        yield Likeness.NEAR_NAME.value, 15
    elif alike < OTHER_NAME or (left and right):
        yield Likeness.OTHER_NAME.value, -35
    if alike < SAME_NAME and (left | right) & BUSINESSES:
        yield Likeness.OTHER_BUSINESS.value, -35
    if one.legal_form and two.legal_form and one.legal_form != two.legal_form:
        yield Likeness.OTHER_FORM.value, -5


def _places(one: Traits, two: Traits) -> Iterator[Reason]:
    if one.city and two.city:
        yield (Likeness.CITY.value, 10) if _plain(one.city) == _plain(two.city) else (Likeness.OTHER_CITY.value, -20)
    elif one.region and two.region:
        yield (Likeness.REGION.value, 5) if one.region == two.region else (Likeness.OTHER_CITY.value, -20)


def _leftovers(one: str, two: str) -> tuple[set[str], set[str]]:
    """The words of each name for which the other has nothing like them."""
    first, second = one.split(), two.split()
    return _unlike(first, second, "".join(second)), _unlike(second, first, "".join(first))


def _unlike(words: list[str], others: list[str], glued: str) -> set[str]:
    return {
        word
        for word in words
        if not any(fuzz.ratio(word, other) >= SAME_WORD for other in others) and not (len(word) > 3 and word in glued)
    }


def _have_common_word(one: str, two: str) -> bool:
    """At least one word of weight: five letters."""
    return any(
        len(word) >= 5 and any(fuzz.ratio(word, other) >= SAME_WORD for other in two.split()) for word in one.split()
    )


def _plain(text: str) -> str:
    return text.lower().replace("ё", "е").removeprefix("г. ").strip()


def _summed(reasons: list[Reason]) -> Verdict:
    """Cut off what goes above a hundred, so that the reasons still sum up to the score."""
    total = 0
    kept: list[Reason] = []
    for code, points in sorted(reasons, key=lambda reason: -reason[1]):
        taken = min(points, 100 - total)
        total += taken
        kept += [(code, taken)] if taken else []
    return Verdict(max(0, total), kept)
