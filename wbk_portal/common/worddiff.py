"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LINES = re.compile(r"[^\n.;]*[\n.;]+\s*|[^\n.;]+")

MOST_PAIRS = 400_000
"""Pairs of pieces that are compared at most; beyond it larger pieces are taken."""


@dataclass(frozen=True)
class Piece:
    """A run of text that stands in both texts, or in one only."""

    text: str
    changed: bool


def word_diff(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces: what went is changed in the first, what came in
    the second.

    Words first; texts too long for that by sentences, and beyond that as a whole, so
    that the time stays short whatever is compared.
    """
    for pattern in (_WORDS, _LINES):
        before, after = pattern.findall(old), pattern.findall(new)
        start = _same_at_start(before, after)
        end = _same_at_start(before[start:][::-1], after[start:][::-1])
        left = before[start : len(before) - end]
        right = after[start : len(after) - end]
        if len(left) * len(right) <= MOST_PAIRS:
            return _pieces(before, after, start, end)
    return [Piece(old, True)], [Piece(new, True)]


def _same_at_start(left: Sequence[str], right: Sequence[str]) -> int:
    n = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        n += 1
    return n


def _pieces(
    before: list[str], after: list[str], start: int, end: int
) -> tuple[list[Piece], list[Piece]]:
    left = before[start : len(before) - end]
    right = after[start : len(after) - end]
    olds = [Piece("".join(before[:start]), False)]
    news = [Piece("".join(after[:start]), False)]
    matcher = SequenceMatcher(None, left, right)
    for tag, a, b, c, d in matcher.get_opcodes():
        olds.append(Piece("".join(left[a:b]), tag != "equal"))
        news.append(Piece("".join(right[c:d]), tag != "equal"))
    olds.append(Piece("".join(before[len(before) - end :]), False))
    news.append(Piece("".join(after[len(after) - end :]), False))
    return _joined(olds), _joined(news)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without empty ones, and changes with only space between as one.

    "dua kata" replaced as a whole reads better than two changes around a space.
    """
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].changed == piece.changed:
            found[-1] = Piece(found[-1].text + piece.text, piece.changed)
            continue
        found.append(piece)
    i = 1
    while i < len(found) - 1:
        if not found[i].changed and found[i].text.isspace() and found[i].text != "\n":
            text = "".join(one.text for one in found[i - 1 : i + 2])
            found[i - 1 : i + 2] = [Piece(text, True)]
            continue
        i += 1
    return found
