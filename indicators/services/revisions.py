"""Requests for revision: drafts of their assessor, sent together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators import hooks
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Revision,
    State,
    SubmissionRound,
)
from indicators.permissions import can_request_revision
from indicators.recipients import assessors_of, people_near, still_assigned
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
    require_current,
    round_of,
    standing_of,
    sum_up,
)
from .rounds import take_back

# Days; a year and a day is a typing error.
LATEST_DUE = 366


def _check(
    text: str, reason_code: str, due: dt.date, page: int | None, today: dt.date
) -> str:
    errors = {}
    text = clean_text(text)
    if not text:
        errors["text"] = _("Tuliskan apa yang perlu diperbaiki.")
    if reason_code not in Revision.Reason.values:
        errors["reason_code"] = _("Pilih alasan.")
    if due <= today:
        errors["due"] = _("Batas waktu harus setelah hari ini.")
    elif due > today + dt.timedelta(days=LATEST_DUE):
        errors["due"] = _("Batas waktu paling lama satu tahun dari hari ini.")
    if page is not None and not 1 <= page <= 30_000:
        errors["page"] = _("Nomor halaman harus 1 atau lebih.")
    if errors:
        raise ValidationError(errors)
    return text


@transaction.atomic
def draft(
    *,
    user: User,
    round_id: int,
    reason_code: str,
    text: str,
    due: dt.date,
    page: int | None = None,
    about_key: str = "",
    revision_id: int | None = None,
) -> Revision:
    """Write or change a request that waits for "Kirim semua".

    Args:
        due: Last day for the unit, in its zone.
        about_key: `SubmissionItem.key` of the evidence concerned, or empty.
        revision_id: The own unsent draft to change.

    Raises:
        PermissionDenied: `can_request_revision` refuses; or the draft is not one's
            own, or was sent.
        ValidationError: Text, reason, date or page.
    """
    frozen = round_of(round_id)
    assessment = lock(frozen.assessment_id)
    require(can_request_revision(standing_of(user, assessment), assessment))
    require_current(assessment, frozen)
    today_there = timezone.localdate(timezone=assessment.work_unit.zone)
    text = _check(text, reason_code, due, page, today_there)
    if revision_id is None:
        # The second press of one button finds what the first one wrote.
        values: dict[str, Any] = {
            "round": frozen,
            "user": user,
            "reason_code": reason_code,
            "text": text,
            "due": due,
            "page": page,
            "about_key": about_key,
        }
        written = Revision.objects.filter(**values, sent_at__isnull=True).first()
        return written or Revision.objects.create(**values)
    revision = _own_draft(user, revision_id, frozen)
    revision.reason_code, revision.text = reason_code, text
    revision.due, revision.page, revision.about_key = due, page, about_key
    revision.save()
    return revision


def _own_draft(
    user: User, revision_id: int, frozen: SubmissionRound | None = None
) -> Revision:
    rows = Revision.objects.filter(pk=revision_id, user=user, sent_at__isnull=True)
    if frozen is not None:
        rows = rows.filter(round=frozen)
    revision = rows.first()
    if revision is None:
        raise PermissionDenied(_("Permintaan ini sudah dikirim atau bukan milik Anda."))
    return revision


@transaction.atomic
def discard(*, user: User, revision_id: int) -> None:
    """Throw an own unsent request away, also of an item that has moved on.

    Raises:
        PermissionDenied: It was sent, or is somebody else's; or the period is closed.
    """
    assessment = lock(_own_draft(user, revision_id).round.assessment_id)
    if not assessment.period.is_open:
        raise PermissionDenied(
            _("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")
        )
    # Once more: it may have been sent before the lock was ours.
    _own_draft(user, revision_id).delete()


@transaction.atomic
def send_all(*, user: User, work_unit: WorkUnit, period: AssessmentPeriod) -> int:
    """Send the assessor's drafts for a unit at once; return how many items.

    Drafts about items that have moved on (`sendable`) stay drafts.

    Raises:
        PermissionDenied: `can_request_revision` refuses one; then none is sent.
    """
    now = timezone.now()
    ids = sendable(user, work_unit, period).values_list(
        "round__assessment_id", flat=True
    )
    locked = lock_many(sorted(set(ids)))
    by_assessment: dict[int, list[Revision]] = {}
    # Once more, with the locks: whatever was sent or scored before is left alone.
    for revision in sendable(user, work_unit, period).order_by("pk"):
        by_assessment.setdefault(revision.round.assessment_id, []).append(revision)
    found = _findings(
        user, {r.round_id for rows in by_assessment.values() for r in rows}
    )
    sent: list[Assessment] = []
    standing: Standing | None = None
    for assessment in locked:
        requests = by_assessment.get(assessment.pk)
        if requests is None:
            continue
        standing = standing or standing_of(user, assessment)
        require(can_request_revision(standing, assessment))
        advance(assessment, Verb.REQUEST_REVISION)
        assessment.revision_due = max(r.due for r in requests)
        assessment.revision_overdue = False
        assessment.version += 1
        assessment.save()
        Revision.objects.filter(pk__in=[r.pk for r in requests]).update(sent_at=now)
        log(
            user,
            "revision.sent",
            assessment,
            {
                "requests": [
                    {"reason": r.reason_code, "text": r.text, "due": r.due.isoformat()}
                    for r in requests
                ],
                # Kept, not told: marks are the assessor's own until a decision.
                "findings": [*found.get(requests[0].round_id, ())],
            },
        )
        for person in people_near(work_unit, [Role.OPERATOR]):
            notify(
                recipient_key=person.key,
                kind="revision.sent",
                key=f"revision:{requests[0].pk}",
                url=item_url(assessment),
                params={
                    "item": str(assessment.item),
                    "due": assessment.revision_due.isoformat(),
                },
            )
        sent.append(assessment)
    if sent:
        sum_up(sent[0])
    return len(sent)


def _findings(
    user: User, round_ids: Collection[int]
) -> Mapping[int, Sequence[Mapping[str, Any]]]:
    """Return what the person found on each evidence of rounds, by round."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for source in hooks.findings:
        for round_id, rows in source(user.pk, round_ids).items():
            found.setdefault(round_id, []).extend(rows)
    return found


def sendable(
    user: User, work_unit: WorkUnit, period: AssessmentPeriod
) -> QuerySet[Revision]:
    """Return the person's drafts that "Kirim semua" sends now.

    Not those about an earlier round, or about an item that somebody else has scored
    or sent back meanwhile.
    """
    return Revision.objects.filter(
        user=user,
        sent_at__isnull=True,
        round__assessment__work_unit=work_unit,
        round__assessment__period=period,
        round__assessment__state=State.UNDER_REVIEW,
        round__assessment__current_round=F("round_id"),
    ).select_related("round")


def return_overdue(now: dt.datetime | None = None) -> int:
    """Give items whose time for mending has passed back to the assessor, marked.

    The unit's last round stays the one that is scored; so it is where the answer was
    written but no head approved it in time. Runs every hour; each item in a
    transaction of its own. The day ends in the unit's own zone.
    """
    now = now or timezone.now()
    candidates = Assessment.objects.filter(
        state__in=[State.NEEDS_REVISION, State.AWAITING_APPROVAL],
        revision_due__lt=timezone.localdate(now) + dt.timedelta(days=1),
        period__state=AssessmentPeriod.State.OPEN,
    ).values_list("pk", flat=True)
    return sum(_return_one(pk, now) for pk in list(candidates))


@transaction.atomic
def _return_one(pk: int, now: dt.datetime) -> bool:
    assessment = lock(pk)
    due = assessment.revision_due
    if (
        not assessment.period.is_open
        or due is None
        or due >= timezone.localdate(now, assessment.work_unit.zone)
        or not give_back(assessment)
    ):
        return False
    log(None, "revision.overdue", assessment, {"due": due.isoformat()})
    sum_up(assessment)
    _tell_overdue(assessment, due)
    return True


def give_back(assessment: Assessment) -> bool:
    """Return a locked item that waits for mending to the assessors, marked.

    Returns:
        False when nothing of it was asked to be mended, or the answer arrived.
    """
    if assessment.state == State.AWAITING_APPROVAL and assessment.revision_due:
        take_back(assessment, Verb.RETURN_OVERDUE)
    elif assessment.state == State.NEEDS_REVISION:
        advance(assessment, Verb.RETURN_OVERDUE)
        assessment.version += 1
    else:
        return False
    assessment.revision_overdue = True
    assessment.save()
    return True


def give_back_unapproved(period: AssessmentPeriod) -> int:
    """Return answers that no head approved, because the period is being closed.

    What was assessed before does not become "tidak diajukan". Called with the
    period's assessments locked; the readiness rows are the caller's.
    """
    waiting = Assessment.objects.filter(
        period=period,
        state=State.AWAITING_APPROVAL,
        revision_due__isnull=False,
    ).values_list("pk", flat=True)
    n = 0
    for assessment in lock_many(list(waiting)):
        due = assessment.revision_due
        if due is not None and give_back(assessment):
            log(None, "revision.overdue", assessment, {"due": due.isoformat()})
            n += 1
    return n


def _tell_overdue(assessment: Assessment, due: dt.date) -> None:
    """Tell who asked (or, where they left, who is assigned), and the unit's staff."""
    asked = User.objects.filter(
        pk__in=Revision.objects.filter(
            round=assessment.current_round, sent_at__isnull=False
        ).values("user_id")
    )
    assigned = assessors_of(assessment.work_unit, assessment.period)
    key = f"assessment:{assessment.pk}:{due.isoformat()}"
    params = {"item": str(assessment.item), "unit": assessment.work_unit.name}
    for asker in still_assigned(asked, assigned) or assigned:
        notify(
            recipient_key=asker.key,
            kind="revision.overdue",
            key=key,
            url=desk_url(assessment),
            params=params,
        )
    for person in people_near(assessment.work_unit, [Role.OPERATOR]):
        notify(
            recipient_key=person.key,
            kind="revision.missed",
            key=key,
            url=item_url(assessment),
            params=params,
        )
