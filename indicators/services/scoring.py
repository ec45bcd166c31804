"""An assessor's value, how it becomes the agreed one, and how it is mended."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Decision,
    Revision,
    Score,
    ScoreDraft,
    State,
    SubmissionRound,
)
from indicators.permissions import (
    can_correct,
    can_finalise,
    can_release,
    can_score,
    can_start_review,
    can_undo_score,
)
from indicators.recipients import people_near
from indicators.standing import Standing
from indicators.workflow import Verb
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import notify

from .answer import AnswerInput, CheckedAnswer, check, nano_of
from .answers import clean_text
from .base import advance, item_url, lock, lock_many, log, standing_of, sum_up


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
    for assessment in lock_many(assessment_ids):
        if assessment.state != State.SUBMITTED:
            continue
        standing = standing or standing_of(user, assessment)
        require(can_start_review(standing, assessment))
        advance(assessment, Verb.START_REVIEW)
        assessment.save(update_fields=["state"])
        log(user, "review.started", assessment)
        begun.append(assessment)
    if begun:
        sum_up(begun[0])
    return len(begun)


def save_draft(
    *, user: User, round_id: int, version: int, data: dict[str, Any]
) -> ScoreDraft:
    """Keep what the assessor has typed on the desk.

    Args:
        version: The draft's version in view; 0 when there was none.

    Raises:
        PermissionDenied: `can_score` refuses.
        ConflictError: The same assessor saved another text in another window.
    """
    with transaction.atomic():
        frozen = SubmissionRound.objects.select_related("assessment").get(pk=round_id)
        assessment = lock(frozen.assessment_id)
        require(can_score(standing_of(user, assessment), assessment))
        draft = ScoreDraft.objects.filter(round=frozen, user=user).first()
        if draft is None:
            return ScoreDraft.objects.create(round=frozen, user=user, data=data)
        if draft.data == data:
            return draft
        if draft.version != version:
            raise ConflictError(
                _(
                    "Anda sudah mengubah catatan ini di jendela lain. "
                    "Pilih versi yang akan dipakai."
                ),
                current=draft.data,
                version=draft.version,
            )
        draft.data = data
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
) -> Score:
    """Store the assessor's value for a frozen round; agree when all have scored.

    Called by `evidence.services.reviews.submit_score`, which counts the accepted
    links, inside its transaction; the assessment is locked.

    Raises:
        PermissionDenied: `can_score` refuses, or the round is no longer current.
        ValidationError: The answer does not fit the item; the note is missing where
            the value differs from the unit's own answer.
    """
    require(can_score(standing_of(user, assessment), assessment))
    if assessment.current_round_id != frozen.pk:
        raise PermissionDenied(
            _("Unit sudah mengajukan versi baru; muat ulang halaman ini.")
        )
    checked = _checked(assessment, answer)
    note, recommendation = clean_text(note), clean_text(recommendation)
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
        },
        withheld=assessment.period.release != AssessmentPeriod.Release.IMMEDIATE,
    )
    if assessment.period.n_assessors == 1:
        _agree(assessment, frozen, score, checked, n_accepted)
    return score


def _checked(assessment: Assessment, answer: AnswerInput) -> CheckedAnswer:
    checked = check(assessment.item, answer)
    if not checked.is_complete:
        raise ValidationError({"option": _("Pilih salah satu jawaban.")})
    return checked


def _same_as_unit(checked: CheckedAnswer, frozen: SubmissionRound) -> bool:
    return (
        checked.not_applicable == frozen.self_na
        and (checked.option.pk if checked.option else None) == frozen.self_option_id
        and checked.numerator == frozen.self_numerator
        and checked.denominator == frozen.self_denominator
    )


def _agree(
    assessment: Assessment,
    frozen: SubmissionRound,
    score: Score,
    checked: CheckedAnswer,
    n_accepted: int,
) -> None:
    decision = Decision.objects.create(
        assessment=assessment,
        round=frozen,
        kind=Decision.Kind.AGREE,
        option=checked.option,
        numerator=checked.numerator,
        denominator=checked.denominator,
        is_na=checked.not_applicable,
        nano=score.nano,
        n_accepted=n_accepted,
        note=score.note,
        recommendation=score.recommendation,
        by=score.user,
        at=score.at,
    )
    advance(assessment, Verb.SCORE)
    put_decision(assessment, decision)
    # Requests that were never sent go with the value that made them needless.
    Revision.objects.filter(
        round=frozen, user=score.user, sent_at__isnull=True
    ).delete()
    if assessment.period.release == AssessmentPeriod.Release.IMMEDIATE:
        mark_released(assessment, score.user)
    assessment.save()
    sum_up(assessment)


def put_decision(assessment: Assessment, decision: Decision) -> None:
    """Make a decision the agreed value of the assessment; the caller saves."""
    assessment.decision = decision
    assessment.agreed_option_id = decision.option_id
    assessment.agreed_numerator = decision.numerator
    assessment.agreed_denominator = decision.denominator
    assessment.agreed_na = decision.is_na
    assessment.agreed_nano = decision.nano
    assessment.n_accepted = decision.n_accepted


def mark_released(assessment: Assessment, by: User | None) -> None:
    """Let the unit see the agreed value and tell its people; the caller saves."""
    now = timezone.now()
    decision = assessment.decision
    assert decision is not None  # noqa: S101 - callers put one first
    Decision.objects.filter(pk=decision.pk).update(released_at=now)
    assessment.released_at = now
    log(
        by,
        "value.released",
        assessment,
        {
            "option": decision.option.code if decision.option else None,
            "numerator": decision.numerator,
            "denominator": decision.denominator,
            "not_applicable": decision.is_na,
        },
    )
    for person in people_near(assessment.work_unit, [Role.OPERATOR]):
        notify(
            recipient_key=person.key,
            kind="value.released",
            key=f"decision:{decision.pk}",
            url=item_url(assessment),
            params={"item": str(assessment.item)},
        )


@transaction.atomic
def undo_score(*, user: User, round_id: int) -> Assessment:
    """Take the own value back before the unit has seen it.

    Score and decision are gone; what was typed returns to the desk as a draft. The
    unit sees no trace; the log keeps a withheld entry.

    Raises:
        PermissionDenied: `can_undo_score` refuses, or it is not the own value.
    """
    frozen = SubmissionRound.objects.get(pk=round_id)
    assessment = lock(frozen.assessment_id)
    require(can_undo_score(standing_of(user, assessment), assessment))
    score = Score.objects.filter(round=frozen, user=user).first()
    if score is None or assessment.current_round_id != frozen.pk:
        raise PermissionDenied(_("Hanya nilai Anda sendiri yang dapat dibatalkan."))
    ScoreDraft.objects.update_or_create(
        round=frozen,
        user=user,
        defaults={
            "data": {
                "option_id": score.option_id,
                "numerator": score.numerator,
                "denominator": score.denominator,
                "not_applicable": score.is_na,
                "note": score.note,
                "recommendation": score.recommendation,
            },
            "saved_at": timezone.now(),
        },
    )
    decision = assessment.decision
    assessment.decision = None
    assessment.agreed_option = None
    assessment.agreed_numerator = None
    assessment.agreed_denominator = None
    assessment.agreed_na = False
    assessment.agreed_nano = None
    assessment.n_accepted = 0
    advance(assessment, Verb.UNDO_SCORE)
    assessment.save()
    if decision is not None:
        decision.delete()
    score.delete()
    log(user, "score.undone", assessment, {"round": frozen.number}, withheld=True)
    sum_up(assessment)
    return assessment


@transaction.atomic
def correct(
    *,
    user: User,
    assessment_id: int,
    decision_id: int,
    answer: AnswerInput,
    note: str,
    recommendation: str,
    reason: str,
) -> Decision:
    """Replace a released value by a new decision with its reason.

    Both values stay in the history.

    Args:
        decision_id: The decision in view; another one since is a conflict.

    Raises:
        PermissionDenied: `can_correct` refuses, or another assessor decided.
        ValidationError: No reason, an answer that does not fit, or no change.
        ConflictError: The value was decided anew meanwhile.
    """
    assessment = lock(assessment_id)
    require(can_correct(standing_of(user, assessment), assessment))
    current = assessment.decision
    if current is None or current.by_id != user.pk:
        raise PermissionDenied(
            _("Hanya penilai yang memberi nilai ini yang dapat mengoreksinya.")
        )
    if current.pk != decision_id:
        raise ConflictError(
            _("Nilai ini sudah dikoreksi di jendela lain. Periksa nilai terbaru."),
            current={"option_id": current.option_id, "note": current.note},
            version=current.pk,
        )
    checked = _checked(assessment, answer)
    if not reason.strip():
        raise ValidationError({"reason": _("Tuliskan alasan koreksi.")})
    note, recommendation = clean_text(note), clean_text(recommendation)
    decision = Decision.objects.create(
        assessment=assessment,
        round=current.round,
        kind=Decision.Kind.CORRECTION,
        option=checked.option,
        numerator=checked.numerator,
        denominator=checked.denominator,
        is_na=checked.not_applicable,
        nano=nano_of(checked, assessment.period),
        n_accepted=current.n_accepted,
        note=note,
        recommendation=recommendation,
        reason=clean_text(reason),
        by=user,
        released_at=timezone.now(),
    )
    put_decision(assessment, decision)
    assessment.released_at = decision.released_at
    assessment.save()
    log(
        user,
        "value.corrected",
        assessment,
        {
            **checked.as_payload(),
            "before": {
                "option": current.option.code if current.option else None,
                "numerator": current.numerator,
                "denominator": current.denominator,
                "not_applicable": current.is_na,
            },
            "reason": decision.reason,
        },
    )
    sum_up(assessment)
    for person in people_near(assessment.work_unit, [Role.OPERATOR, Role.HEAD]):
        notify(
            recipient_key=person.key,
            kind="value.corrected",
            key=f"decision:{decision.pk}",
            url=item_url(assessment),
            params={"item": str(assessment.item), "reason": decision.reason},
        )
    return decision


@transaction.atomic
def release(*, user: User, period: AssessmentPeriod, work_unit: WorkUnit) -> int:
    """Show all decided values of a unit to it, as lead.

    Raises:
        PermissionDenied: `can_release` refuses.
    """
    ids = list(
        Assessment.objects.filter(
            period=period,
            work_unit=work_unit,
            state=State.SCORED,
            released_at__isnull=True,
        ).values_list("pk", flat=True)
    )
    standing = Standing.of(user, work_unit, period)
    released = lock_many(ids)
    for assessment in released:
        require(can_release(standing, assessment))
        mark_released(assessment, user)
        assessment.save()
    if released:
        sum_up(released[0])
    return len(released)


@transaction.atomic
def finalise(*, user: User, assessment_ids: list[int]) -> int:
    """Declare released values final ("ditetapkan"), as lead.

    Raises:
        PermissionDenied: `can_finalise` refuses one; then none is final.
    """
    done: list[Assessment] = []
    standing: Standing | None = None
    for assessment in lock_many(assessment_ids):
        if assessment.state == State.FINAL:
            continue
        standing = standing or standing_of(user, assessment)
        require(can_finalise(standing, assessment))
        advance(assessment, Verb.FINALISE)
        assessment.save(update_fields=["state"])
        log(user, "value.finalised", assessment)
        done.append(assessment)
    if done:
        sum_up(done[0])
    return len(done)
