"""Writing workbooks: tables with fixed dates, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

from .facts import Facts
from .wording import long_date

Cell = str | int | float | dt.date | None


@dataclass
class Sheet:
    """One table: headings, column widths in characters, rows."""

    head: list[str]
    widths: list[int]
    rows: list[list[Cell]]
    name: str = "Daftar"
    title: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Formulas: row and column counted from the first data row, text, cached value.
    formulas: list[tuple[int, int, str, float]] = field(default_factory=list)


def workbook(f: Facts, day: dt.date, sheets: list[Sheet], *, title: str) -> bytes:
    """Return a workbook; fixed dates, so that the same input gives the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties(
        {
            "title": title,
            "author": f.unit.operator.name,
            "company": f.unit.name,
            "comments": "Dokumen contoh, lembaga rekaan",
            "created": dt.datetime.combine(day, dt.time(8, 0)),
        }
    )
    formats = {
        "title": book.add_format({"bold": True, "font_size": 13, "align": "center"}),
        "head": book.add_format(
            {
                "bold": True,
                "border": 1,
                "bg_color": "#0b5d4b",
                "font_color": "#ffffff",
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        ),
        "text": book.add_format({"border": 1, "valign": "top", "text_wrap": True}),
        "number": book.add_format(
            {"border": 1, "valign": "top", "num_format": "#,##0.###"}
        ),
        "date": book.add_format(
            {
                "border": 1,
                "valign": "top",
                "num_format": "dd-mm-yyyy",
                "align": "center",
            }
        ),
        "note": book.add_format({"italic": True, "font_size": 9}),
    }
    for sheet in sheets:
        _write(book, formats, sheet)
    book.close()
    return out.getvalue()


def _write(book: Any, formats: dict[str, Any], sheet: Sheet) -> None:
    page = book.add_worksheet(sheet.name)
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    last = len(sheet.head) - 1
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    line = 0
    for text in sheet.title:
        if last:
            page.merge_range(line, 0, line, last, text, formats["title"])
        else:
            page.write(line, 0, text, formats["title"])
        line += 1
    line += 1 if sheet.title else 0
    page.write_row(line, 0, sheet.head, formats["head"])
    page.freeze_panes(line + 1, 0)
    first = line + 1
    for offset, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                page.write_datetime(
                    first + offset,
                    column,
                    dt.datetime.combine(value, dt.time()),
                    formats["date"],
                )
            elif isinstance(value, int | float):
                page.write_number(first + offset, column, value, formats["number"])
            else:
                page.write(first + offset, column, value or "", formats["text"])
    for row_offset, column, formula, value in sheet.formulas:
        page.write_formula(
            first + row_offset,
            column,
            formula.format(first=first + 1, last=first + len(sheet.rows)),
            formats["number"],
            value,
        )
    line = first + len(sheet.rows) + 3
    for note in sheet.notes:
        page.write(line, 0, note, formats["note"])
        line += 1


def signed_notes(f: Facts, day: dt.date) -> list[str]:
    """The head's name under a list, as lines; nothing when unsigned."""
    if f.unsigned:
        return []
    head = f.unit.head
    return [
        f"{f.unit.city}, {long_date(day)}",
        head.position,
        head.name,
        f"NIP {head.nip}",
    ]
