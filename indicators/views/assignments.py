"""The page on which assessors are assigned to units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from indicators.forms import AssignForm
from indicators.models import AssessmentPeriod, Assignment, UnitReadiness
from indicators.period_permissions import (
    can_open_assignments,
    can_see_assignments,
    can_see_periods,
)
from indicators.services import assignments
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit, in_branches
from wbk_portal.common.dates import format_day_short
from wbk_portal.common.permissions import require

from .base import LOCKED_TEXT, crumbs, state_badge

PAGE = 50
"""Units on one page."""


@dataclass
class UnitRow:
    """One unit with the people who assess it today or from a later day on."""

    unit: WorkUnit
    above: str
    may_assign: bool
    people: list[dict[str, Any]] = field(default_factory=list)
    has_assessor: bool = False


def _open(request: AuthenticatedRequest, slug: str) -> AssessmentPeriod:
    if request.method == "POST":
        require(can_open_assignments(request.user))
    else:
        require(can_see_assignments(request.user))
    period = get_object_or_404(AssessmentPeriod, slug=slug)
    is_draft = period.state == AssessmentPeriod.State.DRAFT
    if is_draft and not request.user.has_role(Role.ADMINISTRATOR, Role.AUDITOR):
        raise Http404
    return period


def _units(user: User, period: AssessmentPeriod, *readers: Role) -> Any:
    """Return the units of the period that the person may assign assessors to.

    Args:
        readers: Roles whose branches are returned as well, to be read.
    """
    if period.state == AssessmentPeriod.State.DRAFT:
        units = WorkUnit.objects.assessed().active_on(timezone.localdate())
    else:
        units = WorkUnit.objects.filter(
            Exists(
                UnitReadiness.objects.filter(period=period, work_unit=OuterRef("pk"))
            )
        )
    led = Assignment.objects.active_on(timezone.localdate()).filter(
        user=user, period=period, duty=Assignment.Duty.LEAD, work_unit=OuterRef("pk")
    )
    return units.filter(
        in_branches("path", user.branches(Role.ADMINISTRATOR, *readers))
        | Q(Exists(led))
    )


_ORDER = {
    Assignment.Duty.CONTROLLER: 0,
    Assignment.Duty.LEAD: 1,
    Assignment.Duty.ASSESSOR: 2,
}
"""Who stands first among the people of a unit."""


@require_http_methods(["GET", "POST"])
def assignment_list(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Show who assesses which unit, and assign one person to the ticked units."""
    period = _open(request, slug)
    is_locked = period.state == AssessmentPeriod.State.CLOSED
    if is_locked and request.method == "POST":
        raise Http404
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        candidates=[] if is_locked else _candidates(period),
        may_name_leads=request.user.has_role(Role.ADMINISTRATOR),
    )
    ticked = [int(pk) for pk in request.POST.getlist("unit") if pk.isdigit()][:PAGE]
    if form.is_valid() and _assign(request, period, form, ticked):
        return redirect(request.get_full_path())
    may_assign = bool(can_open_assignments(request.user))
    context = {
        "period": period,
        "badge": state_badge(period),
        "form": form,
        "ticked": ticked,
        "is_locked": is_locked,
        "may_assign": may_assign and not is_locked,
        "locked_text": LOCKED_TEXT,
        "crumbs": crumbs((period.name, _up(request, period)), (_("Penugasan"), "")),
        **_page(request, period),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "indicators/assignments.html", context, status=status)


def _up(request: AuthenticatedRequest, period: AssessmentPeriod) -> str:
    if can_see_periods(request.user):
        return reverse("indicators:period", args=[period.slug])
    return ""


def _candidates(period: AssessmentPeriod) -> list[tuple[User, int]]:
    """Return who may assess, by name, with the number of units they have today."""
    today = timezone.localdate()
    holders = Membership.objects.active_on(today).filter(
        user=OuterRef("pk"),
        role__in=[str(Role.ASSESSOR), str(Role.LEAD), str(Role.CONTROLLER)],
    )
    assigned = Assignment.objects.active_on(today).filter(period=period)
    found = (
        User.objects.filter(Exists(holders), is_active=True)
        .annotate(
            n_units=Count(
                "assignments__work_unit",
                filter=Q(assignments__in=assigned),
                distinct=True,
            )
        )
        .order_by("name", "pk")
    )
    return [(person, person.n_units) for person in found]


def _assign(
    request: AuthenticatedRequest,
    period: AssessmentPeriod,
    form: AssignForm,
    ticked: list[int],
) -> bool:
    """Assign, and say what was done and what was not; False keeps the form."""
    units = list(_units(request.user, period).filter(pk__in=ticked))
    if not units:
        form.add_error(None, _("Centang dulu unit yang akan dinilai."))
        return False
    person = form.assessor_chosen
    try:
        made, refused = assignments.assign_many(
            user=request.user,
            assessor=person,
            work_units=units,
            period=period,
            duty=form.duty,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    if made:
        text = ngettext(
            "%(name)s ditugaskan untuk %(n)d unit.",
            "%(name)s ditugaskan untuk %(n)d unit.",
            len(made),
        )
        messages.success(request, text % {"name": person.name, "n": len(made)})
    for refusal in refused:
        messages.warning(
            request,
            _("%(unit)s tidak ditugaskan: %(reason)s")
            % {"unit": refusal.work_unit.name, "reason": refusal.reason},
        )
    return True


def _page(request: AuthenticatedRequest, period: AssessmentPeriod) -> dict[str, Any]:
    """Return the rows of one page and its filter; five queries."""
    today = timezone.localdate()
    query = request.GET.get("q", "").strip()[:100]
    only_open = request.GET.get("kosong") == "1"
    number = max(1, int(n) if (n := request.GET.get("hal", "1")).isdigit() else 1)
    units = _units(request.user, period, Role.AUDITOR)
    if query:
        units = units.filter(Q(name__icontains=query) | Q(code__icontains=query))
    current = Assignment.objects.filter(period=period).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    )
    if only_open:
        units = units.exclude(
            Exists(
                current.filter(work_unit=OuterRef("pk"), duty=Assignment.Duty.ASSESSOR)
            )
        )
    may_name_leads = request.user.has_role(Role.ADMINISTRATOR)
    start = (min(number, 10_000) - 1) * PAGE
    found = list(units.order_by("path")[start : start + PAGE + 1])
    shown = found[:PAGE]
    above = _names_above(shown)
    # Who also audits reads units that somebody else assigns.
    assigns = set(
        _units(request.user, period)
        .filter(pk__in=[unit.pk for unit in shown])
        .values_list("pk", flat=True)
    )
    rows = {
        unit.pk: UnitRow(
            unit, above.get(unit.path[: -WorkUnit.steplen], ""), unit.pk in assigns
        )
        for unit in shown
    }
    for one in current.filter(work_unit__in=shown).select_related("user"):
        rows[one.work_unit_id].people.append(
            _person(
                one,
                today,
                may_end=one.work_unit_id in assigns
                and (may_name_leads or one.duty == Assignment.Duty.ASSESSOR),
            )
        )
        rows[one.work_unit_id].has_assessor |= one.duty == Assignment.Duty.ASSESSOR
    for row in rows.values():
        row.people.sort(key=lambda person: (_ORDER[person["duty"]], person["name"]))

    def page_url(to: int) -> str:
        values = {"q": query, "kosong": "1" if only_open else "", "hal": str(to)}
        return "?" + urlencode({k: v for k, v in values.items() if v})

    return {
        "rows": list(rows.values()),
        "here": page_url(number),
        "query": query,
        "only_open": only_open,
        "pager": _("Unit %(first)d–%(last)d")
        % {"first": start + 1, "last": start + len(shown)},
        "prev_url": page_url(number - 1) if number > 1 else "",
        "next_url": page_url(number + 1) if len(found) > PAGE else "",
        "is_paged": number > 1 or len(found) > PAGE,
        "is_filtered": bool(query or only_open),
    }


def _names_above(units: list[WorkUnit]) -> dict[str, str]:
    """Return the names of the units directly above, by path. One query."""
    paths = {unit.path[: -WorkUnit.steplen] for unit in units} - {""}
    if not paths:
        return {}
    return dict(WorkUnit.objects.filter(path__in=paths).values_list("path", "name"))


def _person(one: Assignment, today: dt.date, *, may_end: bool) -> dict[str, Any]:
    note = ""
    if one.valid_from > today:
        note = _("mulai %(day)s") % {"day": format_day_short(one.valid_from)}
    elif one.valid_until:
        note = _("sampai %(day)s") % {"day": format_day_short(one.valid_until)}
    return {
        "pk": one.pk,
        "name": one.user.name,
        "duty": one.duty,
        "duty_text": ""
        if one.duty == Assignment.Duty.ASSESSOR
        else one.get_duty_display(),
        "may_end": may_end,
        "note": note,
    }


@require_POST
def assignment_end(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Let an assignment end at once."""
    period = _open(request, slug)
    units = _units(request.user, period)
    row = get_object_or_404(Assignment, pk=pk, period=period, work_unit__in=units)
    ended = assignments.end(user=request.user, assignment_id=row.pk)
    messages.success(
        request,
        _("Penugasan %(name)s di %(unit)s berakhir.")
        % {"name": ended.user.name, "unit": ended.work_unit.name},
    )
    back = reverse("indicators:assignments", args=[slug])
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{back}?{query}" if query else back)
