"""How entries are hashed: pure functions, the whole format of the chain.

    commitment = sha256(salt ":" canonical JSON of the payload)
    digest     = sha256(canonical JSON of chain, at, action, actor, target, commitment)
    hash       = sha256(hash of the entry before ":" digest)
    hash of the entry before the first = sha256("wbk-audit-1:" chain)

All hashes are lower-case hex. The place of an entry follows from the hash before it;
its number only repeats that place.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

FORMAT = "wbk-audit-1"
SALT_BYTES = 16


class _Encoder(DjangoJSONEncoder):
    """Dates, decimals, UUIDs and lazy texts as texts."""


def canonical(value: Mapping[str, Any]) -> str:
    """Return the one JSON text of a mapping: ASCII, sorted, no spaces.

    Raises:
        TypeError: A value cannot be written as JSON.
        ValueError: A number is no number (NaN, infinity).
    """
    return json.dumps(
        value,
        cls=_Encoder,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
        allow_nan=False,
    )


def new_salt() -> str:
    """Return 128 random bits as hex."""
    return secrets.token_hex(SALT_BYTES)


def commitment(salt: str, data: str) -> str:
    """Return the hash that stands for a payload's canonical JSON."""
    return _sha256(f"{salt}:{data}")


def digest(
    *,
    chain: str,
    at: dt.datetime,
    action: str,
    actor_key: str,
    target_type: str,
    target_key: str,
    payload_hash: str,
) -> str:
    """Return the hash of all that an entry says, its place left out."""
    return _sha256(
        canonical(
            {
                "format": FORMAT,
                "chain": chain,
                "at": at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
                "action": action,
                "actor": actor_key,
                "target": [target_type, target_key],
                "payload": payload_hash,
            }
        )
    )


def genesis(chain: str) -> str:
    """Return what stands before the first entry of a chain."""
    return _sha256(f"{FORMAT}:{chain}")


def link(previous: str, entry_digest: str) -> str:
    """Return the hash of an entry from the hash before it and its digest."""
    return _sha256(f"{previous}:{entry_digest}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
