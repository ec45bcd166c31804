"""PDF: its header, and whether it is locked, without reading its objects.

Real scanners and signing programs leave junk before the header and after the end,
and offsets that are wrong by as much; viewers accept all that, so does the gate.
"""

import re
from typing import Any, BinaryIO

from wbk_portal.common.filegate.results import Refused

HEADER_WINDOW = 1024
"""Viewers look for `%PDF-` in so many first bytes."""

_EDGE = 64 * 1024
_TAIL = 2 * 1024 * 1024
_MAX_XREF = 32 * 1024 * 1024

# Every repeat is bounded: the bytes are a stranger's.
_SPACE = rb"[ \t\r\n\0\f]"
_OBJECT = re.compile(rb"\d{1,10}%b{1,9}\d{1,5}%b{1,9}obj\b" % (_SPACE, _SPACE))
_START = re.compile(rb"startxref%b{0,32}(\d{1,12})" % _SPACE)
_ENCRYPT = re.compile(
    rb"/Encrypt%b{0,32}(?:\d{1,10}%b{1,9}\d{1,5}%b{1,9}R|<<)" % ((_SPACE,) * 3)
)
_VERSION = re.compile(rb"%PDF-(\d\.\d)")


def check_pdf(
    source: BinaryIO, size: int, *, allow_locked: bool = False
) -> dict[str, Any]:
    """Return facts about a PDF: `pdf_version`, `locked`.

    Raises:
        Refused: "truncated" (a header and nothing else), "password_pdf".
    """
    source.seek(0)
    head = source.read(_EDGE)
    source.seek(max(0, size - _TAIL))
    tail = source.read(_TAIL)
    if not _OBJECT.search(head) and not _OBJECT.search(tail):
        raise Refused("truncated")
    locked = _is_locked(source, head, tail, size)
    if locked and not allow_locked:
        raise Refused("password_pdf")
    version = _VERSION.search(head)
    return {
        "pdf_version": version.group(1).decode() if version else "",
        "locked": locked,
    }


def _is_locked(source: BinaryIO, head: bytes, tail: bytes, size: int) -> bool:
    start = _START.match(tail, max(0, tail.rfind(b"startxref")))
    if start:
        # Offsets count from `%PDF-` in some files and from the first byte in others.
        shift = head.find(b"%PDF-")
        for offset in dict.fromkeys((int(start[1]), int(start[1]) + shift)):
            trailer = _trailer_at(source, offset, size)
            if trailer:
                return bool(_ENCRYPT.search(trailer))
    # No usable table: viewers would rebuild it from what stands at the ends.
    return bool(_ENCRYPT.search(head) or _ENCRYPT.search(tail))


def _trailer_at(source: BinaryIO, offset: int, size: int) -> bytes:
    """Return the dictionary that a cross-reference table or stream carries."""
    if offset >= size:
        return b""
    source.seek(offset)
    start = source.read(_EDGE)
    text = start.lstrip(b" \t\r\n\0\f")
    if _OBJECT.match(text):
        dictionary, stream, _ = text.partition(b"stream")
        return dictionary if stream and b"/XRef" in dictionary else b""
    if not text.startswith(b"xref"):
        return b""
    # The table holds digits only, so the first `trailer` is the keyword.
    window, read = start, len(start)
    while (at := window.find(b"trailer")) < 0:
        more = source.read(_EDGE * 16)
        if not more or read > _MAX_XREF:
            return b""
        read += len(more)
        window = window[-8:] + more
    rest = window[at:] + source.read(_EDGE)
    return rest.partition(b"startxref")[0]
