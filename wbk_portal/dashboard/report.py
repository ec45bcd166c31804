"""The readiness of units as a file: what the map shows, with every value told apart.

Both forms hold the same: one line a unit with its figures, and for each item its state
and its value. A value is a number, or one of four texts: nobody filled anything, not
decided yet, does not apply, or nothing was handed in.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import IO, Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from indicators.models import Assessment, Item, UnitReadiness
from indicators.readiness import ValueStanding
from indicators.wording import STANDING_LABELS, VERDICT_RESERVATION
from wbk_portal.accounts.models import TimeZone
from wbk_portal.common.numbers import NANO, NO_VALUE
from wbk_portal.common.states import STATES
from wbk_portal.common.terms import term_unit

from . import conditions
from .scope import Scope

CHUNK = 90
"""Units read together; the statement names each of them."""

Cell = str | int | Decimal

_KEY = ("state", "answered", "released", "agreed_nano")
"""All of an assessment that decides its two cells."""

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

_Key = tuple[Any, ...]

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True)
class Line:
    """One unit: its figures, then the states and the values of the items."""

    figures: list[Cell]
    states: list[str]
    values: list[Cell]


class Report:
    """Lines for a selection of units, read piece by piece."""

    def __init__(self, scope: Scope, rows: Iterable[UnitReadiness]) -> None:
        """Read the items; the units are read while one iterates."""
        self.scope = scope
        self.items = list(
            Item.objects.assessed()
            .filter(instrument__periods__period=scope.period)
            .order_by("kind", "position")
        )
        self.n_units = 0
        self._rows = rows
        self._item_ids = [item.pk for item in self.items]
        # Words are looked up once: a file has a hundred thousand cells.
        self._known: dict[_Key | None, tuple[str, Cell]] = {}
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
        """Yield the lines; one statement for each `CHUNK` units."""
        rows = iter(self._rows)
        while chunk := list(islice(rows, CHUNK)):
            by_unit: dict[int, dict[int, _Key]] = {}
            found = (
                Assessment.objects.filter(
                    period=self.scope.period,
                    work_unit_id__in=[row.work_unit_id for row in chunk],
                )
                .order_by()
                .annotate(answered=_ANSWERED, released=_RELEASED)
                .values_list("work_unit_id", "item_id", *_KEY)
            )
            for unit_id, item_id, *key in found:
                by_unit.setdefault(unit_id, {})[item_id] = tuple(key)
            for row in chunk:
                self.n_units += 1
                yield self._line(row, by_unit.get(row.work_unit_id, {}))

    def _cells(self, key: _Key | None) -> tuple[str, Cell]:
        """Return state and value of an item; each kind of row is worded once."""
        cells = self._known.get(key)
        if cells is None:
            assessment = None
            if key is not None:
                state, answered, released, agreed_nano = key
                assessment = Assessment(
                    state=state,
                    self_na=bool(answered),
                    released_at=timezone.now() if released else None,
                    agreed_na=released == _NOT_APPLICABLE,
                    agreed_nano=agreed_nano,
                )
            shown = assessment.shown_state if assessment else "empty"
            cells = str(STATES[shown].label), value_of(assessment)
            self._known[key] = cells
        return cells

    def _line(self, row: UnitReadiness, of_unit: dict[int, _Key]) -> Line:
        unit = row.work_unit
        has_value = row.n_all_decided > 0
        undecided = self._undecided
        pairs = [self._cells(of_unit.get(pk)) for pk in self._item_ids]
        states, values = map(list, zip(*pairs, strict=True)) if pairs else ([], [])
        return Line(
            [
                unit.code,
                unit.name,
                unit.kind,
                self._zones[unit.time_zone],
                self._verdicts[row.verdict],
                row.n_filled,
                row.n_submitted,
                row.n_accepted,
                row.n_items,
                row.n_not_applicable,
                row.n_all_decided,
                row.n_all,
                _points(row.nano_self)
                if row.nano_self or row.n_filled
                else self._missing,
                _points(row.nano_certain) if has_value else undecided,
                _points(row.nano_possible),
                _points(row.nano_ind_certain) if row.n_decided else undecided,
                _points(row.nano_ind_possible),
                row.as_of.isoformat(),
            ],
            states,
            values,
        )


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


# --- CSV ------------------------------------------------------------------------------
def csv_marks() -> tuple[str, str]:
    """Return what stands between cells and before decimals, by the language in use.

    Excel takes both from the system's region: in Indonesia ";" and ",", where English
    is spoken "," and ".". A person who reads the portal in English, but whose Excel is
    Indonesian, takes the XLSX.
    """
    return (";", ",") if get_language() == "id" else (",", ".")


@lru_cache(maxsize=4096, typed=True)
def csv_cell(value: Cell, decimal: str = ",") -> str:
    """Write a cell: "4,2" with a comma as the decimal mark; no text is a formula."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_RISKY) else value
    if isinstance(value, int):
        return str(value)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", decimal)


def write_csv(report: Report, out: IO[bytes]) -> None:
    """Write UTF-8 with its mark, as Excel opens it in the language in use."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    delimiter, decimal = csv_marks()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    for note in report.notes:
        writer.writerow([csv_cell(note)])
    writer.writerow([])
    heads = [*report.figure_heads]
    for head in report.item_heads:
        heads += [f"{head} {_('status')}", f"{head} {_('nilai')}"]
    writer.writerow(csv_cell(head) for head in heads)
    for line in report:
        pairs = chain.from_iterable(zip(line.states, line.values, strict=True))
        cells = chain(line.figures, pairs)
        writer.writerow(map(csv_cell, cells, repeat(decimal)))
    text.flush()
    text.detach()


# --- XLSX -----------------------------------------------------------------------------
def write_xlsx(report: Report, out: IO[bytes], made_on: dt.date) -> None:
    """Write a workbook row by row: figures, states, values.

    Args:
        made_on: Date in the file's properties, so that the same figures give the same
            file.
    """
    import xlsxwriter  # only who asks for a workbook pays for it

    # Each sheet is written row by row beside the others: memory stays flat.
    with xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    ) as book:
        book.set_properties(
            {
                "title": report.notes[0],
                "created": dt.datetime(made_on.year, made_on.month, made_on.day),  # noqa: DTZ001
            }
        )
        head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        points = book.add_format({"num_format": "0.00"})
        plans = (
            (_("Kesiapan"), report.figure_heads, 18),
            (_("Status"), report.item_heads, 14),
            (_("Nilai"), report.item_heads, 14),
        )
        sheets = []
        for name, heads, width in plans:
            sheet = book.add_worksheet(name)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            start = 4
            sheet.freeze_panes(start, 2)
            sheet.set_column(0, 0, 12)
            sheet.set_column(1, 1, 36)
            sheet.set_column(2, 60, width)
            for index, note in enumerate(report.notes):
                sheet.write_string(index, 0, note)
            first = report.figure_heads[:2] if heads is not report.figure_heads else []
            if name != plans[0][0]:
                heads = [*first, *heads]
            for index, text in enumerate(heads):
                sheet.write_string(start - 1, index, text, head)
            sheet.repeat_rows(start - 1)
            sheets.append(sheet)
        for number, line in enumerate(report, start=4):
            names = line.figures[:2]
            rows: Sequence[Sequence[Cell]] = (
                line.figures,
                [*names, *line.states],
                [*names, *line.values],
            )
            for sheet, cells in zip(sheets, rows, strict=True):
                for index, cell in enumerate(cells):
                    _write(sheet, number, index, cell, points)


def _write(sheet: Any, row: int, index: int, cell: Cell, points: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, index, cell or NO_VALUE)
    elif isinstance(cell, int):
        sheet.write_number(row, index, cell)
    else:
        sheet.write_number(row, index, float(cell), points)
