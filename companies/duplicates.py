"""Whether a company that is being typed in is in the base already. The answer is a name and never more: one may ask
about companies one may not see."""

from django.contrib.postgres.search import TrigramSimilarity

from companies.models import Company
from companies.normalise import name_key, similarity, split_phones

ALIKE = 85
MOST = 3


def look_alikes(*, name: str = "", inn: str = "", phones: str = "", besides: int | None = None) -> list[Company]:
    """Companies with the same INN, with one of the phones, or with a name that is nearly the same; three at most."""
    others = Company.objects.active().exclude(pk=besides)
    found: list[Company] = []
    if inn.isdigit() and len(inn) in (10, 12):
        found += others.filter(inn=inn)[:MOST]
    if numbers := [phone.number for phone in split_phones(phones[:500]).found]:
        found += others.filter(phones__number__in=numbers).distinct()[:MOST]
    if len(key := name_key(name[:300])) > 2:
        near = others.filter(name_key__trigram_similar=key).annotate(near=TrigramSimilarity("name_key", key))
        found += [company for company in near.order_by("-near")[:MOST] if similarity(company.name, name) >= ALIKE]
    return list(dict.fromkeys(found))[:MOST]
