"""PDF: page images and text. Runs in the child only; needs pypdfium2 and Pillow."""

from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from evidence.pipeline import encode
from evidence.pipeline.plain import Text
from evidence.pipeline.progress import Writer

MAX_TEXT_PAGES = 1000
"""Pages beyond are not searched; the longest report seen had 600."""


def render(
    path: str,
    first: int,
    last: int,
    page_width: int = encode.PAGE_WIDTH,
    image_bytes: int = encode.IMAGE_BYTES,
    with_text: bool = True,
) -> dict[str, Any]:
    """Write images of pages `first` to `last` and read the text of all.

    Pages are handed over one by one through `progress`.

    Returns:
        `reason` when the file cannot be opened ("corrupt", "locked"), else `page_count`
        and `facts`.
    """
    try:
        document = pdfium.PdfDocument(path)
        # First of all, or the answers in a filled form stay invisible.
        document.init_forms()
        count = len(document)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"reason": "locked" if locked else "corrupt"}
    if count == 0:
        return {"reason": "corrupt"}
    text = Text()
    writer = Writer()
    failed = 0
    for number in range(first, count + 1):
        wants_image = number <= last
        if not wants_image and (not with_text or number > MAX_TEXT_PAGES):
            break
        writer.begin(number)
        values: dict[str, Any] = {}
        try:
            page = document[number - 1]
            if wants_image:
                values = _images(page, number, page_width, image_bytes)
            if with_text:
                values["text"] = text.take(_text(page))
            page.close()
        except (pdfium.PdfiumError, ValueError, ZeroDivisionError):
            failed += 1
        writer.page(number, **values)
    writer.close()
    return {
        "page_count": count,
        "failed": failed,
        "facts": {
            **_facts(document),
            "has_text": text.seen,
            "text_cut": text.cut or count > MAX_TEXT_PAGES,
        },
    }


def _images(
    page: pdfium.PdfPage, number: int, page_width: int, image_bytes: int
) -> dict[str, Any]:
    width, height = page.get_size()
    scale = min(encode.page_scale(width, height, page_width), encode.MAX_SCALE)
    image = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    values = {"image": encode.save_image(image, f"page-{number}.webp", image_bytes)}
    if number == 1:
        values["thumb"] = encode.save_thumb(image, "thumb-1.webp")
    return values


def _text(page: pdfium.PdfPage) -> str:
    text_page = page.get_textpage()
    try:
        return str(text_page.get_text_bounded())
    finally:
        text_page.close()


def _facts(document: pdfium.PdfDocument) -> dict[str, Any]:
    return {
        "signatures": max(0, raw.FPDF_GetSignatureCount(document)),
        "javascript": raw.FPDFDoc_GetJavaScriptActionCount(document) > 0,
        "attachments": max(0, raw.FPDFDoc_GetAttachmentCount(document)),
    }
