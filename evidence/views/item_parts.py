"""Parts of the item's page: links, kinds, requests for revision, the decision."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from evidence.cards import links_for_display
from evidence.models import EvidenceFile, EvidenceLink, LinkReview, SubmissionItem
from evidence.permissions import can_submit_again
from evidence.presenters import agreed_text, value_text
from evidence.returns import Returned
from indicators.models import (
    Assessment,
    Decision,
    Item,
    ItemKind,
    Revision,
    State,
)
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.permissions import Verdict

from .base import Place

KEPT_RESPONSE = "kept_response"
"""Where the session keeps a reply whose submission was refused."""


def links_of(assessment: Assessment) -> list[EvidenceLink]:
    found = list(
        links_for_display().filter(
            assessment=assessment, evidence__discarded_at__isnull=True
        )
    )
    for link in found:
        link.assessment = assessment
    return found


def kinds_of(item: Item, links: list[EvidenceLink]) -> list[dict[str, Any]]:
    """Return the kinds that the item expects, and which of them are there."""
    have = {link.evidence.kind_id for link in links if _counts(link)}
    rows = ItemKind.objects.filter(item=item).select_related("kind")
    return [
        {"use": row, "label": row.label or row.kind.label, "done": row.kind_id in have}
        for row in rows.order_by("position")
    ]


def _counts(link: EvidenceLink) -> bool:
    """Whether the evidence is there: not withdrawn, with a file that can be used."""
    latest = link.evidence.latest
    return (
        link.evidence.is_usable
        and latest is not None
        and any(f.state != EvidenceFile.State.REJECTED for f in latest.files.all())
    )


def revisions_of(assessment: Assessment) -> list[dict[str, Any]]:
    rows = (
        Revision.objects.filter(round__assessment=assessment, sent_at__isnull=False)
        .select_related("user", "round", "answered_by")
        .order_by("-sent_at", "-pk")
    )
    about = {
        item.key: item
        for item in SubmissionItem.objects.filter(
            round__assessment=assessment
        ).select_related("evidence")
    }
    return [
        {
            "revision": row,
            "open": row.answered_by_id is None
            and assessment.state == State.NEEDS_REVISION,
            "about": about.get(row.about_key),
        }
        for row in rows
    ]


def response_of(
    request: AuthenticatedRequest, assessment: Assessment, returned: Returned | None
) -> str:
    """Return what the unit has replied and not submitted, so that it stays."""
    kept = request.session.get(KEPT_RESPONSE)
    if isinstance(kept, dict) and kept.get("assessment") == assessment.pk:
        return str(kept.get("text", ""))
    return returned.kept_reply if returned else ""


def submit_note(
    may_submit: Verdict, returned: Returned | None, response: str = ""
) -> str:
    """Say beside "Ajukan butir ini" why not, or what happens then.

    Args:
        may_submit: The verdict of `can_submit`.
        response: The reply that stands in the form.
    """
    again = can_submit_again(returned, response)
    refused = may_submit if not may_submit else again
    return str(
        refused.reason
        or _(
            "Setelah diajukan, jawaban dan versi berkas dibekukan; Anda mendapat "
            "tanda terima."
        )
    )


def decision_of(assessment: Assessment) -> dict[str, Any] | None:
    """Return the released decision with the findings on the evidence, or None."""
    decision = assessment.decision
    if not assessment.is_released or decision is None:
        return None
    # Of who gave the value first: a correction may be a successor's.
    agreed_by = Decision.objects.filter(
        round_id=decision.round_id, kind=Decision.Kind.AGREE
    ).values("by_id")
    findings = LinkReview.objects.filter(
        item__round_id=decision.round_id, user_id__in=agreed_by
    ).select_related("item__evidence")
    first = (
        Decision.objects.filter(assessment=assessment, released_at__isnull=False)
        .exclude(pk=decision.pk)
        .select_related("option", "by")
        .order_by("-at")
    )
    return {
        "decision": decision,
        "value": agreed_text(assessment),
        "option": assessment.agreed_option,
        "findings": list(findings.order_by("item__position")),
        "earlier": [
            {
                "by": row.by,
                "at": row.at,
                "value": value_text(
                    row.option, row.numerator, row.denominator, row.is_na
                ),
            }
            for row in first[:5]
        ],
    }


def last_year_of(assessment: Assessment) -> Assessment | None:
    """Return the same item in the period before, if its value was released."""
    return (
        Assessment.objects.filter(
            work_unit=assessment.work_unit,
            item__code=assessment.item.code,
            period__year__lt=assessment.period.year,
            released_at__isnull=False,
        )
        .select_related("agreed_option", "period", "decision__by")
        .order_by("-period__year")
        .first()
    )


def neighbours_of(place: Place, assessment: Assessment) -> dict[str, str]:
    """Return the addresses of the items before and after this one."""
    slugs = list(
        Assessment.objects.filter(work_unit=place.work_unit, period=place.period)
        .order_by("item__kind", "item__position")
        .values_list("item__slug", flat=True)
    )
    at = slugs.index(assessment.item.slug)
    return {
        "previous_url": f"{place.url}{slugs[at - 1]}/" if at else "",
        "next_url": f"{place.url}{slugs[at + 1]}/" if at + 1 < len(slugs) else "",
    }
