"""Requests for revision: written as drafts, sent together; each act is one POST."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from evidence.services.requests import draft_request
from evidence.views.base import open_assessment
from indicators.models import Revision
from indicators.services import revisions
from wbk_portal.accounts.http import AuthenticatedRequest

from .access import desk_base, open_as_assessor, require_open
from .actions import back
from .forms import RevisionForm
from .page import render_desk


@require_POST
def add_revision(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Write a request for revision that waits for "Kirim semua"."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    form = RevisionForm(request.POST)
    try:
        require_open(place)
        if not form.is_valid():
            return render_desk(
                request, place, assessment, revision_form=form, status=422
            )
        draft_request(
            user=request.user,
            round_id=assessment.current_round_id or 0,
            **form.cleaned_data,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return render_desk(request, place, assessment, revision_form=form, status=422)
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
        assessment = open_assessment(place, slug)
        return render_desk(request, place, assessment, revision_form=form, status=403)
    messages.success(
        request, _("Permintaan disimpan sebagai draf. Unit belum melihatnya.")
    )
    return back(request, f"{desk_base(place)}{slug}/")


@require_POST
def discard_revision(
    request: AuthenticatedRequest, period: str, code: str, pk: int
) -> HttpResponse:
    """Throw an own unsent request away."""
    place = open_as_assessor(request, period, code)
    require_open(place)
    request_row = get_object_or_404(
        Revision.objects.select_related("round__assessment__item"),
        pk=pk,
        user=request.user,
        round__assessment__work_unit=place.work_unit,
        round__assessment__period=place.period,
    )
    slug = request_row.round.assessment.item.slug
    try:
        revisions.discard(user=request.user, revision_id=pk)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    return back(request, f"{desk_base(place)}{slug}/")


@require_POST
def send_revisions(
    request: AuthenticatedRequest, period: str, code: str
) -> HttpResponse:
    """Send all own drafts for the unit."""
    place = open_as_assessor(request, period, code)
    require_open(place)
    n = revisions.send_all(
        user=request.user, work_unit=place.work_unit, period=place.period
    )
    if n:
        messages.success(
            request,
            ngettext(
                "%(n)d butir %(unit)s dikembalikan untuk diperbaiki.",
                "%(n)d butir %(unit)s dikembalikan untuk diperbaiki.",
                n,
            )
            % {"n": n, "unit": place.work_unit.name},
        )
    else:
        messages.info(request, _("Tidak ada permintaan yang menunggu dikirim."))
    return redirect("evidence:queue", period=period)
