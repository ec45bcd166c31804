"""The figures of one unit in one period, from plain facts; no database.

`readiness` is the single place where counts and points are made. The row writer,
the rebuild command and the tests all call it; they differ only in how they read the
facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .scoring import (
    Answer,
    Group,
    Points,
    ScoringError,
    indicator_points,
    lke_area_points,
    nano,
)
from .verdicts import AreaVerdict, Thresholds, area_verdict


class ValueStanding(StrEnum):
    """How an item's value is to be shown; no two of these may look alike."""

    MISSING = "missing"
    """The unit has not answered, and nothing is decided."""
    UNDECIDED = "undecided"
    """Answered, but no decision is released yet: "Belum dinilai (bukan nol)"."""
    ZERO = "zero"
    """Decided as zero."""
    SCORED = "scored"
    """Decided, above zero."""
    NOT_APPLICABLE = "not_applicable"
    """Decided: it does not apply."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the LKE and its sub-area."""

    key: str
    group: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the arithmetic must know of the instruments of a period.

    Attributes:
        indicator_groups: Sub-areas of the indicators.
        lke_groups: Sub-areas of the LKE.
        questions: All questions of the LKE.
        thresholds: Minima of the area.
    """

    indicator_groups: tuple[Group, ...]
    lke_groups: tuple[Group, ...]
    questions: tuple[Question, ...]
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class ItemFact:
    """What is known of one assessed item of the unit.

    Attributes:
        key: The item's code.
        is_indicator: One of the 24; the completeness counts are about these.
        group: Sub-area of an indicator; of a question its LKE sub-area.
        question: The LKE question that this item's agreed answer answers: of a
            leading indicator its rubric, of a direct question its own code; empty
            for the other indicators.
        may_be_not_applicable: The catalogue allows "does not apply".
        has_answer: The unit chose an answer (or gave both counts).
        self_value: Its value, 0 to 1; None without an answer.
        self_not_applicable: The unit says, with a reason, that it does not apply.
        n_usable: Links to evidence with at least one usable file.
        is_submitted: A round stands that was submitted and not withdrawn; after a
            request for revision it still stands.
        needs_revision: Returned to the unit and not yet answered.
        n_stale: Links whose evidence has a newer version than the one looked at.
        is_released: A decision exists and the unit may see it. Before that, none of
            the agreed fields has any effect here.
        agreed_value: The decided value, 0 to 1.
        agreed_not_applicable: Decided: it does not apply.
        n_accepted: Links found *sesuai* in the decided round.
        is_open: A value can still be given; False once the period is closed.
    """

    key: str
    is_indicator: bool
    group: str
    question: str = ""
    may_be_not_applicable: bool = False
    has_answer: bool = False
    self_value: Fraction | None = None
    self_not_applicable: bool = False
    n_usable: int = 0
    is_submitted: bool = False
    needs_revision: bool = False
    n_stale: int = 0
    is_released: bool = False
    agreed_value: Fraction | None = None
    agreed_not_applicable: bool = False
    n_accepted: int = 0
    is_open: bool = True

    def __post_init__(self) -> None:
        """Refuse "does not apply" where the catalogue does not allow it."""
        claims = self.self_not_applicable or self.agreed_not_applicable
        if claims and (self.question or not self.may_be_not_applicable):
            raise ScoringError(f"{self.key} always applies")
        if self.self_value is not None and not self.has_answer:
            raise ScoringError(f"{self.key}: own value without an answer")

    @property
    def is_decided(self) -> bool:
        """Return True when a released decision gives a value or takes it out."""
        return self.is_released and (
            self.agreed_not_applicable or self.agreed_value is not None
        )

    @property
    def is_not_applicable(self) -> bool:
        """Return True when a released decision says that it does not apply."""
        return self.is_released and self.agreed_not_applicable

    @property
    def is_filled(self) -> bool:
        """Return True for *terisi*: an answer with usable evidence, or "tidak berlaku".

        An item said not to apply needs its reason, no evidence: there is none to show.
        """
        return self.self_not_applicable or (self.has_answer and self.n_usable > 0)

    @property
    def is_accepted(self) -> bool:
        """Return True for *dinilai sesuai*.

        A released decision with at least one link found *sesuai*; or the released
        decision that the item does not apply, so that a unit with such items can
        reach 24 of 24.
        """
        return self.is_decided and (self.agreed_not_applicable or self.n_accepted > 0)

    @property
    def standing(self) -> ValueStanding:
        """Return how the item's agreed value is to be shown."""
        if self.is_not_applicable:
            return ValueStanding.NOT_APPLICABLE
        if self.is_decided:
            return ValueStanding.SCORED if self.agreed_value else ValueStanding.ZERO
        if self.has_answer or self.self_not_applicable or self.is_submitted:
            return ValueStanding.UNDECIDED
        return ValueStanding.MISSING

    def answer(self, key: str, group: str) -> Answer:
        """Return the arithmetic's view of this item, under the given key and group."""
        return Answer(
            key=key,
            group=group,
            self_value=None if self.self_not_applicable else self.self_value,
            agreed_value=(
                self.agreed_value
                if self.is_decided and not self.agreed_not_applicable
                else None
            ),
            self_not_applicable=self.self_not_applicable,
            not_applicable=self.is_not_applicable,
            is_open=self.is_open,
        )


@dataclass(frozen=True, slots=True)
class NanoPoints:
    """Points in billionths: by own answers, certain, and still possible."""

    own: int
    certain: int
    possible: int


@dataclass(frozen=True, slots=True)
class NanoPart(NanoPoints):
    """Points of one sub-area."""

    key: str


@dataclass(frozen=True, slots=True)
class ReadinessFigures:
    """Everything a summary row holds, and the exact points it was made from.

    The counts of the first block are about the indicators, always "of 24": an item
    that does not apply stays in that 24 and is counted in `n_not_applicable` too.
    Each nano figure is rounded by itself, so parts may miss the total by a billionth.

    Attributes:
        n_indicators: The indicators (24).
        n_applicable: Those not decided as "tidak berlaku".
        n_not_applicable: Those decided so.
        n_filled: *terisi* (`ItemFact.is_filled`).
        n_submitted: *diajukan* (`ItemFact.is_submitted`).
        n_accepted: *dinilai sesuai* (`ItemFact.is_accepted`).
        n_decided: With a released decision, whatever it says.
        n_revision: Returned to the unit.
        n_stale: With a link that must be looked at again.
        n_all: All assessed items, the direct questions included.
        n_all_decided: Those of them with a released decision.
        lke, indicators: Points of *Nilai LKE Area VI* and *Nilai 24 indikator*.
        lke_parts, indicator_parts: The same by sub-area, in catalogue order.
        verdict: From the exact certain points.
        exact_lke, exact_indicators: The fractions behind the nano figures.
    """

    n_indicators: int
    n_applicable: int
    n_not_applicable: int
    n_filled: int
    n_submitted: int
    n_accepted: int
    n_decided: int
    n_revision: int
    n_stale: int
    n_all: int
    n_all_decided: int
    lke: NanoPoints
    lke_parts: tuple[NanoPart, ...]
    indicators: NanoPoints
    indicator_parts: tuple[NanoPart, ...]
    verdict: AreaVerdict
    exact_lke: Points
    exact_indicators: Points


def lke_answers(
    questions: Sequence[Question], facts: Iterable[ItemFact]
) -> list[Answer]:
    """Return one answer per question: of the item that answers it.

    Where two indicators share a question (06.11 and 06.12) only the leading one names
    it in `ItemFact.question`, so nothing counts twice.

    Raises:
        ScoringError: A question is answered by no item or by two, or an item names a
            question that the LKE does not have.
    """
    by_question: dict[str, ItemFact] = {}
    for fact in facts:
        if not fact.question:
            continue
        if fact.question in by_question:
            raise ScoringError(f"{fact.question} is answered twice")
        by_question[fact.question] = fact
    known = {question.key for question in questions}
    wrong = known.symmetric_difference(by_question)
    if wrong:
        raise ScoringError(f"questions without item or item without: {sorted(wrong)}")
    return [by_question[q.key].answer(q.key, q.group) for q in questions]


def readiness(catalogue: Catalogue, facts: Iterable[ItemFact]) -> ReadinessFigures:
    """Return counts, points and verdict of one unit in one period.

    Args:
        catalogue: The period's instruments.
        facts: One per assessed item (24 indicators and the direct questions), any
            order.

    Raises:
        ScoringError: The facts do not fit the catalogue.
    """
    everything = list(facts)
    indicators = [fact for fact in everything if fact.is_indicator]
    lke = lke_area_points(
        catalogue.lke_groups, lke_answers(catalogue.questions, everything)
    )
    own = indicator_points(
        catalogue.indicator_groups, (f.answer(f.key, f.group) for f in indicators)
    )
    n_not_applicable = sum(fact.is_not_applicable for fact in indicators)
    n_all_decided = sum(fact.is_decided for fact in everything)
    return ReadinessFigures(
        n_indicators=len(indicators),
        n_applicable=len(indicators) - n_not_applicable,
        n_not_applicable=n_not_applicable,
        n_filled=sum(fact.is_filled for fact in indicators),
        n_submitted=sum(fact.is_submitted for fact in indicators),
        n_accepted=sum(fact.is_accepted for fact in indicators),
        n_decided=sum(fact.is_decided for fact in indicators),
        n_revision=sum(fact.needs_revision for fact in indicators),
        n_stale=sum(fact.n_stale > 0 for fact in indicators),
        n_all=len(everything),
        n_all_decided=n_all_decided,
        lke=_nano(lke),
        lke_parts=_nano_parts(lke),
        indicators=_nano(own),
        indicator_parts=_nano_parts(own),
        verdict=area_verdict(lke, catalogue.thresholds, n_decided=n_all_decided),
        exact_lke=lke,
        exact_indicators=own,
    )


def _nano(points: Points) -> NanoPoints:
    return NanoPoints(
        own=nano(points.own),
        certain=nano(points.interval.certain),
        possible=nano(points.interval.possible),
    )


def _nano_parts(points: Points) -> tuple[NanoPart, ...]:
    return tuple(
        NanoPart(
            key=part.key,
            own=nano(part.own),
            certain=nano(part.interval.certain),
            possible=nano(part.interval.possible),
        )
        for part in points.parts
    )
