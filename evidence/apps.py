"""Files, versions, links, the review desk and the pages of a unit."""

from django.apps import AppConfig

from wbk_portal.common import guards

from .guards import GUARDS


class EvidenceConfig(AppConfig):
    """Configuration of the app."""

    name = "evidence"

    def ready(self) -> None:
        """Guard versions, what stood in a round, and closed periods."""
        guards.register(*GUARDS)
