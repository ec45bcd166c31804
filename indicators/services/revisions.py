"""Requests for revision: drafts of their assessor, sent together."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Revision,
    State,
    SubmissionRound,
)
from indicators.permissions import can_request_revision
from indicators.recipients import people_near
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
    standing_of,
    sum_up,
)


def _check(text: str, reason_code: str, due: dt.date, page: int | None) -> str:
    errors = {}
    text = clean_text(text)
    if not text:
        errors["text"] = _("Tuliskan apa yang perlu diperbaiki.")
    if reason_code not in Revision.Reason.values:
        errors["reason_code"] = _("Pilih alasan.")
    if due <= timezone.localdate():
        errors["due"] = _("Batas waktu harus setelah hari ini.")
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
    frozen = SubmissionRound.objects.get(pk=round_id)
    assessment = lock(frozen.assessment_id)
    require(can_request_revision(standing_of(user, assessment), assessment))
    if assessment.current_round_id != frozen.pk:
        raise PermissionDenied(
            _("Unit sudah mengajukan versi baru; muat ulang halaman ini.")
        )
    text = _check(text, reason_code, due, page)
    if revision_id is None:
        return Revision.objects.create(
            round=frozen,
            user=user,
            reason_code=reason_code,
            text=text,
            due=due,
            page=page,
            about_key=about_key,
        )
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
    revision = rows.select_for_update().first()
    if revision is None:
        raise PermissionDenied(_("Permintaan ini sudah dikirim atau bukan milik Anda."))
    return revision


@transaction.atomic
def discard(*, user: User, revision_id: int) -> None:
    """Throw an own unsent request away.

    Raises:
        PermissionDenied: It was sent, or is somebody else's.
    """
    _own_draft(user, revision_id).delete()


@transaction.atomic
def send_all(*, user: User, work_unit: WorkUnit, period: AssessmentPeriod) -> int:
    """Send the assessor's drafts for a unit at once; return how many items.

    Raises:
        PermissionDenied: `can_request_revision` refuses one; then none is sent.
    """
    now = timezone.now()
    drafts = list(
        Revision.objects.select_for_update(of=("self",))
        .filter(
            user=user,
            sent_at__isnull=True,
            round__assessment__work_unit=work_unit,
            round__assessment__period=period,
        )
        .select_related("round")
        .order_by("pk")
    )
    by_assessment: dict[int, list[Revision]] = {}
    for revision in drafts:
        by_assessment.setdefault(revision.round.assessment_id, []).append(revision)
    standing = Standing.of(user, work_unit, period)
    sent: list[Assessment] = []
    for assessment in lock_many(list(by_assessment)):
        requests = by_assessment[assessment.pk]
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
                ]
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


def return_overdue(now: dt.datetime | None = None) -> int:
    """Give items whose time for mending has passed back to the assessor, marked.

    The unit's last round stays the one that is scored. Runs every hour; each item
    in a transaction of its own, so that one fault holds up nobody. The day ends in
    the unit's own zone.
    """
    now = now or timezone.now()
    candidates = Assessment.objects.filter(
        state=State.NEEDS_REVISION,
        revision_due__lt=timezone.localdate(now) + dt.timedelta(days=1),
        period__state=AssessmentPeriod.State.OPEN,
    ).values_list("pk", flat=True)
    done = 0
    for pk in candidates:
        with transaction.atomic():
            assessment = lock(pk)
            due = assessment.revision_due
            today_there = timezone.localdate(now, assessment.work_unit.zone)
            if (
                assessment.state != State.NEEDS_REVISION
                or due is None
                or due >= today_there
            ):
                continue
            advance(assessment, Verb.RETURN_OVERDUE)
            assessment.revision_overdue = True
            assessment.version += 1
            assessment.save()
            log(None, "revision.overdue", assessment, {"due": due.isoformat()})
            sum_up(assessment)
            askers = {
                r.user
                for r in Revision.objects.filter(
                    round=assessment.current_round, sent_at__isnull=False
                ).select_related("user")
            }
            for asker in askers:
                notify(
                    recipient_key=asker.key,
                    kind="revision.overdue",
                    key=f"assessment:{assessment.pk}:{due.isoformat()}",
                    url=desk_url(assessment),
                    params={
                        "item": str(assessment.item),
                        "unit": assessment.work_unit.name,
                    },
                )
            done += 1
    return done
