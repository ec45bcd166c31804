"""Whom to tell: the people of a role nearest to a unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils import timezone

from wbk_portal.accounts.models import Membership, Role, User, WorkUnit

from .models import AssessmentPeriod, Assignment

_STEP = WorkUnit.steplen


def people_near(work_unit: WorkUnit, roles: Iterable[Role]) -> list[User]:
    """Return the active people who hold one of `roles` nearest above the unit.

    Per role only the lowest level that has one is told: the head of the office, not
    every head up to the minister. One query.
    """
    path = work_unit.path
    above = [path[:end] for end in range(_STEP, len(path) + 1, _STEP)]
    rows = (
        Membership.objects.active_on(timezone.localdate())
        .filter(
            work_unit__path__in=above,
            role__in=[str(r) for r in roles],
            user__is_active=True,
        )
        .select_related("user", "work_unit")
        .order_by("-work_unit__path")
    )
    nearest: dict[str, str] = {}
    people: dict[int, User] = {}
    for row in rows:
        if nearest.setdefault(row.role, row.work_unit.path) == row.work_unit.path:
            people.setdefault(row.user_id, row.user)
    return list(people.values())


def assessors_of(work_unit: WorkUnit, period: AssessmentPeriod) -> list[User]:
    """Return the unit's assessors of today, without lead and controller. One query."""
    rows = (
        Assignment.objects.active_on(timezone.localdate())
        .filter(
            work_unit=work_unit,
            period=period,
            duty=Assignment.Duty.ASSESSOR,
            user__is_active=True,
        )
        .select_related("user")
    )
    return [row.user for row in rows]


def still_assigned(people: Iterable[User], assigned: Collection[User]) -> list[User]:
    """Return who of `people` is among the assigned assessors; no query.

    Whoever asked may have handed the unit on meanwhile: then there is no desk to
    send that person to.
    """
    keys = {one.pk for one in assigned}
    return [one for one in people if one.pk in keys]
