"""Who assesses which unit in a period, and who never may: people of the own line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import AssessmentPeriod, Assignment
from indicators.period_permissions import can_assign
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.audit.services import Act, record, record_many
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import notify

OWN_ROLES = (Role.OPERATOR, Role.HEAD)
"""Whoever holds one of these in a unit belongs to it."""


# --- The own unit --------------------------------------------------------------------
def is_own_unit(
    user: User,
    work_unit: WorkUnit,
    period: AssessmentPeriod,
    until: dt.date | None = None,
) -> bool:
    """Whether the person works or worked in the period for the unit's own line.

    The line is the unit, every unit above it up to the root, and every unit below
    it. "In the period" is from the beginning of its year (or its opening, if that was
    earlier) to today. One query.

    Args:
        until: Look ahead to this day: roles already given for the future.
    """
    return bool(own_roles([user.pk], work_unit, period, until))


def own_roles(
    user_ids: Collection[int],
    work_unit: WorkUnit,
    period: AssessmentPeriod,
    until: dt.date | None = None,
) -> list[Membership]:
    """Return the memberships that bind these people to the unit's line. One query."""
    last = max(until or timezone.localdate(), timezone.localdate())
    rows = (
        Membership.objects.overlapping(_first_day(period), last)
        .filter(user_id__in=user_ids, role__in=[str(role) for role in OWN_ROLES])
        .select_related("work_unit", "user")
        .order_by("valid_from")
    )
    return [row for row in rows if _on_one_line(row.work_unit, work_unit)]


def _on_one_line(one: WorkUnit, other: WorkUnit) -> bool:
    return one.contains(other.path) or other.contains(one.path)


def _first_day(period: AssessmentPeriod) -> dt.date:
    first = dt.date(period.year, 1, 1)
    if period.opened_at is None:
        return first
    return min(first, timezone.localdate(period.opened_at))


def own_unit_reason(user: User, membership: Membership) -> str:
    """Say why somebody of the own line cannot assess a unit."""
    return _(
        "%(name)s adalah atau pernah menjadi %(title)s di %(unit)s dalam periode ini, "
        "sehingga tidak dapat menilai unit itu, unit di atasnya, dan unit di bawahnya."
    ) % {
        "name": user.name,
        "title": membership.title,
        "unit": membership.work_unit.name,
    }


_NEEDED = {
    Assignment.Duty.ASSESSOR: (Role.ASSESSOR, Role.LEAD),
    Assignment.Duty.LEAD: (Role.LEAD,),
    Assignment.Duty.CONTROLLER: (Role.CONTROLLER,),
}
"""Roles of which one is needed for a duty; the first is named to who lacks it."""


# --- Assigning -----------------------------------------------------------------------
@dataclass(frozen=True)
class Refusal:
    """A unit that a person cannot be assigned to, and why."""

    work_unit: WorkUnit
    reason: str


def assign(
    *,
    user: User,
    assessor: User,
    work_unit: WorkUnit,
    period: AssessmentPeriod,
    duty: Assignment.Duty = Assignment.Duty.ASSESSOR,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Assignment:
    """Let a person assess a unit, lead the team that does, or check that lead.

    An assignment that was ended holds again.

    Args:
        user: Who assigns.
        assessor: Who is to assess; holds the role of that duty somewhere.
        valid_from: First day; today without.
        valid_until: Last day; until the period closes without.

    Raises:
        PermissionDenied: `can_assign` refuses.
        ValidationError: Own unit, missing role, closed period, dates in wrong order.
    """
    made, refused = assign_many(
        user=user,
        assessor=assessor,
        work_units=[work_unit],
        period=period,
        duty=duty,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    if refused:
        raise ValidationError({"assessor": refused[0].reason})
    return made[0]


@transaction.atomic
def assign_many(
    *,
    user: User,
    assessor: User,
    work_units: Sequence[WorkUnit],
    period: AssessmentPeriod,
    duty: Assignment.Duty = Assignment.Duty.ASSESSOR,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> tuple[list[Assignment], list[Refusal]]:
    """Assign a person to several units; units of the own line are left out.

    The person is told once. A constant number of queries for any number of units.

    Returns:
        What holds now, and the units left out with the reason of each.

    Raises:
        PermissionDenied: `can_assign` refuses one unit; then none is assigned.
        ValidationError: As `assign`, but for the own line.
    """
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    first = valid_from or timezone.localdate()
    led = _units_led_by(user, period, work_units)
    for work_unit in work_units:
        require(can_assign(user, work_unit, period, duty, led))
    _check(assessor, period, duty, first, valid_until)
    stored = {
        row.work_unit_id: row
        for row in Assignment.objects.select_for_update(of=("self",)).filter(
            user=assessor, period=period, duty=duty, work_unit__in=work_units
        )
    }
    bound = _memberships_of(assessor, period, valid_until)
    made: list[Assignment] = []
    refused: list[Refusal] = []
    new: list[Assignment] = []
    acts: list[Act] = []
    for work_unit in work_units:
        own = next((m for m in bound if _on_one_line(m.work_unit, work_unit)), None)
        if own is not None:
            refused.append(Refusal(work_unit, own_unit_reason(assessor, own)))
            continue
        row = stored.get(work_unit.pk)
        if row is None:
            row = Assignment(
                user=assessor, work_unit=work_unit, period=period, duty=duty
            )
            new.append(row)
        elif _holds(row, first, valid_until):
            made.append(row)
            continue
        row.valid_from, row.valid_until = first, valid_until
        made.append(row)
        acts.append(_act(user, "assignment.made", row, work_unit))
    Assignment.objects.bulk_create(new)
    Assignment.objects.bulk_update(
        [row for row in made if row.pk and row not in new],
        ["valid_from", "valid_until"],
    )
    record_many(acts)
    if acts:
        _tell(assessor, period, duty, [a.unit_key or "" for a in acts])
    return made, refused


def _holds(row: Assignment, first: dt.date, last: dt.date | None) -> bool:
    """Whether a stored assignment already covers what is asked for."""
    return row.valid_from <= first and row.valid_until == last


def _memberships_of(
    assessor: User, period: AssessmentPeriod, until: dt.date | None
) -> list[Membership]:
    last = until or dt.date(period.year, 12, 31)
    return list(
        Membership.objects.overlapping(
            _first_day(period), max(last, timezone.localdate())
        )
        .filter(user=assessor, role__in=[str(role) for role in OWN_ROLES])
        .select_related("work_unit")
        .order_by("valid_from")
    )


def _check(
    assessor: User,
    period: AssessmentPeriod,
    duty: Assignment.Duty,
    first: dt.date,
    last: dt.date | None,
) -> None:
    if period.state == AssessmentPeriod.State.CLOSED:
        raise ValidationError(
            _("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")
        )
    if not assessor.is_active:
        raise ValidationError(
            {"assessor": _("%(name)s tidak aktif lagi.") % {"name": assessor.name}}
        )
    needed = _NEEDED[duty]
    if not assessor.has_role(*needed):
        raise ValidationError(
            {
                "assessor": _("%(name)s belum berperan sebagai %(role)s.")
                % {"name": assessor.name, "role": needed[0].label}
            }
        )
    if last is not None and last < first:
        raise ValidationError(
            {
                "valid_until": _(
                    "Tanggal akhir tidak boleh lebih awal dari tanggal mulai."
                )
            }
        )


def _units_led_by(
    user: User, period: AssessmentPeriod, work_units: Iterable[WorkUnit]
) -> frozenset[int]:
    """Return which of these units the person leads the assessment of. One query."""
    return frozenset(
        Assignment.objects.active_on(timezone.localdate())
        .filter(
            user=user,
            period=period,
            duty=Assignment.Duty.LEAD,
            work_unit__in=list(work_units),
        )
        .values_list("work_unit_id", flat=True)
    )


def _act(user: User, action: str, row: Assignment, work_unit: WorkUnit) -> Act:
    return Act(
        actor_key=user.key,
        action=action,
        target=("unit", str(work_unit.pk)),
        unit_key=work_unit.key,
        payload={
            "user": row.user.key,
            "name": row.user.name,
            "unit": work_unit.name,
            "period": row.period.name,
            "duty": str(row.duty),
            "from": row.valid_from.isoformat(),
            "until": row.valid_until.isoformat() if row.valid_until else None,
        },
    )


def _tell(
    assessor: User,
    period: AssessmentPeriod,
    duty: Assignment.Duty,
    unit_keys: list[str],
) -> None:
    today = timezone.localdate().isoformat()
    notify(
        recipient_key=assessor.key,
        kind="assignment.made"
        if duty == Assignment.Duty.ASSESSOR
        else f"assignment.{duty}",
        key=f"period:{period.pk}:{today}:{unit_keys[0]}:{len(unit_keys)}",
        url=f"/{period.slug}/penilaian/",
        params={"period": period.name, "count": len(unit_keys)},
    )


@transaction.atomic
def end(
    *, user: User, assignment_id: int, last_day: dt.date | None = None
) -> Assignment:
    """Let an assignment end; what the person has scored stays.

    Args:
        last_day: Last day on which it holds; yesterday without: it ends at once.

    Raises:
        PermissionDenied: `can_assign` refuses, or the period is closed.
    """
    row = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("work_unit", "period", "user")
        .get(pk=assignment_id)
    )
    led = _units_led_by(user, row.period, [row.work_unit])
    require(can_assign(user, row.work_unit, row.period, row.duty, led))
    if row.period.state == AssessmentPeriod.State.CLOSED:
        raise PermissionDenied(
            _("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")
        )
    row.valid_until = last_day or timezone.localdate() - dt.timedelta(days=1)
    row.save(update_fields=["valid_until"])
    act = _act(user, "assignment.ended", row, row.work_unit)
    record(
        actor_key=act.actor_key,
        action=act.action,
        target=act.target,
        unit_key=act.unit_key,
        payload=act.payload,
    )
    return row


# --- Reading -------------------------------------------------------------------------
def units_of(user: User, period: AssessmentPeriod) -> QuerySet[WorkUnit]:
    """Return the units that the person is assigned to today, in any duty."""
    assigned = (
        Assignment.objects.active_on(timezone.localdate())
        .filter(user=user, period=period)
        .values("work_unit_id")
    )
    units: QuerySet[WorkUnit] = WorkUnit.objects.filter(pk__in=assigned)
    return units
