"""Scans: pages as pictures without text, as an office scanner makes them."""

from __future__ import annotations

import io
import random

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

_DPI = 120


def image_pdf(
    pages: list[tuple[bytes, int, int]], *, points: tuple[float, float]
) -> bytes:
    """Return a PDF whose pages are one JPEG each; no text, no dates.

    Args:
        pages: JPEG bytes, width and height in pixels.
        points: Width and height of every page.
    """
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for jpeg, width, height in pages:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        draw = f"q {points[0]:.2f} 0 0 {points[1]:.2f} 0 0 cm /S Do Q".encode()
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {points[0]:.2f}"
            f" {points[1]:.2f}]"
            f" /Resources << /XObject << /S {number + 1} 0 R >> >>"
            f" /Contents {number + 2} 0 R >>".encode()
        )
        objects.append(
            f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height}"
            " /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
            f" /Length {len(jpeg)} >>\nstream\n".encode()
            + jpeg
            + b"\nendstream"
        )
        objects.append(
            f"<< /Length {len(draw)} >>\nstream\n".encode() + draw + b"\nendstream"
        )
    objects[1] = (
        f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    )
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        out.write(f"{place:010d} 00000 n \n".encode())
    out.write(
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n"
        "%%EOF\n".encode()
    )
    return out.getvalue()


def scanned(pdf: bytes, rng: random.Random, *, most: int = 4) -> bytes:
    """Return a PDF as it comes out of a scanner: grey, a little crooked, no text.

    Args:
        most: Only so many pages are scanned, as people do.
    """
    paper = pypdfium2.PdfDocument(pdf)
    try:
        width, height = paper[0].get_size()
        pages = []
        for index in range(min(most, len(paper))):
            picture = paper[index].render(scale=_DPI / 72, grayscale=True).to_pil()
            pages.append(_aged(picture, rng))
    finally:
        paper.close()
    return image_pdf(pages, points=(width, height))


def _aged(picture: Image.Image, rng: random.Random) -> tuple[bytes, int, int]:
    """Return one page as JPEG with skew, dust and an uneven lamp."""
    grey = picture.convert("L")
    grey = grey.rotate(rng.uniform(-1.3, 1.3), Image.Resampling.BILINEAR, fillcolor=236)
    width, height = grey.size
    lamp = Image.linear_gradient("L").resize((width, height))
    lamp = lamp.point([236 + value // 14 for value in range(256)])
    grey = ImageChops.multiply(grey, lamp)
    for _ in range(rng.randint(25, 60)):
        x, y = rng.randrange(width - 4), rng.randrange(height - 4)
        wide, high = rng.randint(1, 3), rng.randint(1, 3)
        grey.paste(rng.randint(70, 170), (x, y, x + wide, y + high))
    grey = grey.filter(ImageFilter.GaussianBlur(0.5))
    out = io.BytesIO()
    grey.save(out, "JPEG", quality=62)
    return out.getvalue(), width, height
