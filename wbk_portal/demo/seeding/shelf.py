"""Storing documents as an upload stores them: through the gate, hashed, synced."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings

from evidence.models import Blob
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common import filegate
from wbk_portal.common.filegate import Accepted
from wbk_portal.common.storage import StoredBytes, delete_blob, ingest

# Bytes forced to the disk at the same time: the disk gathers them.
_WRITERS = 8


@dataclass(frozen=True)
class Kept:
    """A file that passed the gate, with its stored bytes."""

    accepted: Accepted
    blob: Blob


class Shelf:
    """Stores bytes as an upload does, and remembers what it stored."""

    def __init__(self) -> None:
        """Begin empty."""
        self._blobs: dict[tuple[str, str], Blob] = {}
        self._written: list[StoredBytes] = []

    def keep(self, wanted: list[tuple[WorkUnit, str, bytes]]) -> list[Kept]:
        """Put files through the gate and store them; known bytes of a unit once.

        Rows of new bytes are written in one statement for some hundred.

        Raises:
            Refused: The gate does not take one of them.
        """
        accepted = [_inspect(name, content) for _unit, name, content in wanted]
        with ThreadPoolExecutor(_WRITERS) as pool:
            stored = list(pool.map(lambda w: ingest([w[2]], realm=w[0].key), wanted))
        self._written += stored
        kept: list[Kept] = []
        fresh: list[Blob] = []
        for (unit, _name, _content), facts, one in zip(
            wanted, accepted, stored, strict=True
        ):
            key = (unit.key, one.sha256)
            blob = self._blobs.get(key)
            if blob is None:
                blob = self._blobs[key] = Blob(
                    realm=unit.key,
                    sha256=one.sha256,
                    size=one.size,
                    mime=facts.mime,
                    storage_key=one.storage_key,
                )
                fresh.append(blob)
            else:
                delete_blob(one.storage_key)
            kept.append(Kept(facts, blob))
        Blob.objects.bulk_create(fresh)
        return kept

    def clear(self) -> None:
        """Delete the bytes again: the rows will not stand."""
        for one in self._written:
            delete_blob(one.storage_key)


def _inspect(name: str, content: bytes) -> Accepted:
    return filegate.inspect(
        io.BytesIO(content),
        name=name,
        size=len(content),
        max_bytes=settings.UPLOAD_MAX_BYTES,
    )
