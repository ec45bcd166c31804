"""Places where upper apps hang in what lower layers show.

A lower app (or the frame of every page) reads a registry; the upper app fills it in
`AppConfig.ready()`. Nothing here imports project code, therefore people, units and
periods appear as plain texts and addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

T = TypeVar("T")


class Registry(Generic[T]):
    """An ordered list that ignores an entry registered twice."""

    def __init__(self, about: str) -> None:
        """Start empty; `about` says what hangs here."""
        self.about = about
        self._entries: list[T] = []

    def register(self, entry: T) -> T:
        """Add `entry` once and return it, so that it works as a decorator."""
        if entry not in self._entries:
            self._entries.append(entry)
        return entry

    def unregister(self, entry: T) -> None:
        """Take `entry` out again; unknown entries are no error."""
        if entry in self._entries:
            self._entries.remove(entry)

    def __iter__(self) -> Iterator[T]:
        """Walk the entries in the order in which they came."""
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        """Return how many entries hang here."""
        return len(self._entries)


@dataclass(frozen=True)
class NavEntry:
    """One entry of the main navigation.

    Attributes:
        label: One or two words.
        url: Where it leads.
        icon: Name of a lucide icon.
        order: Small numbers stand first; the first four also stand in the bottom
            bar of the phone.
        count: Things that wait there; 0 shows nothing.
        also: Further beginnings of paths under which the entry is the current one.
    """

    label: str | Promise
    url: str
    icon: str
    order: int = 50
    count: int = 0
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeriodChoice:
    """One assessment period in the switcher.

    Attributes:
        label: As shown, for example "2026".
        url: The same page (or the home page) in that period.
        current: Whether the page shown belongs to it.
        note: A few words, for example "terkunci".
    """

    label: str
    url: str
    current: bool = False
    note: str | Promise = ""


# `Any` for the person: `common` cannot name the model of `accounts`.
NavigationSource = Callable[[Any, HttpRequest], Iterable[NavEntry]]
PeriodSource = Callable[[HttpRequest], Iterable[PeriodChoice]]

navigation: Registry[NavigationSource] = Registry("entries of the main navigation")
periods: Registry[PeriodSource] = Registry("periods that the person can switch to")
inbox_counters: Registry[Callable[[Any], int]] = Registry("unseen notices of a person")
role_texts: Registry[Callable[[Any], str]] = Registry(
    "the person's role in a few words: 'Operator · Kantor Pelayanan Semarang'"
)
