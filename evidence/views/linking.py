"""Using an evidence for an item: the picker, and acts on one link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evidence.cards import evidence_card, files_for_display
from evidence.forms.filing import pages_of, posted_ids
from evidence.models import Evidence, EvidenceLink
from evidence.models.evidence import has_good_file
from evidence.permissions import can_change
from evidence.services import links
from indicators.models import Assessment, ItemKind
from indicators.models.assessment import readable_units
from indicators.permissions import can_edit_answer
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import term_evidence

from .base import open_assessment, open_place
from .common import back, next_url, open_evidence, sentences
from .detail import render_detail

ROWS = 30
"""Evidence offered at once; the search finds the others."""


def candidates(assessment: Assessment, *, expected_only: bool) -> QuerySet[Evidence]:
    """Return evidence that the item could use and does not yet.

    The unit's own, and that of higher units which applies below. Kinds that the item
    expects come first; last comes what cannot be used, because every file of it was
    rejected. Two queries more for files and thumbnails.
    """
    unit = assessment.work_unit
    step = WorkUnit.steplen
    above = [unit.path[:end] for end in range(step, len(unit.path), step)]
    used = EvidenceLink.objects.filter(
        evidence=OuterRef("pk"),
        assessment=assessment,
        lane=EvidenceLink.Lane.MAIN,
    )
    expected = ItemKind.objects.filter(item=assessment.item_id, kind=OuterRef("kind"))
    rows = (
        Evidence.objects.usable()
        .filter(
            Q(work_unit=unit) | Q(applies_below=True, work_unit__path__in=above),
            ~Exists(used),
            latest__isnull=False,
        )
        .select_related("kind", "work_unit", "latest")
        .prefetch_related(Prefetch("latest__files", queryset=files_for_display()))
    )
    if expected_only:
        rows = rows.filter(Exists(expected))
    return rows.annotate(
        is_expected=Exists(expected), is_good=has_good_file()
    ).order_by("-is_good", "-is_expected", "-changed_at", "-pk")


@require_http_methods(["GET", "POST"])
@never_cache
def pick(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Show evidence that the item could use; link the chosen ones."""
    place = open_place(request, period, code)
    assessment = open_assessment(place, slug)
    require(can_edit_answer(place.standing, assessment))
    home = f"{place.url}{assessment.item.slug}/"
    error = ""
    if request.method == "POST":
        try:
            chosen = posted_ids(request.POST.getlist("evidence"), 2 * ROWS)
            made = links.link_many(
                user=request.user,
                assessment=assessment,
                pages=pages_of(request.POST, chosen),
            )
        except ValidationError as refused:
            error = sentences(refused)[0]
        else:
            messages.success(
                request,
                ngettext(
                    "%(count)d %(term)s ditautkan.",
                    "%(count)d %(term)s ditautkan.",
                    len(made),
                )
                % {"count": len(made), "term": term_evidence()},
            )
            return redirect(next_url(request, home))
    context = {
        "place": place,
        "assessment": assessment,
        "item": assessment.item,
        "home": home,
        "next_url": next_url(request, home),
        "error": error,
        **_offer(request, assessment),
    }
    status = 422 if error else 200
    return render(request, "evidence/pick.html", context, status=status)


def _offer(request: AuthenticatedRequest, assessment: Assessment) -> dict[str, Any]:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    kind = request.GET.get("jenis", "")[:60]
    rows = candidates(assessment, expected_only=kind == "sesuai")
    for part in text.split()[:6]:
        rows = rows.filter(title__icontains=part)
    found = list(rows[: ROWS + 1])
    today = timezone.localdate()
    ticked = request.POST.getlist("evidence")
    return {
        "text": text,
        "kind": kind,
        "more": len(found) > ROWS,
        "cards": [
            {
                "card": evidence_card(
                    row, today=today, home_unit_id=assessment.work_unit_id
                ),
                "expected": getattr(row, "is_expected", False),
                "is_good": getattr(row, "is_good", True),
                "is_own": row.work_unit_id == assessment.work_unit_id,
                "ticked": str(row.pk) in ticked,
                "pages": request.POST.get(f"pages-{row.pk}", ""),
            }
            for row in found[:ROWS]
        ],
    }


@require_POST
def link(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Use the evidence for one more item, from its own page."""
    evidence = open_evidence(request, pk)
    require(can_change(request.user, evidence))
    number = 0
    try:
        (number,) = posted_ids(request.POST.getlist("assessment"), 1) or (0,)
        rows = Assessment.objects.visible_to(request.user)
        assessment = get_object_or_404(rows, pk=number)
        links.link(
            user=request.user,
            evidence=evidence,
            assessment=assessment,
            pages=request.POST.get("pages", ""),
        )
    except ValidationError as error:
        return render_detail(
            request,
            evidence,
            status=422,
            link_error=sentences(error)[0],
            link_to=number,
        )
    messages.success(request, _("Ditautkan."))
    return back(request, reverse("evidence:detail", args=[pk]))


def _open_link(request: AuthenticatedRequest, pk: int) -> EvidenceLink:
    """Return a link of an item that the person may see, or 404."""
    rows = EvidenceLink.objects.filter(
        readable_units(request.user, "assessment__work_unit", "assessment__period")
    ).select_related("evidence")
    return get_object_or_404(rows, pk=pk)


@require_POST
def unlink(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take an evidence off an item."""
    found = _open_link(request, pk)
    home = reverse("evidence:detail", args=[found.evidence_id])
    try:
        links.unlink(user=request.user, link_id=pk)
    except EvidenceLink.DoesNotExist:
        # The second click of a double one, or another tab: it is off.
        return back(request, home)
    messages.success(
        request, _("“%(title)s” dilepas.") % {"title": found.evidence.title}
    )
    return back(request, home)


@require_POST
def mark_seen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say that the latest version fits the item too."""
    found = _open_link(request, pk)
    home = reverse("evidence:detail", args=[found.evidence_id])
    try:
        links.mark_seen(user=request.user, link_id=pk)
    except EvidenceLink.DoesNotExist as error:
        raise PermissionDenied(_("Tautan ini sudah dilepas.")) from error
    messages.success(request, _("Ditandai masih sesuai."))
    return back(request, home)


@require_POST
def change_pages(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change the page range of a link."""
    found = _open_link(request, pk)
    home = reverse("evidence:detail", args=[found.evidence_id])
    try:
        links.link(
            user=request.user,
            evidence=found.evidence,
            assessment=Assessment.objects.get(pk=found.assessment_id),
            pages=request.POST.get("pages", ""),
            quote=found.quote,
        )
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    return back(request, home)
