"""Files that people take away: the sample to fill in, and the rows that did not come into the base."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from core.spreadsheets import Sheet, write_xlsx
from intake.checking import rows_of
from intake.enums import ImportField
from intake.models import ImportBatch

SAMPLE = {
    "Наименование": "ООО «Пример»",
    "ИНН": "7707083893",
    "КПП": "770701001",
    "Город": "Челябинск",
    "Адрес": "454000, г. Челябинск, ул. Примерная, д. 1",
    "Телефон": "8 (351) 555-01-42 доб. 114; 8 (351) 555-01-43",
    "E-mail": "info@primer.example",
    "Сайт": "primer.example",
    "Отрасль": "Машиностроение",
    "ОКВЭД": "28.13",
    "Численность": 120,
    "ФИО ЛПР": "Рябов Сергей Жанович",
    "Должность": "Главный инженер",
    "Телефон ЛПР": "8 (912) 555-01-42",
    "E-mail ЛПР": "ryabov@primer.example",
    "Примечание": "",
}


def write_sample(stream: IO[bytes]) -> None:
    """Columns that are recognised, with one line as an example."""
    write_xlsx(stream, [Sheet(_("Companies"), list(SAMPLE), [list(SAMPLE.values())])])


def write_unloaded(batch: ImportBatch, stream: IO[bytes]) -> None:
    """The same rows with the reason beside them: mend and load this very file again. Nothing in it calculates."""
    headers = [*batch.columns, _("Row of the file"), _("Field"), _("Why not loaded")]
    write_xlsx(stream, [Sheet(batch.sheet or _("Companies"), headers, _lines(batch))])


def _lines(batch: ImportBatch) -> Iterator[list[Any]]:
    """The texts are those of the file itself; it is read once more."""
    rows = batch.rows.unloaded().values_list("number", "field", "message")
    reasons = {number: (field, message) for number, field, message in rows.iterator()}
    for number, raw in rows_of(batch)[1]:
        if number in reasons:
            field, message = reasons[number]
            label = ImportField(field).label if field in ImportField.values else field
            yield [*(raw.get(name, "") for name in batch.columns), number, str(label), message]
