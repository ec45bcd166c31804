"""Dates and moments in the words and the time zone of the unit."""

import datetime as dt

import pytest
from django.utils import translation

from wbk_portal.common.dates import (
    format_clock,
    format_day,
    format_day_short,
    format_days_left,
    format_moment,
)

AT = dt.datetime(2026, 5, 29, 8, 58, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Jakarta", "29 Mei 2026 pukul 15.58 WIB"),
        ("Asia/Pontianak", "29 Mei 2026 pukul 15.58 WIB"),
        ("Asia/Makassar", "29 Mei 2026 pukul 16.58 WITA"),
        ("Asia/Jayapura", "29 Mei 2026 pukul 17.58 WIT"),
        ("Asia/Tokyo", "29 Mei 2026 pukul 17.58 UTC+0900"),
        (None, "29 Mei 2026 pukul 15.58 WIB"),
    ],
)
def test_moments_carry_the_letters_of_their_zone(zone, text):
    assert format_moment(AT, zone) == text


def test_receipts_name_the_weekday():
    text = format_moment(AT, "Asia/Jakarta", weekday=True)
    assert text == "Jumat, 29 Mei 2026 pukul 15.58 WIB"


def test_a_moment_near_midnight_falls_on_the_day_of_the_zone():
    late = dt.datetime(2026, 12, 31, 15, 30, tzinfo=dt.UTC)
    assert format_moment(late, "Asia/Jayapura") == "1 Januari 2027 pukul 00.30 WIT"
    assert format_day(late) == "31 Desember 2026"


def test_days_are_written_out():
    assert format_day(dt.date(2026, 11, 23)) == "23 November 2026"
    assert format_day_short(dt.date(2026, 11, 23)) == "23 Nov 2026"
    assert format_clock(AT, "Asia/Makassar") == "16.58 WITA"
    assert [format_day(None), format_day_short(None), format_clock(None)] == ["–"] * 3
    assert format_moment(None) == "–"


def test_english_has_its_own_months_and_colon():
    with translation.override("en"):
        assert format_day(dt.date(2026, 5, 29)) == "29 May 2026"
        assert format_clock(AT, "Asia/Jakarta") == "15:58 WIB"


@pytest.mark.parametrize(
    ("day", "text"),
    [(26, "sisa 3 hari"), (23, "hari ini"), (21, "terlambat 2 hari")],
)
def test_days_left(day, text):
    today = dt.date(2026, 11, 23)
    assert format_days_left(dt.date(2026, 11, day), today) == text
