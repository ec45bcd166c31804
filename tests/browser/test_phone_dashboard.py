"""The readiness on a phone: what matters first, pictures folded, nothing cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import fill, sum_up
from tests.factories import PASSWORD

from .conftest import audit_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OVERVIEW = "/2026/kesiapan/"
SCREEN = 844


@pytest.fixture
def page(open_page, world) -> Page:
    units = (world.unit, world.sibling, world.elsewhere)
    for unit, share in zip(units, (9, 2, 0), strict=True):
        fill(unit, world.period, world.people["operator"], share)
    sum_up(world.period, *units)
    page = open_page("light-390")
    sign_in(page, "auditor", PASSWORD)
    page.goto(OVERVIEW)
    return page


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


def test_what_matters_stands_on_the_first_two_screens(page):
    assert bottom(page, ".verdicts__list") < SCREEN
    for selector in (".counts", ".rows--across", ".branches"):
        assert bottom(page, selector) < 2 * SCREEN, selector
    # The pictures come after it, folded, and open at a tap.
    trend = page.locator("#tren")
    assert trend.bounding_box()["y"] > bottom(page, ".branches")
    expect(page.locator(".dash__charts .chart").first).to_be_hidden()
    trend.click()
    expect(page.locator("[aria-labelledby=tren] details")).to_have_attribute("open", "")
    expect(page.locator("#f-urut")).to_be_hidden()
    page.get_by_text("Saring dan urutkan").click()
    expect(page.locator("#f-urut")).to_be_visible()
    audit_page(page)


def test_on_paper_and_on_a_desk_everything_is_open(page):
    page.set_viewport_size({"width": 1366, "height": 768})
    for name in ("tren", "sebaran", "subarea", "taruhan"):
        body = page.locator(f"[aria-labelledby={name}] details > :last-child").first
        expect(body).to_be_visible()
    expect(page.locator("#f-urut")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": SCREEN})
    expect(page.locator("#f-urut")).to_be_hidden()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for fold in page.locator("details[data-fold-phone]").all():
        expect(fold).to_have_attribute("open", "")


def test_no_tab_is_cut_off(page):
    page.goto("/2026/kesiapan-butir/?daftar=terisi")
    tabs = page.locator("nav.tabs a").all()
    assert len(tabs) == 7
    for tab in tabs:
        box = tab.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    audit_page(page)


def test_without_scripts_everything_is_open(open_page, page):
    bare = open_page("light-390", java_script_enabled=False)
    sign_in(bare, "auditor", PASSWORD)
    bare.goto(OVERVIEW)
    expect(bare.locator("[aria-labelledby=tren] p").first).to_be_visible()
    expect(bare.locator("#f-urut")).to_be_visible()


OVERLAPS = """() => {
  const boxOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  };
  const texts = [...document.querySelectorAll(
    '.band b, .band__label, .band__note, .heat__filled, .heat__fig, .stake__name,'
    + '.stake > b, .stake__words, .branches td, .branches th'
  )].map((node) => [node.textContent.trim(), boxOf(node)]).filter(
    ([text, box]) => text && box.width && box.height
  );
  const found = [];
  texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 1 && down > 3) found.push(`${one} / ${other}`);
  }));
  return found;
}"""


def test_printed_labels_keep_out_of_each_others_way(page):
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 980})
    assert page.evaluate(OVERLAPS) == []
    expect(page.locator(".mapfilters")).to_be_hidden()
    # The map has pages of its own, across.
    page.set_viewport_size({"width": 1047, "height": 680})
    assert page.evaluate(OVERLAPS) == []
