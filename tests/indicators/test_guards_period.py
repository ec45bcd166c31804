"""The database itself refuses every change of a closed period, and of what was seen.

Raw SQL, past every service, on whichever database the tests run.
"""

# ruff: noqa: S608 - every statement is made of names in this file.

import datetime as dt
import threading
import time

import pytest
from django.core.management.sql import (
    emit_post_migrate_signal,
    emit_pre_migrate_signal,
)
from django.db import IntegrityError, connection, transaction
from django.db.migrations import Migration
from django.utils import timezone

from evidence.models import EvidenceLink, LinkReview, SubmissionItem
from indicators.models import (
    Approval,
    Assessment,
    AssessmentPeriod,
    Assignment,
    Decision,
    Grace,
    PeriodInstrument,
    ReadinessDay,
    ReadinessPart,
    Receipt,
    Revision,
    Score,
    StageWindow,
    State,
    SubmissionRound,
    UnitReadiness,
)
from indicators.services import periods
from tests import factories
from wbk_portal.common import guards

pytestmark = pytest.mark.django_db

# Of each table: a column that a tamperer would like to change, and what into.
TABLES = {
    Assessment: "narrative = 'lain'",
    SubmissionRound: "manifest_sha256 = 'lain'",
    Receipt: "number = 'PJ-LAIN'",
    Approval: "title = 'Lain'",
    Score: "nano = 1",
    Decision: "nano = 1",
    Revision: "text = 'lain'",
    UnitReadiness: "nano_certain = 9",
    ReadinessPart: "nano_certain = 9",
    ReadinessDay: "nano_certain = 9",
    StageWindow: "stage = 'objection'",
    Grace: "reason = 'lain'",
    Assignment: "valid_from = '2020-01-01'",
    PeriodInstrument: "period_id = period_id + 100000",
    SubmissionItem: "pages = '9'",
    LinkReview: "note = 'lain'",
    EvidenceLink: "pages = '9'",
}
ALWAYS_FROZEN = {SubmissionRound, Receipt, Approval, SubmissionItem, PeriodInstrument}
"""Frozen since they were written, or since the period was opened."""


def fill(world):
    """Give the period at least one row in each table."""
    period, unit, people = world.period, world.unit, world.people
    periods.ensure_assessments(period)
    one = period.assessments.get(work_unit=unit, item__slug="06.13")
    other = period.assessments.get(work_unit=unit, item__slug="06.14")
    factories.make_evidence(unit, by=people["operator"], link_to=[one])
    frozen = factories.make_round(one, by=people["operator"])
    Approval.objects.create(
        round=frozen, by=people["head"], result="approved", title="Kepala unit"
    )
    LinkReview.objects.create(
        item=frozen.items.get(), user=people["assessor"], result="fits"
    )
    Score.objects.create(round=frozen, user=people["assessor"], nano=750_000_000)
    decision = Decision.objects.create(
        assessment=one,
        round=frozen,
        kind=Decision.Kind.AGREE,
        nano=750_000_000,
        by=people["assessor"],
    )
    Assessment.objects.filter(pk=one.pk).update(state=State.SCORED, decision=decision)
    returned = factories.make_round(other, by=people["operator"])
    Revision.objects.create(
        round=returned,
        user=people["assessor"],
        reason_code="other",
        text="Perbaiki.",
        due=timezone.localdate(),
    )
    Grace.objects.create(
        window=period.windows.first(),
        work_unit=unit,
        until=timezone.now() + dt.timedelta(days=60),
        reason="Alasan",
    )
    return one


def close(world):
    return periods.close_period(
        user=world.people["administrator"], period=world.period, leave_undecided=True
    )


@pytest.fixture
def closed(world):
    """The world with a filled period that is closed."""
    fill(world)
    close(world)
    return world


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def refused_by(statement):
    """Return the name of the guard that refuses a statement, "" if none does."""
    try:
        run(statement)
    except IntegrityError as error:
        return guards.guard_name(error) or f"no guard: {error}"
    return ""


def statements(model):
    """Return a raw INSERT, UPDATE and DELETE of one row of a table."""
    table = model._meta.db_table
    row = model._base_manager.order_by("pk").first()
    assert row is not None, f"{table} is empty: the test proves nothing"
    columns = ", ".join(
        connection.ops.quote_name(field.column)
        for field in model._meta.concrete_fields
        if not field.primary_key
    )
    where = f"WHERE id = {row.pk}"
    return [
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} {where}",
        f"UPDATE {table} SET {TABLES[model]} {where}",
        f"DELETE FROM {table} {where}",
    ]


@pytest.mark.parametrize("model", TABLES, ids=lambda m: m._meta.db_table)
def test_a_closed_period_refuses_every_change(closed, model):
    before = list(model._base_manager.order_by("pk").values())
    for statement in statements(model):
        name = refused_by(statement)
        assert name, f"not refused: {statement}"
        assert not name.startswith("no guard"), name
    assert list(model._base_manager.order_by("pk").values()) == before


@pytest.mark.parametrize("model", TABLES, ids=lambda m: m._meta.db_table)
def test_an_open_period_does_not(world, model):
    """The control: the very same UPDATE passes, except where rows never change."""
    fill(world)
    name = refused_by(statements(model)[1])
    if model in ALWAYS_FROZEN:
        assert name.startswith(("submitted_", "opened_period_"))
    elif model is Decision:
        assert name == "decision_values"
    else:
        assert name == ""


def test_the_closed_period_itself_stands(closed):
    table = AssessmentPeriod._meta.db_table
    where = f"WHERE id = {closed.period.pk}"
    for change in ("state = 'open'", "name = 'lain'", "release = 'by_lead'"):
        assert refused_by(f"UPDATE {table} SET {change} {where}") == "closed_period"
    assert refused_by(f"DELETE FROM {table} {where}") in {
        "closed_period",
        "opened_period_kept",
    }


def test_an_opened_period_is_not_undone(world):
    table = AssessmentPeriod._meta.db_table
    where = f"WHERE id = {world.period.pk}"
    for change in ("state = 'draft'", "slug = '2026-b'"):
        assert refused_by(f"UPDATE {table} SET {change} {where}") == (
            "opened_period_stays"
        )
    assert refused_by(f"DELETE FROM {table} {where}") == "opened_period_kept"


def test_another_open_period_is_left_alone(closed):
    other = factories.make_period("2027")
    factories.make_assessments(closed.unit, other)
    assert other.assessments.update(narrative="boleh") == 30


def test_rows_cannot_be_moved_into_a_closed_period(closed):
    other = factories.make_period("2027")
    one = factories.make_assessment(closed.unit, other)
    statement = (
        f"UPDATE indicators_assessment SET period_id = {closed.period.pk} "
        f"WHERE id = {one.pk}"
    )
    assert refused_by(statement) == "closed_period_assessment"


# --- What was seen -------------------------------------------------------------------
def test_a_released_decision_and_its_score_stand(world):
    one = fill(world)
    decision = Decision.objects.get()
    score = Score.objects.get()
    now = timezone.now()
    Decision.objects.filter(pk=decision.pk).update(released_at=now)
    Assessment.objects.filter(pk=one.pk).update(released_at=now)
    for statement, name in (
        ("UPDATE indicators_decision SET released_at = NULL", "decision_release"),
        ("UPDATE indicators_decision SET nano = 0", "decision_values"),
        ("UPDATE indicators_score SET nano = 0", "released_score"),
        (f"DELETE FROM indicators_score WHERE id = {score.pk}", "released_score"),
    ):
        assert refused_by(statement) == name
    Assessment.objects.filter(pk=one.pk).update(released_at=None, decision=None)
    assert refused_by("DELETE FROM indicators_decision") == "decision_values"


def test_an_unreleased_decision_can_be_taken_back(world):
    one = fill(world)
    Assessment.objects.filter(pk=one.pk).update(decision=None, state="under_review")
    assert refused_by("DELETE FROM indicators_decision") == ""
    assert refused_by("DELETE FROM indicators_score") == ""


def test_versions_and_their_files_stand(world):
    fill(world)
    for statement, name in (
        ("UPDATE evidence_evidenceversion SET note = 'lain'", "evidence_version"),
        ("UPDATE evidence_evidencefile SET display_name = 'x'", "evidence_file"),
        ("DELETE FROM evidence_evidencefile", "submitted_file"),
    ):
        assert refused_by(statement) == name
    assert refused_by("UPDATE evidence_evidencefile SET state = 'ready'") == ""


# --- Two at once, and tables made anew -----------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_the_guards_hold_after_every_table_was_remade(world):
    expected = guards.expected_guards(connection)
    if connection.vendor == "sqlite":
        emit_pre_migrate_signal(
            0, False, "default", plan=[(Migration("0002_remake", "indicators"), False)]
        )
        for model in TABLES:
            # Inside one block as a migration is, outside a transaction as well.
            with connection.schema_editor() as editor:
                editor._remake_table(model)
        assert guards.installed_guards(connection) == {}
        emit_post_migrate_signal(0, False, "default")
    else:
        with connection.cursor() as cursor:
            for model in TABLES:
                cursor.execute(
                    f"ALTER TABLE {model._meta.db_table} ADD COLUMN wt integer"
                )
                cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP COLUMN wt")
    assert guards.installed_guards(connection) == expected
    fill(world)
    close(world)
    for model in TABLES:
        for statement in statements(model):
            assert refused_by(statement), f"not refused: {statement}"


def in_another_connection(work, outcome):
    """Start a thread that notes what `work` returned, or which guard refused."""

    def go():
        try:
            outcome.append(work())
        except IntegrityError as error:
            outcome.append(guards.guard_name(error))
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_writers_and_later_ones_are_refused(world):
    one = fill(world)
    held, outcome = threading.Event(), []

    def write_first():
        with transaction.atomic():
            row = Assessment.objects.select_for_update().get(pk=one.pk)
            held.set()
            time.sleep(0.5)
            row.narrative = "yang terakhir"
            row.save(update_fields=["narrative"])
        return "written"

    thread = in_another_connection(write_first, outcome)
    assert held.wait(10)
    close(world)
    thread.join()
    assert outcome == ["written"]
    row = Assessment.objects.get(pk=one.pk)
    assert (row.narrative, row.state) == ("yang terakhir", State.FINAL)
    row.narrative = "terlambat"
    with pytest.raises(IntegrityError) as refused:
        row.save()
    assert guards.guard_name(refused.value) == "closed_period_assessment"


@pytest.mark.django_db(transaction=True)
def test_a_bare_update_of_the_state_waits_for_writers_too(world):
    """Whoever changes the state past the service: the key on it makes them wait."""
    one = fill(world)
    held, outcome = threading.Event(), []

    def write_first():
        with transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(narrative="dulu")
            held.set()
            time.sleep(0.5)
            Assessment.objects.filter(pk=one.pk).update(narrative="lalu")
        return "written"

    thread = in_another_connection(write_first, outcome)
    assert held.wait(10)
    run("UPDATE indicators_assessmentperiod SET state = 'closed'")
    thread.join()
    # Its second write would have been refused, had the state changed before.
    assert outcome == ["written"]
    assert Assessment.objects.get(pk=one.pk).narrative == "lalu"


@pytest.mark.django_db(transaction=True)
def test_counting_receipts_does_not_wait_for_other_writers(world):
    """On PostgreSQL; SQLite has one writer at a time anyway."""
    one = fill(world)
    held, let_go, outcome = threading.Event(), threading.Event(), []

    def write_slowly():
        with transaction.atomic():
            Assessment.objects.filter(pk=one.pk).update(narrative="lambat")
            held.set()
            let_go.wait(10)
        return "written"

    if connection.vendor == "sqlite":
        let_go.set()
    thread = in_another_connection(write_slowly, outcome)
    assert held.wait(10)
    began = time.monotonic()
    run("UPDATE indicators_assessmentperiod SET last_receipt = last_receipt + 1")
    assert time.monotonic() - began < 5
    let_go.set()
    thread.join()
    assert outcome == ["written"]
