"""The worker process: one job at a time, and the timetable between them."""

import logging
import signal
import time
from datetime import datetime, timedelta
from types import FrameType
from typing import IO

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from wbk_portal.common.jobs import queue, signs
from wbk_portal.common.jobs.timetable import PERIODIC, Periodic, RunStore

logger = logging.getLogger("wbk_portal.jobs")

# Seconds between two looks into the database while nothing wakes the worker.
LOOK_SECONDS = 1.0
# Seconds between two looks at the wake file: the delay that a person may notice.
WAKE_SECONDS = 0.1
SWEEP_SECONDS = 30.0
TIMETABLE_SECONDS = 5.0
# A daily run missed while the machine was off waits so long after the start.
START_GRACE_SECONDS = 30.0
# No run of the timetable may keep the jobs waiting longer.
TIMETABLE_LIMIT_SECONDS = 1800
FAILED_AGAIN = timedelta(minutes=5)


class Worker:
    """Runs jobs until it is told to stop, then finishes the one in hand.

    A job that its worker could not finish (kill -9, power loss) is found by `sweep`
    at the next start and gets its next attempt.
    """

    def __init__(
        self,
        *,
        store: RunStore | None = None,
        max_tasks: int = 0,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """Prepare a worker; nothing is locked before `run`.

        Args:
            store: Where runs of the timetable are kept; None leaves it to others.
            max_tasks: End after so many jobs so that memory never creeps; 0: never.
            look_seconds: See LOOK_SECONDS.
        """
        self.store = store
        self.max_tasks = max_tasks
        self.look_seconds = look_seconds
        self.stopping = False
        self._done = 0
        self._next_sweep = 0.0
        self._next_timetable = time.monotonic() + START_GRACE_SECONDS
        self._timekeeper: IO[str] | None = None
        self._last_ok: dict[str, datetime] = {}
        self._not_before: dict[str, datetime] = {}

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        """End after the job in hand; a signal handler."""
        self.stopping = True

    def run(self) -> None:
        """Work until a signal, or until `max_tasks` are done."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        presence = signs.Presence()
        logger.info("worker %s started", presence.name)
        try:
            while not self.stopping:
                self._turn(presence.name)
        finally:
            presence.leave()
            self.leave_timetable()
            logger.info("worker %s ended after %d jobs", presence.name, self._done)

    def _turn(self, name: str) -> None:
        """Do one thing: sweep, a due run of the timetable, a job, or a short sleep."""
        seen = signs.last_wake()
        try:
            close_old_connections()
            now = time.monotonic()
            if now >= self._next_sweep:
                self._next_sweep = now + SWEEP_SECONDS
                queue.sweep(idle=name)
            if now >= self._next_timetable:
                self._next_timetable = now + TIMETABLE_SECONDS
                self.run_timetable()
            row = queue.claim(name)
            if row is not None:
                queue.run(row, in_worker=True)
                self._done += 1
                if self.max_tasks and self._done >= self.max_tasks:
                    self.stopping = True
                return
        except DatabaseError:
            # Locked, restarting or gone for a moment: the next look tries again.
            logger.exception("the database does not answer")
            connections.close_all()
        self._sleep(seen)

    def _sleep(self, seen: int) -> None:
        """Wait for the next look, shorter when somebody calls `wake`."""
        end = time.monotonic() + self.look_seconds
        while not self.stopping and time.monotonic() < end:
            if signs.last_wake() != seen:
                return
            time.sleep(WAKE_SECONDS)

    def run_timetable(self) -> None:
        """Run what is due, in one worker only of those that share a data folder."""
        if self.store is None:
            return
        if self._timekeeper is None:
            self._timekeeper = signs.try_lock(signs.run_dir() / "timekeeper.lock")
            if self._timekeeper is None:
                return
            self._last_ok = self.store.last_ok()
        now = timezone.now()
        for entry in list(PERIODIC.values()):
            if self.stopping:
                return
            if now < self._not_before.get(entry.name, now):
                continue
            if entry.is_due(self._last_ok.get(entry.name), now):
                self._run_entry(self.store, entry)

    def leave_timetable(self) -> None:
        """Let another worker keep the timetable."""
        if self._timekeeper:
            self._timekeeper.close()
            self._timekeeper = None

    def _run_entry(self, store: RunStore, entry: Periodic) -> None:
        try:
            with queue.time_limit(TIMETABLE_LIMIT_SECONDS):
                note = entry.run() or ""
        except (Exception, queue.JobTimeoutError) as error:
            logger.exception("%s failed", entry.name)
            self._not_before[entry.name] = timezone.now() + FAILED_AGAIN
            store.failed(entry.name, f"{type(error).__name__}: {error}")
        else:
            self._last_ok[entry.name] = store.succeeded(entry.name, note)
