"""Two thousand damaged files: a sentence or a clean result each time, never an error of the program, nothing half-written."""

import random
from collections.abc import Iterator

import pytest
from django.urls import reverse

from companies.models import Company, Source
from core.exceptions import RuleViolation
from intake.enums import ImportState
from intake.models import ImportBatch, ImportRow
from intake.progress import totals_of
from intake.services import check_import, load_import, run_import, upload_import
from tests.factories.intake import make_source, upload, xlsx
from tests.intake.test_read_vcard import CARDS

pytestmark = pytest.mark.django_db
ROWS = [
    ["Наименование", "ИНН", "Телефон", "E-mail", "Адрес", "ФИО", "Численность"],
    ["ООО «Насос»", "7707083893", "8 (351) 555-01-42", "info@nasos.example", "Реж, Советская, 1", "Зимин Пётр", "120"],
    ["Клапан", "", "8 351 555 01 43; 555-01-44", "", "", "", "сто"],
]
WHOLE, THROUGH_THE_READER, PARTS = 1_900, 100, 5
NASTY = ["\x00", "\ufeff", "\u202e", "'", '"', ";", "\t", "\n", "\\", "\\N", "\\.", "=1+1", "{}", "[1]", "%s", "%(x)s", "NULL",
         "😀", "1e309", "-1", "9" * 400, "б" * 3000, "\ud7ff", "<b>", "{{ x }}", "../..", "NaN", "\x1a", "\u2028"]  # fmt: skip


def texts() -> list[bytes]:
    table = "\r\n".join(";".join(row) for row in ROWS)
    return [
        table.encode(),
        table.encode("cp1251"),
        table.encode("utf-16"),
        table.replace(";", "\t").encode(),
        CARDS.encode(),
    ]


def damaged(count: int, seed: int) -> Iterator[bytes]:
    """Files as they come: cut, with bytes changed, repeated, put in or taken out."""
    rng = random.Random(seed)
    for _ in range(count):
        content = bytearray(rng.choice(texts()))
        for _ in range(rng.randrange(1, 5)):
            place, length = rng.randrange(len(content) + 1), rng.randrange(1, 30)
            kind = rng.randrange(6)
            if kind == 0:
                del content[place:]
            elif kind == 1:
                content[place : place + length] = rng.randbytes(length)
            elif kind == 2:
                content[place:place] = content[place : place + length] * rng.randrange(1, 20)
            elif kind == 3:
                content[place:place] = rng.choice(NASTY).encode("utf-8", "surrogatepass")
            elif kind == 4:
                del content[place : place + length]
            else:
                content[place:place] = b"\n" * rng.randrange(1, 5)
        yield bytes(content)


def go_all_the_way(cast, source: Source, content: bytes) -> bool:
    """Upload, check and load; whether the file was taken in. Only a RuleViolation may stop it."""
    try:
        batch = upload_import(actor=cast.marketer, file=upload(content, "a.csv"), source=source)
        check_import(batch)
    except RuleViolation:
        return False
    totals = totals_of(batch)
    assert totals.total == batch.total_rows
    if totals.loadable:
        run_import(batch, actor=cast.marketer)
        load_import(batch)
    totals = totals_of(ImportBatch.objects.get(pk=batch.pk))
    assert totals.left == 0
    assert ImportRow.objects.filter(batch=batch, applied_at__isnull=False, company=None).count() == 0
    return True


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_texts_are_loaded_or_refused_with_a_sentence(cast, part):
    """In parts, so that several processes can share them."""
    source, count = make_source(), WHOLE // PARTS
    taken = sum(go_all_the_way(cast, source, content) for content in damaged(count, 11 + part))
    assert taken > count // 4, "most damage was to be survivable"
    assert set(ImportBatch.objects.values_list("state", flat=True)) <= {
        ImportState.UPLOADED, ImportState.CHECKED, ImportState.DONE
    }  # fmt: skip


def test_damaged_workbooks_are_loaded_or_refused_with_a_sentence(cast):
    source, rng = make_source(), random.Random(5)
    whole = xlsx(*ROWS)
    for _ in range(THROUGH_THE_READER):
        content, place = bytearray(whole), rng.randrange(len(whole))
        content[place : place + 8] = rng.randbytes(rng.randrange(12))
        go_all_the_way(cast, source, bytes(content))


def test_the_page_answers_every_damaged_file(cast, client_of):
    marketer = client_of(cast.marketer)
    for content in damaged(40, 23):
        answer = marketer.post(reverse("intake:upload"), {"file": upload(content, "a.csv"), "source_name": "Файлы"})
        assert answer.status_code in (302, 422)
        if answer.status_code == 302:
            assert marketer.get(answer.url).status_code == 200
    assert not Company.objects.exists()


def test_nasty_cells_are_only_texts(cast):
    rows = [[f"Завод {sign}", "", "", "", sign, f"Зимин {sign}", ""] for sign in NASTY[1:]]
    text = "\r\n".join(";".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in [ROWS[0], *rows])
    assert go_all_the_way(cast, make_source(), text.encode("utf-8", "replace"))
    assert Company.objects.filter(name__contains="\\N").exists()
