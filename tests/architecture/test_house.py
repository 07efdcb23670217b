"""The rules of the house that a machine can check."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.module_loading import import_string

from accounts import policy
from activesales.celery import app

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = [
    "core",
    "accounts",
    "operations",
    "companies",
    "contacts",
    "intake",
    "agenda",
    "campaigns",
    "callcenter",
    "deals",
    "reports",
    "activesales",
]
SOURCES = [path for name in APPS for path in sorted((ROOT / name).rglob("*.py")) if "migrations" not in path.parts]


def test_imports_run_one_way():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_role_names_stand_only_in_the_policy():
    ordinary = {"operator", "manager", "marketer", "director"}  # words of the trade that stand for other things too
    names = re.compile("[\"'](" + "|".join(set(policy.ROLES) - ordinary) + ")[\"']")
    allowed = {
        ROOT / "accounts" / "policy" / "__init__.py",
        *(ROOT / "activesales" / "simulation").rglob("*.py"),
        ROOT / "activesales" / "management" / "commands" / "print_logins.py",  # names of demo logins
        ROOT / "operations" / "first_run.py",
    }
    guilty = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in SOURCES
        if path not in allowed
        for found in names.finditer(path.read_text())
    ]
    assert guilty == []


def enqueued() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), name)
        for path in SOURCES
        for name in re.findall(r"""enqueue\(\s*["']([\w.]+)["']""", path.read_text())
    ]


@pytest.mark.parametrize(("where", "path"), enqueued())
def test_every_enqueued_path_is_a_task(where, path):
    assert import_string(path).name == path


@pytest.mark.parametrize("entry", app.conf.beat_schedule.values(), ids=lambda entry: entry["task"])
def test_every_line_of_the_timetable_is_a_task(entry):
    assert import_string(entry["task"]).name == entry["task"]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_string_is_translated():
    done = subprocess.run([sys.executable, "tools/catalogues.py", "check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# The rows of the base list: a template printed once, whose texts format_html escapes (core/stamps.py, docs/architecture.md).
FILLED_PRINTS = {("core/stamps.py", "format_html"), ("companies/rows.py", "format_html")}


def test_nothing_marks_text_as_safe_or_writes_inline_styles():
    unsafe = re.compile(r"\|safe\b|mark_safe|format_html|autoescape off|\sstyle=\"|<script>|\son[a-z]+=\"|hx-on")
    templates = [
        path
        for path in (ROOT / "templates").rglob("*.html")
        if "papers" not in path.parts and "letters" not in path.parts
    ]
    guilty = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in [*SOURCES, *templates]
        for found in unsafe.finditer(path.read_text())
        if (str(path.relative_to(ROOT)), found.group()) not in FILLED_PRINTS
    ]
    assert guilty == []


def test_verbs_do_not_live_in_models_and_signals():
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.name == "models.py" and re.search(r"def save\(|post_save|pre_save", path.read_text())
    ]
    assert guilty == []


def test_no_module_is_a_rag_bag():
    assert [path.name for path in SOURCES if path.name in {"utils.py", "helpers.py", "manager.py"}] == []
