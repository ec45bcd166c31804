"""Notices: each event once for each person, in one statement."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from wbk_portal.ops import services
from wbk_portal.ops.models import Notice, RateBucket
from wbk_portal.ops.services import NoticeFor, notify

SARI, BUDI = "user:1", "user:2"


def tell(recipient=SARI, key="revision:1", **params):
    notify(recipient, "revision.requested", key, "/2026/unit/PN-SKM/06.13/", params)


def test_the_same_event_stands_once(db):
    tell(item="06.13")
    tell(item="another text")
    tell(BUDI)
    tell(key="revision:2")
    rows = Notice.objects.order_by("pk")
    assert [(n.recipient_key, n.key) for n in rows] == [
        (SARI, "revision:1"),
        (BUDI, "revision:1"),
        (SARI, "revision:2"),
    ]
    assert rows[0].params == {"item": "06.13"}
    assert rows[0].url == "/2026/unit/PN-SKM/06.13/"


def test_telling_again_does_not_make_it_unseen(db):
    tell()
    services.mark_seen(SARI)
    tell()
    assert services.unseen_count(SARI) == 0


def test_another_kind_about_the_same_key_is_another_event(db):
    tell()
    notify(SARI, "revision.overdue", "revision:1", "/x/")
    assert services.unseen_count(SARI) == 2


def test_many_cost_one_statement(db):
    notices = [
        NoticeFor(recipient_key=f"user:{n}", kind="k", key="e:1", url="/x/")
        for n in range(24)
    ]
    with CaptureQueriesContext(connection) as queries:
        services.notify_many(notices)
        services.notify_many(notices)
    verbs = [q["sql"].split()[0] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert verbs == ["INSERT", "INSERT"]
    assert Notice.objects.count() == 24


def test_it_goes_with_the_transaction(db):
    def failing():
        with transaction.atomic():
            tell()
            raise RuntimeError("the act failed")

    with pytest.raises(RuntimeError, match="the act failed"):
        failing()
    assert services.unseen_count(SARI) == 0


def test_params_become_plain_json_without_nul(db):
    tell(title="SK\0 2026", due=dt.date(2026, 5, 1), pages=[1, "b\0"], n=True, no=None)
    assert Notice.objects.get().params == {
        "title": "SK 2026",
        "due": "2026-05-01",
        "pages": [1, "b"],
        "n": True,
        "no": None,
    }


@pytest.mark.parametrize(
    "url",
    ["https://example.org/", "//example.org/", "/\\example.org", "", "x/", "/a\0"],
)
def test_addresses_outside_the_portal_are_refused(db, url):
    with pytest.raises(ValueError, match=r"no path|cannot stand"):
        notify(SARI, "k", "e:1", url)


@pytest.mark.parametrize("size", [3, 300])
def test_counting_unseen_is_one_query_and_stops_at_a_hundred(
    db, django_assert_num_queries, size
):
    services.notify_many(
        NoticeFor(recipient_key=SARI, kind="k", key=f"e:{n}", url="/x/")
        for n in range(size)
    )
    tell(BUDI)
    with django_assert_num_queries(1):
        assert services.unseen_count(SARI) == min(size, 100)


def test_withdrawing_takes_what_nobody_has_seen(db):
    tell()
    tell(BUDI)
    services.mark_seen(BUDI)
    assert services.withdraw("revision.requested", "revision:1") == 1
    assert list(Notice.objects.values_list("recipient_key", flat=True)) == [BUDI]


def test_marking_touches_only_the_person_s_own(db):
    for key in ("revision:1", "revision:2", "revision:3"):
        tell(key=key)
        tell(BUDI, key=key)
    mine, other = Notice.objects.of(SARI), Notice.objects.of(BUDI)
    ids = [mine.first().pk, other.first().pk]
    assert services.mark_seen(SARI, ids) == 1
    keys = ["revision:1", "revision:9"]
    assert services.mark_done(SARI, "revision.requested", keys) == 1
    assert services.mark_seen(SARI) == 1
    assert other.unseen().count() == 3


def test_pruning_forgets_old_seen_ones_and_ended_buckets(db, settings, capsys):
    settings.NOTICE_KEEP_DAYS = 30
    with time_machine.travel(timezone.now() - dt.timedelta(days=31), tick=False):
        tell(key="old and seen")
        services.mark_seen(SARI)
        tell(key="old, never seen")
    tell(BUDI, key="new and seen")
    services.mark_seen(BUDI)
    RateBucket.objects.create(key="x", ends_at=timezone.now(), n=1)
    call_command("prune_ops")
    assert set(Notice.objects.values_list("key", flat=True)) == {
        "old, never seen",
        "new and seen",
    }
    assert capsys.readouterr().out == "1 notices, 1 rate buckets deleted\n"
