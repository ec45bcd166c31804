"""A clock that stands where the story stands: services then write past times."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock
from zoneinfo import ZoneInfo

from django.utils import timezone

_SATURDAY = 5


class Clock:
    """Tells a moment of the past instead of now.

    Attributes:
        moment: What `timezone.now()` answers while the clock is in force.
    """

    def __init__(self, moment: dt.datetime) -> None:
        """Begin at a moment."""
        self.moment = moment

    def __call__(self) -> dt.datetime:
        """Answer as `timezone.now` does."""
        return self.moment

    @contextmanager
    def in_force(self) -> Iterator[Clock]:
        """Let everybody who asks `timezone.now()` get this clock's moment."""
        with mock.patch.object(timezone, "now", self):
            yield self


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Let the block happen at a moment of the past."""
    with Clock(moment).in_force():
        yield


def working_day(day: dt.date) -> dt.date:
    """Return the day itself, or the Friday before a weekend. Keeps the order."""
    return day - dt.timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def moment(
    day: dt.date, zone: ZoneInfo, hours: tuple[int, int], rng: random.Random
) -> dt.datetime:
    """Return a time of a working day, to the second.

    Args:
        hours: First hour and the hour before which it happens, in `zone`.
    """
    seconds = rng.randrange(hours[0] * 3600 + 60, hours[1] * 3600 - 60)
    start = dt.datetime.combine(working_day(day), dt.time(), tzinfo=zone)
    return (start + dt.timedelta(seconds=seconds)).astimezone(dt.UTC)


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the first instant of a day."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)
