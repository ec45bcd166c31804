"""The unit head approves what is submitted, or sends single items back."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Approval, Assessment, State, SubmissionRound
from indicators.permissions import can_approve
from indicators.recipients import assessors_of
from indicators.standing import Standing
from indicators.workflow import Verb
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import notify

from .base import advance, desk_url, item_url, lock, lock_many, log, sum_up
from .rounds import reopen_for_unit


def _title(user: User, work_unit: WorkUnit) -> str:
    membership = user.membership_for(work_unit.path, [Role.HEAD])
    return membership.title if membership else str(Role.HEAD.label)


@transaction.atomic
def approve(*, user: User, round_ids: Sequence[int]) -> list[Assessment]:
    """Approve the rounds that still wait; those already approved are passed over.

    All rounds are of one unit and period. A second press, or a second head at the
    same time, changes nothing and is no error.

    Raises:
        PermissionDenied: `can_approve` refuses one of them; then none is approved.
    """
    rounds = {
        r.assessment_id: r
        for r in SubmissionRound.objects.filter(pk__in=round_ids).select_related("by")
    }
    approved: list[Assessment] = []
    standing: Standing | None = None
    for assessment in lock_many(list(rounds)):
        frozen = rounds[assessment.pk]
        if (
            assessment.state != State.AWAITING_APPROVAL
            or assessment.current_round_id != frozen.pk
        ):
            continue
        if standing is None or standing.work_unit.pk != assessment.work_unit_id:
            standing = Standing.of(user, assessment.work_unit, assessment.period)
        require(can_approve(standing, assessment))
        Approval.objects.create(
            round=frozen,
            by=user,
            at=timezone.now(),
            result=Approval.Result.APPROVED,
            title=_title(user, assessment.work_unit),
        )
        advance(assessment, Verb.APPROVE)
        assessment.changed_at = timezone.now()
        assessment.changed_by = user
        assessment.save()
        log(user, "round.approved", assessment, {"round": frozen.number})
        approved.append(assessment)
    if approved:
        sum_up(approved[0])
        tell_assessors(approved, list(rounds.values()))
    return approved


def tell_assessors(
    assessments: Sequence[Assessment], rounds: Sequence[SubmissionRound]
) -> None:
    """Tell the assigned assessors once per act that items of a unit arrived."""
    first = assessments[0]
    key = "rounds:" + "-".join(str(pk) for pk in sorted(r.pk for r in rounds)[:20])
    for assessor in assessors_of(first.work_unit, first.period):
        notify(
            recipient_key=assessor.key,
            kind="round.submitted",
            key=key,
            url=desk_url(first),
            params={"unit": first.work_unit.name, "count": len(assessments)},
        )


@transaction.atomic
def send_back(*, user: User, round_id: int, reason: str) -> Assessment:
    """Send one round back to the unit's staff, with the reason.

    Raises:
        PermissionDenied: `can_approve` refuses.
        ValidationError: The reason is missing.
    """
    frozen = SubmissionRound.objects.select_related("by").get(pk=round_id)
    assessment = lock(frozen.assessment_id)
    standing = Standing.of(user, assessment.work_unit, assessment.period)
    require(can_approve(standing, assessment))
    if not reason.strip():
        raise ValidationError({"reason": _("Tuliskan alasan pengembalian.")})
    Approval.objects.create(
        round=frozen,
        by=user,
        at=timezone.now(),
        result=Approval.Result.RETURNED,
        reason=reason.strip(),
        title=_title(user, assessment.work_unit),
    )
    reopen_for_unit(assessment)
    assessment.changed_at = timezone.now()
    assessment.changed_by = user
    assessment.save()
    log(
        user,
        "round.returned",
        assessment,
        {"round": frozen.number, "reason": reason.strip()},
    )
    sum_up(assessment)
    notify(
        recipient_key=frozen.by.key,
        kind="round.returned",
        key=f"round:{frozen.pk}",
        url=item_url(assessment),
        params={"item": str(assessment.item), "reason": reason.strip()},
    )
    return assessment
