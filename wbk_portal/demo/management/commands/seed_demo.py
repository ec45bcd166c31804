"""Fill an empty portal with the demo institution; safe to run at every start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wbk_portal.demo.seeding import Phases, is_seeded, seed


class Command(BaseCommand):
    """Thin shell around `wbk_portal.demo.seeding.seed`."""

    help = (
        "Make the demo institution with its people, two periods and their documents. "
        "Does nothing where it stands already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which institution to make, and whether to time it."""
        parser.add_argument(
            "--seed", type=int, default=6, help="another number, other names"
        )
        parser.add_argument(
            "--timing", action="store_true", help="print the seconds of each part"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what is missing."""
        if is_seeded():
            return
        phases = Phases()
        try:
            seed(number=options["seed"], phases=phases)
        except ValueError as error:
            raise CommandError(
                "Portal ini sudah berisi unit; contoh hanya dapat dibuat di portal "
                "yang masih kosong."
            ) from error
        if options["timing"]:
            for name, seconds in phases.seconds.items():
                self.stdout.write(f"{seconds:6.2f} s  {name}")
