"""The agency's invented emblem, signatures and stamps, drawn as SVG."""

from __future__ import annotations

import functools
import math
import random

TEAL = "#0b5d4b"
AMBER = "#d99a2b"


def _gear(teeth: int, outer: float, inner: float) -> str:
    """Return the outline of a gear around (100, 100) as SVG path data."""
    points = []
    step = 2 * math.pi / teeth
    for tooth in range(teeth):
        start = tooth * step
        for share, radius in ((0.0, inner), (0.18, outer), (0.5, outer), (0.68, inner)):
            angle = start + share * step
            points.append(
                f"{100 + radius * math.cos(angle):.1f},"
                f"{100 + radius * math.sin(angle):.1f}"
            )
    return "M" + " L".join(points) + " Z"


@functools.cache
def emblem() -> str:
    """Return the emblem: a gear around a pair of scales that stands level."""
    beam = (
        f'<g fill="none" stroke="{TEAL}" stroke-width="6" stroke-linecap="round">'
        '<path d="M100 62 V132 M62 74 H138 M80 134 H120"/></g>'
        f'<circle cx="100" cy="58" r="8" fill="{AMBER}"/>'
        f'<path d="M46 100 Q62 122 78 100 Z M122 100 Q138 122 154 100 Z"'
        f' fill="{AMBER}"/>'
        f'<g stroke="{TEAL}" stroke-width="2.4" fill="none">'
        '<path d="M62 74 L47 100 M62 74 L77 100 M138 74 L123 100 M138 74 L153 100"/>'
        "</g>"
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<path d="{_gear(16, 98, 86)}" fill="{TEAL}"/>'
        '<circle cx="100" cy="100" r="74" fill="#ffffff"/>'
        f'<circle cx="100" cy="100" r="67" fill="none" stroke="{AMBER}"'
        ' stroke-width="3"/>'
        f"{beam}</svg>"
    )


@functools.lru_cache(maxsize=512)
def signature(name: str) -> str:
    """Return a person's signature: the same person always signs alike."""
    rng = random.Random(f"signature:{name}")  # noqa: S311 - a drawing
    loops = rng.randint(4, 7)
    x, y = 8.0, 46.0
    parts = [f"M{x:.0f} {y:.0f}"]
    for loop in range(loops):
        width = rng.uniform(14, 30)
        height = rng.uniform(18, 44) * (1 - 0.09 * loop)
        parts.append(
            f"C{x + width * 0.2:.1f} {y - height:.1f}"
            f" {x + width * 1.1:.1f} {y - height * 0.9:.1f}"
            f" {x + width * 0.7:.1f} {y + rng.uniform(2, 16):.1f}"
        )
        x, y = x + width * 0.7, y + rng.uniform(-4, 5)
    parts.append(
        f"Q{x + 26:.1f} {y - rng.uniform(20, 34):.1f} {x + 62:.1f} {y - 8:.1f}"
    )
    under = ""
    if rng.random() < 0.6:
        under = f"M{rng.uniform(4, 30):.0f} 66 Q{x * 0.7:.0f} 54 {x + 44:.0f} 62"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 190 90">'
        f'<path d="{" ".join(parts)} {under}" fill="none" stroke="#1c2f86"'
        f' stroke-width="{rng.uniform(1.7, 2.7):.1f}" stroke-linecap="round"/></svg>'
    )


@functools.lru_cache(maxsize=128)
def stamp(top: str, bottom: str) -> str:
    """Return a round office stamp with text on its rim.

    Args:
        top: Text of the upper rim, the agency.
        bottom: Text of the lower rim, the unit.
    """
    rng = random.Random(f"stamp:{bottom}")  # noqa: S311 - a drawing
    ink = "#4b3f9e"
    size = 13.5 if len(bottom) < 30 else 11
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        '<defs><path id="a" d="M32 100 A68 68 0 0 1 168 100"/>'
        '<path id="b" d="M19 100 A81 81 0 0 0 181 100"/></defs>'
        f'<g transform="rotate({rng.uniform(-14, 10):.1f} 100 100)"'
        f' stroke="{ink}" fill="none" opacity="0.78">'
        '<circle cx="100" cy="100" r="94" stroke-width="4"/>'
        '<circle cx="100" cy="100" r="88" stroke-width="1.4"/>'
        '<circle cx="100" cy="100" r="58" stroke-width="2"/>'
        f'<path d="{_gear(14, 36, 29)}" stroke-width="2.4"/>'
        '<path d="M100 84 V116 M84 90 H116 M92 117 H108" stroke-width="3"/>'
        f'<g fill="{ink}" stroke="none" font-family="Plus Jakarta Sans"'
        ' font-weight="700" text-anchor="middle">'
        f'<text font-size="12.5"><textPath href="#a" startOffset="50%">{top}'
        "</textPath></text>"
        f'<text font-size="{size}"><textPath href="#b" startOffset="50%">{bottom}'
        "</textPath></text></g></g></svg>"
    )
