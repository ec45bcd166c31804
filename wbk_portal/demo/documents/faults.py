"""The mistakes that units really make, applied to a document."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageFilter

from .base import Kind

LAST_YEAR = "last_year"
UNSIGNED = "unsigned"
DUPLICATE = "duplicate"
SCAN = "scan"
GENERIC_NAME = "generic_name"
WRONG_UNIT = "wrong_unit"
SIDEWAYS = "sideways"
LOW_RESOLUTION = "low_resolution"

# Fault: what an assessor or a check would say about it.
FAULTS: dict[str, str] = {
    LAST_YEAR: "Sampul tahun ini, isi dan tanggal tahun lalu.",
    UNSIGNED: "Tempat tanda tangan kosong.",
    DUPLICATE: "Berkas yang sama dipakai dengan nama lain.",
    SCAN: "Hasil pindai tanpa teks.",
    GENERIC_NAME: "Nama berkas tidak menyebut isinya.",
    WRONG_UNIT: "Isi menyebut nama unit lain.",
    SIDEWAYS: "Foto terbaring.",
    LOW_RESOLUTION: "Foto terlalu kecil dan buram.",
}
_BY_FAMILY = {
    "paper": (LAST_YEAR, UNSIGNED, DUPLICATE, SCAN, GENERIC_NAME, WRONG_UNIT),
    "office": (LAST_YEAR, UNSIGNED, DUPLICATE, GENERIC_NAME, WRONG_UNIT),
    "capture": (LAST_YEAR, DUPLICATE, GENERIC_NAME, LOW_RESOLUTION),
    "photo": (DUPLICATE, GENERIC_NAME, SIDEWAYS, LOW_RESOLUTION),
}


def faults_for(kind: Kind) -> tuple[str, ...]:
    """Return the faults that a kind of document can have."""
    return _BY_FAMILY[kind.family]


def generic_name(extension: str, rng: random.Random) -> str:
    """Return a file name that says nothing, without ending."""
    number = rng.randint(1, 19)
    return {
        "pdf": rng.choice((f"scan{number:03d}", f"SCAN_{number:04d}", "Doc1")),
        "docx": rng.choice(("Dokumen1", f"Document ({number})")),
        "xlsx": rng.choice(("Book1", f"Buku{number}")),
        "pptx": "Presentation1",
        "png": f"Screenshot ({number})",
        "jpg": rng.choice((f"foto{number}", f"WA{number:04d}")),
    }[extension]


def sideways(content: bytes) -> bytes:
    """Return a photograph lying on its side, as taken with the phone turned."""
    picture = Image.open(io.BytesIO(content), formats=["JPEG"])
    return _jpeg(picture.transpose(Image.Transpose.ROTATE_90), 80)


def low_resolution(content: bytes, extension: str) -> bytes:
    """Return a small, blurred picture, as forwarded many times."""
    form = "PNG" if extension == "png" else "JPEG"
    picture = Image.open(io.BytesIO(content), formats=[form]).convert("RGB")
    width = 340
    small = picture.resize((width, picture.height * width // picture.width))
    small = small.filter(ImageFilter.GaussianBlur(0.9))
    if form == "JPEG":
        return _jpeg(small, 28)
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
