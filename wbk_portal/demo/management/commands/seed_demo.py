"""Fill an empty portal with the demo institution; safe to run at every start."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wbk_portal.demo.seeding import Phases, is_seeded, people_rows, seed


class Command(BaseCommand):
    """Thin shell around `wbk_portal.demo.seeding.seed`."""

    help = (
        "Make the demo institution with its people, two periods and their documents. "
        "Does nothing where it stands already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what to print and which institution to make."""
        parser.add_argument(
            "--people-json",
            action="store_true",
            help="print who may sign in as JSON, and write nothing",
        )
        parser.add_argument(
            "--seed", type=int, default=6, help="another number, other names"
        )
        parser.add_argument(
            "--timing", action="store_true", help="print the seconds of each part"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the people, or write what is missing."""
        if options["people_json"]:
            rows = people_rows(options["seed"])
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
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
