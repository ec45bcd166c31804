"""Papers on the unit's innovation."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .base import Draft, document
from .facts import Facts
from .reports import report
from .survey import ELEMENTS
from .survey_tables import decimal
from .typeset import pdf
from .wording import add_working_days, long_date, number

Block = dict[str, Any]


@document(
    "profil_inovasi",
    title="Profil Inovasi {innovation} – {unit}",
    file="Profil Inovasi {innovation}",
    items="06.10 LKE-II.i.a",
)
def _profile(f: Facts) -> Draft:
    day = f.date("profil_inovasi", 4, 8)
    idea = f.innovation
    blocks: list[Block] = [
        {"t": "h1", "s": "1. Ringkasan"},
        {
            "t": "fields",
            "width": 4,
            "rows": [
                ["Nama", f"**{idea['name']}**"],
                ["Kepanjangan", idea["long"]],
                ["Unit", f.name],
                ["Penanggung jawab", f.section_head.name],
                ["Mulai diterapkan", long_date(f.date("mulai_inovasi", 2, 3))],
                [
                    "Kelompok sasaran",
                    "Seluruh pengguna layanan, terutama yang jauh dari kota",
                ],
            ],
        },
        {"t": "h1", "s": "2. Masalah"},
        {"t": "p", "s": idea["problem"]},
        {"t": "h1", "s": "3. Gagasan"},
        {"t": "p", "s": idea["idea"]},
        {"t": "h1", "s": "4. Kebaruan"},
        {
            "t": "p",
            "s": "Inovasi ini "
            + (
                "dikembangkan sendiri oleh unit dan belum dijumpai pada unit lain di"
                " lingkungan agensi."
                if f.level > 0.7
                else "merupakan pengembangan dari inovasi serupa di unit lain yang"
                " disesuaikan dengan keadaan setempat."
            ),
        },
        {"t": "h1", "s": "5. Dampak"},
        {
            "t": "table",
            "head": ["Ukuran", "Sebelum", "Sesudah"],
            "widths": [3, 2, 2],
            "align": ["l", "r", "r"],
            "rows": [
                [idea["before"][0], idea["before"][1], idea["after"][1]],
                [
                    "Waktu penyelesaian (hari kerja)",
                    str(idea["days"][0]),
                    str(idea["days"][1]),
                ],
                [
                    "IKM",
                    decimal(f.surveys[0].index),
                    decimal(f.surveys[3].index),
                ],
            ],
        },
        {"t": "h1", "s": "6. Keberlanjutan"},
        {
            "t": "ul",
            "items": [
                "Ditetapkan dengan keputusan kepala unit dan masuk rencana kerja.",
                "Petugas cadangan telah dilatih sehingga tidak bergantung pada satu"
                " orang.",
                "Biaya pemeliharaan kecil karena memakai aplikasi yang sudah ada.",
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title=f"Profil Inovasi {idea['name']}",
        subtitle=idea["long"],
        day=day,
        blocks=blocks,
    )
    return Draft(content, day)


@document(
    "data_dampak_inovasi",
    title="Data Dampak Inovasi {innovation} Sebelum dan Sesudah",
    file="Data Dampak Inovasi",
    items="06.10 LKE-II.i.a",
)
def _impact(f: Facts) -> Draft:
    day = f.date("dampak", 9, 10)
    idea = f.innovation
    first, last = f.surveys[0], f.surveys[3]
    better = [i for i in range(len(ELEMENTS)) if last.means[i] > first.means[i]]
    rng = f.rng("dampak")
    start, end = idea["days"]
    months = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep")
    course = []
    for index, month in enumerate(months):
        share = min(1.0, max(0.0, (index - 2) / 4))
        value = max(1.0, start + (end - start) * share + rng.uniform(-0.4, 0.4))
        course.append(
            {
                "label": month,
                "value": round(value, 1),
                "text": f"{value:.1f}".replace(".", ","),
            }
        )
    blocks: list[Block] = [
        {
            "t": "p",
            "s": f"Inovasi {idea['name']} diterapkan sejak"
            f" {long_date(f.date('mulai_inovasi', 2, 3))}. Berikut rata-rata waktu"
            f" penyelesaian setiap bulan menurut catatan aplikasi {f.unit.app}.",
        },
        {
            "t": "columns",
            "title": "Rata-rata waktu penyelesaian (hari kerja)",
            "min": 0,
            "max": start + 1,
            "items": course,
        },
        {
            "t": "table",
            "caption": "Nilai unsur sebelum dan sesudah inovasi",
            "head": ["Unsur", first.short_label, last.short_label, "Perubahan"],
            "widths": [4, 1.3, 1.3, 1.3],
            "align": ["l", "r", "r", "r"],
            "rows": [
                [
                    ELEMENTS[i][1],
                    number(first.means[i], 3),
                    number(last.means[i], 3),
                    number(last.means[i] - first.means[i], 3),
                ]
                for i in range(len(ELEMENTS))
            ],
        },
        {
            "t": "p",
            "s": f"{len(better)} dari 9 unsur membaik. {idea['before'][0]}:"
            f" {idea['before'][1]} menjadi {idea['after'][1]}.",
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = report(
        f,
        title="Data Dampak Inovasi",
        subtitle=f"{idea['name']} tahun {f.year}",
        day=day,
        blocks=blocks,
        covered=False,
    )
    return Draft(
        content, day, covers=(dt.date(f.inside, 1, 1), dt.date(f.inside, 9, 30))
    )


@document(
    "bukti_replikasi",
    title="Berita Acara Replikasi Inovasi {innovation}",
    file="BA Replikasi Inovasi",
    items="06.10",
)
def _replication(f: Facts) -> Draft:
    day = add_working_days(f.date("replikasi", 5, 9), 1)
    idea = f.innovation
    partner = f.rng("replikasi").choice(
        ("Banyumas", "Cirebon", "Tarakan", "Parepare", "Gorontalo", "Singkawang")
    )
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "center",
            "lines": [
                "BERITA ACARA REPLIKASI INOVASI",
                f"NOMOR {f.number('BA', 'replikasi', day)}",
            ],
        },
        {
            "t": "p",
            "s": f"Pada hari ini, {long_date(day)}, telah disepakati replikasi inovasi"
            f" **{idea['name']}** ({idea['long']}) milik {f.name} oleh Pos Layanan"
            f" {partner}.",
        },
        {
            "t": "ol",
            "items": [
                f"{f.name} menyerahkan panduan, naskah petugas, dan pengaturan"
                f" aplikasi.",
                f"Pos Layanan {partner} menerapkan inovasi paling lambat tiga bulan dan"
                " melaporkan hasilnya.",
                "Kedua pihak bertukar data dampak setiap triwulan.",
            ],
        },
        {
            "t": "signs",
            "items": [
                f.sign(day),
                {
                    "place": "",
                    "title": f"Koordinator Pos Layanan {partner}",
                    "name": "Yuyun Arfiana",
                    "nip": "19840217 200903 2 000",
                    "ink": "",
                    "stamp": "",
                },
            ],
        },
    ]
    return Draft(
        pdf("paper", f.paper("Berita acara replikasi", day, blocks=blocks), day), day
    )
