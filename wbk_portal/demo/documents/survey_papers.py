"""Papers of the satisfaction survey: report, questionnaire, analysis, follow-up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from wbk_portal.demo.data import load

from .base import Draft, document
from .facts import Facts
from .survey import ELEMENTS, Survey, grade
from .survey_tables import decimal, plan_table, report_day
from .typeset import pdf
from .wording import half_up, long_date, number

Block = dict[str, Any]


def report_blocks(f: Facts, survey: Survey, before: Survey | None) -> list[Block]:
    """Return the whole report, chapter by chapter."""
    return [
        *_introduction(f, survey),
        *_method(f, survey),
        {"t": "break"},
        *_results(f, survey),
        {"t": "break"},
        *_analysis(f, survey, before),
        *_closing(f, survey),
    ]


def _introduction(f: Facts, survey: Survey) -> list[Block]:
    return [
        {"t": "h1", "s": "Bab I Pendahuluan"},
        {"t": "h2", "s": "1.1 Latar belakang"},
        {
            "t": "p",
            "s": f"{f.name} menyelenggarakan {len(f.unit.services)} jenis layanan bagi"
            f" masyarakat di {f.unit.province} dan sekitarnya. Untuk mengetahui apakah"
            " layanan itu memenuhi harapan penggunanya, unit melaksanakan survei"
            " kepuasan"
            f" masyarakat (SKM) setiap triwulan. Laporan ini memuat hasil SKM"
            f" {survey.label}.",
        },
        {"t": "h2", "s": "1.2 Dasar hukum"},
        {
            "t": "ol",
            "items": [
                "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik",
                "Peraturan Pemerintah Nomor 96 Tahun 2012 tentang Pelaksanaan"
                " Undang-Undang"
                " Pelayanan Publik",
                "Peraturan Menteri PANRB Nomor 14 Tahun 2017 tentang Pedoman Penyusunan"
                " Survei Kepuasan Masyarakat Unit Penyelenggara Pelayanan Publik",
            ],
        },
        {"t": "h2", "s": "1.3 Maksud dan tujuan"},
        {
            "t": "p",
            "s": "Survei dimaksudkan untuk mengukur kepuasan pengguna layanan secara"
            " berkala, menemukan unsur yang perlu diperbaiki, dan menjadi bahan"
            " penetapan"
            " kebijakan peningkatan kualitas pelayanan.",
        },
    ]


def _method(f: Facts, survey: Survey) -> list[Block]:
    enough = survey.valid >= survey.sample
    verdict = (
        "sehingga jumlah sampel minimal terpenuhi"
        if enough
        else "sehingga jumlah sampel minimal belum terpenuhi dan hasilnya perlu dibaca"
        " dengan hati-hati"
    )
    return [
        {"t": "h1", "s": "Bab II Pelaksanaan survei"},
        {
            "t": "fields",
            "width": 4.4,
            "rows": [
                ["Pelaksana", f"Tim survei {f.name}, dipimpin {f.section_head.name}"],
                [
                    "Waktu",
                    f"{long_date(survey.first_day)} sampai"
                    f" {long_date(survey.last_day)}",
                ],
                [
                    "Tempat",
                    "Ruang layanan, laman survei, dan kode QR pada tanda terima",
                ],
                ["Populasi", f"{number(survey.population)} pengguna layanan"],
                [
                    "Sampel minimal",
                    f"{number(survey.sample)} (tabel Krejcie dan Morgan)",
                ],
                [
                    "Kuesioner",
                    f"diterima {survey.received}, sah {survey.valid}, tidak sah"
                    f" {survey.received - survey.valid}",
                ],
                ["Instrumen", "Sembilan unsur PermenPANRB 14/2017, skala 1 sampai 4"],
            ],
        },
        {
            "t": "p",
            "s": f"Dari populasi {number(survey.population)} pengguna diperlukan"
            f" sedikitnya"
            f" {number(survey.sample)} responden; terkumpul {survey.valid} kuesioner"
            f" sah,"
            f" {verdict}.",
        },
        {
            "t": "p",
            "s": "Nilai rata-rata (NRR) setiap unsur adalah jumlah jawaban dibagi"
            " banyaknya"
            " responden. IKM adalah jumlah NRR dikalikan bobot 1/9, lalu dikalikan"
            " 25 dan"
            " dibulatkan dua angka di belakang koma.",
        },
    ]


def _results(f: Facts, survey: Survey) -> list[Block]:
    letter, word = survey.grade
    profile: list[list[str]] = []
    for title, field in (
        ("Jenis kelamin", "sex"),
        ("Usia", "age"),
        ("Pendidikan", "education"),
        ("Pekerjaan", "occupation"),
        ("Jenis layanan", "service"),
    ):
        profile += [
            [
                title if index == 0 else "",
                label,
                str(count),
                number(Fraction(100 * count, survey.valid), 1),
            ]
            for index, (label, count) in enumerate(survey.counts(field))
        ]
    low = set(survey.lowest)
    return [
        {"t": "h1", "s": "Bab III Hasil survei"},
        {"t": "h2", "s": "3.1 Responden"},
        {
            "t": "table",
            "head": ["Karakteristik", "Rincian", "Jumlah", "%"],
            "widths": [2, 3.4, 1, 1],
            "align": ["l", "l", "r", "r"],
            "size": 8.8,
            "rows": profile,
        },
        {"t": "h2", "s": "3.2 Nilai unsur dan IKM"},
        {
            "t": "table",
            "caption": f"Tabel 1. Pengolahan SKM {survey.label} (n = {survey.valid})",
            "head": [
                "Kode",
                "Unsur",
                "Jumlah nilai",
                "NRR",
                "NRR × 1/9",
                "NRR × 25",
                "Mutu",
            ],
            "widths": [0.8, 4, 1.2, 1, 1.3, 1.3, 0.9],
            "align": ["c", "l", "r", "r", "r", "r", "c"],
            "size": 8.8,
            "rows": [
                *_element_rows(survey),
                [
                    "",
                    "**Jumlah / IKM**",
                    f"**{number(sum(survey.sums))}**",
                    "",
                    f"**{number(sum(survey.means, Fraction(0)) / len(ELEMENTS), 4)}**",
                    f"**{decimal(survey.index)}**",
                    f"**{letter}**",
                ],
            ],
        },
        {
            "t": "box",
            "lines": [
                f"**Indeks Kepuasan Masyarakat {survey.label}: {decimal(survey.index)},"
                f" mutu {letter} ({word}).**"
            ],
        },
        {
            "t": "bars",
            "title": "Gambar 1. Nilai rata-rata setiap unsur (skala 1–4)",
            "max": 4,
            "items": [
                {
                    "label": f"U{index + 1} {short}",
                    "value": float(survey.means[index]),
                    "text": number(survey.means[index], 3),
                    "low": index in low,
                }
                for index, (_key, _name, short) in enumerate(ELEMENTS)
            ],
        },
        {"t": "h2", "s": "3.3 Saran responden"},
        {"t": "ul", "items": _suggestions(f, survey)},
    ]


def _element_rows(survey: Survey) -> list[list[str]]:
    return [
        [
            f"U{index + 1}",
            name,
            number(survey.sums[index]),
            number(survey.means[index], 3),
            number(survey.means[index] / len(ELEMENTS), 4),
            number(survey.means[index] * 25, 2),
            grade(half_up(survey.means[index] * 25, 2))[0],
        ]
        for index, (_key, name, _short) in enumerate(ELEMENTS)
    ]


def _suggestions(f: Facts, survey: Survey) -> list[str]:
    rows: list[str] = list(load("documents/content.toml")["suggestions"])
    rng = f.rng(f"suggestions:{survey.short_label}")
    return rng.sample(rows, 5)


def _analysis(f: Facts, survey: Survey, before: Survey | None) -> list[Block]:
    blocks: list[Block] = [
        {"t": "h1", "s": "Bab IV Analisis"},
        {
            "t": "p",
            "s": "Tiga unsur terendah: "
            + "; ".join(
                f"**{ELEMENTS[i][1]}** ({number(survey.means[i], 3)})"
                for i in survey.lowest
            )
            + ". Tiga unsur tertinggi: "
            + "; ".join(
                f"{ELEMENTS[i][1]} ({number(survey.means[i], 3)})"
                for i in survey.highest
            )
            + ".",
        },
    ]
    if before is not None:
        change = survey.index - before.index
        if change > 0:
            verb = f"naik {decimal(change)} poin"
        elif change < 0:
            verb = f"turun {decimal(-change)} poin"
        else:
            verb = "tetap"
        blocks += [
            {
                "t": "columns",
                "title": "Gambar 2. IKM dua periode terakhir",
                "min": 60,
                "max": 100,
                "items": [
                    {
                        "label": entry.short_label,
                        "value": float(entry.index),
                        "text": decimal(entry.index),
                    }
                    for entry in (before, survey)
                ],
            },
            {
                "t": "p",
                "s": f"Dibandingkan dengan {before.label}"
                f" ({decimal(before.index)}), IKM {verb}.",
            },
        ]
    blocks += [
        {"t": "h2", "s": "Rencana tindak lanjut"},
        {"t": "table", **plan_table(f, survey)},
    ]
    return blocks


def _closing(f: Facts, survey: Survey) -> list[Block]:
    letter, word = survey.grade
    return [
        {"t": "h1", "s": "Bab V Penutup"},
        {
            "t": "p",
            "s": f"Kepuasan masyarakat terhadap layanan {f.name} pada {survey.label}"
            f" bernilai {decimal(survey.index)} dengan mutu {letter} ({word}). Hasil"
            f" ini"
            " diumumkan di ruang layanan dan pada laman unit. Rencana tindak lanjut"
            " akan"
            " dipantau setiap bulan.",
        },
        {"t": "sign", **f.sign(report_day(survey))},
    ]


def _report(f: Facts, position: int) -> Draft:
    """Return the report of one of the last four surveys, 0 the oldest."""
    survey = f.surveys[position]
    before = f.surveys[position - 1] if position else None
    day = report_day(survey)
    title = f"Laporan SKM {survey.label}"
    # Under a renewed cover: last year's figures with this year on the front.
    cover_year = survey.year + (f.year - f.inside)
    front = f"Triwulan {survey.label.split(' ')[1]} Tahun {cover_year}"
    data = f.paper(
        title,
        day,
        cover={
            "style": f.palette,
            "title": "Laporan Survei Kepuasan Masyarakat (SKM)",
            "subtitle": f"{front} – {f.name}",
            "year": cover_year,
        },
        blocks=report_blocks(f, survey, before),
        footer=f"SKM {survey.short_label} · {f.name}",
    )
    return Draft(
        pdf("paper", data, day), day, covers=(survey.first_day, survey.last_day)
    )


@document(
    "laporan_skm",
    title="Laporan SKM Triwulan III {year} {unit}",
    file="Laporan SKM TW III {year}",
    items="06.19 06.20 06.21",
)
def _third(f: Facts) -> Draft:
    return _report(f, 3)


@document(
    "laporan_skm_tw2",
    evidence="laporan_skm",
    title="Laporan SKM Triwulan II {year} {unit}",
    file="Laporan SKM TW II {year}",
    items="06.19",
)
def _second(f: Facts) -> Draft:
    return _report(f, 2)


@document(
    "laporan_skm_tw1",
    evidence="laporan_skm",
    title="Laporan SKM Triwulan I {year} {unit}",
    file="Laporan SKM TW I {year}",
    items="06.19",
)
def _first(f: Facts) -> Draft:
    return _report(f, 1)


@document(
    "laporan_skm_tw4",
    evidence="laporan_skm",
    title="Laporan SKM Triwulan IV {last_year} {unit}",
    file="Laporan SKM TW IV {last_year}",
    items="06.19",
)
def _fourth(f: Facts) -> Draft:
    return _report(f, 0)
