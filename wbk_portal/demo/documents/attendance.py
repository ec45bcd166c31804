"""Attendance lists with handwritten signatures, as PDF and as a scan."""

from __future__ import annotations

from typing import Any

from .base import Draft, document
from .emblem import signature
from .facts import Facts
from .letters import review_day
from .reports import parties
from .scans import scanned
from .typeset import pdf
from .wording import day_and_date


def _roll(f: Facts) -> bytes:
    day = review_day(f)
    people = [(person.name, person.position) for person in f.unit.staff[:8]]
    people += [(f"({party})", "Undangan") for party in parties(f)]
    blocks: list[dict[str, Any]] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "center",
            "lines": ["DAFTAR HADIR", "RAPAT REVIU STANDAR PELAYANAN DAN SOP"],
        },
        {
            "t": "fields",
            "rows": [
                ["Hari, tanggal", day_and_date(day)],
                ["Tempat", f"Ruang rapat {f.name}"],
            ],
        },
        {
            "t": "roll",
            "rows": [
                {"name": name, "post": post, "ink": signature(f"{name}:{index}")}
                for index, (name, post) in enumerate(people)
            ],
        },
        {"t": "sign", **f.sign(day, f.unit.operator, title="Petugas", stamped=False)},
    ]
    return pdf("paper", f.paper("Daftar hadir rapat reviu", day, blocks=blocks), day)


@document(
    "daftar_hadir_pindai",
    evidence="bukti_rapat_reviu",
    title="Daftar Hadir Bertanda Tangan Rapat Reviu {unit} {year}",
    file="Scan Daftar Hadir",
    items="06.04 LKE-I.i.c",
)
def _scan(f: Facts) -> Draft:
    content = scanned(_roll(f), f.rng("scan:roll"))
    return Draft(content, review_day(f), note="Hasil pindai, tanda tangan basah.")
