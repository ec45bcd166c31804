"""What the filters of the evidence list offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Value

from indicators.models import AssessmentPeriod, EvidenceKind, Item
from indicators.models.catalogue import first_line_of
from wbk_portal.accounts.models import User, WorkUnit

from .reading import readable_unit_rows


@dataclass(frozen=True)
class Choices:
    """What the filters offer, as (value, label)."""

    kinds: Sequence[tuple[str, str]]
    items: Sequence[tuple[str, str]]
    periods: Sequence[tuple[str, str]]


def choices() -> Choices:
    """Return kinds, items and periods to choose from. One query for all three."""
    kinds = EvidenceKind.objects.order_by().values_list(
        Value("kind"), "key", "label", "position"
    )
    items = Item.objects.filter(is_assessed=True).order_by()
    periods = AssessmentPeriod.objects.exclude(
        state=AssessmentPeriod.State.DRAFT
    ).order_by()
    rows = kinds.union(
        items.values_list(Value("item"), "slug", "name", "position"),
        periods.values_list(Value("period"), "slug", "name", "year"),
        all=True,
    )
    found: dict[str, list[tuple[int, str, str]]] = {}
    for group, value, label, position in rows:
        found.setdefault(group, []).append((position, value, label))
    return Choices(
        kinds=_ordered(found.get("kind", [])),
        items=[
            (slug, f"{slug} {first_line_of(name)}")
            for slug, name in _by_slug(found.get("item", []))
        ],
        periods=_ordered(found.get("period", []))[::-1],
    )


def _ordered(rows: Sequence[tuple[int, str, str]]) -> list[tuple[str, str]]:
    return [(value, label) for _position, value, label in sorted(rows)]


def _by_slug(rows: Sequence[tuple[int, str, str]]) -> list[tuple[str, str]]:
    """Return each slug once: several editions of a catalogue share them."""
    return sorted({value: label for _position, value, label in rows}.items())


def units_of(user: User, limit: int) -> list[WorkUnit]:
    """Return units whose evidence the person reads, in the order of the tree."""
    rows = WorkUnit.objects.filter(readable_unit_rows(user))
    return list(rows.only("code", "name", "path", "depth")[:limit])


def branch_of(user: User, code: str, known: Sequence[WorkUnit]) -> str | None:
    """Return the path of a unit that the person reads; "" when there is none such.

    One query, only for a unit that is not among those known.
    """
    if not code:
        return None
    for unit in known:
        if unit.code == code:
            return str(unit.path)
    rows = WorkUnit.objects.filter(readable_unit_rows(user), code=code)
    return rows.values_list("path", flat=True).first() or ""
