"""The typeface, made before serving: nothing third-party stands in the repository."""

from pathlib import Path

from wbk_portal.launch.site import BUILD

FONT = BUILD / "static" / "ui" / "fonts" / "pjs.woff2"
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "tnum", "lnum"]
# Printable Latin of Indonesian and English, dashes, quotes, bullet, ellipsis, arrows,
# minus and the comparison signs of thresholds.
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026),
    *(0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2264, 0x2265),
]


def build_font(target: Path = FONT) -> None:
    """Write the variable typeface, cut down to CHARACTERS, as woff2 (about 22 kB)."""
    import fontpkg_plus_jakarta_sans
    from fontTools import subset

    package = Path(fontpkg_plus_jakarta_sans.__file__).parent
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    source = package / "files" / "PlusJakartaSans[wght].ttf"
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    with subset.load_font(str(source), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=CHARACTERS)
        subsetter.subset(font)
        subset.save_font(font, str(fresh), options)
    fresh.replace(target)
