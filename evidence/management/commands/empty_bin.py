"""Delete evidence that lay in the bin for seven days, and bytes nobody refers to."""

from typing import Any

from django.core.management.base import BaseCommand

from evidence.services import cleaning


class Command(BaseCommand):
    """Thin shell around `evidence.services.cleaning`; safe to run twice."""

    help = "Delete discarded evidence after seven days, and bytes without a use."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and say how much."""
        evidence = cleaning.empty_bin()
        blobs = cleaning.delete_unreferenced()
        self.stdout.write(f"{evidence} evidence, {blobs} blobs deleted")
