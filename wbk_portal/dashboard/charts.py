"""Small pictures of the page, as inline SVG without scripts or style attributes.

Like `wbk_portal.common.charts`: classes only, numbers with a decimal point. They are
hidden from screen readers where the same figures stand beside them as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wbk_portal.common.charts import coordinate
from wbk_portal.common.numbers import NANO

BAR_HEIGHT = 148
"""Pixels of the tallest column of the distribution."""


def _share(nano: int, maximum: Fraction | int) -> Fraction:
    share = Fraction(nano, NANO) / maximum if maximum else Fraction(0)
    return min(max(share, Fraction(0)), Fraction(1))


def _percent(share: Fraction) -> str:
    return f"{coordinate(share * 100)}%"


def small_interval(
    certain: int,
    possible: int,
    maximum: Fraction | int,
    limits: Iterable[float] = (),
    *,
    height: int = 6,
) -> SafeString:
    """Draw a thin bar: certain points filled, reachable ones hatched lightly.

    Args:
        certain: Nano-points.
        possible: Nano-points.
        maximum: Points of the whole bar.
        limits: Points at which a line crosses the bar.
    """
    marks = format_html_join(
        "",
        '<line class="c-mark" x1="{0}" y1="0" x2="{0}" y2="{1}"/>',
        ((_percent(Fraction(limit) / maximum), height) for limit in limits),
    )
    sure = (
        format_html(
            '<rect class="c-fill" width="{}" height="{}" rx="{}"/>',
            _percent(_share(certain, maximum)),
            height,
            coordinate(Fraction(height, 2)),
        )
        if certain > 0
        else ""
    )
    maybe = (
        format_html(
            '<rect class="c-reach" width="{}" height="{}" rx="{}"/>',
            _percent(_share(possible, maximum)),
            height,
            coordinate(Fraction(height, 2)),
        )
        if possible > certain
        else ""
    )
    return format_html(
        '<svg class="chart chart--wide" aria-hidden="true" width="100%" height="{}">'
        '<rect class="c-track" width="100%" height="{}" rx="{}"/>{}{}{}</svg>',
        height,
        height,
        coordinate(Fraction(height, 2)),
        maybe,
        sure,
        marks,
    )


def column(count: int, most: int) -> SafeString:
    """Draw one column of the distribution; nothing but a base line for none."""
    height = Fraction(BAR_HEIGHT * count, most) if most else Fraction(0)
    tall = max(height, Fraction(3)) if count else Fraction(2)
    return format_html(
        '<svg class="chart" aria-hidden="true" width="100%" height="{}">'
        '<rect class="{}" y="{}" width="100%" height="{}" rx="{}"/></svg>',
        BAR_HEIGHT,
        "c-fill" if count else "c-track",
        coordinate(BAR_HEIGHT - tall),
        coordinate(tall),
        5 if count else 1,
    )
