"""Indonesian dates, numbers and small words for the papers."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_UNITS = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)


def long_date(day: dt.date) -> str:
    """Return "3 Maret 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day_and_date(day: dt.date) -> str:
    """Return "Selasa, 3 Maret 2026"."""
    return f"{DAYS[day.weekday()]}, {long_date(day)}"


def short_date(day: dt.date) -> str:
    """Return "03-03-2026", as registers are kept."""
    return day.strftime("%d-%m-%Y")


def half_up(value: Fraction, places: int) -> Decimal:
    """Round an exact value half-up to decimal places."""
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    return scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: Fraction | int, places: int = 0) -> str:
    """Return "1.234,56": thousands by point, decimals by comma, rounded half-up."""
    text = f"{half_up(Fraction(value), places):,.{places}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def in_words(value: int) -> str:
    """Return a number from 0 to 999 in words."""
    if value < 12:
        return _UNITS[value]
    if value < 20:
        return f"{_UNITS[value - 10]} belas"
    if value < 100:
        tens, rest = divmod(value, 10)
        return f"{_UNITS[tens]} puluh" + (f" {_UNITS[rest]}" if rest else "")
    hundreds, rest = divmod(value, 100)
    head = "seratus" if hundreds == 1 else f"{_UNITS[hundreds]} ratus"
    return head + (f" {in_words(rest)}" if rest else "")


def add_working_days(day: dt.date, count: int) -> dt.date:
    """Return the day `count` working days (Monday to Friday) after `day`."""
    while count > 0:
        day += dt.timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """Return working days after `first` up to and including `last`."""
    count = 0
    while first < last:
        first += dt.timedelta(days=1)
        count += first.weekday() < 5
    return count
