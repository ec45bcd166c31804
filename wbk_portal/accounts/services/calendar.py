"""The table of free days: seeding it, and reading it for arithmetic."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from wbk_portal.accounts.models import Holiday
from wbk_portal.audit.services import record

SOURCE = "holidays (paket), SKB 3 Menteri"


def free_days(first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """Return the free days from `first` to `last`; one query."""
    return frozenset(
        Holiday.objects.filter(date__range=(first, last)).values_list("date", flat=True)
    )


@transaction.atomic
def seed_holidays(*, year: int, actor_key: str = "system") -> int:
    """Add the year's public holidays and collective leave; return how many are new.

    Days that stand already are left as they are: an administrator may have corrected
    them. Decrees come late, so a future year may lack its collective leave.
    """
    import holidays  # 0.2 s and many megabytes: only when asked for

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
            actor_key=actor_key,
            action="holidays.seeded",
            target=("holidays", str(year)),
            payload={"days": sorted(day.isoformat() for day in fresh)},
        )
    return len(fresh)
