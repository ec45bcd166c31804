"""A report of units as CSV and as a workbook; how a cell of any CSV is written."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wbk_portal.common.numbers import NO_VALUE

from .report import Cell, ItemCells, Report

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


# --- CSV ------------------------------------------------------------------------------
_LINE_END = "\r\n"


def csv_marks() -> tuple[str, str]:
    """Return what stands between cells and before decimals, by the language in use.

    Excel takes both from the system's region: in Indonesia ";" and ",", where English
    is spoken "," and ".". A person who reads the portal in English, but whose Excel is
    Indonesian, takes the XLSX.
    """
    return (";", ",") if get_language() == "id" else (",", ".")


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


def _row_writer(delimiter: str, decimal: str) -> Callable[[Iterable[Cell]], str]:
    """Return what makes a row's text, without the end of the line."""
    row = io.StringIO()
    # The marks at the end of a line are also those that it quotes within a cell.
    writer = csv.writer(row, delimiter=delimiter, lineterminator=_LINE_END)

    def written(cells: Iterable[Cell]) -> str:
        row.seek(0)
        row.truncate()
        writer.writerow([csv_cell(cell, decimal) for cell in cells])
        return row.getvalue().removesuffix(_LINE_END)

    return written


def write_csv(report: Report, out: IO[bytes]) -> None:
    """Write UTF-8 with its mark, as Excel opens it in the language in use."""
    delimiter, decimal = csv_marks()
    written = _row_writer(delimiter, decimal)
    heads = [*report.figure_heads]
    for head in report.item_heads:
        heads += [f"{head} {_('status')}", f"{head} {_('nilai')}"]
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    for cells in (*([note] for note in report.notes), [], heads):
        text.write(written(cells) + _LINE_END)
    pairs: dict[ItemCells, str] = {}
    for line in report:
        for item in line.items:
            if item not in pairs:
                pairs[item] = written([item.state, item.value])
        row = [written(line.figures), *(pairs[item] for item in line.items)]
        text.write(delimiter.join(row) + _LINE_END)
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
                [*names, *(item.state for item in line.items)],
                [*names, *(item.value for item in line.items)],
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
