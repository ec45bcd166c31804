"""Training certificate and award."""

from __future__ import annotations

from .base import Draft, document
from .facts import Facts
from .posters import qr_svg
from .typeset import pdf
from .wording import long_date

SUBJECTS = (
    "Konsep pelayanan prima dan zona integritas",
    "Komunikasi efektif dan sapaan",
    "Melayani kelompok rentan",
    "Menangani keluhan dengan tenang",
    "Praktik di loket dan umpan balik",
)


@document(
    "sertifikat_pelatihan",
    evidence="bukti_pelatihan",
    title="Sertifikat Pelatihan Pelayanan Prima – {city}",
    file="Sertifikat Pelayanan Prima",
    items="06.06",
)
def _certificate(f: Facts) -> Draft:
    title, hours, provider, day = f.trainings[0]
    person = f.rng("sertifikat").choice(f.counter_staff)
    number = f.number("SERT", title, day)
    share = hours // len(SUBJECTS)
    data = f.paper(
        f"Sertifikat {person.name}",
        day,
        award=False,
        heading="SERTIFIKAT",
        number=number,
        given="diberikan kepada",
        who=person.name,
        **{"who-line": f"{person.position} · {f.name}"},
        text=f"atas keikutsertaannya dalam **{title}** selama {hours} jam pelajaran"
        f" yang"
        f" diselenggarakan oleh {provider} pada {long_date(day)} dan dinyatakan"
        f" **LULUS**.",
        sign=f.sign(day),
        qr=qr_svg(f"{f.unit.web}/sertifikat/{number.replace('/', '-')}"),
        back={
            "head": ["No.", "Materi", "Jam pelajaran"],
            "widths": ["auto", 6, 1.4],
            "align": ["c", "l", "c"],
            "size": 11,
            "rows": [
                [
                    str(index),
                    subject,
                    str(share if index > 1 else hours - share * (len(SUBJECTS) - 1)),
                ]
                for index, subject in enumerate(SUBJECTS, start=1)
            ],
        },
    )
    return Draft(pdf("certificate", data, day), day)


@document(
    "bukti_penghargaan",
    title="Piagam Petugas Pelayanan Terbaik {unit} {year}",
    file="Piagam Petugas Terbaik",
    items="06.08",
)
def _award(f: Facts) -> Draft:
    day = f.date("piagam", 4, 8)
    best = f.rng("petugas-terbaik").choice(f.counter_staff)
    data = f.paper(
        f"Piagam {best.name}",
        day,
        award=True,
        heading="PIAGAM",
        number=f.number("PG", "piagam", day),
        given=f"Kepala {f.name} memberikan penghargaan kepada",
        who=best.name,
        **{"who-line": f"NIP {best.nip} · {best.position}"},
        text=f"sebagai **Petugas Pelayanan Terbaik Triwulan"
        f" {'I' if day.month < 7 else 'II'}"
        f" Tahun {f.inside}** atas disiplin, kinerja, dan penilaian pengguna layanan."
        " Semoga menjadi teladan bagi seluruh petugas.",
        sign=f.sign(day),
        qr=qr_svg(f"{f.unit.web}/piagam"),
        back=None,
    )
    return Draft(pdf("certificate", data, day), day)
