"""The line over time: mean certain and mean reachable points of the units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.models import AssessmentPeriod
from indicators.wording import interval_text
from wbk_portal.common import charts
from wbk_portal.common.dates import format_day
from wbk_portal.common.numbers import NANO

from .figures import Sums
from .records import DaySum

STEPS = 12
"""Steps of the line at most; each is at least a day."""

LONGEST = dt.timedelta(days=364)
"""How far the line looks back at most."""

TICKS = (0, 2, 4, 6, 8, 10)

_LABEL_EVERY = 3


@dataclass(frozen=True)
class TrendDay:
    """Means at the end of one day, in points."""

    day: dt.date
    certain: Fraction
    possible: Fraction

    @property
    def words(self) -> str:
        """Both in one sentence."""
        return interval_text(self.certain, self.possible, 10)

    @property
    def day_text(self) -> str:
        """The day, written out."""
        return format_day(self.day)


def since_of(period: AssessmentPeriod, today: dt.date) -> dt.date:
    """Return the first day of the line: the opening, or a year ago."""
    opened = period.opened_at
    first = timezone.localdate(opened) if opened else today - LONGEST
    return min(max(first, today - LONGEST), today)


def trend_of(
    total: Sums, days: Sequence[DaySum], since: dt.date, today: dt.date
) -> list[TrendDay]:
    """Return the means from `since` to `today`, at most `STEPS` + 1 of them.

    Counted backwards from the sums of today, so that the line ends where the page
    stands.

    Args:
        days: What each day after `since` added, in order.
    """
    length = (today - since).days
    steps = min(STEPS, length)
    wanted = [
        since + dt.timedelta(days=round(length * step / steps)) if steps else today
        for step in range(steps + 1)
    ]
    certain, possible, n = total.certain, total.possible, total.n
    left = list(days)
    found: list[TrendDay] = []
    for day in reversed(wanted):
        while left and left[-1].day > day:
            later = left.pop()
            certain -= later.certain
            possible -= later.possible
            n -= later.n_new
        if n > 0:
            found.append(
                TrendDay(day, Fraction(certain, n * NANO), Fraction(possible, n * NANO))
            )
    return found[::-1]


def trend_chart(line: Sequence[TrendDay]) -> SafeString | str:
    """Draw the line; empty when there are fewer than two days."""
    if len(line) < 2:
        return ""
    last = len(line) - 1
    points = [
        charts.TrendPoint(
            label=(
                date_format(day.day, "j M").replace(".", "")
                if index % _LABEL_EVERY == 0 and (last - index >= 2 or index == last)
                else ""
            ),
            value=day.certain,
            target=day.possible,
            text=f"{day.day_text}, {day.words}",
        )
        for index, day in enumerate(line)
    ]
    words = _("Rata-rata per unit, %(first)s: %(before)s; %(last)s: %(now)s") % {
        "first": line[0].day_text,
        "before": line[0].words,
        "last": line[-1].day_text,
        "now": line[-1].words,
    }
    return charts.trend(
        points,
        maximum=10,
        ticks=[(tick, str(tick)) for tick in TICKS],
        label=words,
    )
