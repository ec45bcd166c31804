"""What the pages of administration do: forms, conflicts, lists, constant queries."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_membership, make_unit, make_user
from wbk_portal.accounts.models import Holiday, Membership, User, WorkUnit
from wbk_portal.accounts.services import memberships, units

pytestmark = pytest.mark.django_db

UNIT = {
    "name": "Kantor Baru",
    "code": "KB-1",
    "kind": "Kantor",
    "time_zone": "Asia/Makassar",
    "active_from": "2026-01-01",
}


def sent_version(response):
    """The version that the form on a page carries."""
    page = response.content.decode()
    return re.search(r'name="version" value="(\d+)"', page).group(1)


@pytest.fixture
def browser(client_for):
    return client_for("administrator")


# --- Units ---------------------------------------------------------------------------
def test_a_unit_is_added_and_a_second_sending_is_told_so(browser, world):
    path = "/unit-kerja/baru/?induk=KW-JTG"
    assert browser.post(path, UNIT)["Location"] == "/unit-kerja/KB-1/"
    made = WorkUnit.objects.get(code="KB-1")
    assert made.parent_path == world.region.path
    assert (made.time_zone, made.is_assessed) == ("Asia/Makassar", False)
    again = browser.post(path, UNIT)
    assert again.status_code == 422
    assert "Kode ini sudah dipakai unit lain." in again.content.decode()
    assert WorkUnit.objects.filter(name="Kantor Baru").count() == 1


def test_further_fields_of_a_form_change_nothing(browser, world):
    data = {
        **UNIT,
        "code": "PN-SKM",
        "version": "1",
        "path": "0001",
        "depth": "1",
        "numchild": "9",
        "active_until": "2020-01-01",
        "id": str(world.sibling.pk),
        "unit": "PN-LAB",
        "state": "x",
    }
    before = WorkUnit.objects.get(code="PN-SKM")
    assert browser.post("/unit-kerja/PN-SKM/ubah/", data).status_code == 302
    after = WorkUnit.objects.get(code="PN-SKM")
    assert (after.path, after.depth, after.numchild, after.active_until) == (
        before.path,
        before.depth,
        before.numchild,
        None,
    )
    assert after.name == "Kantor Baru"
    assert WorkUnit.objects.get(code="PN-LAB").name == world.sibling.name


@pytest.mark.parametrize("version", ["0", "", "99", "x", "-1", "9" * 30])
def test_a_stale_form_shows_both_versions_and_can_be_sent_again(
    browser, world, admin, version
):
    units.update_unit(by=admin, unit_id=world.unit.pk, version=1, name="Nama Rina")
    data = {**UNIT, "code": "PN-SKM", "version": version}
    response = browser.post("/unit-kerja/PN-SKM/ubah/", data)
    page = response.content.decode()
    world.unit.refresh_from_db()
    assert world.unit.name == "Nama Rina"
    if version == "x":
        assert response.status_code == 422
        return
    assert response.status_code == 409
    assert "Nama Rina" in page
    assert "Kantor Baru" in page
    assert f"{admin.name} sudah mengubah data ini" in page
    sent = re.search(r'name="version" value="(\d+)"', page).group(1)
    response = browser.post("/unit-kerja/PN-SKM/ubah/", {**data, "version": sent})
    assert response.status_code == 302
    world.unit.refresh_from_db()
    assert world.unit.name == "Kantor Baru"


def test_a_cycle_is_refused_on_the_page(browser, world):
    response = browser.post(
        "/unit-kerja/KW-JTG/pindah/", {"parent": "PN-SKM", "version": "1"}
    )
    assert response.status_code == 422
    assert "sendiri dan unit di bawahnya tidak dapat menjadi tujuan" in (
        response.content.decode()
    )


def test_a_unit_and_what_lies_below_are_no_places_to_move_it_to(browser, world):
    form = browser.get("/unit-kerja/KW-JTG/pindah/").context["form"]
    offered = [code for code, _label in form.fields["parent"].choices]
    assert "KW-MLK" in offered
    assert not {"KW-JTG", "PN-SKM", "PN-LAB"} & set(offered)


def test_a_unit_moves_to_the_top_and_elsewhere(browser, world):
    response = browser.post(
        "/unit-kerja/PN-SKM/pindah/", {"parent": "KW-MLK", "version": "1"}
    )
    assert response["Location"] == "/unit-kerja/PN-SKM/"
    stale = browser.post("/unit-kerja/PN-SKM/pindah/", {"parent": "", "version": "1"})
    assert stale.status_code == 409
    response = browser.post(
        "/unit-kerja/PN-SKM/pindah/", {"parent": "", "version": "2"}
    )
    assert response.status_code == 302
    assert WorkUnit.objects.get(code="PN-SKM").depth == 1


def test_a_branch_administrator_is_offered_the_branch_alone(client_for, branch_admin):
    client = client_for("branch_admin")
    page = client.get("/unit-kerja/PN-SKM/pindah/").content.decode()
    assert "PN-LAB" in page
    assert "KW-MLK" not in page
    for parent in ("KW-MLK", "BLPI", ""):
        response = client.post(
            "/unit-kerja/PN-SKM/pindah/", {"parent": parent, "version": "1"}
        )
        assert response.status_code == 422
        assert "field--bad" in response.content.decode()


@pytest.mark.parametrize("day", ["2026-13-01", "0001-01-01", "9999-12-31", "besok", ""])
def test_days_out_of_bounds_are_refused(browser, world, day):
    response = browser.post(
        "/unit-kerja/PN-SKM/tutup/", {"last_day": day, "version": "1"}
    )
    assert response.status_code == 422
    assert WorkUnit.objects.get(code="PN-SKM").active_until is None


def test_a_unit_closes_and_opens_again(browser, world):
    last = timezone.localdate().isoformat()
    response = browser.post(
        "/unit-kerja/PN-SKM/tutup/", {"last_day": last, "version": "1"}
    )
    assert response["Location"] == "/unit-kerja/PN-SKM/"
    assert "akan ditutup" in browser.get("/unit-kerja/PN-SKM/").content.decode()
    browser.post("/unit-kerja/PN-SKM/buka-lagi/")
    assert WorkUnit.objects.get(code="PN-SKM").active_until is None


def test_search_finds_by_every_word_and_shows_the_way(browser, world):
    page = browser.get("/unit-kerja/?q=layanan+ambon").content.decode()
    assert "1 unit ditemukan" in page
    assert "Kantor Wilayah Maluku" in page
    assert "Tidak ada unit" in browser.get("/unit-kerja/?q=%00%25").content.decode()


def test_texts_are_escaped(browser, world):
    WorkUnit.objects.filter(code="PN-SKM").update(name="<script>alert(1)</script>")
    User.objects.filter(username="operator").update(name='"><img src=x>')
    for path in ("/unit-kerja/", "/unit-kerja/PN-SKM/", "/orang/", "/orang/operator/"):
        page = browser.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


# --- People --------------------------------------------------------------------------
PERSON = {"name": "Dewi Lestari", "username": "dewi", "language": "id"}


def test_a_person_is_added_and_the_link_is_shown_once(browser, world, client):
    data = {**PERSON, "unit": "PN-SKM", "role": "operator", "is_active": "", "id": "1"}
    response = browser.post("/orang/baru/", data)
    assert response["Cache-Control"] == "no-store"
    page = response.content.decode()
    address = re.search(r'value="http://testserver(/mulai/[^"]+/)"', page).group(1)
    assert client.get(address)["Location"] == "/mulai/"
    assert "Dewi Lestari" in client.get("/mulai/").content.decode()
    made = User.objects.get(username="dewi")
    assert [m.title for m in made.active_memberships] == ["Operator unit"]
    again = browser.post("/orang/baru/", data)
    assert "Nama pengguna ini sudah dipakai" in again.content.decode()
    assert address not in browser.get("/orang/dewi/").content.decode()


def test_a_person_without_a_role_is_for_administrators_of_all(
    browser, world, client_for, branch_admin
):
    data = {**PERSON, "unit": "", "role": "operator"}
    response = client_for("branch_admin").post("/orang/baru/", data)
    assert "field--bad" in response.content.decode()
    assert not User.objects.filter(username="dewi").exists()
    browser.post("/orang/baru/", data)
    assert not User.objects.get(username="dewi").memberships.exists()


def test_a_stale_person_form_is_a_conflict(browser, world):
    data = {**PERSON, "username": "operator", "version": "1"}
    assert browser.post("/orang/operator/ubah/", data).status_code == 302
    response = browser.post(
        "/orang/operator/ubah/", {**data, "name": "Lain", "version": "1"}
    )
    assert response.status_code == 409
    assert "Dewi Lestari" in response.content.decode()


def test_a_deputy_is_given_by_form(browser, world):
    data = {
        "unit": "PN-SKM",
        "role": "head",
        "valid_from": timezone.localdate().isoformat(),
        "delegation": "plh",
    }
    path = "/orang/coach/peran/?unit=PN-SKM"
    page = browser.post(path, data).content.decode()
    assert "Isi pejabat yang diwakili." in page
    assert "memerlukan tanggal akhir" in page
    data |= {"delegator": "HEAD", "valid_until": "2099-01-31"}
    assert browser.post(path, data)["Location"] == "/unit-kerja/PN-SKM/"
    page = browser.get("/unit-kerja/PN-SKM/").content.decode()
    assert "Plh. Kepala unit" in page
    assert "mewakili Head" in page
    assert "sudah berlaku" in browser.post(path, data).content.decode()
    assert Membership.objects.filter(delegation="plh").count() == 1


def test_a_role_ends_by_form(browser, world):
    row = Membership.objects.get(user=world.people["operator"])
    seen = memberships.end_version(row)
    data = {"last_day": timezone.localdate().isoformat(), "version": seen}
    response = browser.post(f"/peran/{row.pk}/akhiri/", data)
    assert response["Location"] == "/orang/operator/"
    row.refresh_from_db()
    assert row.valid_until == timezone.localdate()
    later = timezone.localdate() + dt.timedelta(days=9)
    data["last_day"] = later.isoformat()
    response = browser.post(f"/peran/{row.pk}/akhiri/", data)
    assert response.status_code == 409
    row.refresh_from_db()
    assert row.valid_until == timezone.localdate()
    sent = sent_version(response)
    data["version"] = sent
    assert browser.post(f"/peran/{row.pk}/akhiri/", data).status_code == 302


def test_somebody_from_elsewhere_is_found_by_the_whole_name_only(
    client_for, branch_admin
):
    client = client_for("branch_admin")
    path = "/unit-kerja/PN-SKM/orang/?q="
    assert "operator_elsewhere" not in client.get(f"{path}op").content.decode()
    assert (
        "operator_elsewhere" in client.get(f"{path}Operator_Elsewhere").content.decode()
    )


def test_pages_by_key_show_everybody_once(browser, world):
    for n in range(120):
        make_user(f"u{n:03}", name=f"Nama {n % 7}")
    seen, url = [], "/orang/?q=nama"
    while url:
        response = browser.get(url)
        seen += [person.pk for person in response.context["people"]]
        url = response.context["next_url"]
        url = f"/orang/{url}" if url else ""
    assert len(seen) == len(set(seen)) == 120


# --- Own account ---------------------------------------------------------------------
def test_the_own_account_changes_what_one_may_change(client_for, world):
    client = client_for("operator")
    data = {"email": "sari@x.example", "language": "en", "version": "1"}
    extra = {"name": "Lain", "username": "lain", "is_active": ""}
    response = client.post("/akun/", {**data, **extra})
    assert response["Location"] == "/akun/"
    assert response.cookies["django_language"].value == "en"
    sari = User.objects.get(username="operator")
    assert (sari.email, sari.language, sari.name) == (
        "sari@x.example",
        "en",
        "Operator",
    )
    assert client.post("/akun/", data).status_code == 409


def test_the_frame_names_the_roles(client_for, world):
    make_membership(world.people["operator"], world.sibling, "coach")
    make_membership(world.people["operator"], world.sibling, "operator")
    page = client_for("operator").get("/akun/").content.decode()
    assert "Operator unit · Kantor Layanan Sukamaju dan 2 peran lain" in page
    assert 'href="/unit-kerja/"' not in page
    page = client_for("administrator").get("/akun/").content.decode()
    assert 'href="/unit-kerja/"' in page
    for n in range(4):
        top = make_unit(f"TOP-{n}", is_assessed=False)
        make_membership(world.people["administrator"], top, "administrator")
    page = client_for("administrator").get("/akun/").content.decode()
    assert "dan 4 unit lain" in page
    assert "peran lain" not in page
    assert 'href="/orang/"' in page


# --- Free days -----------------------------------------------------------------------
def test_free_days_are_seeded_corrected_and_deleted(browser, world):
    assert browser.post("/hari-libur/2026/isi/")["Location"] == "/hari-libur/2026/"
    assert Holiday.objects.count() == 25
    day = Holiday.objects.get(date=dt.date(2026, 8, 17))
    data = {"name": "Proklamasi", "date": "2026-08-17", "kind": "public"}
    path = f"/hari-libur/2026/{day.pk}/"
    data["version"] = sent_version(browser.get(path))
    assert browser.post(path, data)["Location"] == "/hari-libur/2026/"
    assert "field--bad" in browser.post("/hari-libur/2026/baru/", data).content.decode()
    browser.post("/hari-libur/2026/isi/")
    day.refresh_from_db()
    assert day.name == "Proklamasi"
    for _ in range(2):
        assert browser.post(f"{path}hapus/").status_code == 302
    assert Holiday.objects.count() == 24
    assert browser.post(path, data).status_code == 404


def test_a_free_day_in_two_tabs_is_a_conflict(browser, world):
    day = Holiday.objects.create(date="2026-08-17", name="Libur", kind="public")
    path = f"/hari-libur/2026/{day.pk}/"
    seen = sent_version(browser.get(path))
    data = {"date": "2026-08-17", "kind": "public", "version": seen}
    assert browser.post(path, {**data, "name": "Proklamasi"}).status_code == 302
    response = browser.post(path, {**data, "name": "Hari Merdeka"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Proklamasi" in page
    assert "Hari Merdeka" in page
    day.refresh_from_db()
    assert day.name == "Proklamasi"
    again = {**data, "name": "Hari Merdeka", "version": sent_version(response)}
    assert browser.post(path, again).status_code == 302


# --- Services ------------------------------------------------------------------------
def test_a_service_in_two_tabs_is_a_conflict(browser, world):
    row = world.unit.services.create(code="IZN-01", name="Izin")
    path = f"/unit-kerja/PN-SKM/layanan/{row.pk}/"
    seen = sent_version(browser.get(path))
    data = {"code": "IZN-01", "active_from": "2026-01-01", "version": seen}
    assert browser.post(path, {**data, "name": "Izin Usaha"}).status_code == 302
    response = browser.post(path, {**data, "name": "Izin Lain"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Izin Usaha" in page
    assert "Izin Lain" in page
    row.refresh_from_db()
    assert row.name == "Izin Usaha"
    again = {**data, "name": "Izin Lain", "version": sent_version(response)}
    assert browser.post(path, again).status_code == 302
    row.refresh_from_db()
    assert row.name == "Izin Lain"


# --- Refusals ------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/unit-kerja/baru/",
        "/unit-kerja/PN-SKM/ubah/",
        "/unit-kerja/PN-SKM/pindah/",
        "/unit-kerja/PN-SKM/tutup/",
        "/unit-kerja/PN-SKM/layanan/baru/",
        "/orang/baru/",
        "/orang/operator/ubah/",
        "/orang/operator/peran/",
        "/hari-libur/2026/baru/",
        "/akun/",
        "/periode/baru/",
        "/periode/2026/ubah/",
        "/periode/2026/jadwal/",
        "/periode/2026/tutup/",
    ],
)
def test_a_form_sent_with_nothing_right_is_unprocessable(browser, world, path):
    response = browser.post(path, {"x": "1"})
    assert response.status_code == 422
    assert response.context["form"].errors


# --- Queries -------------------------------------------------------------------------
def counted(browser, path):
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)


def test_lists_cost_the_same_for_any_number(browser, world):
    paths = [
        *("/unit-kerja/", "/unit-kerja/?q=uk", "/unit-kerja/KW-JTG/"),
        *("/unit-kerja/PN-SKM/", "/unit-kerja/PN-SKM/pindah/", "/orang/"),
        *("/orang/?q=orang&peran=operator", "/orang/operator/", "/hari-libur/"),
        "/unit-kerja/PN-SKM/orang/?q=orang",
    ]
    counts = []
    for size in (3, 40):
        for n in range(size):
            unit = make_unit(f"UK{size}-{n}", parent=world.region, is_assessed=False)
            below = make_unit(f"UB{size}-{n}", parent=unit, is_assessed=False)
            user = make_user(f"orang{size}x{n}")
            make_membership(user, below, "operator")
            make_membership(user, world.unit, "operator")
            make_membership(world.people["operator"], below, "coach")
            unit.services.create(code=f"L{n}", name="Layanan")
        counts.append([counted(browser, path) for path in paths])
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 16


def test_a_large_tree_shows_two_levels_with_the_same_queries(browser, world):
    small = counted(browser, "/unit-kerja/")
    rows, region = [], WorkUnit.objects.get(code="KW-JTG")
    first = WorkUnit.objects.filter(depth=3).count() + 1
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for n in range(first, first + 1500):
        step = ""
        for _ in range(4):
            n, digit = divmod(n, 36)
            step = alphabet[digit] + step
        rows.append(
            WorkUnit(
                path=region.path + step, depth=3, code=f"M{step}", name=f"Besar {step}"
            )
        )
    WorkUnit.objects.bulk_create(rows, ignore_conflicts=True)
    WorkUnit.objects.filter(pk=region.pk).update(
        numchild=WorkUnit.objects.filter(path__startswith=region.path, depth=3).count()
    )
    assert counted(browser, "/unit-kerja/") == small
    page = browser.get("/unit-kerja/").content.decode()
    assert "unit di bawahnya" in page
    assert "Besar" not in page
    response = browser.get("/unit-kerja/PN-SKM/pindah/")
    assert "Ketik kode unit" in response.content.decode()
    response = browser.post(
        "/unit-kerja/PN-SKM/pindah/", {"parent": " pn-lab ", "version": "1"}
    )
    assert response["Location"] == "/unit-kerja/PN-SKM/"
