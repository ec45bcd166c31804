"""Files made by the programs that people use, not by our own builders.

LibreOffice writes DOCX, XLSX, PPTX, PDF and PDF/A; Pillow and libheif stand for a
phone, typst for a long report, `cryptography` for a signed PDF. Made once and kept in
`.cache/realfiles`, under a name that changes with this module.

    data = realfiles.get("docx")          # bytes
    for name in realfiles.NAMES: ...
"""

import datetime as dt
import hashlib
import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

_CACHE = Path(__file__).resolve().parents[1] / ".cache" / "realfiles"

_HTML = """<html><head><meta charset="utf-8"><title>Maklumat</title></head><body>
<h1>Maklumat Pelayanan</h1>
<p>Dengan ini kami menyatakan sanggup menyelenggarakan pelayanan sesuai standar
pelayanan yang telah ditetapkan.</p>
<table border="1"><tr><th>Unsur</th><th>NRR</th></tr>
<tr><td>Persyaratan</td><td>3,42</td></tr><tr><td>Waktu</td><td>3,18</td></tr></table>
<p>Kepala Kantor, 29 Mei 2026 – “ttd”</p></body></html>"""

_CSV = (
    "Unsur,NRR,Tanggal\nPersyaratan,3.42,2026-03-31\nWaktu pelayanan,3.18,2026-06-30\n"
)

_SLIDES = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:body><office:presentation>%s</office:presentation></office:body>
</office:document>"""
_SLIDE = """<draw:page draw:name="%s"><draw:frame svg:width="20cm" svg:height="3cm"
 svg:x="2cm" svg:y="2cm"><draw:text-box><text:p>%s</text:p></draw:text-box>
</draw:frame></draw:page>"""

_TYPST = """#set page(paper: "a4", margin: 2.5cm, numbering: "1")
#set text(size: 11pt, lang: "id")
= Laporan Survei Kepuasan Masyarakat
#for number in range(1, 201) [
  == Bagian #number
  Halaman ini memuat rekapitulasi unsur pelayanan nomor #number pada triwulan berjalan.
  #lorem(120)
  #if number < 200 { pagebreak() }
]"""


class ToolMissingError(AssertionError):
    """A program that the tests need is not installed; `./portal test` installs it."""


def get(name: str) -> bytes:
    """Return the bytes of a file, made on first use.

    Raises:
        ToolMissingError: The program that makes it is missing.
    """
    path = path_of(name)
    return path.read_bytes()


def path_of(name: str) -> Path:
    """Return the path of a file, made on first use; do not write to it."""
    kind, build = _BUILDERS[name]
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:10]
    folder = _CACHE / version
    path = folder / f"{name}.{kind}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        data = build()
        part = Path(tempfile.mkstemp(dir=folder, prefix=".part-")[1])
        part.write_bytes(data)
        part.rename(path)
    return path


def kind_of(name: str) -> str:
    """Return the kind ("pdf", "docx", ...) of a file."""
    return _BUILDERS[name][0]


def file_name(name: str) -> str:
    """Return a name under which a person would send it."""
    return f"{_PERSONS_NAMES.get(name, name)}.{kind_of(name)}"


def _convert(text: str, suffix: str, target: str) -> bytes:
    """Let LibreOffice convert a text (or the bytes of another real file)."""
    return _convert_bytes(text.encode(), suffix, target)


def _convert_bytes(data: bytes, suffix: str, target: str) -> bytes:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        msg = "LibreOffice is missing: ./portal test installs libreoffice-*-nogui"
        raise ToolMissingError(msg)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"sumber.{suffix}"
        source.write_bytes(data)
        out = Path(folder) / "hasil"
        subprocess.run(
            [
                program,
                f"-env:UserInstallation={(Path(folder) / 'profil').as_uri()}",
                "--headless",
                "--convert-to",
                target,
                "--outdir",
                str(out),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        made = next(iter(out.glob("sumber.*")), None)
        if made is None:
            msg = f"LibreOffice made no {target} from {suffix}"
            raise ToolMissingError(msg)
        return made.read_bytes()


def _docx() -> bytes:
    return _convert(_HTML, "html", "docx:MS Word 2007 XML")


def _xlsx() -> bytes:
    return _convert(_CSV, "csv", "xlsx:Calc MS Excel 2007 XML")


def _pptx() -> bytes:
    slides = [_SLIDE % (f"Salindia {n}", text) for n, text in enumerate(_DECK, 1)]
    return _convert(
        _SLIDES % "".join(slides), "fodp", "pptx:Impress MS PowerPoint 2007 XML"
    )


_DECK = ("Inovasi antrean daring", "Manfaat bagi masyarakat", "Rencana tindak lanjut")


def _pdf() -> bytes:
    return _convert_bytes(get("docx"), "docx", "pdf:writer_pdf_Export")


def _pdf_a() -> bytes:
    option = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
    return _convert_bytes(get("docx"), "docx", option)


def _strict_docx() -> bytes:
    """Rewrite LibreOffice's document in the namespaces of ISO/IEC 29500 Strict.

    LibreOffice reads Strict files and writes Transitional ones only.
    """
    return _to_strict(get("docx"))


def _strict_xlsx() -> bytes:
    return _to_strict(get("xlsx"))


_STRICT = (
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
    (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
        b"http://purl.oclc.org/ooxml/drawingml/main",
    ),
)


def _to_strict(data: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            content = source.read(info)
            for old, new in _STRICT:
                content = content.replace(old, new)
            if info.filename in {"word/document.xml", "xl/workbook.xml"}:
                content = re.sub(
                    rb"<(w:document|workbook) ",
                    rb'<\1 w:conformance="strict" '
                    if b"<w:document" in content
                    else rb'<\1 conformance="strict" ',
                    content,
                    count=1,
                )
            target.writestr(info, content)
    return out.getvalue()


def _phone_photo() -> bytes:
    """Return a JPEG as a phone takes it: on its side, with position and device."""
    from PIL import Image

    image = _counter(2400, 1800).rotate(90, expand=True)  # the sensor lies on its side
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Contoh", "Ponsel 12"
    exif[0x0112] = 6  # "turn by 90 degrees to the right to show"
    exif[0x0132] = "2026:05:29 09:41:00"
    exif.get_ifd(0x8825).update(
        {1: "S", 2: (6.0, 10.0, 31.5), 3: "E", 4: (106.0, 49.0, 36.2), 29: "2026:05:29"}
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def _heic() -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(_counter(1008, 756)).save(out, quality=60)
    return out.getvalue()


def _counter(width: int, height: int):
    """Draw a service counter in daylight, grainy as a photograph is."""
    from PIL import Image, ImageDraw, ImageFilter

    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image = Image.blend(image, Image.new("RGB", image.size, "#d9c7a0"), 0.6)
    draw = ImageDraw.Draw(image)
    unit = width // 24
    draw.rectangle((0, height * 2 // 3, width, height), fill="#6b4a2f")
    draw.rectangle((unit, unit, 8 * unit, 5 * unit), fill="#1d5c46")
    draw.text((2 * unit, 2 * unit), "LOKET 1", fill="white", font_size=unit)
    for place in range(3):
        left = (3 + 7 * place) * unit
        draw.ellipse((left, 7 * unit, left + 2 * unit, 9 * unit), fill="#c99672")
        draw.rectangle(
            (left - unit, 9 * unit, left + 3 * unit, 13 * unit), fill="#31506e"
        )
    image = image.filter(ImageFilter.GaussianBlur(2))
    grain = Image.effect_noise(image.size, 24).convert("RGB")
    return Image.blend(image, grain, 0.08)


def _scan() -> bytes:
    """Return a scan: a page of LibreOffice's PDF as a tilted picture, no text."""
    import pypdfium2
    from PIL import Image, ImageFilter

    document = pypdfium2.PdfDocument(get("pdf"))
    page = document[0].render(scale=150 / 72).to_pil()
    document.close()
    page = page.rotate(0.8, fillcolor="#efece4").filter(ImageFilter.GaussianBlur(0.7))
    grain = Image.effect_noise(page.size, 18).convert("RGB")
    page = Image.blend(page, grain, 0.1)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150, quality=70)
    return out.getvalue()


def _long_pdf() -> bytes:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "laporan.typ"
        source.write_text(_TYPST)
        return typst.compile(source)


def _signed_pdf() -> bytes:
    """Append a signature to LibreOffice's PDF/A as signing programs do.

    An incremental update: the signed bytes stay as they were, a signature field with a
    detached PKCS #7 over everything but its own value comes after them.
    """
    data = get("pdf")
    size = int(re.findall(rb"/Size (\d+)", data)[-1])
    root = int(re.findall(rb"/Root (\d+) 0 R", data)[-1])
    start = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    catalogue = re.search(rb"\b%d 0 obj\s*<<(.*?)>>\s*endobj" % root, data, re.DOTALL)
    if catalogue is None:
        msg = "the catalogue of the PDF was not found"
        raise ToolMissingError(msg)
    room = 8192
    value = (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached"
        b"/Name(Kepala Kantor)/M(D:20260529094100+07'00')"
        b"/ByteRange[0 0000000000 0000000000 0000000000]/Contents<"
        + b"0" * room
        + b">>>"
    )
    objects = {
        root: b"<<%b/AcroForm<</Fields[%d 0 R]/SigFlags 3>>>>"
        % (catalogue.group(1), size),
        size: b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Tanda tangan)/Rect[0 0 0 0]/F 132"
        b"/V %d 0 R>>" % (size + 1),
        size + 1: value,
    }
    out = bytearray(data if data.endswith(b"\n") else data + b"\n")
    table = b"xref\n"
    for number, body in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    update = len(out)
    out += (
        table
        + b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size + 2,
            root,
            start,
            update,
        )
    )
    opening = out.rindex(b"/Contents<") + len(b"/Contents")
    closing = opening + room + 2
    span = b"/ByteRange[0 %010d %010d %010d]" % (opening, closing, len(out) - closing)
    at = out.rindex(b"/ByteRange[")
    out[at : at + len(span)] = span
    signature = _sign(bytes(out[:opening]) + bytes(out[closing:])).hex().encode()
    out[opening + 1 : opening + 1 + len(signature)] = signature
    return bytes(out)


def _sign(content: bytes) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs7
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kepala Kantor")])
    day = dt.datetime(2026, 5, 29, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(147)
        .not_valid_before(day)
        .not_valid_after(day + dt.timedelta(days=730))
        .sign(key, hashes.SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificate, key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(serialization.Encoding.DER, options)


_BUILDERS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "docx": ("docx", _docx),
    "xlsx": ("xlsx", _xlsx),
    "pptx": ("pptx", _pptx),
    "strict_docx": ("docx", _strict_docx),
    "strict_xlsx": ("xlsx", _strict_xlsx),
    "pdf": ("pdf", _pdf),
    "pdf_a": ("pdf", _pdf_a),
    "signed_pdf": ("pdf", _signed_pdf),
    "scan": ("pdf", _scan),
    "long_pdf": ("pdf", _long_pdf),
    "phone_photo": ("jpg", _phone_photo),
    "heic": ("heic", _heic),
}

NAMES = tuple(_BUILDERS)
"""Every real file; the kind of each is `kind_of(name)`."""

_PERSONS_NAMES = {
    "docx": "Maklumat Pelayanan",
    "xlsx": "Rekap SKM Triwulan I",
    "pptx": "Paparan Inovasi",
    "strict_docx": "Maklumat (Strict)",
    "strict_xlsx": "Rekap (Strict)",
    "pdf": "Maklumat Pelayanan 2026",
    "pdf_a": "Arsip Maklumat",
    "signed_pdf": "SK Tim ZI bertanda tangan",
    "scan": "scan001",
    "long_pdf": "Laporan SKM 200 halaman",
    "phone_photo": "IMG_20260529_094100",
    "heic": "IMG_0147",
}
