"""Values: given, agreed, seen by the unit, sometimes corrected."""

from __future__ import annotations

from evidence.services.reviews import as_found
from indicators.models import AssessmentPeriod, Decision, Option, Score
from indicators.services.answer import CheckedAnswer, nano_of
from indicators.services.base import item_url

from .journal import Journal
from .reviewing import Frozen, Rows, n_fitting, review_all
from .story import Round, Track
from .submissions import log

_REASON_ACCEPTED = "Alasan unit dapat diterima."
_CORRECTION = (
    "Bukti yang semula terlewat sudah diperiksa; nilai disesuaikan dengan rubrik."
)


def score(
    track: Track, round_: Round, frozen: Frozen, rows: Rows, journal: Journal
) -> None:
    """Give the value; with one assessor it is agreed and, by rule, released at once."""
    when, plan = round_.scored, track.plan
    if when is None:
        return
    findings = review_all(track, round_, frozen, when, rows)
    n_accepted = n_fitting(findings)
    agreed = _checked(track, track.agreed_option)
    given = agreed
    if round_.corrected is not None and track.scored_option is not None:
        given = _checked(track, track.scored_option)
    note = plan.note or (_REASON_ACCEPTED if plan.not_applicable else "")
    period = track.period
    given_score = Score(
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
    rows.scores.append(given_score)
    rows.decisions.append((track, _decision(track, round_, given_score, n_accepted)))
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
            "findings": [as_found(finding) for finding in findings],
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
        correction = _correction(track, round_, given_score, agreed, n_accepted)
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


def put(track: Track, decision: Decision) -> None:
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


def tell_decision(track: Track, decision: Decision, journal: Journal) -> None:
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
