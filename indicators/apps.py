"""Instruments, periods, assessments, rounds, scores, decisions, readiness."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Configuration of the app."""

    name = "indicators"
