"""The filter bar of the map, and what a number chose, with the way to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from indicators.models import State
from wbk_portal.common.states import STATES

from .figures import Sums, Verdict
from .page import Tile, bands
from .records import Details
from .scope import Scope
from .selection import (
    MET,
    MOVES,
    NO_VALUE_YET,
    ORDERS,
    VERDICT_LABELS,
    ZONES,
    Selection,
)


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str | Promise
    current: bool


@dataclass(frozen=True)
class Filter:
    """One field of the filter bar."""

    name: str
    label: str | Promise
    choices: list[Choice]


def filters(chosen: Selection, details: Details) -> list[Filter]:
    """Return the fields of the filter bar."""

    def field(
        name: str,
        label: str,
        values: Sequence[tuple[str, str | Promise]],
        anything: str = "",
    ) -> Filter:
        current = getattr(chosen, name)
        first = [("", anything)] if anything else []
        return Filter(
            name,
            label,
            [Choice(v, text, v == current) for v, text in [*first, *values]],
        )

    verdicts: list[tuple[str, str | Promise]] = [(MET, _("Memenuhi WBK atau WBBM"))]
    verdicts += [(v.value, VERDICT_LABELS[v]) for v in Verdict]
    anything = _("Semua")
    made = [field("putusan", _("Nilai minimal"), verdicts, anything)]
    if details.kinds:
        kinds = [(kind, kind) for kind in details.kinds]
        made.append(field("jenis", _("Jenis"), kinds, anything))
    made.append(
        field("zona", _("Zona waktu"), [(z, ZONES[z].label) for z in ZONES], anything)
    )
    states = [(s.value, STATES[s.value].label) for s in State]
    made.append(field("status", _("Ada indikator"), states, anything))
    made.append(
        field("urut", _("Urutan"), [(key, text) for key, (text, _o) in ORDERS.items()])
    )
    return made


def chips(chosen: Selection, scope: Scope, details: Details) -> list[Tile]:
    """Return what was chosen by a number, with the way to undo it."""
    found = []
    if chosen.gerak:
        found.append(Tile(MOVES[chosen.gerak], "", chosen.address(scope.url, gerak="")))
    if chosen.rentang:
        band_labels = bands(scope, Sums())
        index = 0 if chosen.rentang == NO_VALUE_YET else int(chosen.rentang) + 1
        label = _("Nilai pasti %(band)s") % {"band": band_labels[index].label}
        found.append(Tile(label, "", chosen.address(scope.url, rentang="")))
    if chosen.subarea:
        part = next((p for p in details.parts if p.key == chosen.subarea), None)
        if part is not None:
            found.append(
                Tile(
                    format_html(
                        '{} <span lang="id">{}</span>', _("Subarea"), part.name
                    ),
                    "",
                    chosen.address(scope.url, subarea=""),
                )
            )
    return found
