"""Print the link for the first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.urls import reverse

from wbk_portal.accounts.services.links import issue_first_admin_link


class Command(BaseCommand):
    """`first_admin_link --base https://portal.example`: a link, or nothing.

    Prints one line as long as nobody administers the portal, and nothing once
    somebody does. Each run makes a new link, which works for 24 hours; earlier ones
    stop working.
    """

    help = "Print a one-time link that makes the first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the address at which people reach the portal."""
        parser.add_argument("--base", required=True, help="https://portal.example")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the link and print it."""
        issued = issue_first_admin_link()
        if issued is not None:
            path = reverse("accounts:start", args=[issued.token])
            self.stdout.write(f"{options['base'].rstrip('/')}{path}")
