"""Who may open the readiness pages, and whose units they see there."""

import pytest

from indicators.models import AssessmentPeriod
from tests.factories import make_membership, make_period, make_unit, make_user

pytestmark = pytest.mark.django_db

OVERVIEW = "/2026/kesiapan/"
BRANCH = "/2026/kesiapan/KW-JTG/"
ELSEWHERE = "/2026/kesiapan/KW-MLK/"
REGION = {"Kantor Layanan Sukamaju", "Balai Uji Semarang"}
UNIT = "/2026/kesiapan/PN-SKM/"
ITEMS = "/2026/kesiapan-butir/?daftar=terisi&cabang=KW-JTG"


@pytest.mark.parametrize(
    ("person", "overview", "branch", "elsewhere", "unit", "items"),
    [
        ("anonymous", 302, 302, 302, 302, 302),
        ("nobody", 403, 403, 403, 403, 403),
        ("complaint_officer", 403, 403, 403, 403, 403),
        ("operator", 200, 200, 404, 302, 200),
        ("head", 200, 200, 404, 302, 200),
        ("coach", 200, 200, 404, 302, 200),
        ("operator_above", 200, 200, 404, 302, 200),
        ("operator_elsewhere", 200, 404, 200, 404, 404),
        ("head_elsewhere", 200, 404, 200, 404, 404),
        ("assessor", 200, 200, 404, 302, 200),
        ("assessor_unassigned", 200, 404, 404, 404, 404),
        ("lead", 200, 200, 404, 302, 200),
        ("controller", 200, 404, 404, 404, 404),
        ("manager", 200, 200, 404, 302, 200),
        ("manager_elsewhere", 200, 404, 200, 404, 404),
        ("auditor", 200, 200, 200, 302, 200),
        ("administrator", 200, 200, 200, 302, 200),
    ],
)
def test_who_may_open_which_page(
    filled, client_for, person, overview, branch, elsewhere, unit, items
):
    client = client_for(person)
    statuses = [
        client.get(url).status_code
        for url in (OVERVIEW, BRANCH, ELSEWHERE, UNIT, ITEMS)
    ]
    assert statuses == [overview, branch, elsewhere, unit, items]
    export = client.post("/2026/kesiapan-unduh/", {"format": "csv", "cabang": "KW-JTG"})
    assert export.status_code == items
    export.close()


def test_a_service_unit_has_its_own_home(filled, client_for):
    response = client_for("manager").get(UNIT)
    assert response["Location"] == "/2026/unit/PN-SKM/"


def test_the_complaint_officer_reads_what_the_role_is_and_can_do(client_for, world):
    page = client_for("complaint_officer").get("/").content.decode()
    assert "belum memiliki peran" not in page
    assert "Petugas pengaduan" in page
    assert world.unit.name in page
    assert "Daftar pengaduan belum dibuka di versi portal ini." in page
    assert "Yang dapat Anda lakukan sekarang" in page
    assert 'href="/kotak-masuk/"' in page


def test_who_has_no_role_is_told_so(client_for, world):
    page = client_for("nobody").get("/").content.decode()
    assert "Anda belum memiliki peran pada unit mana pun." in page
    assert "Hubungi administrator portal" in page
    assert "Peran Anda" not in page


def test_an_operator_waits_for_the_first_period(client, db):
    person = make_user("sari")
    make_membership(person, make_unit("PN-SKM"), "operator")
    client.force_login(person)
    page = client.get("/").content.decode()
    assert "Belum ada periode penilaian yang dibuka." in page
    assert "Operator unit" in page


@pytest.mark.parametrize(
    ("person", "units"),
    [
        ("auditor", {*REGION, "Kantor Layanan Ambon"}),
        ("manager", REGION),
        ("assessor", {"Kantor Layanan Sukamaju"}),
        ("manager_elsewhere", {"Kantor Layanan Ambon"}),
        ("assessor_unassigned", set()),
    ],
)
def test_the_map_holds_the_persons_units(filled, client_for, person, units):
    context = client_for(person).get(OVERVIEW).context
    assert {row.name for row in context.get("rows") or []} == units
    assert context["total"].n == len(units)


def test_an_assessor_sees_only_assigned_units_of_a_branch(filled, client_for):
    response = client_for("assessor").get(BRANCH)
    assert [row.name for row in response.context["rows"]] == ["Kantor Layanan Sukamaju"]
    assert b"Balai Uji Semarang" not in response.content


@pytest.mark.parametrize(
    "url", ["/2027/kesiapan/", "/2027/kesiapan/KW-JTG/", "/2027/kesiapan-butir/"]
)
def test_a_period_being_prepared_does_not_exist(filled, client_for, url):
    make_period("2027", state=AssessmentPeriod.State.DRAFT)
    assert client_for("administrator").get(url).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "/2031/kesiapan/",
        "/2026/kesiapan/TIDAK-ADA/",
        "/2026/kesiapan/?halaman=9",
        "/2026/kesiapan-butir/?daftar=lain",
        "/2026/kesiapan-butir/?daftar=terisi&butir=99.99",
        "/2026/kesiapan-butir/?daftar=terisi&halaman=77",
    ],
)
def test_what_does_not_exist_is_404(filled, client_for, url):
    assert client_for("auditor").get(url).status_code == 404


@pytest.mark.parametrize("url", [OVERVIEW, BRANCH, "/2026/kesiapan-butir/"])
def test_the_pages_are_only_read(filled, client_for, url):
    assert client_for("manager").post(url).status_code == 405
    assert client_for("manager").get("/2026/kesiapan-unduh/").status_code == 405


@pytest.mark.parametrize(
    ("person", "is_shown"),
    [
        ("operator", False),
        ("head", False),
        ("operator_above", True),
        ("manager", True),
        ("coach", True),
        ("assessor", True),
        ("lead", True),
        ("controller", True),
        ("auditor", True),
        ("administrator", True),
        ("complaint_officer", False),
    ],
)
def test_who_has_the_entry_in_the_navigation(filled, client_for, person, is_shown):
    portal = client_for(person).get("/kotak-masuk/").context["portal"]
    entries = {str(shown.entry.label): shown.entry.url for shown in portal.nav}
    assert ("Kesiapan" in entries) is is_shown
    if is_shown:
        assert entries["Kesiapan"] == "/2026/kesiapan/"
