"""Stage 1 as the marketer plays it: a file of what was collected before, then company after company from open sources."""

import io
import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

from activesales.simulation import marketing
from activesales.simulation.market import Contact, Draft
from companies.models import Company
from companies.services import register_company
from contacts.enums import DecisionRole
from contacts.services import add_person
from intake.models import ImportBatch
from intake.services import check_import, load_import, run_import, upload_import

if TYPE_CHECKING:
    from activesales.simulation.play import Play

AT_ONCE = 0.45  # of the companies come as a file on the first day, the others are collected as the play goes
COLUMNS = [
    "Наименование", "ИНН", "КПП", "ОГРН", "Регион", "Город", "Адрес", "Индекс", "Телефон", "Email", "Сайт", "Отрасль", "Численность",
    "Контактное лицо", "Должность", "Телефон контактного лица", "Email контактного лица",
]  # fmt: skip
WAITING_ROWS = 24  # of the file that lies checked and not loaded at the end


def plan_day(play: "Play", number: int, day: date) -> None:
    """The first morning brings the file; then a portion a day, spread over the hours."""
    if number == 0:
        portion = math.ceil(play.companies_left * AT_ONCE)
        play.at(play.clock(day, 8, 40), import_file, portion)
    else:
        portion = play.companies_left // (len(play.days) - number)
        for place in range(portion):
            play.at(play.clock(day, 9, 55) + timedelta(minutes=420 * place / portion), collect)
    play.companies_left -= portion
    if day == play.days[-1]:
        play.at(play.clock(day, 9, 35), leave_file)
        play.at(min(play.until, play.clock(day, 17, 50)) - timedelta(minutes=12), leave_cards)


def collect(play: "Play") -> None:
    """One company from an open source, with whom the source names."""
    draft, marketer = play.market.company(), play.staff.one("marketer")
    company = register_company(actor=marketer, now=play.now, **_fields(play, draft))
    for contact in draft.persons:
        meet(play, company, contact)


def _fields(play: "Play", draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name, "legal_form": draft.form, "inn": draft.inn, "kpp": draft.kpp, "ogrn": draft.ogrn, "region": draft.town.region,
        "city": draft.town.name, "site": draft.site, "email": draft.email, "segment": play.segments.get(draft.segment),
        "activity": draft.activity, "headcount": draft.headcount, "about": draft.about, "phones": draft.phones, "address": draft.address,
        "postcode": draft.postcode, "source": play.sources.get(draft.source),
    }  # fmt: skip


def meet(play: "Play", company: Company, contact: Contact) -> None:
    """Write a person down."""
    add_person(
        company,
        actor=play.staff.one("marketer"),
        full_name=str(contact.name),
        position=contact.position,
        decision_role=DecisionRole.DECIDES if contact.decides else DecisionRole.UNKNOWN,
        phones=[contact.phone] if contact.phone else [],
        emails=[contact.email] if contact.email else [],
        now=play.now,
    )


# --- files ------------------------------------------------------------------------------------------------------


def import_file(play: "Play", count: int) -> None:
    """The base that was collected before the department opened."""
    rows = [_row(play.market.company()) for _each in range(count)]
    batch = _check(play, "База на старте.xlsx", rows)
    run_import(batch, actor=play.staff.one("marketer"), now=play.now)
    load_import(batch, now=play.now)


def leave_file(play: "Play") -> None:
    """A file of the day: checked, with rows to mend, and not loaded yet."""
    rows = [_row(play.market.company()) for _each in range(WAITING_ROWS)]
    rows[4][1], rows[11][0], rows[17][8] = "7800123456", "", "555"
    _check(play, "Выставка, визитки.xlsx", rows)


def leave_cards(play: "Play") -> None:
    """Companies found in the last hour, with a list of their own: there is somebody to call whenever the demo is opened."""
    for _each in range(play.reserve):
        collect(play)
    marketing.open_verification(play, 1)


def _check(play: "Play", name: str, rows: list[list[Any]]) -> ImportBatch:
    marketer, source = play.staff.one("marketer"), play.sources["Справочник предприятий"]
    batch = upload_import(actor=marketer, file=_workbook(rows), file_name=name, source=source, now=play.now)
    check_import(batch, actor=marketer, now=play.now)
    return batch


def _workbook(rows: list[list[Any]]) -> io.BytesIO:
    book, file = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in [COLUMNS, *rows]:
        sheet.append(row)
    book.save(file)
    file.seek(0)
    return file


def _row(draft: Draft) -> list[Any]:
    person = draft.persons[0] if draft.persons else None
    told = [str(person.name), person.position, person.phone, person.email] if person else ["", "", "", ""]
    return [
        f"{draft.form} «{draft.name}»", draft.inn, draft.kpp, draft.ogrn, "", draft.town.name, draft.address, draft.postcode,
        ", ".join(draft.phones), draft.email, draft.site, draft.segment, draft.headcount or "", *told,
    ]  # fmt: skip
