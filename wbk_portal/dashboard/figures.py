"""The sums of a branch: two statements, whatever its size.

`Summary` comes from the summary rows alone, grouped by child branch. `Details` brings
together, in one statement of several parts, what else the page counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Length, Substr
from django.utils import timezone

from indicators.models import AssessmentPeriod, Item, ReadinessDay, UnitReadiness
from wbk_portal.accounts.models import Holiday, WorkUnit
from wbk_portal.common.numbers import NANO

from . import conditions
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


@dataclass(frozen=True)
class SubAreaSum:
    """Nano-points of an LKE sub-area, summed over the units; `weight` in points."""

    key: str
    name: str
    certain: int
    possible: int
    weight: Fraction
    position: int


@dataclass(frozen=True)
class StakeSum:
    """Points of one item that are not certain yet: `n_units` times its weight."""

    slug: str
    label: str
    name: str
    n_units: int
    nano: int

    @property
    def total(self) -> int:
        """Nano-points at stake over all units."""
        return self.n_units * self.nano


@dataclass(frozen=True)
class Node:
    """A unit of the tree, by its path."""

    path: str
    name: str
    code: str


@dataclass(frozen=True)
class Column:
    """An indicator as a column of the map."""

    slug: str
    name: str
    subarea: str
    position: int


@dataclass(frozen=True)
class DaySum:
    """What one day added: nano-points, and units seen for the first time."""

    day: dt.date
    certain: int
    possible: int
    n_new: int


@dataclass
class Details:
    """What the page counts beside the sums.

    Attributes:
        waiting: Submissions that no assessor has begun, by the day they came.
        n_overdue: Revisions that are late.
        columns: The indicators, in the order of the catalogue.
        kinds: Kinds of units.
        nodes: The branches above the page, and its children, by path.
        days: Changes since the trend began, in order.
    """

    parts: list[SubAreaSum] = field(default_factory=list)
    stakes: list[StakeSum] = field(default_factory=list)
    waiting: dict[dt.date, int] = field(default_factory=dict)
    n_overdue: int = 0
    free: set[dt.date] = field(default_factory=set)
    columns: list[Column] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    days: list[DaySum] = field(default_factory=list)

    def n_stale(self, today: dt.date) -> int:
        """Return how many submissions have waited too long."""
        last = conditions.stale_before(today, self.free)
        return sum(count for day, count in self.waiting.items() if day <= last)


Row = tuple[str, str, str, str, int, int, int, int]
_COLUMNS = ("part", "key", "text", "more", "a", "b", "c", "d")


def _text(value: Any = "") -> Any:
    """Return a text column of the joint statement."""
    if isinstance(value, str):
        return Value(value, output_field=CharField())
    return Cast(value, CharField())


def _lines(
    part: str,
    rows: QuerySet[Any],
    keys: tuple[Any, Any, Any],
    numbers: tuple[Any, ...] = (),
) -> QuerySet[Any, Any]:
    """Return rows in the shape of the joint statement, grouped by their texts."""
    zero = Value(0, output_field=BigIntegerField())
    named = dict(
        zip(_COLUMNS[:4], (_text(part), *(_text(k) for k in keys)), strict=True)
    )
    filled = (*numbers, zero, zero, zero, zero)[:4]
    shaped: QuerySet[Any, Any] = (
        rows.order_by()
        .annotate(**named)
        .values(*named)
        .annotate(**dict(zip(_COLUMNS[4:], filled, strict=True)))
        .values_list(*_COLUMNS)
    )
    return shaped


def details_of(scope: Scope, today: dt.date, since: dt.date) -> Details:
    """Return the details; one statement.

    Args:
        since: First day of the trend; changes of this day and earlier are not read.
    """
    statements = list(_statements(scope, today, since))
    first, *others = statements
    found = Details()
    for row in first.union(*others, all=True):
        _READERS[row[0]](found, row)
    found.parts.sort(key=lambda part: part.position)
    found.stakes.sort(key=lambda stake: (-stake.total, stake.slug))
    found.columns.sort(key=lambda column: column.position)
    found.kinds.sort()
    found.days.sort(key=lambda line: line.day)
    return found


def _statements(
    scope: Scope, today: dt.date, since: dt.date
) -> Iterator[QuerySet[Any, Any]]:
    yield _lines(
        "subarea",
        scope.of_parts(),
        (F("subarea__key"), F("subarea__name"), F("subarea__position")),
        (
            Sum("nano_certain"),
            Sum("nano_possible"),
            F("subarea__weight_num"),
            F("subarea__weight_den"),
        ),
    )
    assessments = scope.of_assessments()
    if scope.period.is_open:
        yield _lines(
            "stake",
            assessments.filter(conditions.AT_STAKE),
            (F("item__slug"), F("item__short_label"), F("item__name")),
            (Count("pk"), F("item__lke_nano")),
        )
        yield _lines(
            "waiting",
            assessments.filter(conditions.WAITING),
            (conditions.waiting_since(), "", ""),
            (Count("pk"),),
        )
        yield _lines(
            "overdue",
            assessments.filter(conditions.overdue(today)),
            ("", "", ""),
            (Count("pk"),),
        )
        yield _lines(
            "free",
            Holiday.objects.filter(date__range=(today - dt.timedelta(days=60), today)),
            (F("date"), "", ""),
        )
    yield _lines(
        "item",
        Item.objects.assessed()
        .indicators()
        .filter(instrument__periods__period=scope.period),
        (F("slug"), F("name"), F("subarea__name")),
        (F("position"),),
    )
    yield _lines(
        "kind",
        scope.of_readiness().exclude(work_unit__kind=""),
        (F("work_unit__kind"), "", ""),
    )
    yield _lines("node", _nodes(scope), (F("path"), F("name"), F("code")))
    yield _lines(
        "day",
        scope.of_days()
        .filter(day__gt=since)
        .annotate(was_certain=_day_before("nano_certain"))
        .annotate(was_possible=_day_before("nano_possible")),
        (F("day"), "", ""),
        (
            Sum(F("nano_certain") - Coalesce(F("was_certain"), 0)),
            Sum(F("nano_possible") - Coalesce(F("was_possible"), 0)),
            Count("pk", filter=Q(was_certain__isnull=True)),
        ),
    )


def _nodes(scope: Scope) -> QuerySet[Any]:
    """Return the branches above, and the children that have something below."""
    base = scope.base
    children = Q(depth=len(base) // STEP + 1, numchild__gt=0)
    if base:
        children &= Q(path__gte=base, path__lte=base + "ZZZZ")
    rows: QuerySet[Any] = WorkUnit.objects.filter(
        children | Q(path__in=scope.ancestors)
    )
    return rows


def _day_before(column: str) -> Subquery:
    """Return a column of the unit's row before this one; NULL when it is the first."""
    before = ReadinessDay.objects.filter(
        work_unit=OuterRef("work_unit"),
        period=OuterRef("period"),
        day__lt=OuterRef("day"),
    ).order_by("-day")
    return Subquery(before.values(column)[:1])


# --- Reading the joint statement ------------------------------------------------------
def _read_subarea(found: Details, row: Row) -> None:
    found.parts.append(
        SubAreaSum(
            key=row[1],
            name=row[2],
            position=int(row[3]),
            certain=int(row[4]),
            possible=int(row[5]),
            weight=Fraction(int(row[6]), int(row[7])),
        )
    )


def _read_stake(found: Details, row: Row) -> None:
    title = row[3].split("\n", 1)[0].rstrip(":")
    found.stakes.append(StakeSum(row[1], row[2], title, int(row[4]), int(row[5])))


def _read_waiting(found: Details, row: Row) -> None:
    if row[1]:
        found.waiting[dt.date.fromisoformat(row[1][:10])] = int(row[4])


def _read_overdue(found: Details, row: Row) -> None:
    found.n_overdue = int(row[4])


def _read_free(found: Details, row: Row) -> None:
    found.free.add(dt.date.fromisoformat(row[1][:10]))


def _read_item(found: Details, row: Row) -> None:
    title = row[2].split("\n", 1)[0].rstrip(":")
    found.columns.append(Column(row[1], title, row[3], int(row[4])))


def _read_kind(found: Details, row: Row) -> None:
    found.kinds.append(row[1])


def _read_node(found: Details, row: Row) -> None:
    found.nodes[row[1]] = Node(*row[1:4])


def _read_day(found: Details, row: Row) -> None:
    found.days.append(
        DaySum(
            dt.date.fromisoformat(row[1][:10]), int(row[4]), int(row[5]), int(row[6])
        )
    )


_READERS: dict[str, Callable[[Details, Row], None]] = {
    "subarea": _read_subarea,
    "stake": _read_stake,
    "waiting": _read_waiting,
    "overdue": _read_overdue,
    "free": _read_free,
    "item": _read_item,
    "kind": _read_kind,
    "node": _read_node,
    "day": _read_day,
}


def today_of(period: AssessmentPeriod, today: dt.date) -> dt.date:
    """Return the day that the page speaks of: a closed period stands still."""
    if period.is_open or period.closed_at is None:
        return today
    return timezone.localdate(period.closed_at)
