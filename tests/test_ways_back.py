"""Addresses that take only forms: no bare 405, and no way that leads to one."""

import logging
import re

import pytest

from tests.factories import get_item, make_assessments, make_evidence
from tests.test_access import ROWS, fill, things  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

ONLY_POST = sorted(
    path
    for method, path, expected in ROWS
    if method == "GET" and 405 in expected.values()
)
NEXT = re.compile(r'name="next" value="([^"]*)"')


def somebody(path, method="GET", status=405):
    """Return a person to whom the table promises this status."""
    return next(
        name
        for m, p, expected in ROWS
        if m == method and p == path
        for name, given in expected.items()
        if given == status
    )


def test_a_reader_gets_a_page_with_a_way_back(client_for, things):  # noqa: F811
    assert len(ONLY_POST) > 35
    clients = {name: client_for(name) for name in ("administrator", "operator")}
    for path in ONLY_POST:
        client = clients.get(somebody(path)) or client_for(somebody(path))
        answer = client.get(fill(path, things))
        text = answer.content.decode()
        assert answer.status_code == 405, path
        assert answer["Allow"] == "POST", path
        assert "default-src 'none'" in answer["Content-Security-Policy"], path
        assert "hanya menerima kiriman formulir" in text, path
        ways = re.findall(r'<a class="btn[^"]*"\s+href="([^"]+)"', text)
        assert ways, path
        for url in ways:
            assert client.get(url).status_code != 405, (path, url)


def test_a_head_request_has_no_body_and_a_script_no_page(client_for):
    client = client_for("operator")
    assert client.head("/unggah/PN-SKM/berkas/").content == b""
    bare = client.get("/unggah/PN-SKM/berkas/", headers={"Accept": "application/json"})
    assert (bare.status_code, bare.content) == (405, b"")


def test_the_bare_answer_is_in_english_too(client_for):
    client = client_for("operator")
    client.cookies["django_language"] = "en"
    assert "<html" in client.get("/bahasa/").content.decode()


def refused_pages(world, people):
    """Yield (person, address, form) answered by a page at an address for forms."""
    made = make_assessments(world.unit, world.period)
    evidence = make_evidence(world.unit, by=people["operator"], link_to=[made["06.01"]])
    item = "/2026/unit/PN-SKM/06.01/"
    author = people["operator"].key
    long = {"version": 0, "author": author, "narrative": "x" * 100_001}
    yield "operator", f"{item}simpan/", long
    other = {"version": 77, "author": author, "narrative": "tulisan lain"}
    yield "operator", f"{item}simpan/", other
    yield "operator", "/unggah/PN-SKM/simpan/", {"next": item}
    yield "operator", f"/bukti/{evidence.pk}/ubah/", {"title": ""}
    kind = evidence.kind_id
    stale = {"title": "Lain", "kind": kind, "version": 77}
    yield "operator", f"/bukti/{evidence.pk}/ubah/", stale
    bad = {"assessment": made["06.02"].pk, "pages": "tujuh"}
    yield "operator", f"/bukti/{evidence.pk}/tautkan/", bad
    yield "administrator", "/periode/2026/tambahan-waktu/", {}


def test_language_and_theme_lead_to_the_page_again(world, people, client_for):
    seen = []
    for name, address, form in refused_pages(world, people):
        client = client_for(name)
        answer = client.post(address, form)
        assert answer.status_code in {409, 422}, address
        seen.append(answer.status_code)
        ways = {
            way.replace("&amp;", "&") for way in NEXT.findall(answer.content.decode())
        }
        assert ways, address
        for way in ways:
            assert client.get(way).status_code == 200, (address, way)
            changed = client.post("/bahasa/", {"language": "id", "next": way})
            assert changed.url == way
    assert {409, 422} == set(seen)


def test_the_desk_comes_back_to_the_desk(world, people, client_for, things):  # noqa: F811
    option = get_item("06.02").answer_options[0]
    client = client_for("assessor")
    desk = "/2026/penilaian/PN-SKM/06.01/"
    answer = client.post(f"{desk}nilai/", {"option": option.pk + 10_000})
    assert answer.status_code in {403, 409, 422}
    for way in NEXT.findall(answer.content.decode()):
        assert client.get(way.replace("&amp;", "&")).status_code == 200


def test_a_refusal_is_one_line_in_the_log(client_for, things, caplog):  # noqa: F811
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert client_for("operator").get("/unit-kerja/").status_code == 403
    (record,) = caplog.records
    assert record.exc_info is None
    assert "/unit-kerja/" in record.getMessage()
