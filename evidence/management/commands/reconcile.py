"""Compare stored bytes with their rows: each row has bytes, all bytes have a row."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evidence.services import cleaning


class Command(BaseCommand):
    """Thin shell around `evidence.services.cleaning.compare`."""

    help = (
        "List rows without bytes and bytes without rows; --delete removes the latter. "
        "Ends with status 1 when bytes of a row are lost."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take leave to delete."""
        parser.add_argument(
            "--delete",
            action="store_true",
            help="delete bytes without a row, and rows that nothing refers to",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """List, delete if told so, and fail where bytes are lost."""
        found = cleaning.compare()
        for key in found.orphans:
            self.stdout.write(f"bytes without a row: {key}")
        for blob in found.unused:
            self.stdout.write(f"not referred to: {blob.storage_key}")
        if options["delete"]:
            orphans = cleaning.delete_orphans(found.orphans)
            unused = cleaning.delete_unreferenced()
            self.stdout.write(f"{orphans} orphans, {unused} unused deleted")
        for blob in found.lost:
            self.stderr.write(f"bytes lost: blob {blob.pk}, {blob.storage_key}")
        if found.lost:
            raise CommandError(f"{len(found.lost)} rows without bytes")
        self.stdout.write("every row has its bytes")
