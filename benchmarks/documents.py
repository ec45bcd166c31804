"""PDF files of a wanted size, each with bytes of its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

MIB = 1024 * 1024

_HEAD = b"%PDF-1.4\n%"
_MARK = 64


class Document:
    """A PDF with one page and an attachment that nobody reads, of a wanted size."""

    def __init__(self, size: int) -> None:
        """Make it once; every copy shares the large piece."""
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
        filler = b""
        if size > 4096:
            data = secrets.token_bytes(65536).replace(b"stream", b"      ")
            length = size - 2048
            data = (data * (length // len(data) + 1))[:length]
            filler = b"<< /Length %d >>\nstream\n%s\nendstream" % (length, data)
            objects.append(filler)
        out = bytearray(b"\n")
        start = len(_HEAD) + _MARK
        offsets = []
        for number, body in enumerate(objects, start=1):
            offsets.append(start + len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        table = start + len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        for offset in offsets:
            out += b"%010d 00000 n \n" % offset
        out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
            len(objects) + 1,
            table,
        )
        self._rest = memoryview(bytes(out))

    def copy(self) -> Sequence[bytes]:
        """Return the pieces of a file that no earlier one equals."""
        mark = secrets.token_hex(_MARK // 2).encode()
        return [_HEAD, mark, self._rest]
