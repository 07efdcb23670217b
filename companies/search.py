"""Search of the base by what a person types: a name, an INN, a phone in any spelling, somebody's name."""

import re

from django.db.models import QuerySet

from companies.models import Company
from companies.normalise import layout_switched, name_key

SHORTEST = 2
TRIGRAM = 3  # shorter texts have no trigram: only beginnings are looked up
NOT_DIGIT = re.compile(r"\D")
PHONE_LIKE = re.compile(r"^[\d\s()+.\-–—]+$")


def matching(companies: QuerySet[Company], text: str) -> QuerySet[Company]:
    """Companies that the text may mean. One branch per meaning, each by its own index, united by their keys."""
    text = " ".join(text.split())[:100]
    if len(text) < SHORTEST:
        return companies.none() if text else companies
    branches = _by_digits(text) if PHONE_LIKE.match(text) else _by_words(text)
    return companies.filter(pk__in=branches[0].union(*branches[1:]))


def corrected(companies: QuerySet[Company], text: str) -> str:
    """The text as it would be on the other keyboard layout, if that finds something; else nothing."""
    switched = layout_switched(text)
    return switched if switched != text and matching(companies, switched)[:1] else ""


def phone_prefix(text: str) -> str:
    """The beginning of an E.164 number: «8 (351) 555», «351555» and «+7351555» are one."""
    digits = NOT_DIGIT.sub("", text)
    if text.lstrip().startswith("+"):
        return f"+{digits}"
    return f"+7{digits[1:]}" if digits[0] in "78" and len(digits) > 1 else f"+7{digits}"


def _by_digits(text: str) -> list[QuerySet]:
    digits = NOT_DIGIT.sub("", text)
    if not digits:
        return [Company.objects.none().values("pk")]
    number = phone_prefix(text)
    names = _by_words(text)[:1]
    if len(digits) < TRIGRAM:
        return names
    return [
        Company.objects.filter(inn__startswith=digits).order_by().values("pk"),
        Company.objects.filter(phones__number__startswith=number).order_by().values("pk"),
        Company.objects.filter(persons__phones__number__startswith=number).order_by().values("pk"),
        *names,
    ]


def _by_words(text: str) -> list[QuerySet]:
    key = name_key(text) or text.lower()
    lookup = "contains" if len(key) >= TRIGRAM else "startswith"
    return [
        Company.objects.filter(**{f"name_key__{lookup}": key}).order_by().values("pk"),
        Company.objects.filter(**{f"persons__name_key__{lookup}": text.lower().replace("ё", "е")})
        .order_by()
        .values("pk"),
    ]
