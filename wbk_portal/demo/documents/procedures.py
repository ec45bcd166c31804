"""Standard operating procedures (SOP) as PDF."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wbk_portal.demo.institution import DemoService

from .base import Draft, document
from .facts import Facts
from .typeset import pdf
from .wording import long_date

_RULE_SOP = (
    "PermenPANRB Nomor 35 Tahun 2012 tentang Pedoman Penyusunan SOP Administrasi"
    " Pemerintahan"
)
_ACTORS = ("pemohon", "petugas", "pelaksana", "kasi", "kepala")


def service_procedure(f: Facts, service: DemoService) -> dict[str, Any]:
    """Return the content of a service's SOP: head, lists and steps.

    The PDF template and the DOCX writer take the same content.
    """
    unit = f.unit
    used = [key for key in _ACTORS if any(s.actor == key for s in service.steps)]
    effective = f.date(f"sop:{service.code}", 2, 3)
    steps = []
    previous = "Formulir permohonan"
    for step in service.steps:
        steps.append(
            {
                "activity": step.activity,
                "actor": used.index(step.actor),
                "needs": previous,
                "time": step.time,
                "output": step.output,
                "note": "",
                "choice": step.activity.startswith(
                    ("Memeriksa kelengkapan", "Menyetujui")
                ),
            }
        )
        previous = step.output
    for line in steps:
        if line["choice"]:
            line["note"] = "Tidak lengkap: kembali ke langkah 1"
    return {
        "name": f"SOP {service.name}",
        "number": f.number("SOP", service.code, effective),
        "created": long_date(dt.date(2021, 3, 1 + unit.ordinal % 27)),
        "revised": long_date(f.date(f"sop-rev:{service.code}", 1, 1)),
        "effective": long_date(effective),
        "date": effective,
        "actors": [unit.actor(key) for key in used],
        "steps": steps,
        "laws": [
            "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik",
            _RULE_SOP,
            f"Keputusan Kepala {f.name} tentang Standar Pelayanan",
        ],
        "competence": list(unit.competence),
        "links": ["SOP Penanganan Pengaduan", "SOP Pengelolaan Arsip"],
        "equipment": [
            f"Aplikasi {unit.app}",
            "Komputer, printer, dan pemindai",
            "Alat tulis",
        ],
        "warning": f"Bila SOP ini tidak dijalankan, waktu penyelesaian {service.time}"
        " terlampaui dan penerima layanan berhak atas kompensasi.",
        "records": ["Buku agenda", f"Basis data {unit.app}", "Berkas permohonan"],
    }


def complaint_procedure(f: Facts) -> dict[str, Any]:
    """Return the content of the complaint SOP."""
    unit = f.unit
    effective = f.date("sop:pengaduan", 2, 4)
    section = unit.actor("kasi")
    rows = [
        (
            "Menyampaikan pengaduan melalui loket, kotak, WhatsApp, surel, atau"
            " SP4N-LAPOR!",
            0,
            "Uraian pengaduan",
            "15 menit",
            "Pengaduan",
            False,
        ),
        (
            "Mencatat dalam register, memberi nomor, dan menjaga kerahasiaan identitas",
            1,
            "Pengaduan",
            "15 menit",
            "Nomor register",
            False,
        ),
        (
            "Memeriksa kelengkapan dan kewenangan",
            1,
            "Nomor register",
            "3 hari kerja",
            "Hasil verifikasi",
            True,
        ),
        (
            "Mendisposisikan kepada bagian terkait",
            3,
            "Hasil verifikasi",
            "1 hari kerja",
            "Disposisi",
            False,
        ),
        (
            "Menelusuri penyebab dan menyusun tindak lanjut",
            2,
            "Disposisi",
            "7 hari kerja",
            "Laporan tindak lanjut",
            False,
        ),
        ("Menyetujui jawaban", 3, "Konsep jawaban", "1 hari kerja", "Jawaban", True),
        (
            "Menyampaikan jawaban kepada pelapor dan menutup register",
            1,
            "Jawaban",
            "1 hari kerja",
            "Pengaduan selesai",
            False,
        ),
    ]
    return {
        "name": "SOP Penanganan Pengaduan dan Konsultasi",
        "number": f.number("SOP", "pengaduan", effective),
        "created": long_date(dt.date(2021, 4, 1 + unit.ordinal % 27)),
        "revised": long_date(f.date("sop-rev:pengaduan", 1, 1)),
        "effective": long_date(effective),
        "date": effective,
        "actors": [
            "Pelapor",
            "Petugas Pengaduan",
            section,
            f"Kepala {'Unit' if unit.is_assessed else 'Biro'}",
        ],
        "steps": [
            {
                "activity": activity,
                "actor": actor,
                "needs": needs,
                "time": time,
                "output": output,
                "note": "Kurang lengkap: pelapor dihubungi"
                if choice and actor == 1
                else "",
                "choice": choice,
            }
            for activity, actor, needs, time, output, choice in rows
        ],
        "laws": [
            "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik",
            "PermenPANRB Nomor 62 Tahun 2018 tentang Pedoman Sistem Pengelolaan"
            " Pengaduan Pelayanan Publik Nasional",
            _RULE_SOP,
        ],
        "competence": [
            "Memahami tata cara pengelolaan pengaduan",
            "Mampu mengoperasikan SP4N-LAPOR!",
            "Mampu menjaga kerahasiaan",
        ],
        "links": [
            "SOP Pelayanan",
            "SOP Konsultasi",
            "SOP Pengelolaan Informasi Publik",
        ],
        "equipment": [
            "Register pengaduan",
            "Komputer dan jaringan internet",
            "Kotak pengaduan",
        ],
        "warning": "Bila SOP ini tidak dijalankan, pengaduan tidak terjawab dalam batas"
        " waktu dan kepercayaan masyarakat menurun.",
        "records": ["Register pengaduan", "Akun pengelola SP4N-LAPOR!"],
    }


def _sheet(f: Facts, content: dict[str, Any]) -> Draft:
    day: dt.date = content["date"]
    frame = f.paper(content["name"], day)
    rest = {key: value for key, value in content.items() if key != "date"}
    data = {**frame, **rest, "sign": f.sign(day, title=f.head_title)}
    return Draft(pdf("sop", data, day), day)


@document(
    "sop_layanan",
    title="SOP {service} – {unit}",
    file="SOP {service}",
    items="06.03 06.04",
)
def _service(f: Facts) -> Draft:
    service = f.unit.services[0]
    return _sheet(f, service_procedure(f, service))


@document(
    "sop_layanan_kedua",
    evidence="sop_layanan",
    title="SOP {service2} – {unit}",
    file="SOP {service2}",
    items="06.03",
)
def _second_service(f: Facts) -> Draft:
    return _sheet(f, service_procedure(f, f.unit.services[1]))


@document(
    "sop_pengaduan",
    title="SOP Penanganan Pengaduan {unit}",
    file="SOP Penanganan Pengaduan {year}",
    items="06.14 06.13 LKE-II.ii.a",
)
def _complaints(f: Facts) -> Draft:
    return _sheet(f, complaint_procedure(f))
