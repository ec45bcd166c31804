"""Reading the inbox: unseen notices first, by day, page by key."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wbk_portal.common import registry

from .models import Notice

PAGE_SIZE = 30

# Largest id that a database column can be asked for.
_MOST = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: in which part, below which notice.

    Written as ``baru-120`` (unseen) or ``lama-98`` (seen).
    """

    unseen: bool = True
    below: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read a cursor; what is none means the first page."""
        part, _dash, number = text.partition("-")
        if part not in {"baru", "lama"} or not (number.isascii() and number.isdigit()):
            return cls()
        return cls(part == "baru", min(int(number[:19]), _MOST))

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{'baru' if self.unseen else 'lama'}-{self.below or 0}"


@dataclass(frozen=True)
class Line:
    """One notice as a person reads it."""

    id: int
    text: str
    icon: str
    url: str
    at: dt.datetime
    seen: bool


@dataclass(frozen=True)
class Group:
    """Notices of one day, either all unseen or all seen."""

    day: str
    seen: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Page:
    """One page of an inbox.

    Attributes:
        newest: Id of the newest notice on the page; 0 when empty.
        older: Cursor of the next page, or None.
        is_first: Whether nothing stands before it.
    """

    groups: tuple[Group, ...]
    newest: int
    older: Cursor | None
    is_first: bool


def inbox_page(
    recipient_key: str, cursor: Cursor | None = None, size: int = PAGE_SIZE
) -> Page:
    """Return one page of a person's inbox; at most two queries.

    Days are those of the active time zone.
    """
    start = cursor or Cursor()
    mine = Notice.objects.of(recipient_key).order_by("-pk")
    found: list[Notice] = []
    if start.unseen:
        rows = mine.unseen()
        if start.below is not None:
            rows = rows.filter(pk__lt=start.below)
        found.extend(rows[: size + 1])
    if len(found) <= size:
        rows = mine.seen()
        if not start.unseen and start.below is not None:
            rows = rows.filter(pk__lt=start.below)
        found.extend(rows[: size + 1 - len(found)])
    shown = found[:size]
    older = None
    if len(found) > size:
        last, follows = shown[-1], found[size]
        if last.seen_at is None and follows.seen_at is not None:
            older = Cursor(unseen=False, below=follows.pk + 1)
        else:
            older = Cursor(unseen=last.seen_at is None, below=last.pk)
    return Page(
        groups=tuple(_grouped(shown)),
        newest=max((notice.pk for notice in shown), default=0),
        older=older,
        is_first=start == Cursor(),
    )


def _grouped(notices: Iterable[Notice]) -> Iterable[Group]:
    def place(notice: Notice) -> tuple[bool, dt.date]:
        return notice.seen_at is not None, timezone.localdate(notice.created_at)

    for (seen, day), rows in groupby(notices, key=place):
        yield Group(_day(day), seen, tuple(_line(notice) for notice in rows))


def _day(day: dt.date) -> str:
    """Name a day: "Hari ini", "Kemarin", "Jumat, 29 Mei 2026"."""
    ago = (timezone.localdate() - day).days
    if ago == 0:
        return _("Hari ini")
    if ago == 1:
        return _("Kemarin")
    return f"{date_format(day, 'l')}, {date_format(day, 'DATE_FORMAT')}"


def _line(notice: Notice) -> Line:
    known = registry.notices.get(notice.kind)
    if known is None:
        text, icon = _("Ada perkembangan baru."), "bell"
    else:
        values = known.prepare(notice.params) if known.prepare else notice.params
        text, icon = registry.fill(known.text, values), known.icon
    return Line(
        id=notice.pk,
        text=text,
        icon=icon,
        url=notice.url,
        at=notice.created_at,
        seen=notice.seen_at is not None,
    )
