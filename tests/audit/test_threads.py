"""Writers at the same moment keep one chain without gaps, on both databases."""

import threading

import pytest
from django.db import connection, transaction

from wbk_portal import audit
from wbk_portal.audit.models import AuditEntry, Chain

EACH = 150


def at_once(*works):
    """Run functions in threads of their own and raise what one of them raised."""
    errors = []
    start = threading.Barrier(len(works))

    def run(work):
        try:
            start.wait()
            work()
        except BaseException as error:  # noqa: BLE001 (raised below, in the test)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def record_each(name, unit_key="unit:7"):
    for n in range(EACH):
        with transaction.atomic():
            audit.record(
                actor_key=name, action="a.b", target=("x", str(n)), unit_key=unit_key
            )


@pytest.mark.django_db(transaction=True)
def test_two_writers_share_one_gap_free_chain():
    at_once(lambda: record_each("user:1"), lambda: record_each("user:2"))
    seqs = AuditEntry.objects.order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, 2 * EACH + 1))
    assert audit.verify("unit:7").ok
    for name in ("user:1", "user:2"):
        assert AuditEntry.objects.filter(actor_key=name).count() == EACH


@pytest.mark.django_db(transaction=True)
def test_single_and_many_together_on_two_chains():
    def many(name, keys):
        for n in range(EACH // 10):
            with transaction.atomic():
                audit.record_many(
                    audit.Act(
                        actor_key=name, action="a.b", target=("x", str(n)), unit_key=key
                    )
                    for key in keys
                    for _again in range(3)
                )

    at_once(
        lambda: record_each("user:1"),
        lambda: many("user:2", ["unit:8", "unit:7"]),
        lambda: many("user:3", ["unit:7", "unit:8"]),
    )
    assert {c.key: c.head_seq for c in Chain.objects.all()} == {
        "unit:7": EACH + 2 * 3 * (EACH // 10),
        "unit:8": 2 * 3 * (EACH // 10),
    }
    assert all(report.ok for report in audit.verify_all())
