"""Readiness of branches for managers; no features of its own."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Configuration of the app."""

    name = "wbk_portal.dashboard"

    def ready(self) -> None:
        """Hang the way to the readiness pages into the frame."""
        from . import navigation

        navigation.register_all()
