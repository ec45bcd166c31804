"""The head's one page: approving what waits, or sending single items back."""

from __future__ import annotations

import itertools

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence.services.returns import answered_by
from indicators.models import Item, State, SubmissionRound
from indicators.services import approvals
from indicators.services.answers import clean_text
from wbk_portal.accounts.http import AuthenticatedRequest

from .base import Place, open_place, require_head
from .keys import keys_from
from .round_rows import RoundRow, with_items


@require_GET
def approval(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Show the head everything that waits, on one page."""
    place = open_place(request, period, code)
    rounds_waiting = list(with_items(_waiting(place)))
    bars = approvals.barred([one.pk for one in rounds_waiting])
    answers = answered_by(rounds_waiting)
    rows = [
        RoundRow.of(one, place, bars.get(one.pk, ""), answers.get(one.pk))
        for one in rounds_waiting
    ]
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


def _waiting(place: Place) -> QuerySet[SubmissionRound]:
    """Return the unit's rounds that wait for the head."""
    return SubmissionRound.objects.filter(
        assessment__work_unit=place.work_unit,
        assessment__period=place.period,
        assessment__state=State.AWAITING_APPROVAL,
        assessment__current_round=F("pk"),
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
        messages.info(request, _nothing_new(_waiting(place).count()))
    return redirect("evidence:approval", period=period, code=code)


def _nothing_new(n_waiting: int) -> str:
    """Say that a press came too late, and whether anything else still waits."""
    if not n_waiting:
        return _("Tidak ada lagi yang menunggu persetujuan.")
    return ngettext(
        "Tidak ada yang baru disetujui: butir yang tadi tampil sudah disetujui, "
        "ditarik, atau dikembalikan. Masih ada %(n)d butir yang menunggu.",
        "Tidak ada yang baru disetujui: butir yang tadi tampil sudah disetujui, "
        "ditarik, atau dikembalikan. Masih ada %(n)d butir yang menunggu.",
        n_waiting,
    ) % {"n": n_waiting}


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
    names = [r.assessment.item.short_label for r in with_items(left)]
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
