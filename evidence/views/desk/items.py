"""The desk's list of items, and which of them comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.views.base import Place
from indicators.models import Assessment, State
from indicators.services.assignments import units_of
from wbk_portal.accounts.http import AuthenticatedRequest

from .access import desk_base
from .viewer import BY_ITEM

WAITING = (State.UNDER_REVIEW, State.SUBMITTED)
DONE = (State.SCORED, State.FINAL)


@dataclass(frozen=True)
class ListRow:
    """A line of the desk's list."""

    url: str
    label: str
    code: str
    state: str
    current: bool
    is_waiting: bool
    is_done: bool


@dataclass(frozen=True)
class ListCounts:
    """How far the items of a list are."""

    total: int
    done: int
    waiting: int


def counts_of(rows: Sequence[ListRow]) -> ListCounts:
    """Return how many of the rows have a value, and how many wait for one."""
    return ListCounts(
        total=len(rows),
        done=sum(row.is_done for row in rows),
        waiting=sum(row.is_waiting for row in rows),
    )


def state_key(assessment: Assessment) -> str:
    """Return the look of the state as the assessors see it, before release too."""
    if assessment.is_released and assessment.agreed_na:
        return "not_applicable"
    return assessment.state


def list_of(
    request: AuthenticatedRequest, place: Place, assessment: Assessment
) -> list[ListRow]:
    """Return the unit's items, or the item across all units of the person."""
    rows = Assessment.objects.filter(period=place.period).select_related(
        "item", "work_unit"
    )
    if request.GET.get("urut") == BY_ITEM:
        rows = rows.filter(
            item_id=assessment.item_id,
            work_unit__in=units_of(request.user, place.period),
        ).order_by("work_unit__path")
        suffix = f"?urut={BY_ITEM}"
    else:
        rows = rows.filter(work_unit=place.work_unit).order_by(
            "item__kind", "item__position"
        )
        suffix = ""
    by_item = bool(suffix)
    return [
        ListRow(
            url=(
                f"/{place.period.slug}/penilaian/{row.work_unit.code}"
                f"/{row.item.slug}/{suffix}"
            ),
            label=row.work_unit.name if by_item else row.item.title,
            code=row.work_unit.code if by_item else row.item.short_label,
            state=state_key(row),
            current=row.pk == assessment.pk,
            is_waiting=row.state in WAITING,
            is_done=row.state in DONE,
        )
        for row in rows
    ]


def next_waiting(
    request: AuthenticatedRequest, place: Place, assessment: Assessment
) -> str:
    """Return the address of the next item that waits, or of this one."""
    rows = list_of(request, place, assessment)
    at = next((i for i, row in enumerate(rows) if row.current), 0)
    for row in rows[at + 1 :] + rows[:at]:
        if row.is_waiting:
            return row.url
    return rows[at].url if rows else desk_base(place)
