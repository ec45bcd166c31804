"""A refused form brings what is wrong to the person, with and without scripts."""

from __future__ import annotations

import pytest

from tests import factories

from .conftest import VIEWS, audit_page
from .test_uploading import enter  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_VIEW = """element => {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= window.innerHeight + 1;
}"""
FOCUSED = "element => element === document.activeElement"


@pytest.fixture
def assessment(world):
    return factories.make_assessment(world.unit, world.period)


def brought(page):
    """Assert that the summary has the focus and is in view; return it."""
    summary = page.locator("[data-refused]")
    summary.wait_for()
    assert summary.evaluate(FOCUSED)
    assert summary.evaluate(IN_VIEW)
    return summary


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("view", ["light-1366", "light-390"])
def test_a_refused_filing(open_page, enter, world, people, assessment, view, scripts):  # noqa: F811
    for number in range(6):
        factories.make_tray_file(
            people["operator"], world.unit, display_name=f"Berkas {number}.pdf"
        )
    page = enter(open_page(view, java_script_enabled=scripts))
    page.goto("/unggah/PN-SKM/")
    page.locator("input[name=covers_from]").fill("2026-02-01")
    page.locator("input[name=covers_until]").fill("2026-01-31")
    page.get_by_role("button", name="Simpan yang dipilih").last.click()
    summary = brought(page)
    summary.get_by_role("link", name="Mencakup sampai").click()
    field = page.locator("input[name=covers_until]")
    assert field.evaluate(IN_VIEW)
    described = field.get_attribute("aria-describedby")
    assert "lebih awal" in page.locator(f"#{described}").inner_text()
    if scripts:
        audit_page(page, allowed=("422",))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_refused_answer(open_page, enter, assessment, scripts):  # noqa: F811
    page = enter(open_page("light-390", java_script_enabled=scripts))
    page.goto("/2026/unit/PN-SKM/06.13/")
    form = page.locator("#answer-form")
    form.locator("#narrative").evaluate(
        "element => { element.value = 'x'.repeat(100001); }"
    )
    # Past the script that saves in place: the plain way is what is looked at.
    form.evaluate("element => element.submit()")
    summary = brought(page)
    summary.get_by_role("link", name="Penjelasan").click()
    field = page.locator("#narrative")
    assert field.evaluate(FOCUSED)
    assert field.get_attribute("aria-invalid") == "true"
    for part in field.get_attribute("aria-describedby").split():
        assert page.locator(f"#{part}").count() == 1
    if scripts:
        audit_page(page, allowed=("422",))


def test_a_refused_link_keeps_what_was_typed(page, enter, people, world, assessment):  # noqa: F811
    evidence = factories.make_evidence(world.unit, by=people["operator"])
    enter(page).goto(f"/bukti/{evidence.pk}/")
    field = page.locator("#free-pages")
    field.fill("tujuh")
    page.get_by_role("button", name="Tautkan").click()
    page.locator("#free-error").wait_for()
    assert field.evaluate(FOCUSED)
    assert field.evaluate(IN_VIEW)
    assert field.input_value() == "tujuh"
    audit_page(page, allowed=("422",))


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_the_405_page(open_page, enter, world, view):  # noqa: F811
    page = enter(open_page(view))
    page.goto("/unggah/PN-SKM/simpan/")
    audit_page(page, allowed=("405",))
    page.get_by_role("link", name="Kembali ke halamannya").click()
    assert page.url.endswith("/unggah/PN-SKM/")
