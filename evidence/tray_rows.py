"""What stands beside each file of the tray: typed now, kept from before, or proposed.

One place decides it for the page that shows the tray, for what is kept while its pages
are turned, and for the filing of files that no page showed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from evidence.kind_choices import KindChoices, KindGroup
from evidence.models import EvidenceFile, TrayFile
from evidence.services import proposals
from evidence.services.evidence import title_from_name
from evidence.tray_choices import context_assessment
from indicators.models import Assessment
from indicators.workflow import LOCKED_FOR_UNIT


@dataclass(frozen=True)
class Preset:
    """What a file becomes if nothing more is typed.

    Attributes:
        item: Key of the assessment that it is for; None for none.
        kind: Key of the kind shown: chosen, or the guess.
        guess: Key of the kind that the name tells; the neutral one if it tells none.
        is_left: The person unticked it: it is not to be filed now.
    """

    title: str
    item: int | None
    kind: int
    guess: int
    is_left: bool


@dataclass(frozen=True)
class TrayRow:
    """One file of the tray with its presets.

    Attributes:
        pk: Key of the tray's file.
        ext: Its kind: "pdf".
        size: Bytes.
        title: Preset, or what the person typed.
        item: Key of the assessment preset for it; None for none.
        checked: Whether it is among those to be filed.
        kind: Key of the kind shown; 0 where none is asked.
        guess: Key of the guessed kind.
        has_guess: Whether the name told a kind; else `guess` is the neutral one.
        error: What is wrong with its title, after a refused attempt.
        kinds: Groups for the select of its kind, those of its item first.
    """

    pk: int
    name: str
    ext: str
    size: int
    title: str
    item: int | None
    url: str
    checked: bool = True
    kind: int = 0
    guess: int = 0
    has_guess: bool = False
    error: str = ""
    kinds: Sequence[KindGroup] = ()

    @property
    def is_guess(self) -> bool:
        """Whether the kind shown is the guess: it may be wrong, and is marked so."""
        return self.kind == self.guess


def bare_row(file: TrayFile | EvidenceFile, *, checked: bool) -> TrayRow:
    """Return a file of the tray of which nothing is asked."""
    return TrayRow(
        pk=file.pk,
        name=file.display_name,
        ext=file.kind,
        size=file.blob.size,
        title="",
        item=None,
        url=reverse("evidence:tray-download", args=[file.pk]),
        checked=checked,
    )


def tray_rows(
    files: Sequence[TrayFile],
    presets: Mapping[int, Preset],
    kinds: KindChoices,
    *,
    assessments: Iterable[Assessment],
    chosen: Collection[int] | None = None,
    errors: Mapping[int, str] | None = None,
) -> list[TrayRow]:
    """Return the rows of a page of the tray.

    Args:
        chosen: Files that were chosen before an error; None: those not left out.
        errors: What is wrong with titles, by file.
    """
    items = {a.pk: a.item_id for a in assessments}
    rows = []
    for file in files:
        preset = presets[file.pk]
        item_id = items.get(preset.item) if preset.item else None
        rows.append(
            TrayRow(
                pk=file.pk,
                name=file.display_name,
                ext=file.kind,
                size=file.blob.size,
                title=preset.title,
                item=preset.item,
                url=reverse("evidence:tray-download", args=[file.pk]),
                checked=not preset.is_left if chosen is None else file.pk in chosen,
                kind=preset.kind,
                guess=preset.guess,
                has_guess=preset.guess != kinds.other.pk,
                error=(errors or {}).get(file.pk, ""),
                kinds=kinds.groups(*([item_id] if item_id else [])),
            )
        )
    return rows


def presets_of(
    files: Sequence[TrayFile],
    kinds: KindChoices,
    *,
    assessments: Sequence[Assessment],
    unit_name: str,
    here: Assessment | None = None,
    typed: Mapping[str, str] | None = None,
    names_before: Iterable[str] = (),
) -> dict[int, Preset]:
    """Return what stands beside each file; one query for the words of the items.

    Args:
        assessments: All of the unit, with their items. What stands still is proposed
            for nothing, but its words keep a file from the next best item.
        unit_name: Of the unit whose files they are.
        here: The item's page this is: every file is for it.
        typed: What was just sent (`request.POST`); it stands before what was kept.
        names_before: Names of the files that stand before these in the tray: where
            two would be called the same, the later one is numbered.
    """
    if not files:
        return {}
    sent = typed or {}
    known = {a.pk: a for a in assessments}
    if here is not None:
        known[here.pk] = here
    words = proposals.vocabulary(assessments) if here is None and assessments else None
    fallback = here.item.title if here else ""
    seen = Counter(title_from_name(name, fallback) for name in names_before)
    found = {}
    for file in files:
        kept = file.typed
        if here is not None:
            item: int | None = here.pk
        else:
            item = _key(sent.get(f"item-{file.pk}", kept.get("item")), known)
            if item is None and f"item-{file.pk}" not in sent and "item" not in kept:
                item = _proposed(file, known, words)
        guess = kinds.guess(
            file.display_name,
            file.kind,
            known[item].item if item else None,
            unit_name,
        )
        proposed = title_from_name(file.display_name, fallback)
        seen[proposed] += 1
        if seen[proposed] > 1:
            proposed = title_from_name(file.display_name, fallback, seen[proposed])
        found[file.pk] = Preset(
            # What was emptied stays empty.
            title=str(sent.get(f"title-{file.pk}", kept.get("title", proposed))),
            item=item,
            kind=_key(chosen_kind(sent, file.pk, kept), kinds.kinds) or guess,
            guess=guess,
            is_left=bool(kept.get("left")),
        )
    return found


def _key(text: object, known: Collection[int]) -> int | None:
    """Return the key that a text names, if it is one of those known."""
    value = str(text or "")
    is_number = value.isascii() and value.isdecimal() and len(value) < 19
    return int(value) if is_number and int(value) in known else None


def _proposed(
    file: TrayFile,
    known: Mapping[int, Assessment],
    words: proposals.Vocabulary | None,
) -> int | None:
    """Return the item proposed: where the file was dropped, or by its name."""
    place = context_assessment(file.context_key)
    if words is None or (place and place in known and not _is_still(known[place])):
        return place
    item = proposals.propose(file.display_name, words)
    return None if item is None or _is_still(known[item]) else item


def unlocked(assessments: Iterable[Assessment]) -> list[Assessment]:
    """Return those for which the unit can still file something."""
    return [a for a in assessments if not _is_still(a)]


def _is_still(assessment: Assessment) -> bool:
    return assessment.state in LOCKED_FOR_UNIT


def chosen_kind(
    sent: Mapping[str, str], file_id: int, kept: Mapping[str, object] | None = None
) -> str:
    """Return the kind that a person chose for a file, as text; empty for none.

    The guess that stood there untouched is no choice.
    """
    kind = sent.get(f"kind-{file_id}")
    if kind is None:
        return str((kept or {}).get("kind", ""))
    return "" if kind == sent.get(f"guess-{file_id}") else kind


def typed_rows(
    sent: Mapping[str, str], chosen: Collection[str]
) -> dict[int, dict[str, object]]:
    """Return what a form says of the files that it showed, to be kept with them.

    Args:
        sent: `request.POST`.
        chosen: Keys of the ticked files, as text.
    """
    found: dict[int, dict[str, object]] = {}
    for name in sent:
        start, _dash, number = name.partition("-")
        if start != "title" or not number.isascii() or not number.isdecimal():
            continue
        if len(number) > 18:
            continue
        key = int(number)
        kept: dict[str, object] = {"title": sent[name]}
        if f"item-{number}" in sent:
            kept["item"] = sent[f"item-{number}"]
        if kind := chosen_kind(sent, key):
            kept["kind"] = kind
        if number not in chosen:
            kept["left"] = True
        found[key] = kept
    return found
