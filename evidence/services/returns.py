"""What came back to the unit and stands as it was; what a new round answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evidence.models import EvidenceLink, SubmissionItem
from evidence.returns import Answered, Request, Returned
from indicators.models import (
    Approval,
    Assessment,
    Revision,
    State,
    SubmissionRound,
)

from .manifest import Entry, entries_by_assessment, entries_of, hash_of

WITH_UNIT = frozenset({State.DRAFT, State.NEEDS_REVISION})
"""States in which the unit can submit, for the first time or again."""


def returned_of(
    assessments: Iterable[Assessment],
    links: Mapping[int, Sequence[EvidenceLink]] | None = None,
) -> dict[int, Returned]:
    """Return what was sent back and lies with the unit, by assessment.

    At most two queries, whatever the number of items: their rounds, and the evidence
    of those that came back.

    Args:
        assessments: With item, unit and period; others than those that lie with the
            unit are passed over.
        links: As `usable_links` returns them, when they are at hand.
    """
    here = {a.pk: a for a in assessments if a.state in WITH_UNIT}
    rounds = _rounds_of(here) if here else {}
    back = {pk: found for pk, found in rounds.items() if _came_back(here[pk], found)}
    if not back:
        return {}
    if links is None:
        entries = entries_by_assessment(list(back))
    else:
        entries = {pk: entries_of(links.get(pk, ())) for pk in back}
    return {pk: _returned(here[pk], found, entries[pk]) for pk, found in back.items()}


def answered_by(rounds: Sequence[SubmissionRound]) -> dict[int, Answered]:
    """Return what rounds answer, by round; those that answer nothing are not named.

    At most three queries, whatever the number of rounds.
    """
    again = {one.pk: one for one in rounds if one.number > 1}
    if not again:
        return {}
    earlier = _rounds_of(one.assessment_id for one in again.values())
    requests = _requests_of(again)
    found = {}
    for frozen in again.values():
        asked = requests.get(frozen.pk, [])
        about = [request.revision.round_id for request in asked]
        before = [r for r in earlier[frozen.assessment_id] if r.number < frozen.number]
        since = max((r.number for r in before if r.pk in about), default=0)
        by_head = sent_back([r for r in before if r.number > since])
        if not asked and by_head is None:
            continue
        hashes = {r.manifest_sha256 for r in before if r.pk in about or r is by_head}
        found[frozen.pk] = Answered(
            requests=asked,
            approval=by_head.approval if by_head is not None else None,
            is_unchanged=frozen.manifest_sha256 in hashes,
        )
    return found


def _requests_of(round_ids: Iterable[int]) -> dict[int, list[Request]]:
    """Return the requests that rounds answer, by the answering round."""
    rows = list(
        Revision.objects.filter(answered_by__in=list(round_ids))
        .select_related("user")
        .order_by("sent_at", "pk")
    )
    concerned = [row.round_id for row in rows if row.about_key]
    items = (
        SubmissionItem.objects.filter(round__in=concerned).select_related("evidence")
        if concerned
        else ()
    )
    about = {item.key: item for item in items}
    found: dict[int, list[Request]] = {}
    for row in rows:
        if row.answered_by_id is not None:
            request = Request(row, about.get(row.about_key))
            found.setdefault(row.answered_by_id, []).append(request)
    return found


def _rounds_of(keys: Iterable[int]) -> dict[int, list[SubmissionRound]]:
    """Return the rounds of assessments in their order, each with the head's answer."""
    rows = (
        SubmissionRound.objects.filter(assessment__in=list(keys))
        .select_related("approval__by")
        .defer("narrative", "na_reason")
        .order_by("number")
    )
    found: dict[int, list[SubmissionRound]] = {}
    for row in rows:
        found.setdefault(row.assessment_id, []).append(row)
    return found


def sent_back(rounds: Sequence[SubmissionRound]) -> SubmissionRound | None:
    """Return the round that the head returned, if that is the head's last word.

    A round that the unit took back before the head had seen it answers nothing.

    Args:
        rounds: Of one assessment, in their order, each with its approval.
    """
    spoken = [one for one in rounds if getattr(one, "approval", None) is not None]
    last = spoken[-1] if spoken else None
    if last is not None and last.approval.result == Approval.Result.RETURNED:
        return last
    return None


def _came_back(assessment: Assessment, rounds: Sequence[SubmissionRound]) -> bool:
    return assessment.state == State.NEEDS_REVISION or sent_back(rounds) is not None


def _returned(
    assessment: Assessment,
    rounds: Sequence[SubmissionRound],
    entries: Sequence[Entry],
) -> Returned:
    now = hash_of(assessment, entries)
    is_asked = assessment.state == State.NEEDS_REVISION
    asked = next(
        (r for r in rounds if is_asked and r.pk == assessment.current_round_id), None
    )
    # What the unit said after the request: a reply, taken back or sent back.
    later = [r for r in rounds if asked is None or r.number > asked.number]
    by_head = sent_back(later)
    return Returned(
        is_asked=is_asked,
        approval=by_head.approval if by_head is not None else None,
        same_as_asked=asked is not None and asked.manifest_sha256 == now,
        same_as_sent_back=by_head is not None and by_head.manifest_sha256 == now,
        kept_reply=later[-1].response if later else "",
    )
