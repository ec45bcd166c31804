"""The summary rows of units: written with every change, proven afterwards.

`refresh` runs inside the transaction of the change. Order of locks everywhere:
assessments by key, then the period, then the chain of the log, then the readiness
row. The row is locked before the assessments are read, so that of two changes to
different items of one unit the later one sees both.

How time alone changes a row: an evidence whose `valid_until` has passed is no longer
usable, so the item it supported may fall out of *terisi*. The evidence app counts
links; on the morning after the first expiry `refresh_due` asks it to count afresh
(`indicators.hooks.recounts`) and rewrites the row. What was submitted stays *terisi*:
its round froze evidence that was valid then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators import hooks
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    ReadinessDay,
    ReadinessPart,
    UnitReadiness,
)
from indicators.readiness import ReadinessFigures
from wbk_portal.accounts.models import WorkUnit

from .readiness_facts import Basis, basis_of, figures_of, next_change

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
_DAY = ("nano_certain", "nano_possible", "n_filled", "n_submitted", "n_accepted")


@dataclass(frozen=True)
class Difference:
    """A stored figure that is not what the assessments say.

    Attributes:
        period: Slug of the period.
        unit_id: Key of the unit.
        work_unit: Code of the unit.
        column: Column of the row, ``part:<sub-area>:<column>``,
            ``day:<column>``, or ``row`` when the row is missing.
        stored: What stands in the table; None when nothing does.
        computed: What should stand there.
        is_mended: It stands there now.
    """

    period: str
    unit_id: int
    work_unit: str
    column: str
    stored: Any
    computed: Any
    is_mended: bool = False

    def __str__(self) -> str:
        return (
            f"{self.period} {self.work_unit} {self.column}: "
            f"{self.stored!r} -> {self.computed!r}"
        )


# --- Writing -----------------------------------------------------------------------
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
    return _write(basis, [work_unit_id], today)[0]


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
    for ids in _chunks(sorted(set(work_unit_ids))):
        done += len(_write(basis, ids, today, closing=closing))
    return done


@dataclass
class _Locked:
    """A unit's row, held until the transaction ends, with its parts by sub-area."""

    row: UnitReadiness
    parts: dict[int, ReadinessPart]
    is_new: bool = False


def _write(
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
    figures = _compute(basis, unit_ids, closing=closing)
    rows: list[UnitReadiness] = []
    parts: list[ReadinessPart] = []
    days: list[ReadinessDay] = []
    for unit_id in unit_ids:
        held, (values, change_on) = locked[unit_id], figures[unit_id]
        row = held.row
        before = {name: getattr(row, name) for name in _WRITTEN}
        row.path_then = row.work_unit.path
        row.as_of = today
        row.next_change_on = None if closing else change_on
        for name, value in columns_of(values).items():
            setattr(row, name, value)
        if held.is_new or any(getattr(row, n) != before[n] for n in _WRITTEN):
            row.version += 1
            rows.append(row)
        parts.extend(_changed_parts(basis, held, values))
        moved = any(getattr(row, name) != before[name] for name in _DAY)
        if held.is_new or moved or unit_id in days_for:
            days.append(_day(row, today))
    _store(rows, parts, days)
    return [locked[unit_id].row for unit_id in unit_ids]


def _lock(
    period_id: int, unit_ids: Sequence[int], today: dt.date
) -> dict[int, _Locked]:
    """Return the units' rows with their parts, locked; one query when all stand."""
    locked: dict[int, _Locked] = {}
    stored = (
        ReadinessPart.objects.select_for_update(of=("readiness",))
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


def _compute(
    basis: Basis, unit_ids: Sequence[int], *, closing: bool = False
) -> dict[int, tuple[ReadinessFigures, dt.date | None]]:
    """Return figures and the next change by unit; one query."""
    by_unit: dict[int, list[Assessment]] = {unit_id: [] for unit_id in unit_ids}
    assessments = Assessment.objects.filter(
        period_id=basis.period_id, work_unit_id__in=unit_ids
    ).only(*Basis.COLUMNS)
    for assessment in assessments.order_by():
        by_unit[assessment.work_unit_id].append(assessment)
    return {
        unit_id: (
            figures_of(basis, listed, closing=closing),
            None if basis.is_closed else next_change(listed),
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


def _part_columns(figures: ReadinessFigures) -> dict[str, dict[str, int]]:
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
    for key, values in _part_columns(figures).items():
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
        **{name: getattr(row, name) for name in _DAY},
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
            update_fields=_DAY,
        )


def _copy(row: UnitReadiness) -> UnitReadiness:
    """Return the row without its key, so that an upsert meets one conflict only."""
    return UnitReadiness(
        work_unit_id=row.work_unit_id,
        period_id=row.period_id,
        version=row.version,
        **{name: getattr(row, name) for name in _WRITTEN},
    )


# --- Time alone ----------------------------------------------------------------------
def refresh_due(today: dt.date | None = None) -> int:
    """Rewrite the rows that time alone has changed; return how many.

    Daily. Each unit in a transaction of its own, so that one fault holds up nobody.
    """
    today = today or timezone.localdate()
    due = UnitReadiness.objects.filter(
        next_change_on__lte=today, period__state=AssessmentPeriod.State.OPEN
    ).values_list("period_id", "work_unit_id")
    done = 0
    for period_id, work_unit_id in list(due):
        with transaction.atomic():
            ids = list(
                Assessment.objects.filter(
                    period_id=period_id,
                    work_unit_id=work_unit_id,
                    next_expiry__lt=today,
                )
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            for recount in hooks.recounts:
                recount(ids)
            refresh(work_unit_id=work_unit_id, period_id=period_id, today=today)
        done += 1
    return done


# --- Proof ---------------------------------------------------------------------------
def rebuild(
    period: AssessmentPeriod | None = None, *, check: bool = False
) -> list[Difference]:
    """Compute every row afresh and return what was not so.

    Differences of an open period are mended unless `check`; a closed period is only
    looked at, for nothing of it can change.

    Args:
        period: Only this one; all that were opened without.
        check: Write nothing. Rows are locked only to look again at what differed, so
            that a change at this very moment is not reported.
    """
    periods = AssessmentPeriod.objects.exclude(state=AssessmentPeriod.State.DRAFT)
    if period is not None:
        periods = periods.filter(pk=period.pk)
    found: list[Difference] = []
    for one in periods.order_by("pk"):
        unit_ids = (
            Assessment.objects.filter(period=one)
            .order_by("work_unit_id")
            .values_list("work_unit_id", flat=True)
            .distinct()
        )
        for ids in _chunks(list(unit_ids)):
            suspects = {d.unit_id for d in _differences(one, ids)}
            if suspects:
                found.extend(_settle(one, sorted(suspects), check=check))
    return found


def _settle(
    period: AssessmentPeriod, unit_ids: list[int], *, check: bool
) -> list[Difference]:
    """Look again with the rows held; mend them unless `check`."""
    with transaction.atomic():
        list(
            UnitReadiness.objects.select_for_update()
            .filter(period=period, work_unit_id__in=unit_ids)
            .order_by("pk")
        )
        differences = _differences(period, unit_ids)
        wrong = sorted({d.unit_id for d in differences})
        if wrong and not check and period.is_open:
            _write(basis_of(period.pk), wrong, None, days_for=wrong)
            differences = [replace(d, is_mended=True) for d in differences]
    return differences


def _differences(period: AssessmentPeriod, unit_ids: list[int]) -> list[Difference]:
    """Compare stored rows, parts and last days of some units with their items."""
    basis = basis_of(period.pk)
    figures = _compute(basis, unit_ids)
    units = WorkUnit.objects.in_bulk(unit_ids)
    rows = {
        row.work_unit_id: row
        for row in UnitReadiness.objects.filter(
            period=period, work_unit_id__in=unit_ids
        ).prefetch_related("parts")
    }
    days = {
        day.work_unit_id: day
        for day in ReadinessDay.objects.filter(
            period=period, work_unit_id__in=unit_ids
        ).order_by("day")
    }
    found: list[Difference] = []
    for unit_id in unit_ids:
        unit, (values, change_on) = units[unit_id], figures[unit_id]
        row = rows.get(unit_id)
        if row is None:
            found.append(Difference(period.slug, unit_id, unit.code, "row", None, "…"))
            continue
        pairs: list[tuple[str, Any, Any]] = [
            (name, getattr(row, name), value)
            for name, value in columns_of(values).items()
        ]
        pairs.append(("next_change_on", row.next_change_on, change_on))
        if not basis.is_closed:
            # A closed period keeps the tree as it was.
            pairs.append(("path_then", row.path_then, unit.path))
        parts = {part.subarea_id: part for part in row.parts.all()}
        for key, columns in _part_columns(values).items():
            part = parts.pop(basis.subarea_ids[key], None)
            pairs.extend(
                (f"part:{key}:{name}", part and getattr(part, name), value)
                for name, value in columns.items()
            )
        day = days.get(unit_id)
        pairs.extend(
            (f"day:{name}", day and getattr(day, name), columns_of(values)[name])
            for name in _DAY
        )
        found.extend(
            Difference(period.slug, unit_id, unit.code, name, stored, computed)
            for name, stored, computed in pairs
            if stored != computed
        )
    return found


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
