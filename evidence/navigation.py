"""The way to the own unit, to approval and to the review desk, in the frame."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import Assessment, AssessmentPeriod, Assignment, State
from indicators.registrations import ASSESSORS, current_of, shown_periods
from wbk_portal.accounts.models import Role, User, in_branches
from wbk_portal.common import registry
from wbk_portal.common.registry import NavEntry

STAFF = (Role.OPERATOR, Role.HEAD)


def period_of(request: HttpRequest) -> AssessmentPeriod | None:
    """Return the period in the address, or the one that is to be worked on now.

    One query a request, shared with the switcher of periods.

    A closed year in view keeps the way within that year.
    """
    known: AssessmentPeriod | None = getattr(request, "_wbk_period", None)
    if known is not None:
        return known
    slug = request.path.strip("/").split("/", 1)[0]
    periods = shown_periods(request)
    found = next((p for p in periods if p.slug == slug), None) or current_of(request)
    if found is not None:
        remember_period(request, found)
    return found


def remember_period(request: HttpRequest, period: AssessmentPeriod) -> None:
    """Let the frame use a period that the page has read already."""
    request._wbk_period = period  # type: ignore[attr-defined]


def own_unit_url(user: User, period: AssessmentPeriod) -> str:
    """Return the home of the unit the person works for, or of its branch's readiness.

    Empty for those who work for none. No queries beyond the memberships.
    """
    for membership in user.active_memberships:
        if membership.role in STAFF:
            unit = membership.work_unit
            if unit.is_assessed:
                return f"/{period.slug}/unit/{unit.code}/"
            return f"/{period.slug}/kesiapan/{unit.code}/"
    return ""


def navigation(user: User, request: HttpRequest) -> Iterable[NavEntry]:
    """Return the person's entries; at most three queries."""
    period = period_of(request)
    if period is None:
        return
    if url := own_unit_url(user, period):
        yield NavEntry(_("Unit saya"), url, "house", order=10)
        if user.has_role(Role.HEAD) and url.startswith(f"/{period.slug}/unit/"):
            waiting = Assessment.objects.filter(
                in_branches("work_unit__path", user.branches(Role.HEAD)),
                period=period,
                state=State.AWAITING_APPROVAL,
            ).count()
            yield NavEntry(
                _("Persetujuan"), f"{url}persetujuan/", "hourglass", 15, waiting
            )
    if user.has_role(*ASSESSORS):
        mine = Assignment.objects.active_on(timezone.localdate()).filter(
            user=user, period=period, duty=Assignment.Duty.ASSESSOR
        )
        waiting = Assessment.objects.filter(
            period=period,
            state__in=[State.SUBMITTED, State.UNDER_REVIEW],
            work_unit__in=mine.values("work_unit_id"),
        ).count()
        yield NavEntry(
            _("Penilaian"),
            f"/{period.slug}/penilaian/",
            "clipboard-check",
            20,
            waiting,
        )


def register_all() -> None:
    """Hang the entries in; called once when Django is ready."""
    registry.navigation.register(navigation)
