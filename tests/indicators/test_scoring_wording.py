"""How figures are said: no shown figure contradicts the verdict."""

from fractions import Fraction

import pytest
from django.utils import translation

from indicators.models import UnitReadiness
from indicators.readiness import ValueStanding
from indicators.scoring import PercentNote
from indicators.verdicts import AreaVerdict
from indicators.wording import (
    PERCENT_NOTES,
    STANDING_LABELS,
    interval_text,
    percent_text,
    points_text,
)

from .literals import THRESHOLDS

LIMITS = THRESHOLDS.in_points(Fraction(10))


@pytest.fixture(autouse=True)
def indonesian():
    with translation.override("id"):
        yield


def test_thresholds_in_points_of_area_vi():
    assert list(LIMITS) == [5, 6, Fraction(15, 2)]


@pytest.mark.parametrize(
    ("certain", "possible", "text"),
    [
        (4_200_000_000, 8_900_000_000, "pasti 4,20; masih dapat mencapai 8,90 dari 10"),
        (
            Fraction(25, 6),
            Fraction(10),
            "pasti 4,17; masih dapat mencapai 10,00 dari 10",
        ),
        (6_250_000_000, 6_250_000_000, "6,25 dari 10"),
        (0, 0, "0,00 dari 10"),
        (
            Fraction(6) - Fraction(1, 10**15),
            Fraction(15, 2) - Fraction(1, 10**15),
            "pasti 5,99; masih dapat mencapai 7,49 dari 10",
        ),
        (Fraction(6), Fraction(15, 2), "pasti 6,00; masih dapat mencapai 7,50 dari 10"),
    ],
)
def test_the_interval_is_said_without_crossing_a_minimum(certain, possible, text):
    assert interval_text(certain, possible, 10, thresholds=LIMITS) == text


def test_one_decimal_and_another_maximum():
    text = interval_text(Fraction(21, 5), Fraction(9, 2), Fraction(5), places=1)
    assert text == "pasti 4,2; masih dapat mencapai 4,5 dari 5"
    assert interval_text(0, 0, Fraction(5, 2)) == "0,00 dari 2,50"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (Fraction(0), "0%"),
        (Fraction(1, 1000), "1%"),
        (Fraction(599, 1000), "59%"),
        (Fraction(3, 5), "60%"),
        (Fraction(7499, 10000), "74%"),
        (Fraction(4999, 10000), "49%"),
        (Fraction(999, 1000), "99%"),
        (Fraction(1), "100%"),
        (Fraction(617, 1000), "62%"),
    ],
)
def test_a_percentage_never_rounds_across_a_minimum(share, text):
    assert percent_text(share, THRESHOLDS) == text


def test_no_value_is_a_dash_and_zero_a_zero():
    assert points_text(None) == "–"
    assert points_text(0) == "0,00"
    assert points_text(5_999_999_999, thresholds=LIMITS) == "5,99"


def test_every_way_of_having_no_value_reads_differently():
    labels = [str(STANDING_LABELS[standing]) for standing in ValueStanding]
    assert len(set(labels)) == len(labels) == 5
    assert STANDING_LABELS[ValueStanding.UNDECIDED] == "Belum dinilai (bukan nol)"
    assert len({str(PERCENT_NOTES[note]) for note in PercentNote}) == 4


def test_the_row_knows_the_same_verdicts():
    assert [verdict.value for verdict in AreaVerdict] == UnitReadiness.Verdict.values
