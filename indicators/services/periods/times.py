"""When what is open: stage windows, more time for single units, days left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from indicators.models import AssessmentPeriod, Stage, StageWindow
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.dates import format_moment

MINUTE = dt.timedelta(minutes=1)
_TICK = dt.timedelta(microseconds=1)


def shown_end(closes_at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return the end of a window as people write it, in a zone.

    Midnight, there or in the portal's zone, belongs to the day before: "31 Mei 2026
    pukul 23.59 WIB" is "1 Juni 2026 pukul 00.59 WITA", the same minute for everybody.
    """
    local = closes_at.astimezone(zone)
    portal = closes_at.astimezone(ZoneInfo(settings.TIME_ZONE))
    is_midnight = any(
        (moment.hour, moment.minute, moment.second) == (0, 0, 0)
        for moment in (local, portal)
    )
    return local - MINUTE if is_midnight else local


def format_end(closes_at: dt.datetime, zone: str | None = None) -> str:
    """Write the end of a window: "31 Mei 2026 pukul 23.59 WIB".

    Every page, notice, mail and printout writes a deadline through this.

    Args:
        closes_at: First instant after the window.
        zone: IANA name of the unit's time zone; the portal's without.
    """
    name = zone or settings.TIME_ZONE
    return format_moment(shown_end(closes_at, ZoneInfo(name)), name)


@dataclass(frozen=True)
class StageTime:
    """One stage of a period as it holds for one unit.

    Attributes:
        stage: Which one.
        opens_at: First instant of it.
        closes_at: First instant after it, more time for the unit included.
        is_extended: The unit got more time than the others.
    """

    stage: Stage
    opens_at: dt.datetime
    closes_at: dt.datetime
    is_extended: bool = False

    def is_open_at(self, moment: dt.datetime) -> bool:
        """Whether the stage is open at `moment`; the closing instant is outside."""
        return self.opens_at <= moment < self.closes_at

    def last_day(self, zone: ZoneInfo) -> dt.date:
        """Return the day on which the last instant falls, in the unit's zone.

        A window that closes at midnight ends on the day before.
        """
        return (self.closes_at - _TICK).astimezone(zone).date()

    def days_left(self, zone: ZoneInfo, moment: dt.datetime) -> int:
        """Return calendar days until the last day, in the unit's zone; 0: today."""
        return (self.last_day(zone) - moment.astimezone(zone).date()).days


def stage_times(
    period: AssessmentPeriod, work_unit: WorkUnit
) -> dict[Stage, StageTime]:
    """Return the stages that have a window, as they hold for the unit. One query."""
    windows = (
        StageWindow.objects.filter(period=period)
        .annotate(
            own=FilteredRelation("graces", condition=Q(graces__work_unit=work_unit)),
            grace_until=F("own__until"),
        )
        .order_by("opens_at")
    )
    times = {}
    for window in windows:
        until = window.grace_until
        extended = until is not None and until > window.closes_at
        times[Stage(window.stage)] = StageTime(
            stage=Stage(window.stage),
            opens_at=window.opens_at,
            closes_at=until if extended else window.closes_at,
            is_extended=extended,
        )
    return times


def open_stages(
    period: AssessmentPeriod, work_unit: WorkUnit, now: dt.datetime | None = None
) -> frozenset[Stage]:
    """Return the stages open for the unit at `now`, more time for it included.

    None in a period that is not open, whatever its windows say. One query at most.
    """
    if not period.is_open:
        return frozenset()
    moment = now or timezone.now()
    return frozenset(
        stage
        for stage, time in stage_times(period, work_unit).items()
        if time.is_open_at(moment)
    )


def days_left(
    period: AssessmentPeriod,
    work_unit: WorkUnit,
    stage: Stage,
    now: dt.datetime | None = None,
) -> int | None:
    """Return calendar days until a stage closes for the unit; 0: today. One query.

    None when the stage is not open. Days change at midnight in the unit's zone.
    """
    moment = now or timezone.now()
    if not period.is_open:
        return None
    time = stage_times(period, work_unit).get(stage)
    if time is None or not time.is_open_at(moment):
        return None
    return time.days_left(work_unit.zone, moment)


def with_running(
    rows: QuerySet[AssessmentPeriod],
    *,
    assesses: bool = False,
    now: dt.datetime | None = None,
) -> QuerySet[AssessmentPeriod]:
    """Add to periods whether the stage in which a person works is running.

    Args:
        assesses: The person is of a team of assessors, and works in the review; all
            others in the filling.
    """
    moment = now or timezone.now()
    running = StageWindow.objects.filter(
        period=OuterRef("pk"),
        stage=Stage.REVIEW if assesses else Stage.FILLING,
        opens_at__lte=moment,
        closes_at__gt=moment,
    )
    return rows.annotate(is_running=Exists(running))


def current_period(
    periods: Iterable[AssessmentPeriod], *, today: dt.date | None = None
) -> AssessmentPeriod | None:
    """Return the period in which something is to be done now, or None.

    Only open periods count. A period that was opened before its year began is for
    preparing: it moves nobody there. Of those whose year has begun, one whose stage
    is running comes first (the review for who assesses, the filling for all others),
    then the newest. Where no year has begun, the earliest one.

    Args:
        periods: Rows of `with_running`.
        today: The day; that of the portal without.
    """
    year = (today or timezone.localdate()).year
    found = [period for period in periods if period.is_open]
    begun = [period for period in found if period.year <= year]
    if begun:
        return max(
            begun,
            key=lambda p: (getattr(p, "is_running"), p.year, str(p.opened_at), p.pk),  # noqa: B009
        )
    return min(found, key=lambda p: (p.year, str(p.opened_at), p.pk), default=None)
