"""Submitting, withdrawing, and the receipt."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from evidence.permissions import can_submit_with_all
from evidence.services import submission
from evidence.services.returns import WITH_UNIT, returned_of
from indicators.models import Approval, Assessment, Receipt, SubmissionRound
from indicators.permissions import can_submit
from indicators.services import rounds
from indicators.services.answers import clean_text
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.errors import ConflictError

from .base import Place, open_assessment, open_place, require_staff
from .item_parts import KEPT_RESPONSE
from .keys import key_from, keys_from
from .round_rows import RoundRow, with_items

SECOND_PRESS = dt.timedelta(minutes=1)
"""Within it, "Ajukan semua" with nothing left shows the receipt just given."""


@require_POST
def submit_ready(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Submit every item of the unit that is complete, of those that were shown.

    What came back and was not changed stays out: `can_submit_with_all`.
    """
    place = open_place(request, period, code)
    require_staff(place)
    shown = set(keys_from(request.POST.getlist("item")))
    ready = [a.pk for a in _ready(place) if not shown or a.pk in shown]
    if not ready and (again := _just_made(place)):
        # The second press of the button, after the first one was heard.
        return redirect("evidence:receipt", period=period, number=again.number)
    try:
        receipt = submission.submit(user=request.user, assessment_ids=ready)
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, _sentence(error))
        return redirect(place.url)
    _tell_left_out(request, place, shown - set(ready))
    return redirect("evidence:receipt", period=period, number=receipt.number)


def _ready(place: Place) -> list[Assessment]:
    """Return what goes along with "Ajukan yang lengkap"; five queries at most."""
    rows = list(
        Assessment.objects.filter(
            work_unit=place.work_unit, period=place.period, state__in=WITH_UNIT
        ).for_display()
    )
    returned = returned_of(rows)
    return [
        row
        for row in rows
        if can_submit(place.standing, row) and can_submit_with_all(returned.get(row.pk))
    ]


def _tell_left_out(
    request: AuthenticatedRequest, place: Place, left_out: set[int]
) -> None:
    """Name what the question before the button had listed, and was not submitted."""
    if not left_out:
        return
    rows = Assessment.objects.filter(
        pk__in=left_out, work_unit=place.work_unit, period=place.period
    ).select_related("item")
    names = [row.item.short_label for row in rows]
    if names:
        messages.warning(
            request,
            ngettext(
                "%(items)s tidak ikut diajukan karena sudah berubah sejak halaman "
                "dibuka.",
                "%(items)s tidak ikut diajukan karena sudah berubah sejak halaman "
                "dibuka.",
                len(names),
            )
            % {"items": ", ".join(names)},
        )


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return error.message if isinstance(error, ConflictError) else str(error)


def _just_made(place: Place) -> Receipt | None:
    """Return the person's own receipt of the last minute, if any of it still stands."""
    return (
        Receipt.objects.filter(
            by=place.standing.user,
            work_unit=place.work_unit,
            period=place.period,
            at__gte=timezone.now() - SECOND_PRESS,
            rounds__assessment__current_round=F("rounds__pk"),
        )
        .order_by("-at", "-pk")
        .first()
    )


@require_POST
def submit_one(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Submit one item as it stood in view."""
    place = open_place(request, period, code)
    require_staff(place)
    assessment = open_assessment(place, slug)
    version = request.POST.get("version", "")
    response = clean_text(request.POST.get("response", ""))[:2000]
    try:
        receipt = submission.submit(
            user=request.user,
            assessment_ids=[assessment.pk],
            versions={assessment.pk: key_from(version)} if version else None,
            response=response,
        )
    except (ConflictError, ValidationError, PermissionDenied) as error:
        messages.error(request, _sentence(error))
        if response:
            request.session[KEPT_RESPONSE] = {
                "assessment": assessment.pk,
                "text": response,
            }
        return redirect(f"{place.url}{slug}/")
    request.session.pop(KEPT_RESPONSE, None)
    return redirect("evidence:receipt", period=period, number=receipt.number)


@require_POST
def withdraw(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Take a submission back."""
    place = open_place(request, period, code)
    require_staff(place)
    assessment = open_assessment(place, slug)
    try:
        rounds.withdraw(user=request.user, assessment_id=assessment.pk)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(item)s ditarik kembali dan dapat diubah lagi.")
            % {"item": assessment.item.short_label},
        )
    return redirect(f"{place.url}{slug}/")


@require_GET
def receipt(request: AuthenticatedRequest, period: str, number: str) -> HttpResponse:
    """Show a tanda terima, made to be printed."""
    found = get_object_or_404(
        Receipt.objects.select_related("work_unit", "period", "by"),
        number=number,
        period__slug=period,
    )
    place = open_place(request, period, found.work_unit.code)
    rows = [
        RoundRow.of(one, place)
        for one in with_items(SubmissionRound.objects.filter(receipt=found))
    ]
    approvals_given = [r.approval for r in rows if r.approval is not None]
    approved = [a for a in approvals_given if a.result == Approval.Result.APPROVED]
    waiting = place.period.requires_approval and len(approvals_given) < len(rows)
    return render(
        request,
        "evidence/receipt.html",
        {
            "place": place,
            "receipt": found,
            "rows": rows,
            "approved": approved[0] if approved else None,
            "n_approved": len(approved),
            "waiting": waiting,
            "n_checking": sum(row.files.n_checking for row in rows),
            "rejected": [(row, file) for row in rows for file in row.files.rejected],
        },
    )
