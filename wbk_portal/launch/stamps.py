"""Stamps: work that is known to be done for exactly this input is not done again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *, root: Path) -> str:
    """Return a hash over names and contents of all files at or under `paths`.

    Args:
        paths: Files and folders; missing ones count as empty.
        root: Names are taken relative to it, so that a moved clone keeps its stamps.
    """
    total = hashlib.sha256()
    for top in paths:
        files = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in files:
            if file.is_file() and file.suffix not in {".pyc", ".mo"}:
                name = str(file.relative_to(root))
                body = hashlib.sha256(file.read_bytes()).hexdigest()
                total.update(f"{name}\0{body}\n".encode())
    return total.hexdigest()


class Stamp:
    """A small file that holds the fingerprint of the last finished work."""

    def __init__(self, path: Path, value: str) -> None:
        """Compare `value` with what stands in `path`."""
        self._path = path
        self._value = value

    @property
    def is_current(self) -> bool:
        """Say whether the work was finished for this very input."""
        try:
            return self._path.read_text(encoding="ascii") == self._value
        except OSError:
            return False

    def set(self) -> None:
        """Remember that the work is finished."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(self._value, encoding="ascii")

    def clear(self) -> None:
        """Forget it: the work is about to start, or its result is gone."""
        self._path.unlink(missing_ok=True)
