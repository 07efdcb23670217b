"""Look at the components: renders templates/ui/_gallery.html into var/gallery.html, or serves it under the product's own
content security policy with `--serve PORT`. For developers; nothing of it is part of the product."""

import argparse
import os
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "activesales.settings")
os.environ.setdefault("DATABASE_URL", "postgres://nobody@localhost/nothing")
os.environ.setdefault("ACTIVESALES_TEST", "1")

import django  # noqa: E402

django.setup()

from django import forms  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.test import RequestFactory  # noqa: E402

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'"
)
PERSON = SimpleNamespace(
    pk=1204, full_name="Рябов Сергей Жанович", initials="РС", role_label="Руководитель", is_authenticated=True
)


class ExampleForm(forms.Form):
    """One field of each kind, two of them with errors."""

    inn = forms.CharField(label="ИНН", help_text="10 цифр у компании, 12 у предпринимателя")
    mail = forms.EmailField(label="Почта", required=False)
    segment = forms.ChoiceField(label="Сегмент", choices=[("1", "Машиностроение"), ("2", "Пищевая")])
    note = forms.CharField(label="Заметка", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    agreed = forms.BooleanField(label="Согласен получать письма", required=False)
    way = forms.ChoiceField(
        label="Если компания уже есть",
        choices=[("fill", "Дополнить"), ("skip", "Не трогать")],
        widget=forms.RadioSelect,
        initial="fill",
    )

    def clean_inn(self) -> str:
        raise forms.ValidationError("Здесь 8 цифр, нужно 10 у компании или 12 у ИП")


def line(label: str, icon: str = "", **more: Any) -> dict[str, Any]:
    """A line of a menu, a tab, a step."""
    return {"label": label, "url": "#main", "icon": icon, "count": None, **more}


def navigation() -> dict[str, list[dict[str, Any]]]:
    """The menu as a head of the project sees it."""
    stages = [
        line("База", "database", number=1, count=12480),
        line("Верификация", "shield-check", number=2, count=318),
        line("Рассылки", "mail", number=3, count=2, is_active=True),
        line("Обзвон", "headset", number=4, count=146),
        line("Встречи и КП", "users", number=5, count=23),
        line("Сделки", "layout-kanban", number=6, count=41),
    ]
    top = [line("Мой день", "sun", count=3, is_hot=True), line("Исходящие", "inbox", count=7)]
    control = [line("Контроль", "gauge", count=4, is_hot=True), line("Отчёты", "chart-bar")]
    return {"top": top, "stages": stages, "control": control, "phone": [*control[:1], *top[:1], *stages]}


def funnel() -> list[dict[str, Any]]:
    """Six steps with one weak."""
    values = [
        ("База в работе", 2640, 2800, None, None, ""),
        ("Проверено", 1912, 2200, 72.4, 70, "ok"),
        ("Письмо дошло", 1786, 2090, 93.4, 95, "warn"),
        ("Нашли ЛПР", 674, 750, 37.7, 35, "ok"),
        ("Встреча", 58, 90, 8.6, 12, "bad"),
        ("Договор", 9, 12, 15.5, 13, "ok"),
    ]
    keys = ("label", "value", "plan", "conversion", "conversion_plan", "tone")
    return [dict(zip(keys, row, strict=True), is_weak=row[-1] == "bad") for row in values]


def context() -> dict[str, Any]:
    """Everything that the gallery shows."""
    form = ExampleForm({"inn": "74470183", "mail": "ryabov@uralpromdetal.example", "segment": "1"})
    form.add_error(None, "Карточку только что изменила Лунина Д.")
    states = ["done", "done", "done", "now", "", ""]
    names = ["Бриф", "Креатив", "Подготовка", "Отправка", "Обзвон", "Итоги"]
    return {
        "navigation": navigation(),
        "user": PERSON,
        "person": PERSON,
        "form": form,
        "csrf_token": "x",
        "page": Paginator(range(2140), 18).page(2),
        "steps": [line(name, note="факт", state=state) for name, state in zip(names, states, strict=True)],
        "items": [line("Все", count=12480), line("Мои", count=412, is_active=True), line("Спящие", count=97)],
        "pairs": [("Делает", "Шестерни и валы"), ("Выручка", "1,42 млрд ₽"), ("Расход", "")],
        "funnel": funnel(),
        "blocks": [line(n, percent=p) for n, p in (("О компании", 100), ("ЛПР", 85), ("Техника", 40), ("Нужды", 67))],
        "parts": [{"percent": 83, "tone": "ok"}, {"percent": 12, "tone": "warn"}, {"percent": 4, "tone": "is-muted"}],
        "results": [line(n, value=v, tone=t) for n, v, t in RESULTS],
        "choices": [
            line("Через час", value="hour", note="14:45"),
            line("Завтра", value="day", note="ср 25 ноя, 10:00"),
        ],
        "will": [{"icon": "calendar-plus", "text": "Задача Савельеву И. А. на ср 25 ноя"}],
        "days": [line(n, number=d, count=d % 4, is_active=d == 24) for n, d in DAYS],
        "tree": tree(),
        "bars": {
            "labels": ["№10", "№11", "№12"],
            "series": [
                {"name": "проверенная", "values": [2.4, 1.9, 2.1], "tone": "ok"},
                {"name": "непроверенная", "values": [21, 19.4, 18.2], "tone": "muted"},
            ],
        },
        "totals": [{"label": "Дошло", "value": "597"}, {"label": "Открыли", "value": "204", "note": "34 %"}],
        "options": [{"value": 1, "label": "Машиностроение", "count": 2455, "is_on": True}],
        "hints": [("1–9", "результат звонка"), ("Ctrl K", "найти, выполнить")],
    }


RESULTS = [
    ("Не дозвонился", 1, ""),
    ("Занято", 2, ""),
    ("Секретарь не соединил", 3, ""),
    ("ЛПР найден", 4, ""),
    ("Назначена встреча", 7, "win"),
    ("Отказ", 8, "lose"),
]
DAYS = [("пн", 23), ("вт", 24), ("ср", 25), ("чт", 26), ("пт", 27), ("сб", 28), ("вс", 29)]


def tree() -> list[list[dict[str, Any]]]:
    """A scheme of decision making in three rows."""
    node = partial(dict, url="#main", position="Главный инженер", tone="", is_key=False)
    return [
        [node(name="Волков П. Н.", role="Утверждает бюджет")],
        [
            node(name="Дёмин А. И.", role="Влияет", tone="ok"),
            node(name="Рябов С. Ж.", role="Решает", tone="ok", is_key=True),
            node(name="Гусева Т. В.", role="Против: «дорого»", tone="bad"),
        ],
        [node(name="Хасанов Р.", role="Пользуется"), node(name="Кузнецова Л. П.", role="Фильтр звонков")],
    ]


def page(template: str = "ui/_gallery.html", more: dict[str, Any] | None = None) -> str:
    """The gallery as HTML."""
    return get_template(template).render({**context(), **(more or {})}, RequestFactory().get("/"))


class Handler(SimpleHTTPRequestHandler):
    """Files of static/ and the gallery, with the policy of the product."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        if self.path.startswith("/static/"):
            return super().do_GET()
        body = page().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", type=int, metavar="PORT")
    options = parser.parse_args()
    if options.serve:
        ThreadingHTTPServer(("127.0.0.1", options.serve), partial(Handler, directory=str(ROOT))).serve_forever()
    target = ROOT / "var" / "gallery.html"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(), encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
