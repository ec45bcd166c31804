"""The camera: from a drawing to something that looks like a phone photograph."""

from __future__ import annotations

import datetime as dt
import functools
import io
import random

from PIL import Image, ImageChops, ImageFilter

from .typeset import pages_png

Corner = tuple[float, float]
_MODELS = ("Rupa X2", "Galura A14", "Kamera Saku K7")


def raster(svg: str, width: int, height: int) -> Image.Image:
    """Return a drawing as a picture of width × height pixels."""
    [png] = pages_png("picture", {"svg": svg, "width": width, "height": height}, 72)
    return Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")


@functools.lru_cache(maxsize=8)
def _grain(choice: int, width: int, height: int) -> Image.Image:
    """Return weak grey grain around 128; two layers, one a little coarser."""
    rng = random.Random(f"grain:{choice}")  # noqa: S311 - a picture's noise
    fine = Image.frombytes("L", (width, height), rng.randbytes(width * height))
    w, h = width // 2, height // 2
    coarse = Image.frombytes("L", (w, h), rng.randbytes(w * h)).resize((width, height))
    mixed = Image.blend(fine, coarse, 0.55).filter(ImageFilter.GaussianBlur(0.6))
    weak = mixed.point([round(128 + (value - 128) * 0.2) for value in range(256)])
    return Image.merge("RGB", (weak, weak, weak))


def develop(
    picture: Image.Image, rng: random.Random, *, tilt: bool = True
) -> Image.Image:
    """Return the picture with a hand's tilt, a colour cast, softness and grain."""
    if tilt:
        picture = _tilted(picture, rng)
    contrast, brightness = rng.uniform(1.0, 1.12), rng.uniform(0.93, 1.06)
    casts = (rng.uniform(1.0, 1.045), 1.0, rng.uniform(0.92, 1.0))
    curve = [
        max(0, min(255, round((128 + (value - 128) * contrast) * brightness * cast)))
        for cast in casts
        for value in range(256)
    ]
    grain = _grain(rng.randint(0, 2), *picture.size)
    return ImageChops.overlay(picture.point(curve), grain)


def _tilted(picture: Image.Image, rng: random.Random) -> Image.Image:
    """Return the picture seen slightly from the side, edges cut off."""
    width, height = picture.size
    near = [
        (rng.uniform(0.008, 0.035) * width, rng.uniform(0.008, 0.035) * height)
        for _ in range(4)
    ]
    corners = (
        near[0],
        (near[1][0], height - near[1][1]),
        (width - near[2][0], height - near[2][1]),
        (width - near[3][0], near[3][1]),
    )
    return picture.transform(
        (width, height),
        Image.Transform.QUAD,
        tuple(value for corner in corners for value in corner),
        Image.Resampling.BILINEAR,
    )


def paste_in_perspective(
    base: Image.Image, flat: Image.Image, corners: tuple[Corner, Corner, Corner, Corner]
) -> None:
    """Put a flat picture onto `base` so that its corners land on `corners`.

    Args:
        corners: Top left, top right, bottom right, bottom left, in pixels of `base`.
    """
    left = int(min(x for x, _ in corners))
    top = int(min(y for _, y in corners))
    width = int(max(x for x, _ in corners)) - left + 1
    height = int(max(y for _, y in corners)) - top + 1
    target = [(x - left, y - top) for x, y in corners]
    w, h = flat.size
    source = [(0.0, 0.0), (float(w), 0.0), (float(w), float(h)), (0.0, float(h))]
    coefficients = _perspective(target, source)
    warped = flat.convert("RGB").transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BICUBIC,
    )
    mask = Image.new("L", flat.size, 255).transform(
        (width, height), Image.Transform.PERSPECTIVE, coefficients
    )
    base.paste(warped, (left, top), mask)


def _perspective(target: list[Corner], source: list[Corner]) -> tuple[float, ...]:
    """Return the eight coefficients that map target points to source points."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    size = 8
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for row in range(size):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [
                    value - factor * base
                    for value, base in zip(rows[row], rows[column], strict=True)
                ]
    return tuple(rows[index][size] for index in range(size))


def jpeg(
    picture: Image.Image, *, taken: dt.datetime | None, seed: int, quality: int = 80
) -> bytes:
    """Return a JPEG; with `taken`, EXIF as a phone writes it, without position."""
    out = io.BytesIO()
    if taken is None:
        picture.save(out, "JPEG", quality=quality)
        return out.getvalue()
    exif = Image.Exif()
    when = taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010F] = "Rekaan"
    exif[0x0110] = _MODELS[seed % len(_MODELS)]
    exif[0x0112] = 1
    exif[0x0132] = when
    exif.get_ifd(0x8769)[0x9003] = when
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()
