"""The page on which administrators say when each stage of a period is open."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from indicators.forms import ScheduleForm
from indicators.services import periods
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.services.base import changed_meanwhile
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fields import status_of

from .base import add_errors, crumbs, end_text, moment_text, open_for_change


@require_http_methods(["GET", "POST"])
def period_schedule(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Say from when until when each stage is open; who was overtaken sees both."""
    period = open_for_change(request, slug)
    windows = list(period.windows.all())
    form = ScheduleForm(request.POST or None, windows=windows)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            periods.save_schedule(
                user=request.user,
                period_id=period.pk,
                version=form.cleaned_data["version"] or 0,
                spans=form.spans(),
            )
        except ConflictError as conflict:
            context["conflict"] = {
                "message": changed_meanwhile(("period", str(period.pk))),
                "rows": _both_sides(form, conflict),
            }
            data = request.POST.copy()
            data["version"] = str(conflict.version)
            form = ScheduleForm(data, windows=windows)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Jadwal tersimpan."))
            return redirect("indicators:period", slug)
    context |= {
        "period": period,
        "form": form,
        "crumbs": crumbs(
            (period.name, reverse("indicators:period", args=[slug])),
            (_("Jadwal"), ""),
        ),
    }
    status = 409 if "conflict" in context else status_of(form)
    return render(request, "indicators/period_schedule.html", context, status=status)


def _both_sides(form: ScheduleForm, conflict: ConflictError) -> list[dict[str, str]]:
    """Return what differs, moment by moment; all when the same thing was changed."""
    rows: list[dict[str, str]] = []
    same: list[dict[str, str]] = []
    for stage, span in form.spans().items():
        for name, sent in zip(
            ("opens_at", "closes_at"), span or (None, None), strict=True
        ):
            stored = conflict.current.get(f"{stage}_{name}")
            show = moment_text if name == "opens_at" else end_text
            row = {
                "label": f"{stage.label} · {form.fields[f'{stage}_{name}'].label}",
                "stored": show(stored) if stored else "–",
                "sent": show(sent) if sent else "–",
            }
            (same if row["stored"] == row["sent"] else rows).append(row)
    return rows or same
