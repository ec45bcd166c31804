"""What the head sent back, at the browser: named, explained, answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from evidence.services.submission import submit
from indicators.models import State
from indicators.services import approvals
from tests import factories

from .conftest import audit_page
from .test_uploading import enter  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/2026/unit/PN-SKM/"


@pytest.fixture
def items(world, people):
    """Three complete items, the first of which the head has sent back."""
    made = []
    for slug in ("06.01", "06.02", "06.06"):
        row = factories.make_assessment(world.unit, world.period, slug)
        row.self_option = factories.get_item(slug).answer_options[0]
        row.narrative = "Penjelasan"
        row.save()
        factories.make_evidence(world.unit, by=people["operator"], link_to=[row])
        made.append(row)
    submit(user=people["operator"], assessment_ids=[made[0].pk])
    made[0].refresh_from_db()
    approvals.send_back(
        user=people["head"], round_id=made[0].current_round_id, reason="Belum lengkap"
    )
    return made


@pytest.mark.parametrize("view", ["light-1366", "dark-390"])
def test_the_question_names_what_goes_and_what_stays(open_page, enter, items, view):  # noqa: F811
    page = enter(open_page(view))
    page.goto(HOME)
    page.locator("button:visible", has_text="Ajukan 2 yang lengkap").click()
    dialog = page.locator("#confirm")
    expect(dialog).to_be_visible()
    lines = dialog.inner_text().split("\n")
    for row in items[1:]:
        assert f"{row.item.short_label} {row.item.title}" in lines
    assert any("tidak ikut diajukan sekaligus (06.01)" in line for line in lines)
    audit_page(page)
    dialog.locator("[data-confirm-yes]").click()
    page.wait_for_url("**/tanda-terima/**")
    items[0].refresh_from_db()
    assert items[0].state == State.DRAFT


def test_the_note_follows_what_is_typed(open_page, enter, items):  # noqa: F811
    page = enter(open_page("light-1366"))
    page.goto(f"{HOME}06.01/")
    note = page.locator("[data-submit-note]")
    expect(note).to_contain_text("Belum ada yang diubah dan belum ada tanggapan")
    page.locator("#narrative").fill("Sudah dilengkapi")
    expect(note).to_contain_text("Setelah diajukan", timeout=12_000)
    audit_page(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reply_alone_goes_from_its_own_page(open_page, enter, items, scripts):  # noqa: F811
    page = enter(open_page("light-390", java_script_enabled=scripts))
    page.goto(f"{HOME}06.01/")
    page.locator("#submit-form button").click()
    expect(page.locator("main")).to_contain_text("06.01: Belum ada yang diubah")
    page.locator("#response").fill("Ada di halaman 3")
    page.locator("#submit-form button").click()
    page.wait_for_url("**/tanda-terima/**")
    expect(page.locator("main")).to_contain_text("Ada di halaman 3")
