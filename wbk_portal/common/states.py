"""How a state looks: word, tone, icon and letter in one place.

Colour never carries a state alone: a badge has an icon and the word, a cell of the
heat map has the letter (and the word for screen readers).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class StateLook:
    """One state as shown.

    Attributes:
        key: The state's name in code and in the database.
        label: The word of `words.md`, lazily translated.
        tone: Colour family in the style sheet (`tone-<name>`).
        icon: Name of a lucide icon.
        letter: One mark for a cell; the same in every language, explained by a legend.
    """

    key: str
    label: str | Promise
    tone: str
    icon: str
    letter: str


ITEM_STATES = (
    StateLook("empty", _("Belum diisi"), "idle", "circle-dashed", "B"),
    StateLook("draft", _("Draf"), "amber", "pencil-line", "D"),
    StateLook(
        "awaiting_approval", _("Menunggu persetujuan"), "violet", "hourglass", "M"
    ),
    StateLook("submitted", _("Diajukan"), "blue", "send", "A"),
    StateLook("under_review", _("Sedang dinilai"), "navy", "eye", "S"),
    StateLook("needs_revision", _("Perlu perbaikan"), "orange", "undo-2", "P"),
    StateLook("scored", _("Selesai dinilai"), "green", "check", "N"),
    StateLook("final", _("Ditetapkan"), "done", "badge-check", "T"),
    StateLook("not_submitted", _("Tidak diajukan"), "red", "circle-slash", "X"),
)
"""States of an assessment, in the order of the work flow."""

MARKS = (
    StateLook("not_applicable", _("Tidak berlaku"), "na", "minus", "–"),
    StateLook("sent_back", _("Dikembalikan kepala unit"), "orange", "undo-2", "K"),
    StateLook("pending", _("Pratinjau sedang dibuat"), "idle", "loader-circle", "…"),
    StateLook("checking", _("Masih diperiksa"), "amber", "loader-circle", "…"),
    StateLook("ready", _("Siap"), "green", "check", "✓"),
    StateLook("partial", _("Pratinjau sebagian"), "amber", "file-minus", "½"),
    StateLook("unavailable", _("Pratinjau tidak tersedia"), "na", "eye-off", "-"),
    StateLook("rejected", _("Ditolak setelah diterima"), "red", "file-x", "!"),
    StateLook("fits", _("Sesuai"), "green", "check", "✓"),
    StateLook("does_not_fit", _("Tidak sesuai"), "red", "x", "✗"),
    StateLook("unreviewed", _("Belum dinilai"), "idle", "circle-dashed", "?"),
    StateLook("re_review", _("Perlu ditinjau ulang"), "orange", "refresh-cw", "U"),
    StateLook("expired", _("Kedaluwarsa"), "red", "calendar-x", "K"),
    StateLook("proposed", _("Usulan"), "violet", "sparkles", "L"),
    StateLook("withdrawn", _("Ditarik"), "na", "archive", "-"),
    StateLook("overdue", _("Lewat batas waktu"), "red", "clock-alert", "!"),
)
"""Marks beside the work flow: files, links, items out of the count or sent back."""

STATES: dict[str, StateLook] = {look.key: look for look in ITEM_STATES + MARKS}
"""Every look by its key."""

TONES = (
    "idle",
    "amber",
    "violet",
    "blue",
    "navy",
    "orange",
    "green",
    "done",
    "red",
    "na",
)
"""Colour families that the style sheet knows."""
