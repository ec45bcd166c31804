"""What keeps the portal running: jobs' memory, rate limits, the inbox."""

from typing import Any

from django.apps import AppConfig

from wbk_portal.common import registry


class OpsConfig(AppConfig):
    """Notices to people, rate buckets, and when recurring work last ran."""

    name = "wbk_portal.ops"
    label = "ops"

    def ready(self) -> None:
        """Hang the number of unseen notices into the frame of every page."""
        registry.inbox_counters.register(_inbox_count)


def _inbox_count(person: Any) -> int:
    """Return the person's unseen notices; one query."""
    from wbk_portal.ops.services import unseen_count

    return unseen_count(person.key)
