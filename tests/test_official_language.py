"""Official texts stay Indonesian on English pages, and say so: lang="id"."""

from html.parser import HTMLParser

import pytest

from indicators.models import Instrument, Item, Option, SubArea
from tests.dashboard.conftest import fill, sum_up

pytestmark = pytest.mark.django_db

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
        "source", "track", "wbr"}  # fmt: skip
PAGES = [
    ("auditor", "/2026/kesiapan/"),
    ("auditor", "/2026/kesiapan/KW-JTG/?subarea=A.I.6.i"),
    ("auditor", "/2026/kesiapan-butir/?daftar=terisi"),
    ("auditor", "/2026/kesiapan-butir/?daftar=belum-pasti&butir=LKE-II.ii.a"),
    ("operator", "/2026/unit/PN-SKM/"),
    ("operator", "/2026/unit/PN-SKM/06.01/"),
    ("operator", "/2026/unit/PN-SKM/LKE-II.ii.a/"),
    ("head", "/2026/unit/PN-SKM/"),
    ("assessor", "/2026/penilaian/"),
    ("assessor", "/2026/penilaian/PN-SKM/06.01/"),
    ("operator", "/unggah/PN-SKM/"),
    ("operator", "/bukti/"),
    ("administrator", "/periode/2026/"),
    ("administrator", "/periode/"),
]


NONE_YET = {"/bukti/", "/periode/", "/2026/penilaian/", "/unggah/PN-SKM/"}
"""Pages on which the names stand only once something was brought."""


class Reader(HTMLParser):
    """Collects texts with the language of the nearest element that names one."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        language = given.get("lang") or (self.stack[-1][1] if self.stack else "")
        for name in ("title", "aria-label", "data-tip", "placeholder", "alt"):
            if given.get(name):
                self.texts.append((given[name], language))
        if tag not in VOID:
            self.stack.append((tag, language))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.stack and self.stack[-1][0] not in {"script", "style", "title"}:
            self.texts.append((data, self.stack[-1][1]))


def official() -> set[str]:
    """Return names and texts of the catalogue that are long enough to be found."""
    found: set[str] = set()
    for item in Item.objects.all():
        found |= {item.title, item.name, item.guidance, item.criterion}
    found |= set(SubArea.objects.values_list("name", flat=True))
    found |= set(Option.objects.values_list("text", flat=True))
    for one in Instrument.objects.all():
        found |= {one.name, one.regulation}
    return {" ".join(text.split()) for text in found if len(text) > 14}


@pytest.mark.parametrize(("person", "path"), PAGES)
def test_official_texts_name_their_language(world, client_for, person, path):
    fill(world.unit, world.period, world.people["operator"], 3)
    sum_up(world.period, world.unit)
    client = client_for(person)
    client.cookies["django_language"] = "en"
    response = client.get(path)
    assert response.status_code == 200
    reader = Reader()
    reader.feed(response.content.decode())
    texts = official()
    seen, wrong = 0, set()
    for text, language in reader.texts:
        plain = " ".join(text.split())
        for one in texts:
            if one in plain:
                seen += 1
                if language != "id":
                    wrong.add(plain[:120])
    assert wrong == set()
    assert seen or path in NONE_YET
