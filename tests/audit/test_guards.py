"""The log's own guards: neither the ORM nor SQL changes what was recorded."""

import pytest
from django.db import IntegrityError, connection, transaction

from wbk_portal import audit
from wbk_portal.audit.models import AuditEntry, AuditPayload, Chain
from wbk_portal.common import guards


@pytest.fixture
def entry(db):
    with transaction.atomic():
        return audit.record(
            actor_key="user:1",
            action="a.b",
            target=("x", "1"),
            unit_key="unit:7",
            payload={"name": "Sari"},
            withheld=True,
        )


REFUSED = {
    "entry changed": (lambda: AuditEntry.objects.update(action="c.d"), "audit_entry"),
    "entry deleted": (
        lambda: AuditEntry.objects.all()._raw_delete("default"),
        "audit_entry",
    ),
    "payload rewritten": (
        lambda: AuditPayload.objects.update(data='{"name":"Budi"}'),
        "audit_payload",
    ),
    "salt rewritten": (lambda: AuditPayload.objects.update(salt="1"), "audit_payload"),
    "payload deleted": (lambda: AuditPayload.objects.all().delete(), "audit_payload"),
    "chain deleted": (
        lambda: Chain.objects.all()._raw_delete("default"),
        "audit_chain",
    ),
    "chain moved back": (
        lambda: Chain.objects.update(head_seq=0),
        "audit_chain_forward",
    ),
    "chain renamed": (
        lambda: Chain.objects.update(key="unit:8"),
        "audit_chain_forward",
    ),
    "head rewritten": (
        lambda: Chain.objects.update(head_hash="0" * 64),
        "audit_chain_forward",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(entry, what):
    act, name = REFUSED[what]
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act()
    assert guards.is_guard_error(refusal.value, name)
    assert audit.verify("unit:7").ok


def test_truncate_is_refused_on_postgresql(entry):
    if connection.vendor != "postgresql":
        assert "TRUNCATE" not in str(guards.expected_guards(connection))
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            cursor.execute("TRUNCATE audit_auditpayload")
    assert guards.is_guard_error(refusal.value, "audit_payload")


def test_revealing_and_erasing_are_allowed(entry):
    assert audit.reveal(("x", "1")) == 1
    assert audit.erase(entry_ids=[entry.pk], actor_key="user:1", reason="r") == 1
    payload = AuditPayload.objects.get(entry=entry)
    assert (payload.withheld, payload.data) == (False, None)
