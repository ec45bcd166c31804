"""The moves of an assessment: from which state, by whom, in which stage, to where.

One table, read by the rules, by the services and by the tests, which walk it.
Nothing here queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from wbk_portal.accounts.models import Role

from .models.assessment import State
from .models.period import Stage


class Verb(StrEnum):
    """What can be done to an assessment."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    START_REVIEW = "start_review"
    REQUEST_REVISION = "request_revision"
    RETURN_OVERDUE = "return_overdue"
    SCORE = "score"
    UNDO_SCORE = "undo_score"
    RELEASE = "release"
    CORRECT = "correct"
    FINALISE = "finalise"
    CLOSE = "close"


class Actor(StrEnum):
    """Who acts, where a membership alone does not say it."""

    ASSIGNED_ASSESSOR = "assigned_assessor"
    ASSIGNED_LEAD = "assigned_lead"
    ASSIGNED_CONTROLLER = "assigned_controller"
    SYSTEM = "system"


UNIT = frozenset[str]({Role.OPERATOR, Role.HEAD})
HEAD = frozenset[str]({Role.HEAD})
ASSESSOR = frozenset[str]({Actor.ASSIGNED_ASSESSOR})
LEAD = frozenset[str]({Actor.ASSIGNED_LEAD})
SYSTEM = frozenset[str]({Actor.SYSTEM})


@dataclass(frozen=True)
class Move:
    """One row of the table.

    Attributes:
        source: State before.
        verb: What is done.
        by: Roles of the unit's branch, or actors.
        stage: The stage whose window must be open; None when the act answers a
            request (mending after a revision request, approving what is already
            submitted) or when no window applies.
        target: State after.
        otherwise: State after in the other case that the act knows: no approval is
            asked for, or the round that is taken back answered a request.
    """

    source: State
    verb: Verb
    by: frozenset[str]
    stage: Stage | None
    target: State
    otherwise: State | None = None

    @property
    def targets(self) -> frozenset[State]:
        """Every state that the act can lead to."""
        return frozenset({self.target, self.otherwise or self.target})


def _moves() -> Iterator[Move]:
    s, v = State, Verb
    yield Move(s.EMPTY, v.EDIT, UNIT, Stage.FILLING, s.DRAFT)
    yield Move(s.DRAFT, v.EDIT, UNIT, Stage.FILLING, s.DRAFT)
    yield Move(s.NEEDS_REVISION, v.EDIT, UNIT, None, s.NEEDS_REVISION)

    # With the head's approval asked for, AWAITING_APPROVAL comes in between.
    waits, sent = s.AWAITING_APPROVAL, s.SUBMITTED
    yield Move(s.DRAFT, v.SUBMIT, UNIT, Stage.FILLING, waits, sent)
    yield Move(s.NEEDS_REVISION, v.SUBMIT, UNIT, None, waits, sent)
    yield Move(waits, v.APPROVE, HEAD, None, sent)
    # What answered a request for revision goes back to that request.
    yield Move(waits, v.SEND_BACK, HEAD, None, s.DRAFT, s.NEEDS_REVISION)
    yield Move(waits, v.WITHDRAW, UNIT, Stage.FILLING, s.DRAFT, s.NEEDS_REVISION)
    yield Move(sent, v.WITHDRAW, UNIT, Stage.FILLING, s.DRAFT, s.NEEDS_REVISION)

    yield Move(s.SUBMITTED, v.START_REVIEW, ASSESSOR, Stage.REVIEW, s.UNDER_REVIEW)
    yield Move(
        s.UNDER_REVIEW, v.REQUEST_REVISION, ASSESSOR, Stage.REVIEW, s.NEEDS_REVISION
    )
    yield Move(s.NEEDS_REVISION, v.RETURN_OVERDUE, SYSTEM, None, s.UNDER_REVIEW)
    # An answer that no head approved in time; the round before it is scored.
    yield Move(s.AWAITING_APPROVAL, v.RETURN_OVERDUE, SYSTEM, None, s.UNDER_REVIEW)
    yield Move(s.UNDER_REVIEW, v.SCORE, ASSESSOR, Stage.REVIEW, s.SCORED)
    yield Move(s.SCORED, v.UNDO_SCORE, ASSESSOR, Stage.REVIEW, s.UNDER_REVIEW)
    yield Move(s.SCORED, v.RELEASE, LEAD, Stage.REVIEW, s.SCORED)
    yield Move(s.SCORED, v.CORRECT, ASSESSOR, Stage.REVIEW, s.SCORED)
    yield Move(s.SCORED, v.FINALISE, LEAD, Stage.REVIEW, s.FINAL)

    yield Move(s.SCORED, v.CLOSE, SYSTEM, None, s.FINAL)
    for never_submitted in (s.EMPTY, s.DRAFT, s.AWAITING_APPROVAL):
        yield Move(never_submitted, v.CLOSE, SYSTEM, None, s.NOT_SUBMITTED)


MOVES: tuple[Move, ...] = tuple(_moves())
_BY_SOURCE_AND_VERB = {(m.source, m.verb): m for m in MOVES}

# States in which a round lies with the assessors or beyond: counted as "diajukan".
SUBMITTED_STATES = frozenset(
    {
        State.SUBMITTED,
        State.UNDER_REVIEW,
        State.NEEDS_REVISION,
        State.SCORED,
        State.FINAL,
    }
)
# States in which the unit's answer and links stand still.
LOCKED_FOR_UNIT = frozenset(State) - {State.EMPTY, State.DRAFT, State.NEEDS_REVISION}


def move(state: str, verb: Verb) -> Move | None:
    """Return the row for `verb` from `state`, or None when there is none."""
    return _BY_SOURCE_AND_VERB.get((State(state), verb))
