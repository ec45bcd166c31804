"""What the joint statement of the page brings back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

from . import conditions


@dataclass(frozen=True)
class SubAreaSum:
    """Nano-points of an LKE sub-area, summed over the units; `weight` in points."""

    key: str
    name: str
    weight: Fraction
    position: int
    certain: int = 0
    possible: int = 0


@dataclass(frozen=True)
class StakeSum:
    """Points of one item that are not certain yet: `n_units` times its weight."""

    slug: str
    name: str
    n_units: int
    nano: int

    @property
    def label(self) -> str:
        """The item's short name: "LKE II.ii.a", "06.13"."""
        return self.slug.replace("-", " ", 1)

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
    """An item; an indicator is a column of the map. `nano`: its LKE nano-points."""

    pk: str
    slug: str
    name: str
    subarea: str
    position: int
    nano: int
    is_indicator: bool


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
        areas, part_sums: Sub-areas without sums and their sums, by key of the row.
        uncertain: Units without a certain value, by key of the item.
        waiting: Submissions that no assessor has begun, by the day they came.
        n_overdue: Revisions that are late.
        columns: The indicators, in the order of the catalogue.
        kinds: Kinds of units.
        nodes: The branches above the page, and its children, by path.
        days: Changes since the trend began, in order.
    """

    parts: list[SubAreaSum] = field(default_factory=list)
    areas: dict[str, SubAreaSum] = field(default_factory=dict)
    part_sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    stakes: list[StakeSum] = field(default_factory=list)
    uncertain: dict[str, int] = field(default_factory=dict)
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
