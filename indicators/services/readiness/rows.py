"""Writing the summary rows of units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import F
from django.utils import timezone

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    ReadinessDay,
    ReadinessPart,
    UnitReadiness,
)
from indicators.readiness import ReadinessFigures
from wbk_portal.accounts.models import WorkUnit

from .facts import Basis, basis_of, figures_of, next_change

# Units summed up together: one bundle of statements, 3,000 assessments in memory.
CHUNK = 100

FIGURES = (
    "n_items",
    "n_not_applicable",
    "n_filled",
    "n_submitted",
    "n_accepted",
    "n_decided",
    "n_revision",
    "n_stale",
    "n_all",
    "n_all_decided",
    "nano_self",
    "nano_certain",
    "nano_possible",
    "nano_ind_self",
    "nano_ind_certain",
    "nano_ind_possible",
    "verdict",
)
"""Columns of a row that follow from the assessments."""

_WRITTEN = ("path_then", "as_of", "next_change_on", *FIGURES)
_PART = ("nano_self", "nano_certain", "nano_possible")
DAY = ("nano_certain", "nano_possible", "n_filled", "n_submitted", "n_accepted")


def refresh(
    *, work_unit_id: int, period_id: int, today: dt.date | None = None
) -> UnitReadiness:
    """Rewrite one unit's row in the caller's transaction and return it.

    Three queries when nothing changed, six at most; more only the first time that a
    process meets a period. A closed period's row stays as it is.

    Args:
        today: The row's date; the installation's today without.
    """
    basis = basis_of(period_id)
    if basis.state == AssessmentPeriod.State.CLOSED:
        return UnitReadiness.objects.get(work_unit_id=work_unit_id, period_id=period_id)
    return write(basis, [work_unit_id], today)[0]


def refresh_many(
    *,
    work_unit_ids: Iterable[int],
    period_id: int,
    today: dt.date | None = None,
    closing: bool = False,
) -> int:
    """Rewrite the rows of many units in the caller's transaction; return how many.

    A handful of statements for each hundred units.

    Args:
        closing: Nothing can be reached any more: used by the closing of the period.
    """
    basis = basis_of(period_id)
    done = 0
    for ids in chunks(sorted(set(work_unit_ids))):
        done += len(write(basis, ids, today, closing=closing))
    return done


@dataclass
class _Locked:
    """A unit's row, held until the transaction ends, with its parts by sub-area."""

    row: UnitReadiness
    parts: dict[int, ReadinessPart]
    is_new: bool = False


def write(
    basis: Basis,
    unit_ids: Sequence[int],
    today: dt.date | None,
    *,
    closing: bool = False,
    days_for: Collection[int] = (),
) -> list[UnitReadiness]:
    """Lock, compute and store the rows of some units.

    Args:
        days_for: Units whose day is written even when the row did not change.
    """
    today = today or timezone.localdate()
    locked = _lock(basis.period_id, unit_ids, today)
    computed = compute(basis, unit_ids, closing=closing)
    rows: list[UnitReadiness] = []
    parts: list[ReadinessPart] = []
    days: list[ReadinessDay] = []
    for unit_id in unit_ids:
        held, found = locked[unit_id], computed[unit_id]
        row, values = held.row, found.figures
        before = {name: getattr(row, name) for name in _WRITTEN}
        row.path_then = found.path or row.work_unit.path
        row.as_of = today
        row.next_change_on = None if closing else found.next_change_on
        for name, value in columns_of(values).items():
            setattr(row, name, value)
        if held.is_new or any(getattr(row, n) != before[n] for n in _WRITTEN):
            row.version += 1
            rows.append(row)
        parts.extend(_changed_parts(basis, held, values))
        moved = any(getattr(row, name) != before[name] for name in DAY)
        if held.is_new or moved or unit_id in days_for:
            days.append(_day(row, today))
    _store(rows, parts, days)
    return [locked[unit_id].row for unit_id in unit_ids]


def _lock(
    period_id: int, unit_ids: Sequence[int], today: dt.date
) -> dict[int, _Locked]:
    """Return the units' rows with their parts, locked; one query when all stand.

    The parts are locked too: PostgreSQL reads again, after it had to wait, only what
    it locks, and stale parts would look unchanged.
    """
    locked: dict[int, _Locked] = {}
    stored = (
        ReadinessPart.objects.select_for_update(of=("self", "readiness"))
        .filter(readiness__period_id=period_id, readiness__work_unit_id__in=unit_ids)
        .select_related("readiness__work_unit")
        .order_by("readiness_id", "subarea_id")
    )
    for part in stored:
        held = locked.setdefault(
            part.readiness.work_unit_id, _Locked(part.readiness, {})
        )
        held.parts[part.subarea_id] = part
    missing = [unit_id for unit_id in unit_ids if unit_id not in locked]
    if missing:
        # Made empty first: then two at once meet at the same row.
        UnitReadiness.objects.bulk_create(
            [
                UnitReadiness(
                    work_unit=unit,
                    period_id=period_id,
                    path_then=unit.path,
                    as_of=today,
                    version=0,
                )
                for unit in WorkUnit.objects.filter(pk__in=missing)
            ],
            ignore_conflicts=True,
        )
        for row in (
            UnitReadiness.objects.select_for_update(of=("self",))
            .filter(period_id=period_id, work_unit_id__in=missing)
            .select_related("work_unit")
            .order_by("pk")
        ):
            locked[row.work_unit_id] = _Locked(row, {}, is_new=True)
    return locked


@dataclass(frozen=True)
class Computed:
    """What the assessments of one unit say.

    Attributes:
        figures: Counts and points.
        next_change_on: Day on which time alone may change them.
        path: The unit's place in the tree now; empty for a unit without items.
    """

    figures: ReadinessFigures
    next_change_on: dt.date | None
    path: str


def compute(
    basis: Basis, unit_ids: Sequence[int], *, closing: bool = False
) -> dict[int, Computed]:
    """Return what the assessments say, by unit; one query.

    The path comes with them: read after the row was locked, it is not older than
    what a move of the branch has left in the row.
    """
    by_unit: dict[int, list[Assessment]] = {unit_id: [] for unit_id in unit_ids}
    paths = dict.fromkeys(unit_ids, "")
    assessments = (
        Assessment.objects.filter(period_id=basis.period_id, work_unit_id__in=unit_ids)
        .only(*Basis.COLUMNS)
        .order_by()
        .annotate(unit_path=F("work_unit__path"))
    )
    for assessment in assessments:
        by_unit[assessment.work_unit_id].append(assessment)
        # The plugin does not see annotations through the manager's own queryset.
        paths[assessment.work_unit_id] = assessment.unit_path  # type: ignore[attr-defined]
    return {
        unit_id: Computed(
            figures=figures_of(basis, listed, closing=closing),
            next_change_on=None if basis.is_closed else next_change(listed),
            path=paths[unit_id],
        )
        for unit_id, listed in by_unit.items()
    }


def columns_of(figures: ReadinessFigures) -> dict[str, int | str]:
    """Return the columns `FIGURES` of a row."""
    return {
        "n_items": figures.n_indicators,
        "n_not_applicable": figures.n_not_applicable,
        "n_filled": figures.n_filled,
        "n_submitted": figures.n_submitted,
        "n_accepted": figures.n_accepted,
        "n_decided": figures.n_decided,
        "n_revision": figures.n_revision,
        "n_stale": figures.n_stale,
        "n_all": figures.n_all,
        "n_all_decided": figures.n_all_decided,
        "nano_self": figures.lke.own,
        "nano_certain": figures.lke.certain,
        "nano_possible": figures.lke.possible,
        "nano_ind_self": figures.indicators.own,
        "nano_ind_certain": figures.indicators.certain,
        "nano_ind_possible": figures.indicators.possible,
        "verdict": str(figures.verdict),
    }


def part_columns(figures: ReadinessFigures) -> dict[str, dict[str, int]]:
    return {
        part.key: {
            "nano_self": part.own,
            "nano_certain": part.certain,
            "nano_possible": part.possible,
        }
        for part in figures.lke_parts
    }


def _changed_parts(
    basis: Basis, held: _Locked, figures: ReadinessFigures
) -> Iterator[ReadinessPart]:
    for key, values in part_columns(figures).items():
        subarea_id = basis.subarea_ids[key]
        part = held.parts.get(subarea_id)
        if part is None or any(getattr(part, n) != v for n, v in values.items()):
            yield ReadinessPart(
                readiness_id=held.row.pk, subarea_id=subarea_id, **values
            )


def _day(row: UnitReadiness, day: dt.date) -> ReadinessDay:
    return ReadinessDay(
        work_unit_id=row.work_unit_id,
        period_id=row.period_id,
        day=day,
        **{name: getattr(row, name) for name in DAY},
    )


def _store(
    rows: Sequence[UnitReadiness],
    parts: Sequence[ReadinessPart],
    days: Sequence[ReadinessDay],
) -> None:
    """Write what changed; a statement for each table that has something."""
    if len(rows) == 1:
        rows[0].save(update_fields=[*_WRITTEN, "version"])
    elif rows:
        UnitReadiness.objects.bulk_create(
            [_copy(row) for row in rows],
            update_conflicts=True,
            unique_fields=["period", "work_unit"],
            update_fields=[*_WRITTEN, "version"],
        )
    if parts:
        ReadinessPart.objects.bulk_create(
            parts,
            update_conflicts=True,
            unique_fields=["readiness", "subarea"],
            update_fields=_PART,
        )
    if days:
        ReadinessDay.objects.bulk_create(
            days,
            update_conflicts=True,
            unique_fields=["period", "work_unit", "day"],
            update_fields=DAY,
        )


def _copy(row: UnitReadiness) -> UnitReadiness:
    """Return the row without its key, so that an upsert meets one conflict only."""
    return UnitReadiness(
        work_unit_id=row.work_unit_id,
        period_id=row.period_id,
        version=row.version,
        **{name: getattr(row, name) for name in _WRITTEN},
    )


def chunks(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
