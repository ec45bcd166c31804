"""Instruments, periods, assessments, rounds, scores, decisions, readiness."""

from django.apps import AppConfig

from wbk_portal.common import guards

from .catalogue_guards import CATALOGUE_GUARDS


class IndicatorsConfig(AppConfig):
    """Configuration of the app."""

    name = "indicators"

    def ready(self) -> None:
        """Guard editions that an opened period uses."""
        guards.register(*CATALOGUE_GUARDS)
