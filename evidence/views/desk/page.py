"""One item on one screen: list, pages, value."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from evidence.models import LinkReview
from evidence.presenters import agreed_text, stake_text
from evidence.views.base import Place, open_assessment
from indicators.models import (
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
from indicators.services.base import desk_url
from indicators.services.revisions import sendable
from indicators.services.scoring import is_in_charge
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.services.calendar import free_days
from wbk_portal.common.context import shown_at
from wbk_portal.common.numbers import format_number, format_points
from wbk_portal.common.workdays import add_working_days

from .access import desk_base, open_desk
from .comparison import (
    Comparison,
    Point,
    compare,
    points_of,
    round_before,
    rows_of,
)
from .conflicts import Conflict
from .forms import RevisionForm, ScoreForm
from .items import counts_of, list_of, state_key
from .queue import send_question
from .rounds import rounds_of, self_text_of, shown_round
from .viewer import BY_ITEM, EvidenceRow, viewer_of

PHRASES = 12


@dataclass(frozen=True)
class Kept:
    """The draft that a refused value became."""

    version: int
    text: str


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
    conflict: Conflict | None = None,
    kept: Kept | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the desk, also with a form that came back."""
    address = desk_url(assessment)
    if request.method == "POST":
        shown_at(request, address)
    item = Item.objects.with_rubric().get(pk=assessment.item_id)
    assessment.item = item
    standing = place.standing
    rows = list_of(request, place, assessment)
    at = next((i for i, row in enumerate(rows) if row.current), 0)
    rounds = rounds_of(assessment)
    requests = _requests(assessment, request)
    shown = shown_round(request, assessment, rounds)
    before = round_before(rounds, shown)
    earlier = rows_of(before) if before else []
    viewer = viewer_of(request, shown, earlier, at=address)
    comparison = (
        compare(before, earlier, shown, viewer.rows, requests)
        if before and shown
        else None
    )
    in_charge = is_in_charge(request.user, assessment)
    may_correct = can_correct(standing, assessment) and in_charge
    may_request = can_request_revision(standing, assessment)
    may_score = (
        can_score(standing, assessment)
        if shown and shown.pk == assessment.current_round_id
        else None
    )
    draft = (
        ScoreDraft.objects.filter(round=shown, user=request.user).first()
        if shown
        else None
    )
    n_drafts = sendable(request.user, place.work_unit, place.period).count()
    if form is None:
        form = ScoreForm(initial=_initial(assessment, draft, bool(may_correct)))
    if may_correct:
        form.require_reason()
    context = {
        "place": place,
        "assessment": assessment,
        "item": item,
        "base": desk_base(place),
        "item_url": address,
        "by_item": request.GET.get("urut") == BY_ITEM,
        "rows": rows,
        "previous_url": rows[at - 1].url if at else "",
        "next_url": rows[at + 1].url if at + 1 < len(rows) else "",
        "state_key": state_key(assessment),
        "stake": stake_text(item),
        "rounds": rounds,
        "shown": shown,
        "comparison": comparison,
        # What came back is looked at first; pages and hits are asked for.
        "is_comparing": comparison is not None and not viewer.is_chosen,
        "counts": counts_of(rows),
        "self_text": self_text_of(shown),
        "agreed_text": agreed_text(assessment),
        "items": viewer.rows,
        "viewer": viewer,
        "form": form,
        "draft_version": (
            kept.version if kept else _version_in_view(form, draft, conflict)
        ),
        "kept_text": kept.text if kept else "",
        # Typed, and stored nowhere: the page keeps it by itself, or asks.
        "unsaved": (
            ""
            if kept or not form.is_bound
            else "ask"
            if conflict or may_correct
            else "save"
        ),
        "window": _window_in_view(form, conflict),
        "options": _options(item, form, shown),
        "is_percent": item.answer_item.answer_type == Item.AnswerType.PERCENT,
        "reasons": LinkReview.Reason.choices,
        "n_unmarked": sum(row.review is None for row in viewer.rows),
        "n_fitting": sum(
            row.review is None and not row.is_rejected for row in viewer.rows
        ),
        "unmarked_keys": ",".join(
            str(row.item.pk) for row in viewer.rows if not row.review
        ),
        "revision_form": revision_form or RevisionForm.fresh(_usual_due(place)),
        "requests": requests,
        "points": _points_apart(requests, shown, viewer.rows, comparison),
        "drafts": points_of([r for r in requests if r.sent_at is None], viewer.rows),
        # Also of an item that moved on: there they can be thrown away.
        "own_drafts": any(r.sent_at is None for r in requests),
        "n_drafts": n_drafts,
        "send_question": send_question(n_drafts, place.work_unit),
        "may_start": can_start_review(standing, assessment),
        "may_score": may_score,
        "may_request": may_request,
        "may_undo": can_undo_score(standing, assessment) and in_charge,
        "may_correct": may_correct,
        # A form that came back though nothing can be written here any more.
        "refused": [
            *([] if may_score or may_correct else _typed(form)),
            *([] if may_request else _typed(revision_form)),
        ],
        "may_release": can_release(standing, assessment),
        # Decided means agreed: whoever assesses the unit sees it.
        "decision": (
            assessment.decision
            if assessment.is_released
            or standing.is_assessor
            or standing.is_lead
            or standing.is_controller
            else None
        ),
        "shown_decision": _decision_in_view(assessment, form, conflict),
        "phrases": _phrases(request, item),
        "conflict": conflict,
        "may_choose": bool(
            conflict and conflict.is_choice and (may_score or may_correct)
        ),
    }
    return render(request, "evidence/desk.html", context, status=status)


def _typed(form: ScoreForm | RevisionForm | None) -> list[dict[str, Any]]:
    """Return why a form came back, and the texts in it; nothing for a fresh one."""
    is_kept = isinstance(form, RevisionForm) and form.is_kept
    if form is None or not (form.errors or is_kept):
        return []
    names = ("note", "recommendation", "reason", "text")
    texts = [str(form[n].value() or "") for n in names if n in form.fields]
    reasons = [str(e) for found in form.errors.values() for e in found]
    return [{"reasons": reasons, "texts": [text for text in texts if text]}]


def _version_in_view(
    form: ScoreForm, draft: ScoreDraft | None, conflict: Conflict | None
) -> Any:
    """Return the draft's version that the next press carries.

    A form that came back keeps the one it was opened with, or another window's text
    would be overwritten unseen; after a conflict that text has been seen.
    """
    if form.is_bound and conflict is None:
        return form["version"].value() or 0
    return draft.version if draft else 0


def _window_in_view(form: ScoreForm, conflict: Conflict | None) -> str:
    """Return the name of the window: a new one, but for a form that came back."""
    if form.is_bound and conflict is None:
        return str(form["window"].value() or "")
    return secrets.token_urlsafe(9)


def _points_apart(
    requests: list[Revision],
    shown: SubmissionRound | None,
    rows: list[EvidenceRow],
    comparison: Comparison | None,
) -> list[Point]:
    """Return what was asked and does not stand in the comparison."""
    there = {p.revision.pk for p in comparison.points} if comparison else set()
    sent = [r for r in requests if r.sent_at and r.pk not in there]
    return points_of(sent, rows)


def _decision_in_view(
    assessment: Assessment, form: ScoreForm, conflict: Conflict | None
) -> Any:
    """Return the decision's key that the next correction carries; as for drafts."""
    if form.is_bound and conflict is None:
        return form["decision"].value() or 0
    return assessment.decision_id or 0


def _initial(
    assessment: Assessment, draft: ScoreDraft | None, correcting: bool
) -> dict[str, Any]:
    """Return what the form shows first: the value to correct, or the draft."""
    if correcting and assessment.decision is not None:
        return {**assessment.decision.as_values(), "decision": assessment.decision_id}
    return dict(draft.data) if draft else {}


def _options(
    item: Item, form: ScoreForm, shown: SubmissionRound | None
) -> list[dict[str, Any]]:
    """Return the answers to choose from; the unit's own is marked among them."""
    chosen = str(form["option"].value() or "")
    own = shown.self_option_id if shown else None
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
            "note": _("Jawaban unit") if option.pk == own else "",
        }
        for option in item.answer_options
    ]
    if item.may_be_not_applicable:
        rows.append(
            {
                "value": "na",
                "code": "–",
                "text": _("Tidak berlaku untuk unit ini"),
                "value_text": _("tidak ikut rata-rata"),
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
    """Return what was asked, and the person's own drafts.

    A reply shows once it was submitted and approved, not before.
    """
    rows = (
        Revision.objects.filter(round__assessment=assessment)
        .select_related("user", "round", "answered_by")
        .order_by(F("sent_at").desc(nulls_first=True), "-pk")
    )
    shown = [r for r in rows if r.sent_at or r.user_id == request.user.pk]
    waits = assessment.state == State.AWAITING_APPROVAL
    for row in shown:
        if row.answered_by_id is None or (
            waits and row.answered_by_id == assessment.current_round_id
        ):
            row.response = ""
    return shown


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
