"""What is typed on an item is kept before one leaves its page, whatever the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import factories

from .test_uploading import enter  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOME = "/2026/unit/PN-SKM/06.17/"
TEXT = "Baru saja ditulis"


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period, "06.17")


@pytest.mark.parametrize("way", ["language", "link", "button"])
def test_what_is_typed_is_kept_before_one_leaves(
    page,
    enter,  # noqa: F811
    assessment,
    way,
):
    enter(page).goto(HOME)
    page.locator("#narrative").fill(TEXT)
    if way == "link":
        page.locator(".crumbs a").first.click()
        page.wait_for_url("**/PN-SKM/")
    else:
        form = "form[action*='bahasa']" if way == "language" else "#submit-form"
        with page.expect_navigation():
            page.locator(form).first.evaluate("form => form.requestSubmit()")
        if way == "language":
            expect(page.locator("#narrative")).to_have_value(TEXT)
    assessment.refresh_from_db()
    assert assessment.narrative == TEXT


def test_a_line_that_is_broken_is_asked_about(page, enter, assessment):  # noqa: F811
    enter(page).goto(HOME)
    page.route("**/simpan/", lambda route: route.abort("connectionreset"))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#narrative").click()
    page.keyboard.type(TEXT)
    page.locator(".crumbs a").first.click()
    expect(page.locator("#answer-status")).to_have_attribute("data-state", "failed")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith(HOME)
    expect(page.locator("#narrative")).to_have_value(TEXT)
