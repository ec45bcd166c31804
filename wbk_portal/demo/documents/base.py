"""What a demo document is, and the register of the kinds that can be built."""

from __future__ import annotations

import builtins
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Facts

MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ),
    "png": "image/png",
    "jpg": "image/jpeg",
}


@dataclass(frozen=True)
class DemoFile:
    """A finished file as a unit would upload it, with what the unit says about it.

    `kind_key` is a key of `evidence_kinds` in the indicator catalogue, or one of the
    generic kinds. `url` and `seen_on` are filled for captures of a web page.
    """

    name: str
    title: str
    bytes: builtins.bytes
    mime: str
    kind_key: str
    document_date: dt.date | None = None
    covers_from: dt.date | None = None
    covers_until: dt.date | None = None
    valid_until: dt.date | None = None
    note: str = ""
    url: str = ""
    seen_on: dt.date | None = None


@dataclass(frozen=True)
class Draft:
    """What a builder returns: content, and the unit's own words about it."""

    content: builtins.bytes
    date: dt.date
    name: str = ""
    title: str = ""
    covers: tuple[dt.date, dt.date] | None = None
    valid_until: dt.date | None = None
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of document that can be built.

    `items` are the slugs of the items that it fits, the most fitting first. `title`
    may contain {unit}, {city}, {year} and {service}. `family` says which faults are
    possible: paper, office, capture, photo.
    """

    key: str
    kind_key: str
    extension: str
    family: str
    title: str
    file_name: str
    items: tuple[str, ...]
    build: Callable[[Facts], Draft]


KINDS: dict[str, Kind] = {}


def document(
    key: str,
    *,
    evidence: str = "",
    ext: str = "pdf",
    family: str = "",
    title: str,
    file: str,
    items: str,
) -> Callable[[Callable[[Facts], Draft]], Callable[[Facts], Draft]]:
    """Register the decorated builder as a kind of document.

    Args:
        evidence: Key of the evidence kind; the document's own key when empty.
        title: Title as the unit writes it, with placeholders.
        file: File name without ending, with the same placeholders.
        items: Slugs of fitting items, separated by spaces.
    """

    def register(build: Callable[[Facts], Draft]) -> Callable[[Facts], Draft]:
        if key in KINDS:
            raise ValueError(f"two builders for {key}")
        KINDS[key] = Kind(
            key=key,
            kind_key=evidence or key,
            extension=ext,
            family=family
            or {"pdf": "paper", "jpg": "photo", "png": "capture"}.get(ext, "office"),
            title=title,
            file_name=file,
            items=tuple(items.split()),
            build=build,
        )
        return build

    return register
