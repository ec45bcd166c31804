"""Old compound files (OLE2): which program's, and whether they hide a locked document.

Only the directory is read: enough to name the right way to convert.
"""

import struct
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER_BYTES = 512
_FREE = 0xFFFFFFFA
"""Sector numbers from here on are marks, not sectors."""

_MAX_DIRECTORY_SECTORS = 4096

# Name of a stream -> what the file is; the first that is present wins.
_STREAMS = (
    ("EncryptedPackage", "password_office"),
    ("WordDocument", "legacy_doc"),
    ("Workbook", "legacy_xls"),
    ("Book", "legacy_xls"),
    ("PowerPoint Document", "legacy_ppt"),
    ("__properties_version1.0", "email"),
)


def classify(source: BinaryIO, size: int) -> str:
    """Return the refusal code for a compound file, "unknown" if it is none of ours."""
    try:
        names = _stream_names(source, size)
    except struct.error:
        names = set()
    for stream, code in _STREAMS:
        if stream in names:
            return code
    # A damaged directory: the names still stand somewhere near an end.
    source.seek(0)
    sample = source.read(1 << 20)
    source.seek(max(0, size - (1 << 20)))
    sample += source.read(1 << 20)
    for stream, code in _STREAMS:
        if stream.encode("utf-16-le") in sample:
            return code
    return "unknown"


def _stream_names(source: BinaryIO, size: int) -> set[str]:
    source.seek(0)
    header = source.read(_HEADER_BYTES)
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in {9, 12}:
        raise struct.error
    sector_size = 1 << shift
    (sector,) = struct.unpack_from("<L", header, 48)
    fat_sectors = struct.unpack_from("<109L", header, 76)
    names = set()
    seen: set[int] = set()
    while sector < _FREE and len(seen) < _MAX_DIRECTORY_SECTORS:
        position = (sector + 1) * sector_size
        if sector in seen or position >= size:
            break
        seen.add(sector)
        source.seek(position)
        data = source.read(sector_size)
        for start in range(0, len(data) - 127, 128):
            (length,) = struct.unpack_from("<H", data, start + 64)
            if 2 <= length <= 64:
                raw = data[start : start + length - 2]
                names.add(raw.decode("utf-16-le", errors="replace"))
        sector = _next_sector(source, sector, sector_size, fat_sectors)
    return names


def _next_sector(
    source: BinaryIO, sector: int, sector_size: int, fat_sectors: tuple[int, ...]
) -> int:
    per_sector = sector_size // 4
    index = sector // per_sector
    if index >= len(fat_sectors) or fat_sectors[index] >= _FREE:
        return _FREE
    source.seek((fat_sectors[index] + 1) * sector_size + sector % per_sector * 4)
    (following,) = struct.unpack("<L", source.read(4))
    return int(following)
