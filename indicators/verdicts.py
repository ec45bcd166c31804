"""Minima of an area and what the points say about them: exact, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .scoring import Points


class AreaVerdict(StrEnum):
    """What the certain points say about Area VI; never about the predicate."""

    WBBM_MET = "wbbm_met"
    WBK_MET = "wbk_met"
    ALMOST = "almost"
    NOT_MET = "not_met"
    UNSCORED = "unscored"
    """Nothing is decided yet: neither met nor missed, whatever the points say."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Minima of one area as shares of its weight, from the instrument's data.

    Attributes:
        wbk: Minimum for WBK (3/5: 6 of 10).
        wbbm: Minimum for WBBM (3/4: 7.5 of 10).
        almost: Certain share from which "hampir" may be said (1/2: 5 of 10).
    """

    wbk: Fraction
    wbbm: Fraction
    almost: Fraction

    @classmethod
    def from_data(cls, data: Mapping[str, str]) -> Thresholds:
        """Read the object `thresholds.area` of an instrument's data file."""
        return cls(
            wbk=Fraction(data["wbk"]),
            wbbm=Fraction(data["wbbm"]),
            almost=Fraction(data["almost"]),
        )

    def in_points(self, maximum: Fraction) -> tuple[Fraction, Fraction, Fraction]:
        """Return almost, WBK and WBBM in points of an area of that weight."""
        return (self.almost * maximum, self.wbk * maximum, self.wbbm * maximum)


def area_verdict(
    points: Points, thresholds: Thresholds, *, n_decided: int
) -> AreaVerdict:
    """Return the verdict by certain points, compared as exact fractions.

    "Almost" is said where at least half is certain and WBK can still be reached.
    Without a single decision nothing is said: "not met" would be a finding.

    Source: PermenPANRB 90/2021, minimum of each area (60 % and 75 %); "almost" is
        this project's own.
    """
    if not n_decided:
        return AreaVerdict.UNSCORED
    certain, possible = points.interval.certain, points.interval.possible
    almost, wbk, wbbm = thresholds.in_points(points.maximum)
    if certain >= wbbm:
        return AreaVerdict.WBBM_MET
    if certain >= wbk:
        return AreaVerdict.WBK_MET
    if certain >= almost and possible >= wbk:
        return AreaVerdict.ALMOST
    return AreaVerdict.NOT_MET
