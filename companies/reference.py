"""Reference data of this app, loaded at each start; what an administrator has edited stays."""

from companies.classifier_data import CLASSES, SECTIONS, parent_code
from companies.enums import SourceKind
from companies.models import Activity, Region, Segment, Source
from companies.regions import SUBJECTS

# The classifier a department starts with; a Russian sales department renames and divides it as it likes.
SEGMENTS = (
    "Машиностроение",
    "Металлургия",
    "Пищевая промышленность",
    "Химия и пластики",
    "Строительство",
    "Стройматериалы",
    "Энергетика",
    "Нефть и газ",
    "Деревообработка и мебель",
    "Полиграфия и упаковка",
    "Транспорт и логистика",
    "Оптовая торговля",
    "Розничная торговля",
    "ИТ и связь",
    "Медицина и фармацевтика",
    "Сельское хозяйство",
    "Государственные учреждения",
    "Услуги",
)
SOURCES = (
    ("ЕГРЮЛ", SourceKind.REGISTER),
    ("Сайт компании", SourceKind.SITE),
    ("Выставка", SourceKind.EXHIBITION),
    ("Справочник предприятий", SourceKind.DIRECTORY),
    ("Рекомендация", SourceKind.RECOMMENDATION),
    ("Купленная база", SourceKind.PURCHASED),
    ("Звонок", SourceKind.CALL),
    ("Файл", SourceKind.OTHER),
)


def load_companies() -> None:
    """Add what is missing."""
    Region.objects.bulk_create(
        [Region(code=row.code, name=row.name, short_name=row.short_name, time_zone=row.zone) for row in SUBJECTS],
        ignore_conflicts=True,
    )
    if not Segment.objects.exists():
        Segment.objects.bulk_create(Segment(name=name) for name in SEGMENTS)
    if not Source.objects.exists():
        Source.objects.bulk_create(Source(name=name, kind=kind) for name, kind in SOURCES)
    load_activities(SECTIONS | CLASSES)


def load_activities(names: dict[str, str]) -> None:
    """Add the codes of ОКВЭД that are not there; «28.15» hangs under «28.1», that under «28», and «28» under «C»."""
    known = set(Activity.objects.values_list("code", flat=True))
    for code in sorted(set(names) - known, key=lambda code: (len(code), code)):
        parent = parent_code(code)
        Activity.objects.create(code=code, name=names[code], parent_id=parent if parent in known else None)
        known.add(code)
