"""A year's complaints of a unit, made up, with their clocks."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from wbk_portal.demo.data import load

from .wording import add_working_days, working_days_between

# Working days by class. Source: PermenPANRB 62/2018, as secondary sources report it.
_LIMITS = {"Permintaan informasi": 5, "Pengaduan": 14}


@dataclass(frozen=True)
class Complaint:
    """One line of the register, without any name of a reporter."""

    number: str
    received: dt.date
    channel: str
    kind: str
    service: str
    summary: str
    cause: str
    follow_up: str
    improvement: str
    section: str
    due: dt.date
    answered: dt.date | None

    @property
    def limit(self) -> int:
        """Working days allowed."""
        return _LIMITS[self.kind]

    @property
    def days(self) -> int | None:
        """Working days used until the answer; None while open."""
        if self.answered is None:
            return None
        return working_days_between(self.received, self.answered)

    @property
    def on_time(self) -> bool:
        """Whether it was answered by the due day."""
        return self.answered is not None and self.answered <= self.due

    @property
    def status(self) -> str:
        """Selesai, or what it waits for."""
        return "Selesai" if self.answered else "Diproses"


def make_complaints(
    *,
    rng: random.Random,
    kind: str,
    year: int,
    level: float,
    services: tuple[str, ...],
) -> tuple[Complaint, ...]:
    """Return the complaints from January to September in order of arrival.

    Args:
        kind: Kind of unit; chooses the subjects.
        level: Quality of the unit, 0 to 1: better units answer faster and leave
            fewer open.
    """
    matter = load("documents/content.toml")
    subjects = [*matter["complaints"]["umum"], *matter["complaints"][kind]]
    rng.shuffle(subjects)
    count = rng.randint(9, len(subjects))
    channels = matter["channels"][: 3 + round(level * 4)]
    days = sorted(
        dt.date(year, 1, 5) + dt.timedelta(days=rng.randint(0, 262))
        for _ in range(count)
    )
    found = []
    for serial, (day, subject) in enumerate(
        zip(days, subjects[:count], strict=True), start=1
    ):
        summary, cause, follow_up, improvement, section = subject
        asks = summary.startswith(("Meminta", "Mohon"))
        label = "Permintaan informasi" if asks else "Pengaduan"
        limit = _LIMITS[label]
        used = max(
            1, round(rng.triangular(1, limit * (2.2 - level * 1.3), limit * 0.35))
        )
        is_open = rng.random() > 0.55 + level * 0.45 and serial > count - 4
        found.append(
            Complaint(
                number=f"{serial:03d}/{year}",
                received=day,
                channel=rng.choice(channels),
                kind=label,
                service=rng.choice(services),
                summary=summary,
                cause=cause,
                follow_up=follow_up,
                improvement=improvement,
                section=section,
                due=add_working_days(day, limit),
                answered=None if is_open else add_working_days(day, used),
            )
        )
    return tuple(found)
