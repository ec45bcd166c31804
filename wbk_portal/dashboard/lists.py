"""The lists behind the numbers: items of units, by what is the matter with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evidence.presenters import state_key
from indicators.models import Assessment
from wbk_portal.accounts.services.calendar import free_days
from wbk_portal.common.dates import format_day_short
from wbk_portal.common.numbers import format_points

from . import conditions
from .scope import Scope

PAGE = 50
"""Lines on one page of a list."""


@dataclass(frozen=True)
class ItemList:
    """One kind of list.

    Attributes:
        label: What the lines have in common.
        condition: Takes today's date; selects the assessments.
        order: By what the lines stand, before unit and item.
        is_open_only: Nothing of a closed period is in it.
    """

    label: str | Promise
    condition: Callable[[dt.date], Q]
    order: tuple[str, ...] = ()
    is_open_only: bool = False


def _stale(today: dt.date) -> Q:
    free = free_days(today - dt.timedelta(days=60), today)
    return conditions.WAITING & Q(since__lte=conditions.stale_before(today, free))


LISTS: dict[str, ItemList] = {
    "terisi": ItemList(gettext_lazy("Terisi"), lambda today: conditions.FILLED),
    "diajukan": ItemList(gettext_lazy("Diajukan"), lambda today: conditions.SUBMITTED),
    "sesuai": ItemList(
        gettext_lazy("Dinilai sesuai"), lambda today: conditions.ACCEPTED
    ),
    "belum-pasti": ItemList(
        gettext_lazy("Nilai yang masih dapat diraih"),
        lambda today: conditions.AT_STAKE,
        ("-item__lke_nano",),
        is_open_only=True,
    ),
    "lama-menunggu": ItemList(
        gettext_lazy("Lama menunggu penilai"), _stale, ("since",), is_open_only=True
    ),
    "lewat-batas": ItemList(
        gettext_lazy("Perbaikan lewat batas waktu"),
        conditions.overdue,
        ("revision_due",),
        is_open_only=True,
    ),
    "tinjau-ulang": ItemList(
        gettext_lazy("Perlu ditinjau ulang"), lambda today: conditions.NEEDS_LOOK
    ),
}
"""Lists by the name in their address."""


def address(scope: Scope, name: str, item: str = "", page: int = 1) -> str:
    """Return the address of a list."""
    values = {"daftar": name}
    if item:
        values["butir"] = item
    if scope.branch is not None:
        values["cabang"] = str(scope.branch.code)
    if page > 1:
        values["halaman"] = str(page)
    return f"/{scope.period.slug}/kesiapan-butir/?{urlencode(values)}"


@dataclass(frozen=True)
class Line:
    """One item of one unit."""

    unit: str
    unit_url: str
    code: str
    name: str
    url: str
    state: str
    points: str
    note: str


def rows_of(scope: Scope, name: str, item: str, today: dt.date) -> QuerySet[Assessment]:
    """Return the assessments of a list, in order."""
    chosen = LISTS[name]
    rows = scope.of_assessments().annotate(since=conditions.waiting_since())
    if chosen.is_open_only and not scope.period.is_open:
        return rows.none()
    rows = rows.filter(chosen.condition(today))
    if item:
        rows = rows.filter(item__slug=item)
    return rows.select_related("work_unit", "item__rubric", "item__subarea").order_by(
        *(
            F(n).asc() if not n.startswith("-") else F(n[1:]).desc()
            for n in chosen.order
        ),
        "work_unit__name",
        "work_unit_id",
        "item__kind",
        "item__position",
    )


def line_of(scope: Scope, assessment: Assessment, name: str) -> Line:
    """Return an assessment as a line of a list."""
    unit, item = assessment.work_unit, assessment.item
    url = f"/{scope.period.slug}/unit/{unit.code}/"
    note = ""
    if name == "lama-menunggu":
        since: dt.date = assessment.since  # type: ignore[attr-defined]
        days = (timezone.localdate() - since).days
        note = ngettext(
            "diajukan %(day)s, %(n)d hari lalu",
            "diajukan %(day)s, %(n)d hari lalu",
            days,
        ) % {"day": format_day_short(since), "n": days}
    elif name == "lewat-batas" and assessment.revision_due:
        note = _("batas %(day)s") % {"day": format_day_short(assessment.revision_due)}
    points = item.lke_points
    return Line(
        unit=unit.name,
        unit_url=url,
        code=item.short_label,
        name=item.title,
        url=f"{url}{item.slug}/",
        state=state_key(assessment),
        points=format_points(points) if points else "",
        note=note,
    )
