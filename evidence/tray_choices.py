"""What the tray's form offers beside its files: items to tick; and its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from indicators.models import Assessment

CONTEXT = "assessment:"
"""Beginning of the context key of an item's page."""


@dataclass(frozen=True)
class Choice:
    """One entry of a select, or a checkbox with a field for pages."""

    value: int
    label: str
    chosen: bool = False
    pages: str = ""


def context_evidence(context_key: str) -> int | None:
    """Return the evidence that a context key names, or None."""
    return _number_after("evidence:", context_key)


def context_assessment(context_key: str) -> int | None:
    """Return the assessment that a context key names, or None."""
    return _number_after(CONTEXT, context_key)


def _number_after(start: str, key: str) -> int | None:
    number = key.removeprefix(start)
    if number == key or not number.isascii() or not number.isdecimal():
        return None
    return int(number) if len(number) < 18 else None


def others_of(
    assessments: Sequence[Assessment], typed: Mapping[str, str]
) -> list[Choice]:
    """Return the items to tick, with what was ticked and typed before an error."""
    ticked = typed.getlist("link") if isinstance(typed, QueryDict) else []
    return [
        Choice(a.pk, str(a.item), str(a.pk) in ticked, typed.get(f"pages-{a.pk}", ""))
        for a in assessments
    ]
