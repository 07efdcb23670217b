"""Corrections, sources and files of an import for tests."""

from collections.abc import Sequence
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from accounts.models import User
from companies.models import Company, Source
from intake.enums import CorrectedField
from intake.models import Correction
from tests.factories.accounts import make_user
from tests.factories.companies import make_company

_numbers = count(1)


def make_source(name: str = "", **fields: Any) -> Source:
    """Where data come from."""
    return Source.objects.create(name=name or f"Выставка {next(_numbers)}", **fields)


def make_correction(company: Company | None = None, *, by: User | None = None, **fields: Any) -> Correction:
    """A new correction of the site of a company, as an operator leaves it."""
    fields = {"field": CorrectedField.SITE, "new_value": "https://new.example", "proposed_at": timezone.now()} | fields
    company = company or make_company()
    return Correction.objects.create(company=company, proposed_by=by or make_user("operator"), **fields)


def xlsx(*rows: Sequence[Any], sheet: str = "Предприятия") -> bytes:
    """A workbook with these rows."""
    book = Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(content: bytes | str, name: str = "Урал.xlsx") -> SimpleUploadedFile:
    """A file as a form gives it."""
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
