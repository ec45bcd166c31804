"""The sums of a branch: two statements, whatever its size.

`Summary` comes from the summary rows alone, grouped by child branch. `Details` brings
together, in one statement of several parts, what else the page counts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length, Substr
from django.utils import timezone

from indicators.models import AssessmentPeriod, ReadinessDay, UnitReadiness
from wbk_portal.common.numbers import NANO

from .scope import STEP, Scope

MOVED_DAYS = 7
"""Days that "what moved" looks back."""

Verdict = UnitReadiness.Verdict

BANDS: tuple[tuple[Fraction, Fraction], ...] = tuple(
    (Fraction(low), Fraction(high))
    for low, high in (
        (0, 1),
        (1, 2),
        (2, 3),
        (3, 4),
        (4, 5),
        (5, 6),
        (6, Fraction(15, 2)),
        (Fraction(15, 2), 10),
    )
)
"""Bands of the distribution, in certain points; the upper edge belongs to the next.

The last three begin where "hampir", WBK and WBBM begin.
"""


def band(number: int) -> Q:
    """Return the condition "the unit's certain points lie in this band".

    Units without any released value are in none: they have no points yet.
    """
    low, high = BANDS[number]
    condition = Q(n_all_decided__gt=0, nano_certain__gte=int(low * NANO))
    if number < len(BANDS) - 1:
        condition &= Q(nano_certain__lt=int(high * NANO))
    return condition


def points_then(day: dt.date) -> Coalesce:
    """Return a unit's certain points at the end of `day`, 0 before its first row."""
    before = ReadinessDay.objects.filter(
        work_unit=OuterRef("work_unit"), period=OuterRef("period"), day__lte=day
    ).order_by("-day")
    return Coalesce(Subquery(before.values("nano_certain")[:1]), 0)


@dataclass
class Sums:
    """Counts and points over some units.

    Attributes:
        n: Units.
        n_undecided: Those of them without any released value.
        verdicts: Units by verdict.
        bands: Units by band of certain points (`BANDS`).
        n_items: Indicators, 24 a unit; the three counts are "of" these.
        certain, possible, own: Nano-points, summed over the units.
        certain_then: `certain` a week ago.
        n_up, n_down: Units whose certain points rose or fell within the week.
    """

    n: int = 0
    n_undecided: int = 0
    verdicts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    bands: list[int] = field(default_factory=lambda: [0] * len(BANDS))
    n_items: int = 0
    n_filled: int = 0
    n_submitted: int = 0
    n_accepted: int = 0
    n_needs_look: int = 0
    certain: int = 0
    possible: int = 0
    own: int = 0
    certain_then: int = 0
    n_up: int = 0
    n_down: int = 0

    @property
    def n_met(self) -> int:
        """Units that meet the minimum of WBK; those that meet WBBM are among them."""
        return self.verdicts[Verdict.WBK_MET] + self.verdicts[Verdict.WBBM_MET]

    def mean(self, total: int) -> Fraction | None:
        """Return a sum of nano-points per unit, in points; None without units."""
        return Fraction(total, self.n * NANO) if self.n else None

    def add(self, other: Sums) -> None:
        """Add the sums of further units."""
        for name, value in vars(other).items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)
        for verdict, count in other.verdicts.items():
            self.verdicts[verdict] += count
        self.bands = [a + b for a, b in zip(self.bands, other.bands, strict=True)]


@dataclass
class Summary:
    """The sums of everything, and of each child branch by its path."""

    total: Sums = field(default_factory=Sums)
    children: dict[str, Sums] = field(default_factory=dict)


def summary_of(scope: Scope, today: dt.date) -> Summary:
    """Return the sums; one statement.

    A child branch is a unit just below the page's branch with something below it.
    """
    length = len(scope.base)
    deep = Q(path_length__gt=length + STEP) | Q(
        path_length=length + STEP, work_unit__numchild__gt=0
    )
    sums = {
        "n": Count("pk"),
        "n_undecided": Count("pk", filter=Q(n_all_decided=0)),
        "n_items_": Sum("n_items"),
        "n_filled_": Sum("n_filled"),
        "n_submitted_": Sum("n_submitted"),
        "n_accepted_": Sum("n_accepted"),
        "n_needs_look_": Sum("n_stale"),
        "certain_": Sum("nano_certain"),
        "possible_": Sum("nano_possible"),
        "own_": Sum("nano_self"),
        "certain_then_": Sum("then"),
        "n_up": Count("pk", filter=Q(nano_certain__gt=F("then"))),
        "n_down": Count("pk", filter=Q(nano_certain__lt=F("then"))),
        **{f"verdict_{v.value}": Count("pk", filter=Q(verdict=v)) for v in Verdict},
        **{
            f"band_{number}": Count("pk", filter=band(number))
            for number in range(len(BANDS))
        },
    }
    rows: Any = (
        scope.of_readiness()
        .annotate(
            then=points_then(today - dt.timedelta(days=MOVED_DAYS)),
            path_length=Length("path_then"),
            child=Case(
                When(deep, then=Substr("path_then", 1, length + STEP)),
                default=Value(""),
            ),
        )
        .order_by()
        .values("child")
        .annotate(**sums)
    )
    found = Summary()
    for row in rows:
        one = Sums(
            n=row["n"],
            n_undecided=row["n_undecided"],
            verdicts={v: row[f"verdict_{v.value}"] for v in Verdict},
            bands=[row[f"band_{number}"] for number in range(len(BANDS))],
            n_up=row["n_up"],
            n_down=row["n_down"],
            **{key[:-1]: int(row[key]) for key in sums if key.endswith("_")},
        )
        found.total.add(one)
        if row["child"]:
            found.children[row["child"]] = one
    return found


def today_of(period: AssessmentPeriod, today: dt.date) -> dt.date:
    """Return the day that the page speaks of: a closed period stands still."""
    if period.is_open or period.closed_at is None:
        return today
    return timezone.localdate(period.closed_at)
