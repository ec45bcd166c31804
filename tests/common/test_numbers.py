"""Numbers: separators, exact rounding, and thresholds that nothing rounds across."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wbk_portal.common.numbers import (
    NANO,
    POINT_STEP,
    format_number,
    format_percent,
    format_points,
    format_size,
    round_safely,
)


@pytest.mark.parametrize(
    ("value", "places", "indonesian", "english"),
    [
        (0, 0, "0", "0"),
        (1234, 0, "1.234", "1,234"),
        (1234567, 2, "1.234.567,00", "1,234,567.00"),
        (Fraction(123456, 100), 2, "1.234,56", "1,234.56"),
        (Decimal("0.125"), 2, "0,13", "0.13"),
        (Fraction(-5, 4), 1, "-1,3", "-1.3"),
        (Fraction(-1, 1000), 2, "0,00", "0.00"),
    ],
)
def test_separators_follow_the_language(value, places, indonesian, english):
    assert format_number(value, places) == indonesian
    with translation.override("en"):
        assert format_number(value, places) == english


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0, "0,00"),
        (1, "0,01"),
        (6 * NANO, "6,00"),
        (5_999_999_999, "5,99"),
        (5_996_000_000, "5,99"),
        (7_499_600_000, "7,49"),
        (4_166_666_667, "4,17"),
        (Fraction(25, 6), "4,17"),
        (Fraction(10), "10,00"),
        (Fraction(9995, 1000), "9,99"),
    ],
)
def test_points_never_round_up_to_a_threshold(value, text):
    assert format_points(value) == text


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [
        (None, 0, "–"),
        (Fraction(0), 0, "0%"),
        (Fraction(1, 1000), 0, "1%"),
        (Fraction(599, 1000), 0, "59%"),
        (Fraction(6, 10), 0, "60%"),
        (Fraction(9999, 10000), 0, "99%"),
        (Fraction(1), 0, "100%"),
        (Fraction(5996, 10000), 1, "59,9%"),
        (Fraction(2, 3), 1, "66,7%"),
    ],
)
def test_percentages_never_round_up_to_a_threshold(share, places, text):
    assert format_percent(share, places) == text


def test_a_named_threshold_counts_as_well():
    share = Fraction(883049, 1_000_000)
    assert format_percent(share, 2) == "88,30%"
    assert format_percent(share, 1) == "88,3%"
    above = Fraction(8831, 10000)
    assert format_percent(above, 1, thresholds=[Decimal("88.31")]) == "88,4%"


@given(
    st.fractions(min_value=0, max_value=12, max_denominator=10**9),
    st.integers(min_value=1, max_value=4),
    st.lists(st.integers(min_value=0, max_value=120), max_size=4),
)
def test_rounding_stays_on_its_side_of_every_threshold(value, places, tenths):
    thresholds = [Fraction(tenth, 10) for tenth in tenths]
    rounded = round_safely(value, places, thresholds=thresholds, step=POINT_STEP)
    assert abs(rounded - value) < Fraction(1, 10**places)
    assert (rounded * 10**places).denominator == 1
    for limit in [*thresholds, *(POINT_STEP * n for n in range(25))]:
        assert (rounded >= limit) == (value >= limit) or (limit == rounded == value)
    unit = Fraction(1, 10**places)
    if not any(value < limit <= unit for limit in thresholds):
        assert (rounded > 0) == (value > 0)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1.023 B"),
        (1024, "1 KB"),
        (421_888, "412 KB"),
        (1_258_291, "1,2 MB"),
        (9_961_472, "9,5 MB"),
        (52_428_800, "50 MB"),
        (209_715_200, "200 MB"),
        (3_221_225_472, "3 GB"),
    ],
)
def test_file_sizes(size, text):
    assert format_size(size) == text
