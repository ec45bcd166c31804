"""Keep the catalogues: collect, check, compile."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wbk_portal.common import catalogue


class Command(BaseCommand):
    """`texts` updates locale/en and locale/id from the code; see the options."""

    help = (
        "Collect texts into locale/en, and those of libraries into locale/id, check "
        "that all are translated, or compile."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the two ways that do not change the .po file."""
        parser.add_argument("--check", action="store_true", help="fail on a gap")
        parser.add_argument("--compile", action="store_true", help="write .mo files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; updating is the default."""
        root = settings.BASE_DIR
        if options["compile"]:
            for path in catalogue.compile_catalogues(root):
                self.stdout.write(f"{path.relative_to(root)}")
            return
        missing: list[str] = []
        faults: list[str] = []
        for language in ("en", "id"):
            if not options["check"]:
                catalogue.update(root, language)
            collected = catalogue.collect_for(root, language)
            missing += [
                f"{language}: {text!r}"
                for text in catalogue.untranslated(root, language, collected=collected)
            ]
            faults += catalogue.faults(root, language, collected=collected)
        for text in missing:
            self.stdout.write(f"untranslated: {text}")
        for fault in faults:
            self.stdout.write(f"wrong: {fault}")
        if options["check"] and (missing or faults):
            raise CommandError(
                f"{len(missing)} texts have no translation, "
                f"{len(faults)} entries are wrong"
            )
