"""The page on which assessors are assigned."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import Assignment
from indicators.services import periods
from tests import factories
from wbk_portal.accounts.models import Role

pytestmark = pytest.mark.django_db

PAGE = "/periode/2026/penugasan/"


@pytest.fixture(autouse=True)
def opened(world):
    """All units of the period have their rows."""
    periods.ensure_assessments(world.period)


@pytest.fixture
def person(world):
    person = factories.make_user("sari", name="Sari Utami")
    factories.make_membership(person, world.inspectorate, Role.ASSESSOR)
    return person


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("anonymous", 302),
        ("operator", 403),
        ("head", 403),
        ("assessor", 403),
        ("manager", 403),
        ("auditor", 200),
        ("nobody", 403),
        ("lead", 200),
        ("administrator", 200),
    ],
)
def test_who_may_open_the_page(client_for, name, status):
    assert client_for(name).get(PAGE).status_code == status


def test_a_lead_sees_the_own_team_alone(client_for):
    lead = client_for("lead").get(PAGE).content.decode()
    assert "Kantor Layanan Sukamaju" in lead
    assert "Balai Uji Semarang" not in lead
    assert '<option value="lead"' not in lead
    admin = client_for("administrator").get(PAGE).content.decode()
    assert "Balai Uji Semarang" in admin
    assert '<option value="lead"' in admin
    assert "Belum ada penilai" in admin


def test_an_auditor_reads_and_changes_nothing(client_for, world):
    browser = client_for("auditor")
    page = browser.get(PAGE).content.decode()
    assert "Kantor Layanan Ambon" in page
    assert "Assessor" in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert 'name="unit"' not in main
    assert "formaction" not in main
    assert "Tugaskan</button>" not in main
    row = world.unit.assignments.filter(duty="assessor").get()
    assert browser.post(PAGE, {"unit": [world.unit.pk]}).status_code == 403
    assert browser.post(f"{PAGE}{row.pk}/akhiri/").status_code == 403
    assert Assignment.objects.get(pk=row.pk).valid_until is None
    assert PAGE in browser.get("/periode/").content.decode()


def test_who_leads_a_team_and_audits_changes_the_own_team_alone(
    client_for, world, people
):
    factories.make_membership(people["lead"], world.agency, Role.AUDITOR)
    page = client_for("lead").get(PAGE).content.decode()
    assert f'value="{world.unit.pk}"' in page
    assert "Balai Uji Semarang" in page
    assert f'id="unit-{world.sibling.pk}"' not in page


def test_an_administrator_of_a_branch_sees_the_branch(client_for, world, people):
    factories.make_membership(people["nobody"], world.region, Role.ADMINISTRATOR)
    page = client_for("nobody").get(PAGE).content.decode()
    assert "Balai Uji Semarang" in page
    assert "Kantor Layanan Ambon" not in page


def test_ticked_units_are_assigned_and_the_own_line_is_named(client_for, world, person):
    factories.make_membership(person, world.elsewhere, Role.HEAD)
    answer = client_for("administrator").post(
        PAGE + "?q=PN",
        {
            "assessor": person.pk,
            "role": "assessor",
            "unit": [world.unit.pk, world.sibling.pk, world.elsewhere.pk],
        },
        follow=True,
    )
    page = answer.content.decode()
    assert answer.redirect_chain == [(PAGE + "?q=PN", 302)]
    assert "Sari Utami ditugaskan untuk 2 unit." in page
    assert "Kantor Layanan Ambon tidak ditugaskan: Sari Utami adalah" in page
    assert set(
        Assignment.objects.filter(user=person).values_list("work_unit_id", flat=True)
    ) == {world.unit.pk, world.sibling.pk}


def test_units_outside_the_own_reach_are_not_assigned(client_for, world, person):
    answer = client_for("lead").post(
        PAGE, {"assessor": person.pk, "role": "assessor", "unit": [world.sibling.pk]}
    )
    assert answer.status_code == 422
    assert "Centang dulu unit yang akan dinilai." in answer.content.decode()
    answer = client_for("lead").post(
        PAGE, {"assessor": person.pk, "role": "lead", "unit": [world.unit.pk]}
    )
    assert answer.status_code == 422
    assert not Assignment.objects.filter(user=person).exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"assessor": ""}, "Pilih dahulu siapa yang ditugaskan."),
        ({"assessor": "999999"}, "tidak ada di daftar"),
        ({"unit": []}, "Centang dulu unit"),
        ({"unit": ["abc", "-1"]}, "Centang dulu unit"),
        ({"role": "lead"}, "belum berperan sebagai Ketua tim penilai"),
    ],
)
def test_what_cannot_be_comes_back_with_the_ticks(
    client_for, world, person, wrong, sentence
):
    values = {
        "assessor": person.pk,
        "role": "assessor",
        "unit": [world.unit.pk],
        **wrong,
    }
    answer = client_for("administrator").post(PAGE, values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    ticked = f'name="unit" value="{world.unit.pk}" checked' in " ".join(page.split())
    assert ticked is ("unit" not in wrong)
    assert not Assignment.objects.filter(user=person).exists()


def test_an_assignment_is_ended_and_leaves_the_page(client_for, world, person):
    row = factories.make_assignment(person, world.sibling, world.period)
    client = client_for("administrator")
    assert "Sari Utami, Balai Uji Semarang" in client.get(PAGE).content.decode()
    answer = client.post(f"{PAGE}{row.pk}/akhiri/?hal=1", follow=True)
    assert answer.redirect_chain == [(PAGE + "?hal=1", 302)]
    page = answer.content.decode()
    assert "Penugasan Sari Utami di Balai Uji Semarang berakhir." in page
    assert "Sari Utami, Balai Uji Semarang" not in page
    row.refresh_from_db()
    assert row.valid_until < timezone.localdate()


def test_a_lead_ends_assessors_of_the_own_team_alone(client_for, world, person):
    own = factories.make_assignment(person, world.unit, world.period)
    other = factories.make_assignment(person, world.sibling, world.period)
    client = client_for("lead")
    assert client.post(f"{PAGE}{own.pk}/akhiri/").status_code == 302
    assert client.post(f"{PAGE}{other.pk}/akhiri/").status_code == 404
    assert client.get(f"{PAGE}{own.pk}/akhiri/").status_code == 405


def test_search_and_the_filter_of_units_without_assessor(client_for):
    client = client_for("administrator")
    found = client.get(PAGE, {"q": "semarang"}).content.decode()
    assert "Balai Uji Semarang" in found
    assert "Kantor Layanan Sukamaju" not in found
    empty = client.get(PAGE, {"kosong": "1"}).content.decode()
    assert "Kantor Layanan Sukamaju" not in empty
    assert "Balai Uji Semarang" in empty
    nothing = client.get(PAGE, {"q": "tidakada"}).content.decode()
    assert "Tidak ada unit yang cocok" in nothing
    assert client.get(PAGE, {"hal": "x"}).status_code == 200
    assert client.get(PAGE, {"hal": "99999999999999999999"}).status_code == 200


def test_a_closed_period_is_only_shown(client_for, world, people):
    periods.close_period(user=people["administrator"], period=world.period)
    client = client_for("administrator")
    page = client.get(PAGE).content.decode()
    assert "Tugaskan</button>" not in page
    assert "akhiri" not in page
    assert client.post(PAGE, {}).status_code == 404
    row = Assignment.objects.get(user=people["assessor"])
    assert client.post(f"{PAGE}{row.pk}/akhiri/").status_code == 403


def test_the_page_costs_the_same_for_ten_times_the_units(client_for, world, person):
    client = client_for("administrator")

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    few = cost()
    for number in range(30):
        unit = factories.make_unit(f"PN-{number}", parent=world.region)
        factories.make_assignment(person, unit, world.period)
        other = factories.make_user()
        factories.make_membership(other, world.inspectorate, Role.ASSESSOR)
    periods.ensure_assessments(world.period)
    assert cost() == few <= 12
