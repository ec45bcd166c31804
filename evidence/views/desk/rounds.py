"""Which rounds the desk shows."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from evidence.presenters import value_text
from evidence.views.keys import key_from
from indicators.models import Assessment, Revision, State, SubmissionRound
from wbk_portal.accounts.http import AuthenticatedRequest


def rounds_of(assessment: Assessment) -> list[SubmissionRound]:
    """Return the rounds that the assessors worked on, newest first.

    The current one, and those that were sent back with a request. Not what the unit
    withdrew, or what its head has not approved.
    """
    asked = Revision.objects.filter(round=OuterRef("pk"), sent_at__isnull=False)
    condition = Q(Exists(asked))
    if assessment.state != State.AWAITING_APPROVAL:
        condition |= Q(pk=assessment.current_round_id or 0)
    return list(
        assessment.rounds.filter(condition)
        .select_related("self_option", "by", "receipt", "approval")
        .order_by("-number")
    )


def shown_round(
    request: AuthenticatedRequest,
    assessment: Assessment,
    rounds: list[SubmissionRound],
) -> SubmissionRound | None:
    """Return the round that the address asks for, else the current or newest one."""
    wanted = key_from(request.GET.get("pengajuan", ""))
    for one in rounds:
        if one.number == wanted:
            return one
    for one in rounds:
        if one.pk == assessment.current_round_id:
            return one
    return rounds[0] if rounds else None


def self_text_of(frozen: SubmissionRound | None) -> str:
    """Return the unit's answer in a round, in a few characters."""
    if frozen is None:
        return ""
    return value_text(
        frozen.self_option,
        frozen.self_numerator,
        frozen.self_denominator,
        frozen.self_na,
    )
