"""Spreadsheets on information technology."""

from __future__ import annotations

import datetime as dt

from wbk_portal.demo.data import load

from .base import Draft, document
from .facts import Facts
from .it_papers import STAGES, coverage, releases
from .workbook import Cell, Sheet, signed_notes, workbook


@document(
    "daftar_integrasi_sistem",
    ext="xlsx",
    title="Daftar Sistem Terhubung dan Data yang Dipertukarkan {unit}",
    file="Daftar Integrasi Sistem",
    items="06.12 LKE-I.v.b",
)
def _integration(f: Facts) -> Draft:
    day = f.date("integrasi", 3, 9)
    apps = load("documents/content.toml")["apps"]
    keep = apps[: 3 + round(f.level * 3)]
    sheet = Sheet(
        title=[f"DAFTAR SISTEM YANG SALING TERHUBUNG – {f.name.upper()}"],
        head=[
            "No.",
            "Sistem",
            "Kegunaan",
            "Data yang dipertukarkan",
            "Cara",
            "Keadaan",
        ],
        widths=[5, 18, 40, 36, 22, 14],
        rows=[
            [
                index,
                a["name"],
                a["use"],
                a["data"],
                "Layanan web, setiap jam",
                "Berjalan",
            ]
            for index, a in enumerate(keep, start=1)
        ],
        notes=[f"Sistem inti: {f.unit.app}.", *signed_notes(f, day)],
    )
    return Draft(workbook(f, day, [sheet], title="Integrasi sistem"), day)


@document(
    "daftar_aplikasi_layanan",
    ext="xlsx",
    title="Daftar Aplikasi menurut Jenis Layanan {unit}",
    file="Daftar Aplikasi Layanan",
    items="06.23",
)
def _applications(f: Facts) -> Draft:
    day = f.date("aplikasi", 3, 8)
    rows: list[list[Cell]] = [
        [index, name, *(f.unit.app if on else "Manual" for on in stages)]
        for index, (name, stages) in enumerate(coverage(f), start=1)
    ]
    sheet = Sheet(
        title=[f"APLIKASI MENURUT JENIS DAN TAHAP LAYANAN – {f.name.upper()}"],
        head=["No.", "Jenis layanan", *STAGES],
        widths=[5, 40, 18, 18, 18, 18, 18],
        rows=rows,
        notes=signed_notes(f, day),
    )
    return Draft(workbook(f, day, [sheet], title="Aplikasi layanan"), day)


@document(
    "riwayat_versi",
    ext="xlsx",
    title="Riwayat Versi Aplikasi {app} {unit} {year}",
    file="Riwayat Versi Aplikasi {year}",
    items="06.24",
)
def _versions(f: Facts) -> Draft:
    day = f.date("riwayat", 10, 10)
    sheet = Sheet(
        title=[f"RIWAYAT VERSI {f.unit.app} – {f.name.upper()}"],
        head=["Versi", "Tanggal", "Perubahan", "Alasan", "Jenis"],
        widths=[8, 13, 60, 32, 16],
        rows=[list(row) for row in releases(f)],
    )
    content = workbook(f, day, [sheet], title="Riwayat versi")
    return Draft(
        content, day, covers=(dt.date(f.inside, 1, 1), dt.date(f.inside, 9, 30))
    )
