"""Tampering is found; what was erased by right still verifies."""

import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from tests.guarding import without_guards
from wbk_portal import audit
from wbk_portal.audit.models import AuditEntry, AuditPayload, Chain

KEY = "unit:7"


@pytest.fixture
def chain(db):
    """Five entries of one unit."""
    with transaction.atomic():
        for n in range(1, 6):
            audit.record(
                actor_key="user:1",
                action="score.given",
                target=("score", str(n)),
                unit_key=KEY,
                payload={"value": n},
            )
    return Chain.objects.get(key=KEY)


def entry(seq):
    return AuditEntry.objects.get(chain__key=KEY, seq=seq)


def change(number, **columns):
    AuditEntry.objects.filter(chain__key=KEY, seq=number).update(**columns)


def change_payload(seq, **columns):
    AuditPayload.objects.filter(entry=entry(seq)).update(**columns)


def swap(first, second):
    a, b = entry(first), entry(second)
    change(first, seq=99)
    change(b.seq, seq=a.seq)
    AuditEntry.objects.filter(pk=a.pk).update(seq=b.seq)


def delete(*seqs):
    AuditPayload.objects.filter(entry__chain__key=KEY, entry__seq__in=seqs).delete()
    AuditEntry.objects.filter(chain__key=KEY, seq__in=seqs).delete()


def append(seq):
    last = entry(5)
    last.pk, last.seq, last.prev = None, seq, last.hash
    last.save(force_insert=True)
    AuditPayload.objects.create(entry=last, data="{}", salt="00")


def move_head(seq):
    Chain.objects.filter(key=KEY).update(head_seq=seq, head_hash=entry(seq).hash)


TAMPERING = {
    "another actor": (lambda: change(2, actor_key="user:2"), 2),
    "another action": (lambda: change(2, action="score.withdrawn"), 2),
    "another target": (lambda: change(2, target_key="77"), 2),
    "another time": (lambda: change(2, at=timezone.now() - dt.timedelta(days=1)), 2),
    "another commitment": (lambda: change(2, payload_hash="0" * 64), 2),
    "another hash": (lambda: change(3, hash="0" * 64), 3),
    "another hash before": (lambda: change(3, prev="0" * 64), 3),
    "changed payload": (lambda: change_payload(4, data='{"value":9}'), 4),
    "changed salt": (lambda: change_payload(4, salt="00"), 4),
    "emptied payload": (lambda: change_payload(4, data=None, salt=None), 4),
    "half erased": (
        lambda: change_payload(4, data=None, erased_at=timezone.now()),
        4,
    ),
    "payload gone": (lambda: AuditPayload.objects.filter(entry=entry(4)).delete(), 4),
    "deleted in the middle": (lambda: delete(3), 3),
    "deleted first": (lambda: delete(1), 1),
    "swapped": (lambda: swap(2, 3), 2),
    "cut off": (lambda: delete(4, 5), 4),
    "added behind the head": (lambda: append(6), 6),
    "head moved back": (lambda: move_head(4), 5),
    "head hash changed": (lambda: Chain.objects.update(head_hash="0" * 64), 6),
}


def test_whole_chain(chain):
    report = audit.verify(KEY)
    assert (report.ok, report.entries, report.seq) == (True, 5, None)
    assert report.head == (5, chain.head_hash)


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_at_its_place(chain, what):
    act, seq = TAMPERING[what]
    with without_guards():
        act()
        report = audit.verify(KEY)
    assert not report.ok
    assert report.seq == seq
    assert report.problem


def test_an_entry_moved_to_another_chain_is_found(chain):
    with transaction.atomic():
        audit.record(actor_key="system", action="a.b", target=("x", "1"))
    other = Chain.objects.get(key="installation")
    with without_guards():
        change(5, chain=other, seq=2)
        assert {r.key: r.seq for r in audit.verify_all()} == {
            KEY: 5,
            "installation": 2,
        }


def test_erased_payload_verifies(chain):
    with transaction.atomic():
        erased = audit.erase(
            entry_ids=[entry(2).pk, entry(3).pk],
            actor_key="user:1",
            reason="Permintaan penghapusan 12/2026",
        )
    assert erased == 2
    payload = AuditPayload.objects.get(entry=entry(2))
    assert (payload.data, payload.salt) == (None, None)
    assert payload.erased_at is not None
    report = audit.verify(KEY)
    assert (report.ok, report.entries) == (True, 6)
    assert AuditPayload.objects.get(entry=entry(6)).values == {
        "count": 2,
        "reason": "Permintaan penghapusan 12/2026",
        "seqs": [2, 3],
    }


def test_a_log_rewritten_as_a_whole_is_found_by_heads_kept_elsewhere(chain):
    kept = audit.heads()
    with without_guards():
        delete(1, 2, 3, 4, 5)
        Chain.objects.all().delete()
    with transaction.atomic():
        for n in range(1, 7):
            audit.record(
                actor_key="user:1", action="a.b", target=("x", str(n)), unit_key=KEY
            )
    assert audit.verify(KEY).ok
    (report,) = audit.verify_all(against=kept)
    assert (report.ok, report.seq) == (False, 5)


@pytest.mark.parametrize("cut", [4, 0])
def test_a_shortened_or_vanished_chain_is_found_by_heads(chain, cut):
    kept = audit.heads()
    with without_guards():
        if cut:
            delete(5)
            move_head(cut)
        else:
            delete(1, 2, 3, 4, 5)
            Chain.objects.all().delete()
        (report,) = audit.verify_all(against=kept)
    assert (report.ok, report.seq) == (False, cut + 1)


def test_command_says_whole_and_writes_heads(chain, tmp_path):
    out, heads = io.StringIO(), tmp_path / "heads.json"
    call_command("verify_audit", write_heads=heads, stdout=out)
    assert out.getvalue() == "1 chains, 5 entries: whole\n"
    assert json.loads(heads.read_text()) == {KEY: [5, chain.head_hash]}
    call_command("verify_audit", heads=heads, stdout=out)


def test_command_names_the_first_broken_seq_and_fails(chain):
    err = io.StringIO()
    with without_guards():
        change(3, actor_key="user:9")
        with pytest.raises(CommandError) as failure:
            call_command("verify_audit", stderr=err)
    assert failure.value.returncode == 1
    assert err.getvalue() == "unit:7: seq 3: the entry was changed\n"


def test_command_refuses_a_file_without_heads(chain, tmp_path):
    path = tmp_path / "heads.json"
    path.write_text('["no", "heads"]')
    with pytest.raises(CommandError, match="holds no heads"):
        call_command("verify_audit", heads=path)


def test_verifying_streams(chain, django_assert_max_num_queries):
    with transaction.atomic():
        audit.record_many(
            audit.Act(
                actor_key="system", action="a.b", target=("x", str(n)), unit_key=KEY
            )
            for n in range(300)
        )
    with django_assert_max_num_queries(2):
        assert audit.verify(KEY).entries == 305
    assert connection.queries_limit
