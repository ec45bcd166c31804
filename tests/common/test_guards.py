"""Guards as such: what they refuse, that the database has them, what they survive."""

import importlib
import sys
import threading
import time

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from wbk_portal.common import guards

CLOSED = "Periode sudah ditutup."
FREEZE = {
    "tables": "wt_item i JOIN wt_period p ON p.id = i.period_id",
    "match": "i.id = {row}.item_id",
    "when": "p.state = 'closed'",
    "lock": "p",
    "message": CLOSED,
}
DECLARED = [
    guards.append_only("wt_log_kept", "wt_log", allow_update=["b"], allow_clear=["c"]),
    guards.frozen_when("wt_round_frozen", "wt_round", allow_update=["mark"], **FREEZE),
    guards.frozen_when(
        "wt_period_frozen",
        "wt_period",
        when="{row}.state = 'closed'",
        allow_update=["state"],
    ),
    guards.refuse("wt_period_known", "wt_period", "INSERT", "NEW.state = 'odd'"),
    guards.no_delete("wt_item_kept", "wt_item"),
]
TABLES = {
    "wt_log": "id integer PRIMARY KEY, a text, b text, c text",
    "wt_period": "id integer PRIMARY KEY, state text, weight integer",
    "wt_item": "id integer PRIMARY KEY, period_id integer",
    "wt_round": "id integer PRIMARY KEY, item_id integer, value text, mark text",
}
ROWS = [
    "INSERT INTO wt_log VALUES (1, 'a', 'b', 'c')",
    "INSERT INTO wt_period VALUES (1, 'open', 5), (2, 'open', 5)",
    "INSERT INTO wt_item VALUES (11, 1), (12, 2)",
    "INSERT INTO wt_round VALUES (111, 11, 'B', ''), (112, 12, 'B', '')",
    "UPDATE wt_period SET state = 'closed' WHERE id = 2",
]


def run(*statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused_by(statement):
    """Return the name of the guard that refuses a statement, "" if none does."""
    try:
        run(statement)
    except IntegrityError as error:
        return guards.guard_name(error)
    return ""


def make_tables():
    run(*(f"CREATE TABLE {name} ({columns})" for name, columns in TABLES.items()))
    guards.register(*DECLARED)
    guards.install(connection)
    run(*ROWS)


@pytest.fixture
def tables(db):
    """Four tables with guards: period 1 is open, period 2 closed."""
    make_tables()
    yield
    guards.unregister(*(guard.name for guard in DECLARED))


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("UPDATE wt_log SET a = 'x'", "wt_log_kept"),
        ("UPDATE wt_log SET a = NULL", "wt_log_kept"),
        ("UPDATE wt_log SET id = 2", "wt_log_kept"),
        ("UPDATE wt_log SET c = 'x'", "wt_log_kept"),
        ("DELETE FROM wt_log", "wt_log_kept"),
        ("UPDATE wt_log SET a = 'a', b = 'x', c = NULL", ""),
        ("INSERT INTO wt_log VALUES (2, 'a', 'b', 'c')", ""),
        ("UPDATE wt_round SET value = 'A' WHERE id = 111", ""),
        ("UPDATE wt_round SET value = 'A' WHERE id = 112", "wt_round_frozen"),
        ("UPDATE wt_round SET value = 'B' WHERE id = 112", ""),
        ("UPDATE wt_round SET mark = 'x' WHERE id = 112", ""),
        ("UPDATE wt_round SET item_id = 12 WHERE id = 111", "wt_round_frozen"),
        ("UPDATE wt_round SET item_id = 11 WHERE id = 112", "wt_round_frozen"),
        ("INSERT INTO wt_round VALUES (113, 11, 'A', '')", ""),
        ("INSERT INTO wt_round VALUES (113, 12, 'A', '')", "wt_round_frozen"),
        ("DELETE FROM wt_round WHERE id = 111", ""),
        ("DELETE FROM wt_round", "wt_round_frozen"),
        ("UPDATE wt_period SET weight = 6 WHERE id = 1", ""),
        ("UPDATE wt_period SET weight = 6 WHERE id = 2", "wt_period_frozen"),
        ("UPDATE wt_period SET state = 'open' WHERE id = 2", ""),
        ("DELETE FROM wt_period WHERE id = 2", "wt_period_frozen"),
        ("INSERT INTO wt_period VALUES (3, 'odd', 5)", "wt_period_known"),
        ("INSERT INTO wt_period VALUES (3, 'closed', 5)", ""),
        ("DELETE FROM wt_item WHERE id = 11", "wt_item_kept"),
    ],
)
def test_what_is_refused(tables, statement, guard):
    assert refused_by(statement) == guard


def test_reopening_thaws(tables):
    change = "UPDATE wt_round SET value = 'A' WHERE id = 112"
    assert refused_by(change) == "wt_round_frozen"
    run("UPDATE wt_period SET state = 'open' WHERE id = 2", change)
    run("UPDATE wt_period SET state = 'closed' WHERE id = 2")
    assert refused_by("DELETE FROM wt_round WHERE id = 112") == "wt_round_frozen"


def test_a_refusal_has_a_name_and_a_sentence(tables):
    with pytest.raises(IntegrityError, match="WBK-GUARD:wt_round_frozen") as refusal:
        run("DELETE FROM wt_round")
    assert guards.is_guard_error(refusal.value, "wt_round_frozen")
    assert not guards.is_guard_error(refusal.value, "wt_log_kept")
    assert guards.guard_message(refusal.value) == CLOSED
    assert not guards.is_guard_error(IntegrityError("UNIQUE constraint failed"))


def test_a_name_stands_for_one_guard():
    with pytest.raises(ValueError, match="registered twice"):
        guards.register(guards.no_delete("audit_entry", "audit_chain"))
    with pytest.raises(ValueError, match="no name for a guard"):
        guards.no_delete("Bad Name", "audit_chain")
    with pytest.raises(ValueError, match="match and lock"):
        guards.frozen_when("some_name", "t", tables="x", when="1 = 1")


def test_every_declared_guard_stands_in_the_database(db):
    expected = guards.expected_guards(connection)
    assert expected
    assert guards.installed_guards(connection) == expected
    tables = set(connection.introspection.table_names())
    assert {guard.table for guard in guards.registered()} <= tables


def test_installing_again_does_nothing(db, django_assert_num_queries):
    assert guards.install(connection) == []


def test_missing_changed_and_foreign_guards_are_put_right(tables):
    quiet = {
        "sqlite": [
            "DROP TRIGGER wbkg_wt_log_kept_upd",
            "DROP TRIGGER wbkg_wt_log_kept_del",
            "CREATE TRIGGER wbkg_wt_log_kept_del BEFORE DELETE ON wt_log"
            " BEGIN SELECT 1; END",
            "CREATE TRIGGER wbkg_stranger BEFORE DELETE ON wt_log BEGIN SELECT 1; END",
        ],
        "postgresql": [
            "DROP TRIGGER wbkg_wt_log_kept_upd ON wt_log",
            "ALTER TABLE wt_log DISABLE TRIGGER wbkg_wt_log_kept_del",
            "CREATE FUNCTION wbkg_stranger() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN OLD; END'",
            "CREATE TRIGGER wbkg_stranger BEFORE DELETE ON wt_log"
            " FOR EACH ROW EXECUTE FUNCTION wbkg_stranger()",
        ],
    }
    run(*quiet[connection.vendor])
    assert refused_by("UPDATE wt_log SET a = 'x'") == ""
    assert guards.install(connection) == [
        "wbkg_stranger",
        "wbkg_wt_log_kept_del",
        "wbkg_wt_log_kept_upd",
    ]
    assert guards.installed_guards(connection) == guards.expected_guards(connection)
    assert refused_by("DELETE FROM wt_log") == "wt_log_kept"


MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("ops", "0001_initial")]
    operations = [
        migrations.AlterField("JobRun", "note", models.CharField(max_length=300)),
        migrations.AddField("JobRun", "extra", models.IntegerField(default=0)),
    ]
"""
REMADE = [
    guards.append_only("wt_job_kept", "ops_jobrun", allow_update=["note"]),
    # A trigger on another table that names the table to be remade.
    guards.frozen_when(
        "wt_bucket_frozen",
        "ops_ratebucket",
        tables="ops_jobrun j",
        match="j.name = {row}.key",
        when="j.note = 'closed'",
        lock="j",
    ),
]


@pytest.fixture
def next_migration(transactional_db, settings, tmp_path, monkeypatch):
    """A second migration of ops, that remakes one of its tables on SQLite."""
    guards.register(*REMADE)
    guards.install(connection)
    package = tmp_path / "wt_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "0001_initial.py").write_text(
        "import importlib\n"
        "name = 'wbk_portal.ops.migrations.0001_initial'\n"
        "Migration = importlib.import_module(name).Migration\n"
    )
    (package / "0002_remake.py").write_text(MIGRATION)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    settings.MIGRATION_MODULES = {"ops": "wt_migrations"}
    yield
    call_command("migrate", "ops", "0001", verbosity=0)
    guards.unregister(*(guard.name for guard in REMADE))
    for name in [name for name in sys.modules if name.startswith("wt_migrations")]:
        del sys.modules[name]


def test_guards_survive_a_migration_that_remakes_their_table(next_migration):
    before = guards.installed_guards(connection)
    call_command("migrate", "ops", verbosity=0)
    assert ("ops", "0002_remake") in MigrationRecorder(connection).applied_migrations()
    after = guards.installed_guards(connection)
    assert set(after) == set(before)
    assert after == guards.expected_guards(connection)
    run("INSERT INTO ops_jobrun (name, note, extra) VALUES ('a', 'closed', 0)")
    # The new column is guarded too.
    assert refused_by("UPDATE ops_jobrun SET extra = 1") == "wt_job_kept"
    assert (
        refused_by(
            "INSERT INTO ops_ratebucket (key, ends_at, n) VALUES ('a', '2026-01-01', 1)"
        )
        == "wt_bucket_frozen"
    )


def test_without_the_signal_sqlite_would_lose_or_refuse(next_migration):
    """The reason for taking guards away first: the trap really exists."""
    if connection.vendor != "sqlite":
        assert not hasattr(connection.SchemaEditorClass, "_remake_table")
        return
    from wbk_portal.ops.models import JobRun

    old = JobRun._meta.get_field("note")
    new = old.clone()
    new.max_length = 300
    new.set_attributes_from_name("note")
    new.model = JobRun

    def remake():
        with connection.schema_editor() as editor:
            editor._remake_table(JobRun, alter_fields=[(old, new)])

    with pytest.raises(DatabaseError, match="wbkg_wt_bucket_frozen"):
        remake()
    run("DROP TRIGGER wbkg_wt_bucket_frozen_ins")
    run("DROP TRIGGER wbkg_wt_bucket_frozen_upd")
    run("DROP TRIGGER wbkg_wt_bucket_frozen_del")
    assert "wbkg_wt_job_kept_upd" in guards.installed_guards(connection)
    remake()
    assert "wbkg_wt_job_kept_upd" not in guards.installed_guards(connection)
    guards.install(connection)
    assert guards.installed_guards(connection) == guards.expected_guards(connection)


@pytest.fixture
def committed_tables(transactional_db):
    """The tables of `tables`, seen by other connections too."""
    make_tables()
    yield
    guards.unregister(*(guard.name for guard in DECLARED))
    guards.install(connection)
    run(*(f"DROP TABLE {name}" for name in TABLES))


def in_another_connection(statement, *, done, hold=0.0, outcome):
    """Start a thread that runs a statement and commits `hold` seconds later."""

    def work():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                done.set()
                time.sleep(hold)
            outcome.append("written")
        except IntegrityError as error:
            outcome.append(guards.guard_name(error))
        finally:
            done.set()
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


CLOSE = "UPDATE wt_period SET state = 'closed' WHERE id = 1"
WRITE = "UPDATE wt_round SET value = 'A' WHERE id = 111"


def test_closing_waits_for_a_writer_that_came_first(committed_tables):
    written, outcome = threading.Event(), []
    thread = in_another_connection(WRITE, done=written, hold=0.4, outcome=outcome)
    assert written.wait(10)
    run(CLOSE)
    assert outcome == ["written"]
    thread.join()
    assert refused_by(WRITE) == ""
    assert refused_by("DELETE FROM wt_round WHERE id = 111") == "wt_round_frozen"


def test_a_writer_that_comes_later_waits_and_is_refused(committed_tables):
    done, outcome = threading.Event(), []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLOSE)
        thread = in_another_connection(WRITE, done=done, outcome=outcome)
        time.sleep(0.4)
        assert not done.is_set()
    thread.join()
    assert outcome == ["wt_round_frozen"]
