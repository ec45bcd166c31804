"""What an assessor says of each evidence of a round, gathered before it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from evidence.models import LinkReview, SubmissionItem
from indicators.models import Decision, Revision, Score, ScoreDraft

from .filing import Link, Paper
from .story import Round, Track

Frozen = list[tuple[SubmissionItem, tuple[Paper, Link]]]
"""The evidence of a round in its order, with what it was made from."""

# What an assessor says of a mistake; the others pass unnoticed.
_FINDINGS: dict[str, tuple[str, str]] = {
    "last_year": ("outdated", "Sampul tahun ini, isi dan tanggal tahun lalu."),
    "unsigned": ("unsigned", "Tempat tanda tangan masih kosong."),
    "wrong_unit": ("wrong_unit", "Isi dokumen menyebut unit lain."),
    "low_resolution": ("unreadable", "Tangkapan terlalu kecil untuk dibaca."),
}


@dataclass
class Rows:
    """Rows gathered for all items, written at the end."""

    reviews: list[LinkReview] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    drafts: list[ScoreDraft] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    decisions: list[tuple[Track, Decision]] = field(default_factory=list)


def finding(paper: Paper, round_: Round) -> tuple[str, str] | None:
    """Return reason and words for the mistake that an evidence had in a round."""
    return _FINDINGS.get(paper.fault_of(paper.version_at(round_.submitted)))


def review(
    track: Track,
    item: SubmissionItem,
    when: dt.datetime,
    found: tuple[str, str] | None,
) -> LinkReview:
    """Return the review of one evidence; without a finding it fits."""
    reason, note = found or ("", "")
    result = LinkReview.Result.DOES_NOT_FIT if found else LinkReview.Result.FITS
    return LinkReview(
        item=item,
        user=track.place.reviewer,
        result=result,
        reason_code=reason,
        note=note,
        page=1 if found else None,
        at=when,
    )


def review_all(
    track: Track, round_: Round, frozen: Frozen, end: dt.datetime, rows: Rows
) -> list[LinkReview]:
    """Review every evidence of a round; return what was found.

    Where the value is above zero at least one does: a value rests on something.
    """
    made = [
        review(
            track,
            item,
            end - dt.timedelta(minutes=4 * (len(frozen) - place)),
            finding(paper, round_),
        )
        for place, (item, (paper, _link)) in enumerate(frozen)
    ]
    if made and not n_fitting(made):
        made[0].result, made[0].reason_code = LinkReview.Result.FITS, ""
        made[0].note, made[0].page = "Cukup untuk tingkat jawaban ini.", None
    rows.reviews += made
    return made


def n_fitting(made: Sequence[LinkReview]) -> int:
    """Return how many of them fit."""
    return sum(review.result == LinkReview.Result.FITS for review in made)
