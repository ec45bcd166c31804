"""Dates and moments as people read them: "Jumat, 29 Mei 2026 pukul 15.58 WIB"."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
}
"""Time zones of Indonesia and the letters that stand behind a clock time."""


def _local(at: dt.datetime, zone: str | None) -> tuple[dt.datetime, str]:
    """Return `at` in `zone` (the active one without) and the zone's letters."""
    info = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    local = at.astimezone(info)
    key = str(info)
    return local, ZONE_NAMES.get(key) or local.strftime("UTC%z")


def format_day(day: dt.date | None) -> str:
    """Write a day: "23 November 2026"; a moment is taken in the active time zone."""
    if day is None:
        return "–"
    if isinstance(day, dt.datetime) and timezone.is_aware(day):
        day = timezone.localtime(day)
    return date_format(day, "DATE_FORMAT")


def format_day_short(day: dt.date | None) -> str:
    """Write a day for narrow columns: "23 Nov 2026"."""
    if day is None:
        return "–"
    if isinstance(day, dt.datetime) and timezone.is_aware(day):
        day = timezone.localtime(day)
    return date_format(day, "j M Y").replace(".", "")


def format_clock(at: dt.datetime | None, zone: str | None = None) -> str:
    """Write the clock time of a moment: "10.42 WIB"."""
    if at is None:
        return "–"
    local, letters = _local(at, zone)
    return f"{time_format(local, 'TIME_FORMAT')} {letters}"


def format_moment(
    at: dt.datetime | None, zone: str | None = None, *, weekday: bool = False
) -> str:
    """Write a moment: "29 Mei 2026 pukul 15.58 WIB".

    Args:
        at: An aware moment; None gives a dash.
        zone: IANA name of the unit's time zone; the active one without.
        weekday: Put "Jumat, " before it, as on receipts.
    """
    if at is None:
        return "–"
    local, letters = _local(at, zone)
    values = {
        "date": date_format(local, "DATE_FORMAT"),
        "time": f"{time_format(local, 'TIME_FORMAT')} {letters}",
    }
    text = _("%(date)s pukul %(time)s") % values
    return f"{date_format(local, 'l')}, {text}" if weekday else text


def format_days_left(until: dt.date, today: dt.date) -> str:
    """Say how far `until` is: "sisa 3 hari", "hari ini", "terlambat 2 hari"."""
    days = (until - today).days
    if days == 0:
        return _("hari ini")
    if days > 0:
        text = ngettext("sisa %(days)d hari", "sisa %(days)d hari", days)
    else:
        text = ngettext("terlambat %(days)d hari", "terlambat %(days)d hari", -days)
    return text % {"days": abs(days)}
