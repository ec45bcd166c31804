"""Letters, notes, statements and certificates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wbk_portal.demo.institution import DemoStaff

from .base import Draft, document
from .facts import Facts
from .procedures import service_procedure
from .typeset import pdf
from .wording import add_working_days, day_and_date, long_date

Block = dict[str, Any]


def letter(
    f: Facts,
    *,
    topic: str,
    form: str,
    day: dt.date,
    matter: str,
    to: str,
    attached: str,
    body: list[Block],
    who: DemoStaff | None = None,
    copies: tuple[str, ...] = (),
) -> bytes:
    """Return a letter with letterhead, number, matter, address and signature.

    Args:
        form: Form of the number, see `Facts.number`.
        to: Name of the addressee, after "Yth."
    """
    number = f.number(form, topic, day)
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "fields",
            "width": 2.2,
            "aside": f"{f.unit.city}, {long_date(day)}",
            "rows": [
                ["Nomor", number],
                ["Sifat", "Biasa"],
                ["Lampiran", attached],
                ["Hal", f"**{matter}**"],
            ],
        },
        {"t": "space", "cm": 0.3},
        {"t": "p", "s": f"Yth. {to}"},
        {"t": "p", "s": "di tempat"},
        {"t": "space", "cm": 0.2},
        *body,
        {"t": "sign", **f.sign(day, who, place=False)},
    ]
    if copies:
        blocks += [
            {"t": "p", "s": "Tembusan:"},
            {"t": "ol", "items": list(copies)},
        ]
    return pdf("paper", f.paper(matter, day, blocks=blocks), day)


@document(
    "undangan_reviu",
    evidence="bukti_rapat_reviu",
    title="Undangan Rapat Reviu Standar Pelayanan dan SOP {year}",
    file="Undangan Reviu SP dan SOP",
    items="06.04 LKE-I.i.c",
)
def _invitation(f: Facts) -> Draft:
    meeting = review_day(f)
    day = add_working_days(meeting - dt.timedelta(days=12), 2)
    body: list[Block] = [
        {
            "t": "p",
            "s": "Dalam rangka meningkatkan kualitas pelayanan publik, kami"
            " mengharapkan"
            " kehadiran Bapak/Ibu dalam rapat reviu standar pelayanan dan SOP, yang"
            " akan"
            " diselenggarakan pada:",
        },
        {
            "t": "fields",
            "rows": [
                ["Hari, tanggal", day_and_date(meeting)],
                ["Waktu", f"09.00 {f.unit.zone_label} sampai selesai"],
                ["Tempat", f"Ruang rapat {f.name}, {f.unit.address}"],
                [
                    "Acara",
                    "1. Paparan hasil SKM dan pengaduan\n2. Pembahasan standar"
                    " pelayanan dan SOP\n3. Kesepakatan perbaikan",
                ],
            ],
        },
        {
            "t": "p",
            "s": "Masukan tertulis dapat disampaikan lebih dahulu melalui surel"
            f" {f.unit.email}. Atas perhatian dan kehadiran Bapak/Ibu kami ucapkan"
            f" terima"
            " kasih.",
        },
    ]
    content = letter(
        f,
        topic="reviu",
        form="UND",
        day=day,
        matter="Undangan Reviu Standar Pelayanan dan SOP",
        to="Daftar terlampir (wakil pengguna layanan, akademisi, asosiasi usaha,"
        " lembaga swadaya masyarakat, dan media)",
        attached="1 (satu) lembar",
        body=body,
        copies=(f"Kepala {f.unit.parent_name}",),
    )
    return Draft(content, day)


def review_day(f: Facts) -> dt.date:
    """The day of this year's review meeting, the same in all its papers."""
    return f.date("reviu", 3, 5)


@document(
    "surat_usulan_perubahan",
    title="Surat Usulan Perubahan SOP {year}",
    file="Usulan Perubahan SOP {year}",
    items="06.05",
)
def _proposal(f: Facts) -> Draft:
    day = f.date("usulan", 5, 7)
    service = f.service("usulan")
    procedure = service_procedure(f, service)
    step = procedure["steps"][1]
    last = procedure["steps"][-2]
    reasons = {complaint.summary for complaint in f.complaints[:2]}
    body: list[Block] = [
        {
            "t": "p",
            "s": f"Berdasarkan hasil reviu pada {long_date(review_day(f))}, hasil"
            f" survei"
            f" kepuasan masyarakat {f.surveys[1].label} (IKM"
            f" {str(f.surveys[1].index).replace('.', ',')}), dan pengaduan yang masuk,"
            f" kami mengusulkan perubahan atas {procedure['name']} yang ditetapkan oleh"
            f" {f.unit.agency_name} sebagai berikut:",
        },
        {
            "t": "table",
            "head": ["No.", "Ketentuan sekarang", "Usulan", "Alasan"],
            "widths": ["auto", 3, 3, 3],
            "align": ["c", "l", "l", "l"],
            "rows": [
                [
                    "1",
                    f"Langkah 2: {step['activity']} ({step['time']})",
                    "Dikerjakan melalui daftar periksa elektronik, paling lama 10"
                    " menit",
                    "Survei menunjukkan unsur waktu perlu diperbaiki",
                ],
                [
                    "2",
                    f"{last['activity']} ({last['time']})",
                    "Tanda tangan elektronik pada hari yang sama",
                    "Menghilangkan waktu tunggu pejabat",
                ],
                [
                    "3",
                    "Pemberitahuan hasil tidak diatur",
                    "Pemohon diberi tahu melalui WhatsApp dan surel",
                    "; ".join(sorted(reasons)),
                ],
            ],
        },
        {
            "t": "p",
            "s": "Rancangan SOP kami lampirkan. Kami mohon Biro Organisasi dapat"
            " menelaah"
            " dan menetapkannya. Atas perhatian Bapak/Ibu kami ucapkan terima kasih.",
        },
    ]
    content = letter(
        f,
        topic="usulan",
        form="S",
        day=day,
        matter=f"Usulan Perubahan {procedure['name']}",
        to=f"Kepala Biro Organisasi {f.unit.agency_short}",
        attached="1 (satu) berkas",
        body=body,
        copies=(f"Kepala {f.unit.parent_name}",),
    )
    return Draft(content, day)


@document(
    "tanggapan_usulan",
    title="Tanggapan Biro Organisasi atas Usulan Perubahan SOP",
    file="Tanggapan Usulan SOP",
    items="06.05 06.04",
)
def _answer(f: Facts) -> Draft:
    asked = f.date("usulan", 5, 7)
    day = add_working_days(asked, 15)
    procedure = service_procedure(f, f.service("usulan"))
    blocks: list[Block] = [
        {
            "t": "head",
            "unit": {
                **f.letterhead,
                "parent": "",
                "name": "Biro Organisasi",
                "address": "Jalan Karya Andal Nomor 8, Jakarta Selatan",
                "phone": "(021) 0500-140",
                "email": "biro.organisasi@bkan.example",
                "web": "https://bkan.example",
            },
        },
        {
            "t": "fields",
            "width": 2.2,
            "aside": f"Jakarta, {long_date(day)}",
            "rows": [
                [
                    "Nomor",
                    f"S-{f.rng('tanggapan').randint(100, 480)}/BKAN.1/{day.year}",
                ],
                ["Hal", f"**Tanggapan atas usulan perubahan {procedure['name']}**"],
            ],
        },
        {"t": "space", "cm": 0.3},
        {"t": "p", "s": f"Yth. Kepala {f.name}"},
        {"t": "p", "s": f"di {f.unit.city}"},
        {
            "t": "p",
            "s": f"Menjawab surat Saudara Nomor {f.number('S', 'usulan', asked)}"
            f" tanggal"
            f" {long_date(asked)}, dengan ini kami sampaikan:",
        },
        {
            "t": "ol",
            "items": [
                "Usulan nomor 1 dan nomor 3 **disetujui** dan dimasukkan ke dalam"
                " perubahan SOP yang berlaku secara nasional.",
                "Usulan nomor 2 disetujui dengan catatan: tanda tangan elektronik hanya"
                " untuk dokumen yang telah berparaf lengkap.",
                "Rancangan akhir akan dibahas pada rapat koordinasi triwulan"
                " berikutnya;"
                " Saudara diminta menugaskan satu orang pembahas.",
            ],
        },
        {
            "t": "p",
            "s": "Demikian kami sampaikan, atas kerja sama Saudara kami ucapkan"
            " terima kasih.",
        },
        {
            "t": "sign",
            **f.sign(
                day,
                DemoStaff(
                    "Puji Rahayu",
                    "19760511 200003 2 000",
                    "Kepala Biro Organisasi",
                    True,
                ),
                stamped=False,
                place=False,
            ),
        },
    ]
    return Draft(
        pdf("paper", f.paper("Tanggapan usulan SOP", day, blocks=blocks), day), day
    )
