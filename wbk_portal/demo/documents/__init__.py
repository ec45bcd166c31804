"""Real documents of the invented agency, made on the spot.

`build` makes one; `KINDS` lists what can be made; `FAULTS` the mistakes they may have.
The same arguments give the same bytes with the same versions of the libraries.
Nothing here knows the database.
"""

from __future__ import annotations

import datetime as dt

from wbk_portal.demo.institution import DemoUnit, build_institution

from . import (
    attendance,
    captures,
    captures_systems,
    certificates,
    decrees,
    decrees_conduct,
    innovation_papers,
    it_papers,
    letters,
    minutes,
    notes,
    photos,
    posters,
    procedures,
    reports,
    reports_complaints,
    sheets_it,
    sheets_public,
    sheets_service,
    slides,
    summaries,
    survey_follow_up,
    survey_papers,
)
from . import faults as _faults
from .base import KINDS, MIME, DemoFile, Draft, Kind
from .facts import Facts
from .faults import FAULTS, faults_for
from .scans import scanned

__all__ = [
    "FAULTS",
    "KINDS",
    "DemoFile",
    "Kind",
    "build",
    "faults_for",
    "kinds_for",
]

# Imported for their registrations.
_BUILDERS = (
    attendance,
    captures,
    captures_systems,
    certificates,
    decrees,
    decrees_conduct,
    innovation_papers,
    it_papers,
    letters,
    minutes,
    notes,
    photos,
    posters,
    procedures,
    reports,
    reports_complaints,
    sheets_it,
    sheets_public,
    sheets_service,
    slides,
    summaries,
    survey_follow_up,
    survey_papers,
)


def kinds_for(item_slug: str) -> tuple[Kind, ...]:
    """Return the kinds that fit an item, those made for it first."""
    fitting = [kind for kind in KINDS.values() if item_slug in kind.items]
    return tuple(sorted(fitting, key=lambda kind: kind.items.index(item_slug)))


def build(
    kind: str, *, unit: DemoUnit, year: int, fault: str | None = None, seed: int = 6
) -> DemoFile:
    """Make a document of a unit for a year.

    Args:
        kind: A key of `KINDS`.
        fault: A key of `FAULTS` that fits the kind (see `faults_for`), or None.

    Raises:
        KeyError: There is no such kind.
        ValueError: The fault does not fit the kind.
    """
    spec = KINDS[kind]
    if fault is not None and fault not in faults_for(spec):
        raise ValueError(f"{fault} does not fit {kind}")
    facts = Facts(
        unit=unit,
        year=year,
        seed=seed,
        kind=kind,
        shown_name=_other_name(unit) if fault == _faults.WRONG_UNIT else "",
        inner_year=year - 1 if fault == _faults.LAST_YEAR else 0,
        unsigned=fault == _faults.UNSIGNED,
    )
    draft = spec.build(facts)
    return _file(spec, facts, draft, fault)


def _other_name(unit: DemoUnit) -> str:
    return build_institution().sibling(unit).name


def _file(spec: Kind, facts: Facts, draft: Draft, fault: str | None) -> DemoFile:
    words = _words(facts)
    title = draft.title or spec.title.format(**words)
    name = draft.name or spec.file_name.format(**words)
    content = draft.content
    rng = facts.rng(f"fault:{spec.key}")
    if fault == _faults.SCAN:
        content = scanned(content, rng)
    elif fault == _faults.SIDEWAYS:
        content = _faults.sideways(content)
    elif fault == _faults.LOW_RESOLUTION:
        content = _faults.low_resolution(content, spec.extension)
    elif fault == _faults.GENERIC_NAME:
        name = _faults.generic_name(spec.extension, rng)
    elif fault == _faults.DUPLICATE:
        name, title = f"{name} (1)", f"{title} – salinan"
    # What the unit says of a last year's paper: it believes that it is this year's.
    ahead = facts.year - facts.inside
    covers = draft.covers or (None, None)
    day = _moved(draft.date, ahead)
    return DemoFile(
        name=f"{name.replace('/', '-')}.{spec.extension}",
        title=title[:200],
        bytes=content,
        mime=MIME[spec.extension],
        kind_key=spec.kind_key,
        document_date=day,
        covers_from=_moved(covers[0], ahead),
        covers_until=_moved(covers[1], ahead),
        valid_until=draft.valid_until,
        note=draft.note,
        url=draft.url,
        seen_on=day if draft.url else None,
    )


def _moved(day: dt.date | None, years: int) -> dt.date | None:
    """Return the same day so many years later; there is no 29 February here."""
    return day if day is None or not years else day.replace(year=day.year + years)


def _words(facts: Facts) -> dict[str, object]:
    unit = facts.unit
    services = [service.name for service in unit.services] or ["Layanan"]
    return {
        "unit": unit.name,
        "city": unit.city,
        "year": facts.year,
        "last_year": facts.year - 1,
        "service": services[0],
        "service2": services[min(1, len(services) - 1)],
        "innovation": facts.innovation["name"] if unit.services else "",
        "app": unit.app,
    }
