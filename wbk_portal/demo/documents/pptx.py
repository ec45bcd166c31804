"""Presentations: title, bullets, table and figures, in the agency's colours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from html import escape

from .package import (
    DECLARATION,
    OFFICE_RELATION,
    content_types,
    core_properties,
    emblem_png,
    pack,
    relationships,
)

_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFFICE = "application/vnd.openxmlformats"
_MAIN = f"{_OFFICE}-officedocument.presentationml"
_SPACE = f'xmlns:a="{_A}" xmlns:r="{OFFICE_RELATION}" xmlns:p="{_P}"'
# A slide of 13.333 × 7.5 inches in English metric units.
_WIDE, _HIGH = 12_192_000, 6_858_000
_CM = 360_000


@dataclass(frozen=True)
class Slide:
    """One slide; `kind` is title, points, table, or figures (two big numbers)."""

    kind: str
    title: str
    lines: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: str = ""


class _Shapes:
    """Collects shapes of one slide with running ids."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def box(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        *,
        fill: str = "",
        name: str = "Bentuk",
        paragraphs: str = "",
        placeholder: str = "",
        geometry: str = "rect",
    ) -> None:
        """Add a rectangle, in centimetres, perhaps with text."""
        key = len(self.parts) + 2
        colour = (
            f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>'
            if fill
            else "<a:noFill/>"
        )
        text = (
            '<p:txBody><a:bodyPr wrap="square" lIns="90000" tIns="45000" rIns="90000"'
            f' bIns="45000"><a:normAutofit/></a:bodyPr><a:lstStyle/>{paragraphs}'
            "</p:txBody>"
            if paragraphs
            else ""
        )
        mark = f'<p:ph type="{placeholder}"/>' if placeholder else ""
        self.parts.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{key}" name="{name} {key}"/><p:cNvSpPr/>'
            f"<p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:spPr>{_place(x, y, w, h)}"
            f'<a:prstGeom prst="{geometry}"><a:avLst/></a:prstGeom>{colour}<a:ln>'
            f"<a:noFill/></a:ln></p:spPr>{text}</p:sp>"
        )

    def picture(self, x: float, y: float, size: float) -> None:
        """Add the emblem."""
        key = len(self.parts) + 2
        self.parts.append(
            f'<p:pic><p:nvPicPr><p:cNvPr id="{key}" name="Lambang" descr="Lambang'
            ' instansi"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip'
            ' r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>'
            f'{_place(x, y, size, size)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            "</p:spPr></p:pic>"
        )

    def table(self, x: float, y: float, w: float, rows: list[list[str]]) -> None:
        """Add a table; the first row is the head."""
        key = len(self.parts) + 2
        columns = len(rows[0])
        width = int(w * _CM / columns)
        grid = "".join(f'<a:gridCol w="{width}"/>' for _ in range(columns))
        body = []
        for number, row in enumerate(rows):
            fill = "0B5D4B" if number == 0 else ("E6F0EC" if number % 2 else "FFFFFF")
            cells = "".join(
                "<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>"
                + line(
                    text,
                    1500,
                    colour="FFFFFF" if number == 0 else "1D2725",
                    bold=number == 0,
                )
                + f"</a:txBody><a:tcPr><a:solidFill><a:srgbClr"
                f' val="{fill}"/></a:solidFill>'
                "</a:tcPr></a:tc>"
                for text in row
            )
            body.append(f'<a:tr h="{int(1.1 * _CM)}">{cells}</a:tr>')
        self.parts.append(
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{key}" name="Tabel"/>'
            "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
            f'<p:xfrm><a:off x="{int(x * _CM)}" y="{int(y * _CM)}"/><a:ext'
            f' cx="{int(w * _CM)}"'
            f' cy="{int(1.1 * _CM) * len(rows)}"/></p:xfrm><a:graphic>'
            f"<a:graphicData"
            ' uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl>'
            '<a:tblPr firstRow="1"/>'
            f"<a:tblGrid>{grid}</a:tblGrid>{''.join(body)}</a:tbl></a:graphicData>"
            "</a:graphic></p:graphicFrame>"
        )


def _place(x: float, y: float, w: float, h: float) -> str:
    return (
        f'<a:xfrm><a:off x="{int(x * _CM)}" y="{int(y * _CM)}"/>'
        f'<a:ext cx="{int(w * _CM)}" cy="{int(h * _CM)}"/></a:xfrm>'
    )


def line(
    text: str,
    size: int,
    *,
    colour: str = "1D2725",
    bold: bool = False,
    align: str = "l",
    bullet: bool = False,
) -> str:
    """Return a paragraph; size in hundredths of a point."""
    mark = (
        '<a:buFont typeface="Arial"/><a:buChar char="•"/>' if bullet else "<a:buNone/>"
    )
    indent = ' marL="342900" indent="-342900"' if bullet else ""
    return (
        f'<a:p><a:pPr algn="{align}"{indent}><a:spcAft><a:spcPts val="900"/></a:spcAft>'
        f'{mark}</a:pPr><a:r><a:rPr lang="id-ID" sz="{size}"'
        f' b="{int(bold)}"><a:solidFill>'
        f'<a:srgbClr val="{colour}"/></a:solidFill></a:rPr><a:t>'
        f"{escape(text, quote=False)}"
        "</a:t></a:r></a:p>"
    )


def _slide(slide: Slide, number: int, owner: str) -> str:
    shapes = _Shapes()
    if slide.kind == "title":
        shapes.box(0, 0, 33.87, 19.05, fill="0B5D4B")
        shapes.box(0, 15.2, 33.87, 0.35, fill="D99A2B")
        shapes.box(2.1, 1.6, 3.4, 3.4, fill="FFFFFF", geometry="ellipse")
        shapes.picture(2.4, 1.9, 2.8)
        shapes.box(
            2,
            6,
            29,
            4.6,
            name="Judul",
            placeholder="ctrTitle",
            paragraphs=line(slide.title, 4000, colour="FFFFFF", bold=True),
        )
        shapes.box(
            2,
            10.8,
            29,
            3.4,
            name="Subjudul",
            placeholder="subTitle",
            paragraphs="".join(
                line(text, 2000, colour="F3E3BE") for text in slide.lines
            ),
        )
        return _whole(shapes)
    shapes.box(0, 0, 33.87, 2.7, fill="0B5D4B")
    shapes.box(0, 2.7, 33.87, 0.18, fill="D99A2B")
    shapes.box(
        1.2,
        0.5,
        27,
        1.8,
        name="Judul",
        placeholder="title",
        paragraphs=line(slide.title, 2800, colour="FFFFFF", bold=True),
    )
    shapes.box(30.2, 0.25, 2.3, 2.3, fill="FFFFFF", geometry="ellipse")
    shapes.picture(30.4, 0.45, 1.9)
    if slide.kind == "points":
        shapes.box(
            1.4,
            3.8,
            30.8,
            13,
            name="Isi",
            paragraphs="".join(line(text, 2200, bullet=True) for text in slide.lines),
        )
    elif slide.kind == "table":
        shapes.table(1.4, 4, 31, slide.rows)
        shapes.box(
            1.4,
            14.6,
            30.8,
            2.6,
            paragraphs="".join(line(text, 1500) for text in slide.lines)
            or line("", 1500),
        )
    else:
        for index, (big, small) in enumerate(slide.rows):
            x = 1.6 + index * 15.6
            shapes.box(x, 4.4, 14.6, 9.4, fill="E6F0EC" if index else "F6EAD2")
            shapes.box(
                x,
                5.6,
                14.6,
                7.4,
                name="Angka",
                paragraphs=line(big, 5400, colour="0B5D4B", bold=True, align="ctr")
                + line(small, 2000, align="ctr"),
            )
        shapes.box(
            1.4,
            14.4,
            30.8,
            3,
            paragraphs="".join(line(text, 1700) for text in slide.lines)
            or line("", 1700),
        )
    shapes.box(
        1.2,
        17.9,
        31,
        0.9,
        paragraphs=line(
            f"{owner} · dokumen contoh, lembaga rekaan · {number}",
            1000,
            colour="777777",
        ),
    )
    return _whole(shapes)


def _whole(shapes: _Shapes) -> str:
    return (
        f"{DECLARATION}<p:sld {_SPACE}><p:cSld>{_tree(''.join(shapes.parts))}</p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _tree(inner: str) -> str:
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/>'
        '</p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/>'
        '<a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
        f"{inner}</p:spTree>"
    )


def presentation(
    *, title: str, author: str, owner: str, day: dt.date, slides: list[Slide]
) -> bytes:
    """Return a PPTX with one master, one layout and the given slides."""
    names = [f"ppt/slides/slide{index}.xml" for index in range(1, len(slides) + 1)]
    overrides = {
        "/ppt/presentation.xml": f"{_MAIN}.presentation.main+xml",
        "/ppt/slideMasters/slideMaster1.xml": f"{_MAIN}.slideMaster+xml",
        "/ppt/slideLayouts/slideLayout1.xml": f"{_MAIN}.slideLayout+xml",
        "/ppt/theme/theme1.xml": f"{_OFFICE}-officedocument.theme+xml",
        "/docProps/core.xml": f"{_OFFICE}-package.core-properties+xml",
        **{f"/{name}": f"{_MAIN}.slide+xml" for name in names},
    }
    ids = "".join(
        f'<p:sldId id="{256 + index}" r:id="rId{10 + index}"/>'
        for index in range(len(slides))
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(overrides),
        "_rels/.rels": relationships(
            [
                ("rId1", "officeDocument", "ppt/presentation.xml"),
                ("rId2", "core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": core_properties(title, author, day),
        "ppt/presentation.xml": (
            f"{DECLARATION}<p:presentation {_SPACE}><p:sldMasterIdLst><p:sldMasterId"
            ' id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:sldIdLst>'
            f'{ids}</p:sldIdLst><p:sldSz cx="{_WIDE}" cy="{_HIGH}"/><p:notesSz'
            ' cx="6858000" cy="9144000"/></p:presentation>'
        ),
        "ppt/_rels/presentation.xml.rels": relationships(
            [
                ("rId1", "slideMaster", "slideMasters/slideMaster1.xml"),
                ("rId2", "theme", "theme/theme1.xml"),
                *(
                    (f"rId{10 + index}", "slide", name.removeprefix("ppt/"))
                    for index, name in enumerate(names)
                ),
            ]
        ),
        "ppt/slideMasters/slideMaster1.xml": (
            f'{DECLARATION}<p:sldMaster {_SPACE}><p:cSld><p:bg><p:bgRef idx="1001">'
            f'<a:schemeClr val="bg1"/></p:bgRef></p:bg>{_tree("")}</p:cSld><p:clrMap'
            ' bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1"'
            ' accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5"'
            ' accent6="accent6" hlink="hlink" folHlink="folHlink"/><p:sldLayoutIdLst>'
            '<p:sldLayoutId id="2147483649"'
            ' r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
        ),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relationships(
            [
                ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"),
                ("rId2", "theme", "../theme/theme1.xml"),
            ]
        ),
        "ppt/slideLayouts/slideLayout1.xml": (
            f'{DECLARATION}<p:sldLayout {_SPACE} type="blank"><p:cSld name="Kosong">'
            f"{_tree('')}</p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>"
            "</p:sldLayout>"
        ),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relationships(
            [("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")]
        ),
        "ppt/theme/theme1.xml": _THEME,
        "ppt/media/lambang.png": emblem_png(),
    }
    for index, (name, slide) in enumerate(zip(names, slides, strict=True), start=1):
        parts[name] = _slide(slide, index, owner)
        parts[f"ppt/slides/_rels/slide{index}.xml.rels"] = relationships(
            [
                ("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"),
                ("rId2", "image", "../media/lambang.png"),
            ]
        )
    return pack(parts)


def _colour(tag: str, value: str) -> str:
    return f'<a:{tag}><a:srgbClr val="{value}"/></a:{tag}>'


_FILLS = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3
_LINES = (
    '<a:ln w="9525"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>' * 3
)
_FONT = '<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
_THEME = (
    f'{DECLARATION}<a:theme xmlns:a="{_A}" name="Andal"><a:themeElements>'
    '<a:clrScheme name="Andal">'
    + _colour("dk1", "1D2725")
    + _colour("lt1", "FFFFFF")
    + _colour("dk2", "0B5D4B")
    + _colour("lt2", "E6F0EC")
    + _colour("accent1", "0B5D4B")
    + _colour("accent2", "D99A2B")
    + _colour("accent3", "7A2E1D")
    + _colour("accent4", "1D3F72")
    + _colour("accent5", "50B4A0")
    + _colour("accent6", "8A6F3D")
    + _colour("hlink", "0B5D4B")
    + _colour("folHlink", "6B4D7D")
    + f'</a:clrScheme><a:fontScheme name="Andal"><a:majorFont>{_FONT}</a:majorFont>'
    f'<a:minorFont>{_FONT}</a:minorFont></a:fontScheme><a:fmtScheme name="Andal">'
    f"<a:fillStyleLst>{_FILLS}</a:fillStyleLst><a:lnStyleLst>{_LINES}</a:lnStyleLst>"
    "<a:effectStyleLst>"
    + "<a:effectStyle><a:effectLst/></a:effectStyle>"
    * 3
    + f"</a:effectStyleLst><a:bgFillStyleLst>{_FILLS}</a:bgFillStyleLst></a:fmtScheme>"
    "</a:themeElements></a:theme>"
)
