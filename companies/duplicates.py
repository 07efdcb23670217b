"""Whether a company is in the base already: while it is being typed in, and what the base knows of companies that are
compared. The answer to who is typing is a name and never more: one may ask about companies one may not see."""

from collections import defaultdict
from collections.abc import Collection

from django.contrib.postgres.search import TrigramSimilarity

from companies.likeness import Traits, address_key
from companies.models import Address, Company, Phone
from companies.normalise import name_key, own_domain, similarity, split_phones

ALIKE = 85
MOST = 3
COMPARED = (
    "pk",
    "name_key",
    "inn",
    "kpp",
    "ogrn",
    "city",
    "region_id",
    "legal_form",
    "email",
    "site_host",
    "is_private",
)


def look_alikes(
    *, name: str = "", inn: str = "", phones: str = "", site: str = "", besides: int | None = None
) -> list[Company]:
    """Companies with the same INN, one of the phones, the same domain, or a name that is nearly the same; three at most."""
    others = Company.objects.active().exclude(pk=besides)
    found: list[Company] = []
    if inn.isdigit() and len(inn) in (10, 12):
        found += others.filter(inn=inn)[:MOST]
    if numbers := [phone.number for phone in split_phones(phones[:500]).found]:
        found += others.filter(phones__number__in=numbers).distinct()[:MOST]
    if domain := own_domain(site[:300]) if site.strip() else "":
        found += others.filter(site_host=domain)[:MOST]
    if len(key := name_key(name[:300])) > 2:
        near = others.filter(name_key__trigram_similar=key, is_private=False).annotate(
            near=TrigramSimilarity("name_key", key)
        )
        found += [company for company in near.order_by("-near")[:MOST] if similarity(company.name, name) >= ALIKE]
    return list(dict.fromkeys(found))[:MOST]


def traits_of(ids: Collection[int]) -> dict[int, Traits]:
    """What these companies are recognised by, in three queries; merged ones are left out."""
    phones, addresses = defaultdict(set), defaultdict(set)
    for company, number in Phone.objects.filter(company__in=ids).values_list("company_id", "number").order_by():
        phones[company].add(number)
    for company, text, street in (
        Address.objects.filter(company__in=ids).values_list("company_id", "text", "street").order_by()
    ):
        addresses[company].add(address_key(street or text))
    rows = Company.objects.exclude(state="merged").filter(pk__in=ids).values(*COMPARED).order_by()
    return {
        row["pk"]: _traits(row, frozenset(phones[row["pk"]]), frozenset(addresses[row["pk"]] - {""})) for row in rows
    }


def _traits(row: dict, phones: frozenset[str], addresses: frozenset[str]) -> Traits:
    hosts = frozenset({own_domain(row["site_host"]), own_domain(row["email"])} - {""})
    known = {
        name: row[name] for name in ("name_key", "inn", "kpp", "ogrn", "city", "legal_form", "email", "is_private")
    }
    return Traits(**known, region=row["region_id"], hosts=hosts, phones=phones, addresses=addresses)
