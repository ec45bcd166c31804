"""Satisfaction surveys (to come)."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Configuration of the app."""

    name = "surveys"
