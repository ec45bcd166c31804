"""What a plan is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from wbk_portal.demo.profiles import Profile


@dataclass(frozen=True)
class PlannedRevision:
    """A request to mend something. Days are counted from the plan's anchor.

    `due_in_days` below zero means overdue.
    """

    reason: str
    text: str
    asked_days_ago: int
    due_in_days: int

    @property
    def is_overdue(self) -> bool:
        """Whether the due day has passed."""
        return self.due_in_days < 0


@dataclass(frozen=True)
class PlannedAnswer:
    """The state of one item of one unit.

    `state` is a value of the portal's states. `option` is the unit's own answer
    (None for a percentage, when not applicable, or when nothing was answered yet);
    `agreed` the assessor's. `counts` and `agreed_counts` are numerator and
    denominator of the percent question. `lacks` says what an unfinished draft has
    not yet: "answer", "evidence", or nothing. The days are counted back from the
    anchor, None while that has not happened.
    """

    item: str
    state: str
    option: str | None = None
    counts: tuple[int, int] | None = None
    lacks: str = ""
    not_applicable: str = ""
    explanation: str = ""
    agreed: str | None = None
    agreed_counts: tuple[int, int] | None = None
    note: str = ""
    recommendation: str = ""
    revision: PlannedRevision | None = None
    submitted_days_ago: int | None = None
    approved_days_ago: int | None = None
    started_days_ago: int | None = None
    scored_days_ago: int | None = None

    @property
    def is_decided(self) -> bool:
        """Whether a value was agreed (or: agreed that it does not apply)."""
        return self.state in {"scored", "final"}

    @property
    def has_evidence(self) -> bool:
        """Whether the item needs evidence by now."""
        return (
            self.state not in {"empty", "not_submitted"}
            and self.lacks != "evidence"
            and not self.not_applicable
        )


@dataclass(frozen=True)
class UnitPlan:
    """All thirty items of a unit in a period.

    `anchor` is the day from which days are counted: None for today, in the open
    period; a fixed day in a closed one. `certain` and `possible` are points of 10.
    """

    unit_code: str
    year: int
    profile: Profile
    anchor: dt.date | None
    answers: tuple[PlannedAnswer, ...]
    certain: Fraction
    possible: Fraction

    def answer(self, slug: str) -> PlannedAnswer:
        """The answer to one item."""
        return next(answer for answer in self.answers if answer.item == slug)


@dataclass(frozen=True)
class PlannedEvidence:
    """An evidence to be made: its documents, and the items that it supports.

    `owner` is the unit that keeps it: another one's is only linked. `more` are
    kinds of further files of the same evidence. `items` are slug and pages ("" for
    the whole). With two versions the first has the fault and the second has not.
    """

    owner: str
    kind: str
    items: tuple[tuple[str, str], ...] = ()
    more: tuple[str, ...] = ()
    fault: str | None = None
    applies_below: bool = False
    versions: int = 1
    year: int = 0
