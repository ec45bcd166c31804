"""Pictures: full decode, then an image without metadata. Runs in the child only."""

import struct
import zlib
from typing import Any

from PIL import Image, ImageFile, ImageOps

from evidence.pipeline import encode
from evidence.pipeline.progress import Writer

MAX_PIXELS = 120_000_000
"""As at the gate; headers inside the file may say otherwise than the first one."""

SLICE_RATIO = 2.2
"""Pictures taller than this many widths (captures of whole web pages) become pages."""

MAX_SLICES = 30

_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_DAMAGE = (OSError, SyntaxError, ValueError, struct.error, zlib.error, EOFError)
# What libheif says when a limit of this child stopped it.
_NOT_THE_FILE = ("internal error", "memory")
_CUT = ("truncated", "not processed", "premature", "unexpected end", "end of file")


def render(path: str, kind: str) -> dict[str, Any]:
    """Decode a picture completely and write its page image(s).

    The orientation of the camera is applied; position, device and every other piece of
    metadata stay behind, because the image is encoded anew.

    Returns:
        `reason` when it cannot be decoded ("truncated", "corrupt", "too_many_pixels"),
        else `page_count` and `facts`.
    """
    Image.MAX_IMAGE_PIXELS = None  # the own bound is stricter and says so
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if kind == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    try:
        image = Image.open(path, formats=[_FORMATS[kind]])
        width, height = image.size
        if width * height > MAX_PIXELS:
            return {"reason": "too_many_pixels"}
        # JPEG can be decoded smaller at once; it still reads to the last byte.
        image.draft("RGB", _target(width, height, 2))
        image.load()
    except _DAMAGE as error:
        text = str(error).lower()
        if any(word in text for word in _NOT_THE_FILE):
            raise
        cut = any(word in text for word in _CUT)
        return {"reason": "truncated" if cut else "corrupt"}
    upright = encode.flatten(ImageOps.exif_transpose(_shrink(image)))
    pages = _slices(upright)
    writer = Writer()
    for number, page in enumerate(pages, 1):
        writer.begin(number)
        values = {"image": encode.save_image(page, f"page-{number}.webp")}
        if number == 1:
            values["thumb"] = encode.save_thumb(page, "thumb-1.webp")
        writer.page(number, **values)
    writer.close()
    return {
        "page_count": len(pages),
        "failed": int(upright.height > sum(page.height for page in pages)),
        "facts": {"width": width, "height": height, "has_text": False},
    }


def _target(width: int, height: int, factor: float = 1) -> tuple[int, int]:
    """Return the size in which a picture is shown, never larger than it is."""
    if height > SLICE_RATIO * width:
        scale = encode.PAGE_WIDTH / width
    else:
        scale = encode.page_scale(width, height)
    scale = min(1.0, scale * factor)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrink(image: Image.Image) -> Image.Image:
    """Return a smaller picture; what the camera wrote goes along for the next step."""
    if image.mode not in {"RGB", "L", "RGBA", "CMYK"}:
        image = encode.flatten(image)
    size = _target(*image.size)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _slices(image: Image.Image) -> list[Image.Image]:
    if image.height <= SLICE_RATIO * image.width:
        return [image]
    step = round(image.width * 1.414)
    tops = range(0, image.height, step)[:MAX_SLICES]
    return [
        image.crop((0, top, image.width, min(top + step, image.height))) for top in tops
    ]
