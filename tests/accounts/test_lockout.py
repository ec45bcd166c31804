"""Failed tries: counted first, by name and by address, until when is said."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests.factories import PASSWORD, make_user
from wbk_portal.accounts import lockout

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 5, 29, 8, 2, tzinfo=dt.UTC)  # 15.02 WIB; window to 15.15


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


WRONG = "keliru-sekali"


def attempt(username="sari", password=WRONG, address="203.0.113.7"):
    return Client(REMOTE_ADDR=address).post(
        "/masuk/", {"login": username, "password": password}
    )


def test_five_wrong_ones_lock_the_name_and_say_until_when(clock):
    make_user("sari")
    for _ in range(5):
        assert attempt().status_code == 200
    response = attempt(password=PASSWORD)
    assert response.status_code == 429
    assert response["Retry-After"] == str(13 * 60 + 1)
    page = response.content.decode()
    assert "29 Mei 2026 pukul 15.15 WIB" in page
    assert 'value="sari"' in page
    assert PASSWORD not in page
    clock.shift(dt.timedelta(minutes=14))
    assert attempt(password=PASSWORD).status_code == 302


def test_a_lock_is_not_passed_by_case_space_or_a_fresh_browser():
    make_user("sari")
    for name in ("sari", "SARI", " sari", "Sari ", "sArI"):
        attempt(name)
    assert attempt("SaRI", PASSWORD).status_code == 429


def test_many_addresses_do_not_get_round_the_limit_of_a_name():
    make_user("sari")
    for n in range(20):
        assert attempt(address=f"198.51.100.{n}").status_code == 200
    assert attempt(address="198.51.100.77", password=PASSWORD).status_code == 429


def test_a_network_of_ipv6_is_one_address():
    make_user("sari")
    for n in range(5):
        attempt(address=f"2001:db8:1:2::{n + 1:x}")
    assert attempt(address="2001:db8:1:2::99", password=PASSWORD).status_code == 429


def test_an_unknown_name_locks_just_the_same():
    statuses = [attempt("siapa").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_hammering_one_name_leaves_the_colleagues_alone():
    make_user("sari")
    make_user("budi")
    for _ in range(150):
        attempt()
    assert attempt("budi", PASSWORD).status_code == 302


def test_trying_many_names_shuts_the_address_out():
    make_user("sari")
    for n in range(lockout.ADDRESS):
        assert attempt(f"nama{n}").status_code == 200
    response = attempt("sari", PASSWORD)
    assert response.status_code == 429
    assert "Terlalu banyak percobaan" in response.content.decode()
    assert "15.15 WIB" in response.content.decode()
    assert attempt("sari", PASSWORD, address="203.0.113.8").status_code == 302


def test_right_passwords_do_not_count():
    make_user("sari")
    for _ in range(30):
        assert attempt(password=PASSWORD).status_code == 302
    for _ in range(4):
        attempt()
    assert attempt(password=PASSWORD).status_code == 302
    attempt()
    assert attempt(password=PASSWORD).status_code == 429


def test_a_locked_name_costs_no_password_hash(monkeypatch):
    make_user("sari")
    for _ in range(5):
        attempt()
    monkeypatch.setattr(
        "allauth.account.auth_backends.AuthenticationBackend.authenticate",
        lambda *a, **k: pytest.fail("looked at the password"),
    )
    assert attempt(password=PASSWORD).status_code == 429


def test_the_own_password_cannot_be_guessed_from_an_open_session(clock):
    client = Client()
    client.force_login(make_user("sari"))
    data = {"password1": "kalimat panjang sekali 7"}
    data["password2"] = data["password1"]
    for _ in range(5):
        response = client.post("/akun/kata-sandi/", {**data, "oldpassword": "x"})
        assert response.status_code == 200
    response = client.post("/akun/kata-sandi/", {**data, "oldpassword": PASSWORD})
    assert response.status_code == 429
    assert "15.15 WIB" in response.content.decode()


def test_addresses_and_names_stand_in_no_row():
    from wbk_portal.ops.models import RateBucket

    attempt()
    keys = list(RateBucket.objects.values_list("key", flat=True))
    assert len(keys) == 3
    assert not [key for key in keys if "sari" in key or "203.0" in key]
