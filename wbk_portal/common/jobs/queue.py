"""The queue: declaring a job, handing it over, running it, and its second chance.

One row per handed-over job (django-tasks-db), read with a plain SELECT and claimed
in a short transaction of our own: the library's worker takes an exclusive lock on
an SQLite database at every look, knows no retry and leaves the job of a killed
worker RUNNING for ever.
"""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from traceback import format_exception
from types import FrameType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import close_old_connections, connections, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus as Status
from django_tasks.base import Task

from wbk_portal.common.jobs import signs

if TYPE_CHECKING:
    from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger("wbk_portal.jobs")

FINAL = (Status.SUCCESSFUL, Status.FAILED)
# Seconds before attempt 2, 3, …; the last one repeats.
RETRY_SECONDS = (10, 60, 600, 3600)
# How long a job of a worker on another machine may be overdue before it is taken.
LEASE_MARGIN = timedelta(minutes=1)
KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)


class NoRetryError(Exception):
    """Raised by a job when another attempt cannot end differently."""


class JobTimeoutError(BaseException):
    """A job took longer than its `max_seconds`.

    No `Exception`, so that a job's own `except Exception` cannot swallow it.
    """


@dataclass(frozen=True, kw_only=True)
class Job(Task[P, T]):
    """A function that the worker runs, with the rules for its failure.

    Attributes:
        max_attempts: Runs in all, those cut short by a killed worker included.
        max_seconds: Wall time of one run; then it is interrupted and counts as failed.
        on_failed: Called with the job's own arguments after the last attempt, so that
            the domain row says what a person should know. Must not raise.
    """

    max_attempts: int = 3
    max_seconds: int = 900
    on_failed: Callable[..., object] | None = None


def job(
    *,
    max_attempts: int = 3,
    max_seconds: int = 900,
    priority: int = 0,
    on_failed: Callable[..., object] | None = None,
) -> Callable[[Callable[P, T]], Job[P, T]]:
    """Declare a module-level function as a job.

    Args:
        max_attempts: See `Job`.
        max_seconds: See `Job`; keep it above what the work's own limits allow.
        priority: -100 to 100; higher ones go first.
        on_failed: See `Job`.
    """

    def declare(function: Callable[P, T]) -> Job[P, T]:
        return Job(
            func=function,
            priority=priority,
            max_attempts=max_attempts,
            max_seconds=max_seconds,
            on_failed=on_failed,
        )

    return declare


def enqueue(work: Job[P, T], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Hand `work` to the worker, in the current transaction if there is one.

    Args:
        work: A function declared with `@job`.
        args: Plain JSON values only (keys, not rows).
        kwargs: Likewise.

    Raises:
        TypeError: An argument is no JSON value.
    """
    work.enqueue(*args, **kwargs)
    transaction.on_commit(signs.wake)


def waiting_count() -> int:
    """Return how many jobs wait or run; one query."""
    return _rows().exclude(status__in=FINAL).count()


def failed_count() -> int:
    """Return how many kept jobs failed for good; one query."""
    return _rows().filter(status=Status.FAILED).count()


def claim(worker: str, *, deferred: bool = False) -> "DBTaskResult[Any, Any] | None":
    """Return the next job marked as run by `worker`, or None.

    The first look takes no lock at all. Two workers never get the same row: SQLite
    lets one writer in at a time, PostgreSQL skips a locked row.

    Args:
        worker: Name that stands in the row's list of attempts.
        deferred: Also take jobs whose time has not come (tests).
    """
    rows = _rows().filter(status=Status.READY) if deferred else _rows().ready()
    if not rows.exists():
        return None
    with transaction.atomic():
        row = rows.select_for_update(skip_locked=True).first()
        if row is not None:
            row.claim(worker)
    return row


def run(row: "DBTaskResult[Any, Any]", *, in_worker: bool) -> BaseException | None:
    """Run a claimed job and write down how it ended.

    Args:
        row: As `claim` returned it.
        in_worker: This is the main thread of a process that does nothing else:
            enforce `max_seconds` by an alarm, renew connections after a fault.

    Returns:
        What the job raised, or None.
    """
    try:
        work = _work(row)
        with time_limit(work.max_seconds if in_worker else 0):
            work.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except (Exception, JobTimeoutError) as error:
        logger.warning(
            "job %s %s failed in attempt %d",
            row.task_path,
            row.id,
            len(row.worker_ids),
            exc_info=error,
        )
        if in_worker:
            _mend_connections(error)
        _failed(row, error)
        return error
    _finish(row, status=Status.SUCCESSFUL, finished_at=timezone.now(), traceback="")
    return None


def run_pending(
    *, deferred: bool = False, reraise: bool = True, limit: int = 10_000
) -> int:
    """Run waiting jobs, and those that they enqueue, in this thread; for tests.

    Args:
        deferred: Also run those that wait for a later time (second attempts).
        reraise: Raise what a job raised instead of going on.
        limit: Stop with an error after so many, since some job feeds itself.

    Returns:
        How many attempts were made.
    """
    for count in range(limit):
        row = claim("here", deferred=deferred)
        if row is None:
            return count
        error = run(row, in_worker=False)
        if error is not None and reraise:
            raise error
    raise RuntimeError(f"more than {limit} jobs")


def sweep(idle: str = "") -> int:
    """Give the jobs of ended workers their next attempt, or record their failure.

    Args:
        idle: A worker known to run nothing now: the caller.

    Returns:
        How many rows were found abandoned.
    """
    found = 0
    for row in _rows().filter(status=Status.RUNNING):
        worker = row.worker_ids[-1] if row.worker_ids else ""
        gone = worker == idle or signs.is_gone(worker)
        if gone is None:
            limit = timedelta(seconds=_max_seconds(row)) + LEASE_MARGIN
            gone = row.started_at is None or row.started_at + limit < timezone.now()
        if gone:
            found += 1
            logger.warning("job %s %s lost its worker", row.task_path, row.id)
            # Mostly a restart, not the job's fault: the first time it goes on at once.
            wait = 0 if len(row.worker_ids) == 1 else None
            _failed(row, RuntimeError("the worker ended during the job"), wait)
    return found


def prune() -> int:
    """Remove rows of finished jobs after a week, of failed ones after 90 days."""
    now = timezone.now()
    done = _rows().filter(status=Status.SUCCESSFUL, finished_at__lt=now - KEEP_DONE)
    failed = _rows().filter(status=Status.FAILED, finished_at__lt=now - KEEP_FAILED)
    return done.delete()[0] + failed.delete()[0]


def _rows() -> "DBTaskResultQuerySet":
    """Return the table; imported late, since apps declare jobs while models load."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.all()


def _work(row: "DBTaskResult[Any, Any]") -> Job[Any, Any]:
    work = row.task
    if not isinstance(work, Job):
        raise NoRetryError(f"{row.task_path} is no job")
    return work


def _max_seconds(row: "DBTaskResult[Any, Any]") -> int:
    try:
        return _work(row).max_seconds
    except (ImportError, NoRetryError):
        return Job.max_seconds


def _failed(
    row: "DBTaskResult[Any, Any]", error: BaseException, wait: int | None = None
) -> None:
    """Put the job back for a later attempt, or close it and tell its owner.

    Args:
        row: A job of ours, or of a worker that has ended.
        error: What to write down.
        wait: Seconds before the next attempt; None takes them from RETRY_SECONDS.
    """
    attempts = len(row.worker_ids)
    now = timezone.now()
    trace = "".join(format_exception(error)).replace("\0", "")
    try:
        work = _work(row)
    except (ImportError, NoRetryError):
        work = None
    if work and attempts < work.max_attempts and not isinstance(error, NoRetryError):
        if wait is None:
            wait = RETRY_SECONDS[min(attempts, len(RETRY_SECONDS)) - 1]
        _finish(
            row,
            status=Status.READY,
            run_after=now + timedelta(seconds=wait),
            traceback=trace,
        )
        return
    closed = _finish(
        row,
        status=Status.FAILED,
        finished_at=now,
        exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
        traceback=trace,
    )
    if closed and work and work.on_failed:
        try:
            work.on_failed(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
        except Exception:  # the worker must live on; the log keeps the fault
            logger.exception("on_failed of job %s %s", row.task_path, row.id)


def _mend_connections(error: BaseException) -> None:
    """Drop connections that the fault may have left unusable."""
    if isinstance(error, JobTimeoutError):
        connections.close_all()
    else:
        close_old_connections()


def _finish(row: "DBTaskResult[Any, Any]", **values: object) -> bool:
    """Write the end of this attempt unless another worker has taken the job over."""
    mine = _rows().filter(pk=row.pk, status=Status.RUNNING, started_at=row.started_at)
    return bool(mine.update(**values))


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Interrupt the block with JobTimeoutError after `seconds`; 0 for no limit."""
    if not seconds:
        yield
        return

    def ring(number: int, frame: FrameType | None) -> None:
        raise JobTimeoutError(f"longer than {seconds} seconds")

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
