"""Work that comes back by itself: a name, a function, and when it is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol, TypeVar

from django.utils import timezone

Work = Callable[[], str | None]
W = TypeVar("W", bound=Work)


class RunStore(Protocol):
    """Where the last runs are kept (the layer above has the table)."""

    def last_ok(self) -> dict[str, datetime]:
        """Return the last success of each name that ever had one."""

    def succeeded(self, name: str, note: str) -> datetime:
        """Keep that `name` ran now, and return that time."""

    def failed(self, name: str, note: str) -> None:
        """Keep why the last run of `name` failed; its last success stays."""


@dataclass(frozen=True)
class Periodic:
    """One entry of the timetable.

    Attributes:
        name: Key in the store; kebab-case.
        run: The work, safe to run twice; may return a short note for people.
        every: Time between two runs, or None for a daily one.
        daily_at: Local time (settings.TIME_ZONE) of a daily one.
    """

    name: str
    run: Work
    every: timedelta | None
    daily_at: time | None

    def is_due(self, last_ok: datetime | None, now: datetime) -> bool:
        """Say whether the work should run at `now`.

        What never ran is due, and so is what was missed while the machine was off.
        """
        if last_ok is None:
            return True
        if self.every is not None:
            return now >= last_ok + self.every
        return last_ok < self._latest(now)

    def _latest(self, now: datetime) -> datetime:
        """Return the last moment at or before `now` at which a daily run is set."""
        local = timezone.localtime(now)
        at = self.daily_at or time()
        today = local.replace(
            hour=at.hour, minute=at.minute, second=at.second, microsecond=0
        )
        return today if today <= local else today - timedelta(days=1)


PERIODIC: dict[str, Periodic] = {}


def periodic(
    name: str, *, every: timedelta | None = None, daily_at: time | None = None
) -> Callable[[W], W]:
    """Enter a function into the timetable; the function itself stays as it is.

    Args:
        name: Unique key, kebab-case.
        every: Run again after so long, or
        daily_at: once a day at this local time.

    Raises:
        ValueError: The name is taken, or not exactly one of both is given.
    """
    if (every is None) == (daily_at is None):
        raise ValueError(f"{name}: give either every or daily_at")

    def enter(work: W) -> W:
        if name in PERIODIC and PERIODIC[name].run is not work:
            raise ValueError(f"{name}: taken")
        PERIODIC[name] = Periodic(name, work, every, daily_at)
        return work

    return enter
