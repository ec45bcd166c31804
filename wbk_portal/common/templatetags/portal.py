"""Template tags and filters of the portal, known to every template (`builtins`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

import lucide
from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wbk_portal.common import charts, dates, numbers, terms
from wbk_portal.common.states import STATES, StateLook

register = template.Library()


@lru_cache(maxsize=512)
def _icon_markup(name: str, size: int, extra: str) -> SafeString:
    """Render one icon once; its parts come from the icon package, not from people."""
    classes = f"icon {extra}" if extra else "icon"
    svg = lucide._render_icon(
        name,
        size,
        **{"class": classes, "aria-hidden": "true", "focusable": "false"},
    )
    return mark_safe("".join(line.strip() for line in svg.splitlines()))  # noqa: S308


@register.simple_tag
def icon(name: str, size: int = 20, extra: str = "") -> SafeString:
    """Draw an icon that says nothing to a screen reader; words stand beside it.

    Args:
        name: A lucide name, for example "upload".
        size: Edge in pixels.
        extra: Further CSS classes.
    """
    return _icon_markup(name, size, extra)


def look_of(state: str) -> StateLook:
    """Return how `state` looks; an unknown state is a fault of the code."""
    return STATES[str(state)]


@register.simple_tag
def state_badge(state: str, label: str = "") -> SafeString:
    """Draw the badge of a state: icon and word.

    Args:
        state: A key of `wbk_portal.common.states.STATES`.
        label: Another word, for example "Draf 3".
    """
    if not label:
        return _plain_badge(str(state), get_language())
    return _badge(look_of(state), label)


@lru_cache(maxsize=128)
def _plain_badge(state: str, language: str | None) -> SafeString:
    """Draw the badge of a state in its own word; lists show it on every line."""
    look = look_of(state)
    return _badge(look, look.label)


def _badge(look: StateLook, label: str | Promise) -> SafeString:
    return format_html(
        '<span class="badge tone-{}">{}{}</span>',
        look.tone,
        _icon_markup(look.icon, 14, ""),
        label,
    )


@register.simple_tag
def state_mark(state: str, bare: bool = False) -> SafeString:
    """Draw the one-letter mark of a state; the word is there for screen readers.

    Args:
        bare: Leave the word out, because it stands beside the mark.
    """
    look = look_of(state)
    if bare:
        return format_html(
            '<span class="mark tone-{}" aria-hidden="true">{}</span>',
            look.tone,
            look.letter,
        )
    return format_html(
        '<span class="mark tone-{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="sr">{}</span></span>',
        look.tone,
        look.label,
        look.letter,
        look.label,
    )


@register.filter
def state_label(state: str) -> str:
    """Return the word of a state."""
    return str(look_of(state).label)


@register.filter
def state_tone(state: str) -> str:
    """Return the colour family of a state."""
    return look_of(state).tone


@register.simple_tag
def term_evidence(capfirst: bool = False) -> str:
    """Write the institution's word for evidence."""
    return terms.term_evidence(capital=capfirst)


@register.simple_tag
def term_unit(capfirst: bool = False) -> str:
    """Write the institution's word for a work unit."""
    return terms.term_unit(capital=capfirst)


@register.filter
def number(value: numbers.Exact | None, places: int = 0) -> str:
    """Write a number: "1.234" or with `places` decimals "1.234,50"."""
    return numbers.NO_VALUE if value is None else numbers.format_number(value, places)


@register.filter
def points(value: numbers.Exact | None, places: int = 2) -> str:
    """Write points: an int is nano-points, a Fraction is points, None is a dash."""
    return numbers.format_points(value, places)


@register.filter
def percent(share: numbers.Exact | None, places: int = 0) -> str:
    """Write a share of one as a percentage that crosses no multiple of five."""
    return numbers.format_percent(share, places)


def _limits(text: str) -> list[Fraction]:
    """Read thresholds from "60 75" (decimal point, spaces between)."""
    return [Fraction(part) for part in text.split()]


@register.simple_tag
def percent_of(part: int, whole: int, places: int = 0, thresholds: str = "") -> str:
    """Write `part` of `whole` as a percentage; a dash when there is no whole.

    Args:
        thresholds: Percentages that the rounding must not cross, "62.5 88.31".
    """
    share = Fraction(part, whole) if whole else None
    return numbers.format_percent(share, places, thresholds=_limits(thresholds))


@register.simple_tag
def points_within(value: numbers.Exact | None, thresholds: str, places: int = 2) -> str:
    """Write points whose rounding crosses none of `thresholds` ("6 7.5")."""
    return numbers.format_points(value, places, thresholds=_limits(thresholds))


@register.filter
def size(value: int) -> str:
    """Write a number of bytes: "1,2 MB"."""
    return numbers.format_size(value)


@register.filter
def day(value: dt.date | None) -> str:
    """Write a day: "23 November 2026"."""
    return dates.format_day(value)


@register.filter
def day_short(value: dt.date | None) -> str:
    """Write a day for narrow columns: "23 Nov 2026"."""
    return dates.format_day_short(value)


@register.filter
def moment(value: dt.datetime | None, zone: str | None = None) -> str:
    """Write a moment in a zone: "29 Mei 2026 pukul 15.58 WIB"."""
    return dates.format_moment(value, zone)


@register.filter
def moment_long(value: dt.datetime | None, zone: str | None = None) -> str:
    """Write a moment with its weekday, as on receipts."""
    return dates.format_moment(value, zone, weekday=True)


@register.filter
def clock(value: dt.datetime | None, zone: str | None = None) -> str:
    """Write a clock time: "10.42 WIB"."""
    return dates.format_clock(value, zone)


@register.filter
def days_left(until: dt.date, today: dt.date | None = None) -> str:
    """Say how far a day is: "sisa 3 hari"; today is the active zone's without."""
    return dates.format_days_left(until, today or timezone.localdate())


@register.filter
def initials(name: Any) -> str:
    """Return at most two letters of a name for the round mark."""
    words = [word for word in str(name).split() if word[0].isalpha()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


MESSAGE_LOOKS = {
    "debug": ("idle", "info"),
    "info": ("blue", "info"),
    "success": ("green", "circle-check"),
    "warning": ("amber", "triangle-alert"),
    "error": ("red", "circle-alert"),
}
"""Tone and icon of Django's message levels."""


@register.filter
def message_tone(level: str) -> str:
    """Return the tone of a message level."""
    return MESSAGE_LOOKS.get(level, MESSAGE_LOOKS["info"])[0]


@register.filter
def message_icon(level: str) -> str:
    """Return the icon of a message level."""
    return MESSAGE_LOOKS.get(level, MESSAGE_LOOKS["info"])[1]


@lru_cache(maxsize=64)
def _cell(state: str, language: str) -> SafeString:
    """Render one cell of the heat map once per state and language."""
    look = look_of(state)
    return format_html(
        '<td class="tone-{}">{}<span class="sr"> {}</span></td>',
        look.tone,
        look.letter,
        look.label,
    )


@register.simple_tag
def heat_cell(state: str) -> SafeString:
    """Draw a heat-map cell: letter, tone, and the word for screen readers."""
    return _cell(str(state), get_language() or "")


FILE_ICONS = {
    "pdf": "file-text",
    "docx": "file-type",
    "xlsx": "file-spreadsheet",
    "pptx": "presentation",
    "url": "globe",
}
"""Icons of file types; pictures have the image icon."""


@register.filter
def file_icon(extension: str) -> str:
    """Return the icon of a file by its extension."""
    return FILE_ICONS.get(str(extension).lower(), "file-image")


@register.simple_tag
def chart_ring(
    share: Fraction | None, text: str, label: str, tone: str = "green", size: int = 96
) -> SafeString:
    """Draw a ring; see `charts.ring`."""
    return charts.ring(share, str(text), str(label), tone=tone, size=size)


def _points(value: numbers.Exact) -> Fraction:
    """Return points: an int is nano-points as everywhere in templates."""
    if isinstance(value, int) and 0 < value < 1000:
        msg = f"{value} is read as nano-points; write points as Fraction({value})"
        raise ValueError(msg)
    return Fraction(value, numbers.NANO) if isinstance(value, int) else Fraction(value)


@register.simple_tag
def chart_interval(
    certain: numbers.Exact,
    possible: numbers.Exact,
    maximum: numbers.Exact,
    thresholds: Sequence[tuple[numbers.Exact, str]] | Literal[""] | None = None,
) -> SafeString:
    """Draw the bar of certain and possible points; see `charts.interval`.

    Ints are nano-points. `thresholds` are (points, text); the label is made here.
    """
    marks = [(_points(value), str(text)) for value, text in (thresholds or ())]
    words = _("pasti %(certain)s; masih dapat mencapai %(possible)s dari %(max)s") % {
        "certain": numbers.format_points(certain),
        "possible": numbers.format_points(possible),
        "max": numbers.format_points(maximum),
    }
    if marks:
        words = f"{words} ({', '.join(text for _value, text in marks)})"
    return charts.interval(
        Fraction(certain, numbers.NANO) if isinstance(certain, int) else certain,
        Fraction(possible, numbers.NANO) if isinstance(possible, int) else possible,
        _points(maximum),
        label=words,
        thresholds=marks,
    )


@register.simple_tag
def chart_stacked(parts: Sequence[charts.Part], label: str) -> SafeString:
    """Draw a stacked bar; see `charts.stacked`."""
    return charts.stacked(parts, label=str(label))
