"""Submitting: the exact versions are frozen with the answer, and a receipt given."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from evidence.models import EvidenceFile, EvidenceLink, SubmissionItem
from evidence.permissions import can_submit_again
from evidence.returns import Returned
from indicators.models import Assessment, Receipt, State, SubmissionRound
from indicators.permissions import can_submit
from indicators.recipients import people_near
from indicators.services import approvals
from indicators.services.answers import clean_text
from indicators.services.base import lock_many, require_one_place, sum_up
from indicators.services.rounds import freeze, log_submitted, make_receipt
from indicators.standing import Standing
from wbk_portal.accounts.models import Role, User
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.services import notify

from .manifest import manifest_of, usable_links
from .returns import returned_of


@transaction.atomic
def submit(
    *,
    user: User,
    assessment_ids: Sequence[int],
    versions: dict[int, int] | None = None,
    response: str | None = None,
) -> Receipt:
    """Submit items of one unit and period at once: all of them, or none.

    A second press of the same button returns the receipt of the first. What came back
    from an assessor or the head goes again only changed, or with a reply.

    Args:
        versions: The answer's version that the person had in view, by assessment;
            an item that changed since is a conflict.
        response: The unit's reply to what the items came back for; None leaves what
            was replied before it was taken back.

    Raises:
        PermissionDenied: `can_submit` or `can_submit_again` refuses one of them; the
            reason names it.
        ValidationError: Nothing to submit, or a file is not (or no longer) usable.
        ConflictError: Somebody changed an answer since it was shown.
    """
    assessments = lock_many(sorted(set(assessment_ids)))
    if not assessments:
        raise ValidationError(_("Belum ada butir yang siap diajukan."))
    if repeated := _same_receipt(user, assessments):
        return repeated
    first = assessments[0]
    require_one_place(assessments)
    standing = Standing.of(user, first.work_unit, first.period)
    links = usable_links([a.pk for a in assessments])
    returned = returned_of(assessments, links)
    replies = {a.pk: _reply(response, returned.get(a.pk)) for a in assessments}
    for assessment in assessments:
        verdict = can_submit(standing, assessment) and can_submit_again(
            returned.get(assessment.pk), replies[assessment.pk]
        )
        if not verdict:
            raise PermissionDenied(f"{assessment.item.short_label}: {verdict.reason}")
        if versions is not None and assessment.version != versions.get(
            assessment.pk, assessment.version
        ):
            raise ConflictError(
                _("%(item)s baru saja diubah. Periksa isinya, lalu ajukan lagi.")
                % {"item": assessment.item.short_label},
                current={"narrative": assessment.narrative},
                version=assessment.version,
            )
        _check_files(assessment, links[assessment.pk])
    receipt = make_receipt(user=user, work_unit=first.work_unit, period=first.period)
    rounds = [
        _freeze_one(a, user, receipt, links[a.pk], replies[a.pk]) for a in assessments
    ]
    log_submitted(user, receipt, rounds)
    if first.period.requires_approval and not standing.is_head:
        _tell_heads(assessments, receipt)
        sum_up(first)
    elif first.period.requires_approval:
        # The head's own submission is its approval.
        approvals.approve(user=user, round_ids=[r.pk for r in rounds])
    else:
        approvals.tell_assessors(assessments, rounds)
        sum_up(first)
    return receipt


def _reply(response: str | None, returned: Returned | None) -> str:
    """Return the reply that goes along: a new one, or the one that was kept."""
    if response is not None:
        return clean_text(response)
    return returned.kept_reply if returned else ""


def _same_receipt(user: User, assessments: Sequence[Assessment]) -> Receipt | None:
    waiting = {State.AWAITING_APPROVAL, State.SUBMITTED}
    if any(a.state not in waiting for a in assessments):
        return None
    rounds = [a.current_round_id for a in assessments]
    receipts = Receipt.objects.filter(by=user, rounds__in=rounds).annotate(
        n=Count("rounds")
    )
    return receipts.filter(n=len(rounds)).first()


def _check_files(assessment: Assessment, links: Sequence[EvidenceLink]) -> None:
    for link in links:
        latest = link.evidence.latest
        files = list(latest.files.all()) if latest else []
        bad = [f for f in files if f.state == EvidenceFile.State.REJECTED]
        if bad:
            raise ValidationError(
                _(
                    "%(item)s: berkas “%(file)s” ditolak setelah diterima. Ganti "
                    "dengan versi baru atau lepaskan dari butir ini."
                )
                % {
                    "item": assessment.item.short_label,
                    "file": bad[0].display_name,
                }
            )


def _freeze_one(
    assessment: Assessment,
    user: User,
    receipt: Receipt,
    links: Sequence[EvidenceLink],
    response: str,
) -> SubmissionRound:
    frozen = freeze(
        assessment=assessment,
        user=user,
        receipt=receipt,
        manifest_sha256=manifest_of(assessment, links),
        response=response,
    )
    SubmissionItem.objects.bulk_create(
        SubmissionItem(
            round=frozen,
            evidence_id=link.evidence_id,
            version=link.evidence.latest,
            position=position,
            pages=link.pages,
            quote=link.quote,
        )
        for position, link in enumerate(links, start=1)
        if link.evidence.latest is not None
    )
    return frozen


def _tell_heads(assessments: Sequence[Assessment], receipt: Receipt) -> None:
    first = assessments[0]
    for head in people_near(first.work_unit, [Role.HEAD]):
        notify(
            recipient_key=head.key,
            kind="round.awaiting_approval",
            key=f"receipt:{receipt.pk}",
            url=f"/{first.period.slug}/unit/{first.work_unit.code}/persetujuan/",
            params={"unit": first.work_unit.name, "count": len(assessments)},
        )
