"""Submitting, withdrawing, the receipt, and the head's approval."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence.models import EvidenceFile, SubmissionItem
from evidence.presenters import stake_text, value_text
from evidence.services import submission
from evidence.services.file_checks import FileStates, return_reason
from indicators.models import (
    Approval,
    Assessment,
    Item,
    Receipt,
    State,
    SubmissionRound,
)
from indicators.permissions import can_approve, can_submit
from indicators.services import approvals, rounds
from indicators.services.answers import clean_text
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.errors import ConflictError

from .base import (
    Place,
    open_assessment,
    open_place,
    require_head,
    require_staff,
)
from .item_parts import KEPT_RESPONSE
from .keys import key_from, keys_from

SECOND_PRESS = dt.timedelta(minutes=1)
"""Within it, "Ajukan semua" with nothing left shows the receipt just given."""


@require_POST
def submit_ready(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Submit every item of the unit that is complete."""
    place = open_place(request, period, code)
    require_staff(place)
    rows = Assessment.objects.filter(
        work_unit=place.work_unit,
        period=place.period,
        state__in=[State.DRAFT, State.NEEDS_REVISION],
    )
    ready = [a.pk for a in rows.for_display() if can_submit(place.standing, a)]
    if not ready and (again := _just_made(place)):
        # The second press of the button, after the first one was heard.
        return redirect("evidence:receipt", period=period, number=again.number)
    try:
        receipt = submission.submit(user=request.user, assessment_ids=ready)
    except (ValidationError, PermissionDenied) as error:
        messages.error(request, _sentence(error))
        return redirect(place.url)
    return redirect("evidence:receipt", period=period, number=receipt.number)


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return error.message if isinstance(error, ConflictError) else str(error)


def _just_made(place: Place) -> Receipt | None:
    """Return the person's own receipt of the last minute."""
    return (
        Receipt.objects.filter(
            by=place.standing.user,
            work_unit=place.work_unit,
            period=place.period,
            at__gte=timezone.now() - SECOND_PRESS,
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


def _with_items(
    queryset: QuerySet[SubmissionRound],
) -> QuerySet[SubmissionRound]:
    """Add versions and files to rounds: three more queries in all."""
    files = EvidenceFile.objects.select_related("blob").order_by("position")
    items = SubmissionItem.objects.select_related("version", "evidence").order_by(
        "position"
    )
    return (
        queryset.select_related(
            "assessment__item__rubric",
            "assessment__item__subarea",
            "assessment__work_unit",
            "assessment__period",
            "self_option",
            "by",
            "approval__by",
        )
        .prefetch_related(
            Prefetch(
                "items",
                queryset=items.prefetch_related(
                    Prefetch("version__files", queryset=files)
                ),
            )
        )
        .order_by("assessment__item__kind", "assessment__item__position")
    )


@dataclass(frozen=True)
class RoundRow:
    """One frozen item, on a receipt or before the head."""

    round: SubmissionRound
    item: Item
    url: str
    stake: str
    answer: str
    approval: Approval | None
    allowed: bool
    files: FileStates
    # Why it cannot be approved, and what a head can tell the operator then.
    bar: str = ""
    return_reason: str = ""

    @classmethod
    def of(cls, frozen: SubmissionRound, place: Place, bar: str = "") -> RoundRow:
        """Prepare the row of a round read by `_with_items`."""
        item = frozen.assessment.item
        files = FileStates.of(frozen.items.all())
        return cls(
            round=frozen,
            item=item,
            url=f"{place.url}{item.slug}/",
            stake=stake_text(item),
            answer=value_text(
                frozen.self_option,
                frozen.self_numerator,
                frozen.self_denominator,
                frozen.self_na,
            ),
            approval=getattr(frozen, "approval", None),
            allowed=bool(can_approve(place.standing, frozen.assessment)),
            files=files,
            bar=bar,
            return_reason=return_reason(files.rejected) if bar else "",
        )


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
        for one in _with_items(SubmissionRound.objects.filter(receipt=found))
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


@require_GET
def approval(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Show the head everything that waits, on one page."""
    place = open_place(request, period, code)
    waiting = SubmissionRound.objects.filter(
        assessment__work_unit=place.work_unit,
        assessment__period=place.period,
        assessment__state=State.AWAITING_APPROVAL,
        assessment__current_round=F("pk"),
    )
    rounds_waiting = list(_with_items(waiting))
    bars = approvals.barred([one.pk for one in rounds_waiting])
    rows = [RoundRow.of(one, place, bars.get(one.pk, "")) for one in rounds_waiting]
    groups = [
        (name, list(found)) for name, found in itertools.groupby(rows, key=_group_name)
    ]
    return render(
        request,
        "evidence/approval.html",
        {
            "place": place,
            "groups": groups,
            "n_rows": len(rows),
            "barred": [row for row in rows if row.bar],
            "n_approvable": sum(not row.bar for row in rows),
            "n_checking": sum(row.files.n_checking for row in rows),
            "may_approve": any(row.allowed for row in rows),
            "refused": _refused(request, place),
        },
    )


def _refused(request: AuthenticatedRequest, place: Place) -> dict[str, str]:
    """Return what a refused "Kembalikan" had written, so that nothing is lost."""
    kept = request.session.pop("returned_text", None)
    return (
        kept
        if isinstance(kept, dict) and kept.get("code") == place.work_unit.code
        else {}
    )


def _group_name(row: RoundRow) -> str:
    """Return the sub-area's name; the LKE's own questions stand apart."""
    name = str(row.item.subarea.name)
    if row.item.kind == Item.Kind.QUESTION:
        return _("Pertanyaan LKE: %(name)s") % {"name": name}
    return name


@require_POST
def approve(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Approve the rounds that were shown."""
    place = open_place(request, period, code)
    require_head(place)
    own = SubmissionRound.objects.filter(
        pk__in=keys_from(request.POST.getlist("round")),
        assessment__work_unit=place.work_unit,
        assessment__period=place.period,
    ).values_list("pk", flat=True)
    done = approvals.approve(user=request.user, round_ids=list(own))
    if done:
        messages.success(
            request,
            ngettext(
                "%(n)d butir disetujui dan diajukan kepada penilai.",
                "%(n)d butir disetujui dan diajukan kepada penilai.",
                len(done),
            )
            % {"n": len(done)},
        )
    bars = _bars_of(list(own))
    for sentence in bars.values():
        messages.error(request, sentence)
    if done:
        approved = {one.current_round_id for one in done}
        _tell_left(request, set(own) - set(bars), approved)
    elif not bars:
        messages.info(request, _("Tidak ada lagi yang menunggu persetujuan."))
    return redirect("evidence:approval", period=period, code=code)


def _bars_of(round_ids: list[int]) -> dict[int, str]:
    """Return why rounds still wait, though the head wanted them approved."""
    waiting = SubmissionRound.objects.filter(
        pk__in=round_ids,
        assessment__state=State.AWAITING_APPROVAL,
        assessment__current_round=F("pk"),
    ).values_list("pk", flat=True)
    return approvals.barred(list(waiting))


def _tell_left(
    request: AuthenticatedRequest, shown: set[int], approved: set[int | None]
) -> None:
    """Name what stood on the page and was not approved, and why."""
    left = SubmissionRound.objects.filter(pk__in=shown - approved)
    names = [r.assessment.item.short_label for r in _with_items(left)]
    if names:
        messages.warning(
            request,
            ngettext(
                "%(items)s tidak ikut disetujui karena sudah berubah sejak halaman "
                "ini dibuka: ditarik, dikembalikan, diajukan ulang, atau sudah "
                "disetujui.",
                "%(items)s tidak ikut disetujui karena sudah berubah sejak halaman "
                "ini dibuka: ditarik, dikembalikan, diajukan ulang, atau sudah "
                "disetujui.",
                len(names),
            )
            % {"items": ", ".join(names)},
        )


@require_http_methods(["POST"])
def send_back(
    request: AuthenticatedRequest, period: str, code: str, pk: int
) -> HttpResponse:
    """Send one round back to the staff, with the reason."""
    place = open_place(request, period, code)
    require_head(place)
    frozen = get_object_or_404(
        SubmissionRound,
        pk=pk,
        assessment__work_unit=place.work_unit,
        assessment__period=place.period,
    )
    reason = clean_text(request.POST.get("reason", ""))[:2000]
    try:
        assessment = approvals.send_back(
            user=request.user, round_id=frozen.pk, reason=reason
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except PermissionDenied as refusal:
        request.session["returned_text"] = {
            "code": code,
            "round": str(pk),
            "reason": reason,
        }
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(item)s dikembalikan kepada operator.")
            % {"item": assessment.item.short_label},
        )
    return redirect("evidence:approval", period=period, code=code)
