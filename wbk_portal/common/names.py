"""File names that people sent, made safe to keep, to show and to download.

Standard library only. The name on disk never comes from here: it is random.
"""

import re
import unicodedata

MAX_CHARS = 150
"""Longest clean name, in characters; a row of the lists stays readable."""

MAX_BYTES = 255
"""Longest clean name in UTF-8 bytes: the limit of every common file system."""

MAX_ORIGINAL_CHARS = 1000
"""Longest escaped original, in characters."""

FALLBACK_STEM = "berkas"
"""Name of a file whose own name holds nothing that can be shown."""

ZERO_WIDTH_JOINER = "\u200d"

# Not allowed in names on Windows, where assessors save the files.
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
_RESERVED_STEM = re.compile(
    r"(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$"
)
_EXTENSION = re.compile(r"^(?=.*[A-Za-z])[A-Za-z0-9]{1,10}$")
_SPACES = re.compile(r" {2,}")


def clean_name(original: str) -> tuple[str, str]:
    """Return a name that is safe everywhere, and the original with nothing hidden.

    The clean name is NFC, has no control, bidirectional, path or NUL characters, at
    most MAX_CHARS characters and MAX_BYTES bytes, keeps its extension, is no reserved
    device name and is never empty.

    Args:
        original: The name as it arrived; may hold anything, also lone surrogates.

    Returns:
        (clean name, escaped original). The second shows control, format and
        surrogate characters as `\\x00`, `\\u202e`; it holds no NUL and is cut
        at MAX_ORIGINAL_CHARS.
    """
    return _clean(original), escape_name(original)


def escape_name(original: str) -> str:
    """Return `original` with each invisible character written out as an escape."""
    escaped = "".join(_escape(char) for char in original[:MAX_ORIGINAL_CHARS])
    return escaped[:MAX_ORIGINAL_CHARS]


def split_extension(name: str) -> tuple[str, str]:
    """Split off a short ASCII extension: `("SK Tim", ".PDF")`, `("catatan", "")`."""
    stem, dot, extension = name.rpartition(".")
    if stem and dot and _EXTENSION.match(extension):
        return stem, f".{extension}"
    return name, ""


def fit(stem: str, extension: str) -> str:
    """Join stem and extension within both limits; only the stem is shortened."""
    room = MAX_CHARS - len(extension)
    byte_room = MAX_BYTES - len(extension.encode())
    if len(stem) > room or len(stem.encode()) > byte_room:
        stem = stem[:room].encode()[:byte_room].decode(errors="ignore")
        # A cut never ends inside a joined emoji or in front of its accent's base.
        stem = stem.rstrip(ZERO_WIDTH_JOINER)
        stem = stem.rstrip(" .") or FALLBACK_STEM
    return stem + extension


def _clean(original: str) -> str:
    # No name is longer than this; the rest would only cost time to normalise.
    text = original[-4 * MAX_ORIGINAL_CHARS :]
    # Browsers send the bare name; some old ones and scripts send a whole path.
    text = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
    text = "".join(visible(char) for char in text)
    text = unicodedata.normalize("NFC", drop_stray_joiners(text))
    text = _SPACES.sub(" ", text.translate(_FORBIDDEN)).strip()
    # A leading dot hides the file, a trailing dot or space vanishes on Windows.
    # (An emptied stem leaves ".pdf": that dot still starts the extension.)
    stem, extension = split_extension(f"x{text.rstrip('. ')}")
    stem = stem[1:].strip(". ")
    if not stem:
        stem = FALLBACK_STEM
    if _RESERVED_STEM.match(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    return fit(stem, extension)


def visible(char: str) -> str:
    """Return what stays of one character: itself, a space, or nothing."""
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"} or char in "\t\n\r\v\f":
        return " "
    # Joins emoji to one picture; strays are dropped later.
    if char == ZERO_WIDTH_JOINER:
        return char
    # Emoji newer than this Python count as unassigned; non-characters and the
    # invisible tags of plane 14 do too, and those go.
    if category == "Cn":
        code = ord(char)
        plain = code & 0xFFFE != 0xFFFE and not 0xFDD0 <= code <= 0xFDEF
        return char if plain and 0x2100 <= code < 0xE0000 else ""
    # Cc control, Cf format (bidi, zero width), Cs surrogate, Co private use.
    return "" if category.startswith("C") else char


def drop_stray_joiners(text: str) -> str:
    """Keep a zero width joiner only in front of a pictograph it can join."""
    if ZERO_WIDTH_JOINER not in text:
        return text
    kept: list[str] = []
    for index, char in enumerate(text):
        if char == ZERO_WIDTH_JOINER:
            after = unicodedata.category(text[index + 1 : index + 2] or " ")
            before = unicodedata.category(kept[-1]) if kept else "Zs"
            if after not in {"So", "Cn"} or before in {"Zs", "Cf", "Ll", "Lu", "Nd"}:
                continue
        kept.append(char)
    return "".join(kept)


def _escape(char: str) -> str:
    if char == "\\":
        return "\\\\"
    category = unicodedata.category(char)
    if char.isprintable() and not category.startswith("C"):
        return char
    if char == ZERO_WIDTH_JOINER or category == "Zs":
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
