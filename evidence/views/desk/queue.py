"""The assessor's queue: what waits, unit by unit, and how fast it must go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Assignment,
    Item,
    Revision,
    Stage,
    StageWindow,
    State,
)
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role, WorkUnit
from wbk_portal.accounts.services.calendar import free_days
from wbk_portal.common.dates import format_moment
from wbk_portal.common.numbers import format_number
from wbk_portal.common.workdays import working_days_until

# What an assessor still has to do with an item, first things first.
OPEN_STATES = (State.UNDER_REVIEW, State.SUBMITTED)
DONE_STATES = (State.SCORED, State.FINAL)


@dataclass
class QueueRow:
    """One unit of the person's queue."""

    work_unit: WorkUnit
    is_lead: bool = False
    is_assessor: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    n_drafts: int = 0
    n_unreleased: int = 0
    url: str = ""

    @property
    def total(self) -> int:
        """All items of the unit."""
        return sum(self.counts.values())

    @property
    def n_open(self) -> int:
        """Items that wait for the assessor."""
        return sum(self.counts.get(s, 0) for s in OPEN_STATES)

    @property
    def n_new(self) -> int:
        """Items submitted and not begun."""
        return self.counts.get(State.SUBMITTED, 0)

    @property
    def n_returned(self) -> int:
        """Items that lie with the unit for mending."""
        return self.counts.get(State.NEEDS_REVISION, 0)

    @property
    def n_done(self) -> int:
        """Items with a value."""
        return sum(self.counts.get(s, 0) for s in DONE_STATES)

    @property
    def is_done(self) -> bool:
        """Everything that was submitted has a value."""
        return self.n_done > 0 and not self.n_open and not self.n_returned


@require_GET
def queue(request: AuthenticatedRequest, period: str) -> HttpResponse:
    """Show the person's units with what waits in each. A constant number of queries."""
    found = get_object_or_404(
        AssessmentPeriod.objects.exclude(state=AssessmentPeriod.State.DRAFT),
        slug=period,
    )
    if not request.user.has_role(Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
        raise PermissionDenied(_("Antrean penilaian hanya untuk tim penilai."))
    rows = _rows(request, found)
    own = [row for row in rows if row.is_assessor]
    return render(
        request,
        "evidence/queue.html",
        {
            "period": found,
            "rows": sorted(own, key=lambda r: (r.is_done, not r.n_open, -r.n_open)),
            "led": [row for row in rows if row.is_lead],
            "pace": _pace(found, own),
            "items": Item.objects.filter(
                is_assessed=True, instrument__periods__period=found
            ).order_by("kind", "position"),
            "n_open": sum(row.n_open for row in own),
        },
    )


def _rows(request: AuthenticatedRequest, period: AssessmentPeriod) -> list[QueueRow]:
    rows: dict[int, QueueRow] = {}
    assignments = (
        Assignment.objects.active_on(timezone.localdate())
        .filter(user=request.user, period=period)
        .select_related("work_unit")
        .order_by("work_unit__path")
    )
    for assignment in assignments:
        row = rows.setdefault(
            assignment.work_unit_id, QueueRow(work_unit=assignment.work_unit)
        )
        row.is_lead |= assignment.is_lead
        row.is_assessor |= not assignment.is_lead
    mine = assignments.values("work_unit_id").order_by()
    counted = (
        Assessment.objects.filter(period=period, work_unit_id__in=mine)
        .values("work_unit_id", "state")
        .annotate(
            n=Count("pk"),
            unreleased=Count(
                "pk", filter=Q(decision__isnull=False, released_at__isnull=True)
            ),
        )
        .order_by()
    )
    for line in counted:
        # None: assigned while this page was read.
        if found := rows.get(line["work_unit_id"]):
            found.counts[line["state"]] = line["n"]
            found.n_unreleased += line["unreleased"]
    drafts = (
        Revision.objects.filter(
            user=request.user,
            sent_at__isnull=True,
            round__assessment__state=State.UNDER_REVIEW,
            round__assessment__current_round=F("round_id"),
            round__assessment__period=period,
            round__assessment__work_unit_id__in=mine,
        )
        .values("round__assessment__work_unit_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for draft in drafts:
        if found := rows.get(draft["round__assessment__work_unit_id"]):
            found.n_drafts = draft["n"]
    for unit_id, slug in _first_items(period, mine).items():
        if found := rows.get(unit_id):
            found.url = f"/{period.slug}/penilaian/{found.work_unit.code}/{slug}/"
    return list(rows.values())


def _first_items(period: AssessmentPeriod, mine: Any) -> dict[int, str]:
    """Return the item to open first for each unit: what waits, worth most first."""
    order = {str(state): rank for rank, state in enumerate(OPEN_STATES)}
    first: dict[int, tuple[tuple[int, int, int], str]] = {}
    lines = (
        Assessment.objects.filter(period=period, work_unit_id__in=mine)
        .order_by()
        .values_list(
            "work_unit_id",
            "state",
            "item__lke_nano",
            "item__position",
            "item__slug",
        )
    )
    for unit_id, state, nano, position, slug in lines:
        rank = (order.get(state, 9), -nano, position)
        if unit_id not in first or rank < first[unit_id][0]:
            first[unit_id] = (rank, slug)
    return {unit_id: slug for unit_id, (_rank, slug) in first.items()}


def _pace(period: AssessmentPeriod, rows: list[QueueRow]) -> dict[str, Any]:
    """Return the line "22 unit · 9 selesai · 8 hari kerja · perlu 1,7 unit/hari"."""
    done = sum(row.is_done for row in rows)
    window = StageWindow.objects.filter(period=period, stage=Stage.REVIEW).first()
    pace: dict[str, Any] = {"n_units": len(rows), "n_done": done, "days": None}
    now = timezone.now()
    if window is None or not period.is_open or window.closes_at <= now:
        return pace
    today = timezone.localdate(now)
    last = timezone.localdate(window.closes_at - dt.timedelta(microseconds=1))
    days = working_days_until(today, last, free_days(today, last))
    pace["days"] = days
    pace["closes"] = format_moment(window.closes_at)
    if days and len(rows) > done:
        pace["per_day"] = format_number(Fraction(len(rows) - done, days), 1)
    return pace
