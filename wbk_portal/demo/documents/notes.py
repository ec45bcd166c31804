"""Assignment, note on complaints, and statement of the head."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .base import Draft, document
from .facts import Facts
from .typeset import pdf
from .wording import add_working_days, long_date

Block = dict[str, Any]


@document(
    "surat_tugas_sp4n",
    title="Surat Tugas Pengelola SP4N-LAPOR! {unit}",
    file="Surat Tugas Admin SP4N LAPOR {year}",
    items="06.15 06.13",
)
def _assignment(f: Facts) -> Draft:
    day = f.date("tugas_sp4n", 1, 3)
    number = f.number("ST", "sp4n", day)
    officers = [
        (f.unit.operator, "Pejabat penghubung"),
        (f.complaint_officer, "Admin unit kerja"),
    ]
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {"t": "center", "lines": ["SURAT TUGAS", f"NOMOR {number}"]},
        {"t": "space", "cm": 0.3},
        {
            "t": "clauses",
            "rows": [
                {
                    "head": "Menimbang",
                    "items": [
                        "bahwa pengaduan masyarakat melalui SP4N-LAPOR! perlu"
                        " dikelola di"
                        " tingkat unit kerja;",
                        "bahwa untuk itu perlu menugaskan pengelola yang mempunyai"
                        " akses;",
                    ],
                },
                {
                    "head": "Dasar",
                    "items": [
                        "Peraturan Menteri PANRB Nomor 62 Tahun 2018;",
                        f"Keputusan Kepala {f.name} tentang Unit Pengelola Pengaduan;",
                    ],
                    "letters": False,
                },
            ],
        },
        {"t": "center", "lines": ["MEMBERI TUGAS"]},
        {
            "t": "table",
            "head": ["No.", "Nama", "NIP", "Jabatan", "Penugasan"],
            "widths": ["auto", 2.6, 2.6, 3, 2.2],
            "align": ["c", "l", "l", "l", "l"],
            "rows": [
                [str(index), person.name, person.nip, person.position, duty]
                for index, (person, duty) in enumerate(officers, start=1)
            ],
        },
        {
            "t": "clauses",
            "rows": [
                {
                    "head": "Untuk",
                    "items": [
                        "memantau laporan masuk setiap hari kerja;",
                        "meneruskan laporan kepada bagian terkait paling lambat 3"
                        " hari kerja;",
                        "menyampaikan jawaban pertama paling lambat 5 hari kerja;",
                        "melaporkan rekapitulasi setiap bulan kepada kepala unit.",
                    ],
                    "letters": False,
                },
                {
                    "head": "Masa tugas",
                    "items": [
                        f"{long_date(day)} sampai dengan 31 Desember {f.inside}."
                    ],
                },
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    end = dt.date(f.year, 12, 31)
    content = pdf(
        "paper", f.paper("Surat Tugas Pengelola SP4N-LAPOR!", day, blocks=blocks), day
    )
    return Draft(content, day, covers=(day, max(day, end)), valid_until=end)


@document(
    "surat_tindak_lanjut",
    title="Nota Dinas Tindak Lanjut Pengaduan {unit} {year}",
    file="Nota Dinas Tindak Lanjut Pengaduan",
    items="06.16 LKE-II.ii.a",
)
def _follow_up(f: Facts) -> Draft:
    chosen = f.complaints[2:6]
    day = add_working_days(chosen[-1].received, 2)
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {"t": "center", "lines": ["NOTA DINAS", f"NOMOR {f.number('ND', 'tl', day)}"]},
        {"t": "space", "cm": 0.2},
        {
            "t": "fields",
            "width": 2.4,
            "rows": [
                ["Kepada", f.section_head.position],
                ["Dari", f"Kepala {f.name}"],
                ["Tanggal", long_date(day)],
                ["Hal", "**Tindak lanjut pengaduan masyarakat**"],
            ],
        },
        {
            "t": "p",
            "s": "Bersama ini kami teruskan pengaduan berikut untuk ditindaklanjuti"
            " sesuai"
            " dengan batas waktunya. Laporkan hasilnya kepada petugas pengaduan agar"
            " jawaban dapat disampaikan kepada pelapor.",
        },
        {
            "t": "table",
            "head": [
                "Register",
                "Diterima",
                "Saluran",
                "Isi singkat",
                "Bagian",
                "Batas waktu",
            ],
            "widths": [1.3, 1.6, 1.7, 4, 1.5, 1.6],
            "align": ["c", "c", "l", "l", "l", "c"],
            "size": 8.8,
            "rows": [
                [
                    c.number,
                    c.received.strftime("%d-%m-%Y"),
                    c.channel,
                    c.summary,
                    c.section,
                    c.due.strftime("%d-%m-%Y"),
                ]
                for c in chosen
            ],
        },
        {
            "t": "p",
            "s": "Identitas pelapor tidak disertakan dan wajib dirahasiakan."
            " Demikian untuk"
            " dilaksanakan.",
        },
        {"t": "sign", **f.sign(day, stamped=False)},
    ]
    return Draft(
        pdf("paper", f.paper("Nota dinas tindak lanjut", day, blocks=blocks), day), day
    )


@document(
    "bukti_sanksi_nihil",
    title="Pernyataan Tidak Ada Pelanggaran Petugas {unit} {year}",
    file="Surat Pernyataan Nihil Sanksi",
    items="06.08",
)
def _no_sanction(f: Facts) -> Draft:
    day = f.date("nihil", 7, 10)
    head = f.unit.head
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "center",
            "lines": ["SURAT PERNYATAAN", f"NOMOR {f.number('S', 'nihil', day)}"],
        },
        {"t": "p", "s": "Yang bertanda tangan di bawah ini:"},
        {
            "t": "fields",
            "rows": [
                ["Nama", head.name],
                ["NIP", head.nip],
                ["Jabatan", head.position],
            ],
        },
        {
            "t": "p",
            "s": f"menyatakan dengan sesungguhnya bahwa selama 1 Januari sampai dengan"
            f" {long_date(day)} **tidak terdapat pelanggaran** disiplin maupun kode"
            f" etik"
            f" pelayanan oleh petugas {f.name} yang memerlukan sanksi. Penilaian"
            f" petugas"
            " tetap dilaksanakan setiap triwulan dan hasilnya disampaikan kepada yang"
            " bersangkutan.",
        },
        {
            "t": "p",
            "s": "Surat pernyataan ini dibuat untuk dipergunakan sebagai bukti dukung"
            " pembangunan zona integritas. Apabila di kemudian hari tidak benar, saya"
            " bersedia mempertanggungjawabkannya.",
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = pdf("paper", f.paper("Surat pernyataan", day, blocks=blocks), day)
    return Draft(content, day, covers=(dt.date(day.year, 1, 1), day))
