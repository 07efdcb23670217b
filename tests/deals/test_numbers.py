"""Numbers of documents have no gaps and no doubles, whoever takes them at once and whatever is rolled back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from core.exceptions import RuleViolation
from deals.enums import NumberKind
from deals.models import NumberCounter
from deals.services import create_proposal, next_number
from tests.factories.deals import make_deal, make_entity, make_product


class Rollback(Exception):
    """Some transactions fail after they have taken a number."""


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_some_rolled_back_leave_no_gap_and_no_double():
    entity = make_entity()

    def take(order: int) -> list[int]:
        taken = []
        for step in range(5):
            try:
                with transaction.atomic():
                    number = next_number(entity, kind=NumberKind.INVOICE, year=2026)
                    if (order + step) % 3 == 0:
                        raise Rollback
                taken.append(number)
            except Rollback:
                continue
        connection.close()
        return taken

    with ThreadPoolExecutor(16) as pool:
        numbers = sorted(number for taken in pool.map(take, range(16)) for number in taken)
    assert numbers == list(range(1, len(numbers) + 1))
    assert NumberCounter.objects.get().last == len(numbers)


@pytest.mark.django_db(transaction=True)
def test_proposals_made_at_once_are_numbered_one_after_another(cast):
    entity, product = make_entity(), make_product()
    deals = [make_deal(owner=cast.manager) for _ in range(16)]

    def make(deal) -> int:
        rows = [{"product": product, "quantity": 1 if deal.pk % 4 else -1}]  # each fourth is refused for its quantity
        try:
            return create_proposal(deal, actor=cast.manager, title="Осушитель", lines=rows).number
        except RuleViolation:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        numbers = sorted(filter(None, pool.map(make, deals)))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == sum(1 for deal in deals if deal.pk % 4)
    assert NumberCounter.objects.get(entity=entity).last == len(numbers)


@pytest.mark.django_db
def test_each_firm_kind_and_year_has_its_own_series():
    ours, other = make_entity(), make_entity(inn="7800000000", is_main=False)
    assert [next_number(ours, kind=NumberKind.INVOICE, year=2026) for _ in range(2)] == [1, 2]
    assert next_number(ours, kind=NumberKind.PROPOSAL, year=2026) == 1
    assert next_number(ours, kind=NumberKind.INVOICE, year=2027) == 1
    assert next_number(other, kind=NumberKind.INVOICE, year=2026) == 1
