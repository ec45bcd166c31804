"""The first page after sign-in: each person's own place of work."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from evidence.navigation import own_unit_url, period_of
from indicators.registrations import ASSESSORS
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role, User

READERS = (
    Role.MANAGER,
    Role.COACH,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


@require_GET
def home(request: AuthenticatedRequest) -> HttpResponse:
    """Send the person where their work is; GET changes nothing."""
    user = request.user
    period = period_of(request)
    if period is not None:
        if url := own_unit_url(user, period):
            return redirect(url)
        if user.has_role(*ASSESSORS):
            return redirect(f"/{period.slug}/penilaian/")
        if user.has_role(*READERS):
            return redirect(f"/{period.slug}/kesiapan/")
    if user.has_role(Role.ADMINISTRATOR):
        return redirect("indicators:period-list")
    return render(
        request,
        "dashboard/nothing_yet.html",
        {
            "reason": _reason(user, has_period=period is not None),
            "hint": _hint(user),
            "roles": user.active_memberships,
        },
    )


def _reason(user: User, *, has_period: bool) -> str:
    """Say why there is no page of work to lead to."""
    if not user.active_memberships:
        return _("Anda belum memiliki peran pada unit mana pun.")
    if user.has_role(Role.COMPLAINT_OFFICER):
        return _("Daftar pengaduan belum dibuka di versi portal ini.")
    if not has_period:
        return _("Belum ada periode penilaian yang dibuka.")
    return _("Belum ada halaman kerja untuk peran Anda.")


def _hint(user: User) -> str:
    """Say what one can do meanwhile."""
    if not user.active_memberships:
        return _("Hubungi administrator portal di instansi Anda.")
    return _(
        "Yang dapat Anda lakukan sekarang: membaca pemberitahuan di kotak masuk, dan "
        "mengatur surel, bahasa, dan kata sandi di halaman akun."
    )
