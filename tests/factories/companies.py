"""Companies for tests: one row, nothing around it."""

from itertools import count

from django.utils import timezone

from companies.models import Company

_numbers = count(1)


def make_company(**fields) -> Company:
    """A company of the base."""
    number = next(_numbers)
    fields = {"name": f"Завод {number}", "name_key": f"завод {number}", "created_at": timezone.now()} | fields
    return Company.objects.create(**fields)
