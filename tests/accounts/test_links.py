"""One-time links: shown once, used once, and silent about why they do not work."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.factories import PASSWORD, make_membership, make_unit, make_user
from wbk_portal.accounts.models import Membership, OneTimeLink, User, WorkUnit
from wbk_portal.accounts.services import links, people

pytestmark = pytest.mark.django_db

NEW = "kalimat panjang sekali 7"
FIRST = {
    "agency_name": "Badan Contoh Nasional",
    "agency_code": "BCN",
    "name": "Ratna Wulandari",
    "username": "ratna",
    "password": NEW,
    "again": NEW,
}


def open_link(client, token):
    response = client.get(f"/mulai/{token}/")
    assert (response.status_code, response["Location"]) == (302, "/mulai/")
    assert response["Referrer-Policy"] == "no-referrer"
    return client.get("/mulai/")


def first_link():
    out = StringIO()
    call_command("first_admin_link", base="https://portal.example/", stdout=out)
    return out.getvalue()


# --- First administrator -------------------------------------------------------------
def test_the_command_prints_one_line_until_there_is_an_administrator(world, admin):
    assert first_link() == ""
    Membership.objects.filter(user=admin).delete()
    printed = first_link()
    assert printed.startswith("https://portal.example/mulai/")
    assert printed.endswith("/\n")
    assert printed.count("\n") == 1
    token = printed.strip().split("/")[-2]
    assert len(token) >= 43
    assert token not in str(list(OneTimeLink.objects.values()))


def test_a_deactivated_administrator_is_none(world, admin):
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert first_link() != ""


def test_the_first_administrator_names_the_agency_and_signs_in(client):
    token = first_link().strip().split("/")[-2]
    page = open_link(client, token)
    assert "Siapkan portal" in page.content.decode()
    assert token not in page.content.decode()
    response = client.post("/mulai/", FIRST)
    assert response["Location"] == "/masuk/"
    agency = WorkUnit.objects.get()
    assert (agency.code, agency.name, agency.depth) == ("BCN", FIRST["agency_name"], 1)
    response = client.post("/masuk/", {"login": "ratna", "password": NEW})
    assert response["Location"] == "/"
    page = client.get("/unit-kerja/").content.decode()
    assert "Badan Contoh Nasional" in page
    assert first_link() == ""


@pytest.mark.parametrize(
    ("over", "text"),
    [
        ({"agency_code": "b c n"}, "Kode hanya berisi"),
        ({"agency_name": ""}, "field--bad"),
        ({"username": "ra tna"}, "Nama pengguna hanya berisi"),
        ({"again": "lain"}, "Kedua kata sandi tidak sama."),
        ({"password": "pendek", "again": "pendek"}, "field--bad"),
    ],
)
def test_a_wrong_value_leaves_the_link_alive_and_nothing_behind(client, over, text):
    open_link(client, first_link().strip().split("/")[-2])
    page = client.post("/mulai/", {**FIRST, **over})
    assert page.status_code == 422
    assert text in page.content.decode()
    assert not User.objects.exists()
    assert not WorkUnit.objects.exists()
    assert client.post("/mulai/", FIRST)["Location"] == "/masuk/"


def test_where_units_stand_the_new_administrator_takes_them_over(client):
    top = make_unit("LAMA", name="Instansi lama")
    page = open_link(client, first_link().strip().split("/")[-2]).content.decode()
    assert "Instansi lama" in page
    assert "agency_name" not in page
    # Fields that the form does not have change nothing.
    client.post("/mulai/", FIRST)
    assert WorkUnit.objects.count() == 1
    assert Membership.objects.get().work_unit == top


def test_two_open_pages_make_one_administrator(client):
    other = Client()
    token = first_link().strip().split("/")[-2]
    open_link(client, token)
    open_link(other, token)
    assert client.post("/mulai/", FIRST).status_code == 302
    late = other.post("/mulai/", {**FIRST, "username": "lain"})
    assert late.status_code == 410
    assert User.objects.count() == 1


def test_a_link_dies_with_the_first_administrator_made_otherwise(client):
    token = first_link().strip().split("/")[-2]
    make_membership(make_user(), make_unit("X"), "administrator")
    assert open_link(client, token).status_code == 410


# --- A password ----------------------------------------------------------------------
def test_a_person_sets_the_password_once(world, admin, client):
    sari = world.people["operator"]
    elsewhere = Client()
    elsewhere.force_login(sari)
    issued = links.issue_password_link(by=admin, user_id=sari.pk)
    assert elsewhere.get("/akun/").status_code == 200
    page = open_link(client, issued.token).content.decode()
    assert sari.username in page
    assert client.post("/mulai/", {"password": NEW, "again": NEW}).status_code == 302
    assert elsewhere.get("/akun/").status_code == 302, "sessions elsewhere end"
    sari.refresh_from_db()
    assert sari.check_password(NEW)
    assert open_link(Client(), issued.token).status_code == 410


def test_the_old_password_works_until_the_link_is_used(world, admin, client):
    links.issue_password_link(by=admin, user_id=world.people["operator"].pk)
    response = client.post("/masuk/", {"login": "operator", "password": PASSWORD})
    assert response["Location"] == "/"


def test_a_lost_phone_is_forgotten_when_the_link_is_used(world, admin, client):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    sari = world.people["operator"]
    TOTP.activate(sari, "JBSWY3DPEHPK3PXP")
    for resets, left in ((False, 1), (True, 0)):
        issued = links.issue_password_link(
            by=admin, user_id=sari.pk, resets_second_factor=resets
        )
        browser = Client()
        open_link(browser, issued.token)
        browser.post("/mulai/", {"password": NEW, "again": NEW})
        assert Authenticator.objects.filter(user=sari).count() == left


def test_every_dead_link_looks_the_same(world, admin):
    sari, budi = world.people["operator"], world.people["head"]
    replaced = links.issue_password_link(by=admin, user_id=sari.pk)
    used = links.issue_password_link(by=admin, user_id=sari.pk)
    links.use_password_link(token_hash=links.hash_of(used.token), password=NEW)
    with time_machine.travel(timezone.now() - dt.timedelta(hours=73)):
        expired = links.issue_password_link(by=admin, user_id=sari.pk)
    closed = links.issue_password_link(by=admin, user_id=budi.pk)
    people.deactivate_person(by=admin, user_id=budi.pk)
    pages = set()
    for token in (replaced.token, used.token, expired.token, closed.token, "salah"):
        response = open_link(Client(), token)
        assert response.status_code == 410
        text = response.content.decode()
        assert "Mintalah tautan baru kepada administrator" in text
        pages.add(text.partition("<h1>")[2].partition("</main>")[0])
    assert len(pages) == 1
    assert Client().get("/mulai/").status_code == 410


def test_a_forged_cookie_opens_nothing(world, admin, client):
    issued = links.issue_password_link(by=admin, user_id=world.people["operator"].pk)
    client.cookies["wbk_link"] = links.hash_of(issued.token)
    assert client.get("/mulai/").status_code == 410


def test_the_token_stands_in_no_log(world, admin, client, caplog):
    caplog.set_level("DEBUG")
    issued = links.issue_password_link(by=admin, user_id=world.people["operator"].pk)
    open_link(client, issued.token)
    client.post("/mulai/", {"password": NEW, "again": NEW})
    open_link(client, issued.token)
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name != "django.db.backends"
    ]
    assert not [line for line in lines if issued.token in line]


def test_whoever_was_signed_in_here_is_not_any_more(world, admin, client):
    client.force_login(admin)
    issued = links.issue_password_link(by=admin, user_id=world.people["operator"].pk)
    open_link(client, issued.token)
    client.post("/mulai/", {"password": NEW, "again": NEW})
    assert client.get("/akun/").status_code == 302


def test_expired_links_are_deleted_after_a_month(world, admin):
    with time_machine.travel(timezone.now() - dt.timedelta(days=40)):
        links.issue_password_link(by=admin, user_id=world.people["operator"].pk)
    links.issue_password_link(by=admin, user_id=world.people["head"].pk)
    assert links.prune_links() == 1
