"""The unit head approves what is submitted, or sends single items back."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import hooks
from indicators.models import Approval, Assessment, Revision, State, SubmissionRound
from indicators.permissions import can_approve
from indicators.recipients import assessors_of, still_assigned
from indicators.standing import Standing
from indicators.workflow import Verb
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.common.permissions import require
from wbk_portal.ops.services import notify

from .answers import clean_text
from .base import (
    advance,
    desk_url,
    item_url,
    lock,
    lock_many,
    log,
    log_many,
    require_one_place,
    round_of,
    sum_up,
)
from .rounds import take_back


def _title(user: User, work_unit: WorkUnit) -> str:
    membership = user.membership_for(work_unit.path, [Role.HEAD])
    return membership.title if membership else str(Role.HEAD.label)


@transaction.atomic
def approve(*, user: User, round_ids: Sequence[int]) -> list[Assessment]:
    """Approve the rounds that still wait; those already approved are passed over.

    All rounds are of one unit and period. A second press, or a second head at the
    same time, changes nothing and is no error. Those that `barred` names stay as they
    are too, and do not hold up the others.

    Raises:
        PermissionDenied: `can_approve` refuses one of them; then none is approved.
        ValidationError: They are of several units.
    """
    shown = SubmissionRound.objects.filter(pk__in=round_ids).order_by("number")
    rounds = {r.assessment_id: r for r in shown.select_related("by")}
    approved: list[Assessment] = []
    standing: Standing | None = None
    assessments = lock_many(list(rounds))
    require_one_place(assessments)
    waiting = [
        assessment
        for assessment in assessments
        if assessment.state == State.AWAITING_APPROVAL
        and assessment.current_round_id == rounds[assessment.pk].pk
    ]
    # Asked under the locks: what is found out afterwards is told to the unit.
    held_up = barred([rounds[assessment.pk].pk for assessment in waiting])
    for assessment in waiting:
        frozen = rounds[assessment.pk]
        if standing is None:
            standing = Standing.of(user, assessment.work_unit, assessment.period)
        require(can_approve(standing, assessment))
        if frozen.pk in held_up:
            continue
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
        approved.append(assessment)
    log_many(
        user, "round.approved", ((a, {"round": rounds[a.pk].number}) for a in approved)
    )
    if approved:
        sum_up(approved[0])
        tell_assessors(approved, [rounds[a.pk] for a in approved])
    return approved


def barred(round_ids: Sequence[int]) -> dict[int, str]:
    """Return why rounds cannot be approved, in a sentence each; most are not named.

    A query for each app that has a say, whatever the number of rounds.
    """
    if not round_ids:
        return {}
    found: dict[int, str] = {}
    for source in hooks.approval_bars:
        for round_id, reason in source(round_ids).items():
            found.setdefault(round_id, reason)
    return found


def tell_assessors(
    assessments: Sequence[Assessment], rounds: Sequence[SubmissionRound]
) -> None:
    """Tell the assigned assessors that items of a unit arrived: each item once.

    What answers a request for revision is told to who asked; the rest in one notice
    for each act.
    """
    first = assessments[0]
    assigned = assessors_of(first.work_unit, first.period)
    told = _tell_askers(assessments, rounds, assigned)
    for assessor in assigned:
        new = [a for a in assessments if (a.pk, assessor.pk) not in told]
        if not new:
            continue
        notify(
            recipient_key=assessor.key,
            kind="round.submitted",
            # A round arrives once, so that the first one names the act.
            key=f"round:{min(r.pk for r in rounds)}",
            url=desk_url(new[0]),
            params={"unit": first.work_unit.name, "count": len(new)},
        )


def _tell_askers(
    assessments: Sequence[Assessment],
    rounds: Sequence[SubmissionRound],
    assigned: Sequence[User],
) -> set[tuple[int, int]]:
    """Tell who asked for a revision that the answer is there.

    Returns:
        Keys of the items and of the people who were told of them.
    """
    by_pk = {a.pk: a for a in assessments}
    told: set[tuple[int, int]] = set()
    answered = (
        Revision.objects.filter(answered_by__in=rounds)
        .select_related("user", "round")
        .order_by("pk")
    )
    for revision in answered:
        assessment = by_pk[revision.round.assessment_id]
        for asker in still_assigned([revision.user], assigned):
            if (assessment.pk, asker.pk) in told:
                continue
            told.add((assessment.pk, asker.pk))
            notify(
                recipient_key=asker.key,
                kind="revision.answered",
                key=f"round:{revision.answered_by_id}",
                url=desk_url(assessment),
                params={
                    "item": str(assessment.item),
                    "unit": assessment.work_unit.name,
                },
            )
    return told


@transaction.atomic
def send_back(*, user: User, round_id: int, reason: str) -> Assessment:
    """Send one round back to the unit's staff, with the reason.

    Raises:
        PermissionDenied: `can_approve` refuses, or another round waits by now.
        ValidationError: The reason is missing.
    """
    frozen = round_of(round_id)
    assessment = lock(frozen.assessment_id)
    standing = Standing.of(user, assessment.work_unit, assessment.period)
    require(can_approve(standing, assessment))
    if assessment.current_round_id != frozen.pk:
        raise PermissionDenied(
            _("Pengajuan ini sudah diganti yang baru; muat ulang halaman ini.")
        )
    reason = clean_text(reason)
    if not reason:
        raise ValidationError({"reason": _("Tuliskan alasan pengembalian.")})
    Approval.objects.create(
        round=frozen,
        by=user,
        at=timezone.now(),
        result=Approval.Result.RETURNED,
        reason=reason,
        title=_title(user, assessment.work_unit),
    )
    take_back(assessment, Verb.SEND_BACK)
    assessment.changed_at = timezone.now()
    assessment.changed_by = user
    assessment.save()
    log(
        user,
        "round.returned",
        assessment,
        {"round": frozen.number, "reason": reason},
    )
    sum_up(assessment)
    notify(
        recipient_key=frozen.by.key,
        kind="round.returned",
        key=f"round:{frozen.pk}",
        url=item_url(assessment),
        params={"item": str(assessment.item), "reason": reason},
    )
    return assessment
