"""Prove or mend the readiness rows: `manage.py rebuild_readiness --check`."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from indicators.models import AssessmentPeriod
from indicators.services import readiness


class Command(BaseCommand):
    """Computes every readiness row afresh from its items."""

    help = (
        "Compute all readiness rows afresh and list what was not so. Rows of open "
        "periods are mended; with --check nothing is written and the exit status is "
        "1 when anything differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer the check, and one period alone."""
        parser.add_argument("--check", action="store_true", help="write nothing")
        parser.add_argument("--period", help="only this period (its slug)")

    def handle(
        self, *args: Any, check: bool, period: str | None, **options: Any
    ) -> None:
        """List the differences; exit with 1 when some remain."""
        one = None
        if period is not None:
            one = AssessmentPeriod.objects.filter(slug=period).first()
            if one is None:
                raise CommandError(f"There is no period {period!r}.")
        proof = readiness.rebuild(one, check=check)
        for difference in proof.differences:
            self.stdout.write(str(difference))
        remaining = [d for d in proof.differences if check or not d.is_mended]
        mended = len(proof.differences) - len(remaining)
        self.stdout.write(
            f"{proof.n_rows} rows compared, {proof.n_different} differ"
            f" ({len(proof.differences)} figures"
            + (f", {mended} mended)" if mended else ")")
        )
        if remaining:
            sys.exit(1)
