"""Every page, in every view: light and dark, wide and narrow, and forced colours.

A page is opened once for each state that it has (`tests/browser/pages.py`); then theme
and width change under it. The main pages are also zoomed, printed and weighed.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.contrib.staticfiles import finders
from django.urls import resolve

from tests.test_access import ROWS, all_names

from .conftest import VIEWS, audit_page, keep_picture
from .pages import HOME, NOT_PAGES, PAGES
from .site import running_site

pytestmark = pytest.mark.browser

MAIN = [case for case in PAGES if case.is_main]
CORE = {
    HOME: "operator",
    HOME + "06.03/": "operator",
    "/unggah/PN-SKM/": "operator",
    HOME + "persetujuan/": "head",
}
"""What staff open every day, on a slow line: at most 90 kB; the rest at most 100."""
COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""What a change of the theme alone can break."""
A4_INNER = 695
"""Width in CSS pixels of the printable area of an A4 page with the sheet's margins."""


@pytest.fixture(scope="module")
def transactional_db(browser, django_db_setup, django_db_blocker, tmp_path_factory):
    """Serve one filled institution for all tests here, and empty it at the end.

    It has this name so that pytest-django makes the database, and runs these tests
    after all that roll back.
    """
    folder = tmp_path_factory.mktemp("files")
    with running_site(browser, django_db_blocker, folder) as running:
        yield running


@pytest.fixture
def site(transactional_db):
    return transactional_db


@pytest.fixture(autouse=True)
def _own_files():
    """Keep the folder of the site; the one of each test is not wanted here."""


@pytest.fixture(autouse=True)
def _guards_let_flush_pass():
    """Keep the guards until the site has been emptied."""


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_page(site, case):
    page = site.page(case.person)
    try:
        answer = page.goto(site.fill(case.path))
        assert answer.status == case.status
        if case.act:
            case.act(page)
        assert page.locator("h1").count() == 1
        for view, (scheme, width, height) in VIEWS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            rules = COLOUR_RULES if scheme == "dark" else ()
            # Colours are those of the wide page; the phone's own bars stand on the
            # main pages too.
            skip = COLOUR_RULES if width == 390 and not case.is_main else ()
            audit_page(page, allowed=case.allowed, rules=rules, skip=skip)
            keep_picture(page, f"{PAGES.index(case):03}-{view}")
        if case.is_main:
            page.emulate_media(color_scheme="light", forced_colors="active")
            audit_page(page, allowed=case.allowed)
            page.set_viewport_size({"width": 1366, "height": 768})
            audit_page(page, allowed=case.allowed)
    finally:
        page.close()


def view_name(path: str) -> str:
    """Return the name of the address behind a path of `PAGES` or `ROWS`."""
    return resolve(path.split("?")[0].format_map(defaultdict(lambda: "1"))).view_name


def test_the_list_is_complete():
    answers_get = {
        view_name(path)
        for method, path, expected in ROWS
        if method == "GET" and not set(expected.values()) <= {401, 405}
    }
    assert answers_get <= set(all_names())
    cases = [case.path for case in PAGES if case.status not in (400, 404, 500)]
    # Two pages stand behind another one's form or link.
    reached = {view_name(path) for path in cases} | {"mfa_authenticate"}
    assert answers_get - reached - set(NOT_PAGES) == set(), "pages that nobody opens"
    assert set(NOT_PAGES) <= answers_get
    assert (reached - {"accounts:start"}) & set(NOT_PAGES) == set()


# --- Zoom: WCAG 2.2 asks for 320 pixels, which is 1280 at 400 % -----------------------
@pytest.mark.parametrize("case", MAIN, ids=str)
def test_zoomed_to_400_percent(site, case):
    page = site.page(case.person)
    try:
        page.set_viewport_size({"width": 320, "height": 256})
        page.goto(site.fill(case.path))
        if case.act:
            case.act(page)
        audit_page(page, allowed=case.allowed)
        # Bars that stick would leave no room to read.
        page.evaluate("window.scrollTo(0, document.body.scrollHeight / 2)")
        covered = page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter(node => {
                const style = getComputedStyle(node);
                const box = node.getBoundingClientRect();
                return ['fixed', 'sticky'].includes(style.position) && box.width > 160
                    && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
            }).reduce((sum, node) => sum + node.getBoundingClientRect().height, 0)"""
        )
        assert covered <= 64, f"{covered} of 256 pixels are covered"
    finally:
        page.close()


# --- Print ---------------------------------------------------------------------------
def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


@pytest.mark.parametrize(
    ("person", "path", "most"),
    [
        ("operator", "/2026/tanda-terima/{receipt}/", 1),
        ("manager", "/2026/kesiapan/", 4),
        ("administrator", "/2026/kesiapan/", 4),
    ],
)
def test_printed(site, person, path, most):
    page = site.page(person, color_scheme="dark")
    try:
        page.goto(site.fill(path))
        page.emulate_media(media="print")
        page.set_viewport_size({"width": A4_INNER, "height": 980})
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{wide} pixels would be cut off"
        for selector in (".topbar", ".bottomnav", ".foot", ".btn", ".crumbs"):
            for node in page.locator(selector).all():
                assert not node.is_visible(), selector
        # Black on white, also for somebody who works in the dark.
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        ground = "getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        title = page.locator("h1, .receipt__no").first.text_content().strip()
        for paper in ({"format": "A4"}, {"width": "215mm", "height": "330mm"}):
            printed = pages_of(page.pdf(**paper))
            assert 1 <= len(printed) <= most
            assert title in printed[0]
    finally:
        page.close()


# --- Weight --------------------------------------------------------------------------
def weight_of(site, person: str, path: str) -> int:
    """Return the bytes on the line of a first visit: page, styles, scripts, font."""
    answer = site.client(person).get(site.fill(path))
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip"
    total = len(answer.content)
    page = site.page(person)
    try:
        page.goto(site.fill(path))
        page.wait_for_load_state("networkidle")
        urls = page.evaluate(
            "performance.getEntriesByType('resource').map(e => e.name)"
        )
    finally:
        page.close()
    for path in sorted({urlsplit(url).path for url in urls}):
        if not path.endswith((".css", ".js", ".woff2")):
            continue
        with open(finders.find(path.removeprefix("/static/")), "rb") as file:  # noqa: PTH123
            data = file.read()
        total += len(data) if path.endswith(".woff2") else len(gzip.compress(data, 9))
    return total


@pytest.mark.parametrize("case", MAIN, ids=str)
def test_light_on_a_slow_line(site, case):
    most = 90_000 if case.path in CORE else 100_000
    assert weight_of(site, case.person, case.path) <= most


def test_the_core_is_weighed():
    assert set(CORE) <= {case.path for case in MAIN}
