"""The private store of bytes: written once under a random key, read by key.

Bytes are hashed while they arrive in a folder of the final file system, forced to disk
and renamed; only then may a row refer to them. With another storage backend than a
folder (S3) the same incoming file is uploaded and its size compared.
"""

import hashlib
import io
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

INCOMING = ".incoming"
"""Folder of unfinished uploads; nothing in it belongs to a row."""

MIN_FREE_BYTES = 256 * 1024 * 1024
"""Room on the disk that uploads leave untouched: the database needs it."""

FILE_MODE = 0o640
FOLDER_MODE = 0o750

_REALM = re.compile(r"^[a-z0-9][a-z0-9:._-]{0,39}$")
_COPY_BYTES = 1024 * 1024


class StorageError(Exception):
    """The store could not keep the bytes; nothing of them remains."""


@dataclass(frozen=True)
class StoredBytes:
    """Bytes that survive a power loss.

    Attributes:
        sha256: Hash in lower-case hexadecimal.
        size: Bytes.
        storage_key: Key for `open_blob`; says nothing about name or content.
    """

    sha256: str
    size: int
    storage_key: str


class Incoming:
    """A file on its way in: hashed as it is written, gone unless it is ingested.

    Attributes:
        file: The bytes for reading; position and content are the caller's.
        size: Bytes written so far.
        path: Where they are until they are ingested.
    """

    def __init__(self) -> None:
        """Open a new file in the incoming folder."""
        folder = incoming_folder()
        self.path = folder / secrets.token_hex(16)
        self.size = 0
        self._hash = hashlib.sha256()
        self._raw = io.FileIO(self.path, "x+", opener=_private)
        self.file: BinaryIO = io.BufferedReader(self._raw)
        self._kept = False

    @property
    def sha256(self) -> str:
        """Return the hash of what was written so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Append bytes.

        Raises:
            OSError: The disk refuses (ENOSPC when it is full).
        """
        self._hash.update(data)
        self.size += len(data)
        left = memoryview(data)
        while left:
            left = left[self._raw.write(left) :]

    def sync(self) -> None:
        """Force what was written to the disk."""
        os.fsync(self._raw.fileno())

    def keep_as(self, target: Path) -> None:
        """Rename the file to its final place; `close` then leaves it alone."""
        self.path.rename(target)
        self.path = target
        self._kept = True

    def close(self) -> None:
        """Close the file and delete it unless it was kept. Safe to call twice."""
        self.file.close()
        if not self._kept:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> "Incoming":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


def ingest(source: Incoming | Iterable[bytes], *, realm: str) -> StoredBytes:
    """Keep bytes for good and return where; call it before the transaction begins.

    Args:
        source: A finished `Incoming` (an upload that was hashed on arrival), or the
            bytes in chunks.
        realm: Who the bytes belong to, e.g. "unit:7"; the first part of the key.

    Raises:
        StorageError: The backend kept something else than was sent.
        OSError: The disk refuses.
    """
    if isinstance(source, Incoming):
        return _ingest(source, realm)
    with Incoming() as incoming:
        for chunk in source:
            incoming.write(chunk)
        return _ingest(incoming, realm)


def open_blob(key: str) -> "File[bytes]":
    """Open stored bytes for reading; raises FileNotFoundError when there are none."""
    return cast("File[bytes]", default_storage.open(key, "rb"))


def delete_blob(key: str) -> None:
    """Delete stored bytes; nothing happens when they are gone already."""
    default_storage.delete(key)


def blob_exists(key: str) -> bool:
    """Return True when bytes are stored under this key."""
    return default_storage.exists(key)


@contextmanager
def local_copy(key: str) -> Iterator[Path]:
    """Give a path to stored bytes for a child process; read only.

    On a folder it is the stored file itself, else a temporary copy.
    """
    root = _root()
    if root is not None:
        yield Path(default_storage.path(key))
        return
    with tempfile.TemporaryDirectory(prefix="wbk-blob-") as folder:
        path = Path(folder) / "blob"
        with open_blob(key) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, _COPY_BYTES)
        yield path


def iter_keys(older_than: timedelta = timedelta()) -> Iterator[str]:
    """Yield the key of everything stored, in no order, unfinished uploads left out.

    Args:
        older_than: Only what was stored at least so long ago: bytes just written may
            wait for the transaction that will refer to them.
    """
    limit = time.time() - older_than.total_seconds()
    root = _root()
    if root is not None:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                path = Path(folder) / name
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime <= limit:
                        yield path.relative_to(root).as_posix()
        return
    yield from _iter_remote("", limit)


def sweep_incoming(older_than: timedelta) -> int:
    """Delete what interrupted uploads left behind; return how many files."""
    limit = time.time() - older_than.total_seconds()
    count = 0
    for path in incoming_folder().iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                count += 1
    return count


def incoming_folder() -> Path:
    """Return the folder of unfinished uploads, made if it is missing."""
    folder = (_root() or Path(settings.DATA_DIR) / "files") / INCOMING
    _make_folder(folder)
    return folder


def has_room(count: int) -> bool:
    """Return True when `count` more bytes leave the reserve of the disk untouched."""
    free = os.statvfs(incoming_folder())
    return free.f_bavail * free.f_frsize >= count + MIN_FREE_BYTES


def _ingest(incoming: Incoming, realm: str) -> StoredBytes:
    key = _new_key(realm)
    root = _root()
    if root is None:
        key = _upload(incoming, key)
    else:
        target = root / key
        _make_folder(target.parent)
        # The bytes first, then the name: a name never stands for half a file.
        incoming.sync()
        incoming.keep_as(target)
        _sync_folder(target.parent)
    return StoredBytes(incoming.sha256, incoming.size, key)


def _upload(incoming: Incoming, key: str) -> str:
    incoming.file.seek(0)
    saved = default_storage.save(key, File(incoming.file))
    if default_storage.size(saved) != incoming.size:
        default_storage.delete(saved)
        msg = f"{saved}: the backend kept another size than {incoming.size}"
        raise StorageError(msg)
    return saved


def _new_key(realm: str) -> str:
    if not _REALM.match(realm):
        msg = f"no realm: {realm!r}"
        raise ValueError(msg)
    name = secrets.token_hex(16)
    # A colon is no part of file names on some systems that backups pass through.
    # Sixteen folders: each new one costs a write to the disk of its own.
    return f"{realm.replace(':', '-')}/{name[:1]}/{name}"


def _root() -> Path | None:
    """Return the folder of the default storage, None when it is no folder."""
    if isinstance(default_storage, FileSystemStorage):
        return Path(default_storage.location)
    return None


def _iter_remote(folder: str, limit: float) -> Iterator[str]:
    folders, names = default_storage.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    for name in names:
        key = f"{prefix}{name}"
        if default_storage.get_modified_time(key).timestamp() <= limit:
            yield key
    for name in folders:
        yield from _iter_remote(f"{prefix}{name}", limit)


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents so that they survive a power loss."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(FOLDER_MODE)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
