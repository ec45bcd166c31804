"""Screen captures of invented pages, in an invented look."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .base import Draft, document
from .decrees import promise
from .facts import Facts
from .survey import ELEMENTS
from .survey_tables import report_day
from .typeset import pages_png
from .wording import add_working_days, number, short_date

Part = dict[str, Any]


def capture(
    f: Facts,
    *,
    topic: str,
    path: str,
    heading: str,
    parts: list[Part],
    months: tuple[int, int] = (2, 9),
    day: dt.date | None = None,
    lead: str = "",
    site: dict[str, str] | None = None,
    nav: tuple[str, ...] = ("Beranda", "Layanan", "Publikasi", "Pengaduan", "Kontak"),
    palette: int | None = None,
) -> Draft:
    """Return a capture of a page.

    Args:
        months: Between which the capture is made, unless `day` is given.
        path: Address below the unit's own site, or a whole host and path.
        site: Name of another site's owner; the unit's when None.
    """
    day = day or f.date(f"capture:{topic}", *months)
    rng = f.rng(f"clock:{topic}")
    host = f.unit.web.removeprefix("https://")
    address = f"{host}{path}" if path.startswith("/") else path
    unit = {**f.letterhead, "name": f.name}
    data = f.paper(
        heading,
        day,
        unit={**unit, **(site or {})},
        tab=heading,
        address=f"https://{address}",
        nav=list(nav),
        crumbs=f"Beranda  ›  {nav[1]}  ›  {heading}",
        heading=heading,
        lead=lead,
        parts=parts,
        palette=f.palette if palette is None else palette,
        clock=f"{rng.randint(8, 16):02d}.{rng.randint(0, 59):02d}",
        today=short_date(day),
    )
    [png] = pages_png("web", data, 72)
    return Draft(png, day, url=f"https://{address}")


@document(
    "tangkapan_publikasi_standar",
    ext="png",
    title="Tangkapan Layar Publikasi Standar dan Maklumat {unit}",
    file="Publikasi Standar Pelayanan",
    items="06.02 LKE-I.i.d 06.07",
)
def _standard(f: Facts) -> Draft:
    signed = f.date("sk_standar", 1, 2)
    return capture(
        f,
        topic="standar",
        path="/standar-pelayanan",
        heading="Standar dan Maklumat Pelayanan",
        lead="Standar pelayanan ditetapkan bagi seluruh jenis layanan dan dapat"
        " diunduh.",
        months=(3, 9),
        parts=[
            {"t": "quote", "s": f"**Maklumat.** {promise(f)[0]} {promise(f)[2]}"},
            {
                "t": "files",
                "items": [
                    {
                        "name": f"Standar Pelayanan {service.name}",
                        "meta": f"Ditetapkan {short_date(signed)} · 14 komponen"
                        f" · {240 + 31 * index} kB",
                    }
                    for index, service in enumerate(f.unit.services)
                ],
            },
        ],
    )


@document(
    "tangkapan_info_daring",
    ext="png",
    title="Tangkapan Layar Informasi Layanan pada Laman {unit}",
    file="Laman Informasi Layanan",
    items="06.07 LKE-I.i.d",
)
def _information(f: Facts) -> Draft:
    return capture(
        f,
        topic="info",
        path="/layanan",
        heading="Jenis Layanan",
        lead=f"{f.unit.address} · Senin–Kamis 08.00–15.30, Jumat 08.00–16.00"
        f" {f.unit.zone_label} · WhatsApp {f.unit.whatsapp}",
        months=(3, 9),
        parts=[
            {
                "t": "cards",
                "height": 150,
                "items": [
                    {
                        "title": service.name,
                        "text": f"Waktu {service.time}. Biaya: {service.cost}.",
                        "pill": "Lihat persyaratan",
                    }
                    for service in f.unit.services
                ],
            },
            {
                "t": "cards",
                "per": 4,
                "height": 96,
                "items": [
                    {"title": "Ajukan daring", "text": f"melalui {f.unit.app}"},
                    {"title": "Pantau permohonan", "text": "dengan nomor pantau"},
                    {"title": "Survei kepuasan", "text": "sembilan pertanyaan"},
                    {"title": "Pengaduan", "text": "dijawab dalam lima hari kerja"},
                ],
            },
        ],
    )


@document(
    "tangkapan_kanal_daring",
    ext="png",
    title="Tangkapan Layar Percakapan Pengaduan WhatsApp {unit}",
    file="Screenshot WA Pengaduan",
    items="06.18 06.13 LKE-II.ii.a",
)
def _chat(f: Facts) -> Draft:
    workdays = [c for c in f.complaints if c.received.weekday() < 5]
    complaint = f.rng("chat").choice(workdays)
    day = complaint.received
    rng = f.rng("chat:clock")
    hour = rng.randint(8, 14)

    def clock(minutes: int) -> str:
        return f"{hour + minutes // 60:02d}.{minutes % 60:02d}"

    start = rng.randint(2, 30)
    messages = [
        (False, "Selamat pagi, mau tanya/mengadu. " + complaint.summary + ".", start),
        (
            True,
            f"Selamat pagi, Bapak/Ibu. Terima kasih sudah menghubungi {f.name}. Laporan"
            f" kami catat dengan nomor {complaint.number}.",
            start + 6,
        ),
        (True, "Kami periksa dan kabari paling lambat lima hari kerja.", start + 7),
        (False, "Baik, terima kasih. Nama saya jangan disebut ya.", start + 11),
        (True, "Tentu, identitas pelapor kami jaga.", start + 12),
        (
            True,
            f"Kabar: {complaint.follow_up[0].lower()}{complaint.follow_up[1:]}. Apakah"
            " masih ada yang bisa kami bantu?",
            start + 95,
        ),
        (False, "Sudah beres. Terima kasih.", start + 101),
    ]
    data = f.paper(
        "Percakapan",
        day,
        phone=True,
        width=720,
        height=1280,
        clock=clock(start + 104),
        today=short_date(day),
        messages=[
            {"mine": mine, "text": text, "time": clock(minutes)}
            for mine, text, minutes in messages
        ],
        **{"chat-name": f"Pengaduan {f.unit.code}", "chat-line": f.unit.whatsapp},
    )
    [png] = pages_png("web", data, 72)
    return Draft(png, day)


@document(
    "tangkapan_publikasi_skm",
    ext="png",
    title="Tangkapan Layar Publikasi Hasil SKM {unit} {year}",
    file="Publikasi SKM di Laman",
    items="06.20",
)
def _survey(f: Facts) -> Draft:
    survey = f.surveys[3]
    letter, word = survey.grade
    low = set(survey.lowest)
    return capture(
        f,
        topic="skm",
        path="/publikasi/skm",
        heading=f"Hasil SKM {survey.label}",
        lead=f"IKM {str(survey.index).replace('.', ',')} · mutu {letter} ({word}) ·"
        f" {survey.valid} responden",
        day=add_working_days(report_day(survey), 1),
        parts=[
            {
                "t": "cards",
                "per": 4,
                "height": 92,
                "items": [
                    {
                        "title": entry.short_label,
                        "big": str(entry.index).replace(".", ","),
                        "text": "",
                    }
                    for entry in f.surveys
                ],
            },
            {
                "t": "bars",
                "max": 4,
                "items": [
                    {
                        "label": short,
                        "value": float(survey.means[index]),
                        "text": number(survey.means[index], 3),
                        "low": index in low,
                    }
                    for index, (_key, _name, short) in enumerate(ELEMENTS)
                ],
            },
            {
                "t": "files",
                "items": [
                    {"name": f"Laporan SKM {survey.label}", "meta": "PDF · 7 halaman"}
                ],
            },
        ],
    )


@document(
    "tautan_web_layanan",
    evidence="tautan_web",
    ext="png",
    title="Laman Layanan {unit}",
    file="Tangkapan Laman Layanan",
    items="06.07 06.20 LKE-I.i.d",
)
def _link(f: Facts) -> Draft:
    day = f.date("capture:beranda", 2, 9)
    return capture(
        f,
        topic="beranda",
        path="/",
        heading=f"Selamat datang di {f.name}",
        lead=f"Diperbarui {short_date(day - dt.timedelta(days=2))}. Melayani dengan"
        f" andal,"
        " jujur, dan tepat waktu.",
        months=(2, 9),
        parts=[
            {
                "t": "cards",
                "per": 2,
                "height": 150,
                "items": [
                    {
                        "title": "Indeks Kepuasan Masyarakat",
                        "big": str(f.surveys[1].index).replace(".", ","),
                        "text": f.surveys[1].label,
                    },
                    {
                        "title": f"Inovasi: {f.innovation['name']}",
                        "text": f.innovation["idea"],
                    },
                ],
            },
            {"t": "quote", "s": promise(f)[0]},
            {
                "t": "cards",
                "per": 3,
                "height": 90,
                "items": [
                    {"title": s.name, "text": s.time} for s in f.unit.services[:3]
                ],
            },
        ],
    )
