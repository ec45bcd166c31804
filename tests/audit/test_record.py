"""What `audit.record` writes, what it costs, and what it refuses."""

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wbk_portal import audit
from wbk_portal.audit.models import AuditEntry, AuditPayload, Chain


def record(**overrides):
    values = {
        "actor_key": "user:1",
        "action": "evidence.submitted",
        "target": ("evidence", "12"),
        "unit_key": "unit:7",
        "payload": {"title": "Maklumat pelayanan"},
        **overrides,
    }
    with transaction.atomic():
        return audit.record(**values)


def test_first_entry_starts_the_unit_s_chain(db):
    entry = record()
    chain = Chain.objects.get()
    assert (chain.key, chain.head_seq, chain.head_hash) == ("unit:7", 1, entry.hash)
    assert entry.seq == 1
    assert entry.prev == hashlib.sha256(b"wbk-audit-1:unit:7").hexdigest()
    assert json.loads(entry.payload.data) == {"title": "Maklumat pelayanan"}


def test_hash_follows_from_the_documented_format(db):
    """An independent calculation, as a reader of the format would write it."""
    first, second = record(), record(action="evidence.withdrawn")
    saved = AuditEntry.objects.select_related("payload").get(pk=second.pk)
    data = saved.payload.data
    promise = hashlib.sha256(f"{saved.payload.salt}:{data}".encode()).hexdigest()
    at = saved.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    text = (
        f'{{"action":"evidence.withdrawn","actor":"user:1","at":"{at}",'
        f'"chain":"unit:7","format":"wbk-audit-1","payload":"{promise}",'
        '"target":["evidence","12"]}'
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    expected = hashlib.sha256(f"{first.hash}:{digest}".encode()).hexdigest()
    assert (saved.prev, saved.hash, saved.payload_hash) == (
        first.hash,
        expected,
        promise,
    )


def test_without_a_unit_the_installation_s_chain_is_used(db):
    record(unit_key=None)
    record()
    assert set(Chain.objects.values_list("key", "head_seq")) == {
        ("installation", 1),
        ("unit:7", 1),
    }


def test_recording_costs_three_statements(db):
    record()
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        audit.record(
            actor_key="user:1", action="a.b", target=("x", "1"), unit_key="unit:7"
        )
    assert [q["sql"].split()[0] for q in queries] == ["UPDATE", "INSERT", "INSERT"]


@pytest.mark.parametrize("count", [2, 40])
def test_recording_many_costs_the_same_for_any_number(db, count):
    record()
    acts = [
        audit.Act(
            actor_key="user:1", action="a.b", target=("x", str(n)), unit_key="unit:7"
        )
        for n in range(count)
    ]
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        entries = audit.record_many(acts)
    verbs = [q["sql"].split()[0] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert verbs == ["SELECT", "UPDATE", "INSERT", "INSERT"]
    assert [entry.seq for entry in entries] == list(range(2, count + 2))
    assert [entry.target_key for entry in entries] == [str(n) for n in range(count)]
    assert audit.verify("unit:7").entries == count + 1


def test_many_acts_go_to_their_own_chains(db):
    acts = [
        audit.Act(actor_key="system", action="a.b", target=("x", "1"), unit_key=key)
        for key in ("unit:9", None, "unit:8", "unit:9")
    ]
    with transaction.atomic():
        entries = audit.record_many(acts)
    assert [entry.seq for entry in entries] == [1, 1, 1, 2]
    assert all(report.ok for report in audit.verify_all())
    with transaction.atomic():
        assert audit.record_many([]) == []


def test_outside_a_transaction_it_is_refused(db):
    act = {"actor_key": "user:1", "action": "a.b", "target": ("x", "1")}
    with pytest.raises(TransactionManagementError):
        audit.record(**act)
    with pytest.raises(TransactionManagementError):
        audit.record_many([audit.Act(**act)])
    assert not AuditEntry.objects.exists()


def test_a_failed_act_leaves_no_entry_and_no_gap(db):
    record()

    def failing():
        with transaction.atomic():
            audit.record(
                actor_key="user:1", action="a.b", target=("x", "1"), unit_key="unit:7"
            )
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError, match="the act failed"):
        failing()
    assert record().seq == 2
    assert audit.verify("unit:7").ok


def test_payload_keeps_dates_decimals_and_strange_characters(db):
    odd = "nul \0, setengah \ud83d, emoji 🗂"
    entry = record(
        payload={"on": dt.date(2026, 3, 1), "points": Decimal("2.50"), "odd": odd}
    )
    values = AuditPayload.objects.get(entry=entry).values
    assert values == {"on": "2026-03-01", "points": "2.50", "odd": odd}
    assert audit.verify("unit:7").ok


def test_day_only_keeps_no_time_of_day(db):
    entry = AuditEntry.objects.get(pk=record(day_only=True).pk)
    local = timezone.localtime(entry.at)
    assert local.time() == dt.time(0)
    assert local.date() == timezone.localdate()
    assert audit.verify("unit:7").ok


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit_key": "7"},
        {"actor_key": ""},
        {"action": "x" * 81},
        {"target": ("evidence", "a\0b")},
    ],
)
def test_keys_that_cannot_stand_in_the_log_are_refused(db, wrong):
    with pytest.raises(ValueError, match=r"key of a unit|cannot stand"):
        record(**wrong)
