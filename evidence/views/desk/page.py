"""One item on one screen: list, pages, value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from evidence.models import LinkReview
from evidence.presenters import agreed_text, stake_text, state_key, value_text
from evidence.views.base import Place, open_assessment
from indicators.models import (
    Approval,
    Assessment,
    Item,
    Revision,
    Score,
    ScoreDraft,
    State,
    SubmissionRound,
)
from indicators.permissions import (
    can_correct,
    can_release,
    can_request_revision,
    can_score,
    can_start_review,
    can_undo_score,
)
from indicators.services.assignments import units_of
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.services.calendar import free_days
from wbk_portal.common.numbers import format_number, format_points
from wbk_portal.common.workdays import add_working_days

from .access import desk_base, open_desk
from .forms import RevisionForm, ScoreForm
from .viewer import BY_ITEM, viewer_of

PHRASES = 12


@dataclass(frozen=True)
class ListRow:
    """A line of the desk's list."""

    url: str
    label: str
    code: str
    state: str
    current: bool


@require_GET
@never_cache
def desk(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Show the desk at one item of one unit."""
    place = open_desk(request, period, code)
    assessment = open_assessment(place, slug)
    return render_desk(request, place, assessment)


def render_desk(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    *,
    form: ScoreForm | None = None,
    revision_form: RevisionForm | None = None,
    conflict: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the desk, also with a form that came back."""
    item = Item.objects.with_rubric().get(pk=assessment.item_id)
    assessment.item = item
    standing = place.standing
    rows = _list(request, place, assessment)
    at = next(i for i, row in enumerate(rows) if row.current)
    rounds = _rounds(assessment)
    shown = _shown_round(request, assessment, rounds)
    viewer = viewer_of(request, shown)
    may_correct = can_correct(standing, assessment) and (
        assessment.decision is not None and assessment.decision.by_id == request.user.pk
    )
    draft = (
        ScoreDraft.objects.filter(round=shown, user=request.user).first()
        if shown
        else None
    )
    if form is None:
        form = ScoreForm(initial=_initial(assessment, draft, bool(may_correct)))
    context = {
        "place": place,
        "assessment": assessment,
        "item": item,
        "base": desk_base(place),
        "by_item": request.GET.get("urut") == BY_ITEM,
        "rows": rows,
        "previous_url": rows[at - 1].url if at else "",
        "next_url": rows[at + 1].url if at + 1 < len(rows) else "",
        "state_key": state_key(assessment),
        "stake": stake_text(item),
        "rounds": rounds,
        "shown": shown,
        "earlier": _earlier(rounds, shown),
        "self_text": _self_text(shown),
        "agreed_text": agreed_text(assessment),
        "items": viewer.rows,
        "viewer": viewer,
        "form": form,
        "draft_version": draft.version if draft else 0,
        "options": _options(item, form),
        "is_percent": item.answer_item.answer_type == Item.AnswerType.PERCENT,
        "reasons": LinkReview.Reason.choices,
        "n_unmarked": sum(row.review is None for row in viewer.rows),
        "revision_form": revision_form or RevisionForm.fresh(_usual_due(place)),
        "requests": _requests(assessment, request),
        "n_drafts": Revision.objects.filter(
            user=request.user,
            sent_at__isnull=True,
            round__assessment__work_unit=place.work_unit,
            round__assessment__period=place.period,
        ).count(),
        "may_start": can_start_review(standing, assessment),
        "may_score": can_score(standing, assessment)
        if shown and shown.pk == assessment.current_round_id
        else None,
        "may_request": can_request_revision(standing, assessment),
        "may_undo": can_undo_score(standing, assessment)
        and assessment.decision is not None
        and assessment.decision.by_id == request.user.pk,
        "may_correct": may_correct,
        "may_release": can_release(standing, assessment),
        "decision": assessment.decision,
        "phrases": _phrases(request, item),
        "conflict": conflict,
    }
    return render(request, "evidence/desk.html", context, status=status)


def _list(
    request: AuthenticatedRequest, place: Place, assessment: Assessment
) -> list[ListRow]:
    """Return the unit's items, or the item across all units of the person."""
    rows = Assessment.objects.filter(period=place.period).select_related(
        "item", "work_unit"
    )
    if request.GET.get("urut") == BY_ITEM:
        rows = rows.filter(
            item_id=assessment.item_id,
            work_unit__in=units_of(request.user, place.period),
        ).order_by("work_unit__path")
        suffix = f"?urut={BY_ITEM}"
    else:
        rows = rows.filter(work_unit=place.work_unit).order_by(
            "item__kind", "item__position"
        )
        suffix = ""
    by_item = bool(suffix)
    return [
        ListRow(
            url=(
                f"/{place.period.slug}/penilaian/{row.work_unit.code}"
                f"/{row.item.slug}/{suffix}"
            ),
            label=row.work_unit.name if by_item else row.item.title,
            code=row.work_unit.code if by_item else row.item.short_label,
            state=state_key(row),
            current=row.pk == assessment.pk,
        )
        for row in rows
    ]


def _rounds(assessment: Assessment) -> list[SubmissionRound]:
    """Return the rounds that reached the assessors, newest first."""
    rows = (
        assessment.rounds.filter(
            Q(approval__result=Approval.Result.APPROVED)
            | Q(pk=assessment.current_round_id or 0)
        )
        .select_related("self_option", "by", "receipt", "approval")
        .order_by("-number")
    )
    if assessment.state == State.AWAITING_APPROVAL:
        # The current one still lies with the unit's head.
        rows = rows.exclude(pk=assessment.current_round_id or 0)
    return list(rows)


def _shown_round(
    request: AuthenticatedRequest,
    assessment: Assessment,
    rounds: list[SubmissionRound],
) -> SubmissionRound | None:
    wanted = request.GET.get("pengajuan", "")
    for one in rounds:
        if wanted.isdecimal() and one.number == int(wanted):
            return one
    for one in rounds:
        if one.pk == assessment.current_round_id:
            return one
    return rounds[0] if rounds else None


def _earlier(
    rounds: list[SubmissionRound], shown: SubmissionRound | None
) -> dict[str, Any] | None:
    """Return the round before the shown one, to stand beside it."""
    if shown is None:
        return None
    before = next((one for one in rounds if one.number < shown.number), None)
    if before is None:
        return None
    versions = {
        one.evidence_id: one
        for one in before.items.select_related("evidence", "version")
    }
    now = {
        one.evidence_id: one
        for one in shown.items.select_related("evidence", "version")
    }
    changes = []
    for key, one in now.items():
        old = versions.get(key)
        if old is None:
            changes.append((_("baru"), one))
        elif old.version_id != one.version_id:
            changes.append((_("versi %(n)d menjadi") % {"n": old.version.number}, one))
    changes += [(_("dilepas"), one) for key, one in versions.items() if key not in now]
    return {
        "round": before,
        "answer": _self_text(before),
        "changes": changes,
        "same_text": before.narrative == shown.narrative,
    }


def _self_text(frozen: SubmissionRound | None) -> str:
    if frozen is None:
        return ""
    return value_text(
        frozen.self_option,
        frozen.self_numerator,
        frozen.self_denominator,
        frozen.self_na,
    )


def _initial(
    assessment: Assessment, draft: ScoreDraft | None, correcting: bool
) -> dict[str, Any]:
    if correcting and assessment.decision is not None:
        decision = assessment.decision
        return {
            "option": "na" if decision.is_na else str(decision.option_id or ""),
            "numerator": decision.numerator,
            "denominator": decision.denominator,
            "note": decision.note,
            "recommendation": decision.recommendation,
            "decision": decision.pk,
        }
    data: dict[str, Any] = dict(draft.data) if draft else {}
    if "option_id" in data:
        chosen = data.pop("option_id")
        data["option"] = (
            "na" if data.pop("not_applicable", False) else str(chosen or "")
        )
    return data


def _options(item: Item, form: ScoreForm) -> list[dict[str, Any]]:
    chosen = str(form["option"].value() or "")
    weight = item.lke_points
    rows = [
        {
            "value": str(option.pk),
            "code": option.label,
            "text": option.text,
            "value_text": format_number(option.value, 2),
            "weight_text": (
                _("%(points)s nilai LKE")
                % {"points": format_points(option.value * weight)}
                if weight
                else ""
            ),
            "checked": chosen == str(option.pk),
        }
        for option in item.answer_options
    ]
    if item.may_be_not_applicable:
        rows.append(
            {
                "value": "na",
                "code": "–",
                "text": _("Tidak berlaku untuk unit ini"),
                "value_text": _("dikeluarkan dari rata-rata"),
                "checked": chosen == "na",
            }
        )
    return rows


def _usual_due(place: Place) -> dt.date:
    today = timezone.localdate(timezone.now(), place.work_unit.zone)
    last = today + dt.timedelta(days=60)
    return add_working_days(
        today, max(place.period.revision_days, 1), free_days(today, last)
    )


def _requests(assessment: Assessment, request: AuthenticatedRequest) -> list[Revision]:
    """Return what was asked, and the person's own drafts."""
    rows = (
        Revision.objects.filter(round__assessment=assessment)
        .select_related("user", "round", "answered_by")
        .order_by(F("sent_at").desc(nulls_first=True), "-pk")
    )
    return [r for r in rows if r.sent_at or r.user_id == request.user.pk]


def _phrases(request: AuthenticatedRequest, item: Item) -> list[str]:
    """Return the person's own earlier notes, those for the same item first."""
    rows = (
        Score.objects.filter(user=request.user)
        .exclude(note="")
        .values_list("note", "round__assessment__item__code")
        .order_by("-at")[:200]
    )
    ranked = sorted(rows, key=lambda row: row[1] != item.code)
    phrases: dict[str, None] = {}
    for note, _code in ranked:
        for line in note.splitlines():
            if 10 <= len(line.strip()) <= 300:
                phrases.setdefault(line.strip())
    return list(phrases)[:PHRASES]


def next_waiting(
    request: AuthenticatedRequest, place: Place, assessment: Assessment
) -> str:
    """Return the address of the next item that waits, or of this one."""
    rows = _list(request, place, assessment)
    at = next(i for i, row in enumerate(rows) if row.current)
    for row in rows[at + 1 :] + rows[:at]:
        if row.state in ("under_review", "submitted"):
            return row.url
    return rows[at].url
