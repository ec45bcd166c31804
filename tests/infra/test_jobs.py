"""Jobs: handed over in the transaction, retried, and closed with a word."""

import signal
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.infra import sample_jobs
from wbk_portal.common.jobs import enqueue, failed_count, prune, queue, waiting_count


@pytest.fixture(autouse=True)
def calls():
    sample_jobs.CALLS.clear()
    return sample_jobs.CALLS


def test_a_job_runs_once_with_its_arguments(run_jobs, calls):
    enqueue(sample_jobs.note, {"a": [1, "dua"]})
    assert waiting_count() == 1
    assert run_jobs() == 1
    assert run_jobs() == 0
    assert calls == [{"a": [1, "dua"]}]
    assert (waiting_count(), failed_count()) == (0, 0)


def test_jobs_run_in_the_order_of_their_coming(run_jobs, calls):
    for number in range(5):
        enqueue(sample_jobs.note, number)
    run_jobs()
    assert calls == [0, 1, 2, 3, 4]


def test_a_job_that_enqueues_is_followed_to_the_end(run_jobs, calls):
    enqueue(sample_jobs.chain, 3)
    assert run_jobs() == 4
    assert calls == [3, 2, 1, 0]


def test_an_argument_that_is_no_json_is_refused(db):
    with pytest.raises(TypeError):
        enqueue(sample_jobs.note, timezone.now())
    assert waiting_count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_takes_its_job_along():
    class Rollback(Exception):
        pass

    def give_up() -> None:
        with transaction.atomic():
            enqueue(sample_jobs.note, 1)
            raise Rollback

    with pytest.raises(Rollback):
        give_up()
    assert waiting_count() == 0


def test_a_failing_job_is_tried_again_later_and_then_told_to_its_owner(run_jobs, calls):
    enqueue(sample_jobs.always_fails, "x")
    assert run_jobs(reraise=False, deferred=False) == 1
    row = DBTaskResult.objects.get()
    wait = (row.run_after - timezone.now()).total_seconds()
    assert (row.status, 5 < wait <= 10) == ("READY", True)
    assert run_jobs(reraise=False, deferred=False) == 0, "its time has not come"
    assert run_jobs(reraise=False) == 2
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == ("FAILED", 3)
    assert "wrong every time" in row.traceback
    assert row.exception_class_path == "builtins.ValueError"
    assert calls == ["x", "x", "x", ("failed", "x")]
    assert failed_count() == 1


def test_a_hopeless_job_is_not_tried_again(run_jobs, calls):
    enqueue(sample_jobs.hopeless, "x")
    assert run_jobs(reraise=False) == 1
    assert calls == ["x", ("failed", "x")]


def test_run_jobs_raises_what_a_job_raises(run_jobs):
    enqueue(sample_jobs.always_fails, "x")
    with pytest.raises(ValueError, match="wrong every time"):
        run_jobs()


@pytest.mark.django_db(transaction=True)
def test_a_database_fault_in_a_job_is_written_down(run_jobs):
    enqueue(sample_jobs.breaks_the_transaction)
    run_jobs(reraise=False)
    row = DBTaskResult.objects.get()
    assert (row.status, "IntegrityError" in row.traceback) == ("FAILED", True)


def test_a_job_whose_code_is_gone_fails_and_says_so(run_jobs):
    enqueue(sample_jobs.note, 1)
    DBTaskResult.objects.update(task_path="tests.infra.sample_jobs.removed")
    assert run_jobs(reraise=False) == 1
    row = DBTaskResult.objects.get()
    assert (row.status, "ImportError" in row.traceback) == ("FAILED", True)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_takes_too_long_is_interrupted(calls):
    enqueue(sample_jobs.too_long)
    before = signal.getsignal(signal.SIGALRM)
    error = queue.run(queue.claim("here"), in_worker=True)
    assert isinstance(error, queue.JobTimeoutError)
    assert calls == [("failed",)], "the job's own `except Exception` saw nothing"
    assert DBTaskResult.objects.get().status == "FAILED"
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_row_taken_over_by_another_worker_is_left_to_it(run_jobs):
    enqueue(sample_jobs.note, 1)
    row = queue.claim("here")
    later = timezone.now() + timedelta(seconds=1)
    DBTaskResult.objects.update(started_at=later, worker_ids=["here", "there"])
    queue.run(row, in_worker=False)
    assert DBTaskResult.objects.get().status == "RUNNING"


def test_old_rows_are_pruned_and_young_ones_stay(run_jobs):
    for number in range(3):
        enqueue(sample_jobs.note, number)
    run_jobs()
    enqueue(sample_jobs.hopeless, "x")
    run_jobs(reraise=False)
    old = timezone.now() - timedelta(days=8)
    rows = DBTaskResult.objects.order_by("enqueued_at")
    rows.filter(pk=rows[0].pk).update(finished_at=old)
    rows.filter(status="FAILED").update(finished_at=old)
    assert prune() == 1
    assert DBTaskResult.objects.count() == 3
    rows.filter(status="FAILED").update(finished_at=old - timedelta(days=90))
    assert prune() == 1
