"""What is done at the desk; each act is one POST."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from evidence.models import SubmissionItem
from evidence.services import reviews
from evidence.views.base import Place, open_assessment
from evidence.views.keys import key_from, keys_from
from indicators.models import Assessment, Revision, State
from indicators.services import revisions, scoring
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.dates import format_clock
from wbk_portal.common.errors import ConflictError

from .access import desk_base, open_as_assessor, open_as_lead
from .forms import FindingForm, RevisionForm, ScoreForm
from .page import next_waiting, render_desk


def _back(request: AuthenticatedRequest, url: str) -> HttpResponse:
    """Return to the desk with the view of the list and pages as it was."""
    query = request.GET.urlencode()
    return redirect(f"{url}?{query}" if query and "?" not in url else url)


@require_POST
def start(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Begin with one item."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    scoring.start_review(user=request.user, assessment_ids=[assessment.pk])
    return _back(request, f"{desk_base(place)}{slug}/")


@require_POST
def start_unit(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Begin with everything that the unit has submitted."""
    place = open_as_assessor(request, period, code)
    rows = list(
        Assessment.objects.filter(
            work_unit=place.work_unit, period=place.period, state=State.SUBMITTED
        )
        .select_related("item")
        .order_by("item__kind", "item__position")
    )
    n = scoring.start_review(user=request.user, assessment_ids=[r.pk for r in rows])
    messages.success(
        request,
        ngettext("Penilaian %(n)d butir dimulai.", "Penilaian %(n)d butir dimulai.", n)
        % {"n": n},
    )
    if rows:
        return redirect(f"{desk_base(place)}{rows[0].item.slug}/")
    return redirect("evidence:queue", period=period)


@require_POST
def mark_links(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Mark one piece of evidence, or all of the round."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    form = FindingForm(request.POST)
    own = SubmissionItem.objects.filter(
        pk__in=keys_from(request.POST.getlist("item")),
        round_id=assessment.current_round_id,
    ).values_list("pk", flat=True)
    if form.is_valid():
        try:
            reviews.review_links(
                user=request.user, item_ids=list(own), **form.cleaned_data
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    else:
        messages.error(request, _("Pilih sesuai atau tidak sesuai."))
    return _back(request, f"{desk_base(place)}{slug}/")


@require_POST
def save_score(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Give the value, or (with `draft`) only keep what is typed."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    form = ScoreForm(request.POST)
    round_id = key_from(request.POST.get("round", ""))
    if not form.is_valid() or not assessment.rounds.filter(pk=round_id).exists():
        return _refused(request, place, assessment, form, wants_json)
    try:
        if wants_json or "draft" in request.POST:
            draft = scoring.save_draft(
                user=request.user,
                round_id=round_id,
                version=form.cleaned_data["version"] or 0,
                data=form.draft(),
            )
            text = _("Catatan tersimpan pukul %(time)s, hanya untuk Anda.") % {
                "time": format_clock(draft.saved_at, place.work_unit.time_zone)
            }
            if wants_json:
                return JsonResponse({"version": draft.version, "message": text})
            messages.success(request, text)
            return _back(request, f"{desk_base(place)}{slug}/")
        reviews.submit_score(
            user=request.user,
            round_id=round_id,
            answer=form.answer(),
            note=form.cleaned_data["note"],
            recommendation=form.cleaned_data["recommendation"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _refused(request, place, assessment, form, wants_json)
    except PermissionDenied as refusal:
        # What was typed comes back with the reason, on the page as it is by now.
        form.add_error(None, str(refusal))
        assessment = open_assessment(place, slug)
        return _refused(request, place, assessment, form, wants_json, status=403)
    except ConflictError as conflict:
        if wants_json:
            return JsonResponse({"message": conflict.message}, status=409)
        return render_desk(
            request,
            place,
            assessment,
            form=form,
            conflict={"message": conflict.message, "theirs": conflict.current},
            status=409,
        )
    messages.success(
        request,
        _("%(item)s selesai dinilai.") % {"item": assessment.item.short_label},
    )
    return redirect(next_waiting(request, place, assessment))


def _refused(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    form: ScoreForm,
    wants_json: bool,
    status: int = 422,
) -> HttpResponse:
    if wants_json:
        errors = [str(e) for found in form.errors.values() for e in found]
        return JsonResponse(
            {"message": errors[0] if errors else _("Muat ulang halaman ini.")},
            status=status,
        )
    if not form.errors:
        messages.error(request, _("Muat ulang halaman ini; isinya sudah berubah."))
    return render_desk(request, place, assessment, form=form, status=status)


@require_POST
def undo(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Take back the own value that the unit has not seen."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    try:
        scoring.undo_score(user=request.user, round_id=assessment.current_round_id or 0)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Nilai dibatalkan; catatan Anda kembali ke meja."))
    return _back(request, f"{desk_base(place)}{slug}/")


@require_POST
def correct(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Replace a released value, with the reason."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    form = ScoreForm(request.POST)
    if not form.is_valid():
        return render_desk(request, place, assessment, form=form, status=422)
    try:
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
        assessment = open_assessment(place, slug)
        return render_desk(request, place, assessment, form=form, status=403)
    except ConflictError as conflict:
        assessment = open_assessment(place, slug)
        return render_desk(
            request,
            place,
            assessment,
            form=form,
            conflict={"message": conflict.message, "theirs": conflict.current},
            status=409,
        )
    messages.success(request, _("Nilai dikoreksi; kedua nilai ada di riwayat."))
    return _back(request, f"{desk_base(place)}{slug}/")


@require_POST
def add_revision(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Write a request for revision that waits for "Kirim semua"."""
    place = open_as_assessor(request, period, code)
    assessment = open_assessment(place, slug)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        return render_desk(request, place, assessment, revision_form=form, status=422)
    data = form.cleaned_data
    about = data["about"]
    known = {
        f"submission-item:{pk}"
        for pk in SubmissionItem.objects.filter(
            round_id=assessment.current_round_id
        ).values_list("pk", flat=True)
    }
    try:
        revisions.draft(
            user=request.user,
            round_id=assessment.current_round_id or 0,
            reason_code=data["reason_code"],
            text=data["text"],
            due=data["due"],
            page=data["page"],
            about_key=about if about in known else "",
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
    return _back(request, f"{desk_base(place)}{slug}/")


@require_POST
def discard_revision(
    request: AuthenticatedRequest, period: str, code: str, pk: int
) -> HttpResponse:
    """Throw an own unsent request away."""
    place = open_as_assessor(request, period, code)
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
    return _back(request, f"{desk_base(place)}{slug}/")


@require_POST
def send_revisions(
    request: AuthenticatedRequest, period: str, code: str
) -> HttpResponse:
    """Send all own drafts for the unit."""
    place = open_as_assessor(request, period, code)
    n = revisions.send_all(
        user=request.user, work_unit=place.work_unit, period=place.period
    )
    if n:
        messages.success(
            request,
            ngettext(
                "%(n)d butir dikembalikan kepada unit untuk diperbaiki.",
                "%(n)d butir dikembalikan kepada unit untuk diperbaiki.",
                n,
            )
            % {"n": n},
        )
    else:
        messages.info(request, _("Tidak ada permintaan yang menunggu dikirim."))
    return redirect("evidence:queue", period=period)


@require_POST
def release(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Show the unit all decided values, as lead."""
    place = open_as_lead(request, period, code)
    n = scoring.release(
        user=request.user, period=place.period, work_unit=place.work_unit
    )
    messages.success(
        request,
        ngettext(
            "%(n)d nilai dilepas kepada unit.", "%(n)d nilai dilepas kepada unit.", n
        )
        % {"n": n},
    )
    return redirect("evidence:queue", period=period)


@require_POST
def finalise(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Declare all released values of the unit final, as lead."""
    place = open_as_lead(request, period, code)
    ids = Assessment.objects.filter(
        work_unit=place.work_unit,
        period=place.period,
        state=State.SCORED,
        released_at__isnull=False,
    ).values_list("pk", flat=True)
    n = scoring.finalise(user=request.user, assessment_ids=list(ids))
    messages.success(
        request,
        ngettext("%(n)d nilai ditetapkan.", "%(n)d nilai ditetapkan.", n) % {"n": n},
    )
    return redirect("evidence:queue", period=period)
