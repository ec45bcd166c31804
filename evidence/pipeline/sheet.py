"""Text of spreadsheets: rows as lines, cells separated by tabs. Runs in the child."""

import datetime as dt
import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from evidence.pipeline.plain import PAGE_CHARS
from evidence.pipeline.xmlparts import elements, local, open_part

MAX_STRINGS = 500_000

# Number formats built into every file that mean a date or a time (ECMA-376, 18.8.30).
_DATE_FORMATS = frozenset(
    {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
)
# A format of one's own is a date when day, month or year stand in it unquoted.
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_DATE_LETTER = re.compile(r"[dmyhs]", re.IGNORECASE)


class Sheets:
    """The sheets of one workbook."""

    def __init__(self, container: zipfile.ZipFile) -> None:
        """Remember the container."""
        self._container = container
        self._names = {name.lower(): name for name in container.namelist()}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield (name, text) of each sheet in the order of the workbook."""
        order, from_1904 = self._workbook()
        strings = self._strings()
        dates = self._date_styles()
        base = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001
        for label, part in order:
            if part.lower() in self._names:
                yield label, self._sheet(part, strings, dates, base)

    def _parts(self, name: str) -> Iterator[tuple[str, Element]]:
        real = self._names.get(name.lower())
        if real is None:
            return
        with open_part(self._container, real) as source:
            yield from elements(source)

    def _workbook(self) -> tuple[list[tuple[str, str]], bool]:
        targets = {}
        for event, element in self._parts("xl/_rels/workbook.xml.rels"):
            if event == "end" and local(element) == "Relationship":
                target = element.get("Target", "").replace("\\", "/")
                path = target.lstrip("/")
                if not target.startswith("/"):
                    path = posixpath.normpath(posixpath.join("xl", target))
                targets[element.get("Id", "")] = path
        order = []
        from_1904 = False
        for event, element in self._parts("xl/workbook.xml"):
            if event != "end":
                continue
            if local(element) == "workbookPr":
                from_1904 = element.get("date1904") in {"1", "true"}
            if local(element) == "sheet":
                part = targets.get(_relation_id(element))
                if part:
                    # Hidden sheets are read as well: they are part of the file.
                    order.append((element.get("name", ""), part))
        return order, from_1904

    def _strings(self) -> list[str]:
        strings: list[str] = []
        for event, element in self._parts("xl/sharedStrings.xml"):
            if event == "end" and local(element) == "si":
                strings.append(_joined(element))
                if len(strings) >= MAX_STRINGS:
                    break
        return strings

    def _date_styles(self) -> set[int]:
        """Return the numbers of the cell styles that show a date."""
        own: dict[int, bool] = {}
        styles: list[int] = []
        in_cells = False
        for event, element in self._parts("xl/styles.xml"):
            name = local(element)
            if name == "cellXfs":
                in_cells = event == "start"
            elif event == "end" and name == "numFmt":
                code = _QUOTED.sub("", element.get("formatCode", ""))
                own[int(element.get("numFmtId", "0"))] = bool(_DATE_LETTER.search(code))
            elif event == "end" and name == "xf" and in_cells:
                styles.append(int(element.get("numFmtId", "0")))
        return {
            index
            for index, number in enumerate(styles)
            if own.get(number, number in _DATE_FORMATS)
        }

    def _sheet(
        self, part: str, strings: list[str], dates: set[int], base: dt.datetime
    ) -> str:
        rows: list[str] = []
        cells: list[str] = []
        length = 0
        for event, element in self._parts(part):
            if event != "end":
                continue
            name = local(element)
            if name == "c":
                cells.append(_cell(element, strings, dates, base))
            elif name == "row":
                row = "\t".join(cells).rstrip()
                cells = []
                if row:
                    rows.append(row)
                    length += len(row) + 1
                if length > PAGE_CHARS:
                    break
        return "\n".join(rows)


def _relation_id(element: Element) -> str:
    """Return `r:id`, whose namespace differs between Strict and Transitional."""
    for key, value in element.attrib.items():
        if key.endswith("}id"):
            return value
    return ""


def _joined(element: Element) -> str:
    """Return the text of a string that may be in several runs."""
    return "".join(node.text or "" for node in element.iter() if local(node) == "t")


def _cell(
    element: Element, strings: list[str], dates: set[int], base: dt.datetime
) -> str:
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return _joined(element)
    value = next(
        (node.text or "" for node in element if local(node) == "v"),
        "",
    )
    if kind == "s":
        known = value.isdecimal() and int(value) < len(strings)
        return strings[int(value)] if known else ""
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    if kind != "n" or not value:
        return value
    style = element.get("s", "0")
    if style.isdecimal() and int(style) in dates:
        return _date(value, base)
    return _number(value)


def _number(value: str) -> str:
    """Return a number without the noise of binary fractions."""
    try:
        return f"{float(value):.15g}"
    except ValueError:
        return value


def _date(value: str, base: dt.datetime) -> str:
    try:
        moment = base + dt.timedelta(days=float(value))
    except (ValueError, OverflowError):
        return value
    if moment.time() == dt.time():
        return moment.strftime("%d/%m/%Y")
    if moment.date() == base.date():
        return moment.strftime("%H:%M")
    return moment.strftime("%d/%m/%Y %H:%M")
