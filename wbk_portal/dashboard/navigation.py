"""The way to the readiness of branches, in the frame of every page."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evidence.navigation import STAFF, period_of
from wbk_portal.accounts.models import Role, User
from wbk_portal.accounts.permissions import LOOKING_ROLES
from wbk_portal.common import registry
from wbk_portal.common.registry import HistoryText, NavEntry

READERS = (
    Role.MANAGER,
    Role.COACH,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.LEAD,
    Role.CONTROLLER,
    Role.ASSESSOR,
)
"""Roles that look at many units."""

HISTORY = (
    HistoryText(
        "report.exported",
        _("Laporan kesiapan %(period)s diunduh (%(format)s, %(units)s unit)"),
    ),
    HistoryText("trail.exported", _("Jejak audit diunduh")),
)


def navigation(user: User, request: HttpRequest) -> Iterable[NavEntry]:
    """Return "Kesiapan" for those who look at many units; no query of its own."""
    leads_a_branch = any(
        m.role in STAFF and not m.work_unit.is_assessed for m in user.active_memberships
    )
    if not (leads_a_branch or user.has_role(*READERS)):
        return
    period = period_of(request)
    if period is not None:
        yield NavEntry(
            _("Kesiapan"),
            f"/{period.slug}/kesiapan/",
            "layout-dashboard",
            order=30,
            also=(f"/{period.slug}/kesiapan-butir/",),
        )


def trail_navigation(user: User, request: HttpRequest) -> Iterable[NavEntry]:
    """Return the way to the log for who reads it; no queries."""
    if user.has_role(*LOOKING_ROLES):
        yield NavEntry(
            _("Jejak audit"), reverse("dashboard:trail"), "scroll-text", order=75
        )


def register_all() -> None:
    """Hang everything in; called once when Django is ready."""
    registry.navigation.register(navigation)
    registry.navigation.register(trail_navigation)
    registry.history.register(*HISTORY)
