"""Screen captures of national portals and of the unit's application."""

from __future__ import annotations

from wbk_portal.demo.data import load

from .base import Draft, document
from .captures import capture
from .complaints import Complaint
from .facts import Facts
from .wording import short_date


@document(
    "tangkapan_sippn",
    ext="png",
    title="Tangkapan Layar Profil {unit} pada SIPPN",
    file="Profil SIPPN",
    items="06.07",
)
def _national_information(f: Facts) -> Draft:
    return capture(
        f,
        topic="sippn",
        path=f"sippn.example/instansi/bkan/{f.unit.code.lower()}",
        heading=f.name,
        lead=f"{f.unit.agency_name} · {f.unit.city}, {f.unit.province}",
        months=(2, 9),
        palette=2,
        site={"agency": "Portal informasi", "name": "Pelayanan Publik Nasional"},
        nav=("Beranda", "Instansi", "Layanan", "Tentang"),
        parts=[
            {
                "t": "cards",
                "per": 4,
                "height": 96,
                "items": [
                    {
                        "title": "Layanan terdaftar",
                        "big": str(len(f.unit.services)),
                        "text": "",
                    },
                    {"title": "Standar pelayanan", "big": "100%", "text": ""},
                    {"title": "Maklumat", "big": "Ada", "text": ""},
                    {
                        "title": "Nilai SKM",
                        "big": str(f.surveys[1].index).replace(".", ","),
                        "text": "",
                    },
                ],
            },
            {
                "t": "table",
                "head": ["Layanan", "Waktu", "Biaya", "Produk"],
                "widths": [3, 2, 3, 3],
                "rows": [[s.name, s.time, s.cost, s.product] for s in f.unit.services],
            },
        ],
    )


def _known(f: Facts, topic: str, first: int, last: int) -> list[Complaint]:
    """Complaints that had arrived on the day of a capture."""
    day = f.date(f"capture:{topic}", first, last)
    return [complaint for complaint in f.complaints if complaint.received <= day]


@document(
    "profil_sp4n",
    ext="png",
    title="Tangkapan Layar Profil {unit} pada SP4N-LAPOR!",
    file="Profil SP4N LAPOR",
    items="06.13 06.15",
)
def _national_complaints(f: Facts) -> Draft:
    known = _known(f, "sp4n", 7, 9)
    done = [c for c in known if c.answered]
    return capture(
        f,
        topic="sp4n",
        path=f"lapor.example/instansi/{f.unit.code.lower()}",
        heading=f"{f.name} – {f.unit.agency_short}",
        lead="Terhubung dengan SP4N-LAPOR! sejak 2021.",
        months=(7, 9),
        palette=3,
        site={"agency": "Layanan aspirasi dan pengaduan", "name": "SP4N-LAPOR!"},
        nav=("Beranda", "Instansi", "Statistik", "Tentang"),
        parts=[
            {
                "t": "cards",
                "per": 3,
                "height": 100,
                "items": [
                    {"title": "Laporan masuk", "big": str(len(known)), "text": ""},
                    {"title": "Selesai", "big": str(len(done)), "text": ""},
                    {"title": "Admin aktif", "big": "2", "text": ""},
                ],
            },
            {
                "t": "table",
                "head": ["Nomor", "Isi singkat", "Masuk", "Status"],
                "widths": [1, 5, 1.4, 1.2],
                "rows": [
                    [c.number, c.summary, short_date(c.received), c.status]
                    for c in known[:6]
                ],
            },
        ],
    )


@document(
    "tangkapan_akses_admin",
    ext="png",
    title="Tangkapan Layar Akses Admin SP4N-LAPOR! {unit}",
    file="Akses Admin SP4N",
    items="06.15",
)
def _admin(f: Facts) -> Draft:
    known = _known(f, "admin", 5, 9)
    return capture(
        f,
        topic="admin",
        path="lapor.example/admin/beranda",
        heading="Beranda pengelola",
        lead=f"Masuk sebagai {f.complaint_officer.name} – admin unit kerja {f.name}",
        months=(5, 9),
        palette=3,
        site={
            "agency": "Layanan aspirasi dan pengaduan",
            "name": "SP4N-LAPOR! Pengelola",
        },
        nav=("Beranda", "Laporan", "Disposisi", "Akun"),
        parts=[
            {
                "t": "table",
                "head": ["Nomor", "Diterima", "Batas waktu", "Bagian", "Status"],
                "widths": [1, 1.3, 1.3, 2, 1.4],
                "rows": [
                    [
                        c.number,
                        short_date(c.received),
                        short_date(c.due),
                        c.section,
                        c.status,
                    ]
                    for c in reversed(known[-9:])
                ],
            }
        ],
    )


@document(
    "tangkapan_aplikasi",
    ext="png",
    title="Tangkapan Layar Aplikasi Layanan {unit}",
    file="Aplikasi Layanan",
    items="06.23",
)
def _application(f: Facts) -> Draft:
    service = f.service("app")
    rng = f.rng("app")
    return capture(
        f,
        topic="app",
        path=f"{f.unit.app.lower()}.bkan.example/permohonan/baru",
        heading=f"Permohonan: {service.name}",
        months=(2, 9),
        palette=4,
        site={"agency": f.unit.agency_name, "name": f.unit.app},
        nav=("Permohonan", "Pantau", "Pembayaran", "Bantuan"),
        parts=[
            {
                "t": "progress",
                "now": 1,
                "items": [
                    "Data pemohon",
                    "Persyaratan",
                    "Pembayaran",
                    "Proses",
                    "Selesai",
                ],
            },
            {
                "t": "form",
                "items": [
                    {
                        "label": "Nomor Induk Berusaha",
                        "value": f"9120 0{rng.randint(10, 99)} •••• •••",
                    },
                    {"label": "Nama usaha", "value": "UD Contoh Jaya (data dari OSS)"},
                    {"label": "Unit layanan", "value": f.name},
                    {"label": "Jenis layanan", "value": service.name},
                ],
            },
            {
                "t": "table",
                "head": ["Persyaratan", "Berkas", "Keadaan"],
                "widths": [5, 2, 1.4],
                "rows": [
                    [
                        item,
                        f"berkas_{index}.pdf",
                        "Lengkap" if index < 4 else "Diperiksa",
                    ]
                    for index, item in enumerate(service.requirements, start=1)
                ],
            },
        ],
    )


@document(
    "tangkapan_sistem_terintegrasi",
    ext="png",
    title="Tangkapan Layar Sistem Layanan Terintegrasi {unit}",
    file="Sistem Terintegrasi",
    items="06.12 LKE-I.v.b",
)
def _integrated(f: Facts) -> Draft:
    apps = load("documents/content.toml")["apps"]
    keep = apps[: 3 + round(f.level * 3)]
    rng = f.rng("integrasi")
    return capture(
        f,
        topic="integrasi",
        path=f"{f.unit.app.lower()}.bkan.example/integrasi",
        heading="Pemantauan integrasi data",
        lead=f"Basis data layanan {f.name} bertukar data dengan {len(keep)} sistem.",
        months=(2, 9),
        palette=4,
        site={"agency": f.unit.agency_name, "name": f.unit.app},
        nav=("Permohonan", "Integrasi", "Laporan", "Akun"),
        parts=[
            {
                "t": "diagram",
                "core": f.unit.app,
                "nodes": [{"name": a["name"], "data": a["data"]} for a in keep],
            },
            {
                "t": "table",
                "head": ["Sistem", "Pertukaran hari ini", "Gagal", "Terakhir"],
                "widths": [2, 2, 1, 2],
                "rows": [
                    [
                        a["name"],
                        str(rng.randint(12, 480)),
                        str(rng.choice((0, 0, 0, 1))),
                        f"{rng.randint(8, 15):02d}.{rng.randint(0, 59):02d}"
                        f" {f.unit.zone_label}",
                    ]
                    for a in keep[:4]
                ],
            },
        ],
    )
