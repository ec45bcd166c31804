"""The worker as a process of its own: waking, stopping, being killed."""

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tests.infra import sample_jobs
from wbk_portal.common.jobs import enqueue

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


def until(condition, seconds=PATIENCE):
    """Wait for a condition and return its value."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return value


def database_url() -> str:
    """Return the URL of the database that this test itself uses."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    return f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@pytest.fixture
def marks(tmp_path):
    folder = tmp_path / "marks"
    folder.mkdir()
    return folder


@pytest.fixture
def start_worker(transactional_db, settings, tmp_path):
    """Return a function that starts a worker and waits until it is at work."""
    settings.DATA_DIR = tmp_path
    workers = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        known = set(tmp_path.glob("run/worker-*.lock"))
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(tmp_path),
        }
        command = [sys.executable, "manage.py", "run_worker", "--no-timetable"]
        process = subprocess.Popen([*command, *options], cwd=ROOT, env=environ)
        workers.append(process)
        until(lambda: set(tmp_path.glob("run/worker-*.lock")) - known)
        return process

    yield start
    for process in workers:
        process.kill()
        process.wait()


def state() -> str:
    return DBTaskResult.objects.get().status


def test_a_queued_job_starts_at_once(start_worker, marks):
    start_worker()
    delays = []
    for count in range(1, 6):
        time.sleep(0.13)
        queued = time.time_ns()
        enqueue(sample_jobs.write_slowly, str(marks), 0)
        until(lambda want=count: len(list(marks.glob("start-*"))) == want)
        newest = max(int(path.name.split("-")[2]) for path in marks.glob("start-*"))
        delays.append((newest - queued) / 1e9)
    assert statistics.median(delays) < 0.5, delays


def test_sigterm_lets_the_job_in_hand_finish(start_worker, marks):
    worker = start_worker()
    enqueue(sample_jobs.write_slowly, str(marks), 1.5)
    until(lambda: list(marks.glob("start-*")))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert len(list(marks.glob("end-*"))) == 1
    assert state() == "SUCCESSFUL"


def test_an_idle_worker_stops_quickly(start_worker):
    worker = start_worker()
    begin = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert time.monotonic() - begin < 5


def test_the_job_of_a_killed_worker_is_run_again_by_the_next(start_worker, marks):
    worker = start_worker()
    enqueue(sample_jobs.write_slowly, str(marks), 2)
    until(lambda: list(marks.glob("start-*")))
    worker.kill()
    worker.wait()
    assert state() == "RUNNING"
    start_worker()
    until(lambda: state() == "SUCCESSFUL")
    assert len(list(marks.glob("start-*"))) == 2
    assert len(list(marks.glob("end-*"))) == 1


def test_two_workers_never_run_one_job_twice(start_worker, marks):
    start_worker()
    start_worker()
    for _ in range(40):
        enqueue(sample_jobs.write_slowly, str(marks), 0.01)
    until(lambda: not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists())
    assert len(list(marks.glob("start-*"))) == 40
    assert {len(row.worker_ids) for row in DBTaskResult.objects.all()} == {1}


def test_a_worker_ends_after_its_share_of_jobs(start_worker, marks):
    worker = start_worker("--max-tasks=2")
    for _ in range(3):
        enqueue(sample_jobs.write_slowly, str(marks), 0)
    assert worker.wait(PATIENCE) == 0
    assert DBTaskResult.objects.filter(status="SUCCESSFUL").count() == 2
