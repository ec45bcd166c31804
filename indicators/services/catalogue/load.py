"""Loading the data files: repeatable, all or nothing, never behind anyone's back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from indicators.models import (
    AssessmentPeriod,
    EvidenceKind,
    Instrument,
    Item,
    ItemKind,
    ItemMap,
    Option,
    PeriodInstrument,
    SubArea,
)
from wbk_portal.audit.services import record

from .diff import describe, differences
from .reader import CatalogueError
from .spec import InstrumentSpec, parse
from .store import Writer, read_back

DATA_FOLDER = Path(__file__).resolve().parents[2] / "data"
"""The project's own copies; their sources are named inside."""


class Outcome(StrEnum):
    """What loading a file did."""

    UNCHANGED = "unchanged"
    CREATED = "created"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What happened to one file.

    Attributes:
        title: Key and edition.
        outcome: What was done.
        summary: How much the file holds.
        differences: Lines against the edition before; empty for a first edition.
    """

    title: str
    outcome: Outcome
    summary: str
    differences: tuple[str, ...] = ()


def read_files(paths: Iterable[Path] | None = None) -> list[InstrumentSpec]:
    """Parse data files and put them in the order in which they build on each other.

    Args:
        paths: The files; all of `DATA_FOLDER` without.

    Raises:
        CatalogueError: A file is missing, no JSON, or faulty; or two files build on
            each other.
    """
    specs: dict[str, InstrumentSpec] = {}
    for path in sorted(DATA_FOLDER.glob("*.json")) if paths is None else paths:
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CatalogueError(
                _("%(file)s tidak dapat dibaca: %(reason)s.")
                % {"file": path, "reason": error}
            ) from error
        spec = parse(raw, place=path.name)
        if spec.key in specs:
            raise CatalogueError(_("%(key)s diberikan dua kali.") % {"key": spec.key})
        specs[spec.key] = spec
    ordered: list[InstrumentSpec] = []
    waiting = dict(specs)
    while waiting:
        ready = [
            spec
            for spec in waiting.values()
            if not any(key in waiting for key, _edition in spec.references)
        ]
        if not ready:
            raise CatalogueError(
                _("Berkas saling merujuk: %(keys)s.") % {"keys": ", ".join(waiting)}
            )
        for spec in ready:
            ordered.append(waiting.pop(spec.key))
    return ordered


@transaction.atomic
def load_instruments(
    paths: Iterable[Path] | None = None, *, replace_unused: bool = False
) -> list[LoadResult]:
    """Load data files; on any error nothing of all files is written.

    The same content again changes nothing. Changed content needs a higher edition,
    which is stored beside the older one. An edition that a period uses which is open
    or closed never changes.

    Args:
        paths: The files; all of the project's own without.
        replace_unused: Also accept changed content under the same edition, as long
            as nothing uses that edition (for whoever is writing a new one).

    Raises:
        CatalogueError: With a message, and the differences where there are any.
    """
    return [_load(spec, replace_unused) for spec in read_files(paths)]


def edition_in_use(instrument: Instrument) -> bool:
    """Return True when an opened or closed period depends on this edition.

    It does so directly, or through editions that build on this one. Two queries.
    """
    built_on = {
        (key, edition): set(below.items())
        for key, edition, below in Instrument.objects.values_list(
            "key", "edition", "builds_on"
        )
    }
    waiting = set(
        PeriodInstrument.objects.exclude(
            period__state=AssessmentPeriod.State.DRAFT
        ).values_list("instrument__key", "instrument__edition")
    )
    used: set[tuple[str, int]] = set()
    while waiting:
        edition = waiting.pop()
        used.add(edition)
        waiting |= built_on[edition] - used
    return (instrument.key, instrument.edition) in used


def _load(spec: InstrumentSpec, replace_unused: bool) -> LoadResult:
    newest = Instrument.objects.newest(spec.key)
    same = Instrument.objects.filter(key=spec.key, edition=spec.edition).first()
    if same is not None:
        if same.source_sha256 == spec.sha256:
            _verify(same, spec, is_newest=same == newest)
            return LoadResult(spec.title, Outcome.UNCHANGED, describe(spec))
        return _replace(same, spec, allowed=replace_unused)
    if newest is not None and newest.edition > spec.edition:
        raise CatalogueError(
            _("%(title)s: edisi harus lebih tinggi daripada %(edition)d.")
            % {"title": spec.title, "edition": newest.edition}
        )
    changes = tuple(differences(read_back(newest), spec)) if newest else ()
    _write(spec)
    return _done(spec, Outcome.CREATED, changes)


def _done(
    spec: InstrumentSpec, outcome: Outcome, changes: tuple[str, ...]
) -> LoadResult:
    """Record the act in the installation's chain and return the result."""
    record(
        actor_key="system",
        action=f"catalogue.{outcome}",
        target=("instrument", f"{spec.key}:{spec.edition}"),
        payload={
            "title": spec.title,
            "sha256": spec.sha256,
            "differences": list(changes),
        },
    )
    return LoadResult(spec.title, outcome, describe(spec), changes)


def _verify(instrument: Instrument, spec: InstrumentSpec, *, is_newest: bool) -> None:
    """Refuse to say "no change" when the rows are not what the file says."""
    stored = read_back(instrument)
    if spec.kinds:
        # Kinds are shared by all editions, and those that fell out stay.
        known = set(stored.kinds)
        kept = tuple(kind for kind in spec.kinds if kind in known or not is_newest)
        stored = replace(stored, kinds=kept)
    if stored != spec:
        raise CatalogueError(
            _("%(title)s: isi basis data berbeda dari berkasnya.")
            % {"title": spec.title},
            tuple(differences(stored, spec)),
        )


def _replace(
    instrument: Instrument, spec: InstrumentSpec, *, allowed: bool
) -> LoadResult:
    changes = tuple(differences(read_back(instrument), spec))
    if edition_in_use(instrument):
        raise CatalogueError(
            _(
                "%(title)s sudah dipakai periode yang dibuka dan tidak dapat diubah. "
                "Naikkan edisinya."
            )
            % {"title": spec.title},
            changes,
        )
    if not allowed:
        raise CatalogueError(
            _("%(title)s: isinya berubah tetapi edisinya tetap. Naikkan edisinya.")
            % {"title": spec.title},
            changes,
        )
    try:
        _delete(instrument)
    except ProtectedError as error:
        raise CatalogueError(
            _("%(title)s dirujuk oleh data lain. Naikkan edisinya.")
            % {"title": spec.title},
            changes,
        ) from error
    _write(spec)
    return _done(spec, Outcome.REPLACED, changes)


def _delete(instrument: Instrument) -> None:
    """Remove an edition that nothing uses, from the bottom up."""
    items = Item.objects.filter(instrument=instrument)
    ItemKind.objects.filter(item__in=items).delete()
    ItemMap.objects.filter(indicator__in=items).delete()
    Option.objects.filter(item__in=items).delete()
    items.delete()
    SubArea.objects.filter(instrument=instrument).delete()
    instrument.delete()


def _write(spec: InstrumentSpec) -> Instrument:
    """Resolve what the file builds on, insert it, and check that the LKE is whole."""
    editions: dict[str, Instrument] = {}
    for key, edition in spec.references:
        found = Instrument.objects.filter(key=key, edition=edition).first()
        if found is None:
            raise CatalogueError(
                _("%(title)s merujuk %(key)s ed. %(edition)d, yang belum dimuat.")
                % {"title": spec.title, "key": key, "edition": edition}
            )
        editions[key] = found
    items = Item.objects.filter(instrument__in=editions.values()).select_related(
        "instrument"
    )
    foreign = {(item.instrument.key, item.code): item for item in items}
    counterparts = {
        subarea.key: subarea
        for subarea in SubArea.objects.filter(instrument__in=editions.values())
    }
    kinds = {kind.key: kind for kind in EvidenceKind.objects.all()}
    _check_references(spec, foreign, counterparts, kinds)
    instrument = Writer(spec, foreign, counterparts, kinds).write()
    if Instrument.LKE in editions and spec.key == Instrument.INDICATORS:
        _check_whole(instrument, editions[Instrument.LKE])
    return instrument


def _check_references(
    spec: InstrumentSpec,
    foreign: dict[tuple[str, str], Item],
    counterparts: dict[str, SubArea],
    kinds: dict[str, EvidenceKind],
) -> None:
    """Refuse names that stand in no file this one builds on."""
    missing: list[str] = []
    for subarea in spec.subareas:
        if subarea.counterpart and subarea.counterpart not in counterparts:
            missing.append(f"{subarea.key} · counterpart {subarea.counterpart}")
        for item in subarea.items:
            wanted = [(Instrument.LKE, question) for question, _c in item.questions]
            if item.rubric:
                wanted.append((item.rubric.instrument, item.rubric.question))
            wanted.extend((Instrument.PMPRB, parent) for parent in item.parents)
            missing.extend(
                f"{item.code} · {key} {code}"
                for key, code in wanted
                if (key, code) not in foreign
            )
            missing.extend(
                f"{item.code} · {key}" for key, _why in item.kinds if key not in kinds
            )
    if missing:
        raise CatalogueError(
            _("%(title)s merujuk yang tidak ada.") % {"title": spec.title},
            tuple(missing),
        )


def _check_whole(indicators: Instrument, lke: Instrument) -> None:
    """Refuse a catalogue in which a question has no item to answer it, or two.

    Without this a unit could never reach the full 10 points, or would count twice.
    """
    led: Sequence[str] = list(
        indicators.items.filter(rubric_leads=True, rubric__instrument=lke).values_list(
            "rubric__code", flat=True
        )
    )
    direct = list(lke.items.filter(is_assessed=True).values_list("code", flat=True))
    answered = sorted([*led, *direct])
    questions = sorted(lke.items.values_list("code", flat=True))
    if answered != questions:
        wrong = {
            code
            for code in {*answered, *questions}
            if answered.count(code) != 1 or code not in questions
        }
        raise CatalogueError(
            _("Pertanyaan LKE tanpa butir yang menjawab, atau dijawab dua butir."),
            tuple(sorted(wrong)),
        )
