"""Width and height of pictures, read from their headers alone."""

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from wbk_portal.common.filegate.results import Refused

MAX_PIXELS = 120_000_000
"""Most pixels of one picture: phones with 108 megapixels pass."""

_MAX_SEGMENTS = 4096
_MAX_STRAY_BYTES = 64 * 1024
_MAX_META_BYTES = 8 * 1024 * 1024

# Start-of-frame markers of JPEG; C4, C8 and CC in this range mean something else.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})

HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_HEIF_BRANDS = frozenset({b"mif1", b"mif2", b"msf1"})


class _CutOff(Exception):
    """The header ends before the size of the picture is known."""


def heif_brand(head: bytes) -> str | None:
    """Return "heic", "avif" or None for the start of an ISO base media file."""
    if head[4:8] != b"ftyp" or len(head) < 16:
        return None
    length = min(struct.unpack(">L", head[:4])[0], len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & HEIC_BRANDS:
        return "heic"
    if brands & {b"avif", b"avis"}:
        return "avif"
    return "heic" if head[8:12] in _HEIF_BRANDS else None


def dimensions(kind: str, source: BinaryIO, size: int) -> tuple[int, int]:
    """Return (width, height) in pixels.

    Args:
        kind: "jpg", "png", "webp" or "heic".

    Raises:
        Refused: "truncated" when the header is cut off or says nothing sensible.
    """
    reader = {"jpg": _jpeg, "png": _png, "webp": _webp, "heic": _heic}[kind]
    try:
        source.seek(0)
        width, height = reader(source, size)
    except (_CutOff, struct.error) as error:
        raise Refused("truncated") from error
    if width < 1 or height < 1:
        raise Refused("truncated")
    return width, height


def check_pixels(width: int, height: int, max_pixels: int = MAX_PIXELS) -> None:
    """Refuse a picture with more than `max_pixels` pixels."""
    if width * height > max_pixels:
        raise Refused(
            "too_many_pixels",
            width=width,
            height=height,
            megapixels=max_pixels // 1_000_000,
        )


def _read(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise _CutOff
    return data


def _jpeg(source: BinaryIO, size: int) -> tuple[int, int]:
    _read(source, 2)
    stray = 0
    for _ in range(_MAX_SEGMENTS):
        byte = _read(source, 1)[0]
        while byte != 0xFF:  # stray bytes between segments: readers skip them
            stray += 1
            if stray > _MAX_STRAY_BYTES:
                raise _CutOff
            byte = _read(source, 1)[0]
        while byte == 0xFF:
            byte = _read(source, 1)[0]
        if byte in _JPEG_BARE or byte == 0:
            continue
        if byte in {0xD9, 0xDA}:  # end, or pixels, before any frame header
            break
        (length,) = struct.unpack(">H", _read(source, 2))
        if byte in _JPEG_FRAMES:
            height, width = struct.unpack(">xHH", _read(source, 5))
            return width, height
        source.seek(max(length - 2, 0), 1)
    raise _CutOff


def _png(source: BinaryIO, size: int) -> tuple[int, int]:
    head = _read(source, 33)
    length, tag = struct.unpack_from(">L4s", head, 8)
    (crc,) = struct.unpack_from(">L", head, 29)
    if length != 13 or tag != b"IHDR" or zlib.crc32(head[12:29]) != crc:
        raise _CutOff
    width, height = struct.unpack_from(">LL", head, 16)
    return width, height


def _webp(source: BinaryIO, size: int) -> tuple[int, int]:
    # One pixel fits into 26 bytes; the padding never makes a size.
    head = source.read(30).ljust(30, b"\0")
    form = head[12:16]
    if form == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
        return width, height
    if form == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise _CutOff


def _heic(source: BinaryIO, size: int) -> tuple[int, int]:
    """Return the largest picture described in the `meta` box (tiles are smaller)."""
    for tag, start, length in _file_boxes(source, size):
        if tag != b"meta":
            continue
        if length > _MAX_META_BYTES:
            break
        source.seek(start)
        meta = _read(source, length)[4:]
        sizes = []
        for kind, body in _boxes(meta):
            if kind != b"iprp":
                continue
            for inner, properties in _boxes(body):
                if inner == b"ipco":
                    sizes += [
                        struct.unpack_from(">LL", box, 4)
                        for name, box in _boxes(properties)
                        if name == b"ispe"
                    ]
        if sizes:
            return max(sizes, key=lambda pair: pair[0] * pair[1])
        break
    raise _CutOff


def _file_boxes(source: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield (type, start of body, length of body) of the outermost boxes."""
    position = 0
    for _ in range(_MAX_SEGMENTS):
        if position + 8 > size:
            return
        source.seek(position)
        length, tag = struct.unpack(">L4s", _read(source, 8))
        header = 8
        if length == 1:
            (length,) = struct.unpack(">Q", _read(source, 8))
            header = 16
        elif length == 0:
            length = size - position
        if length < header or position + length > size:
            raise _CutOff
        yield tag, position + header, length - header
        position += length


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, body) of the boxes inside a box."""
    position = 0
    while position + 8 <= len(data):
        length, tag = struct.unpack_from(">L4s", data, position)
        if length < 8:
            return
        yield tag, data[position + 8 : position + length]
        position += length
