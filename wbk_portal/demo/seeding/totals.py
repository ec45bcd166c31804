"""Counts on the assessments, the readiness rows, and how they came to be day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from indicators.models import Assessment, ReadinessDay, State
from indicators.services.readiness import basis_of, refresh_many
from indicators.services.readiness.facts import Basis, figures_of
from wbk_portal.demo.profiles import OPEN_YEAR

from .story import Round, Track
from .submissions import Used

# Days before the last one on which the trend has a point, beside the last itself.
_BACK = (63, 49, 42, 35, 28, 23, 18, 13, 9, 6, 4, 2, 1)

_MONTH = dt.timedelta(days=30)

_COLUMNS = (
    "state",
    "version",
    "changed_at",
    "changed_by",
    "self_option",
    "self_numerator",
    "self_denominator",
    "self_na",
    "na_reason",
    "narrative",
    "n_links",
    "n_accepted",
    "n_stale",
    "n_rejected_files",
    "next_expiry",
    "current_round",
    "revision_due",
    "revision_overdue",
    "decision",
    "agreed_option",
    "agreed_numerator",
    "agreed_denominator",
    "agreed_na",
    "agreed_nano",
    "released_at",
)


def count_links(track: Track, used: Used, today: dt.date) -> None:
    """Set the counts as `evidence.services.links.recount` would."""
    row = track.assessment
    row.n_links = row.n_stale = 0
    expiries: list[dt.date] = []
    for paper, link in used.get(track, []):
        if paper.withdrawn is not None or paper.discarded is not None:
            continue
        latest = paper.latest
        row.n_stale += link.seen[-1][1] is not latest
        valid_until = latest.stored.valid_until
        if valid_until is None or valid_until >= today:
            row.n_links += 1
            if valid_until is not None:
                expiries.append(valid_until)
    row.next_expiry = min(expiries, default=None)
    if row.state == State.EMPTY and (row.n_links or row.n_stale):
        row.state = State.DRAFT


def write_assessments(tracks: Sequence[Track]) -> None:
    """Write all columns of all items; a statement for some dozen rows.

    An upsert: one UPDATE of so many columns and rows would be a long list of cases.
    Without their keys, so that a row meets one conflict only.
    """
    Assessment.objects.bulk_create(
        [
            Assessment(
                work_unit_id=track.assessment.work_unit_id,
                item_id=track.assessment.item_id,
                period_id=track.assessment.period_id,
                **{name: getattr(track.assessment, name) for name in _COLUMNS},
            )
            for track in tracks
        ],
        update_conflicts=True,
        unique_fields=["work_unit", "item", "period"],
        update_fields=_COLUMNS,
    )


def write_rows(tracks: Sequence[Track]) -> None:
    """Rewrite the readiness rows of all units as of now."""
    if tracks:
        refresh_many(
            work_unit_ids={track.assessment.work_unit_id for track in tracks},
            period_id=tracks[0].period.pk,
        )


def write_trend(tracks: Sequence[Track], used: Used, last: dt.date) -> int:
    """Write how the points stood on days before `last`; return how many rows.

    Days on which nothing had moved are left out, as the service leaves them out.
    """
    if not tracks:
        return 0
    basis = basis_of(tracks[0].period.pk)
    by_unit: dict[int, list[Track]] = {}
    for track in tracks:
        by_unit.setdefault(track.assessment.work_unit_id, []).append(track)
    rows = [row for mine in by_unit.values() for row in _days(basis, mine, used, last)]
    ReadinessDay.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _days(
    basis: Basis, tracks: Sequence[Track], used: Used, last: dt.date
) -> Iterator[ReadinessDay]:
    opened = tracks[0].period.opened_at
    first = timezone.localdate(opened) if opened else dt.date.min
    before: tuple[int, ...] = ()
    begun = min(filter(None, (track.first_act for track in tracks)), default=None)
    for back in _BACK if tracks[0].period.year >= OPEN_YEAR else _BACK[::2]:
        day = last - dt.timedelta(days=back)
        # A month before the first submission nobody had filed anything.
        if day <= first or begun is None or day < begun.date() - _MONTH:
            continue
        end = dt.datetime.combine(
            day + dt.timedelta(days=1), dt.time(), tzinfo=tracks[0].zone
        )
        figures = figures_of(basis, [_then(track, used, end) for track in tracks])
        values = (
            figures.lke.certain,
            figures.lke.possible,
            figures.n_filled,
            figures.n_submitted,
            figures.n_accepted,
        )
        if values != before and any(values[2:]):
            before = values
            yield ReadinessDay(
                work_unit_id=tracks[0].assessment.work_unit_id,
                period=tracks[0].period,
                day=day,
                nano_certain=values[0],
                nano_possible=values[1],
                n_filled=values[2],
                n_submitted=values[3],
                n_accepted=values[4],
            )


def _then(track: Track, used: Used, when: dt.datetime) -> Assessment:
    """Return the item as it stood at a moment; never saved."""
    now = track.assessment
    links = [
        link
        for paper, link in used.get(track, [])
        if link.at <= when and paper.usable_at(when)
    ]
    is_answered = track.answered is not None and track.answered <= when
    round_ = _round_at(track, when)
    row = Assessment(
        work_unit_id=now.work_unit_id,
        item_id=now.item_id,
        period_id=now.period_id,
        state=_state_at(round_, when, bool(links) or is_answered),
        n_links=len(links),
    )
    if is_answered:
        row.self_option_id = now.self_option_id
        row.self_numerator = now.self_numerator
        row.self_denominator = now.self_denominator
        row.self_na = now.self_na
    if round_ is not None and round_.scored is not None and round_.scored <= when:
        row.decision_id = now.decision_id
        is_old = round_.corrected is not None and round_.corrected > when
        given = track.scored_option if is_old else now.agreed_option
        row.agreed_option_id = given.pk if given else None
        row.agreed_numerator = now.agreed_numerator
        row.agreed_denominator = now.agreed_denominator
        row.agreed_na = now.agreed_na
        row.n_accepted = now.n_accepted
        row.released_at = round_.scored
    return row


def _round_at(track: Track, when: dt.datetime) -> Round | None:
    begun = [round_ for round_ in track.rounds if round_.submitted <= when]
    if not begun:
        return None
    last = begun[-1]
    back = last.returned[0] if last.returned else last.withdrawn
    return None if back is not None and back <= when else last


def _state_at(round_: Round | None, when: dt.datetime, is_begun: bool) -> str:
    if round_ is None:
        return State.DRAFT if is_begun else State.EMPTY
    steps = (
        (round_.final, State.FINAL),
        (round_.scored, State.SCORED),
        (round_.overdue, State.UNDER_REVIEW),
        (round_.asked, State.NEEDS_REVISION),
        (round_.started, State.UNDER_REVIEW),
        (round_.approved, State.SUBMITTED),
    )
    for moment, state in steps:
        if moment is not None and moment <= when:
            return state
    return State.AWAITING_APPROVAL
