"""The catalogues: collecting, checking and compiling, without gettext tools.

Source texts are Indonesian and are their own ids. What Django and allauth say stands
in `library_texts` by its English id, and is said in the portal's words in both
languages; `locale/id` holds nothing else. Modules are read as syntax trees; Django
turns templates into something that reads like Python, which Babel reads.
"""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
"""Functions that mark a text, and which of their arguments are texts."""

_Marked = tuple[str | None, str | tuple[str, ...]]
"""Context, and a text or its singular and plural."""

_NO_TEXTS = {"tests", "benchmarks"}
_TEMPLATE_SUFFIXES = {".html", ".txt"}

_HEADER = "# %s texts of WBK Portal. Made with `manage.py texts`; see its help.\n#"
_NAMES = {"en": "English", "id": "Indonesian"}
_LIBRARY_TEXTS = Path("wbk_portal", "common", "library_texts.py")
_VOLATILE = (
    b'"POT-Creation-Date:',
    b'"PO-Revision-Date:',
    b'"Last-Translator:',
    b'"Language-Team:',
    b'"Report-Msgid-Bugs-To:',
    b'"Generated-By:',
)
"""Lines of the head that say nothing here and would differ after each run."""

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])")
_BRACE = re.compile(r"\{(\w*)\}")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d+|\w+);")


def po_path(root: Path, language: str = "en") -> Path:
    """Return where a language's catalogue stands."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


# --- Collecting ----------------------------------------------------------------------
def _packages(root: Path) -> list[Path]:
    return sorted(
        folder
        for folder in root.iterdir()
        if folder.name not in _NO_TEXTS and (folder / "__init__.py").is_file()
    )


def _texts_of_arguments(
    arguments: list[ast.expr], keyword: tuple[Any, ...]
) -> tuple[str | None, str | tuple[str, ...]] | None:
    """Return context and text (or singular and plural) of a call, None if variable."""
    context, texts = None, []
    for position in keyword:
        number = position[0] if isinstance(position, tuple) else position
        if len(arguments) < number:
            return None
        value = arguments[number - 1]
        if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
            return None
        if isinstance(position, tuple):
            context = value.value
        else:
            texts.append(value.value)
    return context, texts[0] if len(texts) == 1 else tuple(texts)


def _python_texts(source: bytes) -> Iterator[_Marked]:
    """Yield what a module marks.

    The syntax tree is read, not the tokens: a call inside an f-string is a token of
    its own only since Python 3.12. Functions are known under other names as well.
    """
    nodes = list(ast.walk(ast.parse(source)))
    names = dict(_KEYWORDS)
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if name.asname and name.name in _KEYWORDS:
                    names[name.asname] = _KEYWORDS[name.name]
    for node in nodes:
        if isinstance(node, ast.Call):
            function = node.func
            called = (
                function.id
                if isinstance(function, ast.Name)
                else function.attr
                if isinstance(function, ast.Attribute)
                else ""
            )
            if called in names:
                found = _texts_of_arguments(node.args, names[called] or (1,))
                if found and found[1]:
                    yield found


def _template_texts(path: Path) -> Iterator[_Marked]:
    """Yield what a template marks."""
    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # What was not text to translate is a row of X; indentation means nothing.
    source = "\n".join(line.lstrip() for line in text.splitlines()).encode()
    options = {"encoding": "utf-8"}
    for _line, found, _comments, context in extract(
        "python", io.BytesIO(source), _KEYWORDS, (), options
    ):
        if found:
            yield context, found


def collect(root: Path) -> Catalog:
    """Return all texts that the code and the templates mark for translation."""
    template = Catalog(charset="utf-8", fuzzy=False)
    packages = _packages(root)
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            if "migrations" not in path.parts:
                for context, text in _python_texts(path.read_bytes()):
                    template.add(text, context=context)
    folders = [root / "templates"]
    folders += [found for one in packages for found in one.rglob("templates")]
    for folder in folders:
        for path in sorted(folder.rglob("*.*")):
            if path.suffix in _TEMPLATE_SUFFIXES:
                for context, text in _template_texts(path):
                    template.add(text, context=context)
    return template


def collect_library_texts(root: Path) -> Catalog:
    """Return the sentences of libraries that the portal says in its own words."""
    template = Catalog(charset="utf-8", fuzzy=False)
    for context, text in _python_texts((root / _LIBRARY_TEXTS).read_bytes()):
        template.add(text, context=context)
    return template


def collect_for(root: Path, language: str) -> Catalog:
    """Return the texts that a language's catalogue must have."""
    return collect_library_texts(root) if language == "id" else collect(root)


# --- Keeping -------------------------------------------------------------------------
def load(path: Path, language: str = "en") -> Catalog:
    """Return a stored catalogue, or an empty one."""
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def store(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue so that equal texts give equal bytes."""
    catalogue.project, catalogue.version = "WBK Portal", "1"
    name = _NAMES.get(str(catalogue.locale), "English")
    catalogue.header_comment = _HEADER % name
    stream = io.BytesIO()
    write_po(
        stream,
        catalogue,
        no_location=True,
        omit_header=False,
        sort_output=True,
        width=0,
    )
    lines = stream.getvalue().splitlines(keepends=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".po.part")
    partial.write_bytes(
        b"".join(line for line in lines if not line.startswith(_VOLATILE))
    )
    partial.replace(path)


def update(root: Path, language: str = "en") -> Catalog:
    """Bring the stored catalogue up to date with the code; keep translations.

    Texts that the code no longer has are dropped.
    """
    path = po_path(root, language)
    catalogue = load(path, language)
    catalogue.update(collect_for(root, language), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    store(path, catalogue)
    return catalogue


# --- Checking ------------------------------------------------------------------------
def _forms(text: Any) -> tuple[str, ...]:
    """Return the singular and the plural of a text, or the only form."""
    return tuple(text) if isinstance(text, (tuple, list)) else (text,)


def _is_translated(message: Message) -> bool:
    return all(_forms(message.string)) and "fuzzy" not in message.flags


def untranslated(
    root: Path, language: str = "en", *, collected: Catalog | None = None
) -> list[str]:
    """Return the texts of the code that the stored catalogue does not translate.

    A fuzzy entry is a guess and counts as none.

    Args:
        collected: What `collect(root)` gave just now; else the code is read.
    """
    stored = load(po_path(root, language), language)
    missing = []
    for message in collected or collect_for(root, language):
        if not message.id:
            continue
        known = stored.get(message.id, message.context)
        if known is None or not _is_translated(known):
            missing.append(str(_forms(message.id)[0]))
    return missing


def _placeholders(text: str) -> Counter[str]:
    """Count what is filled in: `%(n)d`, `%s`, `{n}`.

    `%(Term)s` is `%(term)s` with a capital: whoever fills one has both.
    """
    found = Counter(
        f"%({name.lower() if name.lower() == 'term' else name}){kind}"
        for name, kind in _PERCENT.findall(text)
        if kind != "%"
    )
    return found + Counter(f"{{{name}}}" for name in _BRACE.findall(text))


def _difference(source: str, translation: str) -> str:
    """Say in what a translation differs from its source beyond the words, or ""."""
    for what, parts in (
        ("placeholders", _placeholders),
        ("tags", lambda text: Counter(_TAG.findall(text))),
        ("entities", lambda text: Counter(_ENTITY.findall(text))),
    ):
        if parts(source) != parts(translation):
            return what
    stripped, shown = source.strip(), translation.strip()
    if source.replace(stripped, "\0") != translation.replace(shown, "\0"):
        return "spaces at the ends"
    return ""


def faults(
    root: Path, language: str = "en", *, collected: Catalog | None = None
) -> list[str]:
    """Return what is wrong with stored entries, one sentence each.

    A placeholder, a tag or an entity that one language has and the other has not, in
    a form and its counterpart; a text that the code no longer has; a wrong number of
    plural forms.

    Args:
        collected: As of `untranslated`.
    """
    stored = load(po_path(root, language), language)
    known = collected or collect_for(root, language)
    found = []
    for message in stored:
        if not message.id:
            continue
        sources, texts = _forms(message.id), _forms(message.string)
        name = repr(str(sources[0]))
        if known.get(message.id, message.context) is None:
            found.append(f"{name}: not in the code")
        if len(sources) != len(texts):
            found.append(f"{name}: {len(texts)} forms instead of {len(sources)}")
        for source, text in zip(sources, texts, strict=False):
            if text and (difference := _difference(source, text)):
                found.append(f"{name}: {difference} differ in {text!r}")
    found += [f"{str(_forms(key)[0])!r}: obsolete" for key in stored.obsolete]
    return found


# --- Compiling -----------------------------------------------------------------------
def compile_catalogues(root: Path) -> list[Path]:
    """Write the .mo beside each .po that is newer; return what was written."""
    written = []
    for path in sorted((root / "locale").glob("*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > path.stat().st_mtime:
            continue
        partial = target.with_suffix(".mo.part")
        with partial.open("wb") as stream:
            write_mo(stream, load(path, path.parent.parent.name))
        partial.replace(target)
        written.append(target)
    return written
