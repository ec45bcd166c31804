"""How readiness figures are said: interval, share, verdict, reason of a percentage.

The rounding itself stands in `wbk_portal.common.numbers`; here the thresholds of the
instrument are handed to it, so that no shown figure contradicts the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wbk_portal.common.numbers import Exact, format_number, format_percent
from wbk_portal.common.numbers import format_points as _format_points

from .readiness import ValueStanding
from .scoring import PercentNote
from .verdicts import Thresholds

VERDICT_RESERVATION = gettext_lazy("Predikat ditentukan enam area dan survei eksternal")
"""Stands beside every verdict (`UnitReadiness.Verdict` has the labels)."""

STANDING_LABELS: dict[ValueStanding, str | Promise] = {
    ValueStanding.MISSING: gettext_lazy("Belum diisi"),
    ValueStanding.UNDECIDED: gettext_lazy("Belum dinilai (bukan nol)"),
    ValueStanding.ZERO: gettext_lazy("Dinilai nol"),
    ValueStanding.SCORED: gettext_lazy("Dinilai"),
    ValueStanding.NOT_APPLICABLE: gettext_lazy("Tidak berlaku"),
}
"""The words that keep the ways of having no value apart."""

PERCENT_NOTES: dict[PercentNote, str | Promise] = {
    PercentNote.RATIO: gettext_lazy("Nilai adalah hasil bagi kedua jumlah."),
    PercentNote.CAPPED: gettext_lazy(
        "Jumlah pertama melebihi jumlah pembagi; nilai dibatasi sampai 1."
    ),
    PercentNote.ZERO_BASE_ZERO: gettext_lazy(
        "Jumlah pembagi 0; pada periode ini jawaban seperti itu bernilai 0."
    ),
    PercentNote.ZERO_BASE_FULL: gettext_lazy(
        "Jumlah pembagi 0; pada periode ini jawaban seperti itu bernilai penuh."
    ),
}
"""Why two counts are worth what they are."""


def points_text(
    value: Exact | None, *, places: int = 2, thresholds: Iterable[Exact] = ()
) -> str:
    """Write points ("5,99"); an int is nano-points, None a dash."""
    return _format_points(value, places, thresholds=thresholds)


def interval_text(
    certain: Exact,
    possible: Exact,
    maximum: Exact,
    *,
    places: int = 2,
    thresholds: Iterable[Exact] = (),
) -> str:
    """Write what is certain and what can still be reached.

    Args:
        certain: Nano-points as int, or points as Fraction.
        possible: The same kind as `certain`.
        maximum: Points, as a whole number or Fraction (10, never nano-points).
        places: Decimals shown.
        thresholds: In points (`Thresholds.in_points`).

    Returns:
        "pasti 4,20; masih dapat mencapai 8,90 dari 10", or "6,25 dari 10" when
        nothing is open any more.
    """
    limits = list(thresholds)
    top = Fraction(maximum)
    whole = format_number(top, 0 if top.denominator == 1 else 2)
    low = points_text(certain, places=places, thresholds=limits)
    if certain == possible:
        return _("%(points)s dari %(maximum)s") % {"points": low, "maximum": whole}
    return _(
        "pasti %(certain)s; masih dapat mencapai %(possible)s dari %(maximum)s"
    ) % {
        "certain": low,
        "possible": points_text(possible, places=places, thresholds=limits),
        "maximum": whole,
    }


def percent_text(
    share: Fraction | None, thresholds: Thresholds, *, places: int = 0
) -> str:
    """Write a share of the area's weight ("59%"), never rounded across a minimum."""
    limits = [100 * x for x in (thresholds.almost, thresholds.wbk, thresholds.wbbm, 1)]
    return format_percent(share, places, thresholds=limits)
