"""Run the job worker: `manage.py run_worker`."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules

from wbk_portal.common.jobs import Worker
from wbk_portal.ops.runs import JobRunStore


class Command(BaseCommand):
    """Runs jobs one after the other and the timetable between them."""

    help = "Run jobs and recurring work until SIGTERM; finishes the job in hand."
    # They would load every page of the portal into a process that shows none.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer a bound on jobs, and a worker without the timetable."""
        parser.add_argument(
            "--max-tasks",
            type=int,
            default=500,
            help="end after so many jobs, for a fresh process (0: never)",
        )
        parser.add_argument(
            "--no-timetable",
            action="store_true",
            help="jobs only: for all machines but one when several share a database",
        )

    def handle(self, *, max_tasks: int, no_timetable: bool, **options: object) -> None:
        """Load every app's `jobs` module, then work."""
        autodiscover_modules("jobs")
        store = None if no_timetable else JobRunStore()
        Worker(store=store, max_tasks=max_tasks).run()
