"""Readiness of branches for managers; no features of its own."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Configuration of the app."""

    name = "wbk_portal.dashboard"
