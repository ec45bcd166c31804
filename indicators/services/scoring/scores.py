"""An assessor's own value: begun, kept as a draft, given, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Score,
    ScoreDraft,
    State,
    SubmissionRound,
)
from indicators.permissions import can_score, can_start_review, can_undo_score
from indicators.services.answer import AnswerInput, CheckedAnswer, nano_of
from indicators.services.answers import clean_text
from indicators.services.base import (
    advance,
    lock,
    lock_many,
    log,
    log_many,
    require_current,
    require_one_place,
    round_of,
    standing_of,
    sum_up,
)
from indicators.standing import Standing
from indicators.workflow import Verb
from wbk_portal.accounts.models import User
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require

from .decisions import agree, checked_value, is_in_charge

WINDOW = "window"
"""Key of a draft under which the name of the window that saved it last stands."""

UNDONE = 1_000_000
"""Versions of drafts that came from a value taken back begin here."""


@dataclass(frozen=True)
class Seen:
    """Which draft a window of the desk has in view.

    A window may always go on from what it saved itself, also where the answer to the
    last saving never arrived; what another window saved is not overwritten unseen.

    Attributes:
        version: The draft's version in view; 0 when there was none.
        window: Name of the window, made anew each time the desk is opened.
    """

    version: int = 0
    window: str = ""

    def require_newest(self, draft: ScoreDraft) -> None:
        """Refuse to go on from an older draft than the stored one.

        Raises:
            ConflictError: Another window of the same assessor saved this draft.
        """
        if draft.version == self.version:
            return
        if self.window and draft.data.get(WINDOW) == self.window:
            return
        raise ConflictError(
            _(
                "Anda sudah mengubah catatan ini di jendela lain. "
                "Pilih versi yang akan dipakai."
            ),
            current=_plain(draft.data),
            version=draft.version,
        )


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a draft says, without the window that said it."""
    return {key: value for key, value in data.items() if key != WINDOW}


@transaction.atomic
def start_review(*, user: User, assessment_ids: list[int]) -> int:
    """Press "Mulai menilai" on items of one unit; from now on none is withdrawn.

    Returns:
        How many began; items already begun are passed over.

    Raises:
        PermissionDenied: `can_start_review` refuses one; then none begins.
    """
    begun: list[Assessment] = []
    standing: Standing | None = None
    assessments = lock_many(assessment_ids)
    require_one_place(assessments)
    for assessment in assessments:
        if assessment.state != State.SUBMITTED:
            continue
        standing = standing or standing_of(user, assessment)
        require(can_start_review(standing, assessment))
        advance(assessment, Verb.START_REVIEW)
        assessment.save(update_fields=["state"])
        begun.append(assessment)
    log_many(user, "review.started", ((assessment, {}) for assessment in begun))
    if begun:
        sum_up(begun[0])
    return len(begun)


def save_draft(
    *,
    user: User,
    round_id: int,
    version: int,
    data: dict[str, Any],
    window: str = "",
) -> ScoreDraft:
    """Keep what the assessor has typed on the desk.

    Args:
        version: The draft's version in view; 0 when there was none.
        window: Name of the window, as in `Seen`.

    Raises:
        PermissionDenied: `can_score` refuses, or the round is no longer current.
        ConflictError: The same assessor saved another text in another window.
    """
    with transaction.atomic():
        frozen = round_of(round_id)
        assessment = lock(frozen.assessment_id)
        require(can_score(standing_of(user, assessment), assessment))
        require_current(assessment, frozen)
        kept = {**data, WINDOW: window} if window else data
        draft = ScoreDraft.objects.filter(round=frozen, user=user).first()
        if draft is None:
            return ScoreDraft.objects.create(round=frozen, user=user, data=kept)
        if _plain(draft.data) == data:
            return draft
        Seen(version, window).require_newest(draft)
        draft.data = kept
        draft.version += 1
        draft.saved_at = timezone.now()
        draft.save()
        return draft


def submit_score(
    *,
    user: User,
    assessment: Assessment,
    frozen: SubmissionRound,
    answer: AnswerInput,
    note: str,
    recommendation: str,
    n_accepted: int,
    findings: Sequence[Mapping[str, Any]] = (),
    seen: Seen | None = None,
) -> Score:
    """Store the assessor's value for a frozen round; agree when all have scored.

    Called by `evidence.services.reviews.submit_score`, which counts the accepted
    links, inside its transaction; the assessment is locked.

    Args:
        n_accepted: Evidence of the round that was found to fit.
        findings: What was found of each, for the log, which shows it when it shows
            the value.
        seen: The draft that the page had in view; None for who has no page.

    Raises:
        PermissionDenied: `can_score` refuses, or the round is no longer current.
        ConflictError: Another window kept another draft, which would be lost.
        ValidationError: The answer does not fit the item; the note is missing where
            the value differs from the unit's own answer.
    """
    checked = checked_value(assessment, answer)
    note, recommendation = clean_text(note), clean_text(recommendation)
    if given := _same_score(user, assessment, frozen, checked, note, recommendation):
        return given
    require(can_score(standing_of(user, assessment), assessment))
    require_current(assessment, frozen)
    if seen is not None:
        _require_no_other_draft(user, frozen, seen, checked, note, recommendation)
    if not note and not _same_as_unit(checked, frozen):
        raise ValidationError(
            {
                "note": _(
                    "Nilai Anda berbeda dari jawaban unit. Tuliskan alasannya di "
                    "catatan penilai."
                )
            }
        )
    score, _created = Score.objects.update_or_create(
        round=frozen,
        user=user,
        defaults={
            "option": checked.option,
            "numerator": checked.numerator,
            "denominator": checked.denominator,
            "is_na": checked.not_applicable,
            "nano": nano_of(checked, assessment.period),
            "note": note,
            "recommendation": recommendation,
            "at": timezone.now(),
        },
    )
    ScoreDraft.objects.filter(round=frozen, user=user).delete()
    log(
        user,
        "score.submitted",
        assessment,
        {
            **checked.as_payload(),
            "round": frozen.number,
            "note": note,
            "recommendation": recommendation,
            "findings": [*findings],
        },
        withheld=assessment.period.release != AssessmentPeriod.Release.IMMEDIATE,
    )
    if assessment.period.n_assessors == 1:
        agree(assessment, frozen, score, checked, n_accepted)
    return score


def _require_no_other_draft(
    user: User,
    frozen: SubmissionRound,
    seen: Seen,
    checked: CheckedAnswer,
    note: str,
    recommendation: str,
) -> None:
    """Refuse a value that would silently end a draft of another window."""
    draft = ScoreDraft.objects.filter(round=frozen, user=user).first()
    if draft is None:
        return
    option = str(checked.option.pk) if checked.option else ""
    says = {
        "option": "na" if checked.not_applicable else option,
        "numerator": checked.numerator,
        "denominator": checked.denominator,
        "note": note,
        "recommendation": recommendation,
    }
    if _plain(draft.data) != says:
        seen.require_newest(draft)


def _same_score(
    user: User,
    assessment: Assessment,
    frozen: SubmissionRound,
    checked: CheckedAnswer,
    note: str,
    recommendation: str,
) -> Score | None:
    """Return the value if exactly this was given already: a second press."""
    if assessment.state != State.SCORED or assessment.current_round_id != frozen.pk:
        return None
    return Score.objects.filter(
        round=frozen,
        user=user,
        option=checked.option,
        numerator=checked.numerator,
        denominator=checked.denominator,
        is_na=checked.not_applicable,
        note=note,
        recommendation=recommendation,
    ).first()


def _same_as_unit(checked: CheckedAnswer, frozen: SubmissionRound) -> bool:
    return (
        checked.not_applicable == frozen.self_na
        and (checked.option.pk if checked.option else None) == frozen.self_option_id
        and checked.numerator == frozen.self_numerator
        and checked.denominator == frozen.self_denominator
    )


@transaction.atomic
def undo_score(
    *, user: User, round_id: int, decision_id: int | None = None
) -> Assessment:
    """Take the own value back before the unit has seen it.

    Where the assessor has left, whoever took over may take it back.

    Score and decision are gone; what was typed returns to the desk as a draft. The
    unit sees no trace; the log keeps a withheld entry.

    Args:
        decision_id: The decision in view; None for who has no page.

    Raises:
        PermissionDenied: `can_undo_score` refuses, or it is not the own value.
        ConflictError: The value was given anew since the page was opened.
    """
    frozen = round_of(round_id)
    assessment = lock(frozen.assessment_id)
    require(can_undo_score(standing_of(user, assessment), assessment))
    require_current(assessment, frozen)
    decision = assessment.decision
    if decision is None or not is_in_charge(user, assessment):
        raise PermissionDenied(_("Hanya nilai Anda sendiri yang dapat dibatalkan."))
    if decision_id is not None and decision.pk != decision_id:
        raise ConflictError(
            _("Nilai ini sudah diubah di jendela lain. Periksa nilai terbaru."),
            current=decision.as_values(),
            version=decision.pk,
        )
    score = Score.objects.get(round=frozen, user_id=decision.by_id)
    ScoreDraft.objects.update_or_create(
        round=frozen,
        user=user,
        defaults={
            "data": decision.as_values(),
            # Not a number that an older window may have in view.
            "version": UNDONE + decision.pk,
            "saved_at": timezone.now(),
        },
    )
    assessment.decision = None
    assessment.agreed_option = None
    assessment.agreed_numerator = None
    assessment.agreed_denominator = None
    assessment.agreed_na = False
    assessment.agreed_nano = None
    assessment.n_accepted = 0
    advance(assessment, Verb.UNDO_SCORE)
    assessment.save()
    decision.delete()
    score.delete()
    log(user, "score.undone", assessment, {"round": frozen.number}, withheld=True)
    sum_up(assessment)
    return assessment
