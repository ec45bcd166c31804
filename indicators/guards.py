"""Guards of periods and of what was submitted or decided.

Three rules of the database, beneath every view:

* A closed period never changes again: nothing that belongs to it is written.
* What was submitted stands as it was submitted: rounds, receipts, approvals.
* What the unit has seen stands: a released decision and the scores behind it.

The closing of a period holds its row by SELECT … FOR UPDATE
(`services.periods.close_period`); the guards take FOR KEY SHARE. So the closing waits
for the writers before it, and the writers after it see a closed period, while
submissions may go on counting receipts in the same row.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from wbk_portal.common import guards

CLOSED_MESSAGE = _("Periode ini sudah ditutup; isinya tidak dapat diubah lagi.")

PERIOD = "indicators_assessmentperiod p"
BY_ASSESSMENT = f"indicators_assessment a JOIN {PERIOD} ON p.id = a.period_id"
BY_ROUND = (
    "indicators_submissionround r "
    "JOIN indicators_assessment a ON a.id = r.assessment_id "
    f"JOIN {PERIOD} ON p.id = a.period_id"
)

_EVERY: Sequence[guards.Event] = ("INSERT", "UPDATE", "DELETE")


def frozen_by_period(name: str, table: str, tables: str, match: str) -> guards.Guard:
    """Freeze rows of a table that belong to a closed period.

    Args:
        name: Ends the guard's name.
        table: The table guarded.
        tables: What leads from the row to the period, which has the alias ``p``.
        match: Condition in which ``{row}`` stands for the written row.
    """
    return guards.frozen_when(
        f"closed_period_{name}",
        table,
        tables=tables,
        match=match,
        when="p.state = 'closed'",
        lock="p",
        strength="KEY SHARE",
        message=CLOSED_MESSAGE,
    )


def _of_period(name: str) -> guards.Guard:
    """Freeze a table whose rows name the period themselves."""
    return frozen_by_period(
        name, f"indicators_{name}", PERIOD, "p.id = {row}.period_id"
    )


def _of_round(name: str) -> guards.Guard:
    """Freeze a table whose rows hang on a round."""
    return frozen_by_period(
        name, f"indicators_{name}", BY_ROUND, "r.id = {row}.round_id"
    )


def _of_assessment(name: str) -> guards.Guard:
    """Freeze a table whose rows hang on an assessment."""
    return frozen_by_period(
        name, f"indicators_{name}", BY_ASSESSMENT, "a.id = {row}.assessment_id"
    )


def as_submitted(name: str, table: str) -> guards.Guard:
    """Let rows be written once, and never be changed or deleted."""
    return guards.append_only(
        f"submitted_{name}",
        table,
        message=_("Yang sudah diajukan tidak dapat diubah."),
    )


_RELEASED = _("Nilai yang sudah dilihat unit tidak dapat diubah; gunakan koreksi.")

PERIOD_GUARDS = (
    guards.frozen_when(
        "closed_period",
        "indicators_assessmentperiod",
        when="{row}.state = 'closed'",
        message=CLOSED_MESSAGE,
    ),
    # An opened period keeps its editions, and its address.
    guards.frozen_when(
        "opened_period_editions",
        "indicators_periodinstrument",
        tables=PERIOD,
        match="p.id = {row}.period_id",
        when="p.state <> 'draft'",
        lock="p",
        strength="KEY SHARE",
        events=("UPDATE", "DELETE"),
        message=_("Instrumen periode yang sudah dibuka tidak dapat diganti."),
    ),
    guards.refuse(
        "opened_period_stays",
        "indicators_assessmentperiod",
        "UPDATE",
        "OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.slug <> OLD.slug)",
        message=_("Periode yang sudah dibuka tidak kembali menjadi rancangan."),
    ),
    guards.refuse(
        "opened_period_kept",
        "indicators_assessmentperiod",
        "DELETE",
        "OLD.state <> 'draft'",
        message=_("Periode yang sudah dibuka tidak dapat dihapus."),
    ),
    _of_period("periodinstrument"),
    _of_period("stagewindow"),
    frozen_by_period(
        "grace",
        "indicators_grace",
        f"indicators_stagewindow w JOIN {PERIOD} ON p.id = w.period_id",
        "w.id = {row}.window_id",
    ),
    _of_period("assignment"),
    _of_period("assessment"),
    _of_period("receipt"),
    _of_assessment("submissionround"),
    _of_assessment("decision"),
    _of_round("approval"),
    _of_round("score"),
    _of_round("revision"),
    _of_period("unitreadiness"),
    frozen_by_period(
        "readinesspart",
        "indicators_readinesspart",
        f"indicators_unitreadiness u JOIN {PERIOD} ON p.id = u.period_id",
        "u.id = {row}.readiness_id",
    ),
    _of_period("readinessday"),
)
"""What freezes with the period."""

SUBMISSION_GUARDS = (
    as_submitted("round", "indicators_submissionround"),
    as_submitted("receipt", "indicators_receipt"),
    as_submitted("approval", "indicators_approval"),
)
"""What freezes with the submission."""

DECISION_GUARDS = (
    # Before release a decision can be undone, but not rewritten.
    guards.Guard(
        "decision_values",
        "indicators_decision",
        (
            guards.Check("UPDATE", changed=True),
            guards.Check("DELETE", condition="OLD.released_at IS NOT NULL"),
        ),
        _RELEASED,
        may_change=frozenset({"released_at"}),
    ),
    guards.refuse(
        "decision_release",
        "indicators_decision",
        "UPDATE",
        "OLD.released_at IS NOT NULL AND "
        "(NEW.released_at IS NULL OR NEW.released_at <> OLD.released_at)",
        message=_RELEASED,
    ),
    guards.frozen_when(
        "released_score",
        "indicators_score",
        tables="indicators_decision d",
        match="d.round_id = {row}.round_id",
        when="d.released_at IS NOT NULL",
        lock="d",
        message=_RELEASED,
    ),
)
"""What freezes with the release."""

GUARDS = (*PERIOD_GUARDS, *SUBMISSION_GUARDS, *DECISION_GUARDS)
"""Registered by the app's configuration."""
