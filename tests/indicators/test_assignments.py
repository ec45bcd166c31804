"""Who assesses which unit, and that nobody assesses the own line."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import AssessmentPeriod, Assignment
from indicators.services import assignments, periods, readiness
from indicators.standing import Standing
from tests import factories
from wbk_portal.accounts.models import Role
from wbk_portal.audit.models import AuditEntry
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def period(world):
    """The open period, opened at the beginning of its year."""
    world.period.opened_at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    world.period.save()
    return world.period


@pytest.fixture
def person(world):
    """An assessor without any other role."""
    person = factories.make_user("sari", name="Sari Utami")
    factories.make_membership(person, world.inspectorate, Role.ASSESSOR)
    return person


def member(person, unit, role, first=dt.date(2026, 1, 1), last=None):
    return factories.make_membership(
        person, unit, role, valid_from=first, valid_until=last
    )


# --- The own unit --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("place", "own"),
    [
        ("unit", True),  # the unit itself
        ("region", True),  # above it
        ("agency", True),  # the root
        ("sibling", False),
        ("region_elsewhere", False),
        ("inspectorate", False),
    ],
)
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.HEAD])
def test_the_own_line_runs_from_the_root_through_the_unit(
    world, period, person, place, own, role
):
    member(person, getattr(world, place), role)
    assert assignments.is_own_unit(person, world.unit, period) is own


def test_the_own_line_runs_below_the_unit_too(world, period, person):
    member(person, world.unit, Role.OPERATOR)
    assert assignments.is_own_unit(person, world.region, period)
    assert assignments.is_own_unit(person, world.agency, period)
    assert not assignments.is_own_unit(person, world.region_elsewhere, period)


@pytest.mark.parametrize(
    "role", [Role.COACH, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR]
)
def test_other_roles_do_not_bind(world, period, person, role):
    member(person, world.unit, role)
    assert not assignments.is_own_unit(person, world.unit, period)


@pytest.mark.parametrize(
    ("first", "last", "own"),
    [
        (dt.date(2025, 1, 1), dt.date(2025, 12, 31), False),  # before the period
        (dt.date(2025, 1, 1), dt.date(2026, 1, 1), True),  # its first day
        (dt.date(2026, 2, 1), dt.date(2026, 2, 1), True),  # one day in it
        (TODAY + dt.timedelta(days=1), None, False),  # not yet
    ],
)
def test_was_counts_within_the_period(world, period, person, first, last, own):
    member(person, world.unit, Role.HEAD, first, last)
    assert assignments.is_own_unit(person, world.unit, period) is own


def test_a_deputy_head_is_a_head(world, period, person, people):
    factories.make_membership(
        person,
        world.unit,
        Role.HEAD,
        valid_from=dt.date(2026, 3, 1),
        valid_until=dt.date(2026, 3, 14),
        delegation="plh",
        delegator=people["head"],
    )
    assert assignments.is_own_unit(person, world.unit, period)


def test_a_period_opened_before_its_year_begins_then(world, period, person):
    member(person, world.unit, Role.HEAD, dt.date(2025, 1, 1), dt.date(2025, 12, 15))
    assert not assignments.is_own_unit(person, world.unit, period)
    period.opened_at = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
    assert assignments.is_own_unit(person, world.unit, period)


def test_the_own_unit_is_asked_with_one_query(world, period, person):
    member(person, world.unit, Role.HEAD)
    with CaptureQueriesContext(connection) as asked:
        assignments.is_own_unit(person, world.unit, period)
    assert len(asked) == 1


def test_standing_knows_somebody_assigned_before_joining_the_unit(
    world, period, person, people
):
    assignments.assign(
        user=people["administrator"],
        assessor=person,
        work_unit=world.unit,
        period=period,
    )
    assert Standing.of(person, world.unit, period).is_assessor
    member(person, world.unit, Role.OPERATOR, TODAY)
    person.forget_memberships()
    standing = Standing.of(person, world.unit, period)
    assert standing.is_own_unit
    assert not standing.is_assessor


# --- Assigning -----------------------------------------------------------------------
def test_assigning_the_own_unit_is_refused_with_the_reason(
    world, period, person, people
):
    member(person, world.region, Role.OPERATOR, last=dt.date(2026, 2, 1))
    with pytest.raises(ValidationError) as refused:
        assignments.assign(
            user=people["administrator"],
            assessor=person,
            work_unit=world.unit,
            period=period,
        )
    assert refused.value.message_dict["assessor"] == [
        "Sari Utami adalah atau pernah menjadi Operator unit di Kantor Wilayah Jawa "
        "Tengah dalam periode ini, sehingga tidak dapat menilai unit itu, unit di "
        "atasnya, dan unit di bawahnya."
    ]
    assert not Assignment.objects.filter(user=person).exists()


def test_a_role_that_begins_later_this_year_is_seen_when_assigning(
    world, period, person, people
):
    member(person, world.unit, Role.HEAD, TODAY + dt.timedelta(days=20))
    with pytest.raises(ValidationError, match="Kepala unit"):
        assignments.assign(
            user=people["administrator"],
            assessor=person,
            work_unit=world.unit,
            period=period,
            valid_until=TODAY + dt.timedelta(days=60),
        )


def test_many_units_at_once_leave_out_the_own_line(world, period, person, people):
    member(person, world.unit, Role.OPERATOR)
    made, refused = assignments.assign_many(
        user=people["administrator"],
        assessor=person,
        work_units=[world.unit, world.sibling, world.elsewhere],
        period=period,
    )
    assert [row.work_unit for row in made] == [world.sibling, world.elsewhere]
    assert [r.work_unit for r in refused] == [world.unit]
    assert set(assignments.units_of(person, period)) == {
        world.sibling,
        world.elsewhere,
    }
    notice = Notice.objects.get(recipient_key=person.key, kind="assignment.made")
    assert notice.params == {"period": "Penilaian 2026", "count": 2}
    assert notice.url == "/2026/penilaian/"
    entries = AuditEntry.objects.filter(action="assignment.made")
    assert {e.chain.key for e in entries} == {world.sibling.key, world.elsewhere.key}


def test_again_changes_nothing_and_an_ended_one_holds_again(
    world, period, person, people
):
    def assign():
        return assignments.assign(
            user=people["administrator"],
            assessor=person,
            work_unit=world.unit,
            period=period,
        )

    first = assign()
    assert assign().pk == first.pk
    assert AuditEntry.objects.filter(action="assignment.made").count() == 1
    ended = assignments.end(user=people["administrator"], assignment_id=first.pk)
    assert ended.valid_until == TODAY - dt.timedelta(days=1)
    assert not assignments.units_of(person, period).exists()
    again = assign()
    assert (again.pk, again.valid_until) == (first.pk, None)
    assert list(assignments.units_of(person, period)) == [world.unit]


def test_only_assessors_assess_and_only_leads_lead(world, period, people, person):
    admin = people["administrator"]
    with pytest.raises(ValidationError, match="belum berperan sebagai Penilai TPI"):
        assignments.assign(
            user=admin, assessor=people["coach"], work_unit=world.unit, period=period
        )
    with pytest.raises(ValidationError, match="belum berperan sebagai Ketua tim"):
        assignments.assign(
            user=admin,
            assessor=person,
            work_unit=world.unit,
            period=period,
            duty="lead",
        )
    person.is_active = False
    person.save()
    with pytest.raises(ValidationError, match="tidak aktif"):
        assignments.assign(
            user=admin, assessor=person, work_unit=world.unit, period=period
        )


def test_a_controller_reaches_units_by_assignment_and_only_reads(
    world, period, people, client_for
):
    admin, controller = people["administrator"], people["controller"]
    home, desk = "/2026/unit/PN-SKM/", "/2026/penilaian/PN-SKM/"
    client = client_for("controller")
    assert client.get(home).status_code == 404
    with pytest.raises(ValidationError, match="belum berperan sebagai Penilai TPI"):
        assignments.assign(
            user=admin, assessor=controller, work_unit=world.unit, period=period
        )
    with pytest.raises(ValidationError, match="belum berperan sebagai Pengendali"):
        assignments.assign(
            user=admin,
            assessor=people["lead"],
            work_unit=world.unit,
            period=period,
            duty="controller",
        )
    with pytest.raises(PermissionDenied, match="Hanya administrator"):
        assignments.assign(
            user=people["lead"],
            assessor=controller,
            work_unit=world.unit,
            period=period,
            duty="controller",
        )
    rows = factories.make_assessments(world.unit, period)
    factories.make_round(rows["06.01"], by=people["operator"])
    readiness.refresh(work_unit_id=world.unit.pk, period_id=period.pk)
    page = client_for("administrator").post(
        "/periode/2026/penugasan/",
        {"assessor": controller.pk, "role": "controller", "unit": [world.unit.pk]},
        follow=True,
    )
    assert not page.context["form"].errors
    assert "ditugaskan untuk 1 unit" in page.content.decode()
    assert "· Pengendali teknis" in page.content.decode()
    assert Notice.objects.get(recipient_key=controller.key).kind == (
        "assignment.controller"
    )
    standing = Standing.of(controller, world.unit, period)
    assert standing.is_controller
    assert not standing.is_assessor
    assert not standing.is_lead
    queue = client.get("/2026/penilaian/")
    assert [row.work_unit for row in queue.context["checked"]] == [world.unit]
    assert (queue.context["rows"], queue.context["led"]) == ([], [])
    assert client.get(home).status_code == 200
    assert client.get(f"{desk}06.01/").status_code == 200
    for act in ("mulai/", "lepas/", "tetapkan/", "06.01/mulai/", "06.01/nilai/"):
        assert client.post(f"{desk}{act}").status_code == 403, act
    assert client.get("/2026/unit/PN-LAB/").status_code == 404


def test_a_lead_assigns_in_the_own_team_alone(world, period, people, person):
    lead = people["lead"]
    made = assignments.assign(
        user=lead, assessor=person, work_unit=world.unit, period=period
    )
    assert made.pk
    with pytest.raises(PermissionDenied, match="bukan ketua tim untuk Balai Uji"):
        assignments.assign_many(
            user=lead,
            assessor=person,
            work_units=[world.unit, world.sibling],
            period=period,
        )
    with pytest.raises(PermissionDenied, match="Hanya administrator"):
        assignments.assign(
            user=lead,
            assessor=lead,
            work_unit=world.unit,
            period=period,
            duty="lead",
        )
    with pytest.raises(PermissionDenied):
        assignments.end(
            user=lead,
            assignment_id=Assignment.objects.get(user=lead, duty="lead").pk,
        )


@pytest.mark.parametrize("name", ["operator", "head", "assessor", "manager", "auditor"])
def test_others_assign_nobody(world, period, people, person, name):
    with pytest.raises(PermissionDenied):
        assignments.assign(
            user=people[name], assessor=person, work_unit=world.unit, period=period
        )


def test_nothing_is_assigned_in_a_closed_period(world, period, people, person):
    row = factories.make_assignment(person, world.sibling, period)
    periods.close_period(user=people["administrator"], period=period)
    with pytest.raises(ValidationError, match="ditutup"):
        assignments.assign(
            user=people["administrator"],
            assessor=person,
            work_unit=world.unit,
            period=period,
        )
    with pytest.raises(PermissionDenied, match="ditutup"):
        assignments.end(user=people["administrator"], assignment_id=row.pk)


def test_dates_in_the_wrong_order_are_refused(world, period, people, person):
    with pytest.raises(ValidationError) as refused:
        assignments.assign(
            user=people["administrator"],
            assessor=person,
            work_unit=world.unit,
            period=period,
            valid_from=TODAY,
            valid_until=TODAY - dt.timedelta(days=1),
        )
    assert set(refused.value.message_dict) == {"valid_until"}


def test_units_cost_no_statements_of_their_own(world, people, person):
    period = factories.make_period("2027", state=AssessmentPeriod.State.OPEN)
    units = [factories.make_unit(parent=world.region) for _ in range(12)]

    def cost(some):
        with CaptureQueriesContext(connection) as captured:
            made, refused = assignments.assign_many(
                user=people["administrator"],
                assessor=person,
                work_units=some,
                period=period,
            )
        assert (len(made), refused) == (len(some), [])
        # Each unit's chain of the log is a statement of its own.
        return len([q for q in captured if 'UPDATE "audit_chain"' not in q["sql"]])

    cost(units[:1])  # reads the memberships of both, which they then know
    assert cost(units[1:3]) == cost(units[3:])
