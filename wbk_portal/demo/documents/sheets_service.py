"""Spreadsheets on services and staff."""

from __future__ import annotations

from .base import Draft, document
from .facts import Facts
from .letters import review_day
from .reports import parties
from .wording import MONTHS, ROMAN, long_date
from .workbook import Cell, Sheet, signed_notes, workbook


@document(
    "daftar_jenis_layanan",
    ext="xlsx",
    title="Daftar Jenis Layanan {unit} {year}",
    file="Daftar Jenis Layanan {year}",
    items="06.01 06.11 06.03",
)
def _services(f: Facts) -> Draft:
    day = f.date("daftar_layanan", 1, 2)
    sheet = Sheet(
        title=[f"DAFTAR JENIS LAYANAN {f.name.upper()}", f"TAHUN {f.year}"],
        head=[
            "No.",
            "Kode",
            "Jenis layanan",
            "Waktu",
            "Biaya",
            "Produk",
            "Ber-SP",
            "Di loket terpadu",
        ],
        widths=[5, 8, 38, 26, 40, 38, 9, 12],
        rows=[
            [
                index,
                s.code,
                s.name,
                s.time,
                s.cost,
                s.product,
                "Ya",
                "Ya" if s in f.eased or f.level > 0.5 else "Belum",
            ]
            for index, s in enumerate(f.unit.services, start=1)
        ],
        notes=signed_notes(f, day),
    )
    return Draft(workbook(f, day, [sheet], title="Daftar jenis layanan"), day)


@document(
    "matriks_sop_layanan",
    ext="xlsx",
    title="Matriks Kesesuaian SOP dengan Jenis Layanan {unit}",
    file="Matriks SOP Layanan",
    items="06.03",
)
def _matrix(f: Facts) -> Draft:
    day = f.date("matriks", 2, 4)
    covered = max(1, round(min(1.0, f.level + 0.15) * len(f.unit.services)))
    rows: list[list[Cell]] = []
    for index, service in enumerate(f.unit.services, start=1):
        made = f.date(f"sop:{service.code}", 2, 3)
        has = index <= covered
        rows.append(
            [
                index,
                service.name,
                f"SOP {service.name}" if has else "Belum ada",
                f.number("SOP", service.code, made) if has else "",
                made if has else None,
                service.time,
                "Sesuai" if has else "Dalam penyusunan",
            ]
        )
    sheet = Sheet(
        title=[f"MATRIKS KESESUAIAN SOP – {f.name.upper()}"],
        head=[
            "No.",
            "Jenis layanan",
            "SOP",
            "Nomor",
            "Tanggal efektif",
            "Waktu menurut SP",
            "Keterangan",
        ],
        widths=[5, 36, 40, 32, 14, 28, 18],
        rows=rows,
        notes=signed_notes(f, day),
    )
    return Draft(workbook(f, day, [sheet], title="Matriks SOP"), day)


@document(
    "daftar_layanan_dipermudah",
    ext="xlsx",
    title="Daftar Layanan Terdata dan Dipermudah {unit} {year}",
    file="Layanan Dipermudah {year}",
    items="LKE-II.i.b 06.10",
)
def _eased(f: Facts) -> Draft:
    day = f.date("dipermudah", 8, 10)
    ways = (
        "Waktu lebih cepat",
        "Pelayanan terpadu",
        "Alur lebih singkat",
        "Terintegrasi dengan aplikasi",
    )
    services = f.unit.services
    rows: list[list[Cell]] = [
        [
            index,
            s.name,
            "Ya" if s in f.eased else "Belum",
            ways[index % 4] if s in f.eased else "",
            f"{s.days + 3} hari kerja",
            s.time if s in f.eased else f"{s.days + 3} hari kerja",
        ]
        for index, s in enumerate(services, start=1)
    ]
    total = len(services)
    sheet = Sheet(
        title=[
            f"LAYANAN TERDATA DAN YANG TELAH DIPERMUDAH – {f.name.upper()}",
            f"TAHUN {f.year}",
        ],
        head=["No.", "Jenis layanan", "Dipermudah", "Kemudahan", "Sebelum", "Sesudah"],
        widths=[5, 40, 12, 28, 24, 34],
        rows=rows,
        formulas=[
            (total, 1, "=COUNTA(B{first}:B{last})", float(total)),
            (total, 2, '=COUNTIF(C{first}:C{last},"Ya")', float(len(f.eased))),
            (
                total,
                3,
                '=COUNTIF(C{first}:C{last},"Ya")/COUNTA(B{first}:B{last})',
                len(f.eased) / total,
            ),
        ],
        notes=[
            f"Layanan terdata: {total}. Layanan yang telah dipermudah: {len(f.eased)}.",
            *signed_notes(f, day),
        ],
    )
    return Draft(workbook(f, day, [sheet], title="Layanan dipermudah"), day)


@document(
    "hasil_penilaian_petugas",
    ext="xlsx",
    title="Hasil Penilaian Petugas Layanan {unit} {year}",
    file="Penilaian Petugas Layanan {year}",
    items="06.08",
)
def _staff(f: Facts) -> Draft:
    day = f.date("nilai_petugas", 4, 9)
    rng = f.rng("nilai_petugas")
    sheets = []
    for quarter in range(2 if f.level > 0.5 else 1):
        rows: list[list[Cell]] = []
        formulas = []
        for index, person in enumerate(f.counter_staff):
            marks = [rng.randint(72, 98) for _ in range(3)]
            score = round(marks[0] * 0.3 + marks[1] * 0.4 + marks[2] * 0.3, 1)
            rows.append([index + 1, person.name, person.position, *marks, None])
            formulas.append(
                (
                    index,
                    6,
                    f"=ROUND(D{4 + index}*0.3+E{4 + index}*0.4+F{4 + index}*0.3,1)",
                    score,
                )
            )
        sheets.append(
            Sheet(
                name=f"TW {ROMAN[quarter]}",
                title=[
                    f"PENILAIAN PETUGAS LAYANAN TRIWULAN {ROMAN[quarter]} {f.inside}"
                ],
                head=[
                    "No.",
                    "Nama",
                    "Jabatan",
                    "Disiplin",
                    "Kinerja",
                    "Penilaian pengguna",
                    "Nilai akhir",
                ],
                widths=[5, 30, 34, 10, 10, 12, 11],
                rows=rows,
                formulas=formulas,
                notes=signed_notes(f, day),
            )
        )
    return Draft(workbook(f, day, sheets, title="Penilaian petugas"), day)


@document(
    "jadwal_pelatihan",
    ext="xlsx",
    title="Jadwal Pelatihan Petugas Layanan {unit} {year}",
    file="Jadwal Pelatihan {year}",
    items="06.06",
)
def _schedule(f: Facts) -> Draft:
    day = f.date("jadwal", 1, 1)
    rows: list[list[Cell]] = [
        [
            index,
            title,
            provider,
            hours,
            *("■" if on.month == month else "" for month in range(1, 13)),
        ]
        for index, (title, hours, provider, on) in enumerate(f.trainings, start=1)
    ]
    sheet = Sheet(
        title=[f"JADWAL PELATIHAN PETUGAS LAYANAN {f.name.upper()}", f"TAHUN {f.year}"],
        head=["No.", "Pelatihan", "Penyelenggara", "Jam", *(m[:3] for m in MONTHS)],
        widths=[5, 46, 34, 6, *([5] * 12)],
        rows=rows,
        notes=signed_notes(f, day),
    )
    return Draft(workbook(f, day, [sheet], title="Jadwal pelatihan"), day)


@document(
    "daftar_hadir",
    evidence="bukti_rapat_reviu",
    ext="xlsx",
    title="Daftar Hadir Rapat Reviu {unit} {year}",
    file="Daftar Hadir Rapat Reviu",
    items="06.04 LKE-I.i.c",
)
def _attendance(f: Facts) -> Draft:
    day = review_day(f)
    people = [(person.name, person.position) for person in f.unit.staff[:9]]
    people += [
        (f"Wakil {party.removeprefix('wakil ')}", "Undangan") for party in parties(f)
    ]
    sheet = Sheet(
        title=[
            "DAFTAR HADIR RAPAT REVIU STANDAR PELAYANAN DAN SOP",
            f"{f.name.upper()}, {long_date(day).upper()}",
        ],
        head=["No.", "Nama", "Jabatan/instansi", "Tanda tangan"],
        widths=[5, 36, 44, 22],
        rows=[
            [index, name, post, "hadir"]
            for index, (name, post) in enumerate(people, start=1)
        ],
    )
    return Draft(workbook(f, day, [sheet], title="Daftar hadir"), day)
