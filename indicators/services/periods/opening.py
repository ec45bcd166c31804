"""Opening a period, and giving every assessed unit its assessments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Item,
    Stage,
    StageWindow,
    State,
    UnitReadiness,
)
from indicators.services import readiness
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.audit.services import Act, record, record_many
from wbk_portal.common.numbers import format_number

from .closing import UNDECIDED
from .editing import ask, attach_newest_editions, key_of, lock_period
from .telling import tell_units

CHUNK = 100
"""Units made in one bundle of statements."""


@transaction.atomic
def open_period(*, user: User | None, period: AssessmentPeriod) -> AssessmentPeriod:
    """Open a period: fix its editions and make the assessments of all units.

    Repeatable: on an open period it makes what is missing and nothing else.

    Args:
        user: An administrator of the institution; None for a command.

    Raises:
        PermissionDenied: `can_manage_periods` refuses.
        ValidationError: The windows of filling and review are missing, there is no
            catalogue, or the period is closed.
    """
    ask(user)
    period = lock_period(period.pk)
    if period.state == AssessmentPeriod.State.CLOSED:
        raise ValidationError(_("Periode yang sudah ditutup tidak dapat dibuka lagi."))
    is_new = not period.is_open
    if is_new:
        _require_windows(period)
        attach_newest_editions(period)
        period.state = AssessmentPeriod.State.OPEN
        period.opened_at = timezone.now()
        period.version += 1
        period.save()
        record(
            actor_key=key_of(user),
            action="period.opened",
            target=("period", str(period.pk)),
            payload={
                "name": period.name,
                "editions": [
                    str(used.instrument)
                    for used in period.instruments.select_related("instrument")
                ],
            },
        )
    units = ensure_assessments(period, user=user)
    if is_new and units:
        tell_units("period.opened", period, units)
    return period


def _require_windows(period: AssessmentPeriod) -> None:
    needed = {Stage.FILLING, Stage.REVIEW}
    found = set(
        StageWindow.objects.filter(period=period, stage__in=needed).values_list(
            "stage", flat=True
        )
    )
    if missing := [str(s.label) for s in Stage if s in needed and s not in found]:
        raise ValidationError(
            _("Isi dulu jadwal tahap: %(stages)s.") % {"stages": ", ".join(missing)}
        )


@transaction.atomic
def ensure_assessments(
    period: AssessmentPeriod,
    *,
    units: Iterable[WorkUnit] | None = None,
    user: User | None = None,
) -> list[WorkUnit]:
    """Make the missing assessments of an open period, with their readiness rows.

    For all units that are assessed and exist today; safe to run at any time, twice,
    or by two at once. A unit that is no longer assessed keeps what it has.

    Args:
        units: Only these (and of them only the assessed ones); all without.
        user: Who caused it, for the log; the machine without.

    Returns:
        The units that got something.
    """
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    if not period.is_open:
        return []
    items = list(
        Item.objects.assessed()
        .filter(instrument__periods__period=period)
        .order_by("kind", "position")
        .values_list("pk", flat=True)
    )
    candidates = WorkUnit.objects.assessed().active_on(timezone.localdate())
    if units is not None:
        candidates = candidates.filter(pk__in=[unit.pk for unit in units])
    complete = set(
        Assessment.objects.filter(
            period=period, item__in=items, work_unit__in=candidates
        )
        .order_by()
        .values_list("work_unit_id")
        .annotate(n=Count("pk"))
        .filter(n=len(items))
        .values_list("work_unit_id", flat=True)
    ) & set(
        UnitReadiness.objects.filter(period=period).values_list(
            "work_unit_id", flat=True
        )
    )
    lacking = [unit for unit in candidates if unit.pk not in complete]
    for chunk in _chunks(lacking):
        _make(period, chunk, items, user)
    return lacking


def _make(
    period: AssessmentPeriod,
    units: Sequence[WorkUnit],
    items: Sequence[int],
    user: User | None,
) -> None:
    Assessment.objects.bulk_create(
        [
            Assessment(work_unit=unit, period=period, item_id=item_id)
            for unit in units
            for item_id in items
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )
    record_many(
        Act(
            actor_key=key_of(user),
            action="assessments.created",
            target=("unit", str(unit.pk)),
            unit_key=unit.key,
            payload={
                "period": period.name,
                "unit": unit.name,
                "count": len(items),
            },
        )
        for unit in units
    )
    readiness.refresh_many(
        work_unit_ids=[unit.pk for unit in units], period_id=period.pk
    )


def _chunks(units: Iterable[WorkUnit]) -> Iterator[list[WorkUnit]]:
    rest = iter(units)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def ensure_all() -> int:
    """Give units that became assessed their assessments in every open period; daily.

    Returns:
        How many units got something.
    """
    made = 0
    for period in AssessmentPeriod.objects.filter(state=AssessmentPeriod.State.OPEN):
        made += len(ensure_assessments(period))
    return made


def unit_changed(work_unit: WorkUnit) -> None:
    """Follow a unit that was made, changed or moved, in the caller's transaction.

    A unit that is assessed now gets its assessments; readiness rows of open periods
    learn the branch's new place in the tree, those of closed periods keep the old.
    """
    for period in AssessmentPeriod.objects.filter(state=AssessmentPeriod.State.OPEN):
        if work_unit.is_assessed:
            ensure_assessments(period, units=[work_unit])
        moved = UnitReadiness.objects.filter(
            period=period, work_unit__in=WorkUnit.objects.in_branches([work_unit.path])
        ).select_related("work_unit")
        for row in moved:
            if row.path_then != row.work_unit.path:
                UnitReadiness.objects.filter(pk=row.pk).update(
                    path_then=row.work_unit.path
                )


def obstacles_to_closing(work_unit: WorkUnit, last_day: dt.date) -> list[str]:
    """Say in which open periods the unit's work lies with its head or the assessors.

    Such a unit cannot be closed: nobody could finish what was begun. One query.
    """
    waiting = (
        Assessment.objects.filter(
            work_unit=work_unit,
            period__state=AssessmentPeriod.State.OPEN,
            state__in=[State.AWAITING_APPROVAL, *UNDECIDED],
        )
        .order_by()
        .values_list("period__name")
        .annotate(n=Count("pk"))
    )
    return [
        ngettext(
            "%(count)s butir %(period)s masih diajukan atau dinilai.",
            "%(count)s butir %(period)s masih diajukan atau dinilai.",
            count,
        )
        % {"count": format_number(count), "period": name}
        for name, count in waiting
    ]
