"""The English catalogue: collecting, checking and compiling, without gettext tools.

Source texts are Indonesian and are their own ids. Babel reads Python files; Django
turns templates into something that reads like Python.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PYTHON_FOLDERS = ("wbk_portal", "indicators", "evidence", "surveys", "complaints")


def po_path(root: Path, language: str = "en") -> Path:
    """Return where a language's catalogue stands."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _sources(root: Path) -> Iterator[tuple[str, bytes]]:
    for folder in _PYTHON_FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(root)), path.read_bytes()
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # What was not text to translate is a row of X; indentation means nothing.
            lines = (line.lstrip() for line in text.splitlines())
            yield str(path.relative_to(root)), "\n".join(lines).encode()


def collect(root: Path) -> Catalog:
    """Return all texts that the code and the templates mark for translation."""
    template = Catalog(charset="utf-8", fuzzy=False)
    for name, source in _sources(root):
        found = extract(
            "python", io.BytesIO(source), _KEYWORDS, (), {"encoding": "utf-8"}
        )
        for _line, message, _comments, context in found:
            if message and message != "":
                template.add(message, locations=[(name, 0)], context=context)
    return template


def load(path: Path, language: str = "en") -> Catalog:
    """Return a stored catalogue, or an empty one."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update(root: Path, language: str = "en") -> Catalog:
    """Bring the stored catalogue up to date with the code; keep translations."""
    path = po_path(root, language)
    catalogue = load(path, language)
    catalogue.update(collect(root), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(
            stream,
            catalogue,
            no_location=True,
            omit_header=False,
            sort_output=True,
            width=0,
        )
    return catalogue


def _is_translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts) and "fuzzy" not in message.flags


def untranslated(root: Path, language: str = "en") -> list[str]:
    """Return the texts of the code that the stored catalogue does not translate."""
    stored = load(po_path(root, language), language)
    missing = []
    for message in collect(root):
        if not message.id:
            continue
        known = stored.get(message.id, message.context)
        if known is None or not _is_translated(known):
            first = message.id if isinstance(message.id, str) else message.id[0]
            missing.append(str(first))
    return missing


def compile_catalogues(root: Path) -> list[Path]:
    """Write the .mo beside each .po that is newer; return what was written."""
    written = []
    for path in sorted((root / "locale").glob("*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        partial = target.with_suffix(".mo.part")
        with partial.open("wb") as stream:
            write_mo(stream, load(path, path.parent.parent.name))
        partial.replace(target)
        written.append(target)
    return written
