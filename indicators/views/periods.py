"""Pages on which administrators prepare, open and close periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.forms import CloseForm, GraceForm, PeriodForm
from indicators.models import (
    AssessmentPeriod,
    Grace,
    Instrument,
    Stage,
    StageWindow,
    UnitReadiness,
)
from indicators.period_permissions import (
    can_list_periods,
    can_manage_periods,
    can_see_assignments,
    can_see_periods,
)
from indicators.services import periods
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.accounts.services.base import changed_meanwhile
from wbk_portal.audit.history import history_of
from wbk_portal.common.context import shown_at
from wbk_portal.common.dates import format_moment
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fields import status_of
from wbk_portal.common.numbers import NO_VALUE, format_number
from wbk_portal.common.permissions import require

from .base import (
    add_errors,
    crumbs,
    end_text,
    fact,
    moment_text,
    open_for_change,
    seen_period,
    state_badge,
)

HISTORY_LINES = 20
UNITS_OFFERED = 500
"""Units that the field for more time suggests."""


@require_GET
def period_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show all periods, newest first, with what each is about."""
    require(can_list_periods(request.user))
    sees_all = bool(can_see_periods(request.user))
    found = AssessmentPeriod.objects.annotate(
        n_units=Count("readiness")
    ).prefetch_related("windows")
    if not sees_all:
        found = found.exclude(state=AssessmentPeriod.State.DRAFT)
    rows = [
        {
            "period": period,
            "badge": state_badge(period),
            "is_draft": period.state == AssessmentPeriod.State.DRAFT,
            "windows": [_window_row(window) for window in period.windows.all()],
        }
        for period in found
    ]
    context = {
        "rows": rows,
        "sees_all": sees_all,
        "manages": bool(can_manage_periods(request.user)),
        "may_assign": bool(can_see_assignments(request.user)),
    }
    return render(request, "indicators/period_list.html", context)


def _window_row(window: StageWindow) -> dict[str, Any]:
    opens, closes = moment_text(window.opens_at), end_text(window.closes_at)
    return fact(str(window.get_stage_display()), f"{opens} – {closes}")


@require_http_methods(["GET", "POST"])
def period_create(request: AuthenticatedRequest) -> HttpResponse:
    """Prepare a new period."""
    require(can_manage_periods(request.user))
    form = PeriodForm(request.POST or None)
    if form.is_valid():
        try:
            period = periods.create_period(user=request.user, **form.values())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Periode disiapkan. Isi jadwalnya, lalu buka."))
            return redirect("indicators:period-schedule", period.slug)
    context = {
        "form": form,
        "title": _("Siapkan periode"),
        "crumbs": crumbs((_("Siapkan periode"), "")),
        "back": reverse("indicators:period-list"),
    }
    return render(
        request, "indicators/period_form.html", context, status=status_of(form)
    )


@require_GET
def period_page(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Show one period: rules, schedule, more time, history. Seven queries."""
    period = seen_period(request, slug)
    return render(request, "indicators/period.html", _page(request, period))


def _page(
    request: AuthenticatedRequest,
    period: AssessmentPeriod,
    grace_form: GraceForm | None = None,
    conflict: dict[str, Any] | None = None,
) -> dict[str, Any]:
    windows = list(
        period.windows.prefetch_related(
            Prefetch("graces", Grace.objects.select_related("work_unit"))
        )
    )
    may_change = period.state != AssessmentPeriod.State.CLOSED and bool(
        can_manage_periods(request.user)
    )
    return {
        "period": period,
        "badge": state_badge(period),
        "is_draft": period.state == AssessmentPeriod.State.DRAFT,
        "may_change": may_change,
        "may_assign": bool(can_see_assignments(request.user)),
        "crumbs": crumbs((period.name, "")),
        "rules": _rules(period),
        "windows": [_window_row(window) for window in windows],
        "may_open": {Stage.FILLING, Stage.REVIEW} <= {w.stage for w in windows},
        "graces": [
            {
                "pk": grace.pk,
                "unit": grace.work_unit,
                "stage": window.get_stage_display(),
                "until": periods.format_end(grace.until, grace.work_unit.time_zone),
                "reason": grace.reason,
            }
            for window in windows
            for grace in window.graces.all()
        ],
        "grace_form": (grace_form or _grace_form(period, windows))
        if may_change
        else None,
        "grace_conflict": conflict,
        "units": units_of(period)[:UNITS_OFFERED] if may_change else [],
        "history": [
            {
                "what": line.text,
                "who": line.actor,
                "when": format_moment(line.at, settings.TIME_ZONE),
                "icon": "calendar-cog",
            }
            for line in history_of("period", str(period.pk), HISTORY_LINES)
        ],
    }


def _grace_form(period: AssessmentPeriod, windows: Sequence[StageWindow]) -> GraceForm:
    """Return an empty form that carries the version of what is in view."""
    version = periods.grace_version(
        grace for window in windows for grace in window.graces.all()
    )
    return GraceForm(units=units_of(period), version=version)


def units_of(period: AssessmentPeriod) -> QuerySet[WorkUnit]:
    """Return the units assessed now, and those assessed in the period."""
    now = WorkUnit.objects.assessed().values("pk")
    then = UnitReadiness.objects.filter(period=period).values("work_unit_id")
    rows: QuerySet[WorkUnit] = WorkUnit.objects.filter(Q(pk__in=now) | Q(pk__in=then))
    return rows.order_by("path")


def _rules(period: AssessmentPeriod) -> list[dict[str, Any]]:
    editions = period.instruments.select_related("instrument").order_by("pk")
    days = ngettext("%(n)d hari kerja", "%(n)d hari kerja", period.revision_days)
    rows = [
        fact(_("Alamat"), f"/{period.slug}/"),
        fact(_("Nilai terlihat oleh unit"), period.get_release_display()),
        fact(
            _("Pengajuan disetujui kepala unit"),
            _("Ya") if period.requires_approval else _("Tidak"),
        ),
        fact(_("Waktu perbaikan"), days % {"n": period.revision_days}),
        fact(_("Persentase dengan pembagi nol"), period.get_zero_denominator_display()),
        fact(
            _("Instrumen"),
            format_html_join(
                ", ", "{}", ((_edition(row.instrument),) for row in editions)
            )
            or NO_VALUE,
        ),
    ]
    if period.opened_at:
        rows.append(fact(_("Dibuka"), moment_text(period.opened_at)))
    if period.closed_at:
        rows.append(fact(_("Ditutup"), moment_text(period.closed_at)))
    return rows


def _edition(instrument: Instrument) -> SafeString:
    """Return name and edition; the name is official and stays Indonesian."""
    return format_html(
        '<span lang="id">{}</span> ({})',
        instrument.name,
        _("edisi %(edition)d") % {"edition": instrument.edition},
    )


@require_http_methods(["GET", "POST"])
def period_edit(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Change the rules of a period."""
    period = open_for_change(request, slug)
    form = PeriodForm(request.POST or None, instance=period)
    overtaken = False
    if form.is_valid():
        try:
            saved = periods.update_period(
                user=request.user,
                period_id=period.pk,
                version=form.cleaned_data["version"] or 0,
                **form.values(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except ConflictError as conflict:
            form = _after_conflict(request, form, conflict)
            overtaken = True
        else:
            messages.success(request, _("Aturan periode tersimpan."))
            return redirect("indicators:period", saved.slug)
    context = {
        "form": form,
        "title": _("Ubah aturan periode"),
        "crumbs": crumbs(
            (period.name, reverse("indicators:period", args=[slug])),
            (_("Ubah aturan"), ""),
        ),
        "back": reverse("indicators:period", args=[slug]),
    }
    status = 409 if overtaken else status_of(form)
    return render(request, "indicators/period_form.html", context, status=status)


def _after_conflict(
    request: AuthenticatedRequest, form: PeriodForm, conflict: ConflictError
) -> PeriodForm:
    """Return the form with what was sent, and beside it what stands now."""
    data = request.POST.copy()
    data["version"] = str(conflict.version)
    fresh = PeriodForm(data, instance=form.instance)
    fresh.is_valid()
    fresh.add_error(None, conflict.message)
    for name, value in conflict.current.items():
        if form.cleaned_data.get(name) != value:
            field = fresh.fields[name]
            text = dict(getattr(field, "choices", [])).get(value, value)
            fresh.add_error(
                name, _("Yang tersimpan sekarang: %(value)s") % {"value": text}
            )
    return fresh


@require_POST
def period_open(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Open a period; a second press makes only what is missing."""
    period = open_for_change(request, slug)
    try:
        periods.open_period(user=request.user, period=period)
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        n_units = period.readiness.count()
        text = ngettext(
            "Periode dibuka. Butir untuk %(n)s unit sudah disiapkan.",
            "Periode dibuka. Butir untuk %(n)s unit sudah disiapkan.",
            n_units,
        )
        messages.success(request, text % {"n": format_number(n_units)})
    return redirect("indicators:period", slug)


@require_http_methods(["GET", "POST"])
def period_close(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Show what closing does, and close for good."""
    period = open_for_change(request, slug)
    form = CloseForm(request.POST or None)
    if form.is_valid():
        try:
            periods.close_period(
                user=request.user,
                period=period,
                leave_undecided=form.cleaned_data["leave_undecided"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Periode ditutup dan terkunci."))
            return redirect("indicators:period", slug)
    status = status_of(form)
    count = periods.closing_count(period)
    if not count.undecided:
        del form.fields["leave_undecided"]
    context = {
        "period": period,
        "form": form,
        "count": count,
        "undecided": periods.undecided_text(count) if count.undecided else "",
        "crumbs": crumbs(
            (period.name, reverse("indicators:period", args=[slug])),
            (_("Tutup periode"), ""),
        ),
    }
    return render(request, "indicators/period_close.html", context, status=status)


@require_POST
def grace_grant(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Give one unit more time; a refusal shows on the period's page."""
    period = open_for_change(request, slug)
    form = GraceForm(request.POST, units=units_of(period))
    conflict: dict[str, Any] | None = None
    if form.is_valid():
        values = form.cleaned_data
        try:
            periods.grant_grace(
                user=request.user,
                period_id=period.pk,
                stage=Stage(values["stage"]),
                work_unit=values["unit"],
                until=values["until"],
                reason=values["reason"],
                version=values["version"] or 0,
            )
        except ConflictError as error:
            conflict = {
                "message": changed_meanwhile(("period", str(period.pk))),
                "rows": [
                    {
                        "label": form.fields["until"].label,
                        "stored": end_text(error.current["until"]),
                        "sent": end_text(values["until"]),
                    },
                    {
                        "label": form.fields["reason"].label,
                        "stored": error.current["reason"],
                        "sent": values["reason"],
                    },
                ],
            }
            data = request.POST.copy()
            data["version"] = str(error.version)
            form = GraceForm(data, units=units_of(period))
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Tambahan waktu tersimpan."))
            return redirect("indicators:period", slug)
    shown_at(request, reverse("indicators:period", args=[slug]))
    context = _page(request, period, form, conflict)
    status = 409 if conflict else 422
    return render(request, "indicators/period.html", context, status=status)


@require_POST
def grace_revoke(request: AuthenticatedRequest, slug: str, pk: int) -> HttpResponse:
    """Take more time away again."""
    period = open_for_change(request, slug)
    grace = get_object_or_404(Grace, pk=pk, window__period=period)
    periods.revoke_grace(user=request.user, grace_id=grace.pk)
    messages.success(request, _("Tambahan waktu dicabut."))
    return redirect("indicators:period", slug)
