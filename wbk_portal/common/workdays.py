"""Working days: pure arithmetic on a set of free days.

The day after an event is day 1; Saturdays, Sundays and the given free days do not
count. Which days are free is data (`accounts.Holiday`), not code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

_SATURDAY = 5


def is_working_day(day: dt.date, free: Collection[dt.date]) -> bool:
    """Whether offices are open on `day`."""
    return day.weekday() < _SATURDAY and day not in free


def add_working_days(start: dt.date, count: int, free: Collection[dt.date]) -> dt.date:
    """Return the `count`-th working day after `start`.

    Args:
        start: The day of the event; it never counts itself.
        count: Working days, 1 or more.
        free: Public holidays and days of collective leave.

    Raises:
        ValueError: `count` is less than 1.
    """
    if count < 1:
        raise ValueError(f"not a number of days: {count}")
    day = start
    while count:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, free)
    return day


def working_days_until(today: dt.date, last: dt.date, free: Collection[dt.date]) -> int:
    """Return how many working days are left, `today` and `last` included.

    0 when `last` has passed.
    """
    days = (last - today).days
    return sum(
        is_working_day(today + dt.timedelta(days=n), free) for n in range(days + 1)
    )
