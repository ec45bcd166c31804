"""What a round freezes, and the hash over it that tells whether anything changed."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from evidence.models import EvidenceLink
from indicators.models import Assessment


def _usable(assessment_ids: Sequence[int]) -> QuerySet[EvidenceLink]:
    return EvidenceLink.objects.filter(
        assessment_id__in=assessment_ids,
        lane=EvidenceLink.Lane.MAIN,
        evidence__withdrawn_at__isnull=True,
        evidence__discarded_at__isnull=True,
    )


def usable_links(assessment_ids: Sequence[int]) -> dict[int, list[EvidenceLink]]:
    """Return the links whose evidence is neither withdrawn nor in the bin.

    Three queries: links with their latest versions, files, and their bytes' rows.
    """
    links = (
        _usable(assessment_ids)
        .select_related("evidence__latest")
        .prefetch_related("evidence__latest__files__blob")
        .order_by("at", "pk")
    )
    found: dict[int, list[EvidenceLink]] = {pk: [] for pk in assessment_ids}
    for link in links:
        found[link.assessment_id].append(link)
    return found


@dataclass(frozen=True)
class Entry:
    """One linked evidence as it would be frozen now.

    Attributes:
        version: Number of its latest version.
        files: Names and SHA-256 of that version's files, in their order.
    """

    evidence_id: int
    version: int
    pages: str
    quote: str
    files: tuple[tuple[str, str], ...]


def entries_of(links: Sequence[EvidenceLink]) -> list[Entry]:
    """Return the entries of links read by `usable_links`."""
    return [
        Entry(
            evidence_id=link.evidence_id,
            version=link.evidence.latest.number,
            pages=link.pages,
            quote=link.quote,
            files=tuple(
                (f.display_name, f.blob.sha256)
                for f in link.evidence.latest.files.all()
            ),
        )
        for link in links
        if link.evidence.latest is not None
    ]


def entries_by_assessment(assessment_ids: Sequence[int]) -> dict[int, list[Entry]]:
    """Return what `entries_of` does for the usable links of assessments; one query."""
    found: dict[int, list[Entry]] = {pk: [] for pk in assessment_ids}
    version = "evidence__latest"
    rows = (
        _usable(assessment_ids)
        .filter(evidence__latest__isnull=False)
        .order_by("at", "pk", f"{version}__files__position")
        .values_list(
            *("assessment_id", "pk", "evidence_id", f"{version}__number"),
            *("pages", "quote", f"{version}__files__display_name"),
            f"{version}__files__blob__sha256",
        )
    )
    for head, group in itertools.groupby(rows, key=lambda row: row[:6]):
        assessment_id, _pk, evidence_id, number, pages, quote = head
        files = tuple((row[6], row[7]) for row in group if row[6] is not None)
        found[assessment_id].append(Entry(evidence_id, number, pages, quote, files))
    return found


def manifest_of(assessment: Assessment, links: Sequence[EvidenceLink]) -> str:
    """Return the hash of what is frozen: answer, explanation, versions, bytes.

    SHA-256 of canonical JSON (sorted keys, no spaces, UTF-8); 64 hex digits.
    """
    return hash_of(assessment, entries_of(links))


def hash_of(assessment: Assessment, entries: Sequence[Entry]) -> str:
    """Return the same as `manifest_of`, of entries."""
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
                "evidence": entry.evidence_id,
                "version": entry.version,
                "pages": entry.pages,
                "quote": entry.quote,
                "files": [
                    {"name": name, "sha256": sha256} for name, sha256 in entry.files
                ],
            }
            for entry in entries
        ],
    }
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()
