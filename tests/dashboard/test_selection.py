"""Reading the address of the map, the trend and the waiting days: plain values."""

import datetime as dt
import itertools
from fractions import Fraction

import pytest

from wbk_portal.common.numbers import NANO
from wbk_portal.dashboard.conditions import STALE_AFTER, stale_before
from wbk_portal.dashboard.figures import BANDS, Sums
from wbk_portal.dashboard.records import DaySum
from wbk_portal.dashboard.selection import Selection
from wbk_portal.dashboard.trend import trend_of


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"putusan": "siap", "urut": "x", "zona": "GMT", "halaman": "-1"},
        {"rentang": "99", "gerak": "naik2", "status": "EMPTY", "halaman": "0"},
        {"jenis": "a\x00b", "halaman": "123456789"},
    ],
)
def test_what_makes_no_sense_counts_as_not_given(data):
    chosen = Selection.of(data)
    assert chosen.values in ({}, {"halaman": "0"})
    assert not chosen.is_filtered


def test_an_address_keeps_what_was_chosen_and_begins_at_page_one():
    chosen = Selection.of({"putusan": "almost", "halaman": "3", "jenis": "A & B"})
    assert chosen.halaman == 3
    assert (
        chosen.address("/x/", zona="WIB")
        == "/x/?putusan=almost&jenis=A+%26+B&zona=WIB#peta"
    )
    assert chosen.address("/x/", putusan="", jenis="") == "/x/#peta"


def test_bands_cover_the_whole_scale_without_overlap():
    assert BANDS[0][0] == 0
    assert BANDS[-1][1] == 10
    assert all(a[1] == b[0] for a, b in itertools.pairwise(BANDS))
    assert {Fraction(5), Fraction(6), Fraction(15, 2)} <= {low for low, _high in BANDS}


def test_waiting_is_counted_in_working_days():
    friday = dt.date(2026, 11, 20)
    # 13 November was a Friday: 16 to 19 are four working days, 13 itself the fifth.
    assert stale_before(friday, set()) == dt.date(2026, 11, 12)
    assert stale_before(friday, {dt.date(2026, 11, 17)}) == dt.date(2026, 11, 11)
    assert STALE_AFTER == 5


def test_the_trend_ends_where_the_page_stands_and_begins_where_it_began():
    today = dt.date(2026, 3, 31)
    start = dt.date(2026, 3, 1)
    total = Sums(n=2, certain=8 * NANO, possible=16 * NANO)
    days = [
        DaySum(dt.date(2026, 3, 11), 2 * NANO, 0, 0),
        # A second unit came later, with all its points still to be had.
        DaySum(dt.date(2026, 3, 21), 0, 10 * NANO, 1),
        DaySum(today, 6 * NANO, -4 * NANO, 0),
    ]
    line = trend_of(total, days, start, today)
    assert (line[0].day, line[-1].day) == (start, today)
    assert len(line) == 13
    assert line[0].certain == 0
    assert line[0].possible == 10
    assert line[-1].certain == 4
    assert line[-1].possible == 8
    by_day = {point.day: point for point in line}
    assert by_day[dt.date(2026, 3, 11)].certain == 2
    assert by_day[dt.date(2026, 3, 23)].certain == 1


def test_a_line_of_one_day():
    today = dt.date(2026, 3, 1)
    assert len(trend_of(Sums(n=1, possible=10 * NANO), [], today, today)) == 1
    assert trend_of(Sums(), [], today, today) == []
