"""Zip containers: which document they are, and whether they are safe to keep."""

import re
import tempfile
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

from wbk_portal.common.filegate import zipdir
from wbk_portal.common.filegate.results import Refused
from wbk_portal.common.filegate.zipdir import Budget, Entry, ZipBomb, ZipBroken

MAX_DEPTH = 3
"""Deepest container inside containers: a chart's table in a deck in a document."""

_MAX_SMALL_PART = 4 * 1024 * 1024
_SPOOL_BYTES = 4 * 1024 * 1024

CONTENT_TYPES = "[Content_Types].xml"
_ROOT_RELATIONS = "_rels/.rels"
_OFFICE_DOCUMENT = "/officeDocument"

_MAIN = re.compile(
    r"^application/vnd\.(?:openxmlformats-officedocument\.)?"
    r"(?P<program>wordprocessingml|spreadsheetml|presentationml)"
    r"\.(?P<form>document|sheet|presentation|slideshow|template)\.main\+xml$"
)
_KINDS = {
    ("wordprocessingml", "document"): "docx",
    ("spreadsheetml", "sheet"): "xlsx",
    ("presentationml", "presentation"): "pptx",
}
_TARGETS = {
    "wordprocessingml": "docx",
    "spreadsheetml": "xlsx",
    "presentationml": "pptx",
}
_MACRO_TARGETS = {
    "word": "docx",
    "excel": "xlsx",
    "powerpoint": "pptx",
}
_BINARY_SHEET = "application/vnd.ms-excel.sheet.binary.macroenabled.main"
_MACRO_PART = re.compile(r"(?:^|/)vba(?:project|data)[^/]*$|(?:^|/)macrosheets/")

_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OPEN_DOCUMENT_CODES = {
    "text": "odt",
    "spreadsheet": "ods",
    "presentation": "odp",
}


@dataclass
class _Package:
    """What `[Content_Types].xml` and the root relations say; names in lower case."""

    overrides: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    main_part: str = ""
    main_relation: str = ""

    def type_of(self, part: str) -> str:
        """Return the content type of a part, "" when nothing is declared."""
        extension = part.rpartition(".")[2]
        return self.overrides.get(part) or self.defaults.get(extension, "")


def check_office(source: BinaryIO, size: int) -> tuple[str, dict[str, Any]]:
    """Return (kind, facts) of a zip file that is a document we take.

    Facts: `entries`, `unpacked_bytes`, `embedded` (objects inside), `strict`.

    Raises:
        Refused: another kind of zip, macros, a password, damage, or a bomb; the
            code says which.
    """
    try:
        entries = zipdir.read_directory(source, size)
        package = _read_package(source, entries)
        kind = _kind(package, entries)
        if any(entry.is_encrypted for entry in entries):
            raise Refused("password_office")
        budget = Budget()
        _unpack_all(source, entries, budget, depth=1)
    except ZipBomb as error:
        raise Refused("zip_bomb") from error
    except ZipBroken as error:
        raise Refused("office_broken") from error
    return kind, {
        "entries": len(entries),
        "unpacked_bytes": budget.spent,
        "embedded": sum("/embeddings/" in entry.name for entry in entries),
        "strict": package.main_relation.startswith("http://purl.oclc.org/"),
    }


def _read_package(source: BinaryIO, entries: list[Entry]) -> _Package:
    by_name = {entry.name.lower(): entry for entry in entries}
    types = by_name.get(CONTENT_TYPES.lower())
    if types is None:
        raise Refused(*_other_zip(source, by_name))
    relations = by_name.get(_ROOT_RELATIONS)
    if types.is_encrypted or (relations and relations.is_encrypted):
        raise Refused("password_office")
    package = _Package()
    _parse(zipdir.read_entry(source, types, _MAX_SMALL_PART), package)
    if relations:
        _parse(zipdir.read_entry(source, relations, _MAX_SMALL_PART), package)
    return package


def _other_zip(source: BinaryIO, by_name: dict[str, Entry]) -> tuple[str]:
    """Return the refusal code for a zip that is no Office Open XML."""
    mimetype = by_name.get("mimetype")
    if mimetype and not mimetype.is_encrypted:
        text = zipdir.read_entry(source, mimetype, 1024).decode("ascii", "replace")
        if text.startswith(_OPEN_DOCUMENT):
            form = text.removeprefix(_OPEN_DOCUMENT).strip().partition("-")[0]
            return (_OPEN_DOCUMENT_CODES.get(form, "odf_other"),)
    if any(name.endswith(".iwa") for name in by_name) or "index.zip" in by_name:
        return ("iwork",)
    if any(entry.is_encrypted for entry in by_name.values()):
        return ("archive_locked",)
    return ("archive",)


def _kind(package: _Package, entries: list[Entry]) -> str:
    names = {entry.name.lower() for entry in entries}
    declared = package.type_of(package.main_part).lower()
    if declared.startswith(_BINARY_SHEET):
        raise Refused("xlsb")
    types = [*package.overrides.values(), *package.defaults.values()]
    locked_in = next((kind for kind in types if "macroenabled" in kind.lower()), "")
    if locked_in or any(_is_macro(name, package) for name in names):
        program = next((key for key in _MACRO_TARGETS if key in locked_in), "")
        raise Refused("macro", target=_MACRO_TARGETS.get(program, _guess(names)))
    match = _MAIN.match(declared)
    if match is None or package.main_part not in names:
        raise ZipBroken if _guess(names) else Refused("archive")
    program, form = match.group("program"), match.group("form")
    kind = _KINDS.get((program, form))
    if kind is None:
        raise Refused("office_template", target=_TARGETS[program])
    return kind


def _is_macro(name: str, package: _Package) -> bool:
    """Return True for a part with program code, by its name or its declared type."""
    declared = package.type_of(name).lower()
    return bool(_MACRO_PART.search(name)) or declared.endswith("ms-office.vbaproject")


def _guess(names: set[str]) -> str:
    """Return the likely kind by the folders inside, "" when there is no sign."""
    folders = {name.partition("/")[0] for name in names}
    for folder, kind in (("word", "docx"), ("xl", "xlsx"), ("ppt", "pptx")):
        if folder in folders:
            return kind
    return ""


def _unpack_all(
    source: BinaryIO, entries: list[Entry], budget: Budget, depth: int
) -> None:
    """Inflate everything once, to the last byte, keeping nothing."""
    for entry in entries:
        if entry.is_folder:
            continue
        chunks = zipdir.unpack(source, entry, budget)
        first = next(chunks, b"")
        if not first.startswith(b"PK\x03\x04"):
            for _ in chunks:
                pass
            continue
        if depth >= MAX_DEPTH:
            raise ZipBomb
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as inner:
            inner.write(first)
            for chunk in chunks:
                inner.write(chunk)
            # The stub of SpooledTemporaryFile lacks what BinaryIO promises.
            _check_inner(inner, inner.tell(), budget, depth + 1)  # type: ignore[arg-type]


def _check_inner(source: BinaryIO, size: int, budget: Budget, depth: int) -> None:
    """Check a container inside: it spends the same budget and may hold no macros."""
    try:
        entries = zipdir.read_directory(source, size)
        if any(_MACRO_PART.search(entry.name.lower()) for entry in entries):
            raise Refused("macro", target="")
        locked = any(entry.is_encrypted for entry in entries)
        if not locked:
            _unpack_all(source, entries, budget, depth)
    except ZipBroken:
        # A damaged object inside a sound document: the document still opens.
        return


def _parse(data: bytes, package: _Package) -> None:
    """Read either of the two small parts; a DOCTYPE has no business in them."""

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        content_type = attributes.get("ContentType", "")
        if name == "Override":
            part = attributes.get("PartName", "").lstrip("/").lower()
            package.overrides[part] = content_type
        elif name == "Default":
            package.defaults[attributes.get("Extension", "").lower()] = content_type
        elif name == "Relationship":
            relation = attributes.get("Type", "")
            if relation.endswith(_OFFICE_DOCUMENT) and not package.main_part:
                target = attributes.get("Target", "").replace("\\", "/")
                package.main_part = target.removeprefix("./").lstrip("/").lower()
                package.main_relation = relation

    def refuse(*_: object) -> None:
        raise ZipBroken

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:  # ValueError: unknown encoding
        raise ZipBroken from error
