"""What the pages of periods share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import AssessmentPeriod
from indicators.period_permissions import can_manage_periods, can_see_periods
from indicators.services.periods import format_end
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.dates import format_moment
from wbk_portal.common.permissions import require

STATE_LOOKS = {
    AssessmentPeriod.State.DRAFT: ("idle", "pencil-line"),
    AssessmentPeriod.State.OPEN: ("green", "calendar-check"),
    AssessmentPeriod.State.CLOSED: ("done", "lock"),
}
"""Tone and icon of a period's state."""

LOCKED_TEXT = gettext_lazy("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")


def managed_period(request: AuthenticatedRequest, slug: str) -> AssessmentPeriod:
    """Return the period for somebody who keeps periods, else refuse.

    Raises:
        PermissionDenied: `can_manage_periods` refuses.
        Http404: There is no such period.
    """
    require(can_manage_periods(request.user))
    return get_object_or_404(AssessmentPeriod, slug=slug)


def seen_period(request: AuthenticatedRequest, slug: str) -> AssessmentPeriod:
    """Return the period for somebody who may read all about it, else refuse.

    Raises:
        PermissionDenied: `can_see_periods` refuses.
        Http404: There is no such period.
    """
    require(can_see_periods(request.user))
    return get_object_or_404(AssessmentPeriod, slug=slug)


def open_for_change(request: AuthenticatedRequest, slug: str) -> AssessmentPeriod:
    """Return the period as `managed_period`; a closed one has no form: 404."""
    period = managed_period(request, slug)
    if period.state == AssessmentPeriod.State.CLOSED:
        raise Http404
    return period


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Return the way from the list of periods to this page."""
    first = [{"label": _("Periode"), "url": reverse("indicators:period-list")}]
    return first + [{"label": label, "url": url} for label, url in steps]


def state_badge(period: AssessmentPeriod) -> dict[str, str]:
    """Return tone, icon and word of the period's state."""
    tone, icon = STATE_LOOKS[AssessmentPeriod.State(period.state)]
    return {"tone": tone, "icon": icon, "label": str(period.get_state_display())}


def moment_text(moment: dt.datetime) -> str:
    """Write a moment in the portal's zone."""
    return format_moment(moment, settings.TIME_ZONE)


def end_text(moment: dt.datetime) -> str:
    """Write an end in the portal's zone; midnight as 23.59 of the day before."""
    return format_end(moment)


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put a service's refusal onto the form, unknown fields on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def fact(label: str, value: Any, url: str = "") -> dict[str, Any]:
    """Return one line of `components/_facts.html`."""
    return {"label": label, "value": value, "url": url}
