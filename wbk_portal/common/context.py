"""What the frame of every page needs: navigation, inbox, period, theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import cached_property

from . import registry
from .registry import NavEntry, PeriodChoice

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")
BOTTOM_ITEMS = 4
"""Entries of the phone's bottom bar before "Lainnya" takes the fifth place."""


@dataclass(frozen=True)
class ShownEntry:
    """A navigation entry together with whether it is the current one."""

    entry: NavEntry
    current: bool


def theme_of(request: HttpRequest) -> str:
    """Return the theme that the person chose on this browser."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def shown_at(request: HttpRequest, address: str) -> None:
    """Say at which address the page about to be rendered answers GET.

    A view that shows a page again for a form sent to an address of its own says so:
    what leads back to the page (language, theme) must not lead to that address.
    """
    request.page_address = address  # type: ignore[attr-defined]


def page_address(request: HttpRequest) -> str:
    """Return the address at which the page of this request answers GET."""
    return str(getattr(request, "page_address", "") or request.get_full_path())


class PortalContext:
    """Lazy values for `base.html`; each is computed once and only when shown."""

    def __init__(self, request: HttpRequest) -> None:
        """Remember the request; nothing is read yet."""
        self._request = request

    @property
    def _signed_in(self) -> bool:
        user = getattr(self._request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @property
    def here(self) -> str:
        """Address of this page that answers GET, for small forms that come back."""
        return page_address(self._request)

    @property
    def here_path(self) -> str:
        """The same without its query."""
        return self.here.partition("?")[0]

    @cached_property
    def theme(self) -> str:
        """ "auto", "light" or "dark"."""
        return theme_of(self._request)

    @cached_property
    def nav(self) -> Sequence[ShownEntry]:
        """The person's navigation in order; at most one entry is the current one.

        Queries as much as the registered sources do (counts).
        """
        if not self._signed_in:
            return ()
        entries = sorted(self._entries(), key=lambda entry: entry.order)
        best = self._best(entries)
        return [ShownEntry(entry, entry is best) for entry in entries]

    def _entries(self) -> list[NavEntry]:
        """Ask the registered sources for the person's entries."""
        return [
            entry
            for source in registry.navigation
            for entry in source(self._request.user, self._request)
        ]

    def _best(self, entries: Sequence[NavEntry]) -> NavEntry | None:
        """Return the entry whose address covers most of the current path."""
        path = self._request.path
        best: NavEntry | None = None
        length = 0
        for entry in entries:
            for start in (entry.url, *entry.also):
                hit = path == start or (start != "/" and path.startswith(start))
                if hit and len(start) > length:
                    best, length = entry, len(start)
        return best

    @property
    def bottom(self) -> Sequence[ShownEntry]:
        """Entries that stand in the bar on top, and in the phone's bottom bar.

        A sixth does not fit beside period and person at 1366 px.
        """
        nav = self.nav
        return nav if len(nav) <= BOTTOM_ITEMS + 1 else nav[:BOTTOM_ITEMS]

    @property
    def bottom_rest(self) -> Sequence[ShownEntry]:
        """Entries behind "Lainnya" there."""
        return self.nav[len(self.bottom) :]

    @property
    def rest_current(self) -> bool:
        """Whether the current page stands behind "Lainnya"."""
        return any(shown.current for shown in self.bottom_rest)

    @cached_property
    def inbox_count(self) -> int:
        """Unseen notices of the person."""
        return self._inbox_count() if self._signed_in else 0

    def _inbox_count(self) -> int:
        return sum(count(self._request.user) for count in registry.inbox_counters)

    @cached_property
    def role_text(self) -> str:
        """The person's role in a few words, empty when nobody says one."""
        return self._role_text() if self._signed_in else ""

    def _role_text(self) -> str:
        texts = (text(self._request.user) for text in registry.role_texts)
        return next(filter(None, texts), "")

    @cached_property
    def periods(self) -> Sequence[PeriodChoice]:
        """Periods of the switcher, none on pages without a period."""
        return self._periods() if self._signed_in else ()

    def _periods(self) -> list[PeriodChoice]:
        return [
            choice for source in registry.periods for choice in source(self._request)
        ]

    @property
    def period(self) -> PeriodChoice | None:
        """The period that the page shows."""
        for choice in self.periods:
            if choice.current:
                return choice
        return self.periods[0] if self.periods else None


def portal(request: HttpRequest) -> dict[str, PortalContext]:
    """Context processor: `portal` in every template."""
    return {"portal": PortalContext(request)}
