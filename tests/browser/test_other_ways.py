"""The main job without scripts, and the desk without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from indicators.models import Assessment, State
from indicators.services import readiness
from tests import realfiles
from tests.factories import (
    PASSWORD,
    get_item,
    make_assessments,
    make_evidence,
    make_round,
)

from .conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/2026/unit/PN-SKM/"
ITEM = f"{HOME}06.01/"
DESK = "/2026/penilaian/PN-SKM/06.01/"


@pytest.fixture
def made(world):
    """All items of the unit, empty."""
    rows = make_assessments(world.unit, world.period)
    readiness.refresh(work_unit_id=world.unit.pk, period_id=world.period.pk)
    return rows


def state_of(slug: str = "06.01") -> str:
    return Assessment.objects.get(work_unit__code="PN-SKM", item__slug=slug).state


@pytest.mark.parametrize("view", ["light-1366", "light-390"])
def test_the_main_job_without_scripts(open_page, made, view):
    def as_person(name: str) -> Page:
        page = open_page(view, java_script_enabled=False)
        sign_in(page, name, PASSWORD)
        return page

    operator = as_person("operator")
    operator.goto(ITEM)
    operator.locator("#files").set_input_files(
        {
            "name": "SK Standar Pelayanan.pdf",
            "mimeType": "application/pdf",
            "buffer": realfiles.get("pdf"),
        }
    )
    operator.locator("[data-upload-form] button").click()
    expect(operator.locator("input[name=tray]")).to_have_count(1)
    operator.locator("button[name=act][value=file]:not(.sr)").click()
    expect(operator.locator("article.evidence")).to_have_count(1)
    operator.locator("label[for=option-1]").click()
    operator.locator("#narrative").fill("SK 12/2026, lampiran halaman 3")
    operator.get_by_role("button", name="Simpan draf").click()
    expect(operator.locator("#narrative")).to_have_value(
        "SK 12/2026, lampiran halaman 3"
    )
    operator.locator("[data-submit]:visible").first.click()
    expect(operator).to_have_url(re.compile("/2026/tanda-terima/"))
    assert state_of() == State.AWAITING_APPROVAL

    head = as_person("head")
    head.goto(f"{HOME}persetujuan/")
    head.locator(f"form[action='{HOME}persetujuan/setujui/'] button").click()
    assert state_of() == State.SUBMITTED

    assessor = as_person("assessor")
    assessor.goto(DESK)
    assessor.locator("form[action$='/06.01/mulai/'] button").click()
    assessor.get_by_role("button", name="Semua sesuai").click()
    assessor.locator("label[for=option-1]").click()
    assessor.get_by_role("button", name="Simpan nilai dan lanjut").click()
    expect(assessor.get_by_text("06.01 selesai dinilai.")).to_be_visible()
    assert state_of() == State.SCORED


def test_nothing_that_needs_scripts_is_offered_without_them(open_page, made):
    page = open_page(java_script_enabled=False)
    sign_in(page, "operator", PASSWORD)
    for path in (HOME, ITEM, "/unggah/PN-SKM/", "/bukti/"):
        page.goto(path)
        for node in page.locator(".js-only").all():
            assert not node.is_visible(), path


@pytest.fixture
def on_the_desk(made, world):
    """Two submitted items of which the first has evidence of two files."""
    for slug in ("06.01", "06.02"):
        row = made[slug]
        row.self_option = get_item(slug).answer_options[0]
        row.save()
        make_evidence(world.unit, by=world.people["operator"], link_to=[row], files=2)
        make_round(row, by=world.people["operator"])
    return made


def active(page: Page, script: str = "") -> object:
    return page.evaluate(f"document.activeElement{script}")


class TestDeskByKeyboard:
    @pytest.fixture
    def page(self, open_page, on_the_desk):
        page = open_page()
        sign_in(page, "assessor", PASSWORD)
        page.goto(DESK)
        return page

    def test_from_the_first_key_to_the_next_item(self, page):
        self.begin(page)
        page.keyboard.press("Shift+S")
        page.wait_for_load_state()
        expect(page.locator("form[action$='/tandai/'] [value=fits]")).to_have_count(0)
        page.keyboard.press("n")
        page.keyboard.type("Sesuai lampiran.")
        page.keyboard.press("Escape")
        page.keyboard.press("1")
        assert active(page, ".id") == "option-1"
        page.keyboard.press("Control+Enter")
        expect(page).to_have_url(re.compile("/06.02/"))
        assert state_of() == State.SCORED
        page.keyboard.press("k")
        expect(page).to_have_url(re.compile("/06.01/"))
        page.keyboard.press("j")
        expect(page).to_have_url(re.compile("/06.02/"))

    def test_a_request_is_written_with_the_keyboard(self, page):
        self.begin(page)
        page.keyboard.press("r")
        assert active(page, ".id") == "id_text"
        page.keyboard.type("Lampiran belum ditandatangani")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.locator("#tombol")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#tombol")).to_be_hidden()

    def test_letters_can_be_switched_off(self, page):
        self.begin(page)
        page.keyboard.press("?")
        page.locator("[data-keys]").press("Space")
        page.keyboard.press("Escape")
        page.reload()
        page.keyboard.press("j")
        page.keyboard.press("1")
        page.wait_for_timeout(300)
        expect(page).to_have_url(re.compile("/06.01/"))
        assert page.locator("input[name=option]:checked").count() == 0

    @staticmethod
    def begin(page: Page) -> None:
        page.locator("[data-key=Enter]").press("Enter")
        page.wait_for_load_state()
        expect(page.locator("form[data-score]")).to_be_visible()

    def test_tab_reaches_everything_and_shows_where_it_is(self, page):
        self.begin(page)
        page.evaluate(
            """() => document.querySelectorAll(
                'main :is(a[href], button, summary, select, textarea, '
                + 'input:not([type=hidden], [type=radio]))'
            ).forEach(node => {
                if (node.checkVisibility()) node.dataset.wanted = '1';
            })"""
        )
        for _number in range(200):
            page.keyboard.press("Tab")
            where = page.evaluate(
                """() => {
                    const node = document.activeElement;
                    if (node === document.body) return 'end';
                    delete node.dataset.wanted;
                    const radio = node.matches('.option input');
                    const shown = radio ? node.nextElementSibling : node;
                    const box = shown.getBoundingClientRect();
                    const is_shown = getComputedStyle(shown).outlineStyle !== 'none'
                        && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
                    return is_shown ? 'shown' : node.outerHTML.slice(0, 200);
                }"""
            )
            if where == "end":
                break
            assert where == "shown"
        left = page.evaluate(
            """() => [...document.querySelectorAll('[data-wanted]')].map(
                node => node.outerHTML.slice(0, 120))"""
        )
        assert left == []
