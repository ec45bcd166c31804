"""Texts that people typed, without what cannot be seen and turns the rest around.

Standard library only. File names have stricter rules: see `names`.
"""

import unicodedata

from .names import drop_stray_joiners, visible

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURNING = dict.fromkeys(map(ord, _BIDI))


def clean_line(text: str) -> str:
    """Return a text of one line: no control, format or bidirectional characters.

    It is NFC, and each run of spaces or line breaks is one space.
    """
    shown = "".join(visible(char) for char in text)
    return " ".join(unicodedata.normalize("NFC", drop_stray_joiners(shown)).split())


def clean_lines(text: str) -> str:
    """Return a text of many lines without control and bidirectional characters.

    Line breaks and tabs stay as they were typed.
    """
    return "".join(
        char
        for char in text.translate(_TURNING)
        if char in "\t\n\r" or unicodedata.category(char) not in {"Cc", "Cs"}
    )
