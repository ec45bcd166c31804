"""Working days against cases reckoned by hand from the joint decrees."""

import datetime as dt

import pytest

from wbk_portal.accounts.models import Holiday
from wbk_portal.accounts.services.calendar import free_days, seed_holidays
from wbk_portal.common.workdays import (
    add_working_days,
    is_working_day,
    working_days_until,
)

pytestmark = pytest.mark.django_db

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2025-03-25", 14, "2025-04-24"),
        ("2026-03-16", 5, "2026-03-30"),
        ("2026-03-16", 14, "2026-04-13"),
        ("2026-12-21", 5, "2026-12-30"),
        ("2026-03-02", 60, "2026-06-10"),
        ("2024-04-05", 3, "2024-04-18"),
        ("2025-08-14", 3, "2025-08-20"),
    ],
)
def test_golden_cases(start, count, expected):
    for year in {D(start).year, D(expected).year}:
        seed_holidays(year=year)
    free = free_days(D(start), D(expected))
    assert add_working_days(D(start), count, free) == D(expected)


def test_seeding_again_keeps_what_an_administrator_corrected():
    assert seed_holidays(year=2026) == 25
    day = Holiday.objects.get(date="2026-08-17")
    day.name = "HUT RI ke-81"
    day.save()
    assert seed_holidays(year=2026) == 0
    day.refresh_from_db()
    assert day.name == "HUT RI ke-81"
    assert Holiday.objects.filter(kind="collective").count() == 8


def test_days_left_count_today_and_the_last_day():
    friday, monday = D("2026-11-27"), D("2026-11-30")
    assert working_days_until(friday, monday, ()) == 2
    assert working_days_until(friday, monday, {monday}) == 1
    assert working_days_until(monday, friday, ()) == 0
    assert not is_working_day(D("2026-11-28"), ())


def test_no_days_is_no_deadline():
    with pytest.raises(ValueError, match="not a number of days"):
        add_working_days(D("2026-01-01"), 0, ())
