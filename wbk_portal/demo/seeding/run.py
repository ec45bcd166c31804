"""The order of the seeding: one transaction, documents made beside it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from evidence.models import EvidenceFile
from evidence.services.evidence.filing import process_later
from indicators.services.catalogue import load_instruments
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.statistics import renew_statistics
from wbk_portal.demo.institution import DemoInstitution, build_institution
from wbk_portal.demo.institution.people import MAIN_UNIT
from wbk_portal.demo.plan import PlannedEvidence, evidence_plan
from wbk_portal.demo.press import Order, Press, press
from wbk_portal.ops.models import JobRun

from . import special
from .cast import BEGINNING, Cast, build_cast
from .clock import at
from .filing import Paper, date_papers, date_shared, plan_papers, take_files
from .journal import Journal, mark_read
from .judging import write_judgements
from .seasons import Season, close_season, more_time, open_season
from .shelf import Shelf
from .shelving import write_papers
from .story import Track, tracks_of
from .submissions import links_by_track, settle, write_answers, write_rounds
from .totals import count_links, write_assessments, write_rows, write_trend

MARK = "demo-seeded"
"""Name of the run that says: the demo stands."""

# What people were told before these days they have read.
_READ_DAYS = 7


class Phases:
    """Seconds spent in each part of the work, for whoever wants to know."""

    def __init__(self) -> None:
        """Begin now."""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the block under a name."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            self.seconds[name] = self.seconds.get(name, 0.0) + spent


def is_seeded() -> bool:
    """Whether the demo stands already; one query."""
    return JobRun.objects.filter(name=MARK, last_ok__isnull=False).exists()


def seed(*, number: int = 6, phases: Phases | None = None) -> bool:
    """Write the demo into an empty portal, all or nothing.

    Args:
        number: The same number makes the same institution, people and documents.
        phases: Gets the seconds of each part.

    Returns:
        Whether anything was written; False when the demo stands already.

    Raises:
        ValueError: The portal holds units of its own.
    """
    if is_seeded():
        return False
    if WorkUnit.objects.exists():
        raise ValueError("the portal is not empty")
    demo = build_institution(number)
    shelf, phases = Shelf(), phases or Phases()
    with press() as machine:
        machine.begin(_orders(demo, number))
        try:
            with transaction.atomic():
                _write(demo, number, machine, shelf, phases)
        except BaseException:
            # The rows are gone, so must be the bytes.
            shelf.clear()
            raise
    return True


def _orders(demo: DemoInstitution, number: int) -> list[Order]:
    """Return all documents of the plans, the closed period's first: it comes first."""
    return [
        Order(planned, version, number)
        for year in sorted(demo.years)
        for unit in demo.units
        for planned in evidence_plan(unit, year, seed=number)
        if planned.owner == unit.code
        for version in range(1, planned.versions + 1)
    ]


def _write(
    demo: DemoInstitution,
    number: int,
    machine: Press,
    shelf: Shelf,
    phases: Phases,
) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    with phases.part("institution"):
        with at(BEGINNING - dt.timedelta(hours=2)):
            load_instruments()
        cast = build_cast(demo, today)
        special.begin(cast, machine, number)
    last_year, this_year = sorted(demo.years)
    with phases.part("last year's period"):
        season = open_season(cast, last_year, today)
    _play(cast, season, number, machine, shelf, now, phases)
    with phases.part("closing"):
        close_season(cast, season)
    with phases.part("this year's period"):
        season = open_season(cast, this_year, today)
    _play(cast, season, number, machine, shelf, now, phases)
    with phases.part("jobs"):
        mark_read(now - dt.timedelta(days=_READ_DAYS))
        _enqueue(season)
        JobRun.objects.update_or_create(
            name=MARK, defaults={"last_ok": now, "note": f"seed {number}"}
        )
    with phases.part("statistics"):
        renew_statistics()


def _play(
    cast: Cast,
    season: Season,
    number: int,
    machine: Press,
    shelf: Shelf,
    now: dt.datetime,
    phases: Phases,
) -> None:
    """Write all work of a period."""
    is_open = season.anchor == timezone.localdate(now)
    journal = Journal(tells=is_open)
    end = now
    if not is_open:
        end = dt.datetime.combine(season.anchor, dt.time(12), tzinfo=dt.UTC)
    with phases.part("story"):
        tracks = [
            track
            for place in cast.assessed
            for track in tracks_of(
                place,
                season.period,
                season.assessments.get(place.demo.code, {}),
                season.anchor,
                number,
            )
        ]
        if is_open:
            special.before_dating(tracks, season.anchor)
        papers, shared = _papers(cast, season, tracks, number)
    with phases.part("documents (waiting)"):
        take_files([*papers, *(paper for paper, _wanted in shared)], machine)
    with phases.part("story"):
        date_papers(papers, season.opening, end, number)
        for paper, wanted in shared:
            date_shared(paper, wanted, season.opening, end)
        papers += [paper for paper, _wanted in shared]
        if is_open:
            special.after_dating(cast, papers, tracks, machine, season.anchor, number)
            more_time(cast, season, journal, season.anchor)
            for moment, service in cast.later:
                journal.call(moment, service)
    with phases.part("evidence"):
        write_papers(papers, shelf, journal)
        if is_open:
            special.fill_tray(cast, machine, shelf, journal, now)
    used = links_by_track(papers)
    with phases.part("statistics"):
        renew_statistics()
    with phases.part("rounds"):
        write_answers(tracks, journal)
        write_rounds(tracks, used, journal)
    with phases.part("statistics"):
        renew_statistics()
    with phases.part("judgements"):
        write_judgements(tracks, used, journal, season.anchor)
    with phases.part("assessments"):
        for track in tracks:
            settle(track)
            count_links(track, used, season.anchor)
        write_assessments(tracks)
    with phases.part("log"):
        journal.write()
    with phases.part("readiness"):
        if is_open:
            write_rows(tracks)
        write_trend(tracks, used, season.anchor)


def _papers(
    cast: Cast, season: Season, tracks: Sequence[Track], number: int
) -> tuple[list[Paper], list[tuple[Paper, list[tuple[Track, str]]]]]:
    """Return the units' own evidence, and that of higher units with its users."""
    year = season.period.year
    by_unit: dict[str, list[Track]] = {}
    for track in tracks:
        by_unit.setdefault(track.place.demo.code, []).append(track)
    own: list[Paper] = []
    above: dict[tuple[str, str], Paper] = {}
    wanted: dict[tuple[str, str], list[tuple[Track, str]]] = {}
    for code, place in cast.places.items():
        mine, needed = plan_papers(place, year, by_unit.get(code, []), number)
        if place.demo.is_assessed:
            own += mine
        else:
            above |= {(code, paper.planned.kind): paper for paper in mine}
        for planned, track, pages in needed:
            key = _key(planned)
            wanted.setdefault(key, []).append((track, pages))
    return own, [(paper, wanted.get(key, [])) for key, paper in above.items()]


def _key(planned: PlannedEvidence) -> tuple[str, str]:
    return planned.owner, planned.kind


def _enqueue(season: Season) -> None:
    """Hand all files to the worker: the broken one, the main unit's, then the others.

    Of these the new ones first; last year's are the last that anybody opens.
    """
    files = (
        EvidenceFile.objects.filter(state=EvidenceFile.State.PENDING)
        .select_related("version__evidence__work_unit", "version__evidence__kind")
        .order_by("pk")
    )

    def rank(file: EvidenceFile) -> tuple[bool, bool, bool, int]:
        evidence = file.version.evidence
        is_main = evidence.work_unit.code == MAIN_UNIT
        is_broken = is_main and file.display_name == special.BROKEN_NAME
        is_old = file.version.at < season.opening
        return not is_broken, is_old, not is_main, file.pk

    # Whoever tries the demo waits for nothing but the own files.
    process_later(sorted(files, key=rank), priority=-50)
