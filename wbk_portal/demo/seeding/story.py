"""When everything happened to each item: from the plan's days to moments."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Item,
    Option,
    State,
    SubmissionRound,
)
from wbk_portal.demo.plan import PlannedAnswer, PlannedRevision, unit_plan

from .cast import Place
from .clock import midnight, moment, working_day

# Hours in which each step happens; later steps later in the day, so that two of the
# same day stand in order.
_ANSWER, _SUBMIT, _APPROVE, _START, _SCORE, _ASK = (
    (9, 15),
    (8, 10),
    (10, 12),
    (13, 14),
    (14, 16),
    (15, 17),
)
# Units submit in batches, heads approve on some days: days are rounded up to these.
_BATCH_DAYS, _LATE_BATCH_DAYS, _APPROVAL_DAYS = 6, 3, 3


@dataclass(eq=False)
class Round:
    """One submission of an item, and what became of it; times in UTC."""

    submitted: dt.datetime
    approved: dt.datetime | None = None
    returned: tuple[dt.datetime, str] | None = None
    withdrawn: dt.datetime | None = None
    started: dt.datetime | None = None
    asked: dt.datetime | None = None
    revision: PlannedRevision | None = None
    due: dt.date | None = None
    overdue: dt.datetime | None = None
    scored: dt.datetime | None = None
    corrected: dt.datetime | None = None
    final: dt.datetime | None = None
    row: SubmissionRound | None = None

    @property
    def frozen(self) -> SubmissionRound:
        """The written row."""
        if self.row is None:
            raise LookupError("the round is not written yet")
        return self.row

    @property
    def is_back(self) -> bool:
        """Whether it went back to the unit without having been looked at."""
        return self.returned is not None or self.withdrawn is not None


@dataclass(eq=False)
class Track:
    """One item of one unit in one period, with its whole story.

    Attributes:
        state: Where it ends; that of the plan but for overdue requests, which have
            gone back to the assessor by themselves.
        scored_option: What the assessor gave at first, where it was corrected later.
    """

    place: Place
    period: AssessmentPeriod
    assessment: Assessment
    item: Item
    plan: PlannedAnswer
    rng: random.Random
    state: str
    answered: dt.datetime | None = None
    rounds: list[Round] = field(default_factory=list)
    scored_option: Option | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The unit's time zone."""
        return self.place.unit.zone

    def option(self, code: str | None) -> Option | None:
        """The item's option with this code."""
        if code is None:
            return None
        return next(o for o in self.item.answer_options if o.code == code)

    @property
    def own_option(self) -> Option | None:
        """The unit's answer, where it is an option."""
        return self.option(self.plan.option)

    @property
    def agreed_option(self) -> Option | None:
        """The decided answer, where it is an option."""
        return self.option(self.plan.agreed)

    @property
    def first_act(self) -> dt.datetime | None:
        """When the unit had done its part for the first time: evidence comes before."""
        if self.rounds:
            return self.rounds[0].submitted
        return self.answered

    @property
    def current(self) -> Round | None:
        """The round that lies with head or assessor, or was decided."""
        if self.rounds and not self.rounds[-1].is_back:
            return self.rounds[-1]
        return None


def tracks_of(
    place: Place,
    period: AssessmentPeriod,
    assessments: dict[str, Assessment],
    anchor: dt.date,
    seed: int,
) -> list[Track]:
    """Return the story of each item of a unit.

    Args:
        assessments: By the item's slug.
        anchor: The day from which the plan counts back.
    """
    plan = unit_plan(place.demo, period.year, seed)
    if plan is None:
        return []
    tracks = []
    for answer in plan.answers:
        assessment = assessments[answer.item]
        track = Track(
            place=place,
            period=period,
            assessment=assessment,
            item=assessment.item,
            plan=answer,
            rng=random.Random(  # noqa: S311 - made-up matter, nothing secret
                f"{seed}:{place.demo.code}:{period.year}:{answer.item}:story"
            ),
            state=answer.state,
        )
        _tell(track, anchor, seed)
        tracks.append(track)
    return tracks


def _tell(track: Track, anchor: dt.date, seed: int) -> None:
    """Fill in the moments of one item."""
    plan, rng = track.plan, track.rng
    if plan.state in {State.EMPTY, State.NOT_SUBMITTED}:
        return
    has_answer = bool(plan.option or plan.counts or plan.not_applicable)
    if plan.submitted_days_ago is None:
        if has_answer or plan.explanation:
            day = anchor - dt.timedelta(days=rng.randint(2, 40))
            track.answered = moment(day, track.zone, _ANSWER, rng)
        return
    step = _LATE_BATCH_DAYS if plan.state == State.AWAITING_APPROVAL else _BATCH_DAYS
    day = anchor - dt.timedelta(days=_up(plan.submitted_days_ago, step))
    first = Round(shared_moment(track, "submit", day, _SUBMIT, seed))
    track.rounds.append(first)
    before = day - dt.timedelta(days=rng.randint(2, 12))
    track.answered = moment(before, track.zone, _ANSWER, rng)
    if plan.approved_days_ago is None:
        return
    ago = min(_up(plan.approved_days_ago, _APPROVAL_DAYS), (anchor - day).days)
    approved = anchor - dt.timedelta(days=ago)
    batch = f"approve:{day.isoformat()}"
    first.approved = shared_moment(track, batch, approved, _APPROVE, seed)
    if plan.started_days_ago is None:
        return
    started = anchor - dt.timedelta(days=plan.started_days_ago)
    asked = None
    if plan.revision is not None:
        asked = anchor - dt.timedelta(days=plan.revision.asked_days_ago)
        started = max(approved, min(started, asked - dt.timedelta(days=1)))
    first.started = shared_moment(track, "start", started, _START, seed)
    if plan.scored_days_ago is not None:
        scored = anchor - dt.timedelta(days=plan.scored_days_ago)
        first.scored = moment(scored, track.zone, _SCORE, rng)
        if plan.state == State.FINAL and track.period.is_open:
            first.final = shared_moment(
                track, "final", anchor - dt.timedelta(days=1), (16, 17), seed
            )
            # Nothing is declared final before it was scored.
            first.scored = min(first.scored, first.final - dt.timedelta(hours=1))
    if asked is not None and plan.revision is not None:
        _ask(track, first, asked, anchor, seed)


def _ask(
    track: Track, round_: Round, asked: dt.date, anchor: dt.date, seed: int
) -> None:
    """Let the assessor ask for mending; what is overdue has gone back by itself."""
    revision = track.plan.revision
    if revision is None:
        return
    round_.revision = revision
    round_.asked = shared_moment(track, "ask", asked, _ASK, seed)
    round_.due = anchor + dt.timedelta(days=revision.due_in_days)
    if revision.is_overdue:
        # The hourly job finds it in the first hour after the day has ended there.
        end = midnight(round_.due + dt.timedelta(days=1), track.zone)
        round_.overdue = (end + dt.timedelta(minutes=7)).astimezone(dt.UTC)
        track.state = State.UNDER_REVIEW


def _up(days: int, step: int) -> int:
    return -(-days // step) * step


def shared_moment(
    track: Track, act: str, day: dt.date, hours: tuple[int, int], seed: int
) -> dt.datetime:
    """Return the time of an act that one person does for several items at once."""
    rng = random.Random(  # noqa: S311 - made-up matter, nothing secret
        f"{seed}:{track.place.demo.code}:{act}:{working_day(day).isoformat()}"
    )
    return moment(day, track.zone, hours, rng)


def earlier_round(track: Track, seed: int) -> Round:
    """Put a round before the present one, answered by it; return the new one.

    The unit had submitted too early: something was asked for, and mended.
    """
    present = track.rounds[0]
    back = present.submitted.astimezone(track.zone).date()

    def day(days: int) -> dt.date:
        return back - dt.timedelta(days=days)

    texts = track.plan.revision
    first = Round(
        submitted=shared_moment(track, "submit", day(14), _SUBMIT, seed),
        approved=shared_moment(track, "approve:early", day(12), _APPROVE, seed),
        started=shared_moment(track, "start", day(10), _START, seed),
        asked=shared_moment(track, "ask", day(8), _ASK, seed),
        revision=texts,
        due=back + dt.timedelta(days=2),
    )
    track.rounds.insert(0, first)
    if track.answered is not None and track.answered >= first.submitted:
        track.answered = first.submitted - dt.timedelta(hours=26)
    return first
