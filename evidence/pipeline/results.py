"""What the pipeline found out about a file."""

from dataclasses import dataclass, field
from typing import Any

READY = "ready"
"""Every page that was asked for has its image (and its text, where there is any)."""

PARTIAL = "partial"
"""Something can be shown, something is missing: `reason` says why."""

UNAVAILABLE = "unavailable"
"""Nothing can be shown, though the file itself may be sound."""

REJECTED = "rejected"
"""Damaged or locked, nobody can open the file: "ditolak setelah diterima"."""


@dataclass(frozen=True)
class ImageFile:
    """A WebP file in the output folder.

    Attributes:
        name: File name in the folder.
        width: Pixels.
        height: Pixels.
        size: Bytes.
    """

    name: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Page:
    """One page, sheet, slide or picture.

    Attributes:
        number: From 1.
        text: Its text without NUL and other control characters; may be cut.
        label: Name of the sheet, "" for everything else.
        image: To read, at most IMAGE_BYTES; None when it was not asked for or failed.
        thumb: Small, for lists; None except for the first page.
    """

    number: int
    text: str = ""
    label: str = ""
    image: ImageFile | None = None
    thumb: ImageFile | None = None


@dataclass(frozen=True)
class Preview:
    """The whole result.

    Attributes:
        state: READY, PARTIAL, UNAVAILABLE or REJECTED.
        reason: Key of `messages.REASONS`; "" when ready.
        page_count: Pages of the document; None when it could not be opened.
        pages: What was made, ascending by number; images beyond the first pages are
            made on demand by `render_pages`.
        facts: JSON-able remarks: `has_text`, `signatures`, `javascript`,
            `attachments`, `text_cut`, `width`, `height`.
        converted: Name of the PDF in the output folder that an office file became;
            keep it to render further pages; "" otherwise.
        detail: For logs only.
    """

    state: str
    reason: str = ""
    page_count: int | None = None
    pages: tuple[Page, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    converted: str = ""
    detail: str = ""
