"""Photographs as kinds of documents."""

from __future__ import annotations

import datetime as dt

from .base import Draft, document
from .facts import Facts
from .letters import review_day
from .pictures import (
    SIZE,
    box_scene,
    counter_scene,
    meeting_scene,
    poster_on_wall,
    shoot,
    taken_at,
)
from .posters import maklumat_data, survey_poster_data


def camera_name(f: Facts, day: dt.date) -> str:
    """Return a name as a phone gives it, with the minute of the photograph."""
    return f"IMG_{taken_at(f, day):%Y%m%d_%H%M%S}"


@document(
    "foto_layanan_terpadu",
    ext="jpg",
    title="Foto Ruang Layanan Terpadu {unit}",
    file="",
    items="06.11",
)
def _counter(f: Facts) -> Draft:
    day = f.date("foto_loket", 2, 9)
    svg = counter_scene(f, f.rng("scene:counter"))
    name = camera_name(f, day)
    return Draft(shoot(f, "counter", svg, day, SIZE), day, name=name)


@document(
    "foto_maklumat",
    ext="jpg",
    title="Foto Maklumat di Ruang Layanan {unit}",
    file="",
    items="06.02 LKE-I.i.d",
)
def _maklumat(f: Facts) -> Draft:
    day = f.date("foto_maklumat", 3, 9)
    content = poster_on_wall(f, "maklumat", maklumat_data(f), day)
    return Draft(content, day, name=camera_name(f, day))


@document(
    "foto_papan_skm",
    ext="jpg",
    title="Foto Papan Pengumuman IKM Triwulan II {year} {unit}",
    file="",
    items="06.20",
)
def _survey_board(f: Facts) -> Draft:
    day = f.date("foto_skm", 8, 9)
    content = poster_on_wall(f, "skm", survey_poster_data(f, 2), day)
    survey = f.survey(2)
    return Draft(
        content,
        day,
        name=camera_name(f, day),
        covers=(survey.first_day, survey.last_day),
    )


@document(
    "foto_sarana_pengaduan",
    ext="jpg",
    title="Foto Kotak dan Meja Pengaduan {unit}",
    file="",
    items="06.18 06.13",
)
def _box(f: Facts) -> Draft:
    day = f.date("foto_kotak", 2, 9)
    svg = box_scene(f, f.rng("scene:box"))
    return Draft(shoot(f, "box", svg, day), day, name=camera_name(f, day))


@document(
    "foto_info_luring",
    ext="jpg",
    title="Foto Papan Informasi Layanan {unit}",
    file="",
    items="06.07",
)
def _board(f: Facts) -> Draft:
    day = f.date("foto_info", 2, 9)
    poster = f.paper(
        "Papan informasi",
        day,
        variant="compensation",
        palette=f.palette,
        heading="Layanan, waktu, dan biaya",
        intro=f"Tersedia di {f.name}, {f.unit.address}.",
        cards=[
            {"name": s.name, "time": s.time, "what": s.cost}
            for s in f.unit.services[:4]
        ],
        closing=f"Informasi: WhatsApp {f.unit.whatsapp} · {f.unit.web}",
        lead="Biaya:",
    )
    content = poster_on_wall(f, "info", poster, day)
    return Draft(content, day, name=camera_name(f, day))


@document(
    "foto_rapat_reviu",
    evidence="bukti_rapat_reviu",
    ext="jpg",
    title="Foto Rapat Reviu Standar Pelayanan dan SOP {year}",
    file="",
    items="06.04 LKE-I.i.c",
)
def _review(f: Facts) -> Draft:
    day = review_day(f)
    svg = meeting_scene(f, f.rng("scene:review"), "Reviu Standar Pelayanan")
    return Draft(shoot(f, "review", svg, day), day, name=camera_name(f, day))


@document(
    "foto_pelatihan",
    evidence="bukti_pelatihan",
    ext="jpg",
    title="Foto Pelatihan Pelayanan Prima {unit}",
    file="",
    items="06.06",
)
def _training(f: Facts) -> Draft:
    _title, _hours, _provider, day = f.trainings[0]
    svg = meeting_scene(f, f.rng("scene:training"), "Pelayanan Prima")
    return Draft(shoot(f, "training", svg, day), day, name=camera_name(f, day))
