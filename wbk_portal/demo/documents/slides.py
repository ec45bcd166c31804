"""Slide decks: the innovation's proposal and the training material."""

from __future__ import annotations

from .base import Draft, document
from .facts import Facts
from .pptx import Slide, presentation
from .survey import ELEMENTS
from .survey_tables import decimal
from .wording import long_date, number


@document(
    "paparan_inovasi",
    evidence="profil_inovasi",
    ext="pptx",
    title="Paparan Inovasi {innovation} – {unit}",
    file="Paparan Inovasi {innovation}",
    items="06.10 LKE-II.i.a",
)
def _innovation(f: Facts) -> Draft:
    day = f.date("paparan_inovasi", 3, 9)
    idea = f.innovation
    first, last = f.surveys[0], f.surveys[3]
    slides = [
        Slide("title", idea["name"], [idea["long"], f"{f.name} · {long_date(day)}"]),
        Slide(
            "points",
            "Masalah yang dirasakan masyarakat",
            [
                idea["problem"],
                f"Unsur SKM terendah: {ELEMENTS[first.lowest[0]][1]}"
                f" ({number(first.means[first.lowest[0]], 2)}).",
                f"Pengaduan terkait: {f.complaints[0].summary}.",
            ],
        ),
        Slide(
            "points",
            "Gagasan dan cara kerja",
            [
                idea["idea"],
                "Dijalankan oleh petugas yang ada, tanpa aplikasi baru yang terpisah.",
                f"Terhubung dengan {f.unit.app} dan nomor WhatsApp {f.unit.whatsapp}.",
            ],
        ),
        Slide(
            "figures",
            idea["before"][0],
            [
                "Waktu penyelesaian turun dari"
                f" {idea['days'][0]} menjadi {idea['days'][1]} hari kerja."
            ],
            [[idea["before"][1], "sebelum"], [idea["after"][1], "sesudah"]],
        ),
        Slide(
            "table",
            "Dampak terhadap kepuasan masyarakat",
            ["Angka lengkap terdapat pada laporan SKM."],
            [
                ["Unsur", first.short_label, last.short_label],
                *(
                    [
                        ELEMENTS[i][2],
                        number(first.means[i], 2),
                        number(last.means[i], 2),
                    ]
                    for i in last.order[-4:]
                ),
                ["IKM", decimal(first.index), decimal(last.index)],
            ],
        ),
        Slide(
            "points",
            "Keberlanjutan dan replikasi",
            [
                "Ditetapkan dengan keputusan kepala unit.",
                "Panduan dan naskah petugas terbuka bagi unit lain.",
                "Dampak dihitung setiap triwulan dan diumumkan.",
            ],
        ),
    ]
    content = presentation(
        title=f"Inovasi {idea['name']}",
        author=f.unit.operator.name,
        owner=f.name,
        day=day,
        slides=slides,
    )
    return Draft(content, day)


@document(
    "materi_pelatihan",
    evidence="bukti_pelatihan",
    ext="pptx",
    title="Materi Pelatihan Pelayanan Prima {unit}",
    file="Materi Pelayanan Prima",
    items="06.06",
)
def _training(f: Facts) -> Draft:
    title, hours, provider, day = f.trainings[0]
    slides = [
        Slide(
            "title",
            title,
            [f"{provider} · {hours} jam pelajaran", f"{f.name}, {long_date(day)}"],
        ),
        Slide(
            "points",
            "Lima janji petugas",
            [
                "Menyapa lebih dahulu, berdiri bila tamu lanjut usia atau penyandang"
                " disabilitas.",
                "Menjelaskan persyaratan, waktu, dan biaya sebelum diminta.",
                "Tidak menyuruh orang kembali tanpa catatan tertulis apa yang kurang.",
                "Menolak pemberian dalam bentuk apa pun.",
                "Mengucapkan terima kasih dan mengajak mengisi survei.",
            ],
        ),
        Slide(
            "table",
            "Kata yang dipakai dan yang dihindari",
            ["Latihan berpasangan: 15 menit."],
            [
                ["Hindari", "Pakai", "Mengapa"],
                [
                    "Syaratnya kurang",
                    "Tinggal satu berkas lagi, ini daftarnya",
                    "Memberi jalan keluar",
                ],
                [
                    "Bukan bagian saya",
                    "Mari saya antar ke petugasnya",
                    "Tidak melempar",
                ],
                ["Tunggu saja", "Perkiraan kami 20 menit", "Memberi kepastian"],
            ],
        ),
        Slide(
            "figures",
            "Mengapa ini penting",
            ["Sumber: SKM unit."],
            [
                [decimal(f.surveys[0].index), f"IKM {f.surveys[0].short_label}"],
                [number(f.surveys[0].means[6], 2), "nilai unsur perilaku pelaksana"],
            ],
        ),
    ]
    content = presentation(
        title=title, author=provider, owner=f.name, day=day, slides=slides
    )
    return Draft(content, day)
