"""The directory of a zip file, read strictly, and its entries, inflated with a budget.

Own reader instead of `zipfile`: it must see what other programs would see (real sizes,
overlapping entries, a name that differs between the two headers) and must never hold
more than one chunk of an entry.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_ENTRIES = 10_000
"""Most entries of one container; the largest real decks have about 3,000 parts."""

MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
"""Largest directory that is read into memory, in bytes."""

MAX_UNPACKED_BYTES = 400 * 1024 * 1024
"""Most bytes that a file may unpack to, all levels together."""

RATIO_FLOOR_BYTES = 64 * 1024 * 1024
"""Below this unpacked size no ratio is suspicious: a white scan shrinks 1,000 times."""

MAX_RATIO = 250
"""Most unpacked bytes per packed byte above the floor; real sheets stay below 100."""

CHUNK = 256 * 1024
STORED, DEFLATED = 0, 8
ENCRYPTED_FLAG = 0x1
UTF8_FLAG = 0x800

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")


class ZipBroken(Exception):
    """The container is damaged or contradicts itself."""


class ZipBomb(Exception):
    """The container unpacks to far more than a document needs."""


@dataclass(frozen=True)
class Entry:
    """One entry of the directory; sizes in bytes, `offset` of its local header."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    unpacked: int
    offset: int

    @property
    def is_encrypted(self) -> bool:
        """Return True when the entry's bytes are locked by a password."""
        return bool(self.flags & ENCRYPTED_FLAG)

    @property
    def is_folder(self) -> bool:
        """Return True for an entry that only names a folder."""
        return self.name.endswith("/") and not self.unpacked


class Budget:
    """Unpacked bytes that one upload may still produce, shared by nested containers."""

    def __init__(self, total: int = MAX_UNPACKED_BYTES) -> None:
        """Start with `total` bytes."""
        self.left = total
        self.spent = 0

    def spend(self, count: int) -> None:
        """Take `count` bytes.

        Raises:
            ZipBomb: Nothing is left.
        """
        self.left -= count
        self.spent += count
        if self.left < 0:
            raise ZipBomb


def read_directory(source: BinaryIO, size: int) -> list[Entry]:
    """Return the entries of a zip file of `size` bytes, in directory order.

    Raises:
        ZipBroken: Not a zip, cut off, contradictory, or with unsafe entry names.
        ZipBomb: Too many entries, overlapping ones, or absurd sizes.
    """
    try:
        count, length, start = _find_directory(source, size)
        if count > MAX_ENTRIES or length > MAX_DIRECTORY_BYTES:
            raise ZipBomb
        source.seek(start)
        entries = list(_parse(_read(source, length)))
    except (struct.error, UnicodeDecodeError) as error:
        raise ZipBroken from error
    if len(entries) != count:
        raise ZipBroken
    _check_names(entries)
    _check_layout(entries, start)
    _check_declared(entries)
    return entries


def unpack(source: BinaryIO, entry: Entry, budget: Budget) -> Iterator[bytes]:
    """Yield the real bytes of an entry in chunks, checking size and checksum.

    Raises:
        ZipBroken: Damaged bytes, an unknown method, or a wrong size or checksum.
        ZipBomb: The budget is spent, or more comes out than the directory says.
    """
    if entry.method not in {STORED, DEFLATED} or entry.is_encrypted:
        raise ZipBroken
    source.seek(entry.offset)
    header = _LOCAL.unpack(_read(source, _LOCAL.size))
    name = _read(source, header[10])
    if header[0] != b"PK\x03\x04" or name != entry.raw_name:
        raise ZipBroken
    source.seek(header[11], 1)
    count = crc = 0
    packed = _packed(source, entry.packed)
    chunks = packed if entry.method == STORED else _inflate(packed)
    try:
        for chunk in chunks:
            count += len(chunk)
            if count > entry.unpacked:
                raise ZipBomb
            budget.spend(len(chunk))
            crc = zlib.crc32(chunk, crc)
            yield chunk
    except zlib.error as error:
        raise ZipBroken from error
    if count != entry.unpacked or crc != entry.crc:
        raise ZipBroken


def read_entry(source: BinaryIO, entry: Entry, limit: int) -> bytes:
    """Return a whole small entry.

    Raises:
        ZipBroken: Damaged, or larger than `limit` bytes.
    """
    if entry.unpacked > limit:
        raise ZipBroken
    try:
        return b"".join(unpack(source, entry, Budget(limit)))
    except ZipBomb as error:
        raise ZipBroken from error


def _read(source: BinaryIO, length: int) -> bytes:
    data = source.read(length)
    if len(data) != length:
        raise ZipBroken
    return data


def _find_directory(source: BinaryIO, size: int) -> tuple[int, int, int]:
    """Return (number of entries, bytes, offset) of the central directory."""
    # The record is 22 bytes and a comment of at most 65,535.
    tail_start = max(0, size - _END.size - 0xFFFF)
    source.seek(tail_start)
    tail = _read(source, size - tail_start)
    position = tail.rfind(b"PK\x05\x06")
    if position < 0:
        raise ZipBroken
    end = _END.unpack_from(tail, position)
    count, length, start = end[4], end[5], end[6]
    limit = tail_start + position
    if end[1] not in {0, 0xFFFF} or end[3] not in {count, 0xFFFF}:
        raise ZipBroken
    locator = limit - _END64_LOCATOR.size
    sentinel = 0xFFFF in {count, end[1]} or 0xFFFFFFFF in {length, start}
    if sentinel and locator >= 0:
        source.seek(locator)
        mark, _disk, offset, _disks = _END64_LOCATOR.unpack(
            _read(source, _END64_LOCATOR.size)
        )
        if mark == b"PK\x06\x07" and offset + _END64.size <= locator:
            source.seek(offset)
            end64 = _END64.unpack(_read(source, _END64.size))
            if end64[0] != b"PK\x06\x06":
                raise ZipBroken
            count, length, start = end64[7], end64[8], end64[9]
            limit = offset
    if start + length > limit:
        raise ZipBroken
    return count, length, start


def _parse(data: bytes) -> Iterator[Entry]:
    position = 0
    while position < len(data):
        fields = _CENTRAL.unpack_from(data, position)
        if fields[0] != b"PK\x01\x02":
            raise ZipBroken
        flags, method, crc = fields[5], fields[6], fields[9]
        packed, unpacked, offset = fields[10], fields[11], fields[18]
        n_name, n_extra, n_comment = fields[12:15]
        position += _CENTRAL.size
        raw_name = data[position : position + n_name]
        extra = data[position + n_name : position + n_name + n_extra]
        position += n_name + n_extra + n_comment
        if position > len(data):
            raise ZipBroken
        unpacked, packed, offset = _widen(extra, unpacked, packed, offset)
        name = raw_name.decode("utf-8" if flags & UTF8_FLAG else "cp437")
        # Some writers on Windows put backslashes; Office reads them as slashes.
        yield Entry(
            name.replace("\\", "/"),
            raw_name,
            flags,
            method,
            crc,
            packed,
            unpacked,
            offset,
        )


def _widen(
    extra: bytes, unpacked: int, packed: int, offset: int
) -> tuple[int, int, int]:
    """Replace the 32-bit marks by the 64-bit values of the zip64 field."""
    values = [unpacked, packed, offset]
    position = 0
    while position + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, position)
        if tag == 1:
            field = extra[position + 4 : position + 4 + length]
            for index, value in enumerate(values):
                if value == 0xFFFFFFFF:
                    (values[index],) = struct.unpack_from("<Q", field)
                    field = field[8:]
            break
        position += 4 + length
    return values[0], values[1], values[2]


def _check_names(entries: list[Entry]) -> None:
    seen = set()
    for entry in entries:
        name = entry.name
        parts = name.removesuffix("/").split("/")
        unsafe = ".." in parts or "" in parts or ":" in parts[0]
        if unsafe or any(ord(char) < 32 for char in name) or name in seen:
            raise ZipBroken
        seen.add(name)


def _check_layout(entries: list[Entry], directory_start: int) -> None:
    """Refuse entries that share bytes: the trick of non-recursive bombs."""
    position = -1
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < position:
            raise ZipBomb
        position = entry.offset + _LOCAL.size + len(entry.raw_name) + entry.packed
    if position > directory_start:
        raise ZipBroken


def _check_declared(entries: list[Entry]) -> None:
    total = 0
    for entry in entries:
        total += entry.unpacked
        big = entry.unpacked > RATIO_FLOOR_BYTES
        if big and entry.unpacked > MAX_RATIO * max(entry.packed, 1):
            raise ZipBomb
    packed = sum(entry.packed for entry in entries)
    if total > MAX_UNPACKED_BYTES:
        raise ZipBomb
    if total > RATIO_FLOOR_BYTES and total > MAX_RATIO * max(packed, 1):
        raise ZipBomb


def _packed(source: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield the packed bytes; the position is kept, so other reads may come between."""
    position = source.tell()
    while length:
        source.seek(position)
        chunk = source.read(min(length, CHUNK))
        if not chunk:
            raise ZipBroken
        position += len(chunk)
        length -= len(chunk)
        yield chunk


def _inflate(packed: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for chunk in packed:
        pending = chunk
        while pending and not inflater.eof:
            yield inflater.decompress(pending, CHUNK)
            pending = inflater.unconsumed_tail
    # max_length leaves output behind when the input is used up.
    while not inflater.eof:
        rest = inflater.decompress(b"", CHUNK)
        if not rest:
            raise ZipBroken
        yield rest
