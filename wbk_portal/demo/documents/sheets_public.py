"""Spreadsheets on complaints, survey answers and compensation."""

from __future__ import annotations

import datetime as dt

from .base import Draft, document
from .facts import Facts
from .survey import ELEMENTS
from .wording import MONTHS, add_working_days, half_up
from .workbook import Cell, Sheet, signed_notes, workbook


@document(
    "register_pengaduan",
    ext="xlsx",
    title="Register Pengaduan {unit} {year}",
    file="Register Pengaduan {year}",
    items="06.16 LKE-II.ii.a 06.17",
)
def _register(f: Facts) -> Draft:
    day = f.date("register", 10, 10)
    rows: list[list[Cell]] = [
        [
            c.number,
            c.received,
            c.channel,
            "Dirahasiakan",
            c.kind,
            c.service,
            c.summary,
            c.section,
            add_working_days(c.received, 1),
            c.due,
            c.follow_up if c.answered else "Dalam proses",
            c.answered,
            c.days,
            "Tepat waktu" if c.on_time else ("Terlambat" if c.answered else "Diproses"),
        ]
        for c in f.complaints
    ]
    register = Sheet(
        name="Register",
        title=[
            f"REGISTER PENGADUAN DAN KONSULTASI {f.name.upper()}",
            f"JANUARI–SEPTEMBER {f.year}",
        ],
        head=[
            "Nomor",
            "Diterima",
            "Saluran",
            "Pelapor",
            "Jenis",
            "Layanan",
            "Isi singkat",
            "Disposisi",
            "Tanggal disposisi",
            "Batas waktu",
            "Tindak lanjut",
            "Dijawab",
            "Hari kerja",
            "Keadaan",
        ],
        widths=[10, 12, 16, 13, 18, 28, 44, 14, 13, 12, 44, 12, 8, 13],
        rows=rows,
        notes=["Identitas pelapor disimpan terpisah dan tidak disertakan."],
    )
    months = [c.received.month for c in f.complaints]
    recap = Sheet(
        name="Rekap",
        title=["REKAPITULASI MENURUT BULAN"],
        head=["Bulan", "Masuk", "Selesai"],
        widths=[14, 10, 10],
        rows=[
            [
                MONTHS[month - 1],
                months.count(month),
                sum(
                    1 for c in f.complaints if c.received.month == month and c.answered
                ),
            ]
            for month in range(1, 10)
        ],
        formulas=[
            (9, 1, "=SUM(B{first}:B{last})", float(len(f.complaints))),
            (
                9,
                2,
                "=SUM(C{first}:C{last})",
                float(sum(1 for c in f.complaints if c.answered)),
            ),
        ],
    )
    content = workbook(f, day, [register, recap], title="Register pengaduan")
    return Draft(
        content, day, covers=(dt.date(f.inside, 1, 1), dt.date(f.inside, 9, 30))
    )


@document(
    "daftar_kanal_pengaduan",
    ext="xlsx",
    title="Daftar Kanal Pengaduan dan Konsultasi {unit}",
    file="Daftar Kanal Pengaduan",
    items="06.13 06.18 LKE-II.ii.a",
)
def _channels(f: Facts) -> Draft:
    day = f.date("kanal", 1, 4)
    unit = f.unit
    officer = f.complaint_officer.name
    own: list[list[Cell]] = [
        ["Loket pengaduan", unit.address, "Luring", officer, "Jam layanan", "Unit"],
        [
            "Kotak pengaduan",
            "Pintu masuk ruang layanan",
            "Luring",
            officer,
            "Dibuka setiap hari",
            "Unit",
        ],
        ["WhatsApp", unit.whatsapp, "Daring", officer, "1 hari kerja", "Unit"],
        ["Surel", unit.email, "Daring", unit.operator.name, "1 hari kerja", "Unit"],
        [
            "Laman",
            f"{unit.web}/pengaduan",
            "Daring",
            unit.operator.name,
            "1 hari kerja",
            "Unit",
        ],
        [
            "SP4N-LAPOR!",
            f"lapor.example/instansi/{unit.code.lower()}",
            "Daring",
            unit.operator.name,
            "3 hari kerja",
            "Nasional",
        ],
    ]
    keep = own if f.level > 0.5 else own[:4]
    sheet = Sheet(
        title=[f"KANAL PENGADUAN DAN KONSULTASI {f.name.upper()}"],
        head=[
            "No.",
            "Kanal",
            "Alamat",
            "Jenis",
            "Petugas",
            "Tanggapan pertama",
            "Pemilik",
        ],
        widths=[5, 18, 48, 10, 26, 20, 12],
        rows=[[index, *row] for index, row in enumerate(keep, start=1)],
        notes=signed_notes(f, day),
    )
    return Draft(workbook(f, day, [sheet], title="Kanal pengaduan"), day)


@document(
    "data_responden",
    ext="xlsx",
    title="Data Olahan Responden SKM Triwulan III {year} {unit}",
    file="Data Olahan SKM TW III {year}",
    items="06.19",
)
def _respondents(f: Facts) -> Draft:
    survey = f.surveys[3]
    day = f.date("olahan", 10, 10)
    rows: list[list[Cell]] = [
        [index, p.sex, p.age, p.education, p.occupation, p.service, *p.answers]
        for index, p in enumerate(survey.respondents, start=1)
    ]
    total = len(rows)
    formulas: list[tuple[int, int, str, float]] = []
    for element in range(len(ELEMENTS)):
        column = 6 + element
        letter = "ABCDEFGHIJKLMNO"[column]
        span = f"{letter}{{first}}:{letter}{{last}}"
        mean = float(half_up(survey.means[element], 3))
        formulas += [
            (total, column, f"=SUM({span})", float(survey.sums[element])),
            (total + 1, column, f"=ROUND(AVERAGE({span}),3)", mean),
        ]
    formulas.append(
        (
            total + 2,
            6,
            "=ROUND(SUM(G{first}:O{last})/COUNT(G{first}:G{last})/9*25,2)",
            float(survey.index),
        )
    )
    sheet = Sheet(
        name="Olahan",
        title=[f"PENGOLAHAN SKM {survey.label.upper()}", f.name.upper()],
        head=[
            "No.",
            "Jenis kelamin",
            "Usia",
            "Pendidikan",
            "Pekerjaan",
            "Layanan",
            *(f"U{i}" for i in range(1, 10)),
        ],
        widths=[6, 13, 14, 14, 15, 34, *([6] * 9)],
        rows=rows,
        formulas=formulas,
        notes=["Tiga baris di bawah data: jumlah, NRR, dan IKM (kolom G)."],
    )
    content = workbook(f, day, [sheet], title="Data olahan SKM")
    return Draft(content, day, covers=(survey.first_day, survey.last_day))


@document(
    "catatan_kompensasi",
    ext="xlsx",
    title="Buku Catatan Kompensasi {unit} {year}",
    file="Catatan Kompensasi {year}",
    items="06.09",
)
def _compensation(f: Facts) -> Draft:
    day = f.date("kompensasi", 10, 10)
    late = [c for c in f.complaints if c.answered and not c.on_time]
    rows: list[list[Cell]] = [
        [
            index,
            c.answered,
            c.service,
            c.number,
            "Dokumen diantar ke alamat",
            "Sudah diterima",
        ]
        for index, c in enumerate(late, start=1)
    ]
    sheet = Sheet(
        title=[
            f"CATATAN PEMBERIAN KOMPENSASI – {f.name.upper()}",
            f"JANUARI–SEPTEMBER {f.year}",
        ],
        head=[
            "No.",
            "Tanggal",
            "Layanan",
            "Register",
            "Bentuk kompensasi",
            "Keterangan",
        ],
        widths=[5, 14, 40, 14, 34, 20],
        rows=rows
        or [[1, None, "NIHIL", "", "Tidak ada layanan yang melewati batas waktu", ""]],
        notes=signed_notes(f, day),
    )
    return Draft(workbook(f, day, [sheet], title="Catatan kompensasi"), day)
