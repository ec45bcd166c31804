"""What the evidence app tells about an assessment's links."""

from __future__ import annotations

import datetime as dt

from indicators.models import Assessment, State

from .base import sum_up


def update(
    *,
    assessment: Assessment,
    n_links: int,
    n_stale: int,
    n_rejected_files: int,
    next_expiry: dt.date | None,
) -> None:
    """Store the counts, in the transaction of the change.

    A first link makes an empty item a draft; the last one gone from an item without
    answer or explanation makes it empty again. The version of the answer does not
    move: linking a file is no reason to refuse a colleague's text.

    Args:
        assessment: Locked by the caller.
        n_links: Links whose evidence has a usable file and is not expired.
        n_stale: Links whose evidence has a newer version than the one looked at.
        n_rejected_files: Files rejected after acceptance in the latest versions.
        next_expiry: The next day after which a linked evidence is no longer valid.
    """
    assessment.n_links = n_links
    assessment.n_stale = n_stale
    assessment.n_rejected_files = n_rejected_files
    assessment.next_expiry = next_expiry
    written = bool(assessment.narrative or assessment.has_self_answer)
    linked = bool(n_links or n_stale)
    if assessment.state == State.EMPTY and linked:
        assessment.state = State.DRAFT
    elif assessment.state == State.DRAFT and not written and not linked:
        assessment.state = State.EMPTY
    assessment.save(
        update_fields=[
            "n_links",
            "n_stale",
            "n_rejected_files",
            "next_expiry",
            "state",
        ]
    )
    sum_up(assessment)
