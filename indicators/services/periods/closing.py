"""The end of a stage, and the end of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators import hooks
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Decision,
    Stage,
    State,
)
from indicators.services import readiness
from indicators.services.revisions import give_back_unapproved
from indicators.workflow import MOVES, Verb
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.audit.services import Act, record, record_many
from wbk_portal.common.numbers import format_number

from .editing import ask, key_of, lock_period
from .telling import tell_units
from .times import stage_times

CLOSE_TO: dict[str, State] = {
    move.source: move.target for move in MOVES if move.verb == Verb.CLOSE
}
"""Where each state ends when the period closes; from the table of moves.

Never submitted becomes *tidak diajukan*, scored becomes *ditetapkan*. What was
submitted and never decided (diajukan, sedang dinilai, perlu perbaikan) keeps its
state for good: it was submitted, and nobody gave it a value.
"""

UNDECIDED = (State.SUBMITTED, State.UNDER_REVIEW, State.NEEDS_REVISION)
"""States in which the assessors still owe a value."""

CHUNK = 100
"""Units whose entries are written in one bundle of statements."""


@dataclass(frozen=True)
class ClosingCount:
    """What closing a period now would do, in items.

    Attributes:
        to_final: Scored, to become *ditetapkan*.
        to_release: Of these, values that the unit has not seen yet.
        not_submitted: Never submitted, to become *tidak diajukan*.
        undecided: Submitted and without a value: they stay so.
        undecided_units: Units that these belong to.
    """

    to_final: int
    to_release: int
    not_submitted: int
    undecided: int
    undecided_units: int


def closing_count(period: AssessmentPeriod) -> ClosingCount:
    """Return what closing the period now would do. One query."""
    never = [source for source, target in CLOSE_TO.items() if target != State.FINAL]
    undecided = Q(state__in=UNDECIDED)
    counts = Assessment.objects.filter(period=period).aggregate(
        to_final=Count("pk", filter=Q(state=State.SCORED)),
        to_release=Count("pk", filter=Q(state=State.SCORED, released_at__isnull=True)),
        not_submitted=Count("pk", filter=Q(state__in=never)),
        undecided=Count("pk", filter=undecided),
        undecided_units=Count("work_unit", filter=undecided, distinct=True),
    )
    return ClosingCount(**counts)


@transaction.atomic
def close_period(
    *, user: User | None, period: AssessmentPeriod, leave_undecided: bool = False
) -> AssessmentPeriod:
    """Close a period for good; afterwards the database refuses every change of it.

    Values not yet released are released, then every item gets the state of
    `CLOSE_TO`, the readiness rows are written for the last time (nothing more can be
    reached), and the guards of `indicators.guards` hold. Closing again changes
    nothing. All or nothing: one transaction.

    Args:
        user: An administrator of the institution; None for a command.
        leave_undecided: Close though items were submitted and not decided.

    Raises:
        PermissionDenied: `can_manage_periods` refuses.
        ValidationError: The period was never opened; or items are undecided and
            `leave_undecided` was not said.
    """
    ask(user)
    _lock_assessments(period)
    period = lock_period(period.pk)
    if period.state == AssessmentPeriod.State.CLOSED:
        return period
    if not period.is_open:
        raise ValidationError(_("Periode ini belum pernah dibuka."))
    # Those made until the period was held; nobody else can know them yet.
    _lock_assessments(period)
    give_back_unapproved(period)
    count = closing_count(period)
    if count.undecided and not leave_undecided:
        raise ValidationError(undecided_text(count))
    _count_expired(period)
    now = timezone.now()
    units = list(
        WorkUnit.objects.filter(
            pk__in=Assessment.objects.filter(period=period).values("work_unit_id")
        )
    )
    for chunk in _chunks(units):
        record_many(_acts(user, period, chunk))
    rows = Assessment.objects.filter(period=period)
    _release(rows.filter(state=State.SCORED), now)
    for source, target in CLOSE_TO.items():
        rows.filter(state=source).update(state=target)
    record(
        actor_key=key_of(user),
        action="period.closed",
        target=("period", str(period.pk)),
        payload={
            "name": period.name,
            "final": count.to_final,
            "not_submitted": count.not_submitted,
            "undecided": count.undecided,
        },
    )
    readiness.refresh_many(
        work_unit_ids=[unit.pk for unit in units], period_id=period.pk, closing=True
    )
    period.state = AssessmentPeriod.State.CLOSED
    period.closed_at = now
    period.version += 1
    period.save()
    tell_units("period.closed", period, units)
    return period


def undecided_text(count: ClosingCount) -> str:
    """Say that items are without a value, and what closing does with them."""
    return ngettext(
        "%(items)s butir di %(units)s unit sudah diajukan tetapi belum dinilai. Bila "
        "periode ditutup sekarang, butir itu tetap tanpa nilai.",
        "%(items)s butir di %(units)s unit sudah diajukan tetapi belum dinilai. Bila "
        "periode ditutup sekarang, butir itu tetap tanpa nilai.",
        count.undecided,
    ) % {
        "items": format_number(count.undecided),
        "units": format_number(count.undecided_units),
    }


def _lock_assessments(period: AssessmentPeriod) -> None:
    """Hold all assessments of the period, in the order of their keys.

    Before the period itself, as every other writer does; else two would wait for
    each other.
    """
    rows = Assessment.objects.select_for_update().filter(period=period).order_by("pk")
    for _pk in rows.values_list("pk", flat=True).iterator():
        pass


def _count_expired(period: AssessmentPeriod) -> None:
    """Let expired evidence be counted out, should the daily job not have run."""
    expired: dict[int, list[int]] = {}
    for unit_id, pk in (
        Assessment.objects.filter(period=period, next_expiry__lt=timezone.localdate())
        .order_by("work_unit_id", "pk")
        .values_list("work_unit_id", "pk")
    ):
        expired.setdefault(unit_id, []).append(pk)
    for ids in expired.values():
        for recount in hooks.recounts:
            recount(ids)


def _acts(
    user: User | None, period: AssessmentPeriod, units: Sequence[WorkUnit]
) -> Iterator[Act]:
    """Return the entries of some units: one for each item that moves, one in all."""
    by_pk = {unit.pk: unit for unit in units}
    counts: dict[int, dict[str, int]] = {
        pk: {"final": 0, "not_submitted": 0, "undecided": 0} for pk in by_pk
    }
    rows = (
        Assessment.objects.filter(period=period, work_unit__in=units)
        .order_by("work_unit_id", "pk")
        .values_list("pk", "work_unit_id", "state", "released_at")
    )
    for pk, unit_id, state, released_at in rows:
        if state in UNDECIDED:
            counts[unit_id]["undecided"] += 1
        target = CLOSE_TO.get(state)
        if target is None:
            continue
        is_final = target == State.FINAL
        counts[unit_id]["final" if is_final else "not_submitted"] += 1
        yield Act(
            actor_key=key_of(user),
            action="value.finalised" if is_final else "assessment.not_submitted",
            target=("assessment", str(pk)),
            unit_key=by_pk[unit_id].key,
            payload={"closing": True, "released": is_final and released_at is None},
        )
    for unit_id, unit in by_pk.items():
        yield Act(
            actor_key=key_of(user),
            action="period.closed",
            target=("unit", str(unit_id)),
            unit_key=unit.key,
            payload={"name": period.name, **counts[unit_id]},
        )


def _release(rows: QuerySet[Assessment], now: dt.datetime) -> None:
    """Let the units see the agreed values that they have not seen yet."""
    waiting = Assessment.objects.filter(
        pk__in=rows.values("pk"),
        released_at__isnull=True,
        decision__isnull=False,
    )
    Decision.objects.filter(
        pk__in=waiting.values("decision_id"), released_at__isnull=True
    ).update(released_at=now)
    waiting.update(released_at=now)


def _chunks(units: Sequence[WorkUnit]) -> Iterator[Sequence[WorkUnit]]:
    for start in range(0, len(units), CHUNK):
        yield units[start : start + CHUNK]


# --- The end of the review -----------------------------------------------------------
def finalise_reviewed(now: dt.datetime | None = None) -> int:
    """Make values final whose review has ended; return how many. Hourly.

    "Selesai dinilai" becomes "ditetapkan" when the unit's review stage closes, more
    time for the unit included. Each unit in a transaction of its own.
    """
    now = now or timezone.now()
    scored = (
        Assessment.objects.filter(
            state=State.SCORED,
            period__state=AssessmentPeriod.State.OPEN,
            period__windows__stage=Stage.REVIEW,
            period__windows__closes_at__lte=now,
        )
        .order_by()
        .values_list("period_id", "work_unit_id")
        .distinct()
    )
    done = 0
    for period_id, unit_id in list(scored):
        done += _finalise_unit(period_id, unit_id, now)
    return done


@transaction.atomic
def _finalise_unit(period_id: int, unit_id: int, now: dt.datetime) -> int:
    rows = Assessment.objects.filter(
        period_id=period_id, work_unit_id=unit_id, state=State.SCORED
    )
    held = list(
        rows.select_for_update().order_by("pk").values_list("pk", "released_at")
    )
    period = AssessmentPeriod.objects.get(pk=period_id)
    unit = WorkUnit.objects.get(pk=unit_id)
    review = stage_times(period, unit).get(Stage.REVIEW)
    if not held or not period.is_open or review is None or now < review.closes_at:
        return 0
    record_many(
        Act(
            actor_key="system",
            action="value.finalised",
            target=("assessment", str(pk)),
            unit_key=unit.key,
            payload={"closing": False, "released": released_at is None},
        )
        for pk, released_at in held
    )
    _release(rows, now)
    rows.update(state=CLOSE_TO[State.SCORED])
    readiness.refresh(work_unit_id=unit_id, period_id=period_id)
    return len(held)
