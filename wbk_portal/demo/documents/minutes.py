"""Minutes, drafts and comparisons as Word documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .base import Draft, document
from .docx import word_document
from .facts import Facts
from .letters import review_day
from .procedures import service_procedure
from .reports import changes, parties
from .survey import ELEMENTS
from .survey_tables import ACTIONS, decimal
from .wording import add_working_days, day_and_date, number

Block = dict[str, Any]


def _word(
    f: Facts, title: str, day: dt.date, blocks: list[Block], *, landscape: bool = False
) -> bytes:
    return word_document(
        title=title,
        author=f.unit.operator.name,
        day=day,
        unit=f.letterhead,
        blocks=[{"t": "head", "unit": f.letterhead}, *blocks],
        landscape=landscape,
    )


@document(
    "notula_reviu",
    evidence="bukti_rapat_reviu",
    ext="docx",
    title="Notula Rapat Reviu Standar Pelayanan dan SOP {unit} {year}",
    file="Notula Reviu SP dan SOP",
    items="06.04 LKE-I.i.c 06.05",
)
def _review(f: Facts) -> Draft:
    day = review_day(f)
    survey = f.surveys[0]
    guests = parties(f)
    blocks: list[Block] = [
        {"t": "center", "lines": ["NOTULA RAPAT"]},
        {
            "t": "fields",
            "rows": [
                ["Acara", "Reviu standar pelayanan dan SOP"],
                ["Hari, tanggal", day_and_date(day)],
                ["Waktu", f"09.00–11.45 {f.unit.zone_label}"],
                ["Tempat", f"Ruang rapat {f.name}"],
                ["Pimpinan rapat", f.unit.head.name],
                ["Notulis", f.unit.operator.name],
                [
                    "Peserta",
                    f"{len(f.unit.staff)} orang dari unit"
                    + (
                        f"; {', '.join(guests)}"
                        if guests
                        else "; tanpa undangan dari luar"
                    ),
                ],
            ],
        },
        {"t": "h1", "s": "A. Pembukaan"},
        {
            "t": "p",
            "s": f"{f.unit.head.name} membuka rapat dan menyampaikan bahwa standar"
            f" pelayanan"
            " adalah janji kepada masyarakat, sehingga harus dapat dipenuhi setiap"
            " hari.",
        },
        {"t": "h1", "s": "B. Paparan"},
        {
            "t": "ol",
            "items": [
                f"Hasil SKM {survey.label}: IKM {decimal(survey.index)}, unsur terendah"
                f" {ELEMENTS[survey.lowest[0]][1]}"
                f" ({number(survey.means[survey.lowest[0]], 3)}).",
                f"Pengaduan: {f.complaints[0].summary.lower()}; penyebab:"
                f" {f.complaints[0].cause.lower()}.",
                f"Waktu layanan menurut {f.unit.app}: sebagian besar selesai sebelum"
                f" batas,"
                " tetapi pemeriksaan berkas masih menumpuk pada hari Senin.",
            ],
        },
        {"t": "h1", "s": "C. Pembahasan"},
        {
            "t": "table",
            "head": ["No.", "Masukan", "Dari", "Tanggapan"],
            "widths": ["auto", 3.2, 2, 3.2],
            "align": ["c", "l", "l", "l"],
            "rows": _inputs(f, guests),
        },
        {"t": "h1", "s": "D. Kesimpulan"},
        {
            "t": "ol",
            "items": [
                f"**{service}**: {before.lower()} menjadi {after.lower()} (dasar:"
                f" {source})."
                for service, before, after, source in changes(f)
            ],
        },
        {
            "t": "p",
            "s": "Perubahan standar pelayanan ditetapkan paling lambat sepuluh hari"
            " kerja"
            f" sejak rapat ini, yaitu {day_and_date(add_working_days(day, 10))}.",
        },
        {"t": "sign", **f.sign(day, f.unit.operator, title="Notulis", stamped=False)},
        {
            "t": "sign",
            **f.sign(
                day, title="Mengetahui, pimpinan rapat", stamped=False, place=False
            ),
        },
    ]
    return Draft(_word(f, "Notula reviu standar pelayanan dan SOP", day, blocks), day)


def _inputs(f: Facts, guests: list[str]) -> list[list[str]]:
    people = [*guests, f.section_head.position, f.complaint_officer.position]
    remarks = (
        (
            "Persyaratan ditulis dengan bahasa sederhana dan contoh",
            "Disetujui, contoh dipasang di loket",
        ),
        (
            "Waktu penyelesaian dihitung sejak berkas lengkap",
            "Disetujui, dicantumkan dalam standar",
        ),
        ("Biaya diumumkan di pintu masuk", "Disetujui"),
        (
            "Ada jalur khusus bagi penyandang disabilitas",
            "Disetujui, loket prioritas ditambah",
        ),
        ("Hasil dikirim secara elektronik", f"Disetujui bertahap melalui {f.unit.app}"),
        ("Petugas pengganti ketika istirahat", "Disetujui, jadwal bergilir"),
        ("Jawaban pengaduan diberi batas waktu", "Disetujui, lima hari kerja"),
    )
    return [
        [str(index), remark, who[0].upper() + who[1:], answer]
        for index, (who, (remark, answer)) in enumerate(
            zip(people, remarks, strict=False), start=1
        )
    ]


@document(
    "notula_evaluasi",
    ext="docx",
    title="Notula Rapat Evaluasi Penanganan Pengaduan {unit} {year}",
    file="Notula Evaluasi Pengaduan",
    items="06.17 LKE-II.ii.a",
)
def _evaluation(f: Facts) -> Draft:
    day = f.date("rapat_evaluasi", 10, 10)
    late = [c for c in f.complaints if not c.on_time]
    blocks: list[Block] = [
        {"t": "center", "lines": ["NOTULA RAPAT EVALUASI PENANGANAN PENGADUAN"]},
        {
            "t": "fields",
            "rows": [
                ["Hari, tanggal", day_and_date(day)],
                ["Waktu", f"13.30–15.00 {f.unit.zone_label}"],
                ["Pimpinan rapat", f.unit.head.name],
                ["Peserta", "Tim pengelola pengaduan dan para kepala bagian"],
            ],
        },
        {"t": "h1", "s": "A. Keadaan"},
        {
            "t": "p",
            "s": f"Sampai akhir September diterima {len(f.complaints)} pengaduan dan"
            f" permintaan informasi; {sum(c.on_time for c in f.complaints)} dijawab"
            f" tepat"
            f" waktu dan {len(late)} terlambat atau masih diproses.",
        },
        {"t": "h1", "s": "B. Pembahasan"},
        {
            "t": "table",
            "head": ["Register", "Isi", "Penyebab", "Keputusan"],
            "widths": [1.1, 3, 2.6, 3],
            "align": ["c", "l", "l", "l"],
            "rows": [
                [c.number, c.summary, c.cause, c.improvement]
                for c in [*late, *f.complaints][:5]
            ],
        },
        {"t": "h1", "s": "C. Keputusan"},
        {
            "t": "ol",
            "items": [
                "Rekapitulasi pengaduan dilaporkan setiap bulan dan dibahas setiap"
                " triwulan.",
                "Setiap saluran mempunyai petugas pengganti.",
                "Perbaikan yang lahir dari pengaduan diumumkan di ruang layanan.",
            ],
        },
        {
            "t": "sign",
            **f.sign(day, f.complaint_officer, title="Notulis", stamped=False),
        },
    ]
    return Draft(_word(f, "Notula evaluasi pengaduan", day, blocks), day)


@document(
    "dokumen_sebelum_sesudah",
    ext="docx",
    title="Perbandingan Standar Pelayanan dan SOP Sebelum dan Sesudah Reviu {year}",
    file="Matriks Sebelum Sesudah",
    items="06.04 LKE-I.i.c",
)
def _comparison(f: Facts) -> Draft:
    day = add_working_days(review_day(f), 10)
    rows = [
        [str(index), service, before, after, f"{source}", "Ditetapkan"]
        for index, (service, before, after, source) in enumerate(changes(f), start=1)
    ]
    lowest = ELEMENTS[f.surveys[0].lowest[0]]
    blocks: list[Block] = [
        {
            "t": "center",
            "lines": [
                "MATRIKS PERBANDINGAN SEBELUM DAN SESUDAH REVIU",
                f"{f.name.upper()} TAHUN {f.year}",
            ],
        },
        {
            "t": "table",
            "head": [
                "No.",
                "Layanan",
                "Ketentuan lama",
                "Ketentuan baru",
                "Dasar",
                "Keadaan",
            ],
            "widths": ["auto", 2.4, 3, 3, 1.6, 1.2],
            "align": ["c", "l", "l", "l", "l", "c"],
            "rows": rows,
        },
        {
            "t": "p",
            "s": f"Unsur SKM yang dituju: **{lowest[1]}**. Tindakan:"
            f" {ACTIONS[lowest[0]].lower()}.",
        },
        {"t": "sign", **f.sign(day, f.section_head, stamped=False)},
    ]
    return Draft(
        _word(f, "Matriks sebelum dan sesudah reviu", day, blocks, landscape=True), day
    )


def _procedure_blocks(f: Facts, content: dict[str, Any], draft: bool) -> list[Block]:
    actors = content["actors"]
    head = f"Kepala {f.name}"
    identity = [
        ["Nomor SOP", "(diisi setelah ditetapkan)" if draft else content["number"]],
        ["Tanggal pembuatan", content["created"]],
        ["Tanggal revisi", content["revised"]],
        ["Tanggal efektif", "–" if draft else content["effective"]],
        [
            "Disahkan oleh",
            "(belum disahkan)"
            if draft
            else f"{head}\nttd\n**{f.unit.head.name}**\nNIP {f.unit.head.nip}",
        ],
        ["Nama SOP", f"**{content['name']}**"],
    ]

    def numbered(items: list[str]) -> str:
        return "\n".join(f"{i}. {item}" for i, item in enumerate(items, start=1))

    return [
        {
            "t": "center",
            "lines": ["RANCANGAN", content["name"].upper()]
            if draft
            else [content["name"].upper()],
        },
        {"t": "table", "head": ["Identitas", ""], "widths": [1, 3], "rows": identity},
        {
            "t": "table",
            "head": ["Dasar hukum", "Kualifikasi pelaksana"],
            "widths": [1, 1],
            "rows": [
                [numbered(content["laws"]), numbered(content["competence"])],
                ["**Keterkaitan**", "**Peralatan/perlengkapan**"],
                [numbered(content["links"]), numbered(content["equipment"])],
                ["**Peringatan**", "**Pencatatan dan pendataan**"],
                [content["warning"], numbered(content["records"])],
            ],
        },
        {"t": "break"},
        {
            "t": "table",
            "head": [
                "No.",
                "Aktivitas",
                *actors,
                "Kelengkapan",
                "Waktu",
                "Output",
                "Ket.",
            ],
            "widths": ["auto", 3, *([1.5] * len(actors)), 1.7, 1.2, 1.6, 1.5],
            "align": ["c", "l", *(["c"] * len(actors)), "l", "c", "l", "l"],
            "rows": [
                [
                    str(i),
                    step["activity"],
                    *(
                        ("◆" if step["choice"] else "●")
                        if actor == step["actor"]
                        else ""
                        for actor in range(len(actors))
                    ),
                    step["needs"],
                    step["time"],
                    step["output"],
                    step["note"],
                ]
                for i, step in enumerate(content["steps"], start=1)
            ],
        },
    ]


@document(
    "sop_layanan_docx",
    evidence="sop_layanan",
    ext="docx",
    title="SOP {service} (naskah Word) – {unit}",
    file="SOP {service} final",
    items="06.03",
)
def _procedure(f: Facts) -> Draft:
    content = service_procedure(f, f.unit.services[0])
    blocks = _procedure_blocks(f, content, draft=False)
    day: dt.date = content["date"]
    return Draft(_word(f, content["name"], day, blocks, landscape=True), day)


@document(
    "rancangan_sop",
    ext="docx",
    title="Rancangan Perubahan SOP {unit} {year}",
    file="Rancangan SOP (draf)",
    items="06.05",
)
def _draft_procedure(f: Facts) -> Draft:
    content = service_procedure(f, f.service("usulan"))
    content["steps"][1]["time"] = "10 menit"
    content["steps"][1]["activity"] += " melalui daftar periksa elektronik"
    day = f.date("usulan", 5, 7)
    return Draft(
        _word(
            f,
            f"Rancangan {content['name']}",
            day,
            _procedure_blocks(f, content, draft=True),
            landscape=True,
        ),
        day,
    )
