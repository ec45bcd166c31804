"""The map: units in rows, the 24 indicators in columns, a letter in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indicators.models import Assessment, Item, UnitReadiness
from indicators.models.assessment import shown_state
from indicators.wording import interval_text
from wbk_portal.common.numbers import format_points
from wbk_portal.common.states import ITEM_STATES, STATES

from .charts import small_interval
from .records import Column, SubAreaSum
from .scope import Scope
from .selection import VERDICT_LABELS

LEGEND = (*tuple(look.key for look in ITEM_STATES), "not_applicable")
"""States in the legend below the map."""

MISSING = "empty"
"""How an indicator without a row looks: nobody has filled anything."""

LIMITS = (6, 7.5)
"""Minima of WBK and WBBM, as lines across a bar."""


@dataclass(frozen=True)
class MapColumn:
    """A column's head."""

    code: str
    title: str


@dataclass(frozen=True)
class MapGroup:
    """A sub-area over its columns."""

    label: str
    span: int


@dataclass(frozen=True)
class MapRow:
    """One unit.

    Attributes:
        cells: All cells, as markup: each leads to the unit's page of the item.
        filled: "20" of `n_items`.
        certain: Certain points as written, empty without any released value.
        possible: What can still be had as written; empty when that is the same.
        words: The interval in one sentence.
        bar: The interval as a small picture.
    """

    name: str
    url: str
    verdict: str
    meta: str
    cells: SafeString
    filled: int
    n_items: int
    filled_url: str
    certain: str
    possible: str
    words: str
    bar: SafeString


def columns_of(columns: Sequence[Column]) -> list[MapColumn]:
    """Return the heads: "13" for 06.13; the full code and name are its title."""
    return [
        MapColumn(c.slug.rpartition(".")[2] or c.slug, f"{c.slug} {c.name}")
        for c in columns
    ]


def groups_of(columns: Iterable[Column]) -> list[MapGroup]:
    """Return the sub-areas with the number of their columns."""
    spans: dict[str, int] = {}
    for column in columns:
        spans[column.subarea] = spans.get(column.subarea, 0) + 1
    return [MapGroup(label, span) for label, span in spans.items()]


@lru_cache(maxsize=1024)
def _cell(slug: str, state: str, language: str) -> tuple[str, str]:
    """Return a cell's markup before and after its address."""
    look = STATES[state]
    cell = format_html(
        '<td class="tone-{}"><a href="{}" data-tip="{} · {}">{}'
        '<span class="sr"> {}</span></a></td>',
        look.tone,
        "\0",
        slug,
        look.label,
        look.letter,
        look.label,
    )
    before, _mark, after = cell.partition("\0")
    return before, after


def rows_of(
    scope: Scope,
    rows: Sequence[UnitReadiness],
    columns: Sequence[Column],
    part: SubAreaSum | None,
) -> list[MapRow]:
    """Return the rows of a page of the map; one query for all their cells.

    Args:
        part: The sub-area whose points are shown in place of the whole.
    """
    states = _states(scope, [row.work_unit_id for row in rows])
    language = get_language() or ""
    made = []
    for row in rows:
        unit = row.work_unit
        url = f"/{scope.period.slug}/unit/{unit.code}/"
        of_unit = states.get(unit.pk, {})
        cells = []
        for column in columns:
            before, after = _cell(
                column.slug, of_unit.get(column.slug, MISSING), language
            )
            cells.append(f"{before}{url}{column.slug}/{after}")
        certain, possible = row.nano_certain, row.nano_possible
        maximum = Fraction(10)
        if part is not None:
            certain = getattr(row, "part_certain", None) or 0
            possible = getattr(row, "part_possible", None) or 0
            maximum = part.weight
        words = interval_text(certain, possible, maximum)
        has_value = row.n_all_decided > 0
        if not has_value:
            words = f"{_('Belum dinilai (bukan nol)')}; {words}"
        made.append(
            MapRow(
                name=unit.name,
                url=url,
                verdict=str(VERDICT_LABELS[row.verdict]),
                meta=str(unit.get_time_zone_display()),
                # Codes and slugs are letters, digits, dots and hyphens only.
                cells=mark_safe("".join(cells)),  # noqa: S308
                filled=row.n_filled,
                n_items=row.n_items,
                filled_url=url,
                certain=format_points(certain) if has_value else "",
                possible=format_points(possible) if possible != certain else "",
                words=words,
                bar=small_interval(
                    certain, possible, maximum, LIMITS if part is None else ()
                ),
            )
        )
    return made


def _states(scope: Scope, unit_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the state of each indicator by unit and slug; one query."""
    found: dict[int, dict[str, str]] = {}
    if not unit_ids:
        return found
    lines = (
        Assessment.objects.filter(
            period=scope.period,
            work_unit_id__in=unit_ids,
            item__kind=Item.Kind.INDICATOR,
        )
        .order_by()
        .values_list("work_unit_id", "item__slug", "state", "agreed_na", "released_at")
    )
    for unit_id, slug, state, is_na, released_at in lines:
        shown = (
            "not_applicable"
            if is_na and released_at
            else shown_state(state, released_at)
        )
        found.setdefault(unit_id, {})[slug] = shown
    return found
