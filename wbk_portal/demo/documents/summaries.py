"""Papers that speak of all thirty items at once: self-report and old archive."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wbk_portal.demo.data import load

from .base import Draft, document
from .facts import Facts
from .reports import report
from .survey_tables import decimal
from .wording import long_date

Block = dict[str, Any]
ALL_ITEMS = (
    *(f"06.{number:02d}" for number in range(1, 25)),
    "LKE-I.i.c",
    "LKE-I.i.d",
    "LKE-I.v.b",
    "LKE-II.i.a",
    "LKE-II.i.b",
    "LKE-II.ii.a",
)
# Chapter: title, and the items that it speaks of.
_CHAPTERS = (
    ("A. Standar pelayanan", ("06.01", "06.02", "06.03", "06.04", "06.05")),
    (
        "B. Budaya pelayanan prima",
        ("06.06", "06.07", "06.08", "06.09", "06.10", "06.11", "06.12"),
    ),
    (
        "C. Pengelolaan pengaduan",
        ("06.13", "06.14", "06.15", "06.16", "06.17", "06.18"),
    ),
    ("D. Penilaian kepuasan", ("06.19", "06.20", "06.21")),
    ("E. Pemanfaatan teknologi informasi", ("06.22", "06.23", "06.24")),
    (
        "F. Pertanyaan LKE lainnya",
        (
            "LKE-I.i.c",
            "LKE-I.i.d",
            "LKE-I.v.b",
            "LKE-II.i.a",
            "LKE-II.i.b",
            "LKE-II.ii.a",
        ),
    ),
)


def subject(slug: str) -> str:
    """Return what an item is about, in a few words."""
    subjects: dict[str, str] = load("plan/subjects.toml")["subjects"]
    return subjects[slug]


@document(
    "laporan_mandiri",
    evidence="lainnya",
    title="Laporan Pelaksanaan Area VI {unit} {year}",
    file="Laporan Area VI {year}",
    items=" ".join(ALL_ITEMS),
)
def _own_report(f: Facts) -> Draft:
    day = f.date("laporan_mandiri", 9, 10)
    survey = f.surveys[3]
    rng = f.rng("laporan_mandiri")
    activities: dict[str, list[str]] = load("plan/subjects.toml")["activities"]
    blocks: list[Block] = [
        {
            "t": "p",
            "s": f"Laporan ini merangkum pelaksanaan Area VI Peningkatan Kualitas"
            f" Pelayanan"
            f" Publik pada {f.name} sampai {long_date(day)}. IKM {survey.label}:"
            f" {decimal(survey.index)}; pengaduan: {len(f.complaints)}.",
        }
    ]
    for title, slugs in _CHAPTERS:
        rows = []
        for slug in slugs:
            done = rng.sample(activities[slug], 1 if f.level < 0.5 else 2)
            rows.append([slug, subject(slug), ". ".join(done) + "."])
        blocks += [
            {"t": "h1", "s": title},
            {
                "t": "table",
                "head": ["Butir", "Pokok", "Yang telah dikerjakan"],
                "widths": [1.3, 3, 6],
                "align": ["c", "l", "l"],
                "size": 9,
                "rows": rows,
            },
        ]
    blocks.append({"t": "sign", **f.sign(day)})
    content = report(
        f,
        title="Laporan Pelaksanaan Area VI",
        subtitle=f"Peningkatan kualitas pelayanan publik tahun {f.year}",
        day=day,
        blocks=blocks,
    )
    return Draft(content, day, covers=(dt.date(f.inside, 1, 1), day))


@document(
    "rekap_bukti_lama",
    evidence="lainnya",
    title="Rekapitulasi Bukti Dukung {year} {unit} (arsip)",
    file="Rekap Bukti Dukung {year}",
    items=" ".join(ALL_ITEMS),
)
def _archive(f: Facts) -> Draft:
    day = f.date("rekap", 10, 10)
    rng = f.rng("rekap")
    rows = []
    for slug in ALL_ITEMS:
        shelf = f"R{rng.randint(1, 3)}-{rng.choice('ABCD')}{rng.randint(1, 24):02d}"
        papers = rng.randint(1, 2 + round(f.level * 4))
        rows.append(
            [slug, subject(slug), str(papers), f"{f.unit.code}/{f.inside}/{shelf}"]
        )
    blocks: list[Block] = [
        {
            "t": "p",
            "s": "Bukti dukung tahun ini dikumpulkan sebelum unit memakai portal."
            " Berkas asli"
            " disimpan di ruang arsip dan dapat diperiksa oleh tim penilai.",
        },
        {
            "t": "table",
            "head": ["Butir", "Pokok", "Dokumen", "Tempat arsip"],
            "widths": [1.3, 5, 1, 2.6],
            "align": ["c", "l", "c", "l"],
            "size": 8.8,
            "rows": rows,
        },
        {"t": "sign", **f.sign(day, f.unit.operator, stamped=False)},
    ]
    content = report(
        f,
        title="Rekapitulasi Bukti Dukung Area VI",
        subtitle=f"Tahun {f.year}",
        day=day,
        blocks=blocks,
        covered=False,
    )
    return Draft(content, day, covers=(dt.date(f.inside, 1, 1), day))
