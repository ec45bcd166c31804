"""Text of DOCX, XLSX and PPTX, read from the container. Runs in the child only."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from evidence.pipeline.plain import PAGE_CHARS, Text
from evidence.pipeline.progress import Writer
from evidence.pipeline.sheet import Sheets
from evidence.pipeline.xmlparts import elements, local, open_part

MAX_PARTS = 500
"""Most sheets or slides that are read."""

MAX_PAGE_ROWS, MAX_PAGE_COLUMNS = 80, 16
"""Largest sheet that is shown as one page instead of being printed on several."""

_DAMAGE = (
    zipfile.BadZipFile,
    ParseError,
    DefusedXmlException,
    KeyError,
    EOFError,
    NotImplementedError,  # a compression that zipfile does not know
    ValueError,
    OSError,
)
_NUMBER = re.compile(r"(\d+)\.xml$")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "tr": "\n"}


def read(path: str, kind: str) -> dict[str, Any]:
    """Read the text of an office file, one entry per sheet, slide or document.

    Returns:
        `reason` "corrupt" when the container cannot be read, else `facts` and
        `page_count`: how many sheets or slides; 1 for a document, whose pages only a
        converter knows.
    """
    collected = Text()
    writer = Writer()
    reader = {"docx": _document, "xlsx": _sheets, "pptx": _slides}[kind]
    count = 0
    fits_page = True
    try:
        with zipfile.ZipFile(path) as container:
            for label, content in reader(container):
                if count == MAX_PARTS:
                    collected.cut = True
                    break
                count += 1
                fits_page = fits_page and _fits_page(content)
                writer.page(count, label=label[:100], text=collected.take(content))
    except _DAMAGE as error:
        return {"reason": "corrupt", "detail": f"{type(error).__name__}: {error}"[:300]}
    finally:
        writer.close()
    facts: dict[str, Any] = {"has_text": collected.seen, "text_cut": collected.cut}
    if kind == "xlsx":
        facts["fits_page"] = fits_page
    return {"page_count": count, "failed": 0, "facts": facts}


def _fits_page(sheet: str) -> bool:
    """Return True for a sheet that stays readable as one page image."""
    rows = sheet.split("\n")
    columns = max(row.count("\t") for row in rows) + 1
    return len(rows) <= MAX_PAGE_ROWS and columns <= MAX_PAGE_COLUMNS


def _document(container: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    parts: list[str] = []
    for wanted in ("document", "header", "footer", "footnotes", "endnotes", "comments"):
        pattern = re.compile(rf"(?i)word/{wanted}\d*\.xml")
        parts += [name for name in container.namelist() if pattern.fullmatch(name)]
        if not parts:
            raise KeyError(wanted)
    pieces = []
    for name in parts:
        with open_part(container, name) as source:
            pieces.append(_running_text(source))
    yield "", "\n\n".join(piece for piece in pieces if piece)


def _slides(container: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    names = container.namelist()
    notes = {name.lower(): name for name in names}
    slides = [
        name for name in names if re.fullmatch(r"(?i)ppt/slides/slide\d+\.xml", name)
    ]
    for name in sorted(slides, key=_part_number):
        with open_part(container, name) as source:
            content = _running_text(source)
        note = notes.get(f"ppt/notesslides/notesslide{_part_number(name)}.xml")
        if note:
            with open_part(container, note) as source:
                content = f"{content}\n\n{_running_text(source)}".strip()
        yield "", content


def _sheets(container: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    return Sheets(container).texts()


def _part_number(name: str) -> int:
    match = _NUMBER.search(posixpath.basename(name))
    return int(match.group(1)) if match else 0


def _running_text(source: IO[bytes]) -> str:
    """Return the paragraphs of a part; cells of a row are separated by tabs."""
    out: list[str] = []
    length = in_cell = in_fallback = 0
    for event, element in elements(source):
        name = local(element)
        if event == "start":
            in_cell += name == "tc"
            # What an old program would show instead of the drawing beside it.
            in_fallback += name == "Fallback"
            continue
        if name == "Fallback":
            in_fallback -= 1
        if in_fallback:
            continue
        piece = _BREAKS.get(name, "")
        if name == "t":
            piece = element.text or ""
        elif name == "p":
            piece = " " if in_cell else "\n"
        elif name == "tc":
            in_cell -= 1
            piece = "\t"
        if piece:
            out.append(piece)
            length += len(piece)
            if length > 4 * PAGE_CHARS:
                break
    lines = "".join(out).splitlines()
    return "\n".join(re.sub(r" *\t *", "\t", line).strip() for line in lines).strip()
