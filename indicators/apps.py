"""Instruments, periods, assessments, rounds, scores, decisions, readiness."""

from django.apps import AppConfig

from wbk_portal.common import guards

from .catalogue_guards import CATALOGUE_GUARDS
from .guards import GUARDS


class IndicatorsConfig(AppConfig):
    """Configuration of the app."""

    name = "indicators"

    def ready(self) -> None:
        """Guard editions, closed periods and what was submitted; follow the tree."""
        guards.register(*CATALOGUE_GUARDS, *GUARDS)
        from wbk_portal.accounts.hooks import closing_obstacles, unit_changed

        from .registrations import register_all
        from .services import periods
        from .workflow_texts import register_all as register_workflow_texts

        unit_changed.register(periods.unit_changed)
        closing_obstacles.register(periods.obstacles_to_closing)
        register_all()
        register_workflow_texts()
