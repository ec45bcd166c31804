"""Papers on information technology in service."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wbk_portal.demo.data import load

from .base import Draft, document
from .facts import Facts
from .reports import report
from .survey_tables import decimal
from .wording import long_date, number

Block = dict[str, Any]
STAGES = ("Permohonan", "Pemeriksaan", "Pembayaran", "Proses", "Penyerahan hasil")


def coverage(f: Facts) -> list[tuple[str, list[bool]]]:
    """Which stage of which service uses an application; more in better units."""
    rng = f.rng("cakupan")
    return [
        (service.name, [rng.random() < f.level + 0.12 for _ in STAGES])
        for service in f.unit.services
    ]


def releases(f: Facts) -> list[tuple[str, dt.date, str, str, str]]:
    """Versions of the application this year: number, day, change, reason, kind."""
    rows = list(load("documents/content.toml")["changes"]["rows"])
    rng = f.rng("rilis")
    rng.shuffle(rows)
    count = 2 + round(f.level * 7)
    months = sorted(rng.sample(range(1, 10), min(count, 9)))
    return [
        (f"3.{index}", f.date(f"rilis:{month}", month, month), change, reason, kind)
        for index, (month, (change, reason, kind)) in enumerate(
            zip(months, rows, strict=False), start=1
        )
    ]


@document(
    "rencana_ti",
    title="Rencana Penerapan TI dalam Layanan {unit} {year}",
    file="Rencana Penerapan TI {year}",
    items="06.22",
)
def _plan(f: Facts) -> Draft:
    day = f.date("rencana_ti", 1, 1)
    owner = f.staff_with("Pengelola T").position
    aims = [
        ("Pengajuan daring untuk seluruh layanan", "I–II"),
        ("Tanda tangan elektronik pada produk layanan", "II"),
        ("Pemberitahuan otomatis melalui WhatsApp dan surel", "II–III"),
        ("Integrasi data dengan OSS dan SIMPONI", "III"),
        ("Dasbor waktu layanan bagi kepala unit", "III–IV"),
    ]
    blocks: list[Block] = [
        {"t": "h1", "s": "I. Keadaan sekarang"},
        {
            "t": "table",
            "head": ["Layanan", *STAGES],
            "widths": [3, 1.2, 1.3, 1.3, 1, 1.4],
            "align": ["l", "c", "c", "c", "c", "c"],
            "size": 9,
            "rows": [
                [name, *("daring" if on else "manual" for on in stages)]
                for name, stages in coverage(f)
            ],
        },
        {"t": "h1", "s": "II. Rencana kegiatan"},
        {
            "t": "table",
            "head": ["No.", "Kegiatan", "Layanan", "Triwulan", "Penanggung jawab"],
            "widths": ["auto", 3.4, 2.6, 1, 2.4],
            "align": ["c", "l", "l", "c", "l"],
            "size": 9.2,
            "rows": [
                [
                    str(index),
                    aim,
                    f.unit.services[index % len(f.unit.services)].name
                    if index > 1
                    else "Seluruh layanan",
                    quarter,
                    owner,
                ]
                for index, (aim, quarter) in enumerate(aims, start=1)
            ],
        },
        {"t": "h1", "s": "III. Ukuran keberhasilan"},
        {
            "t": "ul",
            "items": [
                "Sekurang-kurangnya 80% permohonan diajukan secara daring.",
                "Waktu muat halaman paling lama tiga detik pada jaringan seluler.",
                f"Nilai unsur waktu penyelesaian naik dari"
                f" {number(f.surveys[0].means[2], 2)}.",
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Rencana Penerapan Teknologi Informasi dalam Pelayanan",
        subtitle=f"Tahun {f.year}",
        day=day,
        blocks=blocks,
    )
    end = dt.date(f.year, 12, 31)
    return Draft(content, day, covers=(dt.date(f.inside, 1, 1), end), valid_until=end)


@document(
    "rencana_kerja_anggaran",
    title="Petikan Rencana Kerja dan Anggaran Kegiatan TI {unit} {year}",
    file="Petikan RKA TI {year}",
    items="06.22",
)
def _budget(f: Facts) -> Draft:
    day = f.date("rka", 1, 1)
    rng = f.rng("rka")
    items = [
        ("Pemeliharaan aplikasi layanan", rng.randint(28, 60) * 1_000_000),
        ("Sewa jaringan dan pemberitahuan WhatsApp", rng.randint(14, 30) * 1_000_000),
        ("Tablet survei kepuasan di loket", rng.randint(8, 18) * 1_000_000),
        ("Pelatihan petugas aplikasi", rng.randint(6, 15) * 1_000_000),
    ]
    total = sum(amount for _, amount in items)
    blocks: list[Block] = [
        {
            "t": "p",
            "s": f"Petikan rencana kerja dan anggaran {f.name} tahun anggaran"
            f" {f.inside},"
            " kegiatan pemanfaatan teknologi informasi dalam pelayanan.",
        },
        {
            "t": "table",
            "head": ["Kode", "Uraian", "Triwulan", "Jumlah (Rp)"],
            "widths": [1.4, 5, 1.2, 2],
            "align": ["c", "l", "c", "r"],
            "rows": [
                *(
                    [
                        f"4321.EBA.{index:03d}",
                        name,
                        ("I", "I–IV", "II", "III")[index - 1],
                        number(amount),
                    ]
                    for index, (name, amount) in enumerate(items, start=1)
                ),
                ["", "**Jumlah**", "", f"**{number(total)}**"],
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Petikan Rencana Kerja dan Anggaran",
        subtitle=f"Tahun anggaran {f.year}",
        day=day,
        blocks=blocks,
        covered=False,
    )
    return Draft(content, day)


@document(
    "laporan_penerapan_ti",
    title="Laporan Penerapan TI dalam Layanan {unit} {year}",
    file="Laporan Penerapan TI {year}",
    items="06.23 LKE-I.v.b",
)
def _use(f: Facts) -> Draft:
    day = f.date("laporan_ti", 8, 10)
    table = coverage(f)
    on = sum(stage for _, stages in table for stage in stages)
    every = sum(len(stages) for _, stages in table)
    rng = f.rng("pemakaian")
    blocks: list[Block] = [
        {"t": "h1", "s": "A. Cakupan"},
        {
            "t": "p",
            "s": f"Aplikasi {f.unit.app} dipakai pada **{on} dari {every} tahap layanan"
            f" ({number(100 * on // every)}%)**.",
        },
        {
            "t": "table",
            "head": ["Layanan", *STAGES],
            "widths": [3, 1.2, 1.3, 1.3, 1, 1.4],
            "align": ["l", "c", "c", "c", "c", "c"],
            "size": 9,
            "rows": [
                [name, *("✓" if stage else "–" for stage in stages)]
                for name, stages in table
            ],
        },
        {"t": "h1", "s": "B. Pemakaian"},
        {
            "t": "table",
            "head": ["Layanan", "Permohonan daring", "Permohonan loket"],
            "widths": [4, 2, 2],
            "align": ["l", "r", "r"],
            "rows": [
                [
                    service.name,
                    number(round(rng.randint(90, 700) * (0.3 + f.level))),
                    number(rng.randint(30, 240)),
                ]
                for service in f.unit.services
            ],
        },
        {"t": "h1", "s": "C. Kendala dan rencana"},
        {
            "t": "ul",
            "items": [
                "Sebagian pengguna belum mempunyai surel; disediakan pendampingan di"
                " loket.",
                "Jaringan melambat pada siang hari; pencadangan data dipindah ke"
                " malam.",
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Laporan Penerapan Teknologi Informasi",
        subtitle=f"Januari sampai September {f.year}",
        day=day,
        blocks=blocks,
    )
    return Draft(
        content, day, covers=(dt.date(f.inside, 1, 1), dt.date(f.inside, 9, 30))
    )


@document(
    "laporan_perbaikan_ti",
    title="Laporan Perbaikan Layanan Berbasis TI {unit} {year}",
    file="Laporan Perbaikan TI {year}",
    items="06.24 06.23",
)
def _improvement(f: Facts) -> Draft:
    day = f.date("perbaikan_ti", 10, 10)
    first, last = f.surveys[0], f.surveys[3]
    blocks: list[Block] = [
        {
            "t": "p",
            "s": f"Selama Januari sampai September {f.inside} aplikasi {f.unit.app}"
            f" pada"
            f" {f.name} diperbaiki {len(releases(f))} kali.",
        },
        {
            "t": "table",
            "head": ["Versi", "Tanggal", "Perbaikan", "Alasan", "Jenis"],
            "widths": [0.8, 1.9, 4, 2.2, 1.5],
            "align": ["c", "l", "l", "l", "l"],
            "size": 9,
            "rows": [
                [version, long_date(on), change, reason, kind]
                for version, on, change, reason, kind in releases(f)
            ],
        },
        {
            "t": "table",
            "caption": "Sebelum dan sesudah",
            "head": ["Ukuran", first.short_label, last.short_label],
            "widths": [4, 1.5, 1.5],
            "align": ["l", "r", "r"],
            "rows": [
                [
                    "Nilai unsur waktu penyelesaian",
                    number(first.means[2], 3),
                    number(last.means[2], 3),
                ],
                [
                    "Nilai unsur prosedur",
                    number(first.means[1], 3),
                    number(last.means[1], 3),
                ],
                ["IKM", decimal(first.index), decimal(last.index)],
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Laporan Perbaikan Berkelanjutan Layanan Berbasis TI",
        subtitle=f"Tahun {f.year}",
        day=day,
        blocks=blocks,
        covered=False,
    )
    return Draft(
        content, day, covers=(dt.date(f.inside, 1, 1), dt.date(f.inside, 9, 30))
    )
