"""Search of the base by what a person types: a name, an INN, a phone in any spelling, somebody's name."""

import re

from django.db.models import Q, QuerySet

from companies.models import Company, Phone
from companies.normalise import layout_switched, name_key

SHORTEST = 2
MOST_RELATED = 5_000  # a text that means more persons than that means none of them
TRIGRAM = 3  # shorter texts have no trigram: only beginnings are looked up
NOT_DIGIT = re.compile(r"\D")
PHONE_LIKE = re.compile(r"^[\d\s()+.\-–—]+$")


def matching(companies: QuerySet[Company], text: str) -> QuerySet[Company]:
    """Companies that the text may mean. What is found through persons and phones is looked up first, so that the rest is
    one condition on the company: a frequent word walks the list in its order, a rare one asks the indexes."""
    text = " ".join(text.split())[:100]
    if len(text) < SHORTEST:
        return companies.none() if text else companies
    own, related = _by_digits(text) if PHONE_LIKE.match(text) else _by_words(text)
    keys = list(related[0].union(*related[1:])[:MOST_RELATED]) if related else []
    return companies.filter(own | Q(pk__in=keys) if keys else own)


def corrected(companies: QuerySet[Company], text: str) -> str:
    """The text as it would be on the other keyboard layout, if that finds something; else nothing."""
    switched = layout_switched(text)
    return switched if switched != text and matching(companies, switched).exists() else ""


def phone_prefix(text: str) -> str:
    """The beginning of an E.164 number: «8 (351) 555», «351555» and «+7351555» are one."""
    digits = NOT_DIGIT.sub("", text)
    if text.lstrip().startswith("+"):
        return f"+{digits}"
    return f"+7{digits[1:]}" if digits[0] in "78" and len(digits) > 1 else f"+7{digits}"


def _by_digits(text: str) -> tuple[Q, list[QuerySet]]:
    """Conditions on the company itself, and keys of companies found through what belongs to them."""
    digits = NOT_DIGIT.sub("", text)
    if not digits:
        return Q(pk__in=()), []
    if len(digits) < TRIGRAM:
        return Q(name_key__startswith=digits), []
    found = {"number__startswith": phone_prefix(text)}
    phones = Phone.objects.filter(**found).order_by().values_list("company_id", flat=True)
    persons = Company.objects.filter(**{f"persons__phones__{name}": value for name, value in found.items()})
    return (
        Q(inn__startswith=digits) | Q(name_key__contains=digits),
        [phones, persons.order_by().values_list("pk", flat=True)],
    )


def _by_words(text: str) -> tuple[Q, list[QuerySet]]:
    key = name_key(text) or text.lower()
    lookup = "contains" if len(key) >= TRIGRAM else "startswith"
    persons = Company.objects.filter(**{f"persons__name_key__{lookup}": text.lower().replace("ё", "е")})
    return Q(**{f"name_key__{lookup}": key}), [persons.order_by().values_list("pk", flat=True)]
