"""What a round freezes, and the hash over it that tells whether anything changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from evidence.models import EvidenceLink
from indicators.models import Assessment


def usable_links(assessment_ids: Sequence[int]) -> dict[int, list[EvidenceLink]]:
    """Return the links whose evidence is neither withdrawn nor in the bin.

    Two queries: links with their latest versions, and files.
    """
    links = (
        EvidenceLink.objects.filter(
            assessment_id__in=assessment_ids,
            lane=EvidenceLink.Lane.MAIN,
            evidence__withdrawn_at__isnull=True,
            evidence__discarded_at__isnull=True,
        )
        .select_related("evidence__latest")
        .prefetch_related("evidence__latest__files__blob")
        .order_by("at", "pk")
    )
    found: dict[int, list[EvidenceLink]] = {pk: [] for pk in assessment_ids}
    for link in links:
        found[link.assessment_id].append(link)
    return found


def manifest_of(assessment: Assessment, links: Sequence[EvidenceLink]) -> str:
    """Return the hash of what is frozen: answer, explanation, versions, bytes.

    SHA-256 of canonical JSON (sorted keys, no spaces, UTF-8); 64 hex digits.
    """
    content: dict[str, Any] = {
        "item": assessment.item.code,
        "unit": assessment.work_unit.code,
        "period": assessment.period.slug,
        "option": assessment.self_option.code if assessment.self_option else None,
        "numerator": assessment.self_numerator,
        "denominator": assessment.self_denominator,
        "not_applicable": assessment.self_na,
        "na_reason": assessment.na_reason,
        "narrative": assessment.narrative,
        "evidence": [
            {
                "evidence": link.evidence_id,
                "version": link.evidence.latest.number,
                "pages": link.pages,
                "quote": link.quote,
                "files": [
                    {"name": f.display_name, "sha256": f.blob.sha256}
                    for f in link.evidence.latest.files.all()
                ],
            }
            for link in links
            if link.evidence.latest is not None
        ],
    }
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()
