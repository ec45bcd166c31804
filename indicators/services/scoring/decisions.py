"""What is agreed: set by a decision, released, corrected, made final."""

from __future__ import annotations

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
    State,
    SubmissionRound,
)
from indicators.permissions import can_correct, can_finalise, can_release
from indicators.recipients import assessors_of, people_near
from indicators.services.answer import AnswerInput, CheckedAnswer, check, nano_of
from indicators.services.answers import clean_text
from indicators.services.base import (
    advance,
    item_url,
    lock,
    lock_many,
    log,
    log_many,
    require_one_place,
    standing_of,
    sum_up,
)
from indicators.standing import Standing
from indicators.workflow import Verb
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import notify


def is_in_charge(user: User, assessment: Assessment) -> bool:
    """Whether the person decided the value, or took over from who did.

    Somebody who left the unit to another assessor would leave a wrong value that
    nobody can mend: then whoever is assigned now stands in. One query at most.
    """
    decision = assessment.decision
    if decision is None:
        return False
    if decision.by_id == user.pk:
        return True
    assigned = {one.pk for one in assessors_of(assessment.work_unit, assessment.period)}
    return user.pk in assigned and decision.by_id not in assigned


def checked_value(assessment: Assessment, answer: AnswerInput) -> CheckedAnswer:
    """Return the value given, checked against the item and complete.

    Raises:
        ValidationError: It does not fit, or says nothing.
    """
    checked = check(assessment.item, answer)
    if not checked.is_complete:
        raise ValidationError({"option": _("Pilih salah satu jawaban.")})
    return checked


def agree(
    assessment: Assessment,
    frozen: SubmissionRound,
    score: Score,
    checked: CheckedAnswer,
    n_accepted: int,
) -> None:
    """Make an assessor's value the agreed one, and release it if the period says so."""
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


def _says(
    decision: Decision, checked: CheckedAnswer, note: str, recommendation: str
) -> bool:
    """Whether a decision says exactly this."""
    return (
        decision.option_id == (checked.option.pk if checked.option else None)
        and decision.numerator == checked.numerator
        and decision.denominator == checked.denominator
        and decision.is_na == checked.not_applicable
        and decision.note == note
        and decision.recommendation == recommendation
    )


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
        PermissionDenied: `can_correct` refuses, or another assessor decided who
            still assesses the unit.
        ValidationError: No reason, an answer that does not fit, or no change.
        ConflictError: The value was decided anew meanwhile.
    """
    assessment = lock(assessment_id)
    require(can_correct(standing_of(user, assessment), assessment))
    current = assessment.decision
    if current is None or not is_in_charge(user, assessment):
        raise PermissionDenied(
            _("Hanya penilai yang memberi nilai ini yang dapat mengoreksinya.")
        )
    checked = checked_value(assessment, answer)
    note, recommendation = clean_text(note), clean_text(recommendation)
    reason = clean_text(reason)
    same = _says(current, checked, note, recommendation)
    if same and current.reason == reason and current.by_id == user.pk and reason:
        # The second press of one button.
        return current
    if current.pk != decision_id:
        raise ConflictError(
            _("Nilai ini sudah dikoreksi di jendela lain. Periksa nilai terbaru."),
            current=current.as_values(),
            version=current.pk,
        )
    if not reason:
        raise ValidationError({"reason": _("Tuliskan alasan koreksi.")})
    if same:
        raise ValidationError(
            _("Tidak ada yang berubah: nilai dan catatannya sama seperti sebelumnya.")
        )
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
        reason=reason,
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
    """Show all decided values of a unit to it, as lead; return how many.

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
    # Taken back or released by somebody else since: passed over.
    released = [a for a in lock_many(ids) if a.state == State.SCORED]
    released = [a for a in released if not a.is_released]
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
    assessments = lock_many(assessment_ids)
    require_one_place(assessments)
    for assessment in assessments:
        if assessment.state == State.FINAL:
            continue
        standing = standing or standing_of(user, assessment)
        require(can_finalise(standing, assessment))
        advance(assessment, Verb.FINALISE)
        assessment.save(update_fields=["state"])
        done.append(assessment)
    log_many(user, "value.finalised", ((assessment, {}) for assessment in done))
    if done:
        sum_up(done[0])
    return len(done)
