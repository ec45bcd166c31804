"""The page `/gaya/`: every component in every state, with invented content.

The address exists only with DEBUG or DEMO. The page takes its frame from the same
`base.html` as all others; person, navigation and figures are invented here.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import charts
from .context import PortalContext
from .numbers import NANO, format_number, format_percent, format_points
from .registry import NavEntry, PeriodChoice
from .states import ITEM_STATES, MARKS, TONES

PERIODS = [
    PeriodChoice("2026", "#2026", current=True, note="berjalan"),
    PeriodChoice("2025", "#2025", note="terkunci"),
]
NAVIGATION = [
    NavEntry("Kesiapan", "/gaya/", "layout-dashboard", order=10),
    NavEntry("Unit", "#unit", "building-2", order=20),
    NavEntry("Bukti", "#bukti", "folder-check", order=30, count=4),
    NavEntry("Penilaian", "#nilai", "clipboard-check", order=40, count=12),
    NavEntry("Pengaduan", "#adu", "message-square-warning", order=50),
    NavEntry("Survei", "#survei", "smile", order=60),
]


class GalleryContext(PortalContext):
    """The frame's values with an invented person."""

    @property
    def _signed_in(self) -> bool:
        return True

    def _entries(self) -> list[NavEntry]:
        return list(NAVIGATION)

    def _periods(self) -> list[PeriodChoice]:
        return list(PERIODS)

    def _role_text(self) -> str:
        return "Ketua tim penilai · Inspektorat"

    def _inbox_count(self) -> int:
        return 7


@dataclass(frozen=True)
class GalleryPerson:
    """Someone to show in the corner; not in the database."""

    name: str = "Rina Astuti"
    is_authenticated: bool = True

    def __str__(self) -> str:
        return self.name


class GalleryForm(forms.Form):
    """One field of each kind, some of them wrong."""

    title = forms.CharField(
        label="Judul bukti dukung", help_text="Seperti tertulis pada dokumennya."
    )
    day = forms.DateField(
        label="Tanggal dokumen",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    kind = forms.ChoiceField(
        label="Jenis", choices=[("sk", "Surat keputusan"), ("sop", "SOP")]
    )
    secret = forms.CharField(label="Kata sandi", widget=forms.PasswordInput)
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea)
    below = forms.BooleanField(label="Berlaku untuk unit di bawahnya", required=False)
    reach = forms.ChoiceField(
        label="Dibuka untuk umum",
        choices=[("no", "Tidak"), ("now", "Sekarang"), ("later", "Mulai tanggal")],
        widget=forms.RadioSelect,
    )
    attachment = forms.FileField(label="Berkas", required=False)


def _heat() -> dict[str, Any]:
    """Return an invented heat map of eight units."""
    units = [
        "Kantor Pelayanan Perizinan Semarang",
        "Balai Pengujian Mutu Surabaya",
        "Balai Pelatihan Makassar",
        "Kantor Layanan Terpadu Jayapura",
        "Kantor Pelayanan Perizinan Padang",
        "Balai Pengujian Mutu Pontianak",
        "Kantor Layanan Terpadu Kupang",
        "Balai Pelatihan Banda Aceh",
    ]
    keys = [look.key for look in ITEM_STATES] + ["not_applicable"]
    wheel = itertools.cycle([7, 6, 3, 7, 4, 6, 1, 7, 5, 3, 0, 6, 2, 7, 9, 4, 8])
    columns = [{"code": f"{n:02}", "title": f"WBK.06.{n:02}"} for n in range(1, 25)]
    groups = [
        {"label": "I. Kebijakan", "span": 5},
        {"label": "II. SDM", "span": 4},
        {"label": "III. Sarana", "span": 3},
        {"label": "IV. Pengaduan", "span": 6},
        {"label": "V. Kepuasan", "span": 6},
    ]
    rows = [
        {
            "name": unit,
            "url": "#heat",
            "cells": [keys[next(wheel)] for _column in columns],
            "sum": format_points(Fraction(83 - 7 * position, 10)),
        }
        for position, unit in enumerate(units)
    ]
    return {"groups": groups, "columns": columns, "rows": rows}


COUNTS = (2, 3, 1, 4, 3, 1, 4, 6, 0)
"""Invented numbers of items in each state."""


def _charts() -> dict[str, Any]:
    """Return one chart of each kind."""
    months = ["Jun", "Jul", "Agu", "Sep", "Okt", "Nov"]
    values = [Fraction(n, 10) for n in (21, 27, 35, 42, 46, 52)]
    points = [
        charts.TrendPoint(month, value, Fraction(3 + n, 2), format_points(value))
        for n, (month, value) in enumerate(zip(months, values, strict=True))
    ]
    return {
        "trend": charts.trend(
            points,
            maximum=10,
            ticks=[(0, "0"), (Fraction(5, 2), "2,5"), (5, "5"), (10, "10")],
            label="Nilai LKE Area VI per bulan, terakhir 5,20 dengan target 4,00",
        ),
        "spark": charts.sparkline(values, maximum=10, label="Naik dari 2,10 ke 5,20"),
        "parts": [
            charts.Part(look.tone, count, str(look.label), look.letter)
            for look, count in zip(
                ITEM_STATES, (2, 3, 1, 4, 3, 1, 4, 6, 0), strict=True
            )
        ],
    }


RINGS = (
    ("Kebijakan Pelayanan", Fraction(1), "done"),
    ("Profesionalisme SDM", Fraction(2, 3), "amber"),
    ("Kualitas Sarana", Fraction(5997, 10000), "orange"),
    ("Pengelolaan Pengaduan", Fraction(31, 100), "red"),
    ("Penilaian Kepuasan", None, "idle"),
)


def _rows() -> dict[str, Any]:
    """Return lists of tasks, items, files, entries."""
    thresholds = [(Fraction(6), "WBK 6,00"), (Fraction(15, 2), "WBBM 7,50")]
    options = [
        ("a", "A", "Seluruh pengaduan pelayanan telah ditindaklanjuti.", "1,00"),
        ("b", "B", "Sebagian besar pengaduan telah ditindaklanjuti.", "0,67"),
        ("c", "C", "Sebagian kecil pengaduan telah ditindaklanjuti.", "0,33"),
        ("d", "D", "Belum ada pengaduan yang ditindaklanjuti.", "0,00"),
    ]
    return {
        "thresholds": thresholds,
        "options": [
            {
                "value": value,
                "code": code,
                "text": text,
                "value_text": figure,
                "weight_text": "bobot 2,50",
                "checked": value == "b",
                "note": "Usulan dari register pengaduan" if value == "b" else "",
            }
            for value, code, text, figure in options
        ],
        "files": [
            {
                "name": "SK Tim Pengelola Pengaduan 2026.pdf",
                "ext": "pdf",
                "url": "#berkas",
                "download_url": "#unduh",
                "meta": ["3 halaman", "1,2 MB", "23 Nov 2026"],
                "state": "ready",
            },
            {
                "name": "Rekap pengaduan TW III.xlsx",
                "ext": "xlsx",
                "url": "#berkas",
                "download_url": "#unduh",
                "meta": ["412 KB"],
                "state": "pending",
            },
            {
                "name": "foto-loket.jpg",
                "ext": "jpg",
                "meta": ["3,8 MB"],
                "state": "rejected",
                "reason": "Gambar terpotong. Kirim ulang foto aslinya dari ponsel.",
            },
        ],
        "history": [
            {
                "what": "Nilai ditetapkan: B (0,67)",
                "who": "Rina Astuti, Ketua tim",
                "when": "23 November 2026 pukul 10.42 WIB",
                "icon": "badge-check",
                "tone": "green",
            },
            {
                "what": "Minta perbaikan",
                "who": "Bagus Prakoso, Penilai TPI",
                "when": "19 November 2026 pukul 15.58 WIB",
                "icon": "undo-2",
                "tone": "orange",
                "text": "Notula belum memuat keputusan atas pengaduan nomor 12 dan 14.",
            },
            {
                "what": "Diajukan, putaran 1",
                "who": "Sari Wulandari, Operator unit",
                "when": "17 November 2026 pukul 09.05 WIB",
                "icon": "send",
                "tone": "blue",
            },
        ],
        "thread": [
            {
                "who": "Bagus Prakoso",
                "when": "09.12",
                "text": "Apakah rekap ini sudah mencakup loket luar?",
            },
            {
                "who": "Sari Wulandari",
                "when": "09.40",
                "text": "Sudah, lihat lembar kedua.",
                "mine": True,
            },
        ],
    }


def _figures() -> list[dict[str, str]]:
    """Return numbers as they are written, beside the exact values."""
    near = Fraction(5999, 1000)
    return [
        {"label": "5,999 dengan ambang 6", "value": format_points(near)},
        {"label": "59,97 %", "value": format_percent(Fraction(5997, 10000))},
        {"label": "1234567 per 100", "value": format_number(Fraction(1234567, 100), 2)},
        {"label": "tanpa nilai", "value": format_points(None)},
    ]


@login_not_required
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the design system."""
    bad = GalleryForm({"title": "", "kind": "sk", "secret": "x", "reach": ""})
    context = {
        "portal": GalleryContext(request),
        "user": GalleryPerson(),
        "tones": TONES,
        "states": ITEM_STATES,
        "marks": MARKS,
        "legend": [look.key for look in ITEM_STATES] + ["not_applicable"],
        "form": bad,
        "heat": _heat(),
        "rings": [
            {
                "label": label,
                "share": share,
                "tone": tone,
                "text": format_percent(share),
            }
            for label, share, tone in RINGS
        ],
        "certain": 4_200_000_000,
        "possible": 8_900_000_000,
        "settled": 7_520_000_000,
        "maximum": 10 * NANO,
        "figures": _figures(),
        "crumbs": [
            {"label": "Unit kerja", "url": "#unit"},
            {"label": "Kantor Pelayanan Perizinan Semarang", "url": "#spm"},
            {"label": "06.16"},
        ],
        "tabs": [
            {"label": "Jawaban", "url": "#a", "current": True, "icon": "list-checks"},
            {"label": "Riwayat", "url": "#b", "count": 12, "icon": "history"},
            {"label": "Tanya jawab", "url": "#c", "icon": "message-square-text"},
        ],
        "steps": [
            {"label": "Diisi", "done": True},
            {"label": "Disetujui", "done": True},
            {"label": "Dinilai", "current": True},
            {"label": "Ditetapkan"},
        ],
        "facts": [
            {"label": "Tanggal dokumen", "value": "12 Januari 2026"},
            {"label": "Masa berlaku", "value": "31 Desember 2026"},
            {"label": "Diunggah oleh", "value": "Sari Wulandari"},
            {"label": "Nomor", "value": ""},
        ],
        **_charts(),
        **_rows(),
    }
    return render(request, "common/gallery.html", context)
