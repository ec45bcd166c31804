"""Delete what the machinery no longer needs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wbk_portal.ops.ratelimit import prune_rate_buckets
from wbk_portal.ops.services import prune_notices


class Command(BaseCommand):
    """`manage.py prune_ops [--days N]`; the worker does the same every night."""

    help = "Delete notices seen long ago and rate buckets whose window has ended."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long seen notices are kept."""
        parser.add_argument("--days", type=int, help="instead of NOTICE_KEEP_DAYS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many went."""
        notices = prune_notices(options["days"])
        buckets = prune_rate_buckets()
        self.stdout.write(f"{notices} notices, {buckets} rate buckets deleted")
