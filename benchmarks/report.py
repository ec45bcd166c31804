"""Rows of the result, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measured figure beside its goal.

    Attributes:
        goal_id: "P2".
        what: What was measured.
        goal: As written: "≤ 4 ×".
        value: As measured, with its unit: "3.1 ×".
        met: None for background figures without a goal.
        note: Absolute figures, and what the floor is.
    """

    goal_id: str
    what: str
    goal: str
    value: str
    met: bool | None
    note: str = ""


def at_most(
    goal_id: str, what: str, value: float, limit: float, unit: str = "×", note: str = ""
) -> Row:
    """Return a row whose value should not pass a limit."""
    digits = 0 if value == int(value) else 2
    return Row(
        goal_id,
        what,
        f"≤ {limit:g} {unit}".rstrip(),
        f"{value:.{digits}f} {unit}".rstrip(),
        value <= limit,
        note,
    )


def background(goal_id: str, what: str, value: str, note: str = "") -> Row:
    """Return a row without a goal of its own."""
    return Row(goal_id, what, "", value, None, note)


_MARKS = {True: "yes", False: "NO", None: ""}


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [("id", "what", "goal", "measured", "met", "note")]
    lines += [(r.goal_id, r.what, r.goal, r.value, _MARKS[r.met], r.note) for r in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(6)]
    out = []
    for number, line in enumerate(lines):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.append("| " + " | ".join(cells).rstrip() + " |")
        if number == 0:
            out.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(out)
