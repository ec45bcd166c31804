"""The eight kinds of files that may come in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One accepted kind.

    Attributes:
        key: Short name used in columns and code, e.g. "docx".
        mime: Media type under which the stored bytes are served.
        extension: The usual extension, without a dot.
        aliases: Extensions that are right for this kind, the usual one included.
        family: "pdf", "office" or "picture"; decides how a preview is made.
        label: What people call it; a proper name, the same in every language.
    """

    key: str
    mime: str
    extension: str
    aliases: frozenset[str]
    family: str
    label: str


_OPEN_XML = "application/vnd.openxmlformats-officedocument"

_ALL = (
    Kind("pdf", "application/pdf", "pdf", frozenset({"pdf"}), "pdf", "PDF"),
    Kind(
        "docx",
        f"{_OPEN_XML}.wordprocessingml.document",
        "docx",
        frozenset({"docx"}),
        "office",
        "Word (.docx)",
    ),
    Kind(
        "xlsx",
        f"{_OPEN_XML}.spreadsheetml.sheet",
        "xlsx",
        frozenset({"xlsx"}),
        "office",
        "Excel (.xlsx)",
    ),
    Kind(
        "pptx",
        f"{_OPEN_XML}.presentationml.presentation",
        "pptx",
        frozenset({"pptx"}),
        "office",
        "PowerPoint (.pptx)",
    ),
    Kind(
        "jpg",
        "image/jpeg",
        "jpg",
        frozenset({"jpg", "jpeg", "jpe", "jfif"}),
        "picture",
        "JPG",
    ),
    Kind("png", "image/png", "png", frozenset({"png"}), "picture", "PNG"),
    Kind("webp", "image/webp", "webp", frozenset({"webp"}), "picture", "WebP"),
    Kind("heic", "image/heic", "heic", frozenset({"heic", "heif"}), "picture", "HEIC"),
)

KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}
"""Every accepted kind by its key, in the order in which help texts list them."""

_BY_EXTENSION = {alias: kind for kind in _ALL for alias in kind.aliases}


def kind_of(extension: str) -> Kind | None:
    """Return the kind that an extension (any case, without dot) promises."""
    return _BY_EXTENSION.get(extension.lower())
