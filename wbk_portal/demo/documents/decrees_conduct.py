"""Decrees on complaints, on reward and sanction, and on compensation."""

from __future__ import annotations

import datetime as dt

from .base import Draft, document
from .decrees import LAW_COMPLAINTS, LAW_SERVICE, LAW_ZONE, decree
from .facts import Facts


@document(
    "sk_tim_pengaduan",
    title="SK Tim Pengelola Pengaduan {unit} {year}",
    file="SK Tim Pengaduan {year}",
    items="06.15 06.13 LKE-II.ii.a",
)
def _complaint_team(f: Facts) -> Draft:
    day = f.date("sk_pengaduan", 1, 3)
    members = [
        (f.unit.head, "Penanggung jawab"),
        (f.section_head, "Ketua"),
        (f.complaint_officer, "Pengelola pengaduan dan konsultasi"),
        (f.staff_with("Petugas Loket"), "Petugas penerima di loket"),
        (f.unit.operator, "Pengelola SP4N-LAPOR!"),
    ]
    content = decree(
        f,
        topic="pengaduan",
        subject=f"Unit Pengelola Pengaduan dan Konsultasi pada {f.name}",
        day=day,
        considering=[
            "bahwa setiap pengaduan masyarakat wajib dikelola secara cepat, tepat,"
            " tuntas, dan dapat dipertanggungjawabkan",
            "bahwa untuk itu perlu dibentuk unit pengelola pengaduan dan konsultasi"
            " yang terhubung dengan SP4N-LAPOR!",
        ],
        laws=[LAW_SERVICE, LAW_COMPLAINTS],
        decided=[
            f"Membentuk Unit Pengelola Pengaduan dan Konsultasi pada {f.name} dengan"
            " susunan keanggotaan sebagaimana tercantum dalam Lampiran.",
            "Unit sebagaimana dimaksud pada diktum KESATU bertugas menerima, mencatat,"
            " memverifikasi, menyalurkan, menjawab, dan mengevaluasi pengaduan dan"
            " konsultasi dari semua saluran.",
            "Pengaduan dijawab pertama kali paling lambat 5 (lima) hari kerja dan"
            " diselesaikan paling lambat 14 (empat belas) hari kerja.",
            "Identitas pelapor dirahasiakan.",
        ],
        annexes=[
            (
                "Susunan keanggotaan\nUnit pengelola pengaduan dan konsultasi",
                [
                    {
                        "t": "table",
                        "head": ["No.", "Nama / NIP", "Jabatan", "Kedudukan"],
                        "widths": ["auto", 3.2, 3.2, 2.6],
                        "align": ["c", "l", "l", "l"],
                        "rows": [
                            [
                                str(index),
                                f"{person.name}\nNIP {person.nip}",
                                person.position,
                                duty,
                            ]
                            for index, (person, duty) in enumerate(members, start=1)
                        ],
                    }
                ],
            )
        ],
    )
    return Draft(content, day, covers=(day, dt.date(f.year, 12, 31)))


@document(
    "kebijakan_reward_sanksi",
    title="SK Penghargaan dan Sanksi bagi Petugas Layanan {unit} {year}",
    file="SK Reward dan Punishment {year}",
    items="06.08",
)
def _reward(f: Facts) -> Draft:
    day = f.date("sk_reward", 1, 3)
    weights = f.rng("reward").choice(((30, 40, 30), (25, 40, 35), (30, 30, 40)))
    content = decree(
        f,
        topic="penghargaan",
        subject=f"Pemberian Penghargaan dan Sanksi bagi Petugas Pelayanan {f.name}",
        day=day,
        considering=[
            "bahwa untuk membangun budaya pelayanan prima perlu diberikan penghargaan"
            " kepada petugas yang berprestasi dan sanksi kepada petugas yang lalai",
            "bahwa penilaian petugas perlu memperhatikan disiplin, kinerja, dan"
            " penilaian pengguna layanan",
        ],
        laws=[
            LAW_SERVICE,
            "Peraturan Pemerintah Nomor 94 Tahun 2021 tentang Disiplin Pegawai Negeri"
            " Sipil",
            LAW_ZONE,
        ],
        decided=[
            "Menetapkan tata cara pemberian penghargaan dan sanksi bagi petugas"
            " pelayanan"
            " sebagaimana tercantum dalam Lampiran.",
            "Penilaian dilakukan setiap triwulan oleh tim yang dipimpin"
            f" {f.unit.actor('kasi')} dan diumumkan di lingkungan unit.",
            "Penghargaan berupa piagam, pengumuman di ruang layanan, dan prioritas"
            " mengikuti pelatihan.",
            "Sanksi berupa teguran lisan, teguran tertulis, atau pembebasan dari tugas"
            " garis depan sesuai dengan ketentuan disiplin pegawai.",
        ],
        annexes=[
            (
                "Unsur dan bobot penilaian petugas pelayanan",
                [
                    {
                        "t": "table",
                        "head": ["No.", "Unsur", "Ukuran", "Sumber data", "Bobot"],
                        "widths": ["auto", 2, 4, 3, 1],
                        "align": ["c", "l", "l", "l", "c"],
                        "rows": [
                            [
                                "1",
                                "Disiplin",
                                "Kehadiran, ketepatan membuka loket, seragam",
                                "Presensi dan catatan harian",
                                f"{weights[0]}%",
                            ],
                            [
                                "2",
                                "Kinerja",
                                "Permohonan selesai tepat waktu, kesalahan berkas",
                                f"Aplikasi {f.unit.app}",
                                f"{weights[1]}%",
                            ],
                            [
                                "3",
                                "Penilaian pengguna",
                                "Nilai kompetensi dan perilaku pada SKM, pengaduan",
                                "SKM dan register pengaduan",
                                f"{weights[2]}%",
                            ],
                        ],
                    },
                    {
                        "t": "table",
                        "head": ["Nilai akhir", "Perlakuan"],
                        "widths": [1, 4],
                        "rows": [
                            ["91–100", "Calon petugas terbaik triwulan"],
                            ["76–90", "Pertahankan"],
                            ["61–75", "Pembinaan oleh atasan langsung"],
                            ["≤ 60", "Teguran dan pelatihan ulang"],
                        ],
                    },
                ],
            )
        ],
    )
    return Draft(content, day, covers=(day, dt.date(f.year, 12, 31)))


@document(
    "kebijakan_kompensasi",
    title="SK Kompensasi bagi Penerima Layanan {unit} {year}",
    file="SK Kompensasi Layanan {year}",
    items="06.09",
)
def _compensation(f: Facts) -> Draft:
    day = f.date("sk_kompensasi", 1, 4)
    forms = (
        "Dokumen diantar ke alamat pemohon tanpa biaya",
        "Dilayani pada loket prioritas pada kunjungan berikutnya",
        "Permintaan maaf tertulis dan cendera mata pelayanan",
        "Pemeriksaan ulang tanpa biaya",
    )
    # Weaker units promise compensation for some services only.
    covered = f.unit.services[: max(1, round(f.level * len(f.unit.services)))]
    content = decree(
        f,
        topic="kompensasi",
        subject=f"Pemberian Kompensasi kepada Penerima Layanan pada {f.name}",
        day=day,
        considering=[
            "bahwa penerima layanan berhak memperoleh kompensasi apabila layanan tidak"
            " sesuai dengan standar pelayanan",
            "bahwa bentuk kompensasi perlu ditetapkan untuk setiap jenis layanan",
        ],
        laws=[LAW_SERVICE, LAW_ZONE],
        decided=[
            "Menetapkan bentuk kompensasi bagi penerima layanan sebagaimana tercantum"
            " dalam Lampiran.",
            "Kompensasi diberikan tanpa diminta, paling lambat 3 (tiga) hari kerja"
            " sejak"
            " keterlambatan diketahui, dan dicatat dalam buku kompensasi.",
            "Hak atas kompensasi diumumkan di ruang layanan dan pada laman unit.",
        ],
        annexes=[
            (
                "Bentuk kompensasi menurut jenis layanan",
                [
                    {
                        "t": "table",
                        "head": ["No.", "Jenis layanan", "Batas waktu", "Kompensasi"],
                        "widths": ["auto", 3, 2.2, 3.4],
                        "align": ["c", "l", "l", "l"],
                        "rows": [
                            [
                                str(index),
                                service.name,
                                service.time,
                                forms[index % len(forms)],
                            ]
                            for index, service in enumerate(covered, start=1)
                        ],
                    }
                ],
            )
        ],
    )
    return Draft(content, day, covers=(day, dt.date(f.year, 12, 31)))
