"""Typesetting with typst: one font book, data as JSON, the same bytes every time."""

from __future__ import annotations

import atexit
import datetime as dt
import functools
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import fontpkg_plus_jakarta_sans
import typst

_TEMPLATES = Path(__file__).parent / "typst"
FONT_FILE = (
    Path(fontpkg_plus_jakarta_sans.__file__).parent
    / "files"
    / "PlusJakartaSans[wght].ttf"
)


class _Press:
    """The compiler with its fonts and a private root folder for pictures."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="wbk-demo-"))
        atexit.register(shutil.rmtree, self.root, ignore_errors=True)
        for template in _TEMPLATES.glob("*.typ"):
            shutil.copyfile(template, self.root / template.name)
        # Only embedded fonts and our own: system fonts differ between machines.
        self.fonts = typst.Fonts(
            include_system_fonts=False, font_paths=[str(FONT_FILE.parent)]
        )
        self.compiler = typst.Compiler(root=str(self.root), font_paths=self.fonts)


@functools.cache
def _press() -> _Press:
    return _Press()


def keep_picture(content: bytes, suffix: str) -> str:
    """Make a picture usable in papers and return its name for the template.

    Args:
        content: Bytes of a PNG or JPEG.
        suffix: ``.png`` or ``.jpg``.
    """
    name = hashlib.sha256(content).hexdigest()[:20] + suffix
    path = _press().root / name
    if not path.exists():
        path.write_bytes(content)
    return name


def pdf(template: str, data: dict[str, Any], made: dt.date) -> bytes:
    """Return a PDF set by `template` from `data`; same input, same bytes.

    Args:
        template: Name of a file in the folder ``typst``, without ending.
        made: Day of making, in the PDF's own record.
    """
    stamp = dt.datetime.combine(made, dt.time(9, 30), tzinfo=dt.UTC)
    result = _press().compiler.compile(
        str(_press().root / f"{template}.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=stamp,
        pdf_tags=False,
    )
    return _pages(result)[0]


def pages_png(template: str, data: dict[str, Any], ppi: float) -> list[bytes]:
    """Return the pages of a template as PNG pictures."""
    result = _press().compiler.compile(
        str(_press().root / f"{template}.typ"),
        format="png",
        ppi=ppi,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return _pages(result)


def _pages(result: bytes | list[bytes] | None) -> list[bytes]:
    if result is None:
        raise RuntimeError("typst returned nothing")
    return [result] if isinstance(result, bytes) else result
