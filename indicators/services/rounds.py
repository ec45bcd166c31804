"""Submitting freezes a round; withdrawing takes it back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Receipt,
    Revision,
    State,
    SubmissionRound,
)
from indicators.permissions import can_withdraw
from indicators.workflow import Verb
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import withdraw as withdraw_notice

from .answers import clean_text
from .base import advance, lock, log, log_many, standing_of, sum_up


def make_receipt(
    *, user: User, work_unit: WorkUnit, period: AssessmentPeriod
) -> Receipt:
    """Make the next tanda terima of the period, numbered without gaps.

    The period's row is held until the transaction ends, so that a number given up
    by a failed submission is given again.
    """
    AssessmentPeriod.objects.filter(pk=period.pk).update(
        last_receipt=F("last_receipt") + 1
    )
    number = AssessmentPeriod.objects.values_list("last_receipt", flat=True).get(
        pk=period.pk
    )
    return Receipt.objects.create(
        number=f"PJ-{period.slug}-{number:04d}",
        work_unit=work_unit,
        period=period,
        by=user,
        at=timezone.now(),
    )


def freeze(
    *,
    assessment: Assessment,
    user: User,
    receipt: Receipt,
    manifest_sha256: str,
    response: str = "",
) -> SubmissionRound:
    """Freeze the assessment's answer as the next round.

    Called by the evidence app, which adds the exact versions in the same
    transaction, and records all rounds with `log_submitted`. The rule has been asked,
    the assessment is locked.

    Args:
        manifest_sha256: Hash over answer, explanation, versions and file hashes.
        response: The unit's reply to what the item came back for.
    """
    last = assessment.rounds.order_by("-number").first()
    response = clean_text(response)
    frozen = SubmissionRound.objects.create(
        assessment=assessment,
        number=last.number + 1 if last else 1,
        receipt=receipt,
        by=user,
        at=receipt.at,
        manifest_sha256=manifest_sha256,
        self_option_id=assessment.self_option_id,
        self_numerator=assessment.self_numerator,
        self_denominator=assessment.self_denominator,
        self_na=assessment.self_na,
        na_reason=assessment.na_reason,
        narrative=assessment.narrative,
        response=response,
    )
    Revision.objects.filter(
        round__assessment=assessment, sent_at__isnull=False, answered_by__isnull=True
    ).update(answered_by=frozen, response=response)
    advance(assessment, Verb.SUBMIT, otherwise=not assessment.period.requires_approval)
    assessment.current_round = frozen
    assessment.version += 1
    assessment.changed_at = receipt.at
    assessment.changed_by = user
    assessment.save()
    return frozen


def log_submitted(
    user: User, receipt: Receipt, rounds: Iterable[SubmissionRound]
) -> None:
    """Record the frozen rounds of one act, in their order."""
    log_many(
        user,
        "round.submitted",
        (
            (
                frozen.assessment,
                {
                    "round": frozen.number,
                    "receipt": receipt.number,
                    "manifest_sha256": frozen.manifest_sha256,
                },
            )
            for frozen in rounds
        ),
    )


def take_back(assessment: Assessment, verb: Verb) -> None:
    """Undo the submission of the current round; the caller saves.

    The round stays as history. A request for revision that it answered is open
    again with what the unit replied, and the round that the request is about is the
    current one again.

    Args:
        verb: Why; leads to the table's other state where a request was answered.
    """
    gone = assessment.current_round
    answered = (
        Revision.objects.filter(answered_by__isnull=False, answered_by=gone)
        .select_related("round")
        .order_by("pk")
    )
    request = answered.last()
    answered.update(answered_by=None)
    advance(assessment, verb, otherwise=request is not None)
    assessment.current_round = request.round if request else None
    assessment.version += 1
    if gone is not None:
        _tell_nobody_any_more(gone.receipt_id, gone.pk)


def _tell_nobody_any_more(receipt_id: int, round_id: int) -> None:
    """Take back the head's unread notice once nothing of the receipt waits."""
    waiting = Assessment.objects.filter(
        current_round__receipt_id=receipt_id, state=State.AWAITING_APPROVAL
    ).exclude(current_round_id=round_id)
    if not waiting.exists():
        withdraw_notice("round.awaiting_approval", f"receipt:{receipt_id}")


@transaction.atomic
def withdraw(*, user: User, assessment_id: int) -> Assessment:
    """Take a submission back until an assessor has begun.

    Raises:
        PermissionDenied: `can_withdraw` refuses.
    """
    assessment = lock(assessment_id)
    require(can_withdraw(standing_of(user, assessment), assessment))
    number = assessment.current_round.number if assessment.current_round else None
    take_back(assessment, Verb.WITHDRAW)
    assessment.changed_at = timezone.now()
    assessment.changed_by = user
    assessment.save()
    log(user, "round.withdrawn", assessment, {"round": number})
    sum_up(assessment)
    return assessment
