"""Files for the browser: what pages name is there, hashed, small, and our own."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from fontTools.ttLib import TTFont

from wbk_portal.launch import assets
from wbk_portal.launch.site import ROOT

STATIC = re.compile(r"""\{%\s*static\s+["']([^"']+)["']""")
FONT_BYTES = 30_000


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Collect with the storage that serves, and return the folder."""
    folder = tmp_path_factory.mktemp("collected")
    if not assets.FONT.exists():
        assets.build_font()
    storage = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    stores = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    with override_settings(STORAGES=stores, STATIC_ROOT=folder):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="module")
def manifest(collected) -> dict[str, str]:
    return json.loads((collected / "staticfiles.json").read_text())["paths"]


def named_in_templates() -> dict[str, str]:
    return {
        name: str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        for name in STATIC.findall(path.read_text())
    }


def test_every_file_that_a_template_names_is_collected(manifest):
    named = named_in_templates()
    assert named
    assert {name: page for name, page in named.items() if name not in manifest} == {}


def test_files_are_hashed_and_compressed(collected, manifest):
    sheets = [name for name in named_in_templates() if name.endswith(".css")]
    assert sheets
    for name in sheets:
        assert re.search(r"\.[0-9a-f]{12}\.css$", manifest[name])
        assert Path(f"{collected / manifest[name]}.gz").exists()


def test_style_sheets_ask_no_other_host(collected):
    for sheet in (ROOT / "static").rglob("*.css"):
        text = sheet.read_text()
        assert re.findall(r"url\(\s*[\"']?(?:[a-z]+:)?//", text) == [], sheet
        assert "@import" not in text, sheet


def test_the_typeface_is_small_and_knows_our_letters(tmp_path):
    target = tmp_path / "font.woff2"
    assets.build_font(target)
    assert target.read_bytes()[:4] == b"wOF2"
    assert target.stat().st_size < FONT_BYTES
    with TTFont(target) as font:
        letters = font.getBestCmap()
        assert "fvar" in font, "the weight stays variable"
    text = "Kesiapan Área VI – “06,13” × 1.234,56 … •"
    assert [letter for letter in text if ord(letter) not in letters] == []
