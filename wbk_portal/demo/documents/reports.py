"""Reports on review, training, complaints and improvement."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from .base import Draft, document
from .facts import Facts
from .letters import review_day
from .pictures import meeting_scene, shoot
from .survey import ELEMENTS
from .typeset import keep_picture, pdf
from .wording import add_working_days, day_and_date, long_date, number

Block = dict[str, Any]
_PARTIES = (
    "wakil pengguna layanan",
    "akademisi",
    "asosiasi usaha",
    "lembaga swadaya masyarakat",
    "media setempat",
)


def report(
    f: Facts,
    *,
    title: str,
    subtitle: str,
    day: dt.date,
    blocks: list[Block],
    covered: bool = True,
) -> bytes:
    """Return a report with cover (or, short ones, with a letterhead)."""
    more: dict[str, Any] = {"footer": title}
    if covered:
        more["cover"] = {
            "style": f.rng(f"cover:{title}").randint(0, 2),
            "title": title,
            "subtitle": f"{subtitle} – {f.name}",
            "year": f.year,
        }
    else:
        blocks = [
            {"t": "head", "unit": f.letterhead},
            {"t": "center", "lines": [title.upper(), subtitle.upper()]},
            *blocks,
        ]
    return pdf("paper", f.paper(title, day, blocks=blocks, **more), day)


def parties(f: Facts) -> list[str]:
    """Who from outside took part in the review: none in the weakest units."""
    return list(_PARTIES[: round(f.level * len(_PARTIES))])


def changes(f: Facts) -> list[tuple[str, str, str, str]]:
    """What the review changed: service, before, after, source."""
    found = []
    sources = ("SKM", "Pengaduan", "Rapat pemangku kepentingan")
    for index, service in enumerate(f.unit.services[:3]):
        step = service.steps[1 + index % (len(service.steps) - 1)]
        fewer = max(1, service.days - 1 - index)
        options = (
            (
                f"Waktu {service.days + 2} hari kerja",
                f"Waktu {service.days} hari kerja"
                if service.days > 1
                else "Selesai hari itu",
            ),
            (
                f"{step.activity} dengan formulir kertas",
                f"{step.activity} melalui {f.unit.app}",
            ),
            (
                "Hasil diambil di loket",
                f"Hasil dikirim melalui surel, sisa waktu {fewer} hari",
            ),
        )
        before, after = options[index]
        found.append((service.name, before, after, sources[index]))
    return found


@document(
    "laporan_reviu",
    title="Laporan Reviu Standar Pelayanan dan SOP {unit} {year}",
    file="Laporan Reviu SP dan SOP {year}",
    items="06.04 LKE-I.i.c 06.05",
)
def _review(f: Facts) -> Draft:
    meeting = review_day(f)
    day = add_working_days(meeting, 6)
    invited = parties(f)
    photo = shoot(
        f,
        "review-report",
        meeting_scene(f, f.rng("scene:review"), "Reviu Standar Pelayanan"),
        meeting,
        (720, 540),
    )
    survey = f.surveys[0]
    blocks: list[Block] = [
        {"t": "h1", "s": "A. Pendahuluan"},
        {
            "t": "p",
            "s": f"Reviu standar pelayanan dan SOP {f.name} dilaksanakan pada"
            f" {day_and_date(meeting)} untuk memastikan bahwa standar tetap sesuai"
            f" dengan"
            " kebutuhan masyarakat dan dapat dipenuhi oleh pelaksana.",
        },
        {"t": "h1", "s": "B. Pelaksanaan"},
        {
            "t": "p",
            "s": (
                "Rapat dihadiri oleh pimpinan, pelaksana, serta "
                + ", ".join(invited)
                + "."
                if invited
                else "Rapat dihadiri oleh pimpinan dan pelaksana. Pemangku"
                " kepentingan dari"
                " luar unit belum dilibatkan."
            ),
        },
        {
            "t": "p",
            "s": f"Bahan reviu: hasil SKM {survey.label} (IKM"
            f" {str(survey.index).replace('.', ',')}) dengan unsur terendah"
            f" {ELEMENTS[survey.lowest[0]][1]}, register pengaduan"
            f" ({len(f.complaints)} pengaduan), dan catatan waktu layanan dari aplikasi"
            f" {f.unit.app}.",
        },
        {"t": "h1", "s": "C. Hasil"},
        {
            "t": "table",
            "caption": "Perbaikan yang disepakati dan telah ditetapkan",
            "head": ["No.", "Layanan", "Sebelum", "Sesudah", "Dasar"],
            "widths": ["auto", 2.4, 3, 3, 1.7],
            "align": ["c", "l", "l", "l", "l"],
            "rows": [
                [str(index), *row] for index, row in enumerate(changes(f), start=1)
            ],
        },
        {
            "t": "p",
            "s": "Perubahan standar pelayanan ditetapkan dengan keputusan kepala unit;"
            " perubahan SOP berlaku sejak disahkan. SOP yang menjadi kewenangan kantor"
            " pusat diusulkan melalui surat tersendiri.",
        },
        {"t": "h1", "s": "D. Dokumentasi"},
        {
            "t": "photos",
            "files": [
                {
                    "path": keep_picture(photo, ".jpg"),
                    "caption": f"Rapat reviu, {long_date(meeting)}",
                }
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Laporan Hasil Reviu Standar Pelayanan dan SOP",
        subtitle=f"Tahun {f.year}",
        day=day,
        blocks=blocks,
    )
    return Draft(content, day, covers=(dt.date(f.inside, 1, 1), day))


@document(
    "laporan_pelatihan",
    title="Laporan Pelatihan Pelayanan Prima {unit} {year}",
    file="Laporan Pelatihan Pelayanan Prima {year}",
    items="06.06",
)
def _training(f: Facts) -> Draft:
    last = f.trainings[-1][3]
    day = add_working_days(last, 5)
    staff = f.counter_staff
    trained = max(1, round(len(staff) * min(1.0, f.level + 0.2)))
    rng = f.rng("pelatihan")
    blocks: list[Block] = [
        {"t": "h1", "s": "A. Kegiatan"},
        {
            "t": "table",
            "head": ["No.", "Pelatihan", "Penyelenggara", "Tanggal", "Jam"],
            "widths": ["auto", 4, 3, 2, 0.8],
            "align": ["c", "l", "l", "l", "r"],
            "rows": [
                [str(index), title, provider, long_date(on), str(hours)]
                for index, (title, hours, provider, on) in enumerate(
                    f.trainings, start=1
                )
            ],
        },
        {"t": "h1", "s": "B. Peserta"},
        {
            "t": "p",
            "s": f"Dari {len(staff)} petugas layanan, **{trained} orang"
            f" ({number(Fraction(100 * trained, len(staff)), 1)}%)** telah mengikuti"
            " sekurang-kurangnya satu pelatihan pelayanan prima pada tahun ini.",
        },
        {
            "t": "table",
            "head": ["No.", "Nama", "Jabatan", "Uji awal", "Uji akhir"],
            "widths": ["auto", 3, 3.4, 1, 1],
            "align": ["c", "l", "l", "r", "r"],
            "rows": [
                [
                    str(index),
                    person.name,
                    person.position,
                    str(rng.randint(48, 68)),
                    str(rng.randint(74, 97)) if index <= trained else "–",
                ]
                for index, person in enumerate(staff, start=1)
            ],
        },
        {"t": "h1", "s": "C. Evaluasi dan tindak lanjut"},
        {
            "t": "ul",
            "items": [
                "Nilai rata-rata uji akhir lebih tinggi daripada uji awal.",
                "Kecakapan petugas dipantau dengan lembar pengamatan setiap bulan.",
                "Petugas yang belum mengikuti pelatihan dijadwalkan pada triwulan"
                " berikutnya.",
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Laporan Pelatihan Budaya Pelayanan Prima",
        subtitle=f"Tahun {f.year}",
        day=day,
        blocks=blocks,
    )
    return Draft(content, day, covers=(f.trainings[0][3], last))


@document(
    "monev_kompetensi",
    title="Pemantauan Kecakapan Petugas Layanan {unit} {year}",
    file="Monev Kompetensi Petugas",
    items="06.06 06.08",
)
def _skills(f: Facts) -> Draft:
    day = f.date("monev", 6, 10)
    rng = f.rng("monev")
    base = 2.6 + f.level
    heads = ("Sapaan", "Pengetahuan", "Aplikasi", "Ketepatan", "Empati")
    rows = []
    for index, person in enumerate(f.counter_staff, start=1):
        marks = [min(4, max(1, round(rng.gauss(base, 0.45)))) for _ in heads]
        mean = Fraction(sum(marks), len(marks))
        rows.append(
            [
                str(index),
                person.name,
                *(str(mark) for mark in marks),
                number(mean, 2),
                "Baik" if mean >= 3 else "Perlu pembinaan",
            ]
        )
    blocks: list[Block] = [
        {
            "t": "p",
            "s": "Kecakapan petugas diamati di loket dengan lembar pengamatan (1 kurang"
            " sampai 4 sangat baik) oleh atasan langsung tanpa pemberitahuan lebih"
            " dahulu.",
        },
        {
            "t": "table",
            "head": ["No.", "Nama", *heads, "Rata-rata", "Simpulan"],
            "widths": ["auto", 2.6, 1, 1.3, 1, 1.2, 1, 1.1, 1.7],
            "align": ["c", "l", "c", "c", "c", "c", "c", "r", "l"],
            "size": 9,
            "rows": rows,
        },
        {
            "t": "p",
            "s": "Petugas dengan simpulan perlu pembinaan mengikuti pendampingan selama"
            " dua pekan dan diamati kembali.",
        },
        {"t": "sign", **f.sign(day, f.section_head, stamped=False)},
    ]
    content = report(
        f,
        title="Hasil Pemantauan Kecakapan Petugas Layanan",
        subtitle=f"Tahun {f.year}",
        day=day,
        blocks=blocks,
        covered=False,
    )
    return Draft(content, day)
