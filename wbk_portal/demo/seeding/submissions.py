"""Writing what units submitted and their heads approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from evidence.models import Evidence, EvidenceLink, SubmissionItem
from evidence.services.manifest import manifest_of
from indicators.models import (
    Approval,
    AssessmentPeriod,
    Receipt,
    SubmissionRound,
)
from indicators.services.base import desk_url, item_url
from wbk_portal.accounts.models import Role, User

from .filing import Link, Paper
from .journal import Journal
from .story import Round, Track

ANSWER = "Sudah kami perbaiki dan unggah versi baru."
"""What units reply to a request for revision."""

Used = dict[Track, list[tuple[Paper, Link]]]
"""What is linked to each item, in the order of linking."""


def links_by_track(papers: Sequence[Paper]) -> Used:
    """Return papers and links by item."""
    found: Used = {}
    for paper in papers:
        for link in paper.links:
            found.setdefault(link.track, []).append((paper, link))
    for pairs in found.values():
        pairs.sort(key=lambda pair: (pair[1].at, pair[1].row.pk if pair[1].row else 0))
    return found


def write_answers(tracks: Sequence[Track], journal: Journal) -> None:
    """Put the unit's answers on the assessments (not yet written) and log them."""
    for track in tracks:
        if track.answered is None:
            continue
        plan, row = track.plan, track.assessment
        row.self_option = track.own_option
        if plan.counts is not None:
            row.self_numerator, row.self_denominator = plan.counts
        row.self_na = bool(plan.not_applicable)
        row.na_reason = plan.not_applicable
        row.narrative = plan.explanation
        row.version = 2
        row.changed_at, row.changed_by = track.answered, track.place.operator
        journal.act(
            track.answered,
            track.place.operator,
            "answer.saved",
            ("assessment", row.pk),
            track.place.unit.key,
            {
                "option": plan.option,
                "numerator": row.self_numerator,
                "denominator": row.self_denominator,
                "not_applicable": row.self_na,
                "narrative": row.narrative,
            },
        )


def write_rounds(tracks: Sequence[Track], used: Used, journal: Journal) -> None:
    """Write receipts, frozen rounds with their evidence, and approvals."""
    # Hashes name the stored files: read them once, for all versions.
    stored = {
        version.stored
        for pairs in used.values()
        for paper, _link in pairs
        for version in paper.versions
    }
    prefetch_related_objects(list(stored), "files__blob")
    acts = [(track, round_) for track in tracks for round_ in track.rounds]
    acts.sort(key=lambda pair: pair[1].submitted)
    receipts = _receipts(acts)
    for track, round_ in acts:
        round_.row = _freeze(track, round_, receipts[_act_of(track, round_)], used)
    SubmissionRound.objects.bulk_create(round_.frozen for _track, round_ in acts)
    SubmissionItem.objects.bulk_create(
        SubmissionItem(
            round=round_.frozen,
            evidence=paper.stored,
            version=paper.version_at(round_.submitted).stored,
            position=position,
            pages=link.pages,
        )
        for track, round_ in acts
        for position, (paper, link) in enumerate(frozen_links(track, round_, used), 1)
    )
    _log_submissions(acts, journal)
    _approve(acts, journal)


def frozen_links(track: Track, round_: Round, used: Used) -> list[tuple[Paper, Link]]:
    """Return what stood with an item when it was submitted."""
    return [
        (paper, link)
        for paper, link in used.get(track, [])
        if link.at <= round_.submitted and paper.usable_at(round_.submitted)
    ]


def _act_of(track: Track, round_: Round) -> tuple[str, dt.datetime]:
    return track.place.demo.code, round_.submitted


def _receipts(
    acts: Sequence[tuple[Track, Round]],
) -> dict[tuple[str, dt.datetime], Receipt]:
    """Write one receipt for each act of submitting, numbered in the order of time."""
    found: dict[tuple[str, dt.datetime], Receipt] = {}
    for track, round_ in acts:
        key = _act_of(track, round_)
        if key not in found:
            period = track.period
            period.last_receipt += 1
            found[key] = Receipt(
                number=f"PJ-{period.slug}-{period.last_receipt:04d}",
                work_unit=track.place.unit,
                period=period,
                by=track.place.operator,
                at=round_.submitted,
            )
    Receipt.objects.bulk_create(found.values())
    for period in {track.period.pk: track.period for track, _round in acts}.values():
        AssessmentPeriod.objects.filter(pk=period.pk).update(
            last_receipt=period.last_receipt
        )
    return found


def _freeze(
    track: Track, round_: Round, receipt: Receipt, used: Used
) -> SubmissionRound:
    row, index = track.assessment, track.rounds.index(round_)
    answers = index > 0 and track.rounds[index - 1].asked is not None
    # The service hashes the latest version; here it is the one of that moment.
    then = [
        EvidenceLink(
            evidence=Evidence(
                pk=paper.stored.pk, latest=paper.version_at(round_.submitted).stored
            ),
            assessment=row,
            pages=link.pages,
        )
        for paper, link in frozen_links(track, round_, used)
    ]
    return SubmissionRound(
        assessment=row,
        number=index + 1,
        receipt=receipt,
        by=track.place.operator,
        at=round_.submitted,
        manifest_sha256=manifest_of(row, then),
        self_option=row.self_option,
        self_numerator=row.self_numerator,
        self_denominator=row.self_denominator,
        self_na=row.self_na,
        na_reason=row.na_reason,
        narrative=row.narrative,
        response=ANSWER if answers else "",
    )


def _log_submissions(acts: Sequence[tuple[Track, Round]], journal: Journal) -> None:
    by_act: dict[Receipt, list[Track]] = {}
    for track, round_ in acts:
        frozen = round_.frozen
        by_act.setdefault(frozen.receipt, []).append(track)
        log(
            track,
            journal,
            round_.submitted,
            track.place.operator,
            "round.submitted",
            {
                "round": frozen.number,
                "receipt": frozen.receipt.number,
                "manifest_sha256": frozen.manifest_sha256,
            },
        )
        _log_return(track, round_, journal)
    for receipt, together in by_act.items():
        place, period = together[0].place, together[0].period
        journal.tell(
            receipt.at,
            [*place.heads, *place.deputies],
            "round.awaiting_approval",
            f"receipt:{receipt.pk}",
            f"/{period.slug}/unit/{place.unit.code}/persetujuan/",
            {"unit": place.unit.name, "count": len(together)},
        )


def _log_return(track: Track, round_: Round, journal: Journal) -> None:
    """Log that a round went back to the unit before anybody had looked at it."""
    number: dict[str, object] = {"round": round_.frozen.number}
    if round_.withdrawn is not None:
        log(
            track,
            journal,
            round_.withdrawn,
            track.place.operator,
            "round.withdrawn",
            number,
        )
    if round_.returned is not None:
        when, reason = round_.returned
        log(
            track,
            journal,
            when,
            track.place.head,
            "round.returned",
            {**number, "reason": reason},
        )
        journal.tell(
            when,
            [track.place.operator],
            "round.returned",
            f"round:{round_.frozen.pk}",
            item_url(track.assessment),
            {"item": str(track.item), "reason": reason},
        )


def _approve(acts: Sequence[tuple[Track, Round]], journal: Journal) -> None:
    """Write the heads' answers, and tell the assessors once per act."""
    rows: list[Approval] = []
    together: dict[tuple[str, dt.datetime], list[tuple[Track, Round]]] = {}
    for track, round_ in acts:
        head = track.place.head
        if round_.returned is not None:
            when, reason = round_.returned
            rows.append(_approval(round_, head, when, Approval.Result.RETURNED, reason))
        if round_.approved is None:
            continue
        when = round_.approved
        rows.append(_approval(round_, head, when, Approval.Result.APPROVED, ""))
        log(
            track,
            journal,
            when,
            head,
            "round.approved",
            {"round": round_.frozen.number},
        )
        together.setdefault((track.place.demo.code, when), []).append((track, round_))
    Approval.objects.bulk_create(rows)
    for (_code, when), pairs in together.items():
        _tell_assessor(when, pairs, journal)


def _approval(
    round_: Round, head: User, when: dt.datetime, result: str, reason: str
) -> Approval:
    return Approval(
        round=round_.frozen,
        by=head,
        at=when,
        result=result,
        reason=reason,
        title=str(Role.HEAD.label),
    )


def _tell_assessor(
    when: dt.datetime, pairs: Sequence[tuple[Track, Round]], journal: Journal
) -> None:
    first = pairs[0][0]
    keys = sorted(round_.frozen.pk for _track, round_ in pairs)
    journal.tell(
        when,
        [first.place.reviewer],
        "round.submitted",
        "rounds:" + "-".join(str(pk) for pk in keys[:20]),
        desk_url(first.assessment),
        {"unit": first.place.unit.name, "count": len(pairs)},
    )


def log(
    track: Track,
    journal: Journal,
    when: dt.datetime,
    actor: User | None,
    action: str,
    payload: dict[str, object] | None = None,
) -> None:
    """Log an act on an item."""
    journal.act(
        when,
        actor,
        action,
        ("assessment", track.assessment.pk),
        track.place.unit.key,
        payload,
    )


def settle(track: Track) -> None:
    """Set the columns of the assessment that follow from its rounds."""
    assessment, current = track.assessment, track.current
    assessment.state = track.state
    assessment.current_round = current.row if current else None
    for round_ in track.rounds:
        assessment.version += 1
        assessment.changed_at = round_.submitted
        assessment.changed_by = track.place.operator
        if round_.withdrawn is not None:
            assessment.version += 1
            assessment.changed_at = round_.withdrawn
        if round_.returned is not None:
            assessment.version += 1
            assessment.changed_at = round_.returned[0]
            assessment.changed_by = track.place.head
        if round_.approved is not None:
            assessment.changed_at = round_.approved
            assessment.changed_by = track.place.head
        if round_.asked is not None:
            assessment.version += 1
            assessment.revision_due = round_.due
        if round_.overdue is not None:
            assessment.version += 1
            assessment.revision_overdue = True
