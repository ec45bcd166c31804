"""Giving, keeping, taking back and correcting a value; each act is one POST."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evidence.services import reviews
from evidence.views.base import Place, open_assessment
from evidence.views.keys import key_from
from indicators.models import Assessment, Item, ScoreDraft
from indicators.services import scoring
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.dates import format_clock
from wbk_portal.common.errors import ConflictError

from .access import desk_base, open_as_assessor, require_open
from .actions import back
from .conflicts import (
    Conflict,
    correction_conflict,
    draft_conflict,
    value_conflict,
)
from .forms import ScoreForm
from .items import next_waiting
from .page import Kept, render_desk


@require_POST
def save_score(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Give the value, or (with `draft`) only keep what is typed."""
    place = open_as_assessor(request, period, code)
    assessment = _opened(place, slug)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    form = ScoreForm(request.POST)
    round_id = key_from(request.POST.get("round", ""))
    try:
        require_open(place)
        if not form.is_valid() or not assessment.rounds.filter(pk=round_id).exists():
            return _refused(request, place, assessment, form, wants_json)
        seen = scoring.Seen(
            form.cleaned_data["version"] or 0, form.cleaned_data["window"]
        )
        if wants_json or "draft" in request.POST:
            return _keep(request, place, assessment, form, round_id, seen, wants_json)
        reviews.submit_score(
            user=request.user,
            round_id=round_id,
            answer=form.answer(),
            note=form.cleaned_data["note"],
            recommendation=form.cleaned_data["recommendation"],
            seen=seen,
        )
    except ValidationError as error:
        # Incomplete, but not lost: the next press may be about the evidence.
        is_value = not (wants_json or "draft" in request.POST)
        kept = _kept_with(request, form, round_id) if is_value else None
        form.add_error(None, error)
        return _refused(request, place, assessment, form, wants_json, kept=kept)
    except PermissionDenied as refusal:
        # What was typed comes back with the reason, on the page as it is by now.
        assessment = _opened(place, slug)
        if form.is_valid() and (
            stored := value_conflict(assessment, request.user, form)
        ):
            return _conflicting(request, place, assessment, form, stored, wants_json)
        form.add_error(None, str(refusal))
        return _refused(request, place, assessment, form, wants_json, status=403)
    except ConflictError as conflict:
        both = draft_conflict(assessment.item, conflict, form)
        return _conflicting(
            request, place, assessment, form, both, wants_json, conflict.version
        )
    messages.success(
        request,
        _("%(item)s selesai dinilai.") % {"item": assessment.item.short_label},
    )
    return redirect(next_waiting(request, place, assessment))


def _opened(place: Place, slug: str) -> Assessment:
    """Return the assessment with the options of its item."""
    assessment = open_assessment(place, slug)
    assessment.item = Item.objects.with_rubric().get(pk=assessment.item_id)
    return assessment


def _kept_with(
    request: AuthenticatedRequest, form: ScoreForm, round_id: int
) -> ScoreDraft | None:
    """Keep a value that was refused as a draft; None where another stands there."""
    try:
        return scoring.save_draft(
            user=request.user,
            round_id=round_id,
            version=form.cleaned_data["version"] or 0,
            window=form.cleaned_data["window"],
            data=form.draft(),
        )
    except (PermissionDenied, ConflictError):
        # The refusal says why, or the page asks about both.
        return None


def _kept_text(draft: ScoreDraft, place: Place) -> str:
    return _("Catatan tersimpan pukul %(time)s, hanya untuk Anda.") % {
        "time": format_clock(draft.saved_at, place.work_unit.time_zone)
    }


def _keep(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    form: ScoreForm,
    round_id: int,
    seen: scoring.Seen,
    wants_json: bool,
) -> HttpResponse:
    draft = scoring.save_draft(
        user=request.user,
        round_id=round_id,
        version=seen.version,
        window=seen.window,
        data=form.draft(),
    )
    text = _kept_text(draft, place)
    if wants_json:
        return JsonResponse({"version": draft.version, "message": text})
    messages.success(request, text)
    return back(request, f"{desk_base(place)}{assessment.item.slug}/")


def _refused(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    form: ScoreForm,
    wants_json: bool,
    status: int = 422,
    kept: ScoreDraft | None = None,
) -> HttpResponse:
    if wants_json:
        errors = [str(e) for found in form.errors.values() for e in found]
        return JsonResponse(
            {"message": errors[0] if errors else _("Muat ulang halaman ini.")},
            status=status,
        )
    if not form.errors:
        messages.error(request, _("Muat ulang halaman ini; isinya sudah berubah."))
    return render_desk(
        request,
        place,
        assessment,
        form=form,
        kept=Kept(kept.version, _kept_text(kept, place)) if kept else None,
        status=status,
    )


def _conflicting(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    form: ScoreForm,
    conflict: Conflict,
    wants_json: bool,
    version: int = 0,
) -> HttpResponse:
    """Answer 409 with both; a script gets them as a piece of the page."""
    if not wants_json:
        return render_desk(
            request, place, assessment, form=form, conflict=conflict, status=409
        )
    html = render_to_string(
        "evidence/_desk_conflict.html",
        {
            "conflict": conflict,
            "reload_url": f"{desk_base(place)}{assessment.item.slug}/",
            "may_choose": conflict.is_choice,
        },
        request,
    )
    return JsonResponse(
        {"message": conflict.message, "html": html, "version": version}, status=409
    )


@require_POST
def undo(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Take back the own value that the unit has not seen."""
    place = open_as_assessor(request, period, code)
    require_open(place)
    assessment = _opened(place, slug)
    seen = request.POST.get("decision")
    try:
        scoring.undo_score(
            user=request.user,
            round_id=assessment.current_round_id or 0,
            decision_id=None if seen is None else key_from(seen),
        )
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
        return render_desk(request, place, _opened(place, slug), status=403)
    except ConflictError as conflict:
        messages.error(request, conflict.message)
        return render_desk(request, place, _opened(place, slug), status=409)
    messages.success(request, _("Nilai dibatalkan; catatan Anda kembali ke meja."))
    return back(request, f"{desk_base(place)}{slug}/")


@require_POST
def correct(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Replace a released value, with the reason."""
    place = open_as_assessor(request, period, code)
    assessment = _opened(place, slug)
    form = ScoreForm(request.POST)
    form.require_reason()
    try:
        require_open(place)
        if not form.is_valid():
            return render_desk(request, place, assessment, form=form, status=422)
        scoring.correct(
            user=request.user,
            assessment_id=assessment.pk,
            decision_id=form.cleaned_data["decision"] or 0,
            answer=form.answer(),
            note=form.cleaned_data["note"],
            recommendation=form.cleaned_data["recommendation"],
            reason=form.cleaned_data["reason"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return render_desk(request, place, assessment, form=form, status=422)
    except PermissionDenied as refusal:
        form.add_error(None, str(refusal))
        assessment = _opened(place, slug)
        return render_desk(request, place, assessment, form=form, status=403)
    except ConflictError as conflict:
        assessment = _opened(place, slug)
        return render_desk(
            request,
            place,
            assessment,
            form=form,
            conflict=correction_conflict(assessment, conflict, form),
            status=409,
        )
    messages.success(request, _("Nilai dikoreksi; kedua nilai ada di riwayat."))
    return back(request, f"{desk_base(place)}{slug}/")
