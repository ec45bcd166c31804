"""Page images within a number of bytes. Runs in the child only; needs Pillow."""

import io
import math
from pathlib import Path
from typing import Any

from PIL import Image

IMAGE_BYTES = 40_000
"""Most bytes of a page image: so much a page may load lazily beside its own 100 kB."""

PAGE_WIDTH = 1000
"""Width of an upright page, in pixels: 120 dpi on A4, small print stays readable."""

MAX_LONG_SIDE = 1600
MAX_SCALE = 2.5
"""Pixels per point of a page at most: a receipt is not blown up to a poster."""

THUMB_WIDTH = 200
THUMB_BYTES = 8_000

# Bytes relative to quality 40, measured on scans, photographs and slides.
_QUALITIES = (
    (75, 1.6),
    (60, 1.3),
    (50, 1.15),
    (40, 1.0),
    (30, 0.9),
    (20, 0.78),
    (12, 0.66),
    (5, 0.55),
)
_MIN_WIDTH = 480


def page_scale(width: float, height: float, page_width: int = PAGE_WIDTH) -> float:
    """Return the scale that makes a page of this size readable.

    The short side becomes `page_width` pixels unless the long one would pass its bound.
    """
    longest = MAX_LONG_SIDE * page_width / PAGE_WIDTH
    return min(page_width / min(width, height), longest / max(width, height))


def flatten(image: Image.Image) -> Image.Image:
    """Return the picture as RGB or L, on white where it is transparent."""
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.point(lambda value: value / 256).convert("L")
    if image.mode == "F":
        return image.convert("L")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image if image.mode in {"RGB", "L"} else image.convert("RGB")


def save_image(
    image: Image.Image, name: str, budget: int = IMAGE_BYTES
) -> dict[str, Any]:
    """Write a WebP of at most `budget` bytes; return the fields of an ImageFile."""
    data, size = _fit(image, budget)
    Path(name).write_bytes(data)
    return {"name": name, "width": size[0], "height": size[1], "size": len(data)}


def save_thumb(image: Image.Image, name: str) -> dict[str, Any]:
    """Write the small picture for lists."""
    small = image.copy()
    small.thumbnail((THUMB_WIDTH, THUMB_WIDTH * 2), reducing_gap=2.0)
    return save_image(small, name, THUMB_BYTES)


def _fit(image: Image.Image, budget: int) -> tuple[bytes, tuple[int, int]]:
    if _is_mostly_one_colour(image):
        # Text on paper: few grey levels without loss are smaller and sharper than
        # the lossy form, which smears around every letter.
        plain = _grey_if_grey(image)
        for levels in (16, 8, 4):
            data = _encode(_with_levels(plain, levels), lossless=True)
            if len(data) <= budget:
                return data, image.size
            if len(data) > 2.5 * budget:
                break
    current = image
    while True:
        data = _encode(current, quality=40)
        relative = budget * 0.96 / len(data)
        for quality, factor in _QUALITIES:
            if factor <= relative:
                data = data if quality == 40 else _encode(current, quality=quality)
                if len(data) <= budget:
                    return data, current.size
        # Not even the poorest quality fits: fewer pixels at a fair quality do.
        shrink = min(0.9, math.sqrt(relative / 0.66))
        width = max(_MIN_WIDTH, int(current.width * shrink))
        if width >= current.width:
            return _encode(current, quality=5), current.size
        height = max(1, round(current.height * width / current.width))
        current = image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image: Image.Image, *, quality: int = 40, lossless: bool = False) -> bytes:
    out = io.BytesIO()
    if lossless:
        image.save(out, "WEBP", lossless=True, quality=40, method=2)
    else:
        image.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def _is_mostly_one_colour(image: Image.Image) -> bool:
    histogram = image.convert("L").histogram()
    return max(histogram) * 2 > image.width * image.height


def _grey_if_grey(image: Image.Image) -> Image.Image:
    if image.mode == "L":
        return image
    colours = image.getcolors(4096) or [(0, (0, 1, 2))]
    pixels = [colour for _, colour in colours if isinstance(colour, tuple)]
    grey = all(max(pixel) - min(pixel) <= 2 for pixel in pixels)
    return image.convert("L") if grey else image


def _with_levels(image: Image.Image, levels: int) -> Image.Image:
    table = [
        round(round(value * (levels - 1) / 255) * 255 / (levels - 1))
        for value in range(256)
    ]
    return image.point(table * len(image.getbands()))
