"""Seed the table of free days."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from wbk_portal.accounts.services.calendar import seed_holidays


class Command(BaseCommand):
    """`load_holidays [YEAR …]`: safe to run again; corrected days stay."""

    help = "Add public holidays and collective leave of the given years."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the years; by default last year, this one and the next."""
        parser.add_argument("years", nargs="*", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed each year."""
        this = timezone.localdate().year
        for year in options["years"] or [this - 1, this, this + 1]:
            self.stdout.write(f"{year}: {seed_holidays(year=year)}")
