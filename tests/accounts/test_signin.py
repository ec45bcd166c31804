"""The door: who comes in, in which language, with which session."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.urls import NoReverseMatch, reverse

from tests.factories import PASSWORD, make_user
from wbk_portal.accounts.services import people

pytestmark = pytest.mark.django_db


def sign_in(client, username="sari", password=PASSWORD, **extra):
    return client.post("/masuk/", {"login": username, "password": password, **extra})


def test_the_right_password_opens_the_door(client):
    make_user("sari")
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/akun/").status_code == 200


def test_the_name_counts_in_any_case_and_with_space_around(client):
    make_user("sari")
    assert sign_in(client, "  SaRi ").status_code == 302


def test_the_page_asked_for_comes_after_the_door_but_no_other_host(client):
    make_user("sari")
    assert sign_in(client, next="/akun/")["Location"] == "/akun/"
    client.post("/keluar/")
    assert sign_in(client, next="https://lain.example/")["Location"] == "/"


def test_wrong_password_unknown_name_and_no_password_look_the_same(client):
    make_user("sari")
    make_user("budi", password=None)
    pages = set()
    for name in ("sari", "budi", "siapa"):
        page = sign_in(client, name, "bukan-sandinya").content.decode()
        assert "Nama pengguna atau kata sandi keliru." in page
        pages.add(page.replace(f'value="{name}"', "").split("</form>")[0][-600:])
    assert len({page.partition("csrfmiddlewaretoken")[0] for page in pages}) == 1


def test_an_unknown_name_costs_a_password_hash_too(client, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    original = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: (
            hashed.append(password),
            original(self, password, salt),
        )[1],
    )
    make_user("sari")
    make_user("budi", password=None)
    counts = {}
    for name in ("sari", "budi", "siapa"):
        hashed.clear()
        sign_in(client, name, "bukan-sandinya")
        counts[name] = len(hashed)
    assert counts["sari"] == counts["siapa"] == counts["budi"] == 1


def test_the_session_gets_a_new_key_and_ends_with_the_browser(client):
    make_user("sari")
    client.get("/masuk/")
    client.session["x"] = 1
    before = client.session.session_key
    response = sign_in(client)
    assert client.session.session_key != before
    cookie = response.cookies["wbk_session"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    row = Session.objects.get(session_key=client.session.session_key)
    assert 0 < row.expire_date.timestamp() - time.time() <= 12 * 3600 + 5


def test_the_language_of_the_person_comes_with_the_person(client):
    make_user("sari", language="en")
    response = sign_in(client)
    assert response.cookies["django_language"].value == "en"
    client.post("/keluar/")
    make_user("budi", language="id")
    assert sign_in(client, "budi").cookies["django_language"].value == "id"


def test_switching_the_language_is_kept_with_the_person(client):
    sari = make_user("sari")
    sign_in(client)
    client.post("/bahasa/", {"language": "en", "next": "/akun/"})
    sari.refresh_from_db()
    assert sari.language == "en"
    client.post("/bahasa/", {"language": "xx", "next": "/akun/"})
    sari.refresh_from_db()
    assert sari.language == "en"


def test_who_is_deactivated_cannot_come_in_and_is_out_at_the_next_request(client):
    sari = make_user("sari")
    sign_in(client)
    assert client.get("/akun/").status_code == 200
    people.deactivate_person(user_id=sari.pk)
    assert client.get("/akun/")["Location"].startswith("/masuk/")
    response = sign_in(client)
    assert response["Location"] == "/masuk/tidak-aktif/"
    assert "sudah dinonaktifkan" in client.get("/masuk/tidak-aktif/").content.decode()
    people.reactivate_person(user_id=sari.pk)
    assert client.get("/akun/").status_code == 302, "the old session stays dead"
    assert sign_in(client)["Location"] == "/"


def test_signing_out_needs_a_post_and_ends_the_session(client):
    make_user("sari")
    sign_in(client)
    assert "Keluar dari portal?" in client.get("/keluar/").content.decode()
    assert client.get("/akun/").status_code == 200
    response = client.post("/keluar/")
    assert response["Location"] == "/masuk/"
    assert client.get("/akun/").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        *("/signup/", "/daftar/", "/masuk/signup/", "/accounts/signup/"),
        *("/akun/surel/", "/akun/email/", "/masuk/lupa/", "/password/reset/"),
        *("/accounts/login/", "/accounts/", "/admin/"),
    ],
)
def test_there_is_no_sign_up_and_no_way_by_mail(client, path):
    make_user("sari")
    assert client.get(path).status_code in {302, 404}
    sign_in(client)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_confirm_email",
    ],
)
def test_the_closed_addresses_have_no_names(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_changed_password_keeps_this_session_and_ends_the_others(client, db):
    from django.test import Client

    sari = make_user("sari")
    other = Client()
    sign_in(client)
    sign_in(other)
    data = {"oldpassword": PASSWORD, "password1": "kalimat panjang sekali 7"}
    wrong = client.post(
        "/akun/kata-sandi/", {**data, "password2": "lain", "oldpassword": "keliru"}
    ).content.decode()
    assert "Kata sandi sekarang keliru." in wrong
    assert "Kedua kata sandi tidak sama." in wrong
    response = client.post(
        "/akun/kata-sandi/", {**data, "password2": data["password1"]}
    )
    assert response["Location"] == "/akun/"
    assert client.get("/akun/").status_code == 200
    assert other.get("/akun/").status_code == 302
    sari.refresh_from_db()
    assert sari.check_password(data["password1"])


@pytest.mark.parametrize(
    "password", ["pendek", "1234567890", "password123", "sari-sari"]
)
def test_weak_passwords_are_refused(client, password):
    make_user("sari", name="Sari Sari-Sari")
    sign_in(client)
    response = client.post(
        "/akun/kata-sandi/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert response.status_code == 200
    assert "field--bad" in response.content.decode()


def test_ending_all_sessions_spares_this_one(client):
    from django.test import Client

    make_user("sari")
    other = Client()
    sign_in(client)
    sign_in(other)
    assert client.post("/akun/keluar-semua/")["Location"] == "/akun/"
    assert client.get("/akun/").status_code == 200
    assert other.get("/akun/").status_code == 302


def test_nul_in_the_form_is_no_fault(client):
    make_user("sari")
    assert sign_in(client, "sa\0ri", "a\0b").status_code == 200
