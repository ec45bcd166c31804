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
from django.utils.translation import ngettext
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
from indicators.services.periods import format_end
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role, WorkUnit
from wbk_portal.accounts.services.calendar import free_days
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
    is_controller: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    n_drafts: int = 0
    n_unreleased: int = 0
    is_review_open: bool = False
    is_period_open: bool = True
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
    def n_under_review(self) -> int:
        """Items begun and without a value."""
        return self.counts.get(State.UNDER_REVIEW, 0)

    @property
    def n_final(self) -> int:
        """Items whose value is final."""
        return self.counts.get(State.FINAL, 0)

    @property
    def n_to_finalise(self) -> int:
        """Items whose value the unit sees and that is not final yet."""
        return self.counts.get(State.SCORED, 0) - self.n_unreleased

    @property
    def n_pending(self) -> int:
        """Items that were submitted and still have no value."""
        return self.n_open + self.n_returned

    @property
    def n_not_submitted(self) -> int:
        """Items that never reached the assessors, or wait for the unit's head."""
        return self.total - self.n_done - self.n_pending

    @property
    def may_release(self) -> bool:
        """There are values that the unit does not see, and they may be shown now."""
        return bool(self.is_review_open and self.n_unreleased)

    @property
    def may_finalise(self) -> bool:
        """There are values to make final, and all are released."""
        return bool(
            self.is_review_open and self.n_to_finalise and not self.n_unreleased
        )

    @property
    def finalise_question(self) -> str:
        """What is asked before the values become final: which, how many, what waits."""
        asked = _("Tetapkan %(n)d nilai %(unit)s?") % {
            "n": self.n_to_finalise,
            "unit": self.work_unit.name,
        }
        after = _("Setelah ditetapkan, hanya sanggahan yang dapat mengubahnya.")
        return " ".join((asked, self._waits(), after))

    @property
    def release_question(self) -> str:
        """What is asked before the unit sees its values."""
        asked = _("Lepas %(n)d nilai kepada %(unit)s?") % {
            "n": self.n_unreleased,
            "unit": self.work_unit.name,
        }
        after = _("Unit langsung melihatnya.")
        return " ".join((asked, self._waits(), after))

    @property
    def send_question(self) -> str:
        """What is asked before the requests for revision go out."""
        return send_question(self.n_drafts, self.work_unit)

    def _waits(self) -> str:
        if not self.n_pending and not self.n_not_submitted:
            return _("Semua butir sudah dinilai.")
        return _(
            "%(pending)d butir belum selesai dinilai dan %(missing)d belum diajukan; "
            "keduanya tidak ikut."
        ) % {"pending": self.n_pending, "missing": self.n_not_submitted}

    @property
    def idle_reason(self) -> str:
        """Why the lead has nothing to release or make final here; "" where there is."""
        if self.may_release or self.may_finalise:
            return ""
        if not self.is_period_open:
            return _("Periode sudah ditutup.")
        if not self.n_done:
            return _("Belum ada nilai untuk ditetapkan.")
        if self.n_final == self.n_done:
            return _("Semua nilai sudah ditetapkan.")
        return _("Masa penilaian belum dibuka atau sudah ditutup.")

    @property
    def is_done(self) -> bool:
        """Everything that was submitted has a value."""
        return self.n_done > 0 and not self.n_open and not self.n_returned


def send_question(n: int, work_unit: WorkUnit) -> str:
    """Return what is asked before requests for revision go out: how many, to whom."""
    text = ngettext(
        "Kirim %(n)d permintaan perbaikan ke %(unit)s? Butirnya kembali ke unit itu.",
        "Kirim %(n)d permintaan perbaikan ke %(unit)s? Butirnya kembali ke unit itu.",
        n,
    )
    return text % {"n": n, "unit": work_unit.name}


@require_GET
def queue(request: AuthenticatedRequest, period: str) -> HttpResponse:
    """Show the person's units with what waits in each. A constant number of queries."""
    found = get_object_or_404(
        AssessmentPeriod.objects.exclude(state=AssessmentPeriod.State.DRAFT),
        slug=period,
    )
    if not request.user.has_role(Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
        raise PermissionDenied(_("Antrean penilaian hanya untuk tim penilai."))
    return render_queue(request, found)


def render_queue(
    request: AuthenticatedRequest, period: AssessmentPeriod, *, status: int = 200
) -> HttpResponse:
    """Render the queue, also as the answer to an act that no longer fits it."""
    window = StageWindow.objects.filter(period=period, stage=Stage.REVIEW).first()
    rows = _rows(request, period, window)
    own = [row for row in rows if row.is_assessor]
    led = [row for row in rows if row.is_lead]
    return render(
        request,
        "evidence/queue.html",
        {
            "period": period,
            "rows": sorted(own, key=lambda r: (r.is_done, not r.n_open, -r.n_open)),
            "led": led,
            "checked": [row for row in rows if row.is_controller],
            "sums": _sums(own),
            "led_sums": _sums(led),
            "pace": _pace(period, own, window),
            "items": Item.objects.filter(
                is_assessed=True, instrument__periods__period=period
            ).order_by("kind", "position"),
        },
        status=status,
    )


def _sums(rows: list[QueueRow]) -> dict[str, int]:
    """Return the last line of a list: every column summed up."""
    names = ("n_new", "n_under_review", "n_returned", "n_done", "total")
    more = ("n_open", "n_unreleased", "n_final")
    return {name: sum(getattr(row, name) for row in rows) for name in names + more}


def _rows(
    request: AuthenticatedRequest,
    period: AssessmentPeriod,
    window: StageWindow | None,
) -> list[QueueRow]:
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
        row.is_lead |= assignment.duty == Assignment.Duty.LEAD
        row.is_assessor |= assignment.duty == Assignment.Duty.ASSESSOR
        row.is_controller |= assignment.duty == Assignment.Duty.CONTROLLER
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
    _open_windows(period, window, rows)
    return list(rows.values())


def _open_windows(
    period: AssessmentPeriod, window: StageWindow | None, rows: dict[int, QueueRow]
) -> None:
    """Say for each unit whether it can be assessed now, more time included."""
    now = timezone.now()
    graces: dict[int, dt.datetime] = {}
    if window is not None and period.is_open:
        graces = dict(window.graces.values_list("work_unit_id", "until"))
    for unit_id, row in rows.items():
        row.is_period_open = period.is_open
        if window is not None and period.is_open:
            ends = max(window.closes_at, graces.get(unit_id, window.closes_at))
            row.is_review_open = window.opens_at <= now < ends


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


def _pace(
    period: AssessmentPeriod, rows: list[QueueRow], window: StageWindow | None
) -> dict[str, Any]:
    """Return the line "22 unit · 9 selesai · 8 hari kerja · perlu 1,7 unit/hari"."""
    done = sum(row.is_done for row in rows)
    pace: dict[str, Any] = {"n_units": len(rows), "n_done": done, "days": None}
    now = timezone.now()
    if window is None or not period.is_open or window.closes_at <= now:
        return pace
    today = timezone.localdate(now)
    last = timezone.localdate(window.closes_at - dt.timedelta(microseconds=1))
    days = working_days_until(today, last, free_days(today, last))
    pace["days"] = days
    pace["closes"] = format_end(window.closes_at)
    if days and len(rows) > done:
        pace["per_day"] = format_number(Fraction(len(rows) - done, days), 1)
    return pace
