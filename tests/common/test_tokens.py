"""The style sheet: both copies of the dark tokens agree, and colours can be read."""

import re

import pytest
from django.conf import settings

from wbk_portal.common.states import TONES

CSS = (settings.BASE_DIR / "static" / "css" / "portal.css").read_text()


def tokens(selector):
    """Colours set by the first block of `selector`."""
    block = CSS.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): ([^;]+);", block))


LIGHT = tokens("  :root")
DARK = tokens('  :root[data-theme="dark"]')


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_PAIRS = [
    ("text", "ground"),
    ("text", "surface"),
    ("text", "sunken"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("link", "surface"),
    ("link", "ground"),
    ("primary-ink", "primary-soft"),
    ("primary-ink", "surface"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-hero", "hero"),
    ("on-hero", "hero-2"),
    ("on-hero-muted", "hero-2"),
    ("amber-ink", "accent-soft"),
    *[(f"{tone}-ink", f"{tone}-soft") for tone in TONES],
]
SHAPE_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "sunken"),
    ("focus", "surface"),
    ("focus", "ground"),
    ("hero-accent", "hero-2"),
    *[(f"{tone}-solid", "surface") for tone in TONES if tone != "na"],
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_has_a_contrast_of_four_and_a_half(theme, front, back):
    colours = LIGHT if theme == "light" else DARK
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SHAPE_PAIRS)
def test_shapes_have_a_contrast_of_three(theme, front, back):
    colours = LIGHT if theme == "light" else DARK
    assert contrast(colours[front], colours[back]) >= 3


def test_the_device_and_the_choice_give_the_same_dark():
    assert tokens('    :root:not([data-theme="light"])') == DARK


def test_every_tone_has_its_class():
    for tone in TONES:
        assert f".tone-{tone} {{" in CSS


def test_nothing_newer_than_the_oldest_browsers_served():
    bare = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
    for feature in (":has(", "color-mix(", "light-dark(", "@scope", "&", "anchor-name"):
        assert feature not in bare
    addresses = re.findall(r"url\(([^)]*)\)", bare)
    assert all(address.startswith('"../') for address in addresses)
