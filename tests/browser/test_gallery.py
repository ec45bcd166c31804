"""The design system in a real browser: every component, four views, print, keys."""

import gzip
import re

import pytest

from .conftest import VIEWS, audit_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.browser.gallery_urls"),
    pytest.mark.django_db(transaction=True),
]

PAGE_BUDGET = 90_000
"""Bytes, compressed, of HTML, style sheet, scripts and font together (P13)."""


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_the_gallery_is_clean_in_every_view(open_page, view):
    page = open_page(view)
    page.goto("/gaya/")
    audit_page(page)
    used = page.evaluate("getComputedStyle(document.body).backgroundColor")
    dark = view.startswith("dark")
    assert used == ("rgb(14, 20, 17)" if dark else "rgb(246, 243, 236)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_is_clean_with_forced_colours(open_page, scheme):
    page = open_page(f"{scheme}-1366", forced_colors="active")
    page.goto("/gaya/")
    audit_page(page)
    border = page.evaluate(
        "getComputedStyle(document.querySelector('.badge')).borderTopStyle"
    )
    assert border == "solid"


@pytest.mark.parametrize("width", [320, 768, 1024, 1920])
def test_nothing_scrolls_sideways_at_any_width(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    page.goto("/gaya/")
    audit_page(page)


def test_the_gallery_works_without_scripts(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/gaya/")
    assert page.locator("#files-1").is_visible()
    page.locator(".topbar .who").click()
    page.get_by_role("button", name="Gelap").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_theme_changes_at_once_and_stays(page):
    page.goto("/gaya/")
    page.locator(".topbar .who").click()
    page.get_by_role("button", name="Gelap").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.get_by_role("button", name="Gelap").get_attribute("aria-pressed") == (
        "true"
    )
    audit_page(page)
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_menus_close_by_key_and_by_a_click_elsewhere(page):
    page.goto("/gaya/")
    menu = page.locator(".topbar details.menu").first
    menu.locator("summary").click()
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    menu.locator("summary").click()
    page.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_the_first_key_leads_past_the_navigation(page):
    page.goto("/gaya/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Langsung ke isi"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"


def test_a_question_comes_before_and_cancelling_sends_nothing(page):
    page.goto("/gaya/")
    page.get_by_role("button", name="Ajukan semua").click()
    dialog = page.locator("#confirm")
    assert "Ajukan 16 indikator" in dialog.inner_text()
    audit_page(page)
    dialog.get_by_role("button", name="Batal").click()
    assert not dialog.is_visible()
    assert page.url.endswith("/gaya/")
    page.get_by_role("button", name="Ajukan semua").click()
    with page.expect_request(lambda request: request.method == "POST"):
        dialog.get_by_role("button", name="Ajukan semua").click()


def test_a_double_click_sends_once(page):
    page.goto("/gaya/")
    page.evaluate("delete document.querySelector('form[data-confirm]').dataset.confirm")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Ajukan semua").dblclick()
    page.wait_for_load_state("networkidle")
    assert sent.count("POST") == 1


def test_dialogs_open_close_and_give_the_focus_back(page):
    page.goto("/gaya/")
    opener = page.get_by_role("link", name="Buka dialog")
    opener.click()
    dialog = page.locator("#contoh")
    assert dialog.is_visible()
    audit_page(page)
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opener.evaluate("node => node === document.activeElement")
    # Who presses everything twice still reads the question, beside the pointer too.
    opener.dblclick()
    assert dialog.is_visible()
    page.mouse.click(4, 4)
    assert not dialog.is_visible()


def test_a_password_can_be_looked_at(page):
    page.goto("/gaya/")
    field = page.locator("input[name=secret]")
    page.get_by_role("button", name="Perlihatkan kata sandi").click()
    assert field.get_attribute("type") == "text"
    page.get_by_role("button", name="Perlihatkan kata sandi").click()
    assert field.get_attribute("type") == "password"


def test_the_phone_has_a_bottom_bar_and_one_pane_of_the_desk(open_page):
    page = open_page("light-390")
    page.goto("/gaya/")
    bar = page.locator(".bottomnav")
    assert bar.locator("> a, > details").count() == 5
    box = bar.bounding_box()
    assert box["y"] + box["height"] == 844
    assert page.locator(".desk__pane:visible").count() == 1
    page.get_by_role("button", name="Nilai", exact=True).click()
    assert page.locator(".desk__pane--score").is_visible()
    assert not page.locator(".desk__pane--viewer").is_visible()
    bar.locator("summary").click()
    assert bar.get_by_role("link", name="Survei").is_visible()
    audit_page(page)


def test_targets_are_large_enough_for_a_thumb(open_page):
    page = open_page("light-390")
    page.goto("/gaya/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.btn, .bottomnav a, .tool')]
          .filter((node) => node.offsetParent)
          .map((node) => [node.textContent.trim(), node.getBoundingClientRect().height])
          .filter(([, height]) => height < 40)"""
    )
    assert small == []


def test_print_is_black_on_white_without_navigation(page):
    page.goto("/gaya/")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".topbar").is_visible()
    assert not page.locator(".btn").first.is_visible()
    colours = page.evaluate(
        """() => ['body', '.card--hero', '.badge', '.heat td'].map((selector) => {
          const style = getComputedStyle(document.querySelector(selector));
          return [style.color, style.backgroundColor];
        })"""
    )
    for front, back in colours:
        assert front == "rgb(0, 0, 0)"
        assert back in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


def test_tables_that_become_lists_keep_their_roles(open_page):
    page = open_page("light-390")
    page.goto("/gaya/")
    table = page.get_by_role("table", name="Keadaan 24 indikator di delapan unit kerja")
    assert table.get_by_role("row").count() == 10
    assert table.get_by_role("rowheader").count() == 8


def test_the_frame_fits_the_budget_of_a_page(page):
    sizes = {}

    def weigh(response):
        path = re.sub(r"\?.*", "", response.url)
        body = response.body()
        sizes[path] = (
            len(body) if path.endswith(".woff2") else len(gzip.compress(body, 6))
        )

    page.on("response", weigh)
    page.goto("/gaya/")
    page.wait_for_load_state("networkidle")
    assert any(path.endswith("pjs.woff2") for path in sizes)
    assert sum(sizes.values()) <= PAGE_BUDGET, sizes
