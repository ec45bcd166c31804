"""Telling the staff of many units about their period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from indicators.models import AssessmentPeriod
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.ops.services import NoticeFor, notify_many

STAFF = (Role.OPERATOR, Role.HEAD)


def staff_of(units: Iterable[WorkUnit]) -> dict[int, list[User]]:
    """Return operators and heads nearest to each unit, by the unit's key. One query.

    As `indicators.recipients.people_near`, for many units at once.
    """
    by_path: dict[tuple[str, str], list[User]] = {}
    for row in (
        Membership.objects.active_on(timezone.localdate())
        .filter(role__in=[str(r) for r in STAFF], user__is_active=True)
        .select_related("user", "work_unit")
    ):
        by_path.setdefault((row.role, row.work_unit.path), []).append(row.user)
    found: dict[int, list[User]] = {}
    for unit in units:
        people: dict[int, User] = {}
        for role in STAFF:
            for end in range(len(unit.path), 0, -WorkUnit.steplen):
                nearest = by_path.get((str(role), unit.path[:end]))
                if nearest:
                    people.update({person.pk: person for person in nearest})
                    break
        found[unit.pk] = list(people.values())
    return found


def tell_units(kind: str, period: AssessmentPeriod, units: Sequence[WorkUnit]) -> None:
    """Tell each unit's staff once about an event of the period."""
    staff = staff_of(units)
    notify_many(
        NoticeFor(
            recipient_key=person.key,
            kind=kind,
            key=f"period:{period.pk}:{unit.key}",
            url=f"/{period.slug}/unit/{unit.code}/",
            params={"period": period.name, "unit": unit.name},
        )
        for unit in units
        for person in staff[unit.pk]
    )
