"""Beginning with items and marking their evidence; each act is one POST."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from evidence.models import EvidenceFile, LinkReview, SubmissionItem
from evidence.services import reviews
from evidence.views.base import open_assessment
from evidence.views.keys import keys_from
from indicators.models import Assessment, State
from indicators.services import scoring
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.errors import ConflictError

from .access import desk_base, open_as_assessor, require_open
from .forms import FindingForm, RevisionForm
from .page import render_desk


def back(request: AuthenticatedRequest, url: str) -> HttpResponse:
    """Return to the desk with the view of the list and pages as it was."""
    query = request.GET.urlencode()
    return redirect(f"{url}?{query}" if query and "?" not in url else url)


@require_POST
def start(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Begin with one item."""
    place = open_as_assessor(request, period, code)
    require_open(place)
    assessment = open_assessment(place, slug)
    scoring.start_review(user=request.user, assessment_ids=[assessment.pk])
    return back(request, f"{desk_base(place)}{slug}/")


@require_POST
def start_unit(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Begin with everything that the unit has submitted."""
    place = open_as_assessor(request, period, code)
    require_open(place)
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
    """Mark one piece of evidence, or all of the round that have no mark yet.

    What holds a rejected file is not marked along with the others. A request for
    revision that was being written beside it (without scripts) comes back.
    """
    place = open_as_assessor(request, period, code)
    require_open(place)
    assessment = open_assessment(place, slug)
    sent, typed = _take_mark(request)
    form = FindingForm(sent)
    own = SubmissionItem.objects.filter(
        pk__in=keys_from(sent.getlist("item")),
        round_id=assessment.current_round_id,
    )
    n_rejected = 0
    if "all" in sent:
        rejected = own.filter(version__files__state=EvidenceFile.State.REJECTED)
        passed = set(rejected.values_list("pk", flat=True))
        n_rejected, own = len(passed), own.exclude(pk__in=passed)
    seen = sent.get("seen")
    if n_rejected and not own.exists():
        messages.warning(request, _rejected_text(0, n_rejected))
    elif form.is_valid():
        try:
            marked = reviews.review_links(
                user=request.user,
                item_ids=list(own.values_list("pk", flat=True)),
                seen=seen if seen in (*LinkReview.Result.values, "") else None,
                **form.cleaned_data,
            )
            if n_rejected:
                messages.warning(request, _rejected_text(len(marked), n_rejected))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ConflictError as conflict:
            messages.error(request, conflict.message)
            return render_desk(
                request, place, assessment, revision_form=typed, status=409
            )
    else:
        messages.error(request, _("Pilih sesuai atau tidak sesuai."))
    if typed is not None:
        return render_desk(request, place, assessment, revision_form=typed)
    return back(request, f"{desk_base(place)}{slug}/")


def _take_mark(
    request: AuthenticatedRequest,
) -> tuple[QueryDict, RevisionForm | None]:
    """Return what was sent of the mark, and the request that was being written.

    Without scripts the buttons belong to the form of the request: then the address
    says what is marked. Reason and words stand under the key of their evidence.
    """
    sent, query = request.POST.copy(), request.GET.copy()
    typed = None
    if "tanda" in query:
        typed = RevisionForm.half_typed(request.POST)
        for name in ("reason_code", "note", "page"):
            sent.pop(name, None)
        sent.setlist("item", query.pop("tanda")[-1].split(","))
        sent["seen"] = query.pop("lihat", [""])[-1]
        if query.pop("semua", None):
            sent["all"] = "1"
        # Links of the page that is answered with must not mark anything again.
        request.GET = query  # type: ignore[assignment]
    key = sent.get("item", "")
    for name in ("reason_code", "note"):
        if f"{name}-{key}" in sent:
            sent[name] = str(sent[f"{name}-{key}"])
    if sent.get("result") == LinkReview.Result.FITS:
        sent["note"] = ""
    return sent, typed


def _rejected_text(n_marked: int, n_rejected: int) -> str:
    """Say what "Semua sesuai" marked, and what it left to the person."""
    left = ngettext(
        "%(n)d berkas ditolak, tandai sendiri.",
        "%(n)d berkas ditolak, tandai sendiri.",
        n_rejected,
    ) % {"n": n_rejected}
    if not n_marked:
        return left
    done = ngettext("%(n)d ditandai sesuai;", "%(n)d ditandai sesuai;", n_marked)
    return f"{done % {'n': n_marked}} {left}"
