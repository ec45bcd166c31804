"""Stage windows of the two demo periods."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from wbk_portal.demo.profiles import OPEN_YEAR


@dataclass(frozen=True)
class StageDays:
    """First and last day of a stage; it closes at the end of the last day."""

    stage: str
    first: dt.date
    last: dt.date


# Days from today, for the open period.
_OPEN = (("filling", -75, 17), ("review", -60, 38), ("objection", 39, 53))
_CLOSED = (
    ("filling", dt.date(2025, 2, 3), dt.date(2025, 11, 14)),
    ("review", dt.date(2025, 9, 1), dt.date(2025, 11, 28)),
    ("objection", dt.date(2025, 12, 1), dt.date(2025, 12, 12)),
)


def stage_days(year: int, today: dt.date) -> tuple[StageDays, ...]:
    """Return the stages of a period: fixed in the closed one, around today else."""
    if year < OPEN_YEAR:
        return tuple(StageDays(*row) for row in _CLOSED)
    return tuple(
        StageDays(
            stage,
            today + dt.timedelta(days=first),
            today + dt.timedelta(days=last),
        )
        for stage, first, last in _OPEN
    )
