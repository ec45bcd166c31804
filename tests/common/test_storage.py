"""The store: bytes arrive whole, keep their hash, and leave nothing half-written."""

import errno
import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import InMemoryStorage

from wbk_portal.common import storage
from wbk_portal.common.storage import (
    INCOMING,
    Incoming,
    StorageError,
    delete_blob,
    incoming_folder,
    ingest,
    iter_keys,
    local_copy,
    open_blob,
    sweep_incoming,
)

CONTENT = b"Maklumat pelayanan " * 5000


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    """A store of its own for each test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


class Remote(InMemoryStorage):
    """A backend that is no folder, as S3 is."""


class Lossy(Remote):
    """A backend that keeps less than it was given."""

    def size(self, name):
        """Return one byte less."""
        return super().size(name) - 1


def use(settings, backend):
    """Make another backend the default store."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": f"{__name__}.{backend}"},
    }


def test_bytes_come_back_equal(store):
    """What is read is what was sent; the key tells nothing."""
    stored = ingest([CONTENT[:7000], CONTENT[7000:]], realm="unit:7")
    assert stored.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert stored.size == len(CONTENT)
    realm, short, name = stored.storage_key.split("/")
    assert (realm, short, len(name)) == ("unit-7", name[:1], 32)
    with open_blob(stored.storage_key) as source:
        assert source.read() == CONTENT
    assert list(incoming_folder().iterdir()) == []
    assert (store / stored.storage_key).stat().st_mode & 0o777 == 0o640


def test_equal_bytes_get_keys_of_their_own():
    """The store never says that it knows some bytes already."""
    first = ingest([CONTENT], realm="unit:7")
    second = ingest([CONTENT], realm="unit:8")
    assert first.sha256 == second.sha256
    assert first.storage_key != second.storage_key


@pytest.mark.parametrize("realm", ["", "../x", "/etc", "unit 7", "a" * 41, "Unit"])
def test_a_realm_cannot_leave_the_store(realm):
    """Only short plain realms make a key."""
    with pytest.raises(ValueError, match="no realm"):
        ingest([CONTENT], realm=realm)


def test_bytes_are_forced_to_disk_before_their_name_and_the_name_too(
    store, monkeypatch
):
    """File, then rename, then folder: an acknowledged file survives a power loss."""
    ingest([b"x"], realm="unit:7")  # the folders of this realm, all but one, exist
    events = []
    fsync, rename = os.fsync, storage.Path.rename

    def note_fsync(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        events.append(("fsync", "file" if INCOMING in path.parts else "folder"))
        fsync(descriptor)

    def note_rename(path, target):
        events.append(("rename", ""))
        return rename(path, target)

    monkeypatch.setattr(storage.os, "fsync", note_fsync)
    monkeypatch.setattr(storage.Path, "rename", note_rename)
    ingest([CONTENT], realm="unit:7")
    at = events.index(("rename", ""))
    assert ("fsync", "file") in events[:at]
    assert events[at + 1 :] == [("fsync", "folder")]


def test_a_fault_while_receiving_leaves_nothing():
    """The incoming file is gone when the source breaks."""

    def broken():
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ingest(broken(), realm="unit:7")
    assert list(incoming_folder().iterdir()) == []
    assert list(iter_keys()) == []


def test_a_full_disk_is_said_and_leaves_nothing(monkeypatch):
    """ENOSPC reaches the caller."""

    def full(self, data):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Incoming, "write", full)
    with pytest.raises(OSError, match="full"):
        ingest([CONTENT], realm="unit:7")
    assert list(incoming_folder().iterdir()) == []


def test_a_partial_write_of_the_system_is_continued(monkeypatch):
    """The kernel may take less than it is given."""
    written = []

    class Grudging(io.FileIO):
        """Takes at most 1,000 bytes."""

        def write(self, data):
            written.append(len(data))
            return super().write(bytes(data[:1000]))

    monkeypatch.setattr(storage.io, "FileIO", Grudging)
    stored = ingest([CONTENT[:2500]], realm="unit:7")
    with open_blob(stored.storage_key) as source:
        assert source.read() == CONTENT[:2500]
    assert written == [2500, 1500, 500]


def test_sweep_removes_only_old_leftovers():
    """What an interrupted process left goes after a while; a running upload stays."""
    old, new = Incoming(), Incoming()
    past = time.time() - 7200
    os.utime(old.path, (past, past))
    assert sweep_incoming(timedelta(hours=1)) == 1
    assert not old.path.exists()
    assert new.path.exists()
    old.close()
    new.close()
    assert not new.path.exists()


def test_keys_for_reconciling(store):
    """Unfinished uploads are no keys; young bytes can be left out."""
    keys = {ingest([b"x"], realm=f"unit:{number}").storage_key for number in range(5)}
    with Incoming() as incoming:
        incoming.write(b"unfinished")
        assert set(iter_keys()) == keys
    assert list(iter_keys(older_than=timedelta(minutes=5))) == []
    key = keys.pop()
    past = time.time() - 7200
    os.utime(store / key, (past, past))
    assert list(iter_keys(older_than=timedelta(hours=1))) == [key]
    delete_blob(key)
    delete_blob(key)  # the second time nothing happens
    assert set(iter_keys()) == keys


def test_local_copy_of_a_folder_is_the_file_itself(store):
    """A child reads the stored file without a copy."""
    stored = ingest([CONTENT], realm="unit:7")
    with local_copy(stored.storage_key) as path:
        assert path == store / stored.storage_key


class TestRemote:
    """Another backend than a folder."""

    def test_round_trip(self, settings, tmp_path):
        """The same promises hold."""
        use(settings, "Remote")
        stored = ingest([CONTENT], realm="unit:7")
        with open_blob(stored.storage_key) as source:
            assert source.read() == CONTENT
        with local_copy(stored.storage_key) as path:
            assert path.read_bytes() == CONTENT
        assert not path.exists()
        assert list(iter_keys()) == [stored.storage_key]
        assert list(iter_keys(older_than=timedelta(hours=1))) == []
        assert list((tmp_path / "files" / INCOMING).iterdir()) == []
        delete_blob(stored.storage_key)
        assert list(iter_keys()) == []

    def test_a_size_that_differs_is_an_error(self, settings):
        """Nothing remains of what the backend did not keep whole."""
        use(settings, "Lossy")
        with pytest.raises(StorageError):
            ingest([CONTENT], realm="unit:7")
        assert list(iter_keys()) == []


def test_has_room():
    """The reserve of the disk is never touched."""
    assert storage.has_room(1)
    assert not storage.has_room(1 << 60)
