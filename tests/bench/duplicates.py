"""How well duplicates are told from neighbours, on seventy pairs of cards in one base, found by the scan itself."""

from collections.abc import Iterator

from django.db import transaction

from companies.likeness import PROBABLE
from companies.models import Company
from intake.models import DuplicatePair
from intake.services.duplicates import scan_companies
from tests.bench.registry import Figure, bench
from tests.factories.duplicates import make_pairs


@bench("duplicates")
def quality() -> Iterator[Figure]:
    with transaction.atomic():
        own = make_pairs()
        known = {company.pk for pair in own for company in (pair.first, pair.second)}
        scan_companies(Company.objects.filter(pk__in=known).values_list("pk", flat=True))
        pairs = DuplicatePair.objects.filter(score__gte=PROBABLE, first__in=known, second__in=known)
        found = set(pairs.values_list("first", "second"))
        same = {(pair.first.pk, pair.second.pk) for pair in own if pair.is_same}
        transaction.set_rollback(True)
    yield Figure("duplicates.pairs", len(own), "pairs")
    yield Figure("duplicates.false_merges", len(found - same), "pairs")
    yield Figure("duplicates.recall", round(100 * len(found & same) / len(same), 1), "%")
