"""Files, versions, links, the review desk and the pages of a unit."""

from django.apps import AppConfig

from wbk_portal.common import guards

from .guards import GUARDS


class EvidenceConfig(AppConfig):
    """Configuration of the app."""

    name = "evidence"

    def ready(self) -> None:
        """Guard versions and what stood in a round; hang texts and ways in."""
        guards.register(*GUARDS)
        from . import history, navigation

        history.register_all()
        navigation.register_all()
