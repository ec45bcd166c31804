"""Jobs of ended workers are found; those of living ones are left alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.infra import sample_jobs
from wbk_portal.common.jobs import enqueue, queue, signs, sweep


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    sample_jobs.CALLS.clear()


@pytest.fixture
def running(db):
    """Return a function that leaves one job RUNNING under a worker's name."""

    def start(worker: str, minutes_ago: int = 0) -> DBTaskResult:
        enqueue(sample_jobs.always_fails, "x")
        row = queue.claim(worker)
        row.started_at = timezone.now() - timedelta(minutes=minutes_ago)
        row.save()
        return row

    return start


def test_a_living_worker_keeps_its_job(running):
    presence = signs.Presence()
    row = running(presence.name, minutes_ago=600)
    assert sweep() == 0
    row.refresh_from_db()
    assert row.status == "RUNNING"
    presence.leave()


def test_the_job_of_an_ended_worker_waits_for_its_next_attempt(running):
    presence = signs.Presence()
    row = running(presence.name)
    presence.leave()
    assert sweep() == 1
    row.refresh_from_db()
    assert (row.status, len(row.worker_ids)) == ("READY", 1)


def test_an_idle_worker_has_no_job_running(running):
    presence = signs.Presence()
    running(presence.name)
    assert sweep(idle=presence.name) == 1
    presence.leave()


def test_after_the_last_attempt_the_owner_is_told(running):
    row = running("elsewhere/1/2", minutes_ago=600)
    DBTaskResult.objects.update(worker_ids=["a", "b", "elsewhere/1/2"])
    assert sweep() == 1
    row.refresh_from_db()
    assert row.status == "FAILED"
    assert sample_jobs.CALLS == [("failed", "x")]


@pytest.mark.parametrize(("minutes", "found"), [(15, 0), (17, 1)])
def test_a_worker_elsewhere_has_the_time_of_its_job_and_a_minute(
    running, minutes, found
):
    running("otherhost/mark/token", minutes_ago=minutes)
    assert sweep() == found


def test_waking_moves_the_sign_every_time():
    seen = {signs.last_wake()}
    for _ in range(50):
        signs.wake()
        seen.add(signs.last_wake())
    assert len(seen) == 51


def test_waking_without_a_writable_folder_is_no_fault(settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    settings.DATA_DIR = blocked
    signs.wake()
    assert signs.last_wake() == 0


def test_the_place_keeps_its_name():
    assert signs.place() == signs.place()
    assert not list(signs.run_dir().glob("place.*"))
