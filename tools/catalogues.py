"""Translations without the gettext programs.

`compile` makes the .mo files, `check` lists what is missing in Russian, `missing APP` prints entries to fill in.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
APPS = sorted(place.parent.name for place in ROOT.glob("*/__init__.py") if place.parent.name not in ("tests", "tools"))
LAZY = {f"{name}_lazy": arguments for name, arguments in DEFAULT_KEYWORDS.items() if "gettext" in name}
KEYWORDS = DEFAULT_KEYWORDS | LAZY | {"gettext_noop": None}
PLURAL_RULE = (
    "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)")
NEW_CATALOGUE = f"""msgid ""
msgstr ""
"Language: ru\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {PLURAL_RULE}\\n"
"""


@dataclass(frozen=True)
class Source:
    """A string of the source with the place it was found at first."""

    context: str | None
    text: str
    plural: str | None
    place: str
    app: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("compile").set_defaults(run=lambda _arguments: compile_all())
    commands.add_parser("check").set_defaults(run=lambda _arguments: check())
    missing = commands.add_parser("missing")
    missing.add_argument("app", choices=APPS)
    missing.set_defaults(run=lambda arguments: print_missing(arguments.app))
    arguments = parser.parse_args()
    return arguments.run(arguments)


def compile_all() -> int:
    for path in catalogue_paths("*"):
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns:
            unfinished = compiled.with_suffix(".new")
            with unfinished.open("wb") as file:
                write_mo(file, read(path))
            unfinished.replace(compiled)
    return 0


def check() -> int:
    problems = sorted({*source_problems(), *catalogue_problems()})
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems, {len(sources())} strings, {len(catalogue_paths('ru'))} Russian catalogues")
    return 1 if problems else 0


def print_missing(app: str) -> int:
    """Entries to paste into the app's catalogue; a whole catalogue when the app has none."""
    known = translations()
    catalogue = ROOT / app / "locale/ru/LC_MESSAGES/django.po"
    if not catalogue.exists() or not catalogue.stat().st_size:
        print(NEW_CATALOGUE)
    for source in sources().values():
        if source.app == app and source.key not in known:
            print(skeleton(source))
    return 0


def skeleton(source: Source) -> str:
    lines = [f"#: {source.place}"]
    if source.context:
        lines.append(f"msgctxt {quoted(source.context)}")
    lines.append(f"msgid {quoted(source.text)}")
    if source.plural:
        lines.append(f"msgid_plural {quoted(source.plural)}")
        lines += [f'msgstr[{number}] ""' for number in range(4)]
    else:
        lines.append('msgstr ""')
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def source_problems() -> Iterator[str]:
    """Strings of the source without a Russian sentence."""
    known = translations()
    for source in sources().values():
        message = known.get(source.key)
        if message is None:
            yield f"{source.place}: missing in {source.app}: {source.text!r}"
        elif not all(message.string if isinstance(message.string, tuple) else (message.string,)):
            yield f"{source.place}: empty: {source.text!r}"
        elif source.plural and not message.pluralizable:
            yield f"{source.place}: has no plural forms: {source.text!r}"


def catalogue_problems() -> Iterator[str]:
    """Entries that mislead: unused, unsure, with other placeholders than the source, or said twice differently."""
    used = sources()
    said: dict[tuple[str | None, str], Message] = {}
    for path in catalogue_paths("ru"):
        name = path.relative_to(ROOT)
        catalogue = read(path)
        if f"Plural-Forms: {PLURAL_RULE}" not in header(path):
            yield f"{name}: the header must hold: Plural-Forms: {PLURAL_RULE}"
        for message in entries(catalogue):
            place = f"{name}:{message.lineno}"
            if message.fuzzy:
                yield f"{place}: fuzzy: {text_of(message)!r}"
            if key_of(message) not in used:
                yield f"{place}: no longer used: {text_of(message)!r}"
            elif said.setdefault(key_of(message), message).string != message.string:
                yield f"{place}: another catalogue says it differently: {text_of(message)!r}"
            yield from (f"{place}: {error}: {text_of(message)!r}" for error in message_errors(message, catalogue))


def message_errors(message: Message, catalogue: Catalog) -> Iterator[str]:
    """Placeholders that the translation makes up or forgets; a plural form may leave the number out."""
    if "%" in text_of(message):
        message.flags.add("python-format")  # Babel compares only entries marked so, and ours are not marked
    yield from map(str, message.check(catalogue))
    if isinstance(message.string, str) and message.string:
        for name in set(PLACEHOLDER.findall(text_of(message))) - set(PLACEHOLDER.findall(message.string)):
            yield f"%({name}) is left out"


def catalogue_paths(language: str) -> list[Path]:
    return sorted(ROOT.glob(f"*/locale/{language}/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        try:
            return read_po(file, locale=path.parent.parent.name, abort_invalid=True)
        except PoFileError as error:
            sys.exit(f"{path.relative_to(ROOT)}: {error}")


def header(path: Path) -> str:
    """The header as it is written: Babel would show a plural rule of its own."""
    return path.read_text(encoding="utf-8").partition("\n\n")[0].replace('"\n"', "")


def entries(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def text_of(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def key_of(message: Message) -> tuple[str | None, str]:
    return message.context, text_of(message)


def translations() -> dict[tuple[str | None, str], Message]:
    """The Russian entries of all apps as Django sees them: one catalogue."""
    return {key_of(message): message for path in catalogue_paths("ru") for message in entries(read(path))}


def sources() -> dict[tuple[str | None, str], Source]:
    """Every string marked for translation, by context and text; where one is used with a plural, the plural counts."""
    found: dict[tuple[str | None, str], Source] = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                collect(found, extracted(path.read_bytes(), path, app))
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt", ".xml", ".svg"):
            text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            code = "\n".join(line.lstrip() for line in text.splitlines())
            collect(found, extracted(code.encode(), path, owner(path)))
    return found


def collect(found: dict[tuple[str | None, str], Source], more: Iterator[Source]) -> None:
    for source in more:
        earlier = found.get(source.key)
        if earlier is None or (source.plural and not earlier.plural):
            found[source.key] = source


def owner(template: Path) -> str:
    """The app whose catalogue a template belongs to: its folder, or core for what all share."""
    folder = template.relative_to(ROOT / "templates").parts[0]
    return folder if folder in APPS else "core"


def extracted(code: bytes, path: Path, app: str) -> Iterator[Source]:
    for line, message, _comments, context in extract(
        "python", io.BytesIO(code), KEYWORDS, options={"encoding": "utf-8"}
    ):
        text, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        if text:
            yield Source(context, text, plural, f"{path.relative_to(ROOT)}:{line}", app)


if __name__ == "__main__":
    sys.exit(main())
