"""Numbers as people read them: "1.234,56", points, percentages, file sizes.

Values stay exact (integers, fractions, nano-points) until the one rounding here, and
that rounding never carries a value across a threshold: 5.996 of 6 is "5,99", never
"6,00", and 99.7 % is "99%", never "100%".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils.formats import get_format
from django.utils.translation import get_language

NANO = 1_000_000_000
"""Nano-points in a point: the database keeps integers of this size."""

Exact = int | Fraction | Decimal

POINT_STEP = Fraction(1, 2)
"""Values in points never round up across a multiple of this (5.0, 6.0, 7.5 …)."""

PERCENT_STEP = Fraction(5)
"""Percentages never round up across a multiple of this (60, 75, 100 …)."""

NO_VALUE = "–"
"""What stands where there is no value; never a zero."""


def round_safely(
    value: Exact,
    places: int,
    *,
    thresholds: Iterable[Exact] = (),
    step: Fraction | None = None,
) -> Fraction:
    """Round half up to `places` decimals without crossing a threshold.

    Args:
        value: The exact value, in any unit.
        places: Decimals that stay.
        thresholds: Values that decide something, in the unit of `value`.
        step: Multiples of this count as thresholds too.

    Returns:
        The rounded value. It stands on the same side of each threshold as `value`,
        and a value above zero becomes zero only where the next step is a threshold.
    """
    exact = Fraction(value)
    unit = Fraction(1, 10**places)
    down = math.floor(exact / unit) * unit
    up = down if down == exact else down + unit
    rounded = math.floor(exact / unit + Fraction(1, 2)) * unit
    limits = [Fraction(t) for t in thresholds]
    if step is not None:
        around = (math.ceil(exact / step) * step, math.floor(exact / step) * step)
        # Named thresholds stand last and win where both cannot be kept.
        limits[:0] = [limit for limit in around if limit % unit == 0]
    for limit in limits:
        if exact < limit <= rounded:
            rounded = down
        elif rounded < limit <= exact:
            rounded = up
    if rounded == 0 < exact and not any(exact < limit <= unit for limit in limits):
        return unit
    return rounded


def format_number(value: Exact, places: int = 0) -> str:
    """Write `value` with the separators of the active language, rounded half up."""
    exact = Fraction(value)
    scaled = math.floor(abs(exact) * 10**places + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**places)
    grouped = f"{whole:,}".replace(",", str(get_format("THOUSAND_SEPARATOR")))
    sign = "-" if exact < 0 and scaled else ""
    if not places:
        return sign + grouped
    return f"{sign}{grouped}{get_format('DECIMAL_SEPARATOR')}{rest:0{places}d}"


def format_points(
    value: Exact | None,
    places: int = 2,
    *,
    thresholds: Iterable[Exact] = (),
) -> str:
    """Write a score in points.

    Args:
        value: An `int` is nano-points (as stored), a Fraction or Decimal is points,
            None is "no value".
        places: Decimals shown.
        thresholds: In points, beside the multiples of a half that always count.
    """
    if value is None:
        return NO_VALUE
    return _points_text(value, places, tuple(thresholds), get_language())


@lru_cache(maxsize=4096, typed=True)
def _points_text(
    value: Exact, places: int, thresholds: tuple[Exact, ...], language: str | None
) -> str:
    """Write points; remembered, since a page writes the same few weights often.

    Args:
        language: The active one, which decides the separators.
    """
    points = Fraction(value, NANO) if isinstance(value, int) else Fraction(value)
    rounded = round_safely(points, places, thresholds=thresholds, step=POINT_STEP)
    return format_number(rounded, places)


def format_percent(
    share: Exact | None,
    places: int = 0,
    *,
    thresholds: Iterable[Exact] = (),
) -> str:
    """Write a share of one (Fraction 0 to 1) as a percentage.

    Args:
        share: The share; None is "no value".
        places: Decimals shown.
        thresholds: In percent, beside the multiples of five that always count.
    """
    if share is None:
        return NO_VALUE
    percent = Fraction(share) * 100
    rounded = round_safely(percent, places, thresholds=thresholds, step=PERCENT_STEP)
    return f"{format_number(rounded, places)}%"


def format_size(size: int) -> str:
    """Write a number of bytes as B, KB, MB or GB (1 KB = 1,024 B, as Windows does)."""
    if size < 1024:
        return f"{format_number(size)} B"
    value = Fraction(size, 1024)
    unit = "KB"
    for larger in ("MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1024, larger
    tenths = math.floor(value * 10 + Fraction(1, 2))
    places = 1 if unit != "KB" and tenths < 100 and tenths % 10 else 0
    return f"{format_number(value, places)} {unit}"
