"""The two periods: prepared, opened with their assessors, and the first one closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from django.utils import timezone

from indicators.models import Assessment, AssessmentPeriod, Assignment, Item, Stage
from indicators.services.assignments import assign_many
from indicators.services.periods import (
    close_period,
    create_period,
    grant_grace,
    open_period,
    set_window,
)
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.demo.plan import CLOSED_ANCHOR, stage_days
from wbk_portal.demo.profiles import OPEN_YEAR

from .cast import Cast
from .clock import at, midnight
from .journal import Journal

_DAY = dt.timedelta(days=1)
_CLOSING = dt.datetime(2025, 12, 15, 9, 20, tzinfo=dt.UTC)

# A unit that began late gets more time.
_LATE_UNIT = "KT-BIM"
_LATE_REASON = (
    "Unit baru dibentuk pada awal tahun; operator baru mengikuti pelatihan portal."
)


@dataclass
class Season:
    """A period with its items by unit and slug.

    Attributes:
        anchor: The day from which the plan counts back.
        opening: When it was opened.
    """

    period: AssessmentPeriod
    anchor: dt.date
    opening: dt.datetime
    assessments: dict[str, dict[str, Assessment]]


def open_season(cast: Cast, year: int, today: dt.date) -> Season:
    """Prepare and open a period, and assign the assessors."""
    zone = ZoneInfo(timezone.get_default_timezone_name())
    days = stage_days(year, today)
    opening = midnight(days[0].first, zone) + dt.timedelta(hours=7, minutes=30)
    user = cast.administrator
    with at(opening - 14 * _DAY):
        period = create_period(
            user=user,
            slug=str(year),
            year=year,
            name=f"Penilaian Zona Integritas {year}",
        )
        for stage in days:
            set_window(
                user=user,
                period_id=period.pk,
                stage=Stage(stage.stage),
                opens_at=midnight(stage.first, zone),
                closes_at=midnight(stage.last + _DAY, zone),
            )
    with at(opening):
        period = open_period(user=user, period=period)
        _assign(cast, period)
    anchor = today if year >= OPEN_YEAR else CLOSED_ANCHOR
    return Season(period, anchor, opening, _assessments(cast, period))


def _assign(cast: Cast, period: AssessmentPeriod) -> None:
    """Assign assessors, leads, and who checks the leads."""
    wanted: dict[tuple[str, str], list[WorkUnit]] = {}
    for assignment in cast.demo.assignments:
        place = cast.places[assignment.unit_code]
        if place.unit.is_active_on(timezone.localdate()):
            key = (assignment.username, assignment.role)
            wanted.setdefault(key, []).append(place.unit)
    for (username, role), units in wanted.items():
        assessor = cast.users[username]
        assessor.forget_memberships()
        assign_many(
            user=cast.administrator,
            assessor=assessor,
            work_units=units,
            period=period,
            duty=Assignment.Duty(role),
        )


def _assessments(
    cast: Cast, period: AssessmentPeriod
) -> dict[str, dict[str, Assessment]]:
    """Return all rows of the period with unit and item attached; four queries."""
    items = {
        item.pk: item
        for item in Item.objects.assessed()
        .filter(instrument__periods__period=period)
        .with_rubric()
    }
    units = {place.unit.pk: place.unit for place in cast.places.values()}
    found: dict[str, dict[str, Assessment]] = {}
    for row in Assessment.objects.filter(period=period).order_by("pk"):
        row.work_unit, row.item = units[row.work_unit_id], items[row.item_id]
        row.period = period
        found.setdefault(row.work_unit.code, {})[row.item.slug] = row
    return found


def close_season(cast: Cast, season: Season) -> None:
    """Close the period: from now on the database refuses every change of it."""
    with at(_CLOSING):
        close_period(user=cast.administrator, period=season.period)


def more_time(cast: Cast, season: Season, journal: Journal, today: dt.date) -> None:
    """Let one unit get a week more for filling, three days ago."""
    zone = ZoneInfo(timezone.get_default_timezone_name())
    last = next(d.last for d in stage_days(OPEN_YEAR, today) if d.stage == "filling")
    unit = cast.places[_LATE_UNIT].unit
    journal.call(
        midnight(today - 3 * _DAY, zone) + dt.timedelta(hours=10, minutes=12),
        partial(
            grant_grace,
            user=cast.administrator,
            period_id=season.period.pk,
            stage=Stage.FILLING,
            work_unit=unit,
            until=midnight(last + 8 * _DAY, unit.zone),
            reason=_LATE_REASON,
        ),
    )
