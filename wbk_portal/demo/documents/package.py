"""Office packages (DOCX, PPTX) as zip files with fixed times."""

from __future__ import annotations

import datetime as dt
import functools
import io
import zipfile
from html import escape

from .emblem import emblem
from .typeset import pages_png

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Zip entries carry this time whatever the day: the same bytes every time.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pack(parts: dict[str, str | bytes]) -> bytes:
    """Return a package; parts stand in the given order, content types first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, content)
    return out.getvalue()


def content_types(overrides: dict[str, str]) -> str:
    """Return [Content_Types].xml for parts with their types."""
    rows = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>'
        for name, kind in overrides.items()
    )
    return (
        f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml"'
        ' ContentType="application/xml"/><Default Extension="png"'
        f' ContentType="image/png"/>{rows}</Types>'
    )


def relationships(rows: list[tuple[str, str, str]]) -> str:
    """Return a .rels part.

    Args:
        rows: Id, last word(s) of the type, target.
    """
    body = "".join(
        f'<Relationship Id="{key}" Type="{_type(kind)}" Target="{target}"/>'
        for key, kind, target in rows
    )
    return f'{DECLARATION}<Relationships xmlns="{_RELATIONS}">{body}</Relationships>'


def _type(kind: str) -> str:
    if kind == "core-properties":
        return f"{_RELATIONS}/metadata/core-properties"
    return f"{OFFICE_RELATION}/{kind}"


def core_properties(title: str, author: str, day: dt.date) -> str:
    """Return docProps/core.xml with the day of making."""
    stamp = f"{day.isoformat()}T02:15:00Z"
    return (
        f"{DECLARATION}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        "<cp:keywords>dokumen contoh, lembaga rekaan</cp:keywords>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified>'
        "</cp:coreProperties>"
    )


@functools.cache
def emblem_png() -> bytes:
    """Return the emblem as a picture of 240 × 240 pixels."""
    [png] = pages_png("picture", {"svg": emblem(), "width": 240, "height": 240}, 72)
    return png
