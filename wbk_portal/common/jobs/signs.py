"""Signs of life in files under DATA_DIR/run: who is at work, and "wake up".

A file costs nothing to look at, while every look into the database is a statement
(and, with SQLite, competes with those who write).
"""

import fcntl
import logging
import os
import secrets
import socket
import time
from pathlib import Path
from typing import IO

from django.conf import settings

logger = logging.getLogger("wbk_portal.jobs")


def run_dir() -> Path:
    """Return the folder of locks and signs of this installation, made if missing."""
    folder = Path(settings.DATA_DIR) / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def wake() -> None:
    """Tell sleeping workers of this machine that a job is waiting.

    Never raises: without the sign the job starts at the next look, a second later.
    """
    now = time.time_ns()
    try:
        path = run_dir() / "wake"
        path.touch()
        # The kernel's own clock moves in steps of milliseconds; two signs in one
        # step would look like one.
        os.utime(path, ns=(now, now))
    except OSError:
        logger.warning("cannot wake the worker through %s", settings.DATA_DIR)


def last_wake() -> int:
    """Return when `wake` was last called, in nanoseconds; 0 for never."""
    try:
        return (Path(settings.DATA_DIR) / "run" / "wake").stat().st_mtime_ns
    except OSError:
        return 0


def try_lock(path: Path) -> IO[str] | None:
    """Return `path` opened and locked for this process, or None when another has it.

    The kernel drops the lock when the process ends, however it ends.
    """
    handle = path.open("a", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


def place() -> str:
    """Return a name for this machine and data folder together.

    Two machines may share a host name (containers) or a copied data folder, hardly
    both; only within one place can a lock tell whether a worker lives.
    """
    path = run_dir() / "place"
    try:
        mark = path.read_text(encoding="ascii")
    except FileNotFoundError:
        fresh = path.with_name(f"place.{secrets.token_hex(8)}")
        fresh.write_text(secrets.token_hex(8), encoding="ascii")
        try:
            os.link(fresh, path)
        except FileExistsError:  # another process was first: its mark holds
            pass
        finally:
            fresh.unlink()
        mark = path.read_text(encoding="ascii")
    return f"{socket.gethostname()}/{mark}"


class Presence:
    """A worker's name, alive as long as its lock file is locked."""

    def __init__(self) -> None:
        """Choose a name and take its lock."""
        token = secrets.token_hex(8)
        self.name = f"{place()}/{token}"
        self._path = _lock_path(token)
        self._handle = try_lock(self._path)

    def leave(self) -> None:
        """Give the name up; nothing may be running under it any more."""
        self._path.unlink(missing_ok=True)
        if self._handle:
            self._handle.close()


def is_gone(name: str) -> bool | None:
    """Say whether the worker `name` has ended; None when it worked elsewhere."""
    where, _, token = name.rpartition("/")
    if where != place():
        return None
    path = _lock_path(token)
    if not path.exists():
        return True
    handle = try_lock(path)
    if handle is None:
        return False
    path.unlink(missing_ok=True)
    handle.close()
    return True


def _lock_path(token: str) -> Path:
    return run_dir() / f"worker-{token}.lock"
