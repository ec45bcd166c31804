"""Check the whole log, or compare it with heads kept elsewhere."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wbk_portal.audit.verification import heads, verify_all


class Command(BaseCommand):
    """`manage.py verify_audit`: exit 1 and the first broken seq of each chain."""

    help = "Check that no entry of the audit log was changed, removed or added."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two files, both optional."""
        parser.add_argument("--heads", type=Path, help="compare with heads kept there")
        parser.add_argument(
            "--write-heads", type=Path, help="write the heads there when all is whole"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each broken chain and one for the whole."""
        against = self._read(options["heads"]) if options["heads"] else None
        chains = entries = broken = 0
        before = heads()
        for report in verify_all(against):
            chains += 1
            entries += report.entries
            if not report.ok:
                broken += 1
                self.stderr.write(f"{report.key}: seq {report.seq}: {report.problem}")
        if broken:
            raise CommandError(f"{broken} of {chains} chains are broken", returncode=1)
        if options["write_heads"]:
            text = json.dumps(before, indent=1, sort_keys=True)
            options["write_heads"].write_text(text + "\n", encoding="utf-8")
        self.stdout.write(f"{chains} chains, {entries} entries: whole")

    def _read(self, path: Path) -> dict[str, tuple[int, str]]:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return {key: (int(seq), str(hash_)) for key, (seq, hash_) in found.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise CommandError(
                f"{path} holds no heads: {error}", returncode=2
            ) from error
