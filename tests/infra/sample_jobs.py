"""Jobs for the tests of the job machinery; workers of other processes import them."""

import os
import time
from pathlib import Path

from django.contrib.contenttypes.models import ContentType

from wbk_portal.common.jobs import NoRetryError, enqueue, job

CALLS: list[object] = []


def remember_failure(*args: object) -> None:
    CALLS.append(("failed", *args))


@job()
def note(value: object) -> None:
    CALLS.append(value)


@job(max_attempts=3, on_failed=remember_failure)
def always_fails(value: str) -> None:
    CALLS.append(value)
    raise ValueError("wrong every time")


@job(max_attempts=3, on_failed=remember_failure)
def hopeless(value: str) -> None:
    CALLS.append(value)
    raise NoRetryError("cannot end differently")


@job(max_attempts=1)
def breaks_the_transaction() -> None:
    ContentType.objects.create(app_label="a", model="b")
    ContentType.objects.create(app_label="a", model="b")


@job()
def chain(left: int) -> None:
    CALLS.append(left)
    if left:
        enqueue(chain, left - 1)


@job(max_attempts=1, max_seconds=1, on_failed=remember_failure)
def too_long() -> None:
    try:
        time.sleep(30)
    except Exception:  # noqa: BLE001 - what careless code would do
        CALLS.append("swallowed")


@job(max_attempts=2)
def write_slowly(folder: str, seconds: float) -> None:
    """Leave a sign at the start and at the end; what a killed worker leaves undone."""
    marks = Path(folder)
    (marks / f"start-{os.getpid()}-{time.time_ns()}").touch()
    time.sleep(seconds)
    (marks / f"end-{os.getpid()}-{time.time_ns()}").touch()
