"""Reports on complaints and on what they improved."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

from .base import Draft, document
from .facts import Facts
from .reports import report
from .wording import add_working_days, number, short_date

Block = dict[str, Any]


@document(
    "laporan_evaluasi_pengaduan",
    title="Laporan Evaluasi Penanganan Pengaduan {unit} {year}",
    file="Evaluasi Penanganan Pengaduan {year}",
    items="06.17 LKE-II.ii.a 06.16",
)
def _complaints(f: Facts) -> Draft:
    day = f.date("evaluasi_pengaduan", 10, 10)
    rows = f.complaints
    closed = [c for c in rows if c.days is not None]
    on_time = sum(c.on_time for c in rows)
    median = statistics.median(c.days for c in closed if c.days is not None)
    channels = Counter(c.channel for c in rows)
    sections = Counter(c.section for c in rows)
    months = Counter(c.received.month for c in rows)
    late = [c for c in rows if not c.on_time]
    blocks: list[Block] = [
        {"t": "h1", "s": "I. Ringkasan"},
        {
            "t": "table",
            "head": ["Ukuran", "Nilai"],
            "widths": [4, 2],
            "align": ["l", "r"],
            "rows": [
                ["Pengaduan dan permintaan informasi diterima", str(len(rows))],
                ["Selesai", str(len(closed))],
                ["Masih diproses", str(len(rows) - len(closed))],
                [
                    "Dijawab tepat waktu",
                    f"{on_time} ({number(Fraction(100 * on_time, len(rows)), 1)}%)",
                ],
                ["Median hari kerja sampai dijawab", number(Fraction(median), 1)],
            ],
        },
        {"t": "h1", "s": "II. Sebaran"},
        {
            "t": "bars",
            "title": "Menurut saluran",
            "max": max(channels.values()),
            "items": [
                {"label": name, "value": count, "text": str(count)}
                for name, count in sorted(channels.items(), key=lambda e: (-e[1], e[0]))
            ],
        },
        {
            "t": "columns",
            "title": "Menurut triwulan",
            "min": 0,
            "max": len(rows),
            "items": [
                {
                    "label": f"TW {roman}",
                    "value": count,
                    "text": str(count),
                }
                for roman, count in (
                    (roman, sum(months[m] for m in range(3 * q + 1, 3 * q + 4)))
                    for q, roman in enumerate(("I", "II", "III"))
                )
            ],
        },
        {"t": "h1", "s": "III. Penyebab berulang"},
        {
            "t": "table",
            "head": ["Bagian", "Jumlah", "Contoh penyebab", "Perbaikan"],
            "widths": [1.3, 0.9, 3.6, 3.6],
            "align": ["l", "c", "l", "l"],
            "size": 9,
            "rows": [
                [section, str(count), *_example(f, section)]
                for section, count in sections.most_common(4)
            ],
        },
        {"t": "h1", "s": "IV. Keterlambatan dan rekomendasi"},
        {
            "t": "p",
            "s": (
                f"Terdapat {len(late)} pengaduan yang terlambat atau belum dijawab: "
                + "; ".join(f"{c.number} ({c.section})" for c in late)
                + "."
                if late
                else "Tidak ada pengaduan yang terlambat dijawab."
            ),
        },
        {
            "t": "ol",
            "items": [
                "Petugas pengganti ditetapkan setiap bulan agar semua saluran terjaga.",
                "Penyebab berulang dibahas pada rapat triwulan dan dituangkan dalam"
                " perubahan SOP.",
                "Hasil evaluasi diumumkan tanpa identitas pelapor.",
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Laporan Evaluasi Penanganan Pengaduan dan Konsultasi",
        subtitle=f"Januari sampai September {f.year}",
        day=day,
        blocks=blocks,
    )
    return Draft(
        content, day, covers=(dt.date(f.inside, 1, 1), dt.date(f.inside, 9, 30))
    )


def _example(f: Facts, section: str) -> tuple[str, str]:
    first = next(c for c in f.complaints if c.section == section)
    return first.cause, first.improvement


@document(
    "laporan_perbaikan_layanan",
    title="Laporan Perbaikan Layanan dari Pengaduan dan SKM {unit} {year}",
    file="Laporan Perbaikan Layanan {year}",
    items="06.16 06.21 LKE-II.i.a",
)
def _improvements(f: Facts) -> Draft:
    day = f.date("perbaikan", 10, 10)
    done = [c for c in f.complaints if c.answered][: 3 + round(f.level * 5)]
    blocks: list[Block] = [
        {
            "t": "p",
            "s": f"Laporan ini memuat perbaikan layanan {f.name} yang lahir dari"
            f" pengaduan"
            f" masyarakat dan survei kepuasan selama Januari sampai September"
            f" {f.inside}.",
        },
        {
            "t": "table",
            "head": ["Asal", "Masukan masyarakat", "Perbaikan", "Selesai"],
            "widths": [1.2, 3.6, 3.6, 1.4],
            "align": ["c", "l", "l", "c"],
            "size": 9,
            "rows": [
                [
                    f"Pengaduan {c.number}",
                    c.summary,
                    c.improvement,
                    short_date(add_working_days(c.answered, 5)) if c.answered else "–",
                ]
                for c in done
            ],
        },
        {
            "t": "p",
            "s": f"Dari {len(f.complaints)} masukan, {len(done)} telah menghasilkan"
            " perubahan prosedur atau sarana. Sisanya berupa permintaan informasi yang"
            " selesai dengan jawaban.",
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Laporan Perbaikan Layanan",
        subtitle=f"Tindak lanjut pengaduan dan SKM tahun {f.year}",
        day=day,
        blocks=blocks,
        covered=False,
    )
    return Draft(content, day, covers=(dt.date(f.inside, 1, 1), day))
