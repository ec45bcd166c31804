"""Rate limits: one statement, right at the border, right with many at once."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from wbk_portal.ops.models import RateBucket
from wbk_portal.ops.ratelimit import clear, hit, peek, prune_rate_buckets

NOON = dt.datetime(2026, 5, 1, 12, 0, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def test_up_to_the_limit_then_refused_until_the_window_ends(db, clock):
    answers = [hit("masuk:sari", 3, 60) for _n in range(4)]
    assert [answer.allowed for answer in answers] == [True, True, True, False]
    assert answers[3].retry_at == NOON + dt.timedelta(seconds=60)
    assert answers[3].n == 4


def test_the_next_window_starts_from_nothing(db, clock):
    assert hit("a", 1, 60).allowed
    clock.shift(59)
    assert not hit("a", 1, 60).allowed
    clock.shift(1)
    assert hit("a", 1, 60).allowed


def test_keys_and_windows_count_apart(db, clock):
    assert hit("a", 1, 60).allowed
    assert hit("b", 1, 60).allowed
    assert hit("a", 1, 3600).allowed
    assert not hit("a", 1, 60).allowed


def test_one_statement(db):
    with CaptureQueriesContext(connection) as queries:
        hit("a", 1, 60)
        hit("a", 1, 60)
    assert [q["sql"].split()[0] for q in queries] == ["INSERT", "INSERT"]
    assert RateBucket.objects.get().n == 2


def test_the_key_is_kept_only_as_a_keyed_hash(db, settings):
    hit("survei:203.0.113.7", 1, 60)
    key = RateBucket.objects.get().key
    assert len(key) == 64
    assert "203.0.113.7" not in key
    settings.SECRET_KEY = "another"
    hit("survei:203.0.113.7", 1, 60)
    assert RateBucket.objects.exclude(key=key).count() == 1


def test_peek_does_not_count_and_clear_forgets(db, clock):
    assert peek("a", 1, 60).allowed
    hit("a", 1, 60)
    assert [peek("a", 1, 60).allowed for _n in range(2)] == [False, False]
    assert peek("a", 1, 60).n == 1
    clear("a", 60)
    assert peek("a", 1, 60).allowed


def test_a_full_bucket_does_not_overflow(db, clock):
    hit("a", 1, 60)
    RateBucket.objects.update(n=2_000_000_000)
    assert not hit("a", 1, 60).allowed
    assert RateBucket.objects.get().n == 2_000_000_000


def test_ended_buckets_are_pruned(db, clock):
    hit("a", 1, 60)
    hit("b", 1, 3600)
    clock.shift(60)
    assert prune_rate_buckets() == 1
    assert not hit("b", 1, 3600).allowed


def test_a_window_has_a_length(db):
    with pytest.raises(ValueError, match="at least one second"):
        hit("a", 1, 0)


@pytest.mark.django_db(transaction=True)
def test_no_hit_is_lost_or_counted_twice_with_four_at_once(clock):
    numbers = []

    def work():
        try:
            numbers.extend(hit("a", 50, 3600).n for _n in range(25))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 101))
