"""Which units a page lists, in which order, and which page of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Window
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.models import (
    Assessment,
    Item,
    ReadinessPart,
    State,
    UnitReadiness,
)
from indicators.models.assessment import shown_as
from wbk_portal.accounts.models import TimeZone

from .figures import BANDS, MOVED_DAYS, Verdict, band, points_then
from .scope import Scope

PAGE = 25
"""Units on one page of the map."""

MET = "memenuhi"
"""Filter for units that meet WBK, those that meet WBBM among them."""

NO_VALUE_YET = "belum"
"""Band of the units without any released value."""

VERDICT_LABELS: dict[str, str | Promise] = {
    Verdict.WBBM_MET: _("Memenuhi WBBM"),
    Verdict.WBK_MET: _("Memenuhi WBK"),
    Verdict.ALMOST: _("Hampir WBK"),
    Verdict.NOT_MET: _("Belum memenuhi"),
    Verdict.UNSCORED: _("Belum dinilai"),
}
"""Verdicts in two words; the page says beside them what they are about."""

ORDERS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "-nilai": (_("Nilai tertinggi"), ("-nano_certain", "-nano_possible")),
    "nilai": (_("Nilai terendah"), ("nano_certain", "nano_possible")),
    "-terisi": (_("Terisi terbanyak"), ("-n_filled", "-n_submitted")),
    "terisi": (_("Terisi tersedikit"), ("n_filled", "n_submitted")),
    "nama": (_("Nama"), ()),
}
"""Orders of the list; units that are level stand by name."""

ZONES = {zone.name: zone for zone in TimeZone}

MOVES: dict[str, str | Promise] = {
    "naik": _("Nilai naik 7 hari ini"),
    "turun": _("Nilai turun 7 hari ini"),
}
"""Units whose certain points changed within `MOVED_DAYS`."""


@dataclass(frozen=True)
class Selection:
    """What the address asks for; values that make no sense count as not given.

    Attributes:
        putusan: A verdict, or `MET`.
        jenis: Kind of the unit.
        zona: WIB, WITA or WIT.
        status: A state that at least one indicator of the unit is in.
        gerak: "naik" or "turun" within the week.
        rentang: Number of a band of certain points, or `NO_VALUE_YET`.
        subarea: Key of the LKE sub-area whose points are shown and sorted.
        urut: A key of `ORDERS`.
        halaman: Page, from 1.
    """

    putusan: str = ""
    jenis: str = ""
    zona: str = ""
    status: str = ""
    gerak: str = ""
    rentang: str = ""
    subarea: str = ""
    urut: str = "-nilai"
    halaman: int = 1

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Selection:
        """Read the values of an address or a form."""
        bands = {str(number) for number in range(len(BANDS))} | {NO_VALUE_YET}
        known: dict[str, Any] = {
            "putusan": {*Verdict.values, MET},
            "zona": ZONES,
            "status": State.values,
            "gerak": MOVES,
            "rentang": bands,
            "urut": ORDERS,
        }
        given = {
            name: value
            for name, allowed in known.items()
            if (value := data.get(name, "")) in allowed
        }
        for name in ("jenis", "subarea"):
            text = data.get(name, "")[:80]
            if text.isprintable():
                given[name] = text
        page = data.get("halaman", "")
        return cls(
            **given,
            halaman=int(page) if page.isdecimal() and 1 <= len(page) < 6 else 1,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether units are left out."""
        return any(
            (
                self.putusan,
                self.jenis,
                self.zona,
                self.status,
                self.gerak,
                self.rentang,
            )
        )

    @property
    def values(self) -> dict[str, str]:
        """The values that differ from the plain page, as texts."""
        plain = Selection()
        return {
            field.name: str(value)
            for field in fields(self)
            if (value := getattr(self, field.name)) != getattr(plain, field.name)
        }

    def address(self, url: str, **changes: Any) -> str:
        """Return the address of the map with some values changed, from page 1."""
        values = replace(self, **{"halaman": 1, **changes}).values
        query = f"?{urlencode(values)}" if values else ""
        return f"{url}{query}#peta"

    def apply(self, scope: Scope, today: dt.date) -> QuerySet[UnitReadiness]:
        """Return the summary rows asked for, in order.

        When some are left out, each has the `count` of those that are not.

        With a sub-area `part_certain` and `part_possible` are added.
        """
        rows = scope.of_readiness().select_related("work_unit")
        if self.putusan == MET:
            rows = rows.filter(verdict__in=[Verdict.WBK_MET, Verdict.WBBM_MET])
        elif self.putusan:
            rows = rows.filter(verdict=self.putusan)
        if self.jenis:
            rows = rows.filter(work_unit__kind=self.jenis)
        if self.zona:
            rows = rows.filter(work_unit__time_zone=ZONES[self.zona])
        if self.status:
            rows = rows.filter(
                Exists(
                    Assessment.objects.filter(
                        shown_as(self.status),
                        work_unit=OuterRef("work_unit"),
                        period=OuterRef("period"),
                        item__kind=Item.Kind.INDICATOR,
                    )
                )
            )
        if self.gerak:
            rows = rows.annotate(then=points_then(today - dt.timedelta(MOVED_DAYS)))
            sign = "gt" if self.gerak == "naik" else "lt"
            rows = rows.filter(**{f"nano_certain__{sign}": F("then")})
        if self.rentang == NO_VALUE_YET:
            rows = rows.filter(n_all_decided=0)
        elif self.rentang:
            rows = rows.filter(band(int(self.rentang)))
        rows = self._ordered(rows)
        if not self.is_filtered:
            return rows
        return rows.annotate(count=Window(Count("pk")))

    def _ordered(self, rows: QuerySet[UnitReadiness]) -> QuerySet[UnitReadiness]:
        by_name = ("work_unit__name", "pk")
        if not self.subarea:
            return rows.order_by(*ORDERS[self.urut][1], *by_name)
        part = ReadinessPart.objects.filter(
            readiness=OuterRef("pk"), subarea__key=self.subarea
        )
        rows = rows.annotate(
            part_certain=Subquery(part.values("nano_certain")[:1]),
            part_possible=Subquery(part.values("nano_possible")[:1]),
        )
        order = ORDERS[self.urut][1]
        if "nilai" in self.urut:
            order = tuple(name.replace("nano_", "part_") for name in order)
        return rows.order_by(*order, *by_name)


def in_page(rows: QuerySet[UnitReadiness], page: int) -> list[UnitReadiness]:
    """Return the rows of a page and one more when others follow; one query."""
    start = (page - 1) * PAGE
    return list(rows[start : start + PAGE + 1])
