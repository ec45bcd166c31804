"""Text as the database and the search take it. Used in the child."""

import re

PAGE_CHARS = 100_000
"""Most characters of one page, sheet or slide."""

TOTAL_CHARS = 2_000_000
"""Most characters of one file."""

# Control characters (PostgreSQL refuses NUL), surrogates, non-characters.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What PDFium puts for a hyphen at the end of a line.
_HYPHEN = re.compile("[\x02\ufffe]")


class Text:
    """Collects the text of a file within its bounds."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.left = TOTAL_CHARS
        self.cut = False
        self.seen = False

    def take(self, text: str) -> str:
        """Return what is kept of one page's text."""
        clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "")
        clean = _UNWANTED.sub("", _HYPHEN.sub("-", clean)).strip()
        kept = clean[: min(PAGE_CHARS, self.left)]
        self.left -= len(kept)
        self.cut = self.cut or len(kept) < len(clean)
        self.seen = self.seen or bool(kept)
        return kept
