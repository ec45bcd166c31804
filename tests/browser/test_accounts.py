"""Pages of sign-in and administration in a real browser, in light, dark and 390 px."""

import pytest

from tests.factories import PASSWORD
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.accounts.services import links, units

from .conftest import audit_page, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("view", ["light-1366", "dark-390"])
def test_the_first_administrator_starts_and_comes_in(open_page, live_server, view):
    page = open_page(view)
    page.goto(f"/mulai/{links.issue_first_admin_link().token}/")
    assert page.url.endswith("/mulai/")
    audit_page(page)
    keep_picture(page, f"first-{view}")
    for name, text in {
        "agency_name": "Badan Contoh Nasional",
        "agency_code": "BCN",
        "name": "Ratna Wulandari",
        "username": "ratna",
        "password": PASSWORD,
        "again": PASSWORD,
    }.items():
        page.locator(f"input[name={name}]").fill(text)
    page.locator("main form button.btn--primary").click()
    page.wait_for_url("**/masuk/")
    assert "Portal siap." in page.content()
    sign_in(page, "ratna", PASSWORD)
    page.goto("/unit-kerja/")
    assert "Badan Contoh Nasional" in page.content()


@pytest.mark.parametrize("view", ["light-1366", "dark-390"])
def test_a_conflict_shows_both_and_can_be_sent_again(open_page, world, view):
    page = open_page(view)
    sign_in(page, "administrator", PASSWORD)
    page.goto("/unit-kerja/PN-SKM/ubah/")
    page.locator("input[name=name]").fill("Kantor Layanan Sukamaju Baru")
    units.update_unit(
        by=world.people["administrator"],
        unit_id=world.unit.pk,
        version=1,
        name="Kantor Pelayanan Terpadu Sukamaju",
    )
    page.problems.clear()
    page.locator("main form button.btn--primary").click()
    page.wait_for_selector(".conflict")
    keep_picture(page, f"conflict-{view}")
    audit_page(page, allowed=("409",))
    page.locator("main form button.btn--primary").click()
    page.wait_for_url("**/unit-kerja/PN-SKM/")
    assert WorkUnit.objects.get(code="PN-SKM").name == "Kantor Layanan Sukamaju Baru"


@pytest.mark.parametrize("view", ["light-1366", "dark-390"])
def test_a_lock_says_until_when(open_page, world, view):
    page = open_page(view)
    for _ in range(6):
        page.goto("/masuk/")
        page.locator("input[name=login]").fill("operator")
        page.locator("input[name=password]").fill("keliru")
        page.locator("main form button.btn--primary").click()
        page.wait_for_selector(".alert")
    assert "WIB" in page.locator(".alert").first.inner_text()
    keep_picture(page, f"locked-{view}")
    audit_page(page, allowed=("429",))


def test_the_door_works_without_scripts(open_page, world):
    page = open_page(java_script_enabled=False)
    page.goto("/masuk/")
    page.locator("input[name=login]").fill("administrator")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button.btn--primary").click()
    page.goto("/orang/operator/tautan/")
    page.locator("main form button.btn--primary").click()
    assert "/mulai/" in page.locator("#tautan").input_value()
