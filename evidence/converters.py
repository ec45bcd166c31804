"""Parts of addresses that people read."""

from __future__ import annotations

from django.urls import register_converter


class PeriodConverter:
    """A period's slug: four digits, then letters, digits and hyphens."""

    regex = r"[0-9]{4}[a-z0-9-]*"

    def to_python(self, value: str) -> str:
        """Keep the text."""
        return value

    def to_url(self, value: str) -> str:
        """Keep the text."""
        return str(value)


class CodeConverter(PeriodConverter):
    """A unit's code or an item's slug: letters, digits, dots and hyphens."""

    regex = r"[A-Za-z0-9][A-Za-z0-9.-]*"


register_converter(PeriodConverter, "period")
register_converter(CodeConverter, "code")
