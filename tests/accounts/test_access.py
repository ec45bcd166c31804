"""Who opens which page of administration, and who is turned away how."""

import re

import pytest
from django.utils import timezone

from tests.conftest import ROLES
from tests.factories import make_membership, make_user
from wbk_portal.accounts.models import Holiday, Membership

pytestmark = pytest.mark.django_db

OUTSIDERS = [*sorted(set(ROLES) - {"administrator", "auditor"}), "nobody"]

PAGES = {
    # path: statuses of (administrator, branch administrator)
    "/unit-kerja/": (200, 200),
    "/unit-kerja/?q=kantor": (200, 200),
    "/unit-kerja/baru/": (200, 403),
    "/unit-kerja/baru/?induk=KW-JTG": (200, 200),
    "/unit-kerja/baru/?induk=KW-MLK": (200, 404),
    "/unit-kerja/baru/?induk=TIDAK-ADA": (404, 404),
    "/unit-kerja/BLPI/": (200, 404),
    "/unit-kerja/KW-JTG/": (200, 200),
    "/unit-kerja/PN-SKM/": (200, 200),
    "/unit-kerja/PN-AMB/": (200, 404),
    "/unit-kerja/tidak-ada/": (404, 404),
    "/unit-kerja/PN-SKM/ubah/": (200, 200),
    "/unit-kerja/PN-AMB/ubah/": (200, 404),
    "/unit-kerja/PN-SKM/pindah/": (200, 200),
    "/unit-kerja/KW-JTG/pindah/": (200, 403),
    "/unit-kerja/PN-AMB/pindah/": (200, 404),
    "/unit-kerja/PN-SKM/tutup/": (200, 200),
    "/unit-kerja/KW-JTG/tutup/": (200, 403),
    "/unit-kerja/PN-AMB/tutup/": (200, 404),
    "/unit-kerja/PN-SKM/orang/": (200, 200),
    "/unit-kerja/PN-SKM/orang/?q=op": (200, 200),
    "/unit-kerja/PN-AMB/orang/": (200, 404),
    "/unit-kerja/PN-SKM/layanan/baru/": (200, 200),
    "/unit-kerja/PN-AMB/layanan/baru/": (200, 404),
    "/unit-kerja/PN-SKM/layanan/{service}/": (200, 200),
    "/unit-kerja/PN-LAB/layanan/{service}/": (404, 404),
    "/orang/": (200, 200),
    "/orang/?q=op&peran=operator&status=aktif": (200, 200),
    "/orang/?mulai=omong-kosong&peran=x&status=y": (200, 200),
    "/orang/baru/": (200, 200),
    "/orang/operator/": (200, 200),
    "/orang/operator_elsewhere/": (200, 404),
    "/orang/tidak-ada/": (404, 404),
    "/orang/operator/ubah/": (200, 200),
    "/orang/operator_elsewhere/ubah/": (200, 404),
    "/orang/operator/tautan/": (200, 200),
    "/orang/administrator/tautan/": (200, 404),
    "/orang/operator/nonaktifkan/": (200, 200),
    "/orang/operator_elsewhere/nonaktifkan/": (200, 404),
    "/orang/operator/peran/": (200, 200),
    "/orang/tidak-ada/peran/": (404, 404),
    "/peran/{here}/akhiri/": (200, 200),
    "/peran/{elsewhere}/akhiri/": (200, 404),
    "/peran/999999/akhiri/": (404, 404),
    "/hari-libur/": (200, 200),
    "/hari-libur/2026/": (200, 200),
    "/hari-libur/1500/": (404, 404),
    "/hari-libur/2026/baru/": (200, 403),
    "/hari-libur/2026/{holiday}/": (200, 403),
}

ACTS = {
    # path: statuses of a POST by (administrator, branch administrator)
    "/unit-kerja/PN-SKM/buka-lagi/": (302, 302),
    "/unit-kerja/KW-JTG/buka-lagi/": (302, 403),
    "/unit-kerja/PN-AMB/buka-lagi/": (302, 404),
    "/orang/operator/nonaktifkan/": (302, 302),
    "/orang/operator_elsewhere/nonaktifkan/": (302, 404),
    "/orang/operator/aktifkan/": (302, 302),
    "/orang/operator_elsewhere/aktifkan/": (302, 404),
    "/orang/operator/tautan/": (200, 200),
    "/orang/operator_elsewhere/tautan/": (200, 404),
    "/hari-libur/2026/isi/": (302, 403),
    "/hari-libur/2026/{holiday}/hapus/": (302, 403),
}


@pytest.fixture
def fill(world, branch_admin):
    """Put the keys of real rows into a path."""
    service = world.unit.services.create(code="IZN", name="Izin")
    holiday = Holiday.objects.create(
        date=timezone.localdate(), name="Libur", kind="public"
    )
    rows = {
        "service": service.pk,
        "holiday": holiday.pk,
        "here": Membership.objects.get(user=world.people["operator"]).pk,
        "elsewhere": Membership.objects.get(user=world.people["operator_elsewhere"]).pk,
    }
    return lambda path: path.format(**rows)


@pytest.mark.parametrize("path", PAGES)
def test_administrators_open_the_pages_of_their_branches(client_for, fill, path):
    whole, branch = PAGES[path]
    assert client_for("administrator").get(fill(path)).status_code == whole
    assert client_for("branch_admin").get(fill(path)).status_code == branch


@pytest.mark.parametrize("path", ACTS)
def test_administrators_act_in_their_branches(client_for, fill, path):
    whole, branch = ACTS[path]
    assert client_for("branch_admin").post(fill(path)).status_code == branch
    assert client_for("administrator").post(fill(path)).status_code == whole


@pytest.mark.parametrize("person", OUTSIDERS)
def test_nobody_else_opens_anything(client_for, fill, person):
    client = client_for(person)
    for path in PAGES:
        response = client.get(fill(path))
        assert response.status_code == 403, path
        assert "Hanya administrator" in response.content.decode()
    for path in [*PAGES, *ACTS]:
        assert client.post(fill(path), {"x": "1"}).status_code in {403, 405}, path


def test_strangers_are_sent_to_the_door(client_for, fill):
    client = client_for("anonymous")
    for path in [*PAGES, "/akun/", "/akun/kata-sandi/", "/akun/dua-langkah/"]:
        response = client.get(fill(path))
        assert response.status_code == 302, path
        assert response["Location"].startswith("/masuk/?next="), path
    for path in ACTS:
        assert client.post(fill(path)).status_code == 302, path


@pytest.mark.parametrize("person", [*OUTSIDERS, "administrator"])
def test_everybody_has_an_account_page(client_for, person):
    response = client_for(person).get("/akun/")
    assert response.status_code == 200


@pytest.mark.parametrize("path", [p for p in ACTS if "tautan" not in p])
def test_acts_take_no_get(client_for, fill, path):
    if path.endswith("/nonaktifkan/"):
        return
    assert client_for("administrator").get(fill(path)).status_code == 405


READ_BY_AUDITORS = {
    "/unit-kerja/",
    "/unit-kerja/?q=kantor",
    "/unit-kerja/BLPI/",
    "/unit-kerja/KW-JTG/",
    "/unit-kerja/PN-SKM/",
    "/unit-kerja/PN-AMB/",
    "/orang/",
    "/orang/?q=op&peran=operator&status=aktif",
    "/orang/?mulai=omong-kosong&peran=x&status=y",
    "/orang/operator/",
    "/orang/operator_elsewhere/",
    "/hari-libur/",
    "/hari-libur/2026/",
}
NOT_THERE = {"/unit-kerja/tidak-ada/", "/orang/tidak-ada/", "/hari-libur/1500/"}


def test_an_auditor_reads_everything_and_changes_nothing(client_for, fill):
    client = client_for("auditor")
    for path in PAGES:
        status = client.get(fill(path)).status_code
        wanted = 200 if path in READ_BY_AUDITORS else 403
        assert status == (404 if path in NOT_THERE else wanted), path
    for path in [*PAGES, *ACTS]:
        assert client.post(fill(path), {"x": "1"}).status_code in {403, 405}, path


ACTS_IN_LINKS = re.compile(
    r'(?:href|action)="(/[^"]*/(?:baru|ubah|pindah|tutup|buka-lagi|orang|tautan|peran'
    r'|nonaktifkan|aktifkan|akhiri|isi|hapus|layanan/[^"]*)/)"'
)


@pytest.mark.parametrize("path", sorted(READ_BY_AUDITORS))
def test_an_auditor_finds_no_buttons(client_for, fill, path):
    page = client_for("auditor").get(fill(path)).content.decode()
    assert ACTS_IN_LINKS.findall(page) == []
    for link in ("/unit-kerja/", "/orang/", "/periode/"):
        assert f'href="{link}"' in page


def test_an_auditor_of_a_branch_reads_the_branch(client, fill, world):
    person = make_user("auditor_of_region")
    make_membership(person, world.region, "auditor")
    client.force_login(person)
    assert client.get("/unit-kerja/PN-SKM/").status_code == 200
    assert client.get("/unit-kerja/PN-AMB/").status_code == 404
    assert client.get("/orang/operator/").status_code == 200
    assert client.get("/orang/operator_elsewhere/").status_code == 404
