"""Guards: rules that the database itself enforces, on SQLite and on PostgreSQL.

An app declares its guards in `AppConfig.ready()`::

    guards.register(
        guards.append_only("audit_entry", "audit_auditentry"),
        guards.frozen_when(
            "closed_period_round",
            "indicators_submissionround",
            tables=(
                "indicators_assessment a "
                "JOIN indicators_assessmentperiod p ON p.id = a.period_id"
            ),
            match="a.id = {row}.assessment_id",
            when="p.state = 'closed'",
            lock="p",
            message=_("Periode sudah ditutup."),
        ),
    )

They become triggers. SQLite drops the triggers of a table that a migration remakes,
and refuses to rename a table that a trigger of another table names; so all guards are
taken away before migrations run and made afresh after them (`connect`). `install` is
idempotent and does nothing when every trigger already stands as declared.

A refused statement raises IntegrityError whose text holds ``WBK-GUARD:<name>``.
Services check first and answer in words; a guard is what remains when they do not.
"""

from .declarations import (
    CODE,
    Check,
    Event,
    Guard,
    Lookup,
    append_only,
    frozen_when,
    guard_message,
    guard_name,
    is_guard_error,
    no_delete,
    refuse,
    register,
    registered,
    unregister,
)
from .triggers import connect, drop, expected_guards, install, installed_guards

__all__ = [
    "CODE",
    "Check",
    "Event",
    "Guard",
    "Lookup",
    "append_only",
    "connect",
    "drop",
    "expected_guards",
    "frozen_when",
    "guard_message",
    "guard_name",
    "install",
    "installed_guards",
    "is_guard_error",
    "no_delete",
    "refuse",
    "register",
    "registered",
    "unregister",
]
