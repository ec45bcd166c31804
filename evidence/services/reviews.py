"""What an assessor finds on the evidence of a round, and the value given for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.models import LinkReview, SubmissionItem
from indicators.models import Score, State
from indicators.permissions import can_score
from indicators.services import scoring
from indicators.services.answer import AnswerInput
from indicators.services.base import lock, require_current, round_of, standing_of
from wbk_portal.accounts.models import User
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import with_terms


@transaction.atomic
def review_links(
    *,
    user: User,
    item_ids: Sequence[int],
    result: str,
    reason_code: str = "",
    note: str = "",
    page: int | None = None,
    seen: str | None = None,
) -> list[LinkReview]:
    """Mark evidence of one round as *sesuai* or *tidak sesuai*.

    A finding can be changed until the value is given.

    Args:
        item_ids: `SubmissionItem` keys of one round.
        result: One of `LinkReview.Result`.
        reason_code: Required for *tidak sesuai*.
        seen: The result in view, of each of them, "" for none; None for who has no
            page.

    Raises:
        PermissionDenied: `can_score` refuses.
        ValidationError: Unknown result, no reason, items of several rounds.
        ConflictError: One was marked differently in another window; none is changed.
    """
    items = list(SubmissionItem.objects.filter(pk__in=item_ids).select_related("round"))
    if not items or len({i.round_id for i in items}) != 1:
        raise ValidationError(with_terms(_("Pilih %(term)s dari satu pengajuan.")))
    assessment = lock(items[0].round.assessment_id)
    require(can_score(standing_of(user, assessment), assessment))
    if assessment.current_round_id != items[0].round_id:
        raise ValidationError(
            _("Unit sudah mengajukan versi baru; muat ulang halaman ini.")
        )
    if result not in LinkReview.Result.values:
        raise ValidationError({"result": _("Pilih sesuai atau tidak sesuai.")})
    if result == LinkReview.Result.FITS:
        reason_code = ""
    elif reason_code not in LinkReview.Reason.values:
        raise ValidationError({"reason_code": _("Pilih alasan mengapa tidak sesuai.")})
    if seen is not None:
        _require_seen(user, item_ids, result, seen)
    return [
        LinkReview.objects.update_or_create(
            item=item,
            user=user,
            defaults={
                "result": result,
                "reason_code": reason_code,
                "note": note.replace("\x00", "").strip()[:500],
                "page": page,
                "at": timezone.now(),
            },
        )[0]
        for item in items
    ]


def _require_seen(user: User, item_ids: Sequence[int], result: str, seen: str) -> None:
    """Refuse to write over a finding that the page did not show."""
    other = (
        LinkReview.objects.filter(item__in=item_ids, user=user)
        .exclude(result__in=[seen, result])
        .select_related("item__evidence")
        .first()
    )
    if other is not None:
        raise ConflictError(
            _(
                "“%(title)s” sudah Anda tandai “%(result)s” di jendela lain. Tandai "
                "lagi bila ingin mengubahnya."
            )
            % {
                "title": other.item.evidence.title,
                "result": other.get_result_display(),
            },
            current={"result": other.result},
            version=other.pk,
        )


def as_found(finding: LinkReview) -> dict[str, Any]:
    """Return a finding as the log keeps it, with the value that rests on it."""
    return {
        "title": finding.item.evidence.title,
        "version": finding.item.version.number,
        "result": finding.result,
        "reason": finding.reason_code,
        "note": finding.note,
        "page": finding.page,
    }


def findings_of(
    user_id: int, round_ids: Collection[int]
) -> dict[int, list[dict[str, Any]]]:
    """Return a person's findings by round, as the log keeps them; one query."""
    found: dict[int, list[dict[str, Any]]] = {}
    rows = (
        LinkReview.objects.filter(item__round__in=round_ids, user=user_id)
        .select_related("item__evidence", "item__version")
        .order_by("item__round_id", "item__position")
    )
    for finding in rows:
        found.setdefault(finding.item.round_id, []).append(as_found(finding))
    return found


@transaction.atomic
def submit_score(
    *,
    user: User,
    round_id: int,
    answer: AnswerInput,
    note: str,
    recommendation: str,
    seen: scoring.Seen | None = None,
) -> Score:
    """Give the value for a round whose evidence has all been looked at.

    The same value given again, by a second press, changes nothing.

    Raises:
        PermissionDenied, ConflictError: see `indicators.services.scoring.submit_score`.
        ValidationError: Evidence without a finding; or the answer, or the note.
    """
    frozen = round_of(round_id)
    assessment = lock(frozen.assessment_id)
    if assessment.state != State.SCORED:
        # A value given already is looked at below: it may be a second press.
        require(can_score(standing_of(user, assessment), assessment))
        require_current(assessment, frozen)
    n_items = frozen.items.count()
    findings = list(
        LinkReview.objects.filter(item__round=frozen, user=user)
        .select_related("item__evidence", "item__version")
        .order_by("item__position")
    )
    open_items = n_items - len(findings)
    if open_items and assessment.state != State.SCORED:
        raise ValidationError(
            with_terms(
                ngettext(
                    "Tandai dulu %(count)s %(term)s: sesuai atau tidak sesuai.",
                    "Tandai dulu %(count)s %(term)s: sesuai atau tidak sesuai.",
                    open_items,
                ),
                count=open_items,
            )
        )
    return scoring.submit_score(
        user=user,
        assessment=assessment,
        frozen=frozen,
        answer=answer,
        note=note,
        recommendation=recommendation,
        n_accepted=sum(f.result == LinkReview.Result.FITS for f in findings),
        findings=[as_found(finding) for finding in findings],
        seen=seen,
    )
