"""The demo's own content files (TOML), read once."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@functools.cache
def load(name: str) -> dict[str, Any]:
    """Return a content file as a dict; callers must not change it.

    Args:
        name: Path below the demo package, for instance ``plan/answers.toml``.
    """
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))
