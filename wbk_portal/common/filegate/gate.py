"""The decision: one pass over a file, cheapest checks first."""

from typing import Any, BinaryIO

from wbk_portal.common import names
from wbk_portal.common.filegate import ole, pictures, sniff
from wbk_portal.common.filegate.kinds import KINDS, Kind, kind_of
from wbk_portal.common.filegate.office import check_office
from wbk_portal.common.filegate.pdf import HEADER_WINDOW, check_pdf
from wbk_portal.common.filegate.results import Accepted, Refused

_HEAD_BYTES = 33 * 1024

# Extensions that say what a file is and are wrong once the content says otherwise;
# any other ending ("laporan rev.final") is part of the name.
_OTHER_EXTENSIONS = frozenset(
    (  # noqa: SIM905 - as a list it would fill fifty lines
        "doc dot docm dotx dotm xls xlt xlsm xltx xltm xlsb ppt pps ppsx pptm potx "
        "odt ods odp rtf txt csv htm html mht mhtml xml svg gif bmp tif tiff avif ico "
        "exe com scr bat cmd ps1 vbs js jar apk msi lnk zip rar 7z tar gz tmp bin dat"
    ).split()
)

_PICTURES = frozenset({"gif", "bmp", "tiff", "psd", "ico", "jp2", "jxl", "avif"})


def inspect(
    source: BinaryIO,
    *,
    name: str,
    size: int,
    max_bytes: int,
    max_pixels: int = pictures.MAX_PIXELS,
    allow_locked_pdf: bool = False,
) -> Accepted:
    """Decide whether a file may come in.

    The kind is found by content alone. An accepted kind under a wrong extension comes
    in under the right one; anything else is refused, and said to be disguised when
    its extension promised an accepted kind.

    Args:
        source: Open, seekable file; left at its start.
        name: The name as the person sent it, uncleaned.
        size: Bytes as far as the caller knows; the file itself is measured too.
        max_bytes: Largest size accepted.
        max_pixels: Most pixels of a picture.
        allow_locked_pdf: Take PDF files with a password or restrictions.

    Raises:
        Refused: The file may not come in; `message` is the sentence for the person.
    """
    clean, original = names.clean_name(name)
    try:
        length = source.seek(0, 2)
        if length == 0:
            raise Refused("empty")
        if max(length, size) > max_bytes:
            raise Refused("too_large", limit=max_bytes)
        key, facts = _identify(
            source, length, clean, max_pixels=max_pixels, allow_locked=allow_locked_pdf
        )
    except Refused as refused:
        raise Refused(refused.code, **{"name": clean, **refused.params}) from None
    finally:
        source.seek(0)
    kind = KINDS[key]
    fitted, replaced = _fit_extension(clean, kind)
    if replaced:
        facts["renamed_from"] = replaced
    return Accepted(
        kind=key,
        mime=kind.mime,
        extension=names.split_extension(fitted)[1].lstrip(".").lower(),
        clean_name=fitted,
        original_name=original,
        size=length,
        facts=facts,
    )


def _identify(
    source: BinaryIO, size: int, clean: str, *, max_pixels: int, allow_locked: bool
) -> tuple[str, dict[str, Any]]:
    """Return (kind, facts) or raise Refused without the name."""
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    promised = kind_of(names.split_extension(clean)[1].lstrip("."))
    picture = _picture_kind(head)
    if picture:
        width, height = pictures.dimensions(picture, source, size)
        pictures.check_pixels(width, height, max_pixels)
        return picture, {"width": width, "height": height}
    if head.startswith(b"PK\x03\x04"):
        return _zip(source, size, promised)
    if _is_pdf(head):
        return "pdf", check_pdf(source, size, allow_locked=allow_locked)
    if head.startswith(ole.MAGIC):
        raise Refused(ole.classify(source, size))
    content = "avif" if pictures.heif_brand(head) == "avif" else sniff.identify(head)
    raise _refusal(content, promised)


def _zip(
    source: BinaryIO, size: int, promised: Kind | None
) -> tuple[str, dict[str, Any]]:
    try:
        return check_office(source, size)
    except Refused as refused:
        if refused.code == "archive":
            raise _refusal("archive", promised) from None
        # A damaged zip that never claimed to be a document is just an archive.
        if refused.code == "office_broken" and promised is None:
            raise Refused("archive") from None
        raise


def _picture_kind(head: bytes) -> str:
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return "heic" if pictures.heif_brand(head) == "heic" else ""


def _is_pdf(head: bytes) -> bool:
    """Return True for `%PDF-` near the start with nothing dangerous in front."""
    at = head.find(b"%PDF-", 0, HEADER_WINDOW + 5)
    if at < 0:
        return False
    # Printers put job commands there, mail programs line breaks; a page or a
    # program there means that browsers would see something else than we do.
    return at == 0 or sniff.identify(head[:at]) not in sniff.DANGEROUS


def _refusal(content: str, promised: Kind | None) -> Refused:
    """Return the refusal for content that is none of ours."""
    if content in _PICTURES:
        return Refused("picture_other", actual=content)
    if content in {"video", "audio"}:
        return Refused("media", actual=content)
    if content in {"rtf", "email", "archive"}:
        return Refused(content)
    if promised:
        if content == "unknown":
            return Refused("not_readable", claimed=promised.key)
        code = "disguised"
        if content in {"program", "script"}:
            code = "disguised_program"
        return Refused(code, claimed=promised.key, actual=content)
    if content in {"text", "xml", "database", "postscript"}:
        return Refused("text", actual=content)
    return Refused("program" if content == "script" else content)


def _fit_extension(clean: str, kind: Kind) -> tuple[str, str]:
    """Return the name with an extension of `kind`, and the one it replaced or ""."""
    stem, extension = names.split_extension(clean)
    bare = extension.lstrip(".").lower()
    if bare in kind.aliases:
        return clean, ""
    if not (kind_of(bare) or bare in _OTHER_EXTENSIONS):
        return names.fit(clean, f".{kind.extension}"), ""
    inner = names.split_extension(stem)[1].lstrip(".").lower()
    if inner in kind.aliases:
        return stem, bare
    return names.fit(stem, f".{kind.extension}"), bare
