"""Files, versions, links, the review desk and the pages of a unit."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Configuration of the app."""

    name = "evidence"
