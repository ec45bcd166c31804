"""Word documents made from the same blocks as the PDF papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from .package import (
    DECLARATION,
    OFFICE_RELATION,
    content_types,
    core_properties,
    emblem_png,
    pack,
    relationships,
)

Block = dict[str, Any]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
# Width of the text of an A4 page, in twentieths of a point.
_TEXT_WIDTH = {False: 9360, True: 14000}


def word_document(
    *,
    title: str,
    author: str,
    day: dt.date,
    unit: dict[str, str],
    blocks: list[Block],
    landscape: bool = False,
) -> bytes:
    """Return a DOCX of the blocks; the letterhead stands in the first one.

    Args:
        unit: As `Facts.letterhead`.
        blocks: Blocks of the template ``paper``; pictures and charts are left out.
    """
    width = _TEXT_WIDTH[landscape]
    body = "".join(_block(block, unit, width) for block in blocks)
    size = (
        '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        if landscape
        else '<w:pgSz w:w="11906" w:h="16838"/>'
    )
    xml = (
        f'{DECLARATION}<w:document xmlns:w="{_W}" xmlns:r="{OFFICE_RELATION}"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/'
        '2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/'
        f'picture"><w:body>{body}<w:sectPr><w:footerReference w:type="default"'
        f' r:id="rId3"/>{size}<w:pgMar w:top="1000" w:right="1270" w:bottom="1000"'
        ' w:left="1270" w:header="500" w:footer="500" w:gutter="0"/></w:sectPr>'
        "</w:body></w:document>"
    )
    return pack(
        {
            "[Content_Types].xml": content_types(
                {
                    "/word/document.xml": f"{_MAIN}.document.main+xml",
                    "/word/styles.xml": f"{_MAIN}.styles+xml",
                    "/word/footer1.xml": f"{_MAIN}.footer+xml",
                    "/docProps/core.xml": "application/vnd.openxmlformats-package."
                    "core-properties+xml",
                }
            ),
            "_rels/.rels": relationships(
                [
                    ("rId1", "officeDocument", "word/document.xml"),
                    ("rId2", "core-properties", "docProps/core.xml"),
                ]
            ),
            "docProps/core.xml": core_properties(title, author, day),
            "word/document.xml": xml,
            "word/_rels/document.xml.rels": relationships(
                [
                    ("rId1", "styles", "styles.xml"),
                    ("rId2", "image", "media/lambang.png"),
                    ("rId3", "footer", "footer1.xml"),
                ]
            ),
            "word/styles.xml": _STYLES,
            "word/footer1.xml": _footer(title),
            "word/media/lambang.png": emblem_png(),
        }
    )


def _footer(title: str) -> str:
    return (
        f'{DECLARATION}<w:ftr xmlns:w="{_W}">'
        + paragraph(f"{title[:90]} · dokumen contoh, lembaga rekaan", size=14)
        + "</w:ftr>"
    )


def run(text: str, *, bold: bool = False, italic: bool = False, size: int = 0) -> str:
    """Return runs of a text; line breaks stay line breaks."""
    marks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    if size:
        marks += f'<w:sz w:val="{size}"/>'
    shape = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    lines = escape(text, quote=False).split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{shape}{inner}</w:r>"


def rich(text: str, *, bold: bool = False, size: int = 0) -> str:
    """Return runs; ** switches bold and __ italic, as in the PDF papers."""
    parts = []
    for index, piece in enumerate(text.split("**")):
        for inner, bit in enumerate(piece.split("__")):
            if bit:
                parts.append(
                    run(
                        bit,
                        bold=bold or index % 2 == 1,
                        italic=inner % 2 == 1,
                        size=size,
                    )
                )
    return "".join(parts)


def paragraph(
    text: str,
    *,
    align: str = "",
    bold: bool = False,
    size: int = 0,
    style: str = "",
    indent: int = 0,
    hanging: int = 0,
    before: int = -1,
    keep: bool = False,
) -> str:
    """Return a paragraph of rich text. Size in half points, lengths in twips."""
    shape = f'<w:pStyle w:val="{style}"/>' if style else ""
    shape += "<w:keepNext/>" if keep else ""
    if before >= 0:
        shape += f'<w:spacing w:before="{before}" w:after="40"/>'
    if indent or hanging:
        shape += f'<w:ind w:left="{indent}" w:hanging="{hanging}"/>'
    shape += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p><w:pPr>{shape}</w:pPr>{rich(text, bold=bold, size=size)}</w:p>"


def table(
    rows: Iterable[list[str]],
    widths: list[int],
    *,
    head: bool = True,
    borders: bool = True,
    align: list[str] | None = None,
    size: int = 19,
) -> str:
    """Return a table of rich texts. Widths in twips; the first row may be a head."""
    line = "single" if borders else "nil"
    edges = "".join(
        f'<w:{side} w:val="{line}" w:sz="4" w:space="0" w:color="555555"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = []
    for number, row in enumerate(rows):
        is_head = head and number == 0
        cells = []
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            shade = (
                '<w:shd w:val="clear" w:color="auto" w:fill="E6F0EC"/>'
                if is_head
                else ""
            )
            side = (
                {"c": "center", "r": "right"}.get((align or [])[column], "")
                if align
                else ""
            )
            inner = paragraph(
                text,
                align="center" if is_head else side,
                bold=is_head,
                size=size,
                before=20,
            )
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}"'
                f' w:type="dxa"/>{shade}</w:tcPr>{inner}</w:tc>'
            )
        repeat = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
        body.append(f"<w:tr>{repeat}{''.join(cells)}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}"'
        f' w:type="dxa"/><w:tblBorders>{edges}'
        '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(body)}</w:tbl>"
        '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120"'
        ' w:lineRule="exact"/></w:pPr></w:p>'
    )


def _shares(widths: list[Any], total: int) -> list[int]:
    """Turn the PDF's relative widths into twips; "auto" is a narrow number column."""
    fixed = 620 * sum(width == "auto" for width in widths)
    parts = sum(float(width) for width in widths if width != "auto")
    return [
        620 if width == "auto" else int((total - fixed) * float(width) / parts)
        for width in widths
    ]


def _table_block(block: Block, width: int) -> str:
    shares = _shares(block.get("widths") or [1] * len(block["head"]), width)
    caption = block.get("caption", "")
    above = paragraph(caption, align="center", bold=True, size=20) if caption else ""
    return above + table(
        [block["head"], *block["rows"]], shares, align=block.get("align")
    )


def _letterhead(unit: dict[str, str], width: int) -> str:
    picture = (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        '<wp:extent cx="720000" cy="720000"/><wp:docPr id="1" name="Lambang"'
        ' descr="Lambang instansi"/><a:graphic><a:graphicData uri="http://schemas.'
        'openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr'
        ' id="1" name="lambang.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip'
        ' r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="720000" cy="720000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    lines = []
    if unit["name"] != unit["agency"]:
        lines.append(
            paragraph(unit["agency"].upper(), align="center", size=23, before=0)
        )
    if unit["parent"] and unit["parent"] != unit["agency"]:
        lines.append(
            paragraph(unit["parent"].upper(), align="center", size=21, before=0)
        )
    lines += [
        paragraph(unit["name"].upper(), align="center", bold=True, size=26, before=0),
        paragraph(
            f"{unit['address']} · Telepon {unit['phone']}\nSurel {unit['email']} ·"
            f" Laman"
            f" {unit['web'].removeprefix('https://')}",
            align="center",
            size=16,
            before=0,
        ),
    ]
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:w="1500"'
        f' w:type="dxa"/></w:tcPr><w:p>{picture}</w:p></w:tc>'
        f'<w:tc><w:tcPr><w:tcW w:w="{width - 1500}" w:type="dxa"/></w:tcPr>'
        f"{''.join(lines)}</w:tc>"
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:tblBorders><w:bottom'
        ' w:val="thinThickSmallGap" w:sz="18" w:space="0" w:color="000000"/>'
        '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol'
        f' w:w="1500"/><w:gridCol'
        f' w:w="{width - 1500}"/></w:tblGrid><w:tr>{cells}</w:tr>'
        "</w:tbl>" + paragraph("", before=0)
    )


def _signature(sign: Block, width: int) -> str:
    place = f"{sign['place']}, {sign['date']}\n" if sign.get("place") else ""
    mark = "ttd" if sign.get("ink") else ""
    text = f"{place}{sign['title']},\n\n{mark}\n\n**{sign['name']}**"
    if sign.get("nip"):
        text += f"\nNIP {sign['nip']}"
    half = width // 2
    return table([["", text]], [half, width - half], head=False, borders=False, size=22)


def _clauses(block: Block, width: int) -> str:
    rows = []
    for row in block["rows"]:
        items = row["items"]
        if len(items) > 1:
            marks = "abcdefghij" if row.get("letters", True) else "123456789"
            text = "\n".join(f"{marks[i]}. {item}" for i, item in enumerate(items))
        else:
            text = items[0]
        rows.append([row["head"], ":" if row["head"] else "", text])
    return table(rows, [1700, 300, width - 2000], head=False, borders=False, size=22)


# A tiny paragraph: a full page before it must not push the break to an empty one.
_PAGE_BREAK = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '</w:pPr><w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:br w:type="page"/></w:r></w:p>'
)


def _block(block: Block, unit: dict[str, str], width: int) -> str:
    kind = block["t"]
    writers: dict[str, Callable[[], str]] = {
        "head": lambda: _letterhead(block["unit"], width),
        "p": lambda: paragraph(block["s"], align="both"),
        "h1": lambda: paragraph(block["s"], style="Heading1", keep=True),
        "h2": lambda: paragraph(block["s"], style="Heading2", keep=True),
        "h3": lambda: paragraph(block["s"], style="Heading2", keep=True),
        "center": lambda: "".join(
            paragraph(line, align="center", bold=True, size=24, before=0)
            for line in block["lines"]
        ),
        "ul": lambda: "".join(
            paragraph(f"•\u00a0\u00a0{item}", indent=400, hanging=260, before=0)
            for item in block["items"]
        ),
        "ol": lambda: "".join(
            paragraph(f"{i}.\u00a0\u00a0{item}", indent=460, hanging=320, before=0)
            for i, item in enumerate(block["items"], start=1)
        ),
        "table": lambda: _table_block(block, width),
        "fields": lambda: table(
            [[name, ":", value] for name, value in block["rows"]],
            [2300, 300, width - 2600],
            head=False,
            borders=False,
            size=22,
        ),
        "clauses": lambda: _clauses(block, width),
        "box": lambda: table(
            [["\n".join(block["lines"])]], [width], head=False, size=22
        ),
        "sign": lambda: _signature(block, width),
        "signs": lambda: "".join(_signature(sign, width) for sign in block["items"]),
        "break": lambda: _PAGE_BREAK,
        "space": lambda: paragraph("", before=0),
    }
    return writers[kind]() if kind in writers else ""


def _style(key: str, name: str, shape: str, marks: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{shape}</w:pPr><w:rPr>{marks}</w:rPr>'
        "</w:style>"
    )


_STYLES = (
    f'{DECLARATION}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Bookman Old Style" w:hAnsi="Bookman Old Style"'
    ' w:cs="Times New Roman"/><w:sz w:val="22"/><w:lang w:val="id-ID"/></w:rPr>'
    '</w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before="60" w:after="80"'
    ' w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style>'
    + _style(
        "Heading1",
        "heading 1",
        '<w:spacing w:before="200" w:after="100"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="25"/>',
    )
    + _style(
        "Heading2",
        "heading 2",
        '<w:spacing w:before="140" w:after="80"/><w:outlineLvl w:val="1"/>',
        '<w:b/><w:sz w:val="23"/>',
    )
    + "</w:styles>"
)
