"""What the tray's form offers: kinds of evidence, items, and proposals for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from evidence.models import TrayFile
from evidence.services import proposals
from indicators.models import Assessment, EvidenceKind, ItemKind

CONTEXT = "assessment:"
"""Beginning of the context key of an item's page."""


@dataclass(frozen=True)
class Choice:
    """One entry of a select, or a checkbox with a field for pages."""

    value: int
    label: str
    chosen: bool = False
    pages: str = ""


@dataclass(frozen=True)
class ChoiceGroup:
    """Entries under one heading."""

    label: str
    choices: Sequence[Choice]


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


def fallback_title(assessment: Assessment | None) -> str:
    """Return the title for a file whose name says nothing."""
    return assessment.item.title if assessment else ""


def typed_item(
    typed: Mapping[str, str], file_id: int, preset: int | None
) -> int | None:
    value = typed.get(f"item-{file_id}")
    if value is None:
        return preset
    return int(value) if value.isascii() and value.isdecimal() else None


def presets_of(
    files: Sequence[TrayFile], assessments: Sequence[Assessment]
) -> dict[int, int]:
    """Return the item proposed for each file: where it was dropped, or by its name."""
    if not files or not assessments:
        return {}
    known = {a.pk for a in assessments}
    words = proposals.vocabulary(assessments)
    found: dict[int, int] = {}
    for file in files:
        preset = context_assessment(file.context_key)
        if preset not in known:
            preset = proposals.propose(file.display_name, words)
        if preset is not None:
            found[file.pk] = preset
    return found


def kinds_of(assessment: Assessment | None, typed: str) -> list[ChoiceGroup]:
    """Return the kinds to choose from: those expected of the item first."""
    chosen = int(typed) if typed.isascii() and typed.isdecimal() else None
    expected: list[Choice] = []
    if assessment is not None:
        rows = (
            ItemKind.objects.filter(item_id=assessment.item_id)
            .order_by("position")
            .values_list("kind_id", "label", "kind__label")
        )
        expected = [
            Choice(kind_id, label or kind_label, chosen == kind_id)
            for kind_id, label, kind_label in rows
        ]
    generic: list[Choice] = []
    special: list[Choice] = []
    known = {choice.value for choice in expected}
    for kind in EvidenceKind.objects.order_by("position", "key"):
        if kind.pk in known:
            continue
        choice = Choice(kind.pk, kind.label, chosen == kind.pk)
        (generic if kind.is_generic else special).append(choice)
    groups = [
        ChoiceGroup(_("Diharapkan untuk butir ini"), expected),
        ChoiceGroup(_("Umum"), generic),
        ChoiceGroup(_("Jenis lain"), special),
    ]
    return [group for group in groups if group.choices]
