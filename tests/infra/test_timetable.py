"""The timetable: when recurring work is due, and what is kept of it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from wbk_portal.common.jobs import PERIODIC, Worker, periodic
from wbk_portal.common.jobs.timetable import Periodic
from wbk_portal.ops.models import JobRun
from wbk_portal.ops.runs import JobRunStore

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("last_ok", "now", "due"),
    [
        (None, "2026-05-29 01:00", True),
        ("2026-05-28 02:31", "2026-05-29 02:29", False),
        ("2026-05-28 02:31", "2026-05-29 02:30", True),
        ("2026-05-29 02:30", "2026-05-29 23:59", False),
        ("2026-05-20 02:30", "2026-05-29 01:00", True),  # the machine was off
    ],
)
def test_a_daily_run_is_due_once_after_its_local_time(last_ok, now, due):
    entry = Periodic("x", lambda: None, None, time(2, 30))
    assert entry.is_due(last_ok and at(last_ok), at(now)) is due


@pytest.mark.parametrize(("minutes", "due"), [(9, False), (10, True), (11, True)])
def test_an_interval_is_due_when_it_has_passed(minutes, due):
    entry = Periodic("x", lambda: None, timedelta(minutes=10), None)
    start = at("2026-05-29 10:00")
    assert entry.is_due(start, start + timedelta(minutes=minutes)) is due


def test_an_entry_needs_one_rule_and_a_free_name():
    with pytest.raises(ValueError, match="either"):
        periodic("both", every=timedelta(1), daily_at=time())
    with pytest.raises(ValueError, match="either"):
        periodic("none")


@pytest.fixture
def timetable(monkeypatch, settings, tmp_path):
    """Give an empty timetable, and a worker at its desk."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("wbk_portal.common.jobs.worker.PERIODIC", table := {})
    monkeypatch.setattr("wbk_portal.common.jobs.timetable.PERIODIC", table)
    return table


@pytest.fixture
def make_worker(timetable, db):
    """Return a function that hires a worker; all of them leave at the end."""
    workers = []

    def make() -> Worker:
        workers.append(Worker(store=JobRunStore()))
        return workers[-1]

    yield make
    for worker in workers:
        worker.leave_timetable()


def test_a_run_is_kept_and_not_repeated(make_worker):
    ran = []
    periodic("sum", every=timedelta(hours=1))(lambda: ran.append(1) or "3 baris")
    worker = make_worker()
    worker.run_timetable()
    worker.run_timetable()
    assert ran == [1]
    row = JobRun.objects.get(name="sum")
    assert (row.note, row.last_ok is not None) == ("3 baris", True)


def test_a_failed_run_says_why_keeps_the_last_success_and_waits(make_worker):
    ran = []

    @periodic("sum", every=timedelta(hours=1))
    def fails() -> str:
        ran.append(1)
        raise ValueError("no paper")

    JobRunStore().succeeded("sum", "")
    JobRun.objects.update(last_ok=at("2026-05-01 00:00"))
    worker = make_worker()
    worker.run_timetable()
    worker.run_timetable()
    assert ran == [1]
    row = JobRun.objects.get(name="sum")
    assert (row.note, row.last_ok) == ("ValueError: no paper", at("2026-05-01 00:00"))


def test_only_one_worker_of_a_folder_keeps_the_timetable(make_worker):
    ran = []
    periodic("sum", every=timedelta(0))(lambda: ran.append(1))
    first, second = make_worker(), make_worker()
    first.run_timetable()
    second.run_timetable()
    assert ran == [1]
    first.leave_timetable()
    second.run_timetable()
    assert ran == [1, 1]


def test_old_job_rows_are_removed_by_the_timetable():
    from wbk_portal.ops import jobs

    assert PERIODIC["prune-jobs"].run is jobs.prune_jobs
