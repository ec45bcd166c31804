"""What follows a survey: questionnaire, analysis, plan, proof of carrying out."""

from __future__ import annotations

from typing import Any

from .base import Draft, document
from .facts import Facts
from .pictures import before_after
from .survey import AGES, EDUCATION, ELEMENTS, OCCUPATIONS
from .survey_tables import ACTIONS, decimal, plan_table, report_day
from .typeset import keep_picture, pdf
from .wording import add_working_days, long_date, number

Block = dict[str, Any]

# Question and the four answers, worst to best, in the order of ELEMENTS.
_QUESTIONS = (
    (
        "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan"
        " jenis pelayanannya?",
        ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ),
    (
        "Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?",
        ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    ),
    (
        "Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan"
        " pelayanan?",
        ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    ),
    (
        "Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?",
        ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    ),
    (
        "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang"
        " tercantum dalam standar pelayanan dengan hasil yang diberikan?",
        ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ),
    (
        "Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam"
        " pelayanan?",
        ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    ),
    (
        "Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait"
        " kesopanan dan keramahan?",
        (
            "Tidak sopan dan ramah",
            "Kurang sopan dan ramah",
            "Sopan dan ramah",
            "Sangat sopan dan ramah",
        ),
    ),
    (
        "Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?",
        (
            "Tidak ada",
            "Ada tetapi tidak berfungsi",
            "Berfungsi kurang maksimal",
            "Dikelola dengan baik",
        ),
    ),
    (
        "Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?",
        ("Buruk", "Cukup", "Baik", "Sangat baik"),
    ),
)


@document(
    "kuesioner_skm",
    title="Kuesioner SKM {unit} {year}",
    file="Kuesioner SKM {year}",
    items="06.19",
)
def _questionnaire(f: Facts) -> Draft:
    day = f.date("kuesioner", 1, 1)
    box = "☐"
    rows = [
        [
            f"U{index}",
            question,
            *(
                f"{box} {value}. {answer}"
                for value, answer in enumerate(answers, start=1)
            ),
        ]
        for index, (question, answers) in enumerate(_QUESTIONS, start=1)
    ]
    blocks: list[Block] = [
        {
            "t": "center",
            "lines": ["KUESIONER SURVEI KEPUASAN MASYARAKAT (SKM)", f.name.upper()],
        },
        {
            "t": "fields",
            "width": 3.2,
            "rows": [
                [
                    "Tanggal / jam",
                    f"............ / {box} 08.00–12.00  {box} 13.00–17.00",
                ],
                ["Jenis kelamin", f"{box} Laki-laki  {box} Perempuan"],
                ["Usia", "  ".join(f"{box} {label}" for label in AGES)],
                ["Pendidikan", "  ".join(f"{box} {label}" for label in EDUCATION)],
                ["Pekerjaan", "  ".join(f"{box} {label}" for label in OCCUPATIONS)],
                ["Layanan", "  ".join(f"{box} {s.name}" for s in f.unit.services)],
            ],
        },
        {
            "t": "p",
            "s": "__Nama tidak perlu ditulis. Beri tanda pada satu jawaban yang"
            " paling sesuai"
            " dengan pengalaman Saudara hari ini.__",
        },
        {
            "t": "table",
            "head": ["No.", "Pertanyaan", "1", "2", "3", "4"],
            "widths": ["auto", 4.2, 1.5, 1.7, 1.7, 1.7],
            "align": ["c", "l", "l", "l", "l", "l"],
            "size": 8.6,
            "rows": rows,
        },
        {"t": "p", "s": "Saran: " + "." * 150},
        {
            "t": "p",
            "s": "__Data dipakai hanya untuk memperbaiki layanan, disimpan tanpa"
            " nama, dan"
            f" dihapus setelah dua tahun. Narahubung: {f.unit.email}__",
        },
    ]
    content = pdf(
        "paper", f.paper("Kuesioner SKM", day, blocks=blocks, size=10, sans=True), day
    )
    return Draft(content, day)


@document(
    "analisis_unsur_terendah",
    title="Analisis Unsur Terendah SKM Triwulan III {year} {unit}",
    file="Analisis Unsur Terendah SKM",
    items="06.21",
)
def _analysis(f: Facts) -> Draft:
    survey = f.surveys[3]
    day = add_working_days(report_day(survey), 2)
    causes = [complaint for complaint in f.complaints if complaint.cause][:3]
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "center",
            "lines": [
                "ANALISIS UNSUR DENGAN NILAI TERENDAH",
                f"SKM {survey.label.upper()}",
            ],
        },
        {
            "t": "p",
            "s": f"IKM {survey.label} adalah {decimal(survey.index)}. Tiga unsur"
            f" berikut"
            " bernilai paling rendah dan dibandingkan dengan tiga survei sebelumnya.",
        },
        {
            "t": "table",
            "head": ["Unsur", *(entry.short_label for entry in f.surveys), "Perubahan"],
            "widths": [3, 1, 1, 1, 1, 1.1],
            "align": ["l", "r", "r", "r", "r", "r"],
            "rows": [
                [
                    ELEMENTS[element][1],
                    *(number(entry.means[element], 3) for entry in f.surveys),
                    number(survey.means[element] - f.surveys[2].means[element], 3),
                ]
                for element in survey.lowest
            ],
        },
        {"t": "h2", "s": "Penyebab yang ditemukan"},
        {
            "t": "table",
            "head": ["Sumber", "Temuan", "Penyebab"],
            "widths": [1.6, 4, 4],
            "rows": [[f"Pengaduan {c.number}", c.summary, c.cause] for c in causes],
        },
        {"t": "h2", "s": "Kesimpulan"},
        {
            "t": "ol",
            "items": [
                f"{ELEMENTS[element][1]}: {ACTIONS[ELEMENTS[element][0]].lower()}."
                for element in survey.lowest
            ],
        },
        {"t": "sign", **f.sign(day, f.section_head, stamped=False)},
    ]
    content = pdf("paper", f.paper("Analisis unsur terendah", day, blocks=blocks), day)
    return Draft(content, day, covers=(survey.first_day, survey.last_day))


@document(
    "rencana_tindak_lanjut",
    title="Rencana Tindak Lanjut Hasil SKM Triwulan III {year} {unit}",
    file="RTL SKM TW III {year}",
    items="06.21 LKE-II.i.a",
)
def _plan(f: Facts) -> Draft:
    survey = f.surveys[3]
    day = add_working_days(report_day(survey), 4)
    blocks: list[Block] = [
        {
            "t": "center",
            "lines": [
                "RENCANA TINDAK LANJUT HASIL SURVEI KEPUASAN MASYARAKAT",
                f"{survey.label.upper()} – {f.name.upper()}",
            ],
        },
        {"t": "table", **plan_table(f, survey)},
        {
            "t": "p",
            "s": f"Disepakati dalam rapat tindak lanjut pada {long_date(day)}. Kemajuan"
            " dilaporkan setiap bulan kepada kepala unit.",
        },
        {
            "t": "signs",
            "items": [
                f.sign(day, f.section_head, stamped=False, place=False),
                f.sign(day),
            ],
        },
    ]
    content = pdf("paper", f.paper("RTL SKM", day, blocks=blocks, landscape=True), day)
    return Draft(content, day, covers=(survey.first_day, survey.last_day))


@document(
    "bukti_realisasi",
    title="Bukti Pelaksanaan Tindak Lanjut SKM Triwulan II {year} {unit}",
    file="Realisasi RTL SKM TW II",
    items="06.21 LKE-II.i.a",
)
def _proof(f: Facts) -> Draft:
    survey = f.surveys[2]
    day = f.date("realisasi", 9, 9)
    before, after = before_after(f)
    statuses = ("Selesai", "Selesai", "Selesai" if f.level > 0.6 else "Belum selesai")
    blocks: list[Block] = [
        {"t": "head", "unit": f.letterhead},
        {
            "t": "center",
            "lines": [
                "LAPORAN PELAKSANAAN TINDAK LANJUT",
                f"SKM {survey.label.upper()}",
            ],
        },
        {
            "t": "table",
            "head": ["No.", "Unsur", "Kegiatan", "Dilaksanakan", "Keadaan"],
            "widths": ["auto", 2.4, 4, 1.8, 1.5],
            "align": ["c", "l", "l", "c", "c"],
            "rows": [
                [
                    str(place),
                    ELEMENTS[element][1],
                    ACTIONS[ELEMENTS[element][0]],
                    long_date(f.date(f"realisasi:{element}", 7, 8)),
                    status,
                ]
                for place, (element, status) in enumerate(
                    zip(survey.lowest, statuses, strict=True), start=1
                )
            ],
        },
        {"t": "h2", "s": "Dokumentasi"},
        {
            "t": "photos",
            "files": [
                {
                    "path": keep_picture(before, ".jpg"),
                    "caption": "Sebelum: ruang tunggu, Mei",
                },
                {
                    "path": keep_picture(after, ".jpg"),
                    "caption": "Sesudah: kursi ditambah, Agustus",
                },
            ],
        },
        {"t": "sign", **f.sign(day)},
    ]
    content = pdf("paper", f.paper("Realisasi RTL SKM", day, blocks=blocks), day)
    return Draft(content, day, covers=(survey.last_day, day))
