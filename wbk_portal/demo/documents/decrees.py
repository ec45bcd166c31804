"""Decrees (surat keputusan) with their annexes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .base import Draft, document
from .facts import Facts
from .typeset import pdf
from .wording import in_words, long_date

Block = dict[str, Any]

LAW_SERVICE = "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik"
LAW_GOVERNMENT = (
    "Peraturan Pemerintah Nomor 96 Tahun 2012 tentang Pelaksanaan Undang-Undang"
    " Nomor 25 Tahun 2009 tentang Pelayanan Publik"
)
LAW_STANDARD = (
    "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 15"
    " Tahun 2014 tentang Pedoman Standar Pelayanan"
)
LAW_ZONE = (
    "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 90"
    " Tahun 2021 tentang Pembangunan dan Evaluasi Zona Integritas"
)
LAW_COMPLAINTS = (
    "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 62"
    " Tahun 2018 tentang Pedoman Sistem Pengelolaan Pengaduan Pelayanan Publik"
    " Nasional"
)


def _house_rule(f: Facts) -> str:
    return (
        f"Peraturan {f.unit.agency_name} Nomor 4 Tahun 2022 tentang Organisasi dan Tata"
        " Kerja Kantor Wilayah dan Unit Layanan"
    )


def decree(
    f: Facts,
    *,
    topic: str,
    subject: str,
    day: dt.date,
    considering: list[str],
    laws: list[str],
    decided: list[str],
    annexes: list[tuple[str, list[Block]]],
) -> bytes:
    """Return a decree as PDF.

    Args:
        subject: After "TENTANG", in sentence case.
        considering: Clauses that begin with "bahwa", without the last semicolon.
        decided: Texts of KESATU, KEDUA, …; "Keputusan ini mulai berlaku …" is added.
        annexes: Title and blocks of each annex.
    """
    number = f.number("SK", topic, day)
    head = f.head_title
    ordinals = ("KESATU", "KEDUA", "KETIGA", "KEEMPAT", "KELIMA", "KEENAM")
    decided = [
        *decided,
        "Keputusan ini mulai berlaku pada tanggal ditetapkan, dengan ketentuan apabila"
        " di kemudian hari terdapat kekeliruan akan diadakan perbaikan sebagaimana"
        " mestinya.",
    ]
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "center",
            "lines": [
                f"KEPUTUSAN {head.upper()}",
                f"NOMOR {number}",
                "",
                "TENTANG",
                "",
                subject.upper(),
                "",
                f"{head.upper()},",
            ],
        },
        {"t": "space", "cm": 0.2},
        {
            "t": "clauses",
            "rows": [
                {"head": "Menimbang", "items": [f"{text};" for text in considering]},
                {
                    "head": "Mengingat",
                    "items": [f"{law};" for law in [*laws, _house_rule(f)]],
                    "letters": False,
                },
            ],
        },
        {"t": "space", "cm": 0.2},
        {"t": "center", "lines": ["MEMUTUSKAN:"]},
        {
            "t": "clauses",
            "rows": [
                {
                    "head": "Menetapkan",
                    "items": [
                        f"**KEPUTUSAN {head.upper()} TENTANG {subject.upper()}.**"
                    ],
                },
                *(
                    {"head": word, "items": [text]}
                    for word, text in zip(ordinals, decided, strict=False)
                ),
            ],
        },
        {"t": "sign", **f.sign(day, title=head, place=False), "decreed": f.unit.city},
    ]
    for index, (title, annex) in enumerate(annexes, start=1):
        mark = f"LAMPIRAN {index if len(annexes) > 1 else ''}".strip()
        blocks += [
            {"t": "break"},
            {
                "t": "fields",
                "width": 3.2,
                "rows": [
                    [mark, f"Keputusan {head}"],
                    ["Nomor", number],
                    ["Tanggal", long_date(day)],
                ],
            },
            {"t": "space", "cm": 0.3},
            {"t": "center", "lines": title.upper().split("\n")},
            {"t": "space", "cm": 0.2},
            *annex,
            {"t": "sign", **f.sign(day, title=head, place=False)},
        ]
    paper = f.paper(
        f"Keputusan tentang {subject}",
        day,
        blocks=blocks,
        size=11,
        footer=f"Keputusan Nomor {number}",
    )
    return pdf("paper", paper, day)


def _list(items: tuple[str, ...]) -> str:
    return "\n".join(f"{index}. {item}" for index, item in enumerate(items, start=1))


@document(
    "sk_standar_pelayanan",
    title="SK Standar Pelayanan {unit} Tahun {year}",
    file="SK Standar Pelayanan {year}",
    items="06.01 LKE-I.i.d 06.02 06.11",
)
def _standard(f: Facts) -> Draft:
    day = f.date("sk_standar", 1, 2)
    unit = f.unit
    count = len(unit.services)
    annexes: list[tuple[str, list[Block]]] = [
        (
            f"Daftar jenis layanan\n{f.name}",
            [
                {
                    "t": "table",
                    "head": ["No.", "Jenis layanan", "Waktu", "Biaya", "Produk"],
                    "widths": ["auto", 3, 2.2, 2.6, 2.6],
                    "align": ["c", "l", "l", "l", "l"],
                    "rows": [
                        [str(index), s.name, s.time, s.cost, s.product]
                        for index, s in enumerate(unit.services, start=1)
                    ],
                }
            ],
        )
    ]
    for service in unit.services:
        annexes.append(
            (f"Standar pelayanan\n{service.name}", _components(f, service.code))
        )
    content = decree(
        f,
        topic="standar",
        subject=f"Standar Pelayanan pada {f.name}",
        day=day,
        considering=[
            "bahwa setiap penyelenggara pelayanan publik wajib menyusun dan menetapkan"
            " standar pelayanan",
            f"bahwa standar pelayanan {f.name} tahun {f.inside - 1} perlu disesuaikan"
            " dengan hasil reviu, hasil survei kepuasan masyarakat, dan masukan para"
            " pemangku kepentingan",
            "bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan"
            f" huruf b, perlu menetapkan Keputusan Kepala {f.name} tentang Standar"
            " Pelayanan",
        ],
        laws=[LAW_SERVICE, LAW_GOVERNMENT, LAW_STANDARD],
        decided=[
            f"Menetapkan standar pelayanan atas {count} ({in_words(count)}) jenis"
            " layanan sebagaimana tercantum dalam Lampiran yang merupakan bagian tidak"
            " terpisahkan dari Keputusan ini.",
            "Standar pelayanan sebagaimana dimaksud pada diktum KESATU wajib"
            " dilaksanakan oleh seluruh pelaksana dan menjadi acuan penilaian kinerja"
            " pelayanan oleh pimpinan, masyarakat, dan aparat pengawasan.",
            "Standar pelayanan ditinjau sekurang-kurangnya satu kali dalam setahun"
            " dengan melibatkan masyarakat dan pemangku kepentingan.",
            f"Dengan berlakunya Keputusan ini, Keputusan Kepala {f.name} tentang"
            f" Standar"
            f" Pelayanan tahun {f.inside - 1} dicabut dan dinyatakan tidak berlaku.",
        ],
        annexes=annexes,
    )
    return Draft(content, day, covers=(day, dt.date(f.year, 12, 31)))


def _components(f: Facts, code: str) -> list[Block]:
    """Return the fourteen components of one service in two tables."""
    unit = f.unit
    service = next(entry for entry in unit.services if entry.code == code)
    steps = _list(
        tuple(f"{unit.actor(step.actor)}: {step.activity}" for step in service.steps)
    )
    reach = (
        f"WhatsApp {unit.whatsapp}, surel {unit.email}, loket pengaduan, SP4N-LAPOR!"
    )
    counter = max(2, len(f.counter_staff))
    delivery = [
        ["1.", "Persyaratan", _list(service.requirements)],
        ["2.", "Sistem, mekanisme, dan prosedur", steps],
        ["3.", "Jangka waktu penyelesaian", service.time],
        ["4.", "Biaya/tarif", service.cost],
        ["5.", "Produk pelayanan", service.product],
        [
            "6.",
            "Penanganan pengaduan, saran, dan masukan",
            f"{reach}. Jawaban pertama paling lambat 5 hari kerja.",
        ],
    ]
    making = [
        ["7.", "Dasar hukum", _list((LAW_SERVICE, _house_rule(f)))],
        ["8.", "Sarana, prasarana, dan/atau fasilitas", _list(unit.facilities)],
        ["9.", "Kompetensi pelaksana", _list(unit.competence)],
        [
            "10.",
            "Pengawasan internal",
            f"Dilakukan berjenjang oleh {unit.actor('kasi')}, Kepala {f.name}, dan"
            " Inspektorat.",
        ],
        [
            "11.",
            "Jumlah pelaksana",
            f"{counter + len(service.steps)} orang, terdiri atas {counter} petugas"
            f" garis"
            f" depan dan {len(service.steps)} pelaksana.",
        ],
        [
            "12.",
            "Jaminan pelayanan",
            "Dilayani sesuai standar, tanpa pungutan di luar ketentuan, dan dengan"
            " kompensasi bila terlambat.",
        ],
        [
            "13.",
            "Jaminan keamanan dan keselamatan",
            "Data pribadi dan berkas dijaga kerahasiaannya; ruang layanan dilengkapi"
            " jalur evakuasi, APAR, dan kotak P3K.",
        ],
        [
            "14.",
            "Evaluasi kinerja pelaksana",
            "Survei kepuasan masyarakat setiap triwulan, evaluasi bulanan oleh kepala"
            " unit, dan penilaian perilaku petugas.",
        ],
    ]
    shape = {"widths": ["auto", 2.1, 6], "align": ["c", "l", "l"], "size": 9}
    head = ["No.", "Komponen", "Uraian"]
    return [
        {"t": "h3", "s": "A. Penyampaian pelayanan (service delivery)"},
        {"t": "table", "head": head, "rows": delivery, **shape},
        {"t": "h3", "s": "B. Pengelolaan pelayanan di internal (manufacturing)"},
        {"t": "table", "head": head, "rows": making, **shape},
    ]


@document(
    "sk_maklumat",
    title="SK Maklumat Pelayanan {unit} {year}",
    file="SK Maklumat Pelayanan {year}",
    items="06.02 LKE-I.i.d",
)
def _proclamation(f: Facts) -> Draft:
    day = f.date("sk_maklumat", 2, 2)
    content = decree(
        f,
        topic="maklumat",
        subject=f"Maklumat Pelayanan {f.name}",
        day=day,
        considering=[
            "bahwa penyelenggara wajib menyusun dan menetapkan maklumat pelayanan"
            " sebagai pernyataan kesanggupan melaksanakan standar pelayanan",
            "bahwa maklumat pelayanan wajib dipublikasikan secara jelas dan luas",
        ],
        laws=[LAW_SERVICE, LAW_STANDARD],
        decided=[
            "Menetapkan maklumat pelayanan sebagaimana tercantum dalam Lampiran"
            " Keputusan ini.",
            "Maklumat pelayanan berlaku bagi seluruh jenis layanan dan dipasang di"
            " ruang"
            f" layanan, laman {f.unit.web}, dan media sosial unit.",
            "Seluruh petugas wajib memahami dan melaksanakan maklumat pelayanan.",
        ],
        annexes=[
            (
                "Maklumat pelayanan",
                [
                    {"t": "box", "lines": [f"**{line}**" for line in promise(f)]},
                    {
                        "t": "table",
                        "head": ["No.", "Layanan yang dimaklumatkan", "Waktu", "Biaya"],
                        "widths": ["auto", 3, 2, 3],
                        "align": ["c", "l", "l", "l"],
                        "rows": [
                            [str(index), s.name, s.time, s.cost]
                            for index, s in enumerate(f.unit.services, start=1)
                        ],
                    },
                ],
            )
        ],
    )
    return Draft(content, day, covers=(day, dt.date(f.year, 12, 31)))


def promise(f: Facts) -> list[str]:
    """Return the three promises of the service proclamation (maklumat)."""
    return [
        f"Dengan ini kami, pimpinan dan seluruh jajaran {f.name}, menyatakan sanggup"
        " menyelenggarakan pelayanan sesuai dengan standar pelayanan yang telah"
        " ditetapkan.",
        "Kami sanggup memberikan pelayanan sesuai dengan kewajiban dan melakukan"
        " perbaikan secara terus-menerus.",
        "Apabila tidak menepati janji ini, kami siap menerima sanksi dan memberikan"
        " kompensasi sesuai dengan peraturan perundang-undangan.",
    ]


@document(
    "sk_inovasi",
    title="SK Penetapan Inovasi Pelayanan {unit} {year}",
    file="SK Inovasi {year}",
    items="06.10 LKE-II.i.a",
)
def _innovation(f: Facts) -> Draft:
    day = f.date("sk_inovasi", 2, 4)
    idea = f.innovation
    team = [
        f.section_head,
        f.unit.operator,
        f.complaint_officer,
        f.staff_with("Pengelola T"),
    ]
    duties = ["Ketua", "Sekretaris", "Anggota", "Anggota"]
    content = decree(
        f,
        topic="inovasi",
        subject=f"Penetapan Inovasi Pelayanan {idea['name']} pada {f.name}",
        day=day,
        considering=[
            f"bahwa {idea['problem'][0].lower()}{idea['problem'][1:].rstrip('.')}",
            f"bahwa uji coba {idea['name']} ({idea['long']}) selama tiga bulan"
            " menunjukkan hasil yang baik sehingga perlu ditetapkan",
        ],
        laws=[LAW_SERVICE, LAW_ZONE],
        decided=[
            f"Menetapkan **{idea['name']}** ({idea['long']}) sebagai inovasi"
            f" pelayanan.",
            f"Pokok inovasi: {idea['idea']}",
            "Membentuk tim pengelola inovasi dengan susunan sebagaimana tercantum dalam"
            " Lampiran.",
            "Tim melaporkan perkembangan dan dampak inovasi setiap triwulan.",
        ],
        annexes=[
            (
                "Susunan tim pengelola inovasi",
                [
                    {
                        "t": "table",
                        "head": ["No.", "Nama", "Jabatan", "Kedudukan dalam tim"],
                        "widths": ["auto", 3, 3.4, 2],
                        "align": ["c", "l", "l", "l"],
                        "rows": [
                            [str(index), person.name, person.position, duty]
                            for index, (person, duty) in enumerate(
                                zip(team, duties, strict=True), start=1
                            )
                        ],
                    }
                ],
            )
        ],
    )
    return Draft(content, day)
