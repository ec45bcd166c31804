"""The invented photographs: counter, meeting, poster on a wall, complaint box."""

from __future__ import annotations

import datetime as dt
import functools
import io
import random
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from . import scenes
from .camera import develop, jpeg, paste_in_perspective, raster
from .emblem import emblem
from .facts import Facts
from .typeset import pages_png

SIZE = (1280, 960)
_SMALL = (720, 540)


def _emblem_at(x: float, y: float, size: float) -> str:
    inner = emblem().split(">", 1)[1].removesuffix("</svg>")
    return (
        f'<g transform="translate({x:.0f} {y:.0f}) scale({size / 200:.3f})">{inner}</g>'
    )


def counter_scene(f: Facts, rng: random.Random, *, crowded: bool = True) -> str:
    """Return the drawing of the service counter."""
    accent = ("#0b5d4b", "#7a2e1d", "#1d3f72")[f.palette]
    parts = scenes.room(rng, accent=accent)
    parts.append(
        f'<rect x="420" y="215" width="760" height="150" rx="6" fill="{accent}"/>'
        + _emblem_at(445, 232, 115)
        + scenes.label(860, 285, f.unit.agency_name.upper(), 27, weight=600)
        + scenes.label(870, 335, f.name.upper(), min(33, 860 / len(f.name)))
    )
    count = min(4, max(2, len(f.unit.services)))
    span = 980 / count
    for index in range(count):
        x = 310 + span * (index + 0.5)
        service = f.unit.services[index % len(f.unit.services)].name
        parts.append(scenes.person(rng, x, 560, 78, uniform=True))
        parts.append(
            f'<path d="M{x - 60:.0f} 372 V395 M{x + 60:.0f} 372 V395" stroke="#555"'
            f' stroke-width="3"/><rect x="{x - 96:.0f}" y="393" width="192" height="62"'
            f' rx="5" fill="#fdfaf2"/><rect x="{x - 96:.0f}" y="393" width="192"'
            f' height="30" rx="5" fill="{accent}"/>'
        )
        parts.append(scenes.label(x, 416, f"LOKET {index + 1}", 21))
        parts.append(scenes.label(x, 444, _short(service), 13, fill="#222", weight=600))
    parts.append(
        '<rect x="270" y="655" width="1060" height="225" fill="url(#wood)"/>'
        '<rect x="252" y="634" width="1096" height="30" rx="6" fill="#efe6d6"/>'
        '<rect x="252" y="656" width="1096" height="10" fill="#000" opacity=".2"/>'
        '<ellipse cx="800" cy="893" rx="640" ry="40" fill="url(#pool)"/>'
    )
    for index in range(count):
        x = 310 + span * (index + 0.5)
        parts.append(
            f'<rect x="{x + 44:.0f}" y="560" width="104" height="70" rx="5"'
            f' fill="#23282b"/><rect x="{x + 88:.0f}" y="628" width="16" height="12"'
            f' fill="#3a4145"/><circle cx="{x - 70:.0f}" cy="770" r="32" fill="#fff"'
            ' opacity=".9"/>'
        )
        parts.append(scenes.label(x - 70, 783, str(index + 1), 36, fill=accent))
        if index:
            edge = 310 + span * index
            parts.append(
                f'<rect x="{edge - 5:.0f}" y="500" width="10" height="150"'
                ' fill="#cfe3e2" opacity=".75"/>'
            )
    parts.append(scenes.plant(rng, 205, 960, 130))
    parts.append(scenes.plant(rng, 1420, 950, 120))
    seats = rng.choice(("#33587a", "#4b6b57", "#8a3f33", "#5a5f66"))
    for row, (y, size, gap) in enumerate(((905, 104, 168), (1030, 142, 232))):
        for place in range(-4, 5):
            x = 800 + place * gap + (row * 40)
            if not -60 < x < 1660:
                continue
            taken = rng.random() < (0.55 if crowded else 0.15)
            if taken:
                parts.append(
                    scenes.person(rng, x, y - size * 0.16, size * 0.78, behind=True)
                )
            parts.append(scenes.chair(x, y, size, seats))
    parts.append(scenes.light())
    return scenes.document_svg(parts)


def _short(text: str) -> str:
    words = text.split()
    while len(" ".join(words)) > 23 or words[-1] in {"dan", "atas", "bagi"}:
        words.pop()
    return " ".join(words)


def meeting_scene(f: Facts, rng: random.Random, title: str) -> str:
    """Return the drawing of a meeting: a screen, a table, people around it."""
    accent = ("#0b5d4b", "#7a2e1d", "#1d3f72")[f.palette]
    parts = scenes.room(rng, back=(300, 150, 1300, 700), accent=accent)
    parts.append(
        '<rect x="560" y="185" width="480" height="285" fill="#2a2e30"/>'
        f'<rect x="572" y="197" width="456" height="261" fill="#fbfaf6"/>'
        f'<rect x="572" y="197" width="456" height="58" fill="{accent}"/>'
    )
    parts.append(scenes.label(800, 236, _short(title)[:26], 25))
    for line in range(4):
        parts.append(
            f'<rect x="610" y="{285 + line * 38}" width="{rng.randint(210, 370)}"'
            ' height="14" rx="4" fill="#9aa5a0"/>'
        )
    parts.append(
        '<ellipse cx="800" cy="330" rx="420" ry="240" fill="url(#glow)" opacity=".28"/>'
    )
    for side in (-1, 1):
        for place in range(4):
            scale = 1 + place * 0.32
            x = 800.0 + side * (250 + place * 112)
            y = 590.0 + place * 62
            parts.append(
                scenes.person(rng, x, y, 74 * scale, uniform=rng.random() < 0.5)
            )
    parts.append(
        '<polygon points="600,690 1000,690 1330,1200 270,1200" fill="url(#wood)"/>'
        '<polygon points="600,690 1000,690 1010,706 590,706" fill="#fff"'
        ' opacity=".25"/>'
    )
    for _ in range(13):
        y = rng.uniform(730, 1090)
        spread = 170 + (y - 700) * 0.52
        x = 800 + rng.choice((-1, 1)) * rng.uniform(0.35, 0.95) * spread
        w = 50 + (y - 700) * 0.13
        parts.append(
            f'<polygon points="{x:.0f},{y:.0f} {x + w:.0f},{y:.0f}'
            f" {x + w * 1.15:.0f},{y + w * 0.6:.0f}"
            f' {x - w * 0.1:.0f},{y + w * 0.6:.0f}"'
            f' fill="{rng.choice(("#fdfdfb", "#f1ede2", "#e8eef2"))}"/>'
        )
        if rng.random() < 0.6:
            parts.append(
                f'<rect x="{x + w * 1.3:.0f}" y="{y - w * 0.3:.0f}"'
                f' width="{w * 0.22:.0f}" height="{w * 0.62:.0f}" rx="4"'
                ' fill="#bfe0ea" opacity=".85"/>'
            )
    for x, size in ((330, 190), (1290, 200)):
        parts.append(scenes.person(rng, x, 985, size, behind=True))
    parts.append(scenes.light())
    return scenes.document_svg(parts)


def box_scene(f: Facts, rng: random.Random) -> str:
    """Return the drawing of a complaint box and desk."""
    accent = ("#0b5d4b", "#7a2e1d", "#1d3f72")[f.palette]
    parts = scenes.room(rng, back=(240, 110, 1360, 720), accent=accent)
    parts.append(
        f'<rect x="420" y="190" width="430" height="250" rx="8" fill="{accent}"/>'
        '<rect x="436" y="206" width="398" height="218" rx="5" fill="#fdfbf4"/>'
    )
    lines = (
        ("PENGADUAN & KONSULTASI", 27),
        (f"WhatsApp {f.unit.whatsapp}", 21),
        (f.unit.email, 19),
        ("SP4N-LAPOR!", 23),
    )
    for index, (text, size) in enumerate(lines):
        parts.append(
            scenes.label(
                635, 258 + index * 46, text, size, fill=accent if not index else "#222"
            )
        )
    parts.append(scenes.person(rng, 1080, 560, 120, uniform=True, woman=True))
    parts.append(
        '<rect x="780" y="720" width="640" height="330" fill="url(#wood)"/>'
        '<rect x="760" y="690" width="680" height="36" rx="6" fill="#efe6d6"/>'
        f'<rect x="960" y="800" width="280" height="90" rx="8" fill="{accent}"/>'
    )
    parts.append(scenes.label(1100, 855, "MEJA PENGADUAN", 27))
    parts.append(
        '<rect x="1230" y="590" width="140" height="98" rx="6" fill="#23282b"/>'
        '<polygon points="330,640 560,640 610,690 290,690" fill="#8b5d3b"/>'
        '<rect x="300" y="690" width="300" height="360" fill="#6f472b"/>'
        '<ellipse cx="450" cy="1055" rx="260" ry="40" fill="url(#pool)"/>'
        '<polygon points="350,470 540,470 570,500 330,500" fill="#eaf6f8"'
        ' opacity=".9"/>'
        '<rect x="330" y="500" width="240" height="165" fill="#d8ecef" opacity=".85"/>'
        '<rect x="395" y="480" width="110" height="9" rx="4" fill="#2c3638"/>'
        f'<rect x="352" y="540" width="196" height="66" rx="5" fill="{accent}"/>'
    )
    parts.append(scenes.label(450, 568, "KOTAK", 22))
    parts.append(scenes.label(450, 594, "PENGADUAN", 24))
    for _ in range(4):
        x, y = rng.uniform(345, 500), rng.uniform(615, 645)
        parts.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="52" height="16" fill="#fff"'
            f' transform="rotate({rng.uniform(-18, 18):.0f} {x:.0f} {y:.0f})"/>'
        )
    parts.append(scenes.plant(rng, 690, 1040, 110))
    parts.append(scenes.light())
    return scenes.document_svg(parts)


def taken_at(f: Facts, day: dt.date) -> dt.datetime:
    """Return the minute at which a photograph was taken on a day."""
    rng = f.rng(f"minute:{day}")
    return dt.datetime(  # noqa: DTZ001 - EXIF has no zone
        day.year, day.month, day.day, rng.randint(8, 15), rng.randint(0, 59), 12
    )


def shoot(
    f: Facts, topic: str, svg: str, day: dt.date, size: tuple[int, int] = SIZE
) -> bytes:
    """Return a drawing as a photograph."""
    rng = f.rng(f"camera:{topic}")
    picture = develop(raster(svg, *size), rng)
    return jpeg(picture, taken=taken_at(f, day), seed=rng.randint(0, 9))


def poster_on_wall(f: Facts, topic: str, poster: dict[str, Any], day: dt.date) -> bytes:
    """Return a photograph of a poster that hangs on a wall in a frame.

    Args:
        poster: Data for the template ``poster``.
    """
    rng = f.rng(f"wall:{topic}")
    [png] = pages_png("poster", poster, 96)
    flat = Image.open(io.BytesIO(png), formats=["PNG"]).convert("RGB")
    scene = _wall(rng, f.palette).copy()
    width, height = scene.size
    high = height * rng.uniform(0.72, 0.8)
    wide = high * flat.width / flat.height
    x = width * rng.uniform(0.24, 0.34)
    y = height * rng.uniform(0.05, 0.09)
    slant = rng.uniform(-0.05, 0.05)
    corners = (
        (x, y + high * max(slant, 0)),
        (x + wide, y - high * min(slant, 0) + high * max(-slant, 0)),
        (x + wide, y + high - high * max(-slant, 0)),
        (x, y + high - high * max(slant, 0)),
    )
    _frame(scene, corners)
    paste_in_perspective(scene, flat, corners)
    _glare(scene, corners, rng)
    picture = develop(scene, rng, tilt=False)
    return jpeg(picture, taken=taken_at(f, day), seed=rng.randint(0, 9))


@functools.lru_cache(maxsize=12)
def _wall_of(choice: int, palette: int) -> Image.Image:
    rng = random.Random(f"wall:{choice}:{palette}")  # noqa: S311 - a drawing
    accent = ("#0b5d4b", "#7a2e1d", "#1d3f72")[palette]
    tone = ("#e7dfcf", "#dce4e2", "#e6e2ea", "#ead9c4")[choice % 4]
    parts = [
        f'<rect width="1600" height="1200" fill="{tone}"/>',
        '<rect y="985" width="1600" height="215" fill="#9c8f7d"/>',
        f'<rect y="968" width="1600" height="20" fill="{accent}" opacity=".8"/>',
        scenes.plant(rng, 1330, 1120, 170),
        scenes.chair(160, 800, 230, rng.choice(("#33587a", "#4b6b57", "#5a5f66"))),
        scenes.light(),
    ]
    if choice % 2:
        parts.insert(
            1,
            '<rect x="1180" y="150" width="300" height="470" fill="#cfe6f2"/>'
            '<path d="M1180 385 H1480 M1330 150 V620" stroke="#f7f4ee"'
            ' stroke-width="16"/><rect x="1180" y="150" width="300" height="470"'
            ' fill="none" stroke="#f7f4ee" stroke-width="18"/>',
        )
    return raster(scenes.document_svg(parts), *SIZE)


def _wall(rng: random.Random, palette: int) -> Image.Image:
    return _wall_of(rng.randint(0, 3), palette)


def _frame(scene: Image.Image, corners: tuple[tuple[float, float], ...]) -> None:
    """Draw shadow and frame behind a poster."""
    cx = sum(x for x, _ in corners) / 4
    cy = sum(y for _, y in corners) / 4

    def grown(by: float, dx: float = 0, dy: float = 0) -> list[tuple[float, float]]:
        return [
            (
                x + (by if x > cx else -by) + dx,
                y + (by if y > cy else -by) + dy,
            )
            for x, y in corners
        ]

    shadow = Image.new("L", scene.size, 0)
    ImageDraw.Draw(shadow).polygon(grown(16, 14, 18), fill=120)
    dark = Image.new("RGB", scene.size, (30, 24, 18))
    scene.paste(dark, mask=shadow.filter(ImageFilter.GaussianBlur(12)))
    draw = ImageDraw.Draw(scene)
    draw.polygon(grown(17), fill=(94, 66, 40))
    draw.polygon(grown(11), fill=(132, 96, 60))
    draw.polygon(grown(5), fill=(240, 236, 226))


def _glare(
    scene: Image.Image, corners: tuple[tuple[float, float], ...], rng: random.Random
) -> None:
    """Add the shine of the glass: a slanted bright band."""
    (x0, y0), (x1, _y1), _, (_, y3) = corners
    start = rng.uniform(0.15, 0.6)
    wide = (x1 - x0) * rng.uniform(0.12, 0.24)
    left = x0 + (x1 - x0) * start
    band = Image.new("L", scene.size, 0)
    ImageDraw.Draw(band).polygon(
        [(left, y0), (left + wide, y0), (left + wide - 130, y3), (left - 130, y3)],
        fill=46,
    )
    inside = Image.new("L", scene.size, 0)
    ImageDraw.Draw(inside).polygon(list(corners), fill=255)
    band = band.filter(ImageFilter.GaussianBlur(9))
    white = Image.new("RGB", scene.size, (255, 255, 255))
    scene.paste(
        white, mask=Image.composite(band, Image.new("L", scene.size, 0), inside)
    )


def before_after(f: Facts) -> tuple[bytes, bytes]:
    """Return two small pictures of the hall: crowded, and with more chairs."""
    rng = f.rng("before-after")
    day = f.date("before", 5, 5)
    before = shoot(f, "before", counter_scene(f, rng, crowded=True), day, _SMALL)
    after = shoot(
        f,
        "after",
        counter_scene(f, f.rng("before-after"), crowded=False),
        f.date("after", 8, 8),
        _SMALL,
    )
    return before, after
