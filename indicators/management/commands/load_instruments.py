"""Load the catalogue from its data files; safe to run at every start."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from indicators.services.catalogue import (
    CatalogueError,
    LoadResult,
    Outcome,
    load_instruments,
)


class Command(BaseCommand):
    """Thin shell around `indicators.services.catalogue.load_instruments`."""

    help = (
        "Load the indicators, the LKE and the kinds of evidence from data files. "
        "The same file again changes nothing; a changed file needs a higher edition."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files, and leave to replace an edition that nothing uses."""
        parser.add_argument(
            "files", nargs="*", type=Path, help="data files; the project's own without"
        )
        parser.add_argument(
            "--replace-unused",
            action="store_true",
            help="accept changed content under the same edition while nothing uses it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say, file by file, what changed."""
        try:
            results = load_instruments(
                options["files"] or None, replace_unused=options["replace_unused"]
            )
        except CatalogueError as error:
            lines = [str(error), *(f"  {line}" for line in error.details)]
            raise CommandError("\n".join(lines)) from error
        for result in results:
            self.stdout.write(self._line(result))
            for change in result.differences:
                self.stdout.write(f"  {change}")

    def _line(self, result: LoadResult) -> str:
        words = {
            Outcome.UNCHANGED: _("tidak berubah"),
            Outcome.CREATED: _("dimuat"),
            Outcome.REPLACED: _("diganti"),
        }
        return f"{result.title}: {words[result.outcome]} ({result.summary})"
