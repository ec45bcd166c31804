"""The desk in a browser: what comes by itself, and what stays where it is."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from evidence.models import EvidenceFile, PageText
from indicators.models import Revision, ScoreDraft, State
from tests.factories import (
    PASSWORD,
    get_item,
    make_assessments,
    make_evidence,
    make_round,
    make_version,
)

from .conftest import sign_in

UNIT = "/2026/penilaian/PN-SKM/"
LONG = "LKE-II.i.a"


@pytest.fixture
def made(world):
    """06.01 came back, the item with the longest name is new, one file waits."""
    operator = world.people["operator"]
    rows = make_assessments(world.unit, world.period)
    for slug in ("06.01", "06.02", LONG):
        row = rows[slug]
        row.self_option = get_item(slug).answer_options[0]
        row.narrative = "Lampiran belum ditandatangani."
        row.save()
        make_evidence(world.unit, by=operator, link_to=[row], title=f"SK {slug}")
    first = make_round(rows["06.01"], by=operator, state=State.NEEDS_REVISION)
    Revision.objects.create(
        round=first,
        user=world.people["assessor"],
        reason_code="unsigned",
        text="Mohon ditandatangani.",
        due=timezone.localdate(),
        sent_at=timezone.now(),
    )
    make_version(first.items.get().evidence)
    rows["06.01"].narrative = "Lampiran sudah ditandatangani."
    rows["06.01"].save()
    make_round(rows["06.01"], by=operator, state=State.UNDER_REVIEW)
    make_round(rows["06.02"], by=operator, state=State.UNDER_REVIEW)
    make_round(rows[LONG], by=operator)
    return rows


@pytest.fixture
def desk(open_page, made):
    def opened(slug: str = "06.01", view: str = "light-1366", **options) -> Page:
        page = open_page(view, **options)
        sign_in(page, "assessor", PASSWORD)
        page.goto(f"{UNIT}{slug}/")
        return page

    return opened


def top(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize(
    ("view", "width", "columns"),
    [("light-1366", 1366, 2), ("light-1366", 1024, 2), ("light-390", 390, 1)],
)
def test_old_and_new_stand_side_by_side(desk, view, width, columns):
    page = desk(view=view, viewport={"width": width, "height": 800})
    pairs = page.locator(".compare__pair")
    expect(pairs.first).to_be_visible()
    for pair in pairs.all():
        sides = [side.bounding_box() for side in pair.locator("> *").all()]
        assert len({round(side["x"]) for side in sides}) == columns
    expect(page.locator(".compare del")).to_have_text("belum")
    expect(page.locator(".compare ins")).to_have_text("sudah")


def test_old_pages_open_beside_what_is_typed(desk):
    page = desk()
    page.locator("#id_note").fill("Sedang ditulis")
    page.locator(".compare__side a").first.click()
    expect(page.locator(".viewer__title")).to_contain_text("versi lama, 1")
    expect(page.locator("#id_note")).to_have_value("Sedang ditulis")
    page.keyboard.press("Escape")
    page.locator(".viewer__title").click()
    page.keyboard.press("b")
    expect(page.locator(".compare")).to_be_visible()
    expect(page.locator("#id_note")).to_have_value("Sedang ditulis")


def test_two_windows_show_both_texts_before_one_is_kept(desk):
    first = desk()
    second = first.context.new_page()
    second.goto(f"{UNIT}06.01/")
    first.locator("#id_note").fill("Dari jendela satu")
    first.locator("[data-save-here]").click()
    expect(first.locator("#score-status")).to_contain_text("Catatan tersimpan")
    second.locator("#id_note").fill("Dari jendela dua")
    box = second.locator("[data-conflict]")
    expect(box).to_contain_text("Dari jendela satu")
    expect(box).to_contain_text("Dari jendela dua")
    assert ScoreDraft.objects.get().data["note"] == "Dari jendela satu"
    # Nothing is sent by itself any more; a press on purpose decides.
    second.locator("#id_note").press_sequentially(", lagi")
    second.wait_for_timeout(2500)
    assert ScoreDraft.objects.get().data["note"] == "Dari jendela satu"
    second.locator("[data-save-here]").click()
    expect(second.get_by_text("Catatan tersimpan pukul")).to_be_visible()
    assert ScoreDraft.objects.get().data["note"] == "Dari jendela dua, lagi"


def test_what_was_done_is_said_without_moving_anything(desk):
    page = desk("06.02")
    page.keyboard.press("Shift+S")
    page.wait_for_load_state()
    before = top(page, ".desk"), top(page, ".deskbar")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(re.escape(LONG)))
    message = page.get_by_text("06.02 selesai dinilai.")
    expect(message).to_be_visible()
    assert (top(page, ".desk"), top(page, ".deskbar")) == before
    message.click()
    expect(message).to_have_count(0)
    assert (top(page, ".desk"), top(page, ".deskbar")) == before


@pytest.mark.parametrize("slug", ["06.01", LONG])
def test_the_desk_fits_the_screen_however_long_a_name_is(desk, slug):
    page = desk(slug)
    heights = page.evaluate(
        "[document.documentElement.scrollHeight, window.innerHeight]"
    )
    assert heights[0] <= heights[1]
    here = page.locator(".desklist [aria-current]").bounding_box()
    pane = page.locator(".desk__pane--list").bounding_box()
    assert here["y"] >= pane["y"]
    assert here["y"] + here["height"] <= pane["y"] + pane["height"]


def test_enter_begins(desk, made):
    page = desk(LONG)
    page.keyboard.press("Enter")
    expect(page.locator("form[data-score]")).to_be_visible()
    made[LONG].refresh_from_db()
    assert made[LONG].state == State.UNDER_REVIEW


def test_a_refusal_is_seen_and_has_the_focus(desk):
    page = desk("06.02")
    page.locator("[data-key='ctrl+Enter']").click()
    alert = page.locator("form[data-score] [role=alert]")
    expect(alert).to_be_focused()
    bar = page.locator(".desk .actionbar").bounding_box()
    box = alert.bounding_box()
    assert box["y"] + box["height"] <= bar["y"]


def test_a_preview_comes_when_it_is_made(desk, made):
    files = EvidenceFile.objects.filter(version__evidence__title="SK 06.02")
    files.update(state=EvidenceFile.State.PENDING)
    page = desk("06.02")
    expect(page.locator("#viewer")).to_contain_text("Pratinjau sedang dibuat")
    page.locator("#id_note").fill("Sementara itu")
    PageText.objects.create(file=files.get(), page=1, text="Isi yang sudah siap")
    files.update(state=EvidenceFile.State.READY)
    expect(page.locator("#viewer")).to_contain_text("Isi yang sudah siap")
    expect(page.locator("#id_note")).to_have_value("Sementara itu")


@pytest.mark.parametrize("way", ["mark", "next", "list"])
def test_what_is_typed_is_kept_before_one_leaves(desk, way):
    page = desk("06.02")
    page.locator("#id_note").fill("Belum sempat tersimpan")
    if way == "mark":
        page.get_by_role("button", name="Semua sesuai").click()
        page.wait_for_load_state()
        marks = page.locator("form[action*='tandai'] button[value=fits]")
        expect(marks).to_have_count(0)
        expect(page.locator("#id_note")).to_have_value("Belum sempat tersimpan")
    elif way == "next":
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.wait_for_url("**/06.03/")
    else:
        page.locator(".desklist a", has_text="06.05").click()
        page.wait_for_url("**/06.05/")
    assert ScoreDraft.objects.get().data["note"] == "Belum sempat tersimpan"


def typed_request(page: Page) -> None:
    page.locator("#perbaikan summary").click()
    page.locator("#id_text").fill("Mohon ditandatangani ulang.")


def test_a_refused_value_survives_marks_and_leaving(desk):
    page = desk("06.02")
    page.locator("#option-1").check(force=True)
    page.locator("#id_note").fill("Sudah diperiksa")
    page.locator("[data-key='ctrl+Enter']").click()
    expect(page.locator("form[data-score] [role=alert]")).to_contain_text("Tandai dulu")
    page.get_by_role("button", name="Semua sesuai").click()
    expect(page.locator("form[action*='tandai'] button[value=fits]")).to_have_count(0)
    # Said for want of a mark; there is one now.
    expect(page.locator("form[data-score] [role=alert]")).to_have_count(0)
    expect(page.locator("[data-unmarked]")).to_have_count(0)
    expect(page.locator("#id_note")).to_have_value("Sudah diperiksa")
    page.goto(f"{UNIT}06.02/")
    expect(page.locator("#id_note")).to_have_value("Sudah diperiksa")
    expect(page.locator("#option-1")).to_be_checked()


def test_a_refused_value_that_is_stored_nowhere_is_kept_by_the_page(desk):
    page = desk("06.02")
    page.locator("#id_note").fill("Dari jendela ini")
    page.evaluate("document.querySelector('#option-1').value = 'x'")
    page.locator("#option-1").check(force=True)
    # What is sent is refused; one is asked before it is left.
    expect(page.locator("#score-status")).to_have_attribute("data-state", "failed")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".desklist a", has_text="06.05").click()
    page.wait_for_timeout(1000)
    assert asked == ["beforeunload"]
    expect(page.locator("#id_note")).to_have_value("Dari jendela ini")


def test_a_request_being_written_stays_while_evidence_is_marked(desk):
    page = desk("06.02")
    typed_request(page)
    page.get_by_role("button", name="Semua sesuai").click()
    expect(page.locator("form[action*='tandai'] button[value=fits]")).to_have_count(0)
    expect(page.locator("#id_text")).to_have_value("Mohon ditandatangani ulang.")
    summary = page.locator(".desk__cards summary").first
    summary.click()
    page.locator("select[name^=reason_code-]").first.select_option(index=1)
    page.locator(".desk__cards .menu__panel .btn").first.click()
    expect(page.locator(".desk__cards .tag, .desk__cards .badge").first).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("Mohon ditandatangani ulang.")


def test_without_scripts_a_request_being_written_stays_as_well(desk):
    page = desk("06.02", java_script_enabled=False)
    typed_request(page)
    page.get_by_role("button", name="Sesuai", exact=True).first.click()
    expect(page.locator(".desk__cards .badge").first).to_have_text("Sesuai")
    expect(page.locator("#id_text")).to_have_value("Mohon ditandatangani ulang.")
    # Enter in the request saves the request; it marks nothing.
    page.locator(".desk__cards summary").first.click()
    page.locator("#id_page").press("Enter")
    expect(page.get_by_text("Draf permintaan")).to_be_visible()
    expect(page.locator(".desk__cards .badge").first).to_have_text("Sesuai")
    assert Revision.objects.filter(text="Mohon ditandatangani ulang.").exists()


def test_a_request_being_written_is_not_left_without_a_question(desk):
    page = desk("06.02")
    typed_request(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".desklist a", has_text="06.05").click()
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.locator("#id_text")).to_have_value("Mohon ditandatangani ulang.")
    # What sends a form asks in the portal's way, and only once.
    page.locator("[data-key='ctrl+Enter']").click()
    question = page.locator("#confirm")
    expect(question).to_contain_text("Tinggalkan permintaan perbaikan")
    page.keyboard.press("Escape")
    expect(page.locator("#id_text")).to_have_value("Mohon ditandatangani ulang.")
    page.locator("#id_note").fill("Ditulis sesudahnya")
    expect(page.locator("#score-status")).to_contain_text("Catatan tersimpan")
    page.locator("#perbaikan form .btn").click()
    expect(page.get_by_text("Permintaan disimpan sebagai draf")).to_be_visible()
    assert Revision.objects.filter(text="Mohon ditandatangani ulang.").exists()
    assert asked == ["beforeunload"]


def test_of_two_texts_either_can_be_taken_with_a_button(desk):
    first = desk("06.02")
    second = first.context.new_page()
    second.goto(f"{UNIT}06.02/")
    first.locator("#id_note").fill("Dari jendela satu")
    first.locator("[data-save-here]").click()
    expect(first.locator("#score-status")).to_contain_text("Catatan tersimpan")
    second.locator("#id_note").fill("Dari jendela dua")
    second.get_by_role("button", name="Pakai isian ini").click()
    expect(second.get_by_text("Catatan tersimpan pukul").first).to_be_visible()
    expect(second.locator("[data-conflict]")).to_have_count(0)
    assert ScoreDraft.objects.get().data["note"] == "Dari jendela dua"
    first.locator("#id_note").fill("Dari jendela satu, lagi")
    first.get_by_role("link", name="Pakai yang tersimpan").click()
    expect(first.locator("#id_note")).to_have_value("Dari jendela dua")


def test_options_and_saving_are_in_view_beside_several_cards(desk, made, world):
    row = made["06.02"]
    for title in ("Foto papan standar", "Notula rapat"):
        make_evidence(
            world.unit, by=world.people["operator"], link_to=[row], title=title
        )
    make_round(row, by=world.people["operator"], state=State.UNDER_REVIEW)
    page = desk("06.02")
    assert page.locator(".desk__cards > article").count() == 3
    bar = page.locator(".desk .actionbar").bounding_box()
    assert bar["y"] + bar["height"] <= 768
    for number in (1, 2):
        option = page.locator(f"label[for=option-{number}]").bounding_box()
        assert option["y"] + option["height"] <= bar["y"]
    # What is read turns by itself beside it, to the last card.
    last = page.locator(".desk__cards article").last
    last.get_by_role("button", name="Sesuai", exact=True).scroll_into_view_if_needed()
    assert page.locator(".desk .actionbar").bounding_box() == bar
    read = page.locator(".desk__read").bounding_box()
    box = last.get_by_role("button", name="Sesuai", exact=True).bounding_box()
    assert box["y"] + box["height"] <= read["y"] + read["height"]
    # The form of one card is not cut off by the height of the cards.
    page.locator(".desk__cards summary").first.click()
    expect(page.locator(".desk__read.is-open")).to_be_visible()
    panel = page.locator(".desk__cards .menu__panel").first.bounding_box()
    cards = page.locator(".desk__cards").bounding_box()
    assert panel["y"] + panel["height"] <= cards["y"] + cards["height"]
