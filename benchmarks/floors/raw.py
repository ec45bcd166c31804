"""Raw WSGI: keep the body of a PUT, hashed while it is written, fsynced."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

CHUNK = 256 * 1024


def application(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer with the hash."""
    left = int(environ["CONTENT_LENGTH"])
    source = environ["wsgi.input"]
    digest = hashlib.sha256()
    target = Path(os.environ["FLOOR_FILES"]) / secrets.token_hex(16)
    with target.open("wb") as out:
        while left:
            chunk = source.read(min(CHUNK, left))
            if not chunk:
                break
            digest.update(chunk)
            out.write(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(out.fileno())
    body = digest.hexdigest().encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("201 Created", headers)
    return [body]
