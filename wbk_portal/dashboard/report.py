"""The readiness of units as a file: what the map shows, with every value told apart.

Both forms hold the same: one line a unit with its figures, and for each item its state
and its value. A value is a number, or one of four texts: nobody filled anything, not
decided yet, does not apply, or nothing was handed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import (
    Aggregate,
    Case,
    CharField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Assessment, Item, UnitReadiness
from indicators.readiness import ValueStanding
from indicators.wording import STANDING_LABELS, VERDICT_RESERVATION
from wbk_portal.accounts.models import TimeZone
from wbk_portal.common.numbers import NANO
from wbk_portal.common.states import STATES
from wbk_portal.common.terms import term_unit

from . import conditions
from .scope import Scope

CHUNK = 500
"""Units read together."""

Cell = str | int | Decimal

_NOT_APPLICABLE = "na"

# Texts: unlike truth values, numbers and times they are taken as they come, without a
# call for each of them. An empty one means no.
_ANSWERED = Case(
    When(conditions.ANSWERED | Q(self_na=True), then=Value("ya")),
    default=Value(""),
    output_field=CharField(),
)
_RELEASED = Case(
    When(released_at__isnull=True, then=Value("")),
    When(agreed_na=True, then=Value(_NOT_APPLICABLE)),
    default=Value("ya"),
    output_field=CharField(),
)

_BETWEEN_ITEMS = ";"
_BETWEEN_PARTS = ":"


class _Joined(Aggregate):
    """All values of a group in one text."""

    function = "STRING_AGG"
    template = f"%(function)s(%(expressions)s, '{_BETWEEN_ITEMS}')"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has another name for it."""
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)


def _items_of_unit() -> Subquery:
    """Return the items of a unit as one text: a row for each would cost the time."""
    parts = [
        Cast("item_id", CharField()),
        "state",
        _ANSWERED,
        _RELEASED,
        Cast("agreed_nano", CharField()),
    ]
    between = Value(_BETWEEN_PARTS)
    marked = chain.from_iterable((between, part) for part in parts)
    one = Concat(*list(marked)[1:], output_field=TextField())
    found = Assessment.objects.filter(
        work_unit=OuterRef("work_unit"), period=OuterRef("period")
    )
    grouped = found.order_by().values("work_unit").annotate(joined=_Joined(one))
    return Subquery(grouped.values("joined"))


_FIELDS = (
    *("work_unit__code", "work_unit__name", "work_unit__kind", "work_unit__time_zone"),
    *("verdict", "n_filled", "n_submitted", "n_accepted", "n_items"),
    *("n_not_applicable", "n_decided", "n_all_decided", "n_all"),
    *("nano_self", "nano_certain", "nano_possible"),
    *("nano_ind_certain", "nano_ind_possible", "as_of"),
)


@dataclass(frozen=True, slots=True, eq=False)
class ItemCells:
    """State and value of an item; the same object for the same words."""

    state: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: its figures, then state and value of each item."""

    figures: list[Cell]
    items: list[ItemCells]


class Report:
    """Lines for a selection of units, read piece by piece."""

    def __init__(self, scope: Scope, rows: QuerySet[UnitReadiness]) -> None:
        """Read the items; the units are read while one iterates."""
        self.scope = scope
        self.items = list(
            Item.objects.assessed()
            .filter(instrument__periods__period=scope.period)
            .order_by("kind", "position")
        )
        self.n_units = 0
        self._rows = rows
        self._places = {str(item.pk): at for at, item in enumerate(self.items)}
        # Words are looked up once: a file has a hundred thousand cells.
        self._known: dict[str, ItemCells] = {}
        self._nothing = ItemCells(str(STATES["empty"].label), value_of(None))
        self._zones = {key: str(label) for key, label in TimeZone.choices}
        verdicts = UnitReadiness.Verdict.choices
        self._verdicts = {key: str(label) for key, label in verdicts}
        self._undecided = str(STANDING_LABELS[ValueStanding.UNDECIDED])
        self._missing = str(STANDING_LABELS[ValueStanding.MISSING])

    @property
    def figure_heads(self) -> list[str]:
        """Heads of the figures."""
        return [
            _("Kode"),
            term_unit(capital=True),
            _("Jenis"),
            _("Zona waktu"),
            _("Nilai minimal Area VI"),
            _("Terisi"),
            _("Diajukan"),
            _("Dinilai sesuai"),
            _("Dari indikator"),
            _("Tidak berlaku"),
            _("Butir dengan nilai"),
            _("Dari butir"),
            _("Penilaian mandiri"),
            _("Nilai LKE pasti"),
            _("Nilai LKE yang masih dapat dicapai"),
            _("Nilai 24 indikator pasti"),
            _("Nilai 24 indikator yang masih dapat dicapai"),
            _("Per tanggal"),
        ]

    @property
    def item_heads(self) -> list[str]:
        """Short names of the items."""
        return [item.short_label for item in self.items]

    @property
    def notes(self) -> list[str]:
        """What must be read beside the figures."""
        branch = self.scope.branch
        return [
            f"{_('Kesiapan Area VI')}, {self.scope.period.name}"
            + (f", {branch.name}" if branch else ""),
            f"{VERDICT_RESERVATION}.",
        ]

    def __iter__(self) -> Iterator[Line]:
        """Yield the lines; one statement, whose rows are fetched in chunks."""
        rows = self._rows.annotate(items=_items_of_unit()).values_list(
            *_FIELDS, "items"
        )
        for *figures, joined in rows.iterator(chunk_size=CHUNK):
            self.n_units += 1
            yield Line(self._figures(*figures), self._items(joined or ""))

    def _items(self, joined: str) -> list[ItemCells]:
        """Return the cells of a unit's items, in the order of the heads."""
        cells = [self._nothing] * len(self.items)
        known = self._known
        for text in joined.split(_BETWEEN_ITEMS) if joined else ():
            pk, _between, key = text.partition(_BETWEEN_PARTS)
            if key not in known:
                known[key] = _worded(key)
            if (at := self._places.get(pk)) is not None:
                cells[at] = known[key]
        return cells

    def _figures(
        self,
        code: str,
        name: str,
        kind: str,
        zone: str,
        verdict: str,
        n_filled: int,
        n_submitted: int,
        n_accepted: int,
        n_items: int,
        n_not_applicable: int,
        n_decided: int,
        n_all_decided: int,
        n_all: int,
        own: int,
        certain: int,
        possible: int,
        ind_certain: int,
        ind_possible: int,
        as_of: dt.date,
    ) -> list[Cell]:
        undecided = self._undecided
        return [
            code,
            name,
            kind,
            self._zones[zone],
            self._verdicts[verdict],
            n_filled,
            n_submitted,
            n_accepted,
            n_items,
            n_not_applicable,
            n_all_decided,
            n_all,
            _points(own) if own or n_filled else self._missing,
            _points(certain) if n_all_decided else undecided,
            _points(possible),
            _points(ind_certain) if n_decided else undecided,
            _points(ind_possible),
            as_of.isoformat(),
        ]


def _worded(key: str) -> ItemCells:
    """Return the words for what `_items_of_unit` writes behind an item's key."""
    state, answered, released, nano = key.split(_BETWEEN_PARTS)
    assessment = Assessment(
        state=state,
        self_na=bool(answered),
        released_at=timezone.now() if released else None,
        agreed_na=released == _NOT_APPLICABLE,
        agreed_nano=int(nano) if nano else None,
    )
    return ItemCells(str(STATES[assessment.shown_state].label), value_of(assessment))


def _points(nano: int) -> Decimal:
    return Decimal(nano) / NANO


def value_of(assessment: Assessment | None) -> Cell:
    """Return the agreed value, 0 to 1, or the words for having none."""
    if assessment is None:
        return str(STANDING_LABELS[ValueStanding.MISSING])
    if assessment.is_released and assessment.agreed_na:
        return str(STANDING_LABELS[ValueStanding.NOT_APPLICABLE])
    if assessment.is_released and assessment.agreed_nano is not None:
        return _points(assessment.agreed_nano)
    if assessment.state == "not_submitted":
        return str(STATES["not_submitted"].label)
    if assessment.has_self_answer or assessment.state not in ("empty", "draft"):
        return str(STANDING_LABELS[ValueStanding.UNDECIDED])
    return str(STANDING_LABELS[ValueStanding.MISSING])
