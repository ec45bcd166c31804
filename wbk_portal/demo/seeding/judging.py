"""Writing what the assessors found: reviews of evidence, values, requests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from evidence.models import LinkReview, SubmissionItem
from indicators.models import (
    AssessmentPeriod,
    Decision,
    Option,
    Revision,
    Score,
    ScoreDraft,
    State,
)
from indicators.services.answer import CheckedAnswer, nano_of
from indicators.services.base import desk_url, item_url

from .filing import Link, Paper
from .journal import Journal
from .story import Round, Track
from .submissions import Used, frozen_links, log

# What an assessor says of a mistake; the others pass unnoticed.
_FINDINGS: dict[str, tuple[str, str]] = {
    "last_year": ("outdated", "Sampul tahun ini, isi dan tanggal tahun lalu."),
    "unsigned": ("unsigned", "Tempat tanda tangan masih kosong."),
    "wrong_unit": ("wrong_unit", "Isi dokumen menyebut unit lain."),
    "low_resolution": ("unreadable", "Tangkapan terlalu kecil untuk dibaca."),
}
_ANSWER = "Sudah kami perbaiki dan unggah versi baru."
_REASON_ACCEPTED = "Alasan unit dapat diterima."
_CORRECTION = (
    "Bukti yang semula terlewat sudah diperiksa; nilai disesuaikan dengan rubrik."
)


@dataclass
class _Rows:
    """Rows gathered for all items, written at the end."""

    reviews: list[LinkReview] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    drafts: list[ScoreDraft] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    decisions: list[tuple[Track, Decision]] = field(default_factory=list)


def write_judgements(
    tracks: Sequence[Track], used: Used, journal: Journal, today: dt.date
) -> None:
    """Write reviews, requests, values and decisions of all items.

    Sets the decided values on the assessments, which are written later.
    """
    items = _items_by_round(tracks)
    rows = _Rows()
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
                _score(track, round_, frozen, rows, journal)
            elif round_ is track.current and track.state == State.UNDER_REVIEW:
                _begin(track, round_, frozen, rows, today)
    LinkReview.objects.bulk_create(rows.reviews)
    Score.objects.bulk_create(rows.scores)
    ScoreDraft.objects.bulk_create(rows.drafts)
    Revision.objects.bulk_create(rows.revisions)
    Decision.objects.bulk_create(decision for _track, decision in rows.decisions)
    for track, decision in rows.decisions:
        _put(track, decision)
    for revision in rows.revisions:
        if revision.sent_at is not None:
            _tell_revision(revision, journal)
    for track, decision in rows.decisions:
        _tell_decision(track, decision, journal)


_Frozen = list[tuple[SubmissionItem, tuple[Paper, Link]]]


def _items_by_round(tracks: Sequence[Track]) -> dict[int, list[SubmissionItem]]:
    ids = {track.assessment.period_id for track in tracks}
    found: dict[int, list[SubmissionItem]] = {}
    rows = SubmissionItem.objects.filter(round__assessment__period__in=ids)
    for item in rows.order_by("round_id", "position"):
        found.setdefault(item.round_id, []).append(item)
    return found


# --- Findings ------------------------------------------------------------------------
def _finding(paper: Paper, round_: Round) -> tuple[str, str] | None:
    return _FINDINGS.get(paper.fault_of(paper.version_at(round_.submitted)))


def _review(
    track: Track,
    item: SubmissionItem,
    when: dt.datetime,
    finding: tuple[str, str] | None,
) -> LinkReview:
    reason, note = finding or ("", "")
    result = LinkReview.Result.DOES_NOT_FIT if finding else LinkReview.Result.FITS
    return LinkReview(
        item=item,
        user=track.place.reviewer,
        result=result,
        reason_code=reason,
        note=note,
        page=1 if finding else None,
        at=when,
    )


def _review_all(
    track: Track, round_: Round, frozen: _Frozen, end: dt.datetime, rows: _Rows
) -> int:
    """Review every evidence of a round; return how many fit.

    Where the value is above zero at least one does: a value rests on something.
    """
    made = [
        _review(
            track,
            item,
            end - dt.timedelta(minutes=4 * (len(frozen) - place)),
            _finding(paper, round_),
        )
        for place, (item, (paper, _link)) in enumerate(frozen)
    ]
    fits = [r for r in made if r.result == LinkReview.Result.FITS]
    if made and not fits:
        made[0].result, made[0].reason_code = LinkReview.Result.FITS, ""
        made[0].note, made[0].page = "Cukup untuk tingkat jawaban ini.", None
        fits = made[:1]
    rows.reviews += made
    return len(fits)


def _begin(
    track: Track, round_: Round, frozen: _Frozen, rows: _Rows, today: dt.date
) -> None:
    """Leave an item half looked at, with what the assessor has typed so far."""
    begun = max(filter(None, (round_.started, round_.overdue)))
    half = frozen[: (len(frozen) + 1) // 2]
    rows.reviews += [
        _review(
            track,
            item,
            begun + dt.timedelta(minutes=5 * place),
            _finding(paper, round_),
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
                "option_id": option.pk if option else None,
                "numerator": track.plan.counts[0] if track.plan.counts else None,
                "denominator": track.plan.counts[1] if track.plan.counts else None,
                "not_applicable": False,
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
    track: Track, round_: Round, frozen: _Frozen, rows: _Rows, journal: Journal
) -> None:
    """Ask for mending, of the evidence with a mistake where there is one."""
    planned, asked, due = round_.revision, round_.asked, round_.due
    if planned is None or asked is None or due is None:
        return
    about = next(
        (item for item, (paper, _) in frozen if _finding(paper, round_)),
        frozen[0][0] if frozen else None,
    )
    rows.reviews += [
        _review(
            track,
            item,
            asked - dt.timedelta(minutes=3 * (len(frozen) - place)),
            _finding(paper, round_),
        )
        for place, (item, (paper, _link)) in enumerate(frozen)
    ]
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
            response=_ANSWER if later else "",
        )
    )
    request = {"reason": planned.reason, "text": planned.text, "due": due.isoformat()}
    log(
        track,
        journal,
        asked,
        track.place.reviewer,
        "revision.sent",
        {"requests": [request]},
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


# --- Values --------------------------------------------------------------------------
def _score(
    track: Track, round_: Round, frozen: _Frozen, rows: _Rows, journal: Journal
) -> None:
    """Give the value; with one assessor it is agreed and, by rule, released at once."""
    when, plan = round_.scored, track.plan
    if when is None:
        return
    n_accepted = _review_all(track, round_, frozen, when, rows)
    agreed = _checked(track, track.agreed_option)
    given = agreed
    if round_.corrected is not None and track.scored_option is not None:
        given = _checked(track, track.scored_option)
    note = plan.note or (_REASON_ACCEPTED if plan.not_applicable else "")
    period = track.period
    score = Score(
        round=round_.frozen,
        user=track.place.reviewer,
        option=given.option,
        numerator=given.numerator,
        denominator=given.denominator,
        is_na=given.not_applicable,
        nano=nano_of(given, period),
        note=note,
        recommendation=plan.recommendation,
        at=when,
    )
    rows.scores.append(score)
    rows.decisions.append((track, _decision(track, round_, score, n_accepted)))
    log(
        track,
        journal,
        when,
        track.place.reviewer,
        "score.submitted",
        {
            **given.as_payload(),
            "round": round_.frozen.number,
            "note": note,
            "recommendation": plan.recommendation,
        },
    )
    released = {
        "option": given.option.code if given.option else None,
        "numerator": given.numerator,
        "denominator": given.denominator,
        "not_applicable": given.not_applicable,
    }
    log(track, journal, when, track.place.reviewer, "value.released", {**released})
    if given is not agreed and round_.corrected is not None:
        correction = _correction(track, round_, score, agreed, n_accepted)
        rows.decisions.append((track, correction))
        log(
            track,
            journal,
            round_.corrected,
            track.place.reviewer,
            "value.corrected",
            {**agreed.as_payload(), "before": released, "reason": _CORRECTION},
        )
    if round_.final is not None:
        log(track, journal, round_.final, track.place.chief, "value.finalised")


def _checked(track: Track, option: Option | None) -> CheckedAnswer:
    if track.plan.not_applicable:
        return CheckedAnswer(not_applicable=True, na_reason=track.plan.not_applicable)
    if track.plan.agreed_counts is not None:
        numerator, denominator = track.plan.agreed_counts
        return CheckedAnswer(numerator=numerator, denominator=denominator)
    return CheckedAnswer(option=option)


def _decision(track: Track, round_: Round, score: Score, n_accepted: int) -> Decision:
    # With AssessmentPeriod.Release.IMMEDIATE the unit sees it as it is given.
    is_seen = track.period.release == AssessmentPeriod.Release.IMMEDIATE
    return Decision(
        assessment=track.assessment,
        round=round_.frozen,
        kind=Decision.Kind.AGREE,
        option=score.option,
        numerator=score.numerator,
        denominator=score.denominator,
        is_na=score.is_na,
        nano=score.nano,
        n_accepted=n_accepted,
        note=score.note,
        recommendation=score.recommendation,
        by=score.user,
        at=score.at,
        released_at=score.at if is_seen else None,
    )


def _correction(
    track: Track,
    round_: Round,
    score: Score,
    agreed: CheckedAnswer,
    n_accepted: int,
) -> Decision:
    when = round_.corrected
    if when is None:
        raise ValueError("nothing was corrected")
    return Decision(
        assessment=track.assessment,
        round=round_.frozen,
        kind=Decision.Kind.CORRECTION,
        option=agreed.option,
        numerator=agreed.numerator,
        denominator=agreed.denominator,
        is_na=agreed.not_applicable,
        nano=nano_of(agreed, track.period),
        n_accepted=n_accepted,
        note=score.note,
        recommendation=score.recommendation,
        reason=_CORRECTION,
        by=score.user,
        at=when,
        released_at=when,
    )


def _put(track: Track, decision: Decision) -> None:
    """Make it the agreed value, as `scoring.put_decision` does; later ones win."""
    row = track.assessment
    row.decision = decision
    row.agreed_option = decision.option
    row.agreed_numerator = decision.numerator
    row.agreed_denominator = decision.denominator
    row.agreed_na = decision.is_na
    row.agreed_nano = decision.nano
    row.n_accepted = decision.n_accepted
    row.released_at = decision.released_at


def _tell_decision(track: Track, decision: Decision, journal: Journal) -> None:
    place = track.place
    is_correction = decision.kind == Decision.Kind.CORRECTION
    params = {"item": str(track.item)}
    if is_correction:
        params["reason"] = decision.reason
    journal.tell(
        decision.at,
        [*place.operators, *(place.heads if is_correction else [])],
        "value.corrected" if is_correction else "value.released",
        f"decision:{decision.pk}",
        item_url(track.assessment),
        params,
    )
