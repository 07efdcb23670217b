"""Search of the base by what a person types: a name, an INN, a phone in any spelling, a mailbox, somebody's name.

Each way of finding is a branch of one query, asked for few keys: what is rare becomes a list of keys, what is frequent
stays a condition, with which the list is walked in its order.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Value

from accounts.querysets import IsOneOf
from companies.models import Company, Phone
from companies.normalise import layout_switched, name_key, transliterations
from companies.querysets import CompanyQuerySet

SHORTEST = 2
MOST = 1_000  # keys of one branch; more companies than that are a condition, more persons mean the first of them
TRIGRAM = 3  # shorter texts have no trigram: only beginnings are looked up
LIKE_ENOUGH = 0.6  # of a name that is probably meant
NOBODY = Q(pk__lt=0)  # as SQL that can stand inside of other SQL, which none() cannot
NOT_DIGIT = re.compile(r"\D")
PHONE_LIKE = re.compile(r"^[\d\s()+.\-–—]+$")


# companies_namepart is kept by triggers: see the migration name_parts
BEGINS = """
SELECT begin FROM companies_namepart WHERE part = ANY(%s) GROUP BY begin HAVING count(DISTINCT part) = %s
UNION SELECT left(name_key, 3) FROM companies_company WHERE id = ANY(%s::bigint[])
"""


@dataclass(frozen=True)
class Branch:
    """A way of finding: the keys of companies, the condition where it stands on the company itself, and the part of the
    name where it is one."""

    keys: QuerySet
    own: Q | None = None
    part: str = ""


def matching(companies: CompanyQuerySet, text: str) -> CompanyQuerySet:
    """Companies that the text may mean. One query looks the keys up."""
    if not text:
        return companies
    text = cleaned(text)
    if len(text) < SHORTEST:
        return companies.filter(NOBODY).known(are_few=True)
    ways = list(branches(companies, text))
    found = _looked_up(ways)
    frequent = [way for number, way in enumerate(ways) if way.own is not None and len(found[number]) > MOST]
    keys = {key for number, way in enumerate(ways) if way not in frequent for key in found[number][:MOST]}
    if not frequent:
        return companies.filter(_one_of(keys) if keys else NOBODY).known(are_few=True)
    condition = reduce(or_, [way.own for way in frequent] + ([_one_of(keys)] if keys else []))
    begins = _begins(frequent[0].part, keys) if len(frequent) == 1 and frequent[0].part else None
    return companies.filter(condition).known(are_few=False, begins=begins)


def _begins(part: str, keys: Iterable[int]) -> list[str]:
    """The first three letters of all names that may hold the part, and of the companies with these keys."""
    parts = sorted({part[place : place + TRIGRAM] for place in range(len(part) - TRIGRAM + 1)})
    with connection.cursor() as cursor:
        cursor.execute(BEGINS, [parts, len(parts), list(keys)])
        return [begin for (begin,) in cursor.fetchall()]


def _one_of(keys: Iterable[int]) -> Q:
    """A thousand keys as one value: as a list of values they would be most of the work on the query."""
    return Q(IsOneOf("pk", sorted(keys)))


def corrected(companies: QuerySet[Company], text: str) -> str:
    """What was probably meant by a text that finds nothing: the other keyboard layout, the other alphabet, a name that is
    almost the same; "" when nothing comes of it."""
    if spelling := respelling(companies, text):
        return spelling
    key = name_key(cleaned(text))
    return almost(companies, key).values_list("name_key", flat=True).first() or "" if len(key) > TRIGRAM else ""


def respelling(companies: QuerySet[Company], text: str) -> str:
    """The first of the other spellings that finds something. All of them are looked up by one query."""
    spellings = [spelling for spelling in respelt(cleaned(text)) if len(spelling) >= SHORTEST]
    ways = [(spelling, way) for spelling in spellings for way in branches(companies, spelling)]
    found = _looked_up([way for _spelling, way in ways])
    return next((spelling for number, (spelling, _way) in enumerate(ways) if found[number]), "")


def respelt(text: str) -> list[str]:
    """The text on the other keyboard layout and in the other alphabet, the likeliest first."""
    switched = layout_switched(text)
    spellings = [switched, *transliterations(text)]
    return [spelling for spelling in dict.fromkeys(spellings) if spelling.strip() and spelling != text]


def almost(rows: QuerySet, key: str, column: str = "name_key") -> QuerySet:
    """Rows in whose name something is almost the text, the most alike first."""
    alike = TrigramWordSimilarity(key, column)
    return (
        rows.filter(**{f"{column}__trigram_word_similar": key})
        .annotate(alike=alike)
        .filter(alike__gte=LIKE_ENOUGH)
        .order_by("-alike", column)
    )


def cleaned(text: str) -> str:
    """Single spaces, no control characters, not longer than a name."""
    return " ".join(text.replace("\x00", " ").split())[:100]


def phone_prefix(text: str) -> str:
    """The beginning of an E.164 number: «8 (351) 555», «351555» and «+7351555» are one."""
    digits = NOT_DIGIT.sub("", text)
    if text.lstrip().startswith("+"):
        return f"+{digits}"
    return f"+7{digits[1:]}" if digits[0] in "78" and len(digits) > 1 else f"+7{digits}"


def persons_called(persons: QuerySet, text: str) -> QuerySet:
    """Persons whose surname begins so; several words may have the surname first or last."""
    words = text.lower().replace("ё", "е").split()
    found = persons.filter(name_key__startswith=words[0]) if len(words) == 1 else persons.none()
    if len(words) > 1:
        surname_last = " ".join([words[-1], *words[:-1]])
        found = persons.filter(Q(name_key__startswith=" ".join(words)) | Q(name_key__startswith=surname_last))
    return found


def branches(companies: QuerySet[Company], text: str) -> Iterator[Branch]:
    """Every way in which the text may mean a company."""
    text = cleaned(text)
    if PHONE_LIKE.match(text):
        yield from _by_digits(companies, text)
    elif "@" in text or re.fullmatch(r"[\w.-]+\.[a-z]{2,}", text.lower()):
        yield from _by_mailbox(companies, text.lower())
    else:
        key = name_key(text) or text.lower()
        if len(key) < TRIGRAM:
            yield _own(companies, Q(name_key__startswith=key))
        else:
            yield _own(companies, Q(name_key__contains=key), key)
        yield _through_person(companies, persons_called(_person().objects.order_by(), text))


def _by_digits(companies: QuerySet[Company], text: str) -> Iterator[Branch]:
    digits = NOT_DIGIT.sub("", text)
    if not digits:
        return
    if len(digits) < TRIGRAM:
        yield _own(companies, Q(name_key__startswith=digits))
        return
    yield _own(companies, Q(inn__startswith=digits))
    yield _own(companies, Q(name_key__contains=digits))
    prefix = phone_prefix(text)
    phones = Phone.objects.filter(number__startswith=prefix, company__in=companies.order_by())
    yield Branch(phones.order_by().values("company_id"))
    yield _through_person(companies, _person().objects.filter(phones__number__startswith=prefix).order_by())


def _by_mailbox(companies: QuerySet[Company], text: str) -> Iterator[Branch]:
    host = text.rpartition("@")[2]
    yield _own(companies, Q(email__startswith=text) & ~Q(email=""))  # as the partial index says it
    if host and (host == text or text.startswith("@")):
        yield _own(companies, Q(site_host__startswith=host) & ~Q(site_host=""))
    yield _through_person(companies, _person().objects.filter(emails__address__startswith=text).order_by())


def _own(companies: QuerySet[Company], condition: Q, part: str = "") -> Branch:
    return Branch(companies.filter(condition).order_by().values("pk"), condition, part)


def _through_person(companies: QuerySet[Company], persons: QuerySet) -> Branch:
    return Branch(persons.filter(company__in=companies.order_by()).values("company_id"))


def _person() -> type[Model]:
    """Persons stand in an app above: they are reached through the company's own relation."""
    return Company._meta.get_field("persons").related_model


def _looked_up(ways: list[Branch]) -> dict[int, list[int]]:
    """Branch -> the keys it finds, one more than is listed if there are more."""
    found: dict[int, list[int]] = {number: [] for number in range(len(ways))}
    parts = [
        way.keys.annotate(way=Value(number), key=F(next(iter(way.keys.query.values_select)))).values_list("way", "key")[
            : MOST + 1
        ]
        for number, way in enumerate(ways)
    ]
    if parts:
        for number, key in parts[0].union(*parts[1:], all=True):
            found[number].append(key)
    return found
