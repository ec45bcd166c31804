"""Sign-in, second step, own account and error pages in a real browser."""

import base64
import hashlib
import hmac
import struct
import time

import pytest

from tests.factories import PASSWORD, make_user

from .conftest import VIEWS, audit_page, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rina(db):
    """Somebody with a password and no second step."""
    return make_user("rina", name="Rina Astuti")


def one_time_code(secret):
    """The six digits that an authenticator shows now."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    digits = digest.digest()
    start = digits[-1] & 15
    number = struct.unpack(">I", digits[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_the_sign_in_page_is_clean(open_page, view):
    page = open_page(view)
    page.goto("/masuk/")
    assert page.locator("h1").inner_text() == "Masuk"
    audit_page(page)


def test_a_wrong_password_is_said_above_the_form(page, rina):
    page.goto("/masuk/")
    page.locator("[name=login]").fill("rina")
    page.locator("[name=password]").fill("keliru-sama-sekali")
    page.locator("main form button.btn--primary").click()
    alert = page.get_by_role("alert")
    assert "keliru" in alert.inner_text()
    audit_page(page)


def test_english_stays_after_the_switch(page):
    page.goto("/masuk/")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    audit_page(page)
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_own_account_from_password_to_second_step(page, rina):
    sign_in(page, "rina", PASSWORD)
    page.goto("/akun/kata-sandi/")
    audit_page(page)
    page.goto("/akun/dua-langkah/")
    audit_page(page)
    page.get_by_role("link", name="Aktifkan").click()
    if "pastikan" in page.url:
        audit_page(page)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button.btn--primary").click()
    audit_page(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill(one_time_code(secret))
    page.locator("main form button.btn--primary").click()
    page.wait_for_url("**/kode/")
    assert page.locator(".codes li").count() == 10
    recovery = page.locator(".codes li").first.inner_text()
    audit_page(page)
    page.goto("/akun/dua-langkah/kode/baru/")
    audit_page(page)
    page.goto("/akun/dua-langkah/matikan/")
    audit_page(page)
    page.goto("/keluar/")
    audit_page(page)
    page.locator("main form button.btn--primary").click()
    page.goto("/masuk/")
    page.locator("[name=login]").fill("rina")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.btn--primary").click()
    page.wait_for_url("**/masuk/kode/")
    audit_page(page)
    page.locator("[name=code]").fill(recovery)
    page.locator("main form button.btn--primary").click()
    page.wait_for_url(lambda url: "/masuk/" not in url)


@pytest.mark.parametrize("view", ["light-1366", "dark-390"])
def test_a_missing_page_says_so_in_the_portals_voice(open_page, rina, view):
    page = open_page(view)
    sign_in(page, "rina", PASSWORD)
    response = page.goto("/tidak-ada/")
    assert response.status == 404
    assert "content-security-policy" in response.headers
    assert page.locator("h1").inner_text() == "Halaman tidak ditemukan"
    audit_page(page, allowed=("status of 404",))
