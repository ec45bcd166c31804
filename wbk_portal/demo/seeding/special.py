"""Things that the plan does not hold: what shows a feature once, in the main unit."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace

from evidence.models import TrayFile
from indicators.models import State
from wbk_portal.demo.documents import DemoFile
from wbk_portal.demo.institution.people import MAIN_UNIT
from wbk_portal.demo.plan import PlannedEvidence
from wbk_portal.demo.press import Order, Press
from wbk_portal.demo.profiles import OPEN_YEAR

from .cast import Cast, Place
from .clock import moment
from .filing import Link, Paper, Version, add_version
from .journal import Journal
from .shelf import Shelf
from .story import Round, Track

# Documents beside the plan's: waiting in the tray, thrown away, broken in copying.
TRAY = ("hasil_penilaian_petugas", "notula_evaluasi", "bukti_penghargaan")
BIN = "matriks_sop_layanan"
BROKEN = "foto_maklumat"
BROKEN_NAME = "Foto maklumat di ruang tunggu.jpg"

# Renewed yesterday; two of its items are twins, all three stand still.
_RENEWED = "daftar_kanal_pengaduan"
# Kept by the regional office for the units below, renewed two days ago.
_RENEWED_ABOVE = "sk_tim_pengaduan"
_WITHDRAWN = "tangkapan_publikasi_standar"
_WITHDRAWN_WHY = "Tampilan laman sudah berubah; tangkapan ini tidak berlaku lagi."
_SENT_BACK = "06.06"
_SENT_BACK_WHY = "Sertifikat belum atas nama semua petugas loket. Lengkapi dulu."
_TAKEN_BACK = "06.09"
_CORRECTED = "06.23"
# Seed of what a later version says instead.
_LATER = 100


def begin(cast: Cast, press: Press, seed: int) -> None:
    """Order the documents that no plan names."""
    place = cast.places[MAIN_UNIT]
    for kind in (*TRAY, BIN, BROKEN):
        press.begin_one(kind, place.demo, OPEN_YEAR, seed)
    press.begin(
        [
            _later(_RENEWED, place, seed),
            _later(_RENEWED_ABOVE, _office(cast), seed, applies_below=True),
        ]
    )


def _office(cast: Cast) -> Place:
    return cast.places[cast.places[MAIN_UNIT].demo.parent_code]


def _later(kind: str, place: Place, seed: int, *, applies_below: bool = False) -> Order:
    planned = PlannedEvidence(
        place.demo.code, kind, applies_below=applies_below, year=OPEN_YEAR
    )
    return Order(planned, 2, seed, more_seed=_LATER)


def _on(
    place: Place, today: dt.date, back: int, hours: tuple[int, int], what: str
) -> dt.datetime:
    rng = random.Random(f"special:{what}")  # noqa: S311 - made-up matter
    return moment(today - dt.timedelta(days=back), place.unit.zone, hours, rng)


def before_dating(tracks: Sequence[Track], today: dt.date) -> None:
    """Let one item be sent back by the head, one taken back, one corrected."""
    for track in tracks:
        if track.place.demo.code != MAIN_UNIT or not track.period.is_open:
            continue
        slug, place = track.plan.item, track.place
        if slug == _SENT_BACK and track.state == State.DRAFT:
            submitted = _on(place, today, 9, (8, 10), "sent back")
            track.rounds.append(
                Round(
                    submitted,
                    returned=(_on(place, today, 6, (10, 12), "back"), _SENT_BACK_WHY),
                )
            )
            track.answered = submitted - dt.timedelta(hours=30)
        elif slug == _TAKEN_BACK and track.state == State.DRAFT:
            submitted = _on(place, today, 7, (8, 10), "taken back")
            track.rounds.append(
                Round(submitted, withdrawn=submitted + dt.timedelta(minutes=95))
            )
            track.answered = submitted - dt.timedelta(hours=50)
        elif slug == _CORRECTED and track.rounds and track.rounds[-1].scored:
            _correct(track)


def _correct(track: Track) -> None:
    """Let the first value have been one step lower than the agreed one."""
    options, agreed = track.item.answer_options, track.agreed_option
    round_ = track.rounds[-1]
    if agreed is None or agreed == options[-1] or round_.scored is None:
        return
    track.scored_option = options[options.index(agreed) + 1]
    round_.corrected = round_.scored + dt.timedelta(days=1, minutes=40)


def after_dating(
    cast: Cast,
    papers: list[Paper],
    tracks: Sequence[Track],
    press: Press,
    today: dt.date,
    seed: int,
) -> None:
    """Renew, withdraw and throw away some evidence; add a broken picture."""
    place, office = cast.places[MAIN_UNIT], _office(cast)
    by_kind = {(paper.place.demo.code, paper.planned.kind): paper for paper in papers}
    if renewed := by_kind.get((MAIN_UNIT, _RENEWED)):
        when = _on(place, today, 1, (14, 16), "renewed")
        add_version(renewed, when, place.operator, _later(_RENEWED, place, seed), press)
    if above := by_kind.get((office.demo.code, _RENEWED_ABOVE)):
        order = _later(_RENEWED_ABOVE, office, seed, applies_below=True)
        when = _on(office, today, 2, (9, 11), "renewed above")
        add_version(above, when, office.operator, order, press)
    if withdrawn := by_kind.get((MAIN_UNIT, _WITHDRAWN)):
        when = _on(place, today, 3, (15, 16), "withdrawn")
        withdrawn.withdrawn = (when, place.head, _WITHDRAWN_WHY)
    thrown = _paper(place, press.one(BIN, place.demo), BIN)
    thrown.versions[0].at = _on(place, today, 4, (9, 11), "thrown")
    thrown.discarded = _on(place, today, 2, (13, 15), "away")
    papers.append(thrown)
    papers.append(_broken(place, tracks, press, today))


def _paper(place: Place, file: DemoFile, kind: str) -> Paper:
    planned = PlannedEvidence(place.demo.code, kind, year=OPEN_YEAR)
    paper = Paper(place, planned, random.Random(kind))  # noqa: S311 - made-up matter
    unset = dt.datetime.max.replace(tzinfo=dt.UTC)
    paper.versions = [Version(1, unset, place.operator, files=[file])]
    return paper


def _broken(
    place: Place, tracks: Sequence[Track], press: Press, today: dt.date
) -> Paper:
    """A photograph whose copying was cut short: the gate sees only its beginning."""
    whole = press.one(BROKEN, place.demo)
    cut = replace(
        whole, name=BROKEN_NAME, bytes=whole.bytes[: len(whole.bytes) * 3 // 5]
    )
    paper = _paper(place, cut, BROKEN)
    when = paper.versions[0].at = _on(place, today, 1, (11, 13), "broken")
    target = next(
        track
        for track in tracks
        if track.place is place
        and track.period.is_open
        and track.state in {State.DRAFT, State.EMPTY}
        and track.plan.item == "06.02"
    )
    link = Link(target, "", when)
    link.seen = [(when, paper.versions[0])]
    paper.links.append(link)
    return paper


def fill_tray(
    cast: Cast, press: Press, shelf: Shelf, journal: Journal, now: dt.datetime
) -> None:
    """Leave accepted files in the tray of the main unit's operator."""
    place = cast.places[MAIN_UNIT]
    files = [press.one(kind, place.demo) for kind in TRAY]
    kept = shelf.keep([(place.unit, file.name, file.bytes) for file in files])
    rows = TrayFile.objects.bulk_create(
        TrayFile(
            work_unit=place.unit,
            user=place.operator,
            blob=one.blob,
            kind=one.accepted.kind,
            display_name=one.accepted.clean_name,
            original_name=one.accepted.original_name,
            received_at=now - dt.timedelta(hours=3, minutes=len(kept) - index),
            chosen_at=now - dt.timedelta(hours=3, minutes=len(kept)),
            position=index,
        )
        for index, one in enumerate(kept)
    )
    for row, one in zip(rows, kept, strict=True):
        journal.act(
            row.received_at,
            place.operator,
            "upload.accepted",
            ("tray", row.pk),
            place.unit.key,
            {
                "name": row.display_name,
                "original_name": row.original_name,
                "sha256": one.blob.sha256,
                "size": one.blob.size,
            },
        )
