"""The thirty items as the plan needs them: answers, values, and LKE points.

The catalogue of the portal is the truth; a test compares this table with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

_SCALES: dict[str, dict[str, Fraction]] = {
    "ya_tidak": {"ya": Fraction(1), "tidak": Fraction(0)},
    "abc": {"a": Fraction(1), "b": Fraction(1, 2), "c": Fraction(0)},
    "abcd": {
        "a": Fraction(1),
        "b": Fraction(67, 100),
        "c": Fraction(33, 100),
        "d": Fraction(0),
    },
    "abcde": {
        "a": Fraction(1),
        "b": Fraction(3, 4),
        "c": Fraction(1, 2),
        "d": Fraction(1, 4),
        "e": Fraction(0),
    },
    "percent": {},
}


@dataclass(frozen=True)
class PlanItem:
    """An item: its slug, its scale, and the LKE points (of 10) that it decides."""

    slug: str
    scale: str
    points: Fraction

    @property
    def values(self) -> dict[str, Fraction]:
        """Value of each option, best first; empty for a percentage."""
        return _SCALES[self.scale]

    @property
    def is_indicator(self) -> bool:
        """One of the 24."""
        return self.slug.startswith("06.")

    def nearest(self, value: float) -> str:
        """The option whose value is nearest."""
        return min(self.values, key=lambda code: abs(float(self.values[code]) - value))


def _table() -> tuple[PlanItem, ...]:
    quarter, sixth, third, none = (
        Fraction(1, 4),
        Fraction(1, 6),
        Fraction(1, 3),
        Fraction(0),
    )
    rows = (
        ("06.01", "abcde", quarter),
        ("06.02", "abcd", quarter),
        ("06.03", "abcd", none),
        ("06.04", "abc", none),
        ("06.05", "abc", none),
        ("06.06", "abcde", sixth),
        ("06.07", "abcd", sixth),
        ("06.08", "abcd", sixth),
        ("06.09", "abcd", sixth),
        ("06.10", "abcde", sixth),
        ("06.11", "abcd", sixth),
        ("06.12", "abcd", none),
        ("06.13", "abcde", third),
        ("06.14", "abc", none),
        ("06.15", "abc", third),
        ("06.16", "abcd", none),
        ("06.17", "abc", third),
        ("06.18", "ya_tidak", none),
        ("06.19", "abcde", third),
        ("06.20", "abc", third),
        ("06.21", "abcd", third),
        ("06.22", "ya_tidak", none),
        ("06.23", "abcd", third),
        ("06.24", "abc", third),
        ("LKE-I.i.c", "abcd", quarter),
        ("LKE-I.i.d", "ya_tidak", quarter),
        ("LKE-I.v.b", "ya_tidak", third),
        ("LKE-II.i.a", "abcd", Fraction(5, 4)),
        ("LKE-II.i.b", "percent", Fraction(5, 4)),
        ("LKE-II.ii.a", "abcd", Fraction(5, 2)),
    )
    return tuple(PlanItem(*row) for row in rows)


ITEMS = _table()
BY_SLUG = {item.slug: item for item in ITEMS}
