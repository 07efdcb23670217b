"""The translation tool: which strings it finds, and what it says about a catalogue."""

import gettext
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parent.parent.parent / "tools" / "catalogues.py"

MODULE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
greeting = _("Hello %(name)s")
count = ngettext("%(n)d card", "%(n)d cards", 3)
verb = pgettext_lazy("verb", "book")
joined = gettext_lazy("in "
                      "pieces")
"""
PAGE = """
<p>it's {% translate "Don't" %}
    {% blocktranslate count n=cards trimmed %}
      {{ n }} deal
    {% plural %}
      {{ n }} deals
    {% endblocktranslate %}</p>
  {% button label=_("Save") %} {{ note|default:_("No note") }} {% translate "May" context "month" %}
"""


@pytest.fixture
def project(tmp_path):
    for folder in ("tools", "sales/locale/ru/LC_MESSAGES", "core", "templates/sales", "templates/ui"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(TOOL, tmp_path / "tools")
    for app in ("sales", "core"):
        (tmp_path / app / "__init__.py").touch()
    (tmp_path / "sales" / "words.py").write_text(MODULE)
    (tmp_path / "templates" / "sales" / "page.html").write_text(PAGE)
    (tmp_path / "templates" / "ui" / "empty.html").write_text('{% translate "Nothing here" %}')
    return tmp_path


def run(project, *arguments):
    command = [sys.executable, str(project / "tools" / "catalogues.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def catalogue(project):
    return project / "sales" / "locale" / "ru" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize(
    "text",
    ["Hello %(name)s", "%(n)d card", "book", "in pieces", "Don't", "%(n)s deal", "Save", "No note", "May"],
)
def test_a_string_without_a_translation_is_missing_whatever_way_it_is_marked(project, text):
    checked = run(project, "check")
    assert checked.returncode == 1
    assert f"missing in sales: {text!r}" in checked.stdout


def test_shared_templates_belong_to_core(project):
    assert "templates/ui/empty.html:1: missing in core: 'Nothing here'" in run(project, "check").stdout


def test_a_new_catalogue_begins_with_the_header_of_the_house(project):
    assert run(project, "missing", "sales").stdout.startswith('msgid ""\nmsgstr ""\n"Language: ru')


def test_an_entry_that_is_still_empty_is_told_from_one_that_is_missing(project):
    catalogue(project).write_text(run(project, "missing", "sales").stdout)
    assert "empty: 'Save'" in run(project, "check").stdout
    assert run(project, "missing", "sales").stdout == ""


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        ('msgid "Gone"\nmsgstr "Ушло"\n', "no longer used: 'Gone'"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "Сохранить"\n', "fuzzy: 'Save'"),
        ('msgid "Hello %(name)s"\nmsgstr "Привет"\n', "%(name) is left out: 'Hello %(name)s'"),
        ('msgid "Hello %(name)s"\nmsgstr "Привет, %(nome)s"\n', "unknown named placeholder 'nome'"),
        ('msgid "%(n)d card"\nmsgstr "карта"\n', "has no plural forms: '%(n)d card'"),
    ],
)
def test_an_entry_that_misleads_is_named(project, entry, verdict):
    header = run(project, "missing", "sales").stdout.split("\n\n")[0]
    catalogue(project).write_text(f"{header}\n\n{entry}")
    assert verdict in run(project, "check").stdout


def test_another_plural_rule_than_djangos_is_refused(project):
    catalogue(project).write_text('msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n')
    assert "the header must hold: Plural-Forms: nplurals=4;" in run(project, "check").stdout


def test_a_compiled_catalogue_speaks_with_four_forms(project):
    header = run(project, "missing", "sales").stdout.split("\n\n")[0]
    forms = "\n".join(f'msgstr[{number}] "{word}"' for number, word in enumerate(["карта", "карты", "карт", "карты"]))
    catalogue(project).write_text(f'{header}\n\nmsgid "card"\nmsgid_plural "cards"\n{forms}\n')
    assert run(project, "compile").returncode == 0
    with catalogue(project).with_suffix(".mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert [words.ngettext("card", "cards", n) for n in (1, 2, 5, 11, 21)] == [
        "карта",
        "карты",
        "карт",
        "карт",
        "карта",
    ]
