"""The second step: switching it on, coming in with it, codes for the day after."""

import datetime as dt
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tests.factories import PASSWORD, make_user
from wbk_portal.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _middle_of_a_step():
    """Freeze the clock: a code must not run out under the test."""
    with time_machine.travel(dt.datetime(2026, 5, 29, 8, 2, 10, tzinfo=dt.UTC)):
        yield


def code_of(secret):
    """The code that an authenticator shows now."""
    counter = int(time.time()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def sign_in(client):
    return client.post("/masuk/", {"login": "sari", "password": PASSWORD})


@pytest.fixture
def sari(db):
    return make_user("sari", email="sari@instansi.example")


@pytest.fixture
def browser(client, sari):
    """Signed in, and asked once more who one is."""
    sign_in(client)
    response = client.get("/akun/dua-langkah/aktifkan/")
    assert response["Location"].startswith("/akun/pastikan/")
    response = client.post(response["Location"], {"password": PASSWORD})
    assert response["Location"] == "/akun/dua-langkah/aktifkan/"
    return client


def activate(browser):
    page = browser.get("/akun/dua-langkah/aktifkan/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    response = browser.post("/akun/dua-langkah/aktifkan/", {"code": code_of(secret)})
    assert response["Location"] == "/akun/dua-langkah/kode/"
    return secret


def test_on_and_then_asked_at_the_door(browser):
    secret = activate(browser)
    assert (
        "Tersisa 10 dari 10 kode"
        in browser.get("/akun/dua-langkah/kode/").content.decode()
    )
    fresh = Client()
    assert sign_in(fresh)["Location"] == "/masuk/kode/"
    assert fresh.get("/akun/").status_code == 302, "half the way is not in"
    wrong = fresh.post("/masuk/kode/", {"code": "000000"})
    assert "Kode keliru" in wrong.content.decode()
    assert fresh.get("/akun/").status_code == 302
    response = fresh.post("/masuk/kode/", {"code": code_of(secret)})
    assert response["Location"] == "/"
    assert response.cookies["django_language"].value == "id"
    assert fresh.get("/akun/").status_code == 200


def test_a_code_works_once(browser):
    secret = activate(browser)
    code = code_of(secret)
    for status in (302, 200):
        fresh = Client()
        sign_in(fresh)
        assert fresh.post("/masuk/kode/", {"code": code}).status_code == status


def test_a_recovery_code_works_once(browser, sari):
    activate(browser)
    authenticator = Authenticator.objects.get(user=sari, type="recovery_codes")
    code = authenticator.wrap().get_unused_codes()[0]
    for status in (302, 200):
        fresh = Client()
        sign_in(fresh)
        assert fresh.post("/masuk/kode/", {"code": code}).status_code == status
    assert (
        "Tersisa 9 dari 10 kode"
        in browser.get("/akun/dua-langkah/kode/").content.decode()
    )


def test_codes_are_downloaded_and_made_anew(browser, sari):
    activate(browser)
    first = browser.get("/akun/dua-langkah/kode/unduh/").content.decode().split()
    assert len(first) == 10
    response = browser.post("/akun/dua-langkah/kode/baru/")
    assert response["Location"] == "/akun/dua-langkah/kode/"
    second = browser.get("/akun/dua-langkah/kode/unduh/").content.decode().split()
    assert not set(first) & set(second)


def test_off_again(browser, sari):
    activate(browser)
    response = browser.post("/akun/dua-langkah/matikan/")
    assert response["Location"] == "/akun/dua-langkah/"
    assert not Authenticator.objects.filter(user=sari).exists()
    actions = AuditEntry.objects.filter(
        target_type="user", target_key=str(sari.pk)
    ).values_list("action", flat=True)
    assert "user.second_step_added" in actions
    assert "user.second_step_removed" in actions


def test_five_wrong_codes_lock_the_second_step_too(browser):
    secret = activate(browser)
    fresh = Client()
    sign_in(fresh)
    for _ in range(5):
        assert fresh.post("/masuk/kode/", {"code": "000000"}).status_code == 200
    response = fresh.post("/masuk/kode/", {"code": code_of(secret)})
    assert response.status_code == 429
    assert "WIB" in response.content.decode()


def test_the_secret_is_not_readable_in_the_database(browser, sari):
    secret = activate(browser)
    rows = str(list(Authenticator.objects.filter(user=sari).values_list("data")))
    assert secret not in rows
    assert browser.get("/akun/dua-langkah/").status_code == 200


def test_another_secret_key_makes_codes_wrong_but_breaks_nothing(browser, settings):
    secret = activate(browser)
    settings.SECRET_KEY = "lain" * 12
    fresh = Client()
    sign_in(fresh)
    response = fresh.post("/masuk/kode/", {"code": code_of(secret)})
    assert response.status_code == 200
