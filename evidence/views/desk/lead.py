"""What the lead of a team does with the values of a unit; each act is one POST."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from evidence.views.base import Place
from evidence.views.keys import key_from
from indicators.models import Assessment, State
from indicators.services import scoring
from wbk_portal.accounts.http import AuthenticatedRequest

from .access import open_as_lead, require_open
from .queue import render_queue


@require_POST
def release(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Show the unit all decided values, as lead."""
    place = open_as_lead(request, period, code)
    require_open(place)
    if changed := _changed(request, place, is_released=False):
        return changed
    n = scoring.release(
        user=request.user, period=place.period, work_unit=place.work_unit
    )
    messages.success(
        request,
        ngettext(
            "%(n)d nilai %(unit)s dilepas kepada unit.",
            "%(n)d nilai %(unit)s dilepas kepada unit.",
            n,
        )
        % {"n": n, "unit": place.work_unit.name},
    )
    return redirect("evidence:queue", period=period)


@require_POST
def finalise(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Declare all released values of the unit final, as lead."""
    place = open_as_lead(request, period, code)
    require_open(place)
    if changed := _changed(request, place, is_released=True):
        return changed
    ids = _scored(place, is_released=True)
    n = scoring.finalise(user=request.user, assessment_ids=ids)
    messages.success(
        request,
        ngettext(
            "%(n)d nilai %(unit)s ditetapkan.", "%(n)d nilai %(unit)s ditetapkan.", n
        )
        % {"n": n, "unit": place.work_unit.name},
    )
    return redirect("evidence:queue", period=period)


def _scored(place: Place, *, is_released: bool) -> list[int]:
    """Return the unit's items with a value that is not final yet."""
    return list(
        Assessment.objects.filter(
            work_unit=place.work_unit,
            period=place.period,
            state=State.SCORED,
            released_at__isnull=not is_released,
        ).values_list("pk", flat=True)
    )


def _changed(
    request: AuthenticatedRequest, place: Place, *, is_released: bool
) -> HttpResponse | None:
    """Return the queue as it is now when the confirmed number is no longer true."""
    confirmed = request.POST.get("n")
    now = len(_scored(place, is_released=is_released))
    if confirmed is None or key_from(confirmed) == now:
        return None
    messages.error(
        request,
        _(
            "Jumlah nilai %(unit)s berubah sejak halaman ini dibuka: sekarang %(n)d. "
            "Belum ada yang diubah; periksa lalu tekan lagi."
        )
        % {"unit": place.work_unit.name, "n": now},
    )
    return render_queue(request, place.period, status=409)
