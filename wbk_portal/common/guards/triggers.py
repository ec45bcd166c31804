"""Guards as triggers of one database: rendering, installing, comparing."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

from .declarations import CODE, Check, Guard, registered

_SHORT = {"INSERT": "ins", "UPDATE": "upd", "DELETE": "del", "TRUNCATE": "trn"}
_MARK = re.compile(r"/\* wbk:([0-9a-f]{16}) \*/")


@dataclass(frozen=True)
class Trigger:
    """A trigger as it should stand in one database."""

    name: str
    table: str
    fingerprint: str
    statements: tuple[str, ...]


def expected_guards(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return fingerprints by trigger name, for all guards whose table exists."""
    return {t.name: t.fingerprint for t in _expected(connection)}


def installed_guards(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return fingerprints by trigger name as they stand in the database.

    A trigger that somebody changed or switched off has an empty fingerprint.
    """
    return {name: fingerprint for name, _table, fingerprint in _installed(connection)}


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Make the database's guards equal to the declared ones.

    Returns:
        Names of the triggers that were missing, different, or too many.
    """
    expected = {t.name: t for t in _expected(connection)}
    installed = {n: (table, mark) for n, table, mark in _installed(connection)}
    stale = [
        name
        for name, (table, mark) in installed.items()
        if name not in expected
        or (table, mark) != (expected[name].table, expected[name].fingerprint)
    ]
    missing = [name for name in expected if name not in installed or name in stale]
    if stale or missing:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for name in stale:
                _drop_one(cursor, connection, name, installed[name][0])
            for name in missing:
                for statement in expected[name].statements:
                    cursor.execute(statement)
    return sorted({*stale, *missing})


def drop(connection: BaseDatabaseWrapper) -> None:
    """Remove every guard: before migrations, and before a test flushes tables."""
    installed = _installed(connection)
    if installed:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            for name, table, _mark in installed:
                _drop_one(cursor, connection, name, table)


def connect(sender: AppConfig) -> None:
    """Take guards away before migrations and bring them back after, for good.

    Both signals come once for each app; only `sender`'s is listened to.
    """
    pre_migrate.connect(
        _before_migrate, sender=sender, dispatch_uid="wbk-guards-before"
    )
    post_migrate.connect(_after_migrate, sender=sender, dispatch_uid="wbk-guards-after")


def _before_migrate(*, using: str, plan: Sequence[Any] = (), **_: Any) -> None:
    if plan:
        drop(connections[using])


def _after_migrate(*, using: str, **_: Any) -> None:
    install(connections[using])


def _installed(connection: BaseDatabaseWrapper) -> list[tuple[str, str, str]]:
    """Return (trigger, table, fingerprint) of every guard that stands."""
    if connection.vendor == "sqlite":
        query = (
            "SELECT name, tbl_name, sql, 1 FROM sqlite_master"
            " WHERE type = 'trigger' AND substr(name, 1, 5) = 'wbkg_'"
        )
    else:
        query = (
            "SELECT t.tgname, c.relname, p.prosrc, t.tgenabled <> 'D'"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND left(t.tgname, 5) = 'wbkg_'"
            " AND n.nspname = current_schema()"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    return [(name, table, _mark(sql) if on else "") for name, table, sql, on in rows]


def _mark(sql: str) -> str:
    """Return the fingerprint that a trigger carries, if its text still fits it."""
    found = _MARK.search(sql)
    if found is None or found.group(1) != _digest(sql[found.end() :]):
        return ""
    return found.group(1)


def _drop_one(
    cursor: Any, connection: BaseDatabaseWrapper, name: str, table: str
) -> None:
    quote = connection.ops.quote_name
    if connection.vendor == "sqlite":
        cursor.execute(f"DROP TRIGGER IF EXISTS {quote(name)}")
    else:
        cursor.execute(f"DROP TRIGGER IF EXISTS {quote(name)} ON {quote(table)}")
        cursor.execute(f"DROP FUNCTION IF EXISTS {quote(name)}()")


# --- Rendering ---------------------------------------------------------------------
def _expected(connection: BaseDatabaseWrapper) -> list[Trigger]:
    """Return the triggers of all guards whose table exists."""
    triggers: list[Trigger] = []
    guards = registered()
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        columns = {
            table: [
                column.name
                for column in connection.introspection.get_table_description(
                    cursor, table
                )
            ]
            for table in {g.table for g in guards if g.table in tables}
        }
    for guard in guards:
        if guard.table in columns:
            triggers.extend(_triggers(connection, guard, columns[guard.table]))
    return triggers


def _triggers(
    connection: BaseDatabaseWrapper, guard: Guard, columns: Sequence[str]
) -> Iterator[Trigger]:
    for check in guard.checks:
        changed = _changed(connection, guard, columns) if check.changed else ""
        if connection.vendor == "sqlite":
            yield _sqlite_trigger(connection, guard, check, changed)
        else:
            yield _pg_trigger(connection, guard, check, changed)
            if check.event == "DELETE":
                yield _pg_truncate(connection, guard)


def _changed(
    connection: BaseDatabaseWrapper, guard: Guard, columns: Sequence[str]
) -> str:
    """Return the condition "a column that may not change does"."""
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    parts = []
    for column in sorted(columns):
        name = connection.ops.quote_name(column)
        if column in guard.may_clear:
            parts.append(
                f"(NEW.{name} {differs} OLD.{name} AND NEW.{name} IS NOT NULL)"
            )
        elif column not in guard.may_change:
            parts.append(f"NEW.{name} {differs} OLD.{name}")
    return " OR ".join(parts) or "1 = 0"


def _conditions(check: Check, changed: str) -> list[str]:
    return [f"({part})" for part in (changed, check.condition) if part]


def _sqlite_trigger(
    connection: BaseDatabaseWrapper, guard: Guard, check: Check, changed: str
) -> Trigger:
    quote = connection.ops.quote_name
    conditions = _conditions(check, changed)
    if check.lookup:
        found = [
            f"EXISTS (SELECT 1 FROM {check.lookup.tables}"  # noqa: S608 (declared in code)
            f" WHERE ({check.lookup.match.replace('{row}', row)})"
            f" AND ({check.lookup.when}))"
            for row in check.rows
        ]
        conditions.append(f"({' OR '.join(found)})")
    rest = (
        f" BEFORE {check.event} ON {quote(guard.table)} FOR EACH ROW"
        f" WHEN {' AND '.join(conditions)}"
        f" BEGIN SELECT RAISE(ABORT, '{CODE}{guard.name}'); END"
    )
    name = _trigger_name(guard, check.event)
    mark = _digest(rest)
    return Trigger(
        name,
        guard.table,
        mark,
        (f"CREATE TRIGGER {quote(name)} /* wbk:{mark} */{rest}",),
    )


def _pg_trigger(
    connection: BaseDatabaseWrapper, guard: Guard, check: Check, changed: str
) -> Trigger:
    refuse = f"RAISE EXCEPTION '{CODE}{guard.name}' USING ERRCODE = 'check_violation';"
    inner = refuse
    declare = ""
    if check.lookup:
        # A loop, for FOR SHARE goes with neither EXISTS nor an aggregate.
        declare = "DECLARE hit boolean;\n"
        inner = "\n".join(
            f"FOR hit IN SELECT ({check.lookup.when})"  # noqa: S608 (declared in code)
            f" FROM {check.lookup.tables}"
            f" WHERE ({check.lookup.match.replace('{row}', row)})"
            f" FOR {check.lookup.strength} OF {check.lookup.lock}"
            f" LOOP IF hit THEN {refuse} END IF; END LOOP;"
            for row in check.rows
        )
    conditions = _conditions(check, changed)
    if conditions:
        inner = f"IF {' AND '.join(conditions)} THEN\n{inner}\nEND IF;"
    result = "OLD" if check.event == "DELETE" else "NEW"
    rest = f"\n{declare}BEGIN\n{inner}\nRETURN {result};\nEND\n"
    return _pg_statements(connection, guard, check.event, rest, "FOR EACH ROW")


def _pg_truncate(connection: BaseDatabaseWrapper, guard: Guard) -> Trigger:
    """TRUNCATE passes row triggers by: where DELETE is looked at, it is refused."""
    rest = (
        f"\nBEGIN\nRAISE EXCEPTION '{CODE}{guard.name}'"
        " USING ERRCODE = 'check_violation';\nEND\n"
    )
    return _pg_statements(connection, guard, "TRUNCATE", rest, "FOR EACH STATEMENT")


def _pg_statements(
    connection: BaseDatabaseWrapper, guard: Guard, event: str, rest: str, scope: str
) -> Trigger:
    quote = connection.ops.quote_name
    name = _trigger_name(guard, event)
    mark = _digest(rest)
    function = (
        f"CREATE OR REPLACE FUNCTION {quote(name)}() RETURNS trigger"
        f" LANGUAGE plpgsql AS $wbk$/* wbk:{mark} */{rest}$wbk$"
    )
    trigger = (
        f"CREATE TRIGGER {quote(name)} BEFORE {event} ON {quote(guard.table)}"
        f" {scope} EXECUTE FUNCTION {quote(name)}()"
    )
    return Trigger(name, guard.table, mark, (function, trigger))


def _trigger_name(guard: Guard, event: str) -> str:
    return f"wbkg_{guard.name}_{_SHORT[event]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]
