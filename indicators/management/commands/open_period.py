"""Open a period: `manage.py open_period 2026`."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from indicators.models import AssessmentPeriod
from indicators.services import periods


class Command(BaseCommand):
    """Opens a period, or gives units added later their assessments."""

    help = (
        "Open an assessment period and make the assessments of all assessed units. "
        "Safe to repeat: on an open period only what is missing is made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the period's slug."""
        parser.add_argument("period", help="slug of the period, for example 2026")

    def handle(self, *args: Any, period: str, **options: Any) -> None:
        """Open the period and say what was made."""
        found = AssessmentPeriod.objects.filter(slug=period).first()
        if found is None:
            raise CommandError(f"There is no period {period!r}.")
        before = found.assessments.count()
        try:
            found = periods.open_period(user=None, period=found)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        made = found.assessments.count() - before
        self.stdout.write(f"{found.slug}: {found.state}, {made} assessments made")
