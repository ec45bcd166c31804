"""The evidence list: filters, sorting, pages by key; a constant number of queries.

No exact count: the next page is known by one row more.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Left
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from evidence.models import Evidence, EvidenceFile, EvidenceLink, PageImage
from evidence.models.evidence import EvidenceQuerySet
from indicators.models.assessment import READ_ROLES, readable_units
from wbk_portal.accounts.models import User, WorkUnit, in_branches

PAGE = 24
"""Rows of a page."""

SORTS = {
    "terbaru": ("changed_at", True),
    "terlama": ("changed_at", False),
    "judul": ("title", False),
}
"""Column and whether it descends, by the word in the address."""

SORT_LABELS = {
    "terbaru": _("Terakhir diubah"),
    "terlama": _("Paling lama"),
    "judul": _("Judul A–Z"),
}

STATES = {
    "": _("Dapat dipakai"),
    "ditolak": _("Ada berkas ditolak"),
    "tinjau": _("Perlu ditinjau ulang"),
    "lepas": _("Belum ditautkan"),
    "ditarik": _("Ditarik"),
    "buang": _("Tempat sampah"),
    "semua": _("Semua"),
}
"""What the list can be narrowed to, by the word in the address."""


@dataclass(frozen=True)
class Wanted:
    """What the person asked for; unknown values fall back to the usual ones.

    Attributes:
        text: Words of the title.
        unit: A unit's code; its branch is meant.
        item: An item's slug.
        kind: Key of a kind.
        period: A period's slug.
        state: One of `STATES`.
        above: Evidence of higher units that the own ones use, instead of the own.
        sort: One of `SORTS`.
        after: Cursor: rows after it.
        before: Cursor: rows before it.
    """

    text: str = ""
    unit: str = ""
    item: str = ""
    kind: str = ""
    period: str = ""
    state: str = ""
    above: bool = False
    sort: str = "terbaru"
    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Wanted:
        """Read an address."""

        def word(name: str, most: int = 60) -> str:
            return data.get(name, "").replace("\x00", "").strip()[:most]

        state, sort = word("keadaan"), word("urut")
        return cls(
            text=word("q", 200),
            unit=word("unit"),
            item=word("butir"),
            kind=word("jenis"),
            period=word("periode"),
            state=state if state in STATES else "",
            above=word("atas") == "1",
            sort=sort if sort in SORTS else "terbaru",
            after=word("setelah", 600),
            before=word("sebelum", 600),
        )

    def query(self) -> str:
        """Return the query string that asks for the same, with a leading "?"."""
        values = {
            "q": self.text,
            "unit": self.unit,
            "butir": self.item,
            "jenis": self.kind,
            "periode": self.period,
            "keadaan": self.state,
            "atas": "1" if self.above else "",
            "urut": "" if self.sort == "terbaru" else self.sort,
            "setelah": self.after,
            "sebelum": self.before,
        }
        return "?" + urlencode({key: value for key, value in values.items() if value})

    def at(self, *, after: str = "", before: str = "") -> str:
        """Return the query string for the page at a cursor."""
        return replace(self, after=after, before=before).query()

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but sorting was asked for."""
        return bool(
            self.text
            or self.unit
            or self.item
            or self.kind
            or self.period
            or self.state
            or self.above
        )


@dataclass(frozen=True)
class Page:
    """Rows of one page with the addresses of its neighbours; empty where none is."""

    rows: Sequence[Evidence]
    next_query: str
    previous_query: str


def page_of(user: User, wanted: Wanted, branch: str | None) -> Page:
    """Return the page that was asked for. Two queries: rows, and their links.

    Args:
        branch: Path of the unit asked for; None for every unit that the person reads.
    """
    column, descends = SORTS[wanted.sort]
    rows = _sorted(user, _filtered(user, wanted, branch), column, descends)
    backwards = bool(wanted.before)
    cursor = _read(wanted.before or wanted.after, column)
    if cursor is not None:
        rows = rows.filter(_beyond(column, descends != backwards, *cursor))
    if backwards:
        rows = rows.reverse()
    found = list(rows[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more or backwards)
    has_previous = bool(found) and (more if backwards else cursor is not None)

    def mark(row: Evidence) -> str:
        return _write(getattr(row, column), row.pk)

    return Page(
        rows=found,
        next_query=wanted.at(after=mark(found[-1])) if has_next else "",
        previous_query=wanted.at(before=mark(found[0])) if has_previous else "",
    )


def _filtered(user: User, wanted: Wanted, branch: str | None) -> QuerySet[Evidence]:
    if wanted.above:
        rows = Evidence.objects.visible_to(user).filter(
            work_unit__path__in=paths_above(user)
        )
    else:
        rows = _of_own_scope(user)
    links = EvidenceLink.objects.filter(evidence=OuterRef("pk"))
    if branch is not None:
        rows = rows.filter(in_branches("work_unit__path", [branch] if branch else []))
    if wanted.text:
        for part in wanted.text.split()[:6]:
            rows = rows.filter(title__icontains=part)
    if wanted.kind:
        rows = rows.filter(kind__key=wanted.kind)
    if wanted.item:
        links = links.filter(assessment__item__slug=wanted.item)
    if wanted.period:
        links = links.filter(assessment__period__slug=wanted.period)
    if wanted.item or wanted.period:
        rows = rows.filter(Exists(links))
    return _in_state(rows, wanted.state)


def _of_own_scope(user: User) -> EvidenceQuerySet:
    """Return evidence of the units that the person reads: the half of `visible_to`
    that needs no links, so that the database can begin with an index.

    Whoever reads a whole tree is better served by walking the order of the list than
    by collecting units first; neither database knows that by itself, so the
    condition on the tree is written in a way that no index answers.
    """
    condition = readable_units(user, "work_unit", "")
    step = WorkUnit.steplen
    trees = [path for path in user.branches(*READ_ROLES) if len(path) == step]
    rows = Evidence.objects.all()
    if trees:
        rows = rows.alias(tree=Left("work_unit__path", step))
        condition |= Q(tree__in=trees)
    return rows.filter(condition)


def paths_above(user: User) -> list[str]:
    """Return the paths of the units above the person's branches; no query."""
    step = WorkUnit.steplen
    return sorted(
        {
            path[:end]
            for path in user.branches(*READ_ROLES)
            for end in range(step, len(path), step)
        }
    )


def _in_state(rows: EvidenceQuerySet, state: str) -> QuerySet[Evidence]:
    links = EvidenceLink.objects.filter(evidence=OuterRef("pk"))
    if state == "semua":
        return rows
    if state == "buang":
        return rows.filter(discarded_at__isnull=False)
    if state == "ditarik":
        return rows.filter(withdrawn_at__isnull=False)
    rows = rows.filter(withdrawn_at__isnull=True, discarded_at__isnull=True)
    if state == "ditolak":
        bad = EvidenceFile.objects.filter(
            version=OuterRef("latest"), state=EvidenceFile.State.REJECTED
        )
        return rows.filter(Exists(bad))
    if state == "tinjau":
        return rows.filter(Exists(links.exclude(seen_version=OuterRef("latest"))))
    if state == "lepas":
        return rows.filter(~Exists(links))
    return rows.with_good_file()


def _sorted(
    user: User, rows: QuerySet[Evidence], column: str, descends: bool
) -> QuerySet[Evidence]:
    """Sort, and add what a row shows; counts are read for the rows of the page only."""
    files = EvidenceFile.objects.filter(version=OuterRef("latest")).order_by()
    counted = files.values("version").annotate(n=Count("pk")).values("n")
    bad = files.filter(state=EvidenceFile.State.REJECTED)
    pending = files.filter(state=EvidenceFile.State.PENDING)
    first = EvidenceFile.objects.filter(version=OuterRef("latest")).order_by("position")
    thumb = (
        PageImage.objects.filter(
            file__version=OuterRef("latest"), size=PageImage.Size.THUMB, page=1
        )
        .order_by("file__position")
        .values("file_id")
    )
    used = (
        EvidenceLink.objects.filter(
            readable_units(user, "assessment__work_unit", "assessment__period")
        )
        .select_related(
            "assessment__item", "assessment__period", "assessment__work_unit"
        )
        .only(
            "evidence_id",
            "seen_version_id",
            "assessment__item__short_label",
            "assessment__item__slug",
            "assessment__period__slug",
            "assessment__work_unit__code",
            "assessment__work_unit__id",
        )
        .order_by("assessment__item__position")
    )
    sign = "-" if descends else ""
    return (
        rows.select_related("kind", "work_unit", "latest")
        .annotate(
            n_files=Coalesce(Subquery(counted), 0),
            is_bad=Exists(bad),
            is_pending=Exists(pending),
            first_kind=Subquery(first.values("kind")[:1]),
            thumb_file=Subquery(thumb[:1]),
        )
        .prefetch_related(Prefetch("links", queryset=used, to_attr="shown_links"))
        .order_by(f"{sign}{column}", f"{sign}pk")
    )


def _beyond(column: str, smaller: bool, value: Any, pk: int) -> Q:
    """Return the condition "after (value, pk)" in the order of the list."""
    compare = "lt" if smaller else "gt"
    return Q(**{f"{column}__{compare}": value}) | Q(
        **{column: value, f"pk__{compare}": pk}
    )


def _write(value: Any, pk: int) -> str:
    text = value.isoformat() if isinstance(value, dt.datetime) else value
    raw = json.dumps([text, pk], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(mark: str, column: str) -> tuple[Any, int] | None:
    """Return the row that a cursor names; None for none, or for a forged one."""
    if not mark:
        return None
    try:
        padded = mark + "=" * (-len(mark) % 4)
        value, pk = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(value, str) or not isinstance(pk, int):
            return None
        if column == "changed_at":
            value = parse_datetime(value)
            if value is None or value.tzinfo is None:
                return None
    except (ValueError, TypeError, binascii.Error):
        return None
    return value, pk
