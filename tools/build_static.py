"""Build the files that the browser gets in one piece: static/build/app.css, static/build/sprite.svg, static/build/vendor/.

The stylesheet is the list of imports of static/css/app.css, in its order, followed by the per cent classes that stand in for
inline widths (a strict CSP allows none). The sprite holds exactly the outline icons that templates and code name. From the
npm packages only the few files that pages name are taken, so that collecting and compressing them stays quick.
"""

import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
BUILD = ROOT / "static" / "build"
NPM = ROOT / "node_modules"
ICONS = NPM / "@tabler" / "icons" / "icons" / "outline"
VENDOR = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "@fontsource-variable/onest/index.css": "onest/index.css",
}
FONTS = NPM / "@fontsource-variable" / "onest" / "files"
SOURCE_MAP = re.compile(r"/[*/][#@]\s*sourceMappingURL=\S+(\s*\*/)?")
SVG = "http://www.w3.org/2000/svg"
NAMES = [
    re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']"""),
    re.compile(r"""\b(?:icon|badge_icon)=["']([a-z0-9-]+)["']"""),
    re.compile(r"""\bicon\|default:["']([a-z0-9-]+)["']"""),
    re.compile(r"#i-([a-z0-9-]+)"),
]
WORDS = re.compile(r"""["']([a-z0-9-]{1,30})["']""")


def stylesheet() -> str:
    """All parts in the order of app.css."""
    parts = re.findall(r'@import url\("([^"]+)"\)', (CSS / "app.css").read_text(encoding="utf-8"))
    text = "\n".join((CSS / part).read_text(encoding="utf-8") for part in parts)
    percents = "".join(f".width-{n}{{width:{n}%}}.left-{n}{{left:{n}%}}.height-{n}{{height:{n}%}}" for n in range(101))
    return f"{text}\n{percents}\n"


def named_icons() -> set[str]:
    """Icons named anywhere: by the icon tag, by an `icon=` argument, or as a word in the menu and the registries of kinds."""
    found: set[str] = set()
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html"), *ROOT.glob("static/js/*.js")]:
        text = path.read_text(encoding="utf-8")
        found.update(name for pattern in NAMES for name in pattern.findall(text))
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if "icon" in text.lower() or "Entry(" in text:
            found.update(word for word in WORDS.findall(text) if (ICONS / f"{word}.svg").exists())
    return found


def python_files() -> list[Path]:
    """The project's own modules, without tests and migrations."""
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    return [path for package in packages for path in package.rglob("*.py") if "migrations" not in path.parts]


def sprite() -> str:
    """One SVG with a symbol per icon. Stops the build when a template names an icon that does not exist."""
    ET.register_namespace("", SVG)
    root = ET.Element(f"{{{SVG}}}svg")
    for name in sorted(named_icons()):
        path = ICONS / f"{name}.svg"
        if not path.exists():
            sys.exit(f"There is no icon «{name}».")
        drawing = ET.parse(path).getroot()
        symbol = ET.SubElement(root, f"{{{SVG}}}symbol", {"id": f"i-{name}", "viewBox": "0 0 24 24"})
        symbol.extend(list(drawing))
    return ET.tostring(root, encoding="unicode")


def write(path: Path, text: str) -> None:
    """Only when something changed, so that browsers and the collector see it unchanged."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> None:
    write(BUILD / "app.css", stylesheet())
    write(BUILD / "sprite.svg", sprite())
    for source, target in VENDOR.items():
        write(BUILD / "vendor" / target, SOURCE_MAP.sub("", (NPM / source).read_text(encoding="utf-8")))
    shutil.copytree(FONTS, BUILD / "vendor" / "onest" / "files", dirs_exist_ok=True)


if __name__ == "__main__":
    main()
