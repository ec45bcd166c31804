"""All templates: nothing that the content policy would refuse, partials well called."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
COMPONENTS = sorted((ROOT / "components").glob("_*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def source(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_inline(path):
    text = source(path)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text
    assert "hx-on" not in text
    assert "js:" not in text.replace("https:", "")
    for opening in re.findall(r"<script[^>]*>", text):
        assert "src=" in opening or 'type="application/json"' in opening


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_from_another_host(path):
    assert not re.search(r"(src|href|action)\s*=\s*[\"'](https?:)?//", source(path))


@pytest.mark.parametrize("path", COMPONENTS, ids=name)
def test_a_component_says_what_it_needs(path):
    first = path.read_text().splitlines()[0]
    assert first.startswith(f"{{# templates/{name(path)} – needs")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_components_see_only_what_they_are_given(path):
    for call in re.findall(r"{% include \"components/_[^%]*%}", source(path)):
        assert call.endswith(" only %}"), call
