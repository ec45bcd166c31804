"""Drawings of offices and people as SVG: what the invented photographs show.

All drawings are 1600 × 1200 units with one vanishing point, in flat colours with
gradients; the camera (`camera.py`) adds light, blur and grain.
"""

from __future__ import annotations

import random
from html import escape

WIDTH, HEIGHT = 1600, 1200
_SKIN = ("#8d5a3b", "#a56b46", "#b97f57", "#c9936b", "#7a4a2f", "#d3a37d")
_HAIR = ("#17120f", "#221a16", "#2d221c", "#3a2d26")
_VEILS = ("#7b2d3b", "#2f4a6d", "#c9b79a", "#3d5b4b", "#8c6f86", "#e3ddd2")
_SHIRTS = ("#7d8c9c", "#a14b3c", "#3f5f86", "#c28b3a", "#5f7a52", "#6b4d7d", "#d9d4c7")
UNIFORM = "#c7b48b"


def document_svg(parts: list[str], *, defs: str = "") -> str:
    """Return a whole drawing."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"<defs>{_DEFS}{defs}</defs>{''.join(parts)}</svg>"
    )


_DEFS = (
    '<linearGradient id="wood" x1="0" y1="0" x2="0" y2="1">'
    '<stop offset="0" stop-color="#a9744a"/><stop offset="1" stop-color="#6f472b"/>'
    "</linearGradient>"
    '<linearGradient id="shade" x1="0" y1="0" x2="0" y2="1">'
    '<stop offset="0" stop-color="#000" stop-opacity="0"/>'
    '<stop offset="1" stop-color="#000" stop-opacity=".38"/></linearGradient>'
    '<radialGradient id="vignette" cx=".5" cy=".46" r=".78">'
    '<stop offset=".55" stop-color="#000" stop-opacity="0"/>'
    '<stop offset="1" stop-color="#0a0502" stop-opacity=".55"/></radialGradient>'
    '<linearGradient id="sun" x1="0" y1="0" x2="1" y2=".6">'
    '<stop offset="0" stop-color="#fff6dd" stop-opacity=".55"/>'
    '<stop offset=".6" stop-color="#fff6dd" stop-opacity="0"/></linearGradient>'
    '<radialGradient id="glow"><stop offset="0" stop-color="#fff" stop-opacity=".95"/>'
    '<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
    '<radialGradient id="pool"><stop offset="0" stop-color="#000" stop-opacity=".4"/>'
    '<stop offset="1" stop-color="#000" stop-opacity="0"/></radialGradient>'
)


def room(
    rng: random.Random,
    *,
    back: tuple[int, int, int, int] = (360, 190, 1240, 760),
    accent: str = "#0b5d4b",
) -> list[str]:
    """Return walls, floor with tiles, ceiling with lamps.

    Args:
        back: Left, top, right, bottom of the back wall.
    """
    left, top, right, bottom = back
    wall = rng.choice(("#e9e2d2", "#dfe6e3", "#ece6dc", "#e3e0ea"))
    side = rng.choice(("#d8cfbc", "#cdd7d3", "#dbd3c6"))
    floor = rng.choice(("#b9b2a6", "#c6bca8", "#a8adad"))
    vanish_x, vanish_y = (left + right) // 2, (top + bottom) // 2 - 30
    parts = [
        f'<rect width="1600" height="1200" fill="{side}"/>',
        f'<polygon points="0,0 1600,0 {right},{top} {left},{top}" fill="#f1eee7"/>',
        f'<polygon points="0,1200 1600,1200 {right},{bottom} {left},{bottom}"'
        f' fill="{floor}"/>',
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"'
        f' fill="{wall}"/>',
        f'<polygon points="1600,0 1600,1200 {right},{bottom} {right},{top}"'
        ' fill="#000" opacity=".07"/>',
    ]
    tiles = []
    for k in range(-9, 10):
        tiles.append(f"M{vanish_x + k * 62} {bottom} L{vanish_x + k * 250} 1200")
    y = float(bottom)
    step = 14.0
    while y < 1200:
        tiles.append(f"M0 {y:.0f} H1600")
        y += step
        step *= 1.32
    parts.append(
        f'<path d="{" ".join(tiles)}" stroke="#000" stroke-opacity=".13"'
        ' stroke-width="2" fill="none"/>'
    )
    # Walls hide what the tiles drew beyond the floor.
    parts += [
        f'<polygon points="0,0 0,1200 {left},{bottom} {left},{top}" fill="{side}"/>',
        f'<polygon points="1600,0 1600,1200 {right},{bottom} {right},{top}"'
        f' fill="{side}"/>',
        f'<polygon points="1600,0 1600,1200 {right},{bottom} {right},{top}"'
        ' fill="#000" opacity=".08"/>',
    ]
    for share in (0.30, 0.62):
        for side_sign in (-1, 1):
            parts.append(_lamp(vanish_x, vanish_y, top, share, side_sign))
    parts.append(
        f'<path d="M{left} {top} H{right} M{left} {bottom} H{right} M{left} {top}'
        f" V{bottom} M{right} {top} V{bottom} M{left} {top} L0 0 M{right} {top} L1600 0"
        f' M{left} {bottom} L0 1200 M{right} {bottom} L1600 1200" stroke="#000"'
        ' stroke-opacity=".16" stroke-width="3" fill="none"/>'
    )
    parts.append(
        f'<rect x="{left}" y="{bottom - 16}" width="{right - left}" height="16"'
        f' fill="{accent}" opacity=".75"/>'
    )
    return parts


def _lamp(vx: int, vy: int, top: int, share: float, sign: int) -> str:
    """Return one ceiling lamp between back wall (0) and viewer (1)."""

    def at(dx: float, depth: float) -> str:
        scale = 1 + depth * 1.6
        return f"{vx + sign * dx * scale:.0f},{vy + (top - vy) * scale:.0f}"

    quad = " ".join(
        (at(120, share), at(250, share), at(250, share + 0.16), at(120, share + 0.16))
    )
    x, y = (float(value) for value in at(185, share + 0.08).split(","))
    return (
        f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="190" ry="60" fill="url(#glow)"'
        f' opacity=".6"/><polygon points="{quad}" fill="#fffdf4"/>'
    )


def person(
    rng: random.Random,
    x: float,
    y: float,
    size: float,
    *,
    uniform: bool = False,
    behind: bool = False,
    woman: bool | None = None,
) -> str:
    """Return head and shoulders; (x, y) is the chin, size the height of the head.

    Args:
        uniform: In the agency's uniform, with a badge.
        behind: Seen from behind.
    """
    is_woman = rng.random() < 0.5 if woman is None else woman
    skin, hair = rng.choice(_SKIN), rng.choice(_HAIR)
    shirt = UNIFORM if uniform else rng.choice(_SHIRTS)
    veil = is_woman and rng.random() < 0.55
    r = size * 0.42
    head_y = y - size * 0.48
    w = size * 1.35
    body = (
        f'<path d="M{x - w:.0f} {y + size * 1.55:.0f} C{x - w:.0f}'
        f" {y + size * 0.45:.0f}"
        f" {x - w * 0.7:.0f} {y + size * 0.26:.0f} {x:.0f} {y + size * 0.2:.0f}"
        f" C{x + w * 0.7:.0f} {y + size * 0.26:.0f} {x + w:.0f} {y + size * 0.45:.0f}"
        f' {x + w:.0f} {y + size * 1.55:.0f} Z" fill="{shirt}"/>'
        f'<path d="M{x + w * 0.25:.0f} {y + size * 1.55:.0f} L{x + w * 0.62:.0f}'
        f" {y + size * 0.5:.0f} C{x + w:.0f} {y + size * 0.6:.0f} {x + w:.0f}"
        f' {y + size:.0f} {x + w:.0f} {y + size * 1.55:.0f} Z" fill="#000"'
        ' opacity=".13"/>'
    )
    neck = (
        f'<rect x="{x - r * 0.42:.0f}" y="{y - size * 0.2:.0f}" width="{r * 0.84:.0f}"'
        f' height="{size * 0.5:.0f}" rx="{r * 0.3:.0f}" fill="{skin}"/>'
    )
    face = (
        f'<ellipse cx="{x:.0f}" cy="{head_y:.0f}" rx="{r * 0.86:.0f}"'
        f' ry="{r * 1.08:.0f}" fill="{skin}"/>'
    )
    if veil:
        tone = rng.choice(_VEILS)
        cover = (
            f'<path d="M{x - r * 1.2:.0f} {y + size * 0.42:.0f} C{x - r * 1.5:.0f}'
            f" {head_y:.0f} {x - r * 1.1:.0f} {head_y - r * 1.5:.0f} {x:.0f}"
            f" {head_y - r * 1.42:.0f} C{x + r * 1.1:.0f} {head_y - r * 1.5:.0f}"
            f" {x + r * 1.5:.0f} {head_y:.0f} {x + r * 1.2:.0f} {y + size * 0.42:.0f}"
            f' Z" fill="{tone}"/>'
        )
        front = (
            ""
            if behind
            else (
                f'<ellipse cx="{x:.0f}" cy="{head_y + r * 0.08:.0f}"'
                f' rx="{r * 0.68:.0f}"'
                f' ry="{r * 0.86:.0f}" fill="{skin}"/>'
            )
        )
        head = cover + front
    elif behind:
        long = r * 0.7 if is_woman else 0.0
        head = neck + (
            f'<path d="M{x - r:.0f} {head_y + r * 0.5 + long:.0f} C{x - r * 1.25:.0f}'
            f" {head_y - r * 1.4:.0f} {x + r * 1.25:.0f} {head_y - r * 1.4:.0f}"
            f" {x + r:.0f} {head_y + r * 0.5 + long:.0f} Q{x:.0f}"
            f" {head_y + r * 1.15 + long:.0f} {x - r:.0f} {head_y + r * 0.5 + long:.0f}"
            f' Z" fill="{hair}"/>'
        )
    else:
        fringe = (
            f'<path d="M{x - r * 0.95:.0f} {head_y:.0f} C{x - r * 1.2:.0f}'
            f" {head_y - r * 1.6:.0f} {x + r * 1.2:.0f} {head_y - r * 1.6:.0f}"
            f" {x + r * 0.95:.0f} {head_y:.0f} C{x + r * 0.7:.0f}"
            f" {head_y - r * 0.7:.0f}"
            f" {x - r * 0.5:.0f} {head_y - r * 0.75:.0f} {x - r * 0.95:.0f}"
            f' {head_y:.0f} Z" fill="{hair}"/>'
        )
        back_hair = ""
        if is_woman:
            back_hair = (
                f'<ellipse cx="{x:.0f}" cy="{head_y + r * 0.25:.0f}"'
                f' rx="{r * 1.12:.0f}"'
                f' ry="{r * 1.3:.0f}" fill="{hair}"/>'
            )
        head = back_hair + neck + face + fringe
    features = "" if behind else _features(x, head_y, r)
    badge = ""
    if uniform and not behind:
        badge = (
            f'<path d="M{x - r * 0.5:.0f} {y + size * 0.3:.0f} L{x:.0f}'
            f' {y + size * 0.9:.0f} L{x + r * 0.5:.0f} {y + size * 0.3:.0f}"'
            f' stroke="#0b5d4b" stroke-width="{size * 0.05:.1f}" fill="none"/>'
            f'<rect x="{x - size * 0.14:.0f}" y="{y + size * 0.86:.0f}"'
            f' width="{size * 0.28:.0f}" height="{size * 0.36:.0f}" rx="3"'
            ' fill="#fff"/>'
        )
    return body + head + features + badge


def _features(x: float, y: float, r: float) -> str:
    """Return eyes, brows and a small smile."""
    return (
        f'<g fill="#1a1210"><circle cx="{x - r * 0.32:.1f}" cy="{y + r * 0.02:.1f}"'
        f' r="{r * 0.075:.1f}"/><circle cx="{x + r * 0.32:.1f}" cy="{y + r * 0.02:.1f}"'
        f' r="{r * 0.075:.1f}"/></g><path d="M{x - r * 0.26:.1f} {y + r * 0.48:.1f}'
        f' Q{x:.1f} {y + r * 0.68:.1f} {x + r * 0.26:.1f} {y + r * 0.48:.1f}"'
        f' stroke="#6b2f22" stroke-width="{max(1.0, r * 0.07):.1f}" fill="none"/>'
    )


def chair(x: float, y: float, size: float, colour: str) -> str:
    """Return the back of a waiting-room chair; (x, y) is the middle of its top."""
    return (
        f'<g><path d="M{x - size * 0.3:.0f} {y + size * 1.5:.0f} V{y + size * 0.9:.0f}'
        f' M{x + size * 0.3:.0f} {y + size * 1.5:.0f} V{y + size * 0.9:.0f}"'
        f' stroke="#555b5e" stroke-width="{size * 0.07:.0f}"/>'
        f'<rect x="{x - size * 0.5:.0f}" y="{y:.0f}" width="{size:.0f}"'
        f' height="{size:.0f}" rx="{size * 0.16:.0f}" fill="{colour}"/>'
        f'<rect x="{x - size * 0.5:.0f}" y="{y:.0f}" width="{size:.0f}"'
        f' height="{size:.0f}" rx="{size * 0.16:.0f}" fill="url(#shade)"/></g>'
    )


def plant(rng: random.Random, x: float, y: float, size: float) -> str:
    """Return a potted plant that stands on y."""
    leaves = []
    for _ in range(11):
        dx, dy = rng.uniform(-0.8, 0.8) * size, rng.uniform(0.7, 1.7) * size
        tone = rng.choice(("#2f6b3c", "#3f8049", "#275a35", "#4c8f52"))
        leaves.append(
            f'<path d="M{x:.0f} {y - size * 0.5:.0f} Q{x + dx * 0.2:.0f}'
            f" {y - dy:.0f} {x + dx:.0f} {y - dy:.0f} Q{x + dx * 0.6:.0f}"
            f' {y - dy * 0.6:.0f} {x:.0f} {y - size * 0.5:.0f} Z" fill="{tone}"/>'
        )
    pot = (
        f'<path d="M{x - size * 0.32:.0f} {y - size * 0.55:.0f} h{size * 0.64:.0f}'
        f' l{-size * 0.1:.0f} {size * 0.55:.0f} h{-size * 0.44:.0f} Z"'
        ' fill="#f4f1ea"/>'
        f'<path d="M{x:.0f} {y - size * 0.55:.0f} h{size * 0.32:.0f}'
        f' l{-size * 0.1:.0f} {size * 0.55:.0f} h{-size * 0.22:.0f} Z" fill="#000"'
        ' opacity=".12"/>'
    )
    return "".join(leaves) + pot


def label(
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    fill: str = "#fff",
    weight: int = 700,
    anchor: str = "middle",
) -> str:
    """Return a line of lettering."""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" font-family="Plus Jakarta Sans"'
        f' font-size="{size:.0f}" font-weight="{weight}" fill="{fill}"'
        f' text-anchor="{anchor}">{escape(text)}</text>'
    )


def light() -> str:
    """Return light from the left and a vignette over everything."""
    return (
        '<rect width="1600" height="1200" fill="url(#sun)"/>'
        '<rect width="1600" height="1200" fill="url(#vignette)"/>'
    )
