"""Places where upper apps hang in what lower layers show.

A lower app (or the frame of every page) reads a registry; the upper app fills it in
`AppConfig.ready()`. Nothing here imports project code, therefore people, units and
periods appear as plain texts and addresses.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

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

    def all(self) -> tuple[T, ...]:
        """Return the entries in the order in which they came."""
        return tuple(self._entries)

    def __iter__(self) -> Iterator[T]:
        """Walk the entries in the order in which they came."""
        return iter(self.all())

    def __len__(self) -> int:
        """Return how many entries hang here."""
        return len(self._entries)


class Keyed(Protocol):
    """Something with a key of its own."""

    @property
    def key(self) -> str:
        """Name, unique in its registry."""


K = TypeVar("K", bound=Keyed)


class KeyedRegistry(Generic[K]):
    """Entries found by their key."""

    def __init__(self, about: str) -> None:
        """Start empty; `about` says what hangs here."""
        self.about = about
        self._entries: dict[str, K] = {}

    def register(self, *entries: K) -> None:
        """Add entries; the very same one twice is harmless.

        Raises:
            ValueError: Another entry already has the key.
        """
        for entry in entries:
            if self._entries.setdefault(entry.key, entry) != entry:
                raise ValueError(f"{self.about}: {entry.key!r} is registered twice")

    def unregister(self, *keys: str) -> None:
        """Take entries out again; unknown keys are no error."""
        for key in keys:
            self._entries.pop(key, None)

    def get(self, key: str) -> K | None:
        """Return the entry with this key, or None."""
        return self._entries.get(key)

    def all(self) -> tuple[K, ...]:
        """Return the entries by key."""
        return tuple(self._entries[key] for key in sorted(self._entries))

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


Counted = Callable[[int], str]
"""A text in its singular or plural form: takes the payload's ``count``."""


@dataclass(frozen=True)
class HistoryText:
    """How one audit action reads in the history of an object.

    Attributes:
        key: The action, for instance ``evidence.submitted``.
        text: Lazy template with named placeholders (``%(title)s``) that are filled
            from the entry's payload; a value that is not there reads "…". Where a
            count stands in it, a `Counted` that asks `ngettext`.
        prepare: Turns the payload into the values of the placeholders, for instance
            a date into its written form; None takes the payload as it is. It must
            cope with missing values: old entries know nothing of new names.
        choose: Returns another template than `text` for some payloads; whole
            sentences, where one would have holes.
    """

    key: str
    text: str | Promise | Counted
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    choose: Callable[[Mapping[str, Any]], str | Promise] | None = None


@dataclass(frozen=True)
class NoticeText:
    """How one kind of inbox notice reads.

    Attributes:
        key: The kind, for instance ``revision.requested``.
        text: Lazy template as in `HistoryText`, filled from the notice's params.
        icon: Name of a lucide icon.
        prepare: As in `HistoryText`.
    """

    key: str
    text: str | Promise | Counted
    icon: str = "bell"
    prepare: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class ActorSource:
    """Names the actors of log entries, such as ``user:7``.

    Attributes:
        key: The type before the colon.
        names: Takes whole actor keys, returns names by key; one query for all.
    """

    key: str
    names: Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Address:
    """Where something stands and what it is called."""

    text: str
    url: str


@dataclass(frozen=True)
class AddressSource:
    """Finds the pages of origins and log targets such as ``survey:12``.

    Attributes:
        key: The type before the colon.
        find: Takes the keys after the colon, returns the addresses that exist, by
            key; one query for all of them.
    """

    key: str
    find: Callable[[Collection[str]], Mapping[str, Address]]


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits for a person ("menunggu Anda").

    Attributes:
        text: What to do.
        url: Where it is done.
        why: What happened or why it matters; may be empty.
        icon: Name of a lucide icon.
        nano_points: LKE points at stake in nano-points; None when not about points.
        due: When it must be done; None without a deadline.
    """

    text: str
    url: str
    why: str = ""
    icon: str = "circle-dot"
    nano_points: int | None = None
    due: dt.datetime | None = None


# `Any` for the person: `common` cannot name the model of `accounts`.
NavigationSource = Callable[[Any, HttpRequest], Iterable[NavEntry]]
PeriodSource = Callable[[HttpRequest], Iterable[PeriodChoice]]

navigation: Registry[NavigationSource] = Registry("entries of the main navigation")
periods: Registry[PeriodSource] = Registry("periods that the person can switch to")
inbox_counters: Registry[Callable[[Any], int]] = Registry("unseen notices of a person")
role_texts: Registry[Callable[[Any], str]] = Registry(
    "the person's role in a few words: 'Operator · Kantor Pelayanan Semarang'"
)

# Takes the person and the most items wanted; a constant number of queries.
WaitingSource = Callable[[Any, int], Sequence[WaitingItem]]

waiting: Registry[WaitingSource] = Registry("what waits for a person")
history: KeyedRegistry[HistoryText] = KeyedRegistry("texts of audit actions")
notices: KeyedRegistry[NoticeText] = KeyedRegistry("texts of inbox notices")
actors: KeyedRegistry[ActorSource] = KeyedRegistry("names of actors")
addresses: KeyedRegistry[AddressSource] = KeyedRegistry("pages of origins and targets")


_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")


def fill(text: str | Promise | Counted, values: Mapping[str, Any]) -> str:
    """Fill named placeholders of a text; a missing value reads "…".

    Never fails: old entries may lack what a newer text names.
    """
    if callable(text):
        count = values.get("count")
        text = text(count if isinstance(count, int) else 0)

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        if name is None:
            return "%"
        given = values.get(name)
        return "…" if given is None else str(given)

    return _PLACEHOLDER.sub(value, str(text))


def waiting_for(person: Any, limit: int) -> list[WaitingItem]:
    """Return what waits for a person, most points at stake first, then by due date.

    Queries as much as the registered sources do.
    """
    found = [item for source in waiting for item in source(person, limit)]
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    found.sort(key=lambda i: (-(i.nano_points or 0), i.due or never))
    return found[:limit]


def addresses_of(references: Collection[str]) -> dict[str, Address]:
    """Return pages by reference ``type:key``; one query for each type."""
    found: dict[str, Address] = {}
    for kind, keys in _by_type(references).items():
        source = addresses.get(kind)
        if source is not None:
            for key, address in source.find(keys).items():
                found[f"{kind}:{key}"] = address
    return found


def actor_names(actor_keys: Collection[str]) -> dict[str, str]:
    """Return names by actor key, one query for each type of actor.

    A key that nobody can name is left out.
    """
    found: dict[str, str] = {}
    for kind, keys in _by_type(actor_keys).items():
        source = actors.get(kind)
        if source is not None:
            found.update(source.names([f"{kind}:{key}" for key in keys]))
    return found


def _by_type(references: Collection[str]) -> dict[str, list[str]]:
    """Group references by what stands before their colon, each once."""
    groups: dict[str, list[str]] = {}
    for reference in dict.fromkeys(references):
        kind, _, key = reference.partition(":")
        groups.setdefault(kind, []).append(key)
    return groups
