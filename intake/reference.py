"""Reference data of this app, loaded at each start; what a marketer has edited stays."""

from intake.models import ImportPreset

# Columns of a directory's export as it writes them; numbered ones go to the same field.
DIRECTORY = {
    "Название": "name", "Наименование": "name", "Регион": "region", "Город": "city", "Адрес": "address",
    "Индекс": "postcode", "Рубрики": "segment", "Описание": "about", "Комментарий": "note", "Часы работы": "",
    "Район": "", "Подрубрики": "", "Широта": "", "Долгота": "", "Ссылка": "url", "2GIS URL": "url", "ВКонтакте 1": "",
    **{f"Телефон {number}": "phones" for number in range(1, 6)}, **{f"E-mail {number}": "email" for number in range(1, 4)},
    **{f"Email {number}": "email" for number in range(1, 4)}, "Веб-сайт 1": "site", "WhatsApp 1": "phones", "Telegram 1": "",
}  # fmt: skip


def load_intake() -> None:
    """A base begins with the preset of a directory."""
    if not ImportPreset.objects.exists():
        ImportPreset.objects.create(name="2ГИС", mapping=DIRECTORY)
