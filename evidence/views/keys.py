"""Keys of rows as they come from forms and addresses: digits, and not too many."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.services.answer import OPTION_KEY

MOST = 200


def key_from(text: str) -> int:
    """Return a key; 0, which no row has, for anything that cannot be one.

    Digits of other scripts and numbers beyond the column are no keys.
    """
    return int(text) if OPTION_KEY.fullmatch(text) else 0


def keys_from(texts: Iterable[str]) -> list[int]:
    """Return the keys among the texts, at most `MOST` of them."""
    return [key for text in texts if (key := key_from(text))][:MOST]
