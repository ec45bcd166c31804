"""Sample files of every accepted kind and with every fault, built in memory.

`SAMPLES`, `ODD_SAMPLES` and `FAULTS` are tables for parametrised tests; each builder
can also be called with content of one's own. Files made by other programs are in
`tests/realfiles.py`.
"""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

MAIN_TYPES = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DECK = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


# --- PDF --------------------------------------------------------------------------
def pdf(
    *pages: str,
    before: bytes = b"",
    after: bytes = b"",
    extra_trailer: bytes = b"",
    with_end: bool = True,
) -> bytes:
    """Return a PDF with one page per text (Latin-1), optionally between junk."""
    texts = pages or ("Standar pelayanan loket informasi.",)
    return _assemble_pdf(
        [_text_content(text) for text in texts], before, after, extra_trailer, with_end
    )


def pdf_locked(key_phrase: str = "rahasia") -> bytes:
    """Return a PDF really encrypted (RC4, 40 bit) under a user password."""
    padding = bytes.fromhex(
        "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a"
    )
    padded = (key_phrase.encode("latin-1") + padding)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)  # noqa: S324 - the format
    file_id = b"0123456789abcdef"
    permissions = struct.pack("<i", -4)
    key = hashlib.md5(padded + owner + permissions + file_id).digest()[:5]  # noqa: S324
    user = _rc4(key, padding)
    encrypt = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )
    trailer = encrypt + b" /ID [<%s> <%s>]" % ((file_id.hex().encode(),) * 2)

    def seal(number: int, content: bytes) -> bytes:
        salt = number.to_bytes(3, "little") + b"\0\0"
        return _rc4(hashlib.md5(key + salt).digest()[:10], content)  # noqa: S324

    return _assemble_pdf([_text_content("Rahasia")], b"", b"", trailer, True, seal)


def pdf_scan(picture: bytes | None = None) -> bytes:
    """Return a PDF of one page that holds only a picture: a scan without text."""
    data = picture or jpg(620, 877, text="DAFTAR HADIR")
    width, height = _size_of(data)
    image = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 "
        b"/ColorSpace /DeviceRGB /Filter /DCTDecode /Length %d >>\n"
        b"stream\n%b\nendstream"
    ) % (width, height, len(data), data)
    content = b"q 595 0 0 842 0 0 cm /Im0 Do Q"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /Im0 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        image,
    ]
    return _write_pdf(objects)


def pdf_form(label: str, answer: str) -> bytes:
    """Return a PDF with one text field that was filled in and has no appearance yet."""
    content = _text_content(label)
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (nama) /V (%b) /F 4 "
        b"/DA (/F1 14 Tf 0 g) /Rect [160 750 420 780] /P 3 0 R >>"
    ) % answer.encode("latin-1")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return _write_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] "
            b"/NeedAppearances true /DR << /Font << /F1 6 0 R >> >> "
            b"/DA (/F1 14 Tf 0 g) >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Annots [5 0 R] /Resources << /Font << /F1 6 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
            field,
            font,
        ]
    )


def pdf_broken() -> bytes:
    """Return a file that the gate takes for a PDF and no viewer can open."""
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n" + b"\xaa" * 2000


def _text_content(text: str) -> bytes:
    lines = []
    for line in text.splitlines() or [""]:
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        lines.append(b"(%b) Tj T*" % escaped.encode("latin-1", "replace"))
    return b"BT /F1 14 Tf 18 TL 72 760 Td %b ET" % b" ".join(lines)


def _assemble_pdf(
    contents: list[bytes],
    before: bytes,
    after: bytes,
    trailer: bytes,
    with_end: bool,
    seal: Callable[[int, bytes], bytes] | None = None,
) -> bytes:
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding /WinAnsiEncoding >>",
    ]
    for index, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * index)
        )
        data = seal(5 + 2 * index, content) if seal else content
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(data), data))
    return before + _write_pdf(objects, trailer, with_end) + after


def _write_pdf(
    objects: list[bytes], trailer: bytes = b"", with_end: bool = True
) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        out.write(b"%010d 00000 n \n" % offset)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R " % (len(objects) + 1))
    out.write(trailer + b" >>\n")
    if with_end:
        out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


# --- Office Open XML --------------------------------------------------------------
def package(
    kind: str,
    parts: dict[str, str | bytes],
    *,
    main_type: str = "",
    strict: bool = False,
    first: str = "[Content_Types].xml",
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a minimal container of `kind` around `parts` (name -> content).

    Args:
        main_type: Content type of the main part, when not the usual one.
        strict: Use the relation type of ISO/IEC 29500 Strict.
        first: Name of the part that comes first in the file.
    """
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}.get(
        kind, "ppt/presentation.xml"
    )
    declared = main_type or f"{_OPEN_XML}.{MAIN_TYPES[kind]}.main+xml"
    types = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{declared}"/></Types>'
    )
    base = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    relation = (base if strict else _RELATIONS) + "/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{relation}" Target="{main}"/>'
        "</Relationships>"
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "_rels/.rels": relations,
        **parts,
    }
    order = sorted(members, key=lambda name: name != first)
    return archive({name: members[name] for name in order}, compression=compression)


def archive(
    members: dict[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a zip file with the given members, dated 2026-05-29."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as container:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2026, 5, 29, 8, 0, 0))
            info.compress_type = compression
            container.writestr(info, content)
    return out.getvalue()


def docx(*paragraphs: str, **options: object) -> bytes:
    """Return a Word document with the given paragraphs."""
    texts = paragraphs or ("Maklumat pelayanan.", "Kami sanggup melayani.")
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    space = _WORD
    if options.get("strict"):
        space = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    extra = options.pop("parts", {})
    parts = {"word/document.xml": document, **extra}  # type: ignore[dict-item]
    return package("docx", parts, **options)  # type: ignore[arg-type]


def xlsx(rows: list[list[str]] | None = None, **options: object) -> bytes:
    """Return an Excel workbook with one sheet "Rekap" of inline texts."""
    table = rows or [["Unsur", "NRR"], ["Persyaratan", "3,42"]]
    body = "".join(
        "<row>"
        + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row)
        + "</row>"
        for row in table
    )
    sheets = f'<sheet name="Rekap" sheetId="1" xmlns:r="{_RELATIONS}" r:id="rId1"/>'
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": (
            f'<workbook xmlns="{_SHEET}"><sheets>{sheets}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            f'relationships"><Relationship Id="rId1" Type="{_RELATIONS}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_SHEET}"><sheetData>{body}</sheetData></worksheet>'
        ),
    }
    extra = options.pop("parts", {})
    parts |= extra  # type: ignore[operator]
    return package("xlsx", parts, **options)  # type: ignore[arg-type]


def pptx(*slides: str, **options: object) -> bytes:
    """Return a PowerPoint file with one text per slide."""
    texts = slides or ("Inovasi layanan",)
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{_DECK}"/>'
    }
    for number, text in enumerate(texts, 1):
        parts[f"ppt/slides/slide{number}.xml"] = (
            f'<p:sld xmlns:p="{_DECK}" xmlns:a="{_DRAWING}"><p:txBody><a:p><a:r>'
            f"<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sld>"
        )
    extra = options.pop("parts", {})
    parts |= extra  # type: ignore[operator]
    return package("pptx", parts, **options)  # type: ignore[arg-type]


def docm() -> bytes:
    """Return a Word document with macros, declared as such."""
    return docx(
        parts={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 VBA"},
        main_type="application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def docx_hidden_macro() -> bytes:
    """Return a Word document that is declared plain and carries a macro part."""
    return docx(parts={"word/VbaProject.bin": b"\xd0\xcf\x11\xe0 VBA"})


def zip_bomb_xlsx(mebibytes: int = 512) -> bytes:
    """Return a workbook of some hundred kB with a sheet of `mebibytes` MiB zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b"\0" * (1 << 20)
    packed = b"".join(packer.compress(block) for _ in range(mebibytes))
    packed += packer.flush()
    return _graft(xlsx(), "xl/worksheets/sheet2.xml", packed, mebibytes << 20)


def lying_xlsx() -> bytes:
    """Return a workbook with an entry that unpacks to more than its directory says."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"\0" * (8 << 20)) + packer.flush()
    return _graft(xlsx(), "xl/worksheets/sheet2.xml", packed, 1000)


def nested_zip(depth: int = 5) -> bytes:
    """Return a Word document with containers `depth` deep inside."""
    inner = archive({"isi.txt": "isi"})
    for _ in range(depth - 1):
        inner = archive({"lapis.zip": inner})
    return docx(parts={"word/embeddings/lapis.zip": inner})


def nested_bomb(mebibytes: int = 512) -> bytes:
    """Return a Word document with a zip bomb as an embedded object."""
    return docx(parts={"word/embeddings/Sheet1.xlsx": zip_bomb_xlsx(mebibytes)})


def overlapping_zip() -> bytes:
    """Return a Word document whose directory names the same bytes many times."""
    data = docx(parts={"word/media/a.bin": b"A" * 1000})
    at = data.rfind(b"PK\x05\x06")
    count, length, start = struct.unpack_from("<HLL", data, at + 10)
    directory = data[start : start + length]
    last = directory.rfind(b"PK\x01\x02")
    copies = b"".join(
        directory[last:].replace(b"a.bin", b"%c.bin" % letter) for letter in b"bcdef"
    )
    grown = directory + copies
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count + 5, count + 5, len(grown), start, 0
    )
    return data[:start] + grown + end


def traversal_docx(name: str = "../../etc/cron.d/x") -> bytes:
    """Return a Word document with an entry that points outside."""
    return docx(parts={name: "x"})


def zip64_docx() -> bytes:
    """Return a Word document whose directory is written in the 64-bit form."""
    data = docx()
    at = data.rfind(b"PK\x05\x06")
    count, length, start = struct.unpack_from("<HLL", data, at + 10)
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, start
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0
    )
    return data[:at] + record + locator + end


def streamed_docx() -> bytes:
    """Return a Word document written to a pipe: sizes follow in data descriptors."""

    class Pipe(io.RawIOBase):
        """A sink that cannot seek."""

        def __init__(self) -> None:
            """Start empty."""
            self.data = bytearray()

        def writable(self) -> bool:
            """Return True."""
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            """Keep the bytes."""
            self.data += data
            return len(data)

    pipe = Pipe()
    with (
        zipfile.ZipFile(io.BytesIO(docx())) as source,
        zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target,  # type: ignore[call-overload]
    ):
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
    return bytes(pipe.data)


def locked_archive(members: dict[str, str | bytes] | None = None) -> bytes:
    """Return a zip whose entries are marked as encrypted."""
    data = bytearray(archive(members or {"rahasia.txt": "x"}))
    at = 0
    while (at := data.find(b"PK\x03\x04", at)) >= 0:
        data[at + 6] |= 1
        at += 4
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def odf(form: str = "text") -> bytes:
    """Return an OpenDocument file: "text", "spreadsheet" or "presentation"."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr("mimetype", f"application/vnd.oasis.opendocument.{form}")
        container.writestr("content.xml", "<office:document-content/>")
    return out.getvalue()


def _graft(container: bytes, name: str, packed: bytes, unpacked: int) -> bytes:
    """Add an entry from packed bytes, with the unpacked size as given."""
    at = container.rfind(b"PK\x05\x06")
    count, length, start = struct.unpack_from("<HLL", container, at + 10)
    raw = name.encode()
    fields = (20, 0, 8, 0, 0, 0, len(packed), unpacked, len(raw))
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields, 0) + raw + packed
    central = (
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *fields, 0, 0, 0, 0, 0, start)
        + raw
    )
    directory = container[start : start + length] + central
    moved = start + len(local)
    end = struct.pack(
        "<4s4H2LH",
        b"PK\x05\x06",
        0,
        0,
        count + 1,
        count + 1,
        len(directory),
        moved,
        0,
    )
    return container[:start] + local + directory + end


# --- Old compound files -----------------------------------------------------------
def ole(*streams: str) -> bytes:
    """Return a compound file (OLE2) with the given, empty streams."""
    names = ["Root Entry", *(streams or ("WordDocument",))]
    directory = b""
    for index, name in enumerate(names):
        raw = name.encode("utf-16-le")
        entry = raw.ljust(64, b"\0") + struct.pack("<H", len(raw) + 2)
        entry += bytes([5 if index == 0 else 2, 1]) + b"\xff" * 12
        directory += entry.ljust(128, b"\0")
    sectors = -(-len(directory) // 512)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}L", *chain).ljust(512, b"\xff")
    return header + fat + directory.ljust(sectors * 512, b"\0")


# --- Pictures ---------------------------------------------------------------------
def picture(
    form: str,
    width: int = 320,
    height: int = 240,
    *,
    text: str = "",
    **options: object,
) -> bytes:
    """Return a picture of a form that Pillow writes ("JPEG", "PNG", "WEBP", ...)."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), "#f4efe6")
    draw = ImageDraw.Draw(image)
    for step in range(0, max(width, height), 16):
        draw.line((step, 0, 0, step), fill=(step % 255, 90, 70))
    draw.text((12, 12), text or f"{width} x {height}", fill="black")
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpg(width: int = 320, height: int = 240, **options: object) -> bytes:
    """Return a JPEG."""
    return picture("JPEG", width, height, **options)  # type: ignore[arg-type]


def png(width: int = 320, height: int = 240, **options: object) -> bytes:
    """Return a PNG."""
    return picture("PNG", width, height, **options)  # type: ignore[arg-type]


def webp(width: int = 320, height: int = 240, **options: object) -> bytes:
    """Return a WebP picture."""
    return picture("WEBP", width, height, **options)  # type: ignore[arg-type]


def heic(width: int = 320, height: int = 240) -> bytes:
    """Return a HEIC picture as phones make them."""
    import pillow_heif
    from PIL import Image

    out = io.BytesIO()
    source = Image.open(io.BytesIO(jpg(width, height)))
    pillow_heif.from_pillow(source).save(out, quality=60)
    return out.getvalue()


def jpg_cut() -> bytes:
    """Return a JPEG that ends in the middle of its pixels; its header is whole."""
    data = jpg(1600, 1200, quality=90)
    return data[: len(data) // 2]


def png_huge(width: int = 50_000, height: int = 50_000) -> bytes:
    """Return a small PNG file that claims width x height pixels."""
    header = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", body)
        + _png_chunk(b"IEND", b"")
    )


def jpg_huge() -> bytes:
    """Return a small JPEG whose frame header claims 60,000 x 60,000 pixels."""
    data = bytearray(jpg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(data)


def _png_chunk(tag: bytes, body: bytes) -> bytes:
    crc = struct.pack(">L", zlib.crc32(tag + body))
    return struct.pack(">L", len(body)) + tag + body + crc


def _size_of(data: bytes) -> tuple[int, int]:
    from PIL import Image

    return Image.open(io.BytesIO(data)).size


# --- Disguises and other kinds ----------------------------------------------------
HTML = b"<!DOCTYPE html><html><head><title>Masuk</title></head><body></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NOISE = bytes(range(1, 256)) * 9
EXE = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 48 + b"PE\0\0" + b"\0" * 400
SCRIPT = b"#!/bin/sh\nrm -rf ~\n"
RAR = b"Rar!\x1a\x07\x01\0" + bytes(range(256))
MP4 = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0" * 200
RTF = rb"{\rtf1\ansi Notula rapat}"
CSV = b"unsur;nilai\r\npersyaratan;3,42\r\n"
EML = b"From: a@contoh.go.id\r\nTo: b@contoh.go.id\r\nSubject: Undangan\r\n\r\nIsi\r\n"
MHTML = (
    b"From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/related;\r\n\r\n"
)


class Sample(NamedTuple):
    """A file to send: its name, how to build it, and its true kind."""

    name: str
    build: Callable[[], bytes]
    kind: str

    @property
    def data(self) -> bytes:
        """Return the bytes, built once."""
        return _built(self.build)


class Fault(NamedTuple):
    """A file that the gate refuses: its name, how to build it, the refusal code."""

    name: str
    build: Callable[[], bytes]
    code: str

    @property
    def data(self) -> bytes:
        """Return the bytes, built once."""
        return _built(self.build)


@cache
def _built(build: Callable[[], bytes]) -> bytes:
    return build()


def _strict_docx() -> bytes:
    return docx("Strict", strict=True)


def _reordered_docx() -> bytes:
    return docx(first="word/document.xml")


def _stored_docx() -> bytes:
    return docx(compression=zipfile.ZIP_STORED)


def _pdf_in_junk() -> bytes:
    return pdf(
        before=b"\r\n\xef\xbb\xbf", after=b"\r\n<!-- dari pindai -->" + b"\0" * 9000
    )


def _pdf_without_end() -> bytes:
    return pdf(with_end=False)


def _pdf_from_printer() -> bytes:
    return pdf(before=b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PDF\r\n")


def _jpeg_with_tail() -> bytes:
    return jpg() + b"SEFT" + b"\0" * 4000


def _tiny_webp() -> bytes:
    return webp(1, 1, lossless=True)


SAMPLES: dict[str, Sample] = {
    "pdf": Sample("Standar Pelayanan 2026.pdf", pdf, "pdf"),
    "docx": Sample("SOP Loket.docx", docx, "docx"),
    "xlsx": Sample("Rekap SKM TW1.xlsx", xlsx, "xlsx"),
    "pptx": Sample("Inovasi.pptx", pptx, "pptx"),
    "jpg": Sample("foto loket.jpg", jpg, "jpg"),
    "png": Sample("tangkapan layar.png", png, "png"),
    "webp": Sample("spanduk.webp", webp, "webp"),
    "heic": Sample("IMG_0147.HEIC", heic, "heic"),
}
"""One plain file of each accepted kind."""

ODD_SAMPLES: dict[str, Sample] = {
    "pdf in junk": Sample("pindai.pdf", _pdf_in_junk, "pdf"),
    "pdf without end": Sample("pindai.pdf", _pdf_without_end, "pdf"),
    "pdf from a printer": Sample("cetak.pdf", _pdf_from_printer, "pdf"),
    "pdf scan": Sample("scan001.pdf", pdf_scan, "pdf"),
    "strict docx": Sample("strict.docx", _strict_docx, "docx"),
    "reordered docx": Sample("urutan.docx", _reordered_docx, "docx"),
    "stored docx": Sample("tanpa kompresi.docx", _stored_docx, "docx"),
    "zip64 docx": Sample("besar.docx", zip64_docx, "docx"),
    "streamed docx": Sample("mengalir.docx", streamed_docx, "docx"),
    "jpeg with tail": Sample("ponsel.jpg", _jpeg_with_tail, "jpg"),
    "one pixel": Sample("titik.webp", _tiny_webp, "webp"),
}
"""Sound files of unusual make: all must come in."""


def _empty() -> bytes:
    return b""


def _html() -> bytes:
    return HTML


def _svg() -> bytes:
    return SVG


def _exe() -> bytes:
    return EXE


def _page_before_pdf() -> bytes:
    return HTML + pdf()


FAULTS: dict[str, Fault] = {
    "empty": Fault("kosong.pdf", _empty, "empty"),
    "html as pdf": Fault("surat.pdf", _html, "disguised"),
    "html in front of a pdf": Fault("surat.pdf", _page_before_pdf, "disguised"),
    "html": Fault("simpanan.html", _html, "html"),
    "html as xls": Fault("unduhan.xls", _html, "html"),
    "mhtml": Fault("halaman.mhtml", lambda: MHTML, "html"),
    "svg": Fault("logo.svg", _svg, "svg"),
    "svg as png": Fault("logo.png", _svg, "disguised"),
    "exe": Fault("pasang.exe", _exe, "program"),
    "exe as pdf": Fault("surat tugas.pdf", _exe, "disguised_program"),
    "script as jpg": Fault("foto.jpg", lambda: SCRIPT, "disguised_program"),
    "header only": Fault("potong.pdf", lambda: b"%PDF-1.7\n%\xe2\xe3\n", "truncated"),
    "jpeg header only": Fault("potong.jpg", lambda: jpg()[:20], "truncated"),
    "png header only": Fault("potong.png", lambda: png()[:20], "truncated"),
    "webp header only": Fault("potong.webp", lambda: webp()[:16], "truncated"),
    "heic header only": Fault("potong.heic", lambda: heic()[:60], "truncated"),
    "noise as docx": Fault(
        "acak.docx", lambda: bytes(range(1, 256)) * 9, "not_readable"
    ),
    "noise": Fault("acak", lambda: bytes(range(1, 256)) * 9, "unknown"),
    "locked pdf": Fault("SK rahasia.pdf", pdf_locked, "password_pdf"),
    "doc": Fault("SKM TW1.doc", lambda: ole("WordDocument"), "legacy_doc"),
    "doc as docx": Fault("SKM TW1.docx", lambda: ole("WordDocument"), "legacy_doc"),
    "xls": Fault("rekap.xls", lambda: ole("Workbook"), "legacy_xls"),
    "ppt": Fault("paparan.ppt", lambda: ole("PowerPoint Document"), "legacy_ppt"),
    "msg": Fault("surat.msg", lambda: ole("__properties_version1.0"), "email"),
    "locked docx": Fault(
        "rahasia.docx",
        lambda: ole("EncryptionInfo", "EncryptedPackage"),
        "password_office",
    ),
    "odt": Fault("notula.odt", odf, "odt"),
    "ods": Fault("rekap.ods", lambda: odf("spreadsheet"), "ods"),
    "odp": Fault("paparan.odp", lambda: odf("presentation"), "odp"),
    "odg": Fault("denah.odg", lambda: odf("graphics"), "odf_other"),
    "rtf": Fault("notula.rtf", lambda: RTF, "rtf"),
    "rtf as docx": Fault("notula.docx", lambda: RTF, "rtf"),
    "csv": Fault("rekap.csv", lambda: CSV, "text"),
    "e-mail": Fault("undangan.eml", lambda: EML, "email"),
    "docm": Fault("formulir.docm", docm, "macro"),
    "hidden macro": Fault("formulir.docx", docx_hidden_macro, "macro"),
    "macro inside": Fault(
        "laporan.docx",
        lambda: docx(parts={"word/embeddings/a.xlsm": docx_hidden_macro()}),
        "macro",
    ),
    "template": Fault(
        "templat.dotx",
        lambda: docx(main_type=f"{_OPEN_XML}.wordprocessingml.template.main+xml"),
        "office_template",
    ),
    "slide show": Fault(
        "paparan.ppsx",
        lambda: pptx(main_type=f"{_OPEN_XML}.presentationml.slideshow.main+xml"),
        "office_template",
    ),
    "xlsb": Fault(
        "rekap.xlsb",
        lambda: xlsx(
            main_type="application/vnd.ms-excel.sheet.binary.macroEnabled.main"
        ),
        "xlsb",
    ),
    "zip bomb": Fault("rekap.xlsx", zip_bomb_xlsx, "zip_bomb"),
    "lying zip": Fault("rekap.xlsx", lying_xlsx, "zip_bomb"),
    "bomb inside": Fault("laporan.docx", nested_bomb, "zip_bomb"),
    "zip in zip in zip": Fault("laporan.docx", nested_zip, "zip_bomb"),
    "overlapping zip": Fault("laporan.docx", overlapping_zip, "zip_bomb"),
    "many entries": Fault(
        "laporan.docx",
        lambda: docx(parts={f"word/{n}.xml": b"" for n in range(10_500)}),
        "zip_bomb",
    ),
    "path traversal": Fault("laporan.docx", traversal_docx, "office_broken"),
    "absolute path": Fault(
        "laporan.docx", lambda: traversal_docx("/etc/passwd"), "office_broken"
    ),
    "cut docx": Fault("laporan.docx", lambda: docx()[:-30], "office_broken"),
    "zip": Fault("berkas.zip", lambda: archive({"a.pdf": pdf()}), "archive"),
    "zip as docx": Fault("a.docx", lambda: archive({"a.pdf": pdf()}), "archive"),
    "locked zip": Fault("rahasia.zip", locked_archive, "archive_locked"),
    "rar": Fault("berkas.rar", lambda: RAR, "archive"),
    "gif": Fault("bergerak.gif", lambda: picture("GIF"), "picture_other"),
    "bmp": Fault("pindai.bmp", lambda: picture("BMP"), "picture_other"),
    "tiff": Fault("pindai.tif", lambda: picture("TIFF"), "picture_other"),
    "tiff as jpg": Fault("pindai.jpg", lambda: picture("TIFF"), "picture_other"),
    "avif": Fault("foto.avif", lambda: picture("AVIF"), "picture_other"),
    "video": Fault("layanan.mp4", lambda: MP4, "media"),
    "too many pixels, png": Fault("denah.png", png_huge, "too_many_pixels"),
    "too many pixels, jpg": Fault("denah.jpg", jpg_huge, "too_many_pixels"),
}
"""Every file that must be refused at the gate, with the code of its sentence."""
