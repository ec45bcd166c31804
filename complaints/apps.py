"""Complaints (to come)."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Configuration of the app."""

    name = "complaints"
