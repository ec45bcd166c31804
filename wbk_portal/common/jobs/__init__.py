"""Background work: the only place that knows which job library is underneath.

An app declares its work in a module `jobs.py`, which the worker imports:

    @job(max_attempts=3, on_failed=mark_preview_unavailable)
    def make_page_images(file_pk: int) -> None: ...

    @periodic("expire-drafts", daily_at=time(2, 30))
    def expire_drafts() -> str: ...

and hands it over inside the transaction that needs it, so that both happen or none:

    enqueue(make_page_images, file.pk)

A job may run twice (its worker can be killed at any point), so it must be safe to
repeat; the row of the domain is the truth, never the job's own row.
"""

from wbk_portal.common.jobs.queue import (
    FINAL,
    Job,
    NoRetryError,
    enqueue,
    failed_count,
    job,
    prune,
    run_pending,
    sweep,
    waiting_count,
)
from wbk_portal.common.jobs.timetable import PERIODIC, Periodic, RunStore, periodic
from wbk_portal.common.jobs.worker import Worker

__all__ = [
    "FINAL",
    "PERIODIC",
    "Job",
    "NoRetryError",
    "Periodic",
    "RunStore",
    "Worker",
    "enqueue",
    "failed_count",
    "job",
    "periodic",
    "prune",
    "run_pending",
    "sweep",
    "waiting_count",
]
