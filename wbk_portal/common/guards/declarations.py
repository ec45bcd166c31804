"""Declaring guards, and reading their refusals."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Event = Literal["INSERT", "UPDATE", "DELETE"]
Strength = Literal["SHARE", "KEY SHARE"]

CODE = "WBK-GUARD:"
_NAME = re.compile(r"^[a-z][a-z0-9_]{2,50}$")


@dataclass(frozen=True)
class Lookup:
    """Rows that decide whether a guard refuses; see `frozen_when`."""

    tables: str
    match: str
    when: str
    lock: str
    strength: Strength = "SHARE"


@dataclass(frozen=True)
class Check:
    """When one event on one table is refused: every part given must hold.

    Attributes:
        changed: For UPDATE: the event counts only when a column outside `may_change`
            differs, or one of `may_clear` becomes something else than NULL.
        condition: SQL over OLD and NEW that means the same on both databases.
        lookup: Rows elsewhere; `rows` names the records that {row} stands for.
    """

    event: Event
    changed: bool = False
    condition: str = ""
    lookup: Lookup | None = None
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guard:
    """One named rule on one table."""

    name: str
    table: str
    checks: tuple[Check, ...]
    message: str | Promise
    may_change: frozenset[str] = frozenset()
    may_clear: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse names that a trigger could not carry."""
        if not _NAME.match(self.name):
            raise ValueError(f"{self.name!r} is no name for a guard")


# --- Declaring -------------------------------------------------------------------
_UNCHANGEABLE = _("Data ini tidak dapat diubah lagi.")


def append_only(
    name: str,
    table: str,
    *,
    allow_update: Iterable[str] = (),
    allow_clear: Iterable[str] = (),
    message: str | Promise = _UNCHANGEABLE,
) -> Guard:
    """Refuse DELETE, and UPDATE of any column not named.

    Args:
        allow_update: Columns that may change freely.
        allow_clear: Columns that may change to NULL and to nothing else.
    """
    return Guard(
        name=name,
        table=table,
        checks=(Check("UPDATE", changed=True), Check("DELETE", condition="1 = 1")),
        message=message,
        may_change=frozenset(allow_update),
        may_clear=frozenset(allow_clear),
    )


def no_delete(
    name: str, table: str, *, message: str | Promise = _UNCHANGEABLE
) -> Guard:
    """Refuse DELETE of any row."""
    return Guard(name, table, (Check("DELETE", condition="1 = 1"),), message)


def refuse(
    name: str,
    table: str,
    event: Event,
    condition: str,
    *,
    message: str | Promise = _UNCHANGEABLE,
) -> Guard:
    """Refuse `event` where `condition` over OLD and NEW holds.

    Args:
        condition: SQL that both databases understand; ``TRUE`` is written ``1 = 1``.
    """
    return Guard(name, table, (Check(event, condition=condition),), message)


def frozen_when(
    name: str,
    table: str,
    *,
    when: str,
    tables: str = "",
    match: str = "",
    lock: str = "",
    strength: Strength = "SHARE",
    allow_update: Iterable[str] = (),
    events: Sequence[Event] = ("INSERT", "UPDATE", "DELETE"),
    message: str | Promise = _UNCHANGEABLE,
) -> Guard:
    """Refuse every change of rows that a state elsewhere freezes.

    With `tables`, the rows found by ``SELECT … FROM tables WHERE match`` decide: one
    for which `when` holds is enough. On PostgreSQL they are read FOR SHARE OF `lock`,
    so whoever changes the state waits for the writers before, and the writers after
    see the new state. Without `tables`, `when` is a condition on the row itself, as
    it stood before: its own state column then belongs into `allow_update`, and INSERT
    is not looked at.

    Args:
        when: SQL condition, for instance ``p.state = 'closed'``, or
            ``{row}.state = 'closed'`` without `tables`.
        tables: What follows FROM, with short aliases.
        match: Condition in which ``{row}`` stands for the written row.
        lock: Alias of the table whose state decides.
        strength: With "KEY SHARE" writers do not wait for a plain UPDATE of the
            deciding row (a counter in it); whoever changes its state must then hold
            it by SELECT … FOR UPDATE first.
        allow_update: Columns that may change even then.
    """
    checks = []
    for event in events:
        changed = event == "UPDATE"
        if tables:
            if not (match and lock):
                raise ValueError(f"{name}: tables need match and lock")
            rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
            lookup = Lookup(tables, match, when, lock, strength)
            checks.append(
                Check(event, changed=changed, lookup=lookup, rows=rows[event])
            )
        elif event != "INSERT":
            condition = when.replace("{row}", "OLD")
            checks.append(Check(event, changed=changed, condition=condition))
    return Guard(
        name, table, tuple(checks), message, may_change=frozenset(allow_update)
    )


_registered: dict[str, Guard] = {}


def register(*declared: Guard) -> None:
    """Add guards; the very same guard twice is harmless.

    Raises:
        ValueError: Another guard already has the name.
    """
    for guard in declared:
        if _registered.setdefault(guard.name, guard) != guard:
            raise ValueError(f"guard {guard.name!r} is registered twice")


def unregister(*names: str) -> None:
    """Forget guards (tests); what stands in the database stays until `install`."""
    for name in names:
        _registered.pop(name, None)


def registered() -> list[Guard]:
    """Return all guards by name."""
    return [_registered[name] for name in sorted(_registered)]


# --- Refusals ----------------------------------------------------------------------
def guard_name(error: BaseException | None) -> str | None:
    """Return the name of the guard that caused `error`, or None."""
    while error is not None:
        found = re.search(rf"{CODE}([a-z0-9_]+)", str(error))
        if found:
            return found.group(1)
        error = error.__cause__
    return None


def is_guard_error(error: BaseException, name: str | None = None) -> bool:
    """Whether a guard (the one called `name`, if given) refused."""
    found = guard_name(error)
    return found is not None and (name is None or found == name)


def guard_message(error: BaseException) -> str:
    """Return the sentence for the person whose change a guard refused."""
    guard = _registered.get(guard_name(error) or "")
    return str(guard.message if guard else _UNCHANGEABLE)
