"""The timetable's memory: one row of JobRun per recurring work."""

from datetime import datetime

from django.utils import timezone

from wbk_portal.ops.models import JobRun

# Notes are for a line on a page, not for a log.
NOTE_LENGTH = 200


class JobRunStore:
    """Keeps last runs in JobRun; what `common.jobs.Worker` asks for."""

    def last_ok(self) -> dict[str, datetime]:
        """Return the last success of each name that ever had one; one query."""
        rows = JobRun.objects.exclude(last_ok=None)
        return {name: at for name, at in rows.values_list("name", "last_ok") if at}

    def succeeded(self, name: str, note: str) -> datetime:
        """Keep that `name` ran now, and return that time."""
        now = timezone.now()
        JobRun.objects.update_or_create(
            name=name, defaults={"last_ok": now, "note": note[:NOTE_LENGTH]}
        )
        return now

    def failed(self, name: str, note: str) -> None:
        """Keep why the last run of `name` failed; its last success stays."""
        JobRun.objects.update_or_create(
            name=name, defaults={"note": note[:NOTE_LENGTH]}
        )
