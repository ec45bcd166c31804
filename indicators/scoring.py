"""Points of Area VI and of the 24 indicators: exact arithmetic, no database.

Everything is a `Fraction` until `nano` rounds once for storage. A value is between 0
and 1; points are a value times a weight. Four things are kept apart all the way:
nobody answered (None), nobody has decided (None in `agreed_value`), decided as zero
(`Fraction(0)`), and not applicable (out of the mean).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

NANO = 1_000_000_000
"""Nano-points in a point."""

ZERO = Fraction(0)
ONE = Fraction(1)


class ScoringError(ValueError):
    """The figures given cannot be scored; the message is for developers."""


def nano(points: Fraction) -> int:
    """Return points as billionths, rounded half up; the only rounding there is.

    Args:
        points: Exact, 0 or more.

    Raises:
        ScoringError: `points` is negative.
    """
    if points < 0:
        raise ScoringError(f"negative points: {points}")
    return math.floor(points * NANO + Fraction(1, 2))


# --- Values of answers -----------------------------------------------------------


class ZeroDenominator(StrEnum):
    """What a percent question is worth when its base is zero.

    Source: none official. BPS's e-Zona Integritas gives 0, an older policy of the
    KESDM application the full score; hence a setting of the period, shown on the page.
    Taking the question out is no choice: a question of the LKE always applies.
    """

    ZERO = "zero"
    FULL = "full"


class PercentNote(StrEnum):
    """How the value of a percent question came about, to be shown beside it."""

    RATIO = "ratio"
    CAPPED = "capped"
    ZERO_BASE_ZERO = "zero_base_zero"
    ZERO_BASE_FULL = "zero_base_full"


@dataclass(frozen=True, slots=True)
class PercentValue:
    """The value of two counts, 0 to 1, with the reason."""

    value: Fraction
    note: PercentNote


def option_value(num: int, den: int) -> Fraction:
    """Return the value of an option from its stored integers.

    Raises:
        ScoringError: It is not between 0 and 1.
    """
    if den < 1 or not 0 <= num <= den:
        raise ScoringError(f"not a value between 0 and 1: {num}/{den}")
    return Fraction(num, den)


def percent_value(
    numerator: int, denominator: int, zero: ZeroDenominator
) -> PercentValue:
    """Return the value of a percent question: the ratio, at most 1.

    Args:
        numerator: Cases that fulfil the question, 0 or more.
        denominator: All cases, 0 or more.
        zero: The period's rule for a base of zero.

    Raises:
        ScoringError: A count is negative or no whole number, or there are cases that
            fulfil the question though there are none at all.

    Source: LKE of PermenPANRB 90/2021, A.II.6.i.b: the number that was made easier
        divided by the number registered.
    """
    for count in (numerator, denominator):
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise ScoringError(f"not a count: {count!r}")
    if denominator == 0:
        if numerator:
            raise ScoringError(f"{numerator} of 0")
        if ZeroDenominator(zero) is ZeroDenominator.FULL:
            return PercentValue(ONE, PercentNote.ZERO_BASE_FULL)
        return PercentValue(ZERO, PercentNote.ZERO_BASE_ZERO)
    if numerator > denominator:
        return PercentValue(ONE, PercentNote.CAPPED)
    return PercentValue(Fraction(numerator, denominator), PercentNote.RATIO)


# --- Points ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interval:
    """What is certain now, and what can still be reached; exact points."""

    certain: Fraction
    possible: Fraction

    def __post_init__(self) -> None:
        """Refuse an interval that runs backwards."""
        if not 0 <= self.certain <= self.possible:
            raise ScoringError(f"no interval: {self.certain} to {self.possible}")

    @property
    def is_settled(self) -> bool:
        """Return True when nothing is open any more."""
        return self.certain == self.possible


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one item that counts.

    Attributes:
        key: The item's code.
        group: Key of its sub-area.
        self_value: The unit's own value; None without an answer.
        agreed_value: The decided and released value; None while undecided.
        self_not_applicable: The unit says it does not apply (its claim).
        not_applicable: Decided: it does not apply.
        is_open: A value can still be given. False once the period is closed: then an
            item without a decision can reach nothing more.
    """

    key: str
    group: str
    self_value: Fraction | None = None
    agreed_value: Fraction | None = None
    self_not_applicable: bool = False
    not_applicable: bool = False
    is_open: bool = True

    def __post_init__(self) -> None:
        """Refuse values off the scale and a decided item with two outcomes."""
        for value in (self.self_value, self.agreed_value):
            if value is not None and not 0 <= value <= 1:
                raise ScoringError(f"{self.key}: value {value} is not between 0 and 1")
        if self.not_applicable and self.agreed_value is not None:
            raise ScoringError(f"{self.key}: a value, though not applicable")
        if self.self_not_applicable and self.self_value is not None:
            raise ScoringError(f"{self.key}: own value, though not applicable")

    @property
    def certain(self) -> Fraction:
        """Return the value that no later decision takes away; 0 while undecided."""
        return ZERO if self.agreed_value is None else self.agreed_value

    @property
    def possible(self) -> Fraction:
        """Return the best value that can still come; 1 while undecided and open."""
        if self.agreed_value is not None:
            return self.agreed_value
        return ONE if self.is_open else ZERO


@dataclass(frozen=True, slots=True)
class Group:
    """A sub-area and its weight in points."""

    key: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one sub-area.

    `weight` is None where no item of the sub-area applies: it is out of the sum.
    """

    key: str
    weight: Fraction | None
    own: Fraction
    interval: Interval


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a whole, with its parts in the order of the groups.

    Attributes:
        maximum: Points that can be had at all: the sum of the groups' weights.
        own: By the unit's own answers; an item without one counts 0.
        interval: By the decided values.
        parts: One per group.
    """

    maximum: Fraction
    own: Fraction
    interval: Interval
    parts: tuple[Part, ...]


def weighted_points(groups: Sequence[Group], answers: Iterable[Answer]) -> Points:
    """Return the points: over sub-areas, weight x plain mean of the items' values.

    An item that does not apply leaves its mean; a sub-area without applicable items
    leaves the sum, and the others share its weight in proportion. A mere claim of
    "does not apply" changes the own figure only: until it is decided the item counts
    as undecided, which bounds both outcomes.

    Args:
        groups: Sub-areas in order; weights above 0.
        answers: One per item, any order.

    Raises:
        ScoringError: An item stands twice or in no group, a group has no items, or
            nothing at all applies.

    Source: LKE of PermenPANRB 90/2021, Lampiran III (sub-area score); the treatment
        of items that do not apply is this project's own.
    """
    by_group: dict[str, list[Answer]] = {group.key: [] for group in groups}
    if len(by_group) != len(groups):
        raise ScoringError("a sub-area stands twice")
    seen: set[str] = set()
    for answer in answers:
        if answer.key in seen:
            raise ScoringError(f"{answer.key} counts twice")
        if answer.group not in by_group:
            raise ScoringError(f"{answer.key}: unknown sub-area {answer.group}")
        seen.add(answer.key)
        by_group[answer.group].append(answer)
    for group in groups:
        if group.weight <= 0 or not by_group[group.key]:
            raise ScoringError(f"sub-area {group.key}: no weight or no items")

    decided = {
        key: [a for a in items if not a.not_applicable]
        for key, items in by_group.items()
    }
    claimed = {
        key: [a for a in items if not (a.not_applicable or a.self_not_applicable)]
        for key, items in by_group.items()
    }
    weights = _shared_weights(groups, decided)
    if not weights:
        raise ScoringError("nothing applies")
    own_weights = _shared_weights(groups, claimed)
    parts = tuple(
        Part(
            key=group.key,
            weight=weights.get(group.key),
            own=own_weights.get(group.key, ZERO)
            * _mean(a.self_value or ZERO for a in claimed[group.key]),
            interval=Interval(
                certain=weights.get(group.key, ZERO)
                * _mean(a.certain for a in decided[group.key]),
                possible=weights.get(group.key, ZERO)
                * _mean(a.possible for a in decided[group.key]),
            ),
        )
        for group in groups
    )
    return Points(
        maximum=sum((group.weight for group in groups), ZERO),
        own=sum((part.own for part in parts), ZERO),
        interval=Interval(
            certain=sum((part.interval.certain for part in parts), ZERO),
            possible=sum((part.interval.possible for part in parts), ZERO),
        ),
        parts=parts,
    )


def _mean(values: Iterable[Fraction]) -> Fraction:
    """Return the plain mean; 0 of nothing (its weight is 0 then)."""
    listed = list(values)
    return sum(listed, ZERO) / len(listed) if listed else ZERO


def _shared_weights(
    groups: Sequence[Group], applicable: Mapping[str, Sequence[Answer]]
) -> dict[str, Fraction]:
    """Return the weights of groups with items; they add up to all weights."""
    total = sum((group.weight for group in groups), ZERO)
    live = [group for group in groups if applicable[group.key]]
    live_total = sum((group.weight for group in live), ZERO)
    return {group.key: group.weight * total / live_total for group in live}


def lke_area_points(groups: Sequence[Group], answers: Iterable[Answer]) -> Points:
    """Return *Nilai LKE Area VI*: points of 10 over the 22 questions.

    Args:
        groups: The seven sub-areas with weights 1 (five) and 5/2 (two).
        answers: One per question: of its leading indicator, or its own.

    Raises:
        ScoringError: As `weighted_points`; or a question is said not to apply, which
            the LKE does not know.

    Source: LKE of PermenPANRB 90/2021, Lampiran III.
    """
    listed = list(answers)
    for answer in listed:
        if answer.not_applicable or answer.self_not_applicable:
            raise ScoringError(f"{answer.key}: a question of the LKE always applies")
    return weighted_points(groups, listed)


def indicator_points(groups: Sequence[Group], answers: Iterable[Answer]) -> Points:
    """Return *Nilai 24 indikator*: points of 5, one per sub-area; no verdict.

    Args:
        groups: The five sub-areas of the indicators, equal weights.
        answers: One per indicator; items that do not apply leave their mean.
    """
    return weighted_points(groups, answers)
