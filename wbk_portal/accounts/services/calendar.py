"""The table of free days: seeding and correcting it, reading it for arithmetic."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Holiday, User
from wbk_portal.accounts.permissions import can_administer_everything
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fingerprint import fingerprint

from .base import SYSTEM, actor_of, ask, changed_meanwhile, refused_when_taken

SOURCE = "SKB 3 Menteri (daftar bawaan portal)"
FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years that the table holds."""

HOLIDAY_FIELDS = ("name", "date", "kind", "source")
"""Columns that the form of a free day changes."""


def free_days(first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """Return the free days from `first` to `last`; one query."""
    return frozenset(
        Holiday.objects.filter(date__range=(first, last)).values_list("date", flat=True)
    )


@transaction.atomic
def seed_holidays(*, year: int, by: User | None = None, actor_key: str = SYSTEM) -> int:
    """Add the year's public holidays and collective leave; return how many are new.

    Days that stand already are left as they are: an administrator may have corrected
    them. Decrees come late, so a future year may lack its collective leave.

    Raises:
        PermissionDenied: `can_administer_everything` refuses.
        ValidationError: The year is out of bounds.
    """
    import holidays  # 0.2 s and many megabytes: only when asked for

    if by is not None:
        ask(by, can_administer_everything(by))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(_("Tahun ini tidak dikenal."))
    known = set(Holiday.objects.filter(date__year=year).values_list("date", flat=True))
    public = holidays.country_holidays(
        "ID", years=year, categories=("public",), language="id"
    )
    collective = holidays.country_holidays(
        "ID", years=year, categories=("government",), language="id"
    )
    rows = [
        Holiday(date=day, name=name[:150], kind=kind, source=SOURCE)
        for kind, days in (
            (Holiday.Kind.PUBLIC, public),
            (Holiday.Kind.COLLECTIVE, collective),
        )
        for day, name in sorted(days.items())
    ]
    fresh: dict[dt.date, Holiday] = {}
    for row in rows:
        if row.date not in known:
            fresh.setdefault(row.date, row)
    Holiday.objects.bulk_create(fresh.values())
    if fresh:
        record(
            actor_key=actor_of(by, actor_key),
            action="holidays.seeded",
            target=("holidays", str(year)),
            payload={"days": sorted(day.isoformat() for day in fresh)},
        )
    return len(fresh)


def holiday_values(day: Holiday) -> dict[str, Any]:
    """Return what the form of a free day changes."""
    return {name: getattr(day, name) for name in HOLIDAY_FIELDS}


def holiday_version(day: Holiday) -> int:
    """Return the version of a free day, which a form carries back."""
    return fingerprint(holiday_values(day))


@transaction.atomic
def save_holiday(
    *,
    by: User | None = None,
    actor_key: str = SYSTEM,
    holiday_id: int | None,
    date: dt.date,
    name: str,
    kind: str,
    source: str = "",
    version: int | None = None,
) -> Holiday:
    """Add a free day, or correct one.

    Args:
        version: `holiday_version` of the day in view; None looks at none.

    Raises:
        ConflictError: Somebody else corrected it since `version`.
        Holiday.DoesNotExist: It was deleted meanwhile.
        PermissionDenied: `can_administer_everything` refuses.
        ValidationError: A value is wrong, or the day stands already.
    """
    if by is not None:
        ask(by, can_administer_everything(by))
    day = (
        Holiday()
        if holiday_id is None
        else Holiday.objects.select_for_update().get(pk=holiday_id)
    )
    if day.pk is not None and version is not None and holiday_version(day) != version:
        raise ConflictError(
            changed_meanwhile(("holidays", str(day.date.year))),
            current=holiday_values(day),
            version=holiday_version(day),
        )
    before = None if day.pk is None else {"date": day.date, "name": day.name}
    day.date, day.name, day.kind, day.source = date, name.strip(), kind, source.strip()
    day.full_clean()
    with refused_when_taken(_("Tanggal ini sudah tercatat.")):
        day.save()
    record(
        actor_key=actor_of(by, actor_key),
        action="holiday.saved",
        target=("holidays", str(date.year)),
        payload={
            "date": date.isoformat(),
            "name": day.name,
            "kind": day.kind,
            "before": {key: str(value) for key, value in (before or {}).items()},
        },
    )
    return day


@transaction.atomic
def delete_holiday(
    *, by: User | None = None, actor_key: str = SYSTEM, holiday_id: int
) -> None:
    """Delete a free day, which becomes a working day; one already gone is no fault.

    Raises:
        PermissionDenied: `can_administer_everything` refuses.
    """
    if by is not None:
        ask(by, can_administer_everything(by))
    day = Holiday.objects.select_for_update().filter(pk=holiday_id).first()
    if day is None:
        return
    day.delete()
    record(
        actor_key=actor_of(by, actor_key),
        action="holiday.deleted",
        target=("holidays", str(day.date.year)),
        payload={"date": day.date.isoformat(), "name": day.name},
    )
