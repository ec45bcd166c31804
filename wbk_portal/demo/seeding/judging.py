"""Writing what the assessors found: reviews of evidence, values, requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from evidence.models import LinkReview, SubmissionItem
from evidence.services.reviews import as_found
from indicators.models import (
    Decision,
    Revision,
    Score,
    ScoreDraft,
    State,
)
from indicators.services.base import desk_url, item_url

from .journal import Journal
from .reviewing import Frozen, Rows, finding, review
from .story import Round, Track
from .submissions import ANSWER, Used, frozen_links, log
from .values import put, score, tell_decision


def write_judgements(
    tracks: Sequence[Track], used: Used, journal: Journal, today: dt.date
) -> None:
    """Write reviews, requests, values and decisions of all items.

    Sets the decided values on the assessments, which are written later.
    """
    items = _items_by_round(tracks)
    rows = Rows()
    for track in tracks:
        for round_ in track.rounds:
            if round_.started is None:
                continue
            reviewer = track.place.reviewer
            log(track, journal, round_.started, reviewer, "review.started")
            frozen = list(
                zip(
                    items.get(round_.frozen.pk, []),
                    frozen_links(track, round_, used),
                    strict=True,
                )
            )
            if round_.asked is not None:
                _ask(track, round_, frozen, rows, journal)
            if round_.scored is not None:
                score(track, round_, frozen, rows, journal)
            elif round_ is track.current and track.state == State.UNDER_REVIEW:
                _begin(track, round_, frozen, rows, today)
    LinkReview.objects.bulk_create(rows.reviews)
    Score.objects.bulk_create(rows.scores)
    ScoreDraft.objects.bulk_create(rows.drafts)
    Revision.objects.bulk_create(rows.revisions)
    Decision.objects.bulk_create(decision for _track, decision in rows.decisions)
    for track, decision in rows.decisions:
        put(track, decision)
    for revision in rows.revisions:
        if revision.sent_at is not None:
            _tell_revision(revision, journal)
    for track, decision in rows.decisions:
        tell_decision(track, decision, journal)


def _items_by_round(tracks: Sequence[Track]) -> dict[int, list[SubmissionItem]]:
    ids = {track.assessment.period_id for track in tracks}
    found: dict[int, list[SubmissionItem]] = {}
    rows = SubmissionItem.objects.filter(round__assessment__period__in=ids)
    for item in rows.order_by("round_id", "position"):
        found.setdefault(item.round_id, []).append(item)
    return found


# --- A look half taken ----------------------------------------------------------------
def _begin(
    track: Track, round_: Round, frozen: Frozen, rows: Rows, today: dt.date
) -> None:
    """Leave an item half looked at, with what the assessor has typed so far."""
    begun = max(filter(None, (round_.started, round_.overdue)))
    half = frozen[: (len(frozen) + 1) // 2]
    rows.reviews += [
        review(
            track,
            item,
            begun + dt.timedelta(minutes=5 * place),
            finding(paper, round_),
        )
        for place, (item, (paper, _link)) in enumerate(half, 1)
        if round_.overdue is None
    ]
    option = track.own_option
    rows.drafts.append(
        ScoreDraft(
            round=round_.frozen,
            user=track.place.reviewer,
            saved_at=begun + dt.timedelta(minutes=40),
            data={
                "option": str(option.pk) if option else "",
                "numerator": track.plan.counts[0] if track.plan.counts else None,
                "denominator": track.plan.counts[1] if track.plan.counts else None,
                "note": "Masih memeriksa kesesuaian lampiran dengan jawaban unit.",
                "recommendation": "",
            },
        )
    )
    if round_.overdue is None and frozen:
        rows.revisions.append(
            Revision(
                round=round_.frozen,
                user=track.place.reviewer,
                reason_code=Revision.Reason.INCOMPLETE,
                text="Mohon lengkapi lampiran yang disebut dalam penjelasan.",
                about_key=frozen[-1][0].key,
                page=1,
                due=today + dt.timedelta(days=7),
                created_at=begun + dt.timedelta(minutes=45),
            )
        )


# --- Requests ------------------------------------------------------------------------
def _ask(
    track: Track, round_: Round, frozen: Frozen, rows: Rows, journal: Journal
) -> None:
    """Ask for mending: of the evidence with that mistake, or of the whole item.

    The words of a request name a document; so it is never about another one.
    """
    planned, asked, due = round_.revision, round_.asked, round_.due
    if planned is None or asked is None or due is None:
        return
    found = [(item, finding(paper, round_)) for item, (paper, _link) in frozen]
    about = next(
        (item for item, mark in found if mark and mark[0] == planned.reason), None
    )
    marks = [
        review(
            track,
            item,
            asked - dt.timedelta(minutes=3 * (len(frozen) - place)),
            mark,
        )
        for place, (item, mark) in enumerate(found)
    ]
    rows.reviews += marks
    later = track.rounds[track.rounds.index(round_) + 1 :]
    rows.revisions.append(
        Revision(
            round=round_.frozen,
            user=track.place.reviewer,
            reason_code=planned.reason,
            text=planned.text,
            about_key=about.key if about else "",
            page=1 if about else None,
            due=due,
            created_at=asked - dt.timedelta(minutes=2),
            sent_at=asked,
            answered_by=later[0].frozen if later else None,
            response=ANSWER if later else "",
        )
    )
    request = {"reason": planned.reason, "text": planned.text, "due": due.isoformat()}
    log(
        track,
        journal,
        asked,
        track.place.reviewer,
        "revision.sent",
        {"requests": [request], "findings": [as_found(mark) for mark in marks]},
    )
    if round_.overdue is not None:
        payload: dict[str, object] = {"due": due.isoformat()}
        log(track, journal, round_.overdue, None, "revision.overdue", payload)
        journal.tell(
            round_.overdue,
            [track.place.reviewer],
            "revision.overdue",
            f"assessment:{track.assessment.pk}:{due.isoformat()}",
            desk_url(track.assessment),
            {"item": str(track.item), "unit": track.place.unit.name},
        )
    if later:
        journal.tell(
            later[0].submitted,
            [track.place.reviewer],
            "revision.answered",
            f"round:{later[0].frozen.pk}",
            desk_url(track.assessment),
            {"item": str(track.item), "unit": track.place.unit.name},
        )


def _tell_revision(revision: Revision, journal: Journal) -> None:
    assessment = revision.round.assessment
    if revision.sent_at is None:
        return
    journal.tell(
        revision.sent_at,
        [revision.round.by],
        "revision.sent",
        f"revision:{revision.pk}",
        item_url(assessment),
        {"item": str(assessment.item), "due": revision.due.isoformat()},
    )
