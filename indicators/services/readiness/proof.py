"""Proving the summary rows, and mending them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    ReadinessDay,
    UnitReadiness,
)
from wbk_portal.accounts.models import WorkUnit

from .facts import basis_of
from .rows import DAY, chunks, columns_of, compute, part_columns, write


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


@dataclass(frozen=True)
class Proof:
    """What a comparison of rows with their items found.

    Attributes:
        n_rows: Rows compared: units of the periods.
        differences: What was not so, figure by figure.
    """

    n_rows: int
    differences: list[Difference]

    @property
    def n_different(self) -> int:
        """Rows in which something was not so."""
        return len({(d.period, d.unit_id) for d in self.differences})


def rebuild(period: AssessmentPeriod | None = None, *, check: bool = False) -> Proof:
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
    n_rows = 0
    for one in periods.order_by("pk"):
        unit_ids = (
            Assessment.objects.filter(period=one)
            .order_by("work_unit_id")
            .values_list("work_unit_id", flat=True)
            .distinct()
        )
        for ids in chunks(list(unit_ids)):
            n_rows += len(ids)
            suspects = {d.unit_id for d in _differences(one, ids)}
            if suspects:
                found.extend(_settle(one, sorted(suspects), check=check))
    return Proof(n_rows, found)


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
            write(basis_of(period.pk), wrong, None, days_for=wrong)
            differences = [replace(d, is_mended=True) for d in differences]
    return differences


def _differences(period: AssessmentPeriod, unit_ids: list[int]) -> list[Difference]:
    """Compare stored rows, parts and last days of some units with their items."""
    basis = basis_of(period.pk)
    computed = compute(basis, unit_ids)
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
        unit, values = units[unit_id], computed[unit_id].figures
        change_on = computed[unit_id].next_change_on
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
        for key, columns in part_columns(values).items():
            part = parts.pop(basis.subarea_ids[key], None)
            pairs.extend(
                (f"part:{key}:{name}", part and getattr(part, name), value)
                for name, value in columns.items()
            )
        day = days.get(unit_id)
        pairs.extend(
            (f"day:{name}", day and getattr(day, name), columns_of(values)[name])
            for name in DAY
        )
        found.extend(
            Difference(period.slug, unit_id, unit.code, name, stored, computed)
            for name, stored, computed in pairs
            if stored != computed
        )
    return found
