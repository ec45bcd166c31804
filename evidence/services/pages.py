"""Page ranges as people write them: "3–7, 12"."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_LENGTH = 60
"""Characters; the column's width."""

_DASHES = re.compile(r"\s*(?:[-‐‑‒–—]|s\.?\s?d\.?)\s*", re.IGNORECASE)
_PART = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


def clean_pages(text: str) -> str:
    """Return a page range in one form: "3–7, 12"; empty stays empty.

    Raises:
        ValidationError: On field ``pages``, when it is no list of pages.
    """
    plain = _DASHES.sub("-", text.replace("\x00", "").strip())
    parts = [part.strip() for part in re.split(r"[,;&]", plain) if part.strip()]
    written = []
    for part in parts:
        found = _PART.fullmatch(part)
        if found is None:
            raise ValidationError({"pages": _("Tulis halaman seperti 3–7, 12.")})
        first, last = int(found[1]), int(found[2] or found[1])
        if not 1 <= first <= last:
            raise ValidationError(
                {"pages": _("Halaman dimulai dari 1 dan ditulis dari kecil ke besar.")}
            )
        written.append(str(first) if first == last else f"{first}–{last}")
    cleaned = ", ".join(written)
    if len(cleaned) > MAX_LENGTH:
        raise ValidationError({"pages": _("Daftar halaman terlalu panjang.")})
    return cleaned


def first_page(pages: str) -> int | None:
    """Return the page on which a cleaned range begins, None for the whole document."""
    found = re.match(r"[0-9]+", pages)
    return int(found[0]) if found else None
