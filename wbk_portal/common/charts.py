"""Charts as inline SVG, drawn on the server without scripts or style attributes.

Shapes carry classes only, so that light, dark, forced colours and print restyle them
(`static/css/portal.css`, ".chart"). Texts arrive finished; numbers inside SVG
attributes are always written with a decimal point, whatever the language. Each chart
names its content in `aria-label`; the page shows the same figures as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .numbers import Exact

RING_RADIUS = 42
"""Radius of the ring in its box of 100 × 100."""

LABEL_SHARE = Fraction(7, 100)
"""A part of a stacked bar narrower than this shows no number inside."""


def coordinate(value: Exact | float) -> str:
    """Write a number for an SVG attribute: a point, at most three decimals."""
    text = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _share(value: Exact, maximum: Exact) -> Fraction:
    """Return `value` as a share of `maximum`, kept within 0 and 1."""
    if not maximum:
        return Fraction(0)
    return min(max(Fraction(value) / Fraction(maximum), Fraction(0)), Fraction(1))


def _percent(share: Fraction) -> str:
    """Write a share as an SVG percentage."""
    return f"{coordinate(share * 100)}%"


def ring(
    share: Fraction | None,
    text: str,
    label: str,
    *,
    tone: str = "green",
    size: int = 96,
    thresholds: Sequence[Fraction] = (),
) -> SafeString:
    """Draw a ring that is filled clockwise from the top.

    Args:
        share: Filled part, 0 to 1; None means "no value yet" (a dashed ring).
        text: What stands in the middle, finished ("59%").
        label: What the ring is about, for screen readers.
        tone: Colour family of the filled part.
        size: Edge in pixels.
        thresholds: Shares at which a short line crosses the ring.
    """
    track = format_html(
        '<circle class="c-ringtrack" cx="50" cy="50" r="{}" stroke-width="11"{}/>',
        RING_RADIUS,
        SafeString(' stroke-dasharray="3 5"') if share is None else "",
    )
    arc: SafeString = SafeString("")
    if share is not None and share > 0:
        filled = _share(share, 1) * 100
        # A visible gap stays for everything below 100 %, round ends included.
        shown = filled if filled == 100 else min(filled, Fraction(965, 10))
        arc = format_html(
            '<circle class="c-ring" cx="50" cy="50" r="{}" stroke-width="11" '
            'pathLength="100" stroke-dasharray="{} 100" '
            'transform="rotate(-90 50 50)"/>',
            RING_RADIUS,
            coordinate(shown),
        )
    marks = format_html_join(
        "",
        '<line class="c-mark" x1="50" y1="1" x2="50" y2="15" '
        'transform="rotate({} 50 50)"/>',
        ((coordinate(_share(limit, 1) * 360),) for limit in thresholds),
    )
    return format_html(
        '<svg class="chart tone-{}" role="img" aria-label="{}: {}" width="{}" '
        'height="{}" viewBox="0 0 100 100">{}{}{}'
        '<text class="c-strong c-ringtext" x="50" y="51" text-anchor="middle" '
        'dominant-baseline="middle">{}</text></svg>',
        tone,
        label,
        text,
        size,
        size,
        track,
        arc,
        marks,
        text,
    )


def _anchors(count: int) -> list[str]:
    """Return where labels of `count` marks hang, so that neighbours do not collide."""
    if count < 2:
        return ["middle"] * count
    return ["end", *["middle"] * (count - 2), "start"]


def interval(
    certain: Exact,
    possible: Exact,
    maximum: Exact,
    *,
    label: str,
    thresholds: Sequence[tuple[Exact, str]] = (),
    tone: str = "green",
) -> SafeString:
    """Draw a bar with a certain part and a part that can still be reached.

    Args:
        certain: Points that nobody can take away any more.
        possible: Points that can still be reached, at least `certain`.
        maximum: Points of the whole bar, in the same unit.
        label: The same in words, for screen readers.
        thresholds: (points, finished text) for the lines across the bar, ascending.
        tone: Colour family of the certain part.
    """
    sure, maybe = _share(certain, maximum), _share(possible, maximum)
    parts = [
        SafeString('<rect class="c-track" y="5" width="100%" height="14" rx="7"/>')
    ]
    if maybe > sure:
        parts.append(
            format_html(
                '<rect class="c-maybe" y="5.75" width="{}" height="12.5" rx="6"/>',
                _percent(maybe),
            )
        )
    if sure > 0:
        parts.append(
            format_html(
                '<rect class="c-fill" y="5" width="{}" height="14" rx="7"/>',
                _percent(sure),
            )
        )
    hangs = _anchors(len(thresholds))
    for (points, text), anchor in zip(thresholds, hangs, strict=True):
        at = _percent(_share(points, maximum))
        parts.append(
            format_html(
                '<line class="c-mark" x1="{}" y1="0" x2="{}" y2="24"/>'
                '<text x="{}" y="40" text-anchor="{}">{}</text>',
                at,
                at,
                at,
                anchor,
                text,
            )
        )
    return format_html(
        '<svg class="chart chart--wide tone-{}" role="img" aria-label="{}" '
        'width="100%" height="{}">{}</svg>',
        tone,
        label,
        44 if thresholds else 24,
        SafeString("".join(parts)),
    )


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar: tone, how many, the word, and the mark in it."""

    tone: str
    count: int
    label: str
    letter: str = ""


def stacked(parts: Sequence[Part], *, label: str) -> SafeString:
    """Draw counts as neighbouring parts of one bar.

    Each part wide enough shows letter and count; a legend beside the chart names the
    tones. Parts of zero are left out.
    """
    total = sum(part.count for part in parts)
    shown = [part for part in parts if part.count]
    drawn: list[SafeString] = []
    start = Fraction(0)
    for part in shown:
        share = Fraction(part.count, total)
        text: SafeString | str = ""
        if share >= LABEL_SHARE:
            text = format_html(
                '<text class="c-seglabel" x="{}" y="20">{} {}</text>',
                _percent(start + share / 2),
                part.letter,
                part.count,
            )
        drawn.append(
            format_html(
                '<g class="tone-{}"><title>{}: {}</title><rect class="c-seg" x="{}" '
                'y="0" width="{}" height="30" rx="5"/>{}</g>',
                part.tone,
                part.label,
                part.count,
                _percent(start),
                _percent(share),
                text,
            )
        )
        start += share
    if not shown:
        drawn.append(
            SafeString('<rect class="c-track" width="100%" height="30" rx="5"/>')
        )
    words = ", ".join(f"{part.label} {part.count}" for part in shown) or "–"
    return format_html(
        '<svg class="chart chart--wide" role="img" aria-label="{}: {}" width="100%" '
        'height="30">{}</svg>',
        label,
        words,
        SafeString("".join(drawn)),
    )


@dataclass(frozen=True)
class TrendPoint:
    """One column of a trend: its name, the value and its target, each may be None."""

    label: str
    value: Fraction | None
    target: Fraction | None = None
    text: str = ""


PLOT_LEFT, PLOT_WIDTH = Fraction(9, 100), Fraction(87, 100)
"""Share of the chart's width left of the plot, and taken by it."""
PLOT_TOP, PLOT_HEIGHT = 12, 150
"""Pixels above the plot, and taken by it."""


def trend(
    points: Sequence[TrendPoint],
    *,
    maximum: Exact,
    ticks: Sequence[tuple[Exact, str]],
    label: str,
) -> SafeString:
    """Draw a line over time with its dashed target.

    Args:
        points: In order of time; a missing value leaves a gap.
        maximum: Upper end of the scale; the lower end is zero.
        ticks: (value, finished text) for the horizontal lines.
        label: The same in words, for screen readers.
    """

    def across(index: int) -> Fraction:
        steps = max(len(points) - 1, 1)
        return PLOT_LEFT + PLOT_WIDTH * Fraction(index, steps)

    def down(value: Exact) -> Fraction:
        return PLOT_TOP + PLOT_HEIGHT * (1 - _share(value, maximum))

    grid = format_html_join(
        "",
        '<line class="c-grid" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<text x="{}" y="{}" text-anchor="end" dominant-baseline="middle">{}</text>',
        (
            (
                _percent(PLOT_LEFT),
                coordinate(down(value)),
                _percent(PLOT_LEFT + PLOT_WIDTH),
                coordinate(down(value)),
                _percent(PLOT_LEFT - Fraction(2, 100)),
                coordinate(down(value)),
                text,
            )
            for value, text in ticks
        ),
    )

    def line(kind: str, values: Sequence[Fraction | None]) -> SafeString:
        pairs = zip(range(len(values)), values, values[1:], strict=False)
        return format_html_join(
            "",
            '<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
            (
                (
                    kind,
                    _percent(across(index)),
                    coordinate(down(here)),
                    _percent(across(index + 1)),
                    coordinate(down(there)),
                )
                for index, here, there in pairs
                if here is not None and there is not None
            ),
        )

    dots = format_html_join(
        "",
        '<circle class="c-dot" cx="{}" cy="{}" r="4.5"><title>{}: {}</title></circle>',
        (
            (
                _percent(across(index)),
                coordinate(down(point.value)),
                point.label,
                point.text,
            )
            for index, point in enumerate(points)
            if point.value is not None
        ),
    )
    names = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (_percent(across(index)), PLOT_TOP + PLOT_HEIGHT + 22, point.label)
            for index, point in enumerate(points)
        ),
    )
    return format_html(
        '<svg class="chart chart--wide" role="img" aria-label="{}" width="100%" '
        'height="{}">{}{}{}{}{}</svg>',
        label,
        PLOT_TOP + PLOT_HEIGHT + 30,
        grid,
        line("c-target", [point.target for point in points]),
        line("c-line", [point.value for point in points]),
        dots,
        names,
    )


def sparkline(
    values: Sequence[Exact], *, maximum: Exact, label: str, width: int = 96
) -> SafeString:
    """Draw a small line without axes; the last value has a dot.

    Args:
        values: In order of time, at least one.
        maximum: Upper end of the scale; the lower end is zero.
        label: The same in words, for screen readers.
        width: Pixels; the height is 28.
    """
    height, edge = 28, 5
    steps = max(len(values) - 1, 1)
    spots = [
        (
            edge + Fraction((width - 2 * edge) * index, steps),
            edge + (height - 2 * edge) * (1 - _share(value, maximum)),
        )
        for index, value in enumerate(values)
    ]
    path = " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in spots)
    last_x, last_y = spots[-1]
    return format_html(
        '<svg class="chart" role="img" aria-label="{}" width="{}" height="{}" '
        'viewBox="0 0 {} {}"><polyline class="c-line" points="{}"/>'
        '<circle class="c-dot" cx="{}" cy="{}" r="3.5"/></svg>',
        label,
        width,
        height,
        width,
        height,
        path,
        coordinate(last_x),
        coordinate(last_y),
    )
