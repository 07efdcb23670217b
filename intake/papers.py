"""Files that people take away: the sample to fill in, and the rows that did not come into the base."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from companies.models import TechnicalField
from core.spreadsheets import Sheet, write_xlsx
from intake.checking import rows_of
from intake.enums import ImportField
from intake.models import ImportBatch
from intake.questions import example, label_of, questions

# One line as an example; the columns are all fields of an import, under the names that they have on the screen.
SAMPLE = {
    ImportField.NAME: "ООО «Пример»",
    ImportField.INN: "7707083893",
    ImportField.KPP: "770701001",
    ImportField.ADDRESS: "454000, г. Челябинск, ул. Примерная, д. 1",
    ImportField.POSTCODE: "454000",
    ImportField.CITY: "Челябинск",
    ImportField.REGION: "Челябинская область",
    ImportField.PHONES: "8 (351) 555-01-42 доб. 114; 8 (351) 555-01-43",
    ImportField.EMAIL: "info@primer.example",
    ImportField.SITE: "primer.example",
    ImportField.SEGMENT: "Машиностроение",
    ImportField.ACTIVITY: "28.13",
    ImportField.HEADCOUNT: 120,
    ImportField.PERSON: "Рябов Сергей Жанович",
    ImportField.POSITION: "Главный инженер",
    ImportField.PERSON_PHONE: "8 (912) 555-01-42",
    ImportField.PERSON_EMAIL: "ryabov@primer.example",
}


def write_sample(stream: IO[bytes]) -> None:
    """Every field that can be loaded today, with one line as an example."""
    fields = [field for field in ImportField if field != ImportField.INN_KPP]
    asked = list(questions().values())
    headers = [*(str(field.label) for field in fields), *(question.title for question in asked)]
    line = [*(SAMPLE.get(field, "") for field in fields), *map(example, asked)]
    write_xlsx(stream, [Sheet(_("Companies"), headers, [line])])


def write_unloaded(batch: ImportBatch, stream: IO[bytes]) -> None:
    """The same rows with the reason beside them: mend and load this very file again. Nothing in it calculates."""
    headers = [*batch.columns, _("Row of the file"), _("Field"), _("Why not loaded")]
    write_xlsx(stream, [Sheet(batch.sheet or _("Companies"), headers, _lines(batch))])


def _lines(batch: ImportBatch) -> Iterator[list[Any]]:
    """The texts are those of the file itself; it is read once more."""
    rows = batch.rows.unloaded().values_list("number", "field", "message")
    reasons = {number: (field, message) for number, field, message in rows.iterator()}
    asked = list(TechnicalField.objects.all())
    for number, raw in rows_of(batch):
        if number in reasons:
            field, message = reasons[number]
            yield [*(raw.get(name, "") for name in batch.columns), number, label_of(field, asked), message]
