"""One-page posters: what hangs in the hall and stands on the web."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import qrcode  # type: ignore[import-untyped]

from .base import Draft, document
from .decrees import promise
from .facts import Facts
from .survey import ELEMENTS, Survey
from .survey_tables import report_day
from .typeset import pdf
from .wording import add_working_days, long_date, number


@functools.lru_cache(maxsize=64)
def qr_svg(text: str) -> str:
    """Return a QR code as SVG, one path, with the quiet zone it needs."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    size = len(matrix)
    squares = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, dark in enumerate(row)
        if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{squares}"/></svg>'
    )


def maklumat_data(f: Facts) -> dict[str, Any]:
    """Return the data of the proclamation poster, for the PDF and for photographs."""
    day = f.date("sk_maklumat", 2, 2)
    return f.paper(
        f"Maklumat Pelayanan {f.name}",
        day,
        variant="maklumat",
        palette=f.palette,
        style=f.rng("style").randint(0, 1),
        promise=promise(f),
        services=[{"name": s.name, "time": s.time} for s in f.unit.services],
        sign=f.sign(day, title=f"Kepala {f.name}"),
    )


@document(
    "maklumat_bertanda_tangan",
    title="Maklumat Pelayanan {unit}",
    file="Maklumat Pelayanan {unit} {year}",
    items="06.02 LKE-I.i.d",
)
def _maklumat(f: Facts) -> Draft:
    day = f.date("sk_maklumat", 2, 2)
    return Draft(pdf("poster", maklumat_data(f), day), day)


@document(
    "alur_pengaduan",
    title="Alur Penanganan Pengaduan {unit}",
    file="Bagan Alur Pengaduan",
    items="06.14 06.13",
)
def _flow(f: Facts) -> Draft:
    day = f.date("alur", 2, 5)
    unit = f.unit
    data = f.paper(
        f"Alur Pengaduan {f.name}",
        day,
        variant="flow",
        palette=f.palette,
        heading="Alur Pengaduan dan Konsultasi",
        intro="Pengaduan Anda kami jaga kerahasiaannya dan tidak dipungut biaya. Anda"
        " boleh tidak menyebutkan nama.",
        steps=[
            {
                "title": "Sampaikan",
                "text": "Ceritakan apa, di mana, kapan, dan siapa yang terlibat melalui"
                " saluran mana pun.",
                "time": "Hari ke-0",
            },
            {
                "title": "Dicatat dan diberi nomor",
                "text": f"{f.complaint_officer.position} mencatat dan memberi nomor"
                " register.",
                "time": "Hari yang sama",
            },
            {
                "title": "Diverifikasi",
                "text": "Kelengkapan dan kewenangan diperiksa. Bila kurang lengkap,"
                " Anda"
                " dihubungi.",
                "time": "3 hari kerja",
            },
            {
                "title": "Ditindaklanjuti",
                "text": f"{unit.actor('kasi')} menyelesaikan penyebabnya bersama bagian"
                " terkait.",
                "time": "sampai hari ke-14",
            },
            {
                "title": "Dijawab",
                "text": "Jawaban pertama diberikan paling lambat lima hari kerja sejak"
                " diterima.",
                "time": "5 hari kerja",
            },
            {
                "title": "Selesai dan dievaluasi",
                "text": "Pengaduan ditutup bila dalam sepuluh hari Anda tidak"
                " menyanggah; penyebabnya dibahas setiap triwulan.",
                "time": "10 hari",
            },
        ],
        channels=[
            f"WhatsApp {unit.whatsapp}",
            f"Telepon {unit.phone}",
            unit.email,
            "SP4N-LAPOR!",
            "Loket dan kotak pengaduan",
            unit.web.removeprefix("https://") + "/pengaduan",
        ],
    )
    return Draft(pdf("poster", data, day), day)


@document(
    "pengumuman_kompensasi",
    title="Pengumuman Hak Kompensasi {unit}",
    file="Pengumuman Kompensasi",
    items="06.09",
)
def _compensation(f: Facts) -> Draft:
    day = f.date("pengumuman_kompensasi", 2, 6)
    forms = (
        "Dokumen diantar ke alamat Anda tanpa biaya",
        "Loket prioritas pada kunjungan berikutnya",
        "Permintaan maaf tertulis dan cendera mata",
        "Pemeriksaan ulang tanpa biaya",
    )
    covered = f.unit.services[: max(1, round(f.level * len(f.unit.services)))]
    data = f.paper(
        f"Hak Kompensasi Penerima Layanan {f.name}",
        day,
        variant="compensation",
        palette=f.palette,
        heading="Layanan kami terlambat? Anda berhak atas kompensasi.",
        intro="Kompensasi diberikan tanpa perlu Anda minta, paling lambat tiga hari"
        " kerja"
        " sejak keterlambatan diketahui.",
        cards=[
            {"name": s.name, "time": s.time, "what": forms[index % len(forms)]}
            for index, s in enumerate(covered, start=1)
        ],
        closing=f"Dasar: Keputusan Kepala {f.name} tentang Pemberian Kompensasi."
        f" Hubungi"
        f" WhatsApp {f.unit.whatsapp} bila Anda belum menerimanya.",
    )
    return Draft(pdf("poster", data, day), day)


def poster_day(survey: Survey) -> dt.date:
    """The day on which the poster is made: the day after the report."""
    return add_working_days(report_day(survey), 1)


def survey_poster_data(f: Facts, quarter: int = 3) -> dict[str, Any]:
    """Return the data of the result poster, for the PDF and for photographs."""
    survey = f.survey(quarter)
    letter, word = survey.grade
    link = f"{f.unit.web}/survei"
    low = set(survey.lowest)
    return f.paper(
        f"Hasil SKM {survey.label} {f.name}",
        poster_day(survey),
        variant="survey",
        palette=f.palette,
        period=f"{survey.label} · {long_date(survey.first_day)}"
        f" s.d. {long_date(survey.last_day)}",
        index=str(survey.index).replace(".", ","),
        letter=letter,
        word=word,
        count=survey.valid,
        groups=[
            {"name": "Jenis kelamin", "rows": survey.counts("sex")},
            {"name": "Pendidikan", "rows": survey.counts("education")},
        ],
        bars=[
            {
                "label": short,
                "value": float(survey.means[index]),
                "text": number(survey.means[index], 2),
                "low": index in low,
            }
            for index, (_key, _name, short) in enumerate(ELEMENTS)
        ],
        qr=qr_svg(link),
        link=link.removeprefix("https://"),
    )


@document(
    "poster_skm",
    evidence="tangkapan_publikasi_skm",
    title="Poster Hasil SKM Triwulan III {year} {unit}",
    file="Poster IKM TW III {year}",
    items="06.20 06.19",
)
def _survey_poster(f: Facts) -> Draft:
    survey = f.survey(3)
    day = poster_day(survey)
    return Draft(
        pdf("poster", survey_poster_data(f), day),
        day,
        covers=(survey.first_day, survey.last_day),
    )


@document(
    "poster_qr_survei",
    evidence="kuesioner_skm",
    title="Poster QR Survei Kepuasan {unit}",
    file="QR Survei",
    items="06.19",
)
def _survey_qr(f: Facts) -> Draft:
    day = f.date("qr", 1, 3)
    link = f"{f.unit.web}/survei"
    data = f.paper(
        f"Poster Survei {f.name}",
        day,
        variant="qr",
        palette=f.palette,
        qr=qr_svg(link),
        link=link.removeprefix("https://"),
    )
    return Draft(pdf("poster", data, day), day)


@document(
    "denah_layanan",
    title="Denah Ruang Layanan Terpadu {unit}",
    file="Denah Ruang Layanan",
    items="06.11",
)
def _floor_plan(f: Facts) -> Draft:
    day = f.date("denah", 1, 6)
    services = f.unit.services
    rooms: list[dict[str, Any]] = [
        {
            "name": "Pintu masuk\njalur landai",
            "x": 11,
            "y": 11.4,
            "w": 4.6,
            "h": 1.8,
            "tone": 2,
        },
        {
            "name": "Petugas penyambut\ndan mesin antrean",
            "x": 11.4,
            "y": 8.9,
            "w": 3.8,
            "h": 1.5,
            "tone": 0,
        },
        {
            "name": "Ruang tunggu\n24 tempat duduk",
            "x": 4.2,
            "y": 5.6,
            "w": 6.4,
            "h": 4.6,
            "tone": 3,
        },
        {
            "name": "Loket pengaduan\ndan konsultasi",
            "x": 20.6,
            "y": 5.4,
            "w": 6.6,
            "h": 2.3,
            "tone": 1,
        },
        {"name": "Ruang laktasi", "x": 0, "y": 9.6, "w": 3.6, "h": 3.6, "tone": 2},
        {"name": "Pojok anak", "x": 0, "y": 6.2, "w": 3.6, "h": 3.4, "tone": 2},
        {
            "name": "Toilet ramah\ndisabilitas",
            "x": 22.2,
            "y": 10.2,
            "w": 5,
            "h": 3,
            "tone": 2,
        },
        {
            "name": "Komputer swalayan",
            "x": 16.6,
            "y": 8.7,
            "w": 3.4,
            "h": 1.7,
            "tone": 0,
        },
        {
            "name": "Ruang arsip dan ruang kerja pelaksana",
            "x": 0,
            "y": 0,
            "w": 27.2,
            "h": 1.7,
            "tone": 2,
        },
    ]
    width = 27.2 / (len(services) + 1)
    for index, service in enumerate(services):
        rooms.append(
            {
                "name": f"Loket {index + 1}\n{service.name}",
                "x": index * width,
                "y": 1.7,
                "w": width,
                "h": 2.4,
                "tone": 1,
                "size": 8.4,
            }
        )
    rooms.append(
        {
            "name": "Loket prioritas",
            "x": len(services) * width,
            "y": 1.7,
            "w": width,
            "h": 2.4,
            "tone": 0,
        }
    )
    data = f.paper(
        f"Denah Ruang Layanan {f.name}",
        day,
        landscape=True,
        variant="floor",
        palette=f.palette,
        heading=f"Denah dan Alur Ruang Layanan Terpadu – {f.name}",
        rooms=rooms,
        arrows=[
            [[13.3, 11.4], [13.3, 10.4]],
            [[11.4, 9.6], [10.7, 8.4]],
            [[7.4, 5.6], [7.4, 4.3]],
            [[10.6, 6.4], [20.6, 6.4]],
        ],
        legend=f"Alur pengunjung (garis putus-putus): masuk → ambil nomor → menunggu →"
        f" dilayani. {len(services)} jenis layanan diselesaikan dalam satu ruang. Skala"
        f" tidak sebenarnya. {f.unit.city}, {long_date(day)}.",
    )
    return Draft(pdf("poster", data, day), day)
