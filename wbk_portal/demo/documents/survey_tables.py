"""Tables and days that the survey's papers share."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .facts import Facts
from .survey import ELEMENTS, Survey

# What a unit does about a low element: action, quarter, who.
ACTIONS = {
    "persyaratan": "Menyederhanakan persyaratan dan memasang contoh berkas yang benar",
    "prosedur": "Memangkas satu langkah pemeriksaan dan memperbarui bagan alur",
    "waktu": "Menambah loket pada jam ramai dan memantau waktu layanan setiap hari",
    "biaya": "Memasang tabel tarif di pintu masuk, laman, dan media sosial",
    "produk": "Memeriksa mutu produk layanan sebelum diserahkan",
    "kompetensi": "Menyelenggarakan pelatihan penyegaran bagi petugas loket",
    "perilaku": "Menyusun naskah sapaan dan menilai perilaku petugas setiap bulan",
    "pengaduan": "Menunjuk petugas pengganti dan menjawab WhatsApp paling lama satu"
    " hari",
    "sarana": "Menambah kursi, memperbaiki pendingin ruangan, dan menata parkir",
}


def decimal(value: object) -> str:
    """Return a Decimal with a comma."""
    return str(value).replace(".", ",")


def plan_table(f: Facts, survey: Survey) -> dict[str, Any]:
    after = survey.quarter % 4 + 1
    owners = (
        f.section_head.position,
        f.complaint_officer.position,
        f.staff_with("Pranata").position,
    )
    return {
        "head": [
            "No.",
            "Prioritas unsur",
            "Kegiatan",
            "I",
            "II",
            "III",
            "IV",
            "Penanggung jawab",
        ],
        "widths": ["auto", 2.2, 4.4, 0.5, 0.5, 0.5, 0.5, 2.4],
        "align": ["c", "l", "l", "c", "c", "c", "c", "l"],
        "size": 9,
        "rows": [
            [
                str(place),
                ELEMENTS[element][1],
                ACTIONS[ELEMENTS[element][0]],
                *("✓" if quarter == after else "" for quarter in (1, 2, 3, 4)),
                owners[place - 1],
            ]
            for place, element in enumerate(survey.lowest, start=1)
        ],
    }


def report_day(survey: Survey) -> dt.date:
    """The day on which the report of a quarter is signed."""
    day = survey.last_day + dt.timedelta(days=8)
    return day + dt.timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
