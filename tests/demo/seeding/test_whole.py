"""The seeded demo as a whole: the same each time, with its institution."""

from __future__ import annotations

import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count
from django.utils import timezone

from indicators.models import (
    Assessment,
    Assignment,
    State,
)
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.audit.models import AuditEntry
from wbk_portal.demo.people import people_rows
from wbk_portal.demo.seeding import is_seeded, seed

# Each test in a savepoint of the transaction in which the package's data stands.
pytestmark = pytest.mark.django_db


# --- The whole -----------------------------------------------
def test_the_same_seed_gives_the_same_data(seeded):
    for name, rows in seeded["first"].items():
        assert rows, name
        assert rows == seeded["second"][name], name


def test_a_second_run_changes_nothing_and_is_quick(seeded):
    before = AuditEntry.objects.count()
    begun = time.monotonic()
    call_command("seed_demo")
    assert time.monotonic() - begun < 2
    assert is_seeded()
    assert not seed()
    assert AuditEntry.objects.count() == before


def test_phases_are_measured(seeded):
    spent = seeded["phases"].seconds
    assert {"institution", "evidence", "log", "readiness"} <= set(spent)
    assert sum(spent.values()) <= seeded["seconds"]


def test_the_people_that_are_printed_may_sign_in(seeded):
    rows = people_rows()
    assert list(rows[0]) == ["username", "password", "role", "unit", "name"]
    assert rows[0]["username"] == "rina.astuti"
    assert rows[0]["unit"] == "Kantor Perizinan Semarang"
    assert {row["role"] for row in rows} == {str(role.label) for role in Role}
    for row in rows:
        assert User.objects.get(username=row["username"]).check_password(
            row["password"]
        )


def test_a_portal_of_its_own_is_never_filled(seeded):
    from wbk_portal.ops.models import JobRun

    JobRun.objects.all().delete()
    units = WorkUnit.objects.count()
    with pytest.raises(CommandError, match="masih kosong"):
        call_command("seed_demo")
    assert WorkUnit.objects.count() == units


# --- The institution -----------------------------------------------
def test_the_institution_has_units_of_four_kinds_in_three_zones(seeded):
    assessed = WorkUnit.objects.assessed()
    assert assessed.count() >= 24
    assert set(assessed.values_list("time_zone", flat=True)) == {
        "Asia/Jakarta",
        "Asia/Makassar",
        "Asia/Jayapura",
    }
    assert len(set(assessed.values_list("kind", flat=True))) == 4
    assert WorkUnit.objects.values("depth").distinct().count() == 3
    assert not assessed.annotate(n=Count("services")).filter(n=0).exists()


def test_every_role_is_held_and_every_unit_is_assessed_by_somebody(seeded, period):
    held = Membership.objects.active_on(timezone.localdate())
    assert set(held.values_list("role", flat=True)) == set(Role.values)
    for unit in WorkUnit.objects.assessed():
        mine = Assignment.objects.filter(period=period, work_unit=unit)
        assert mine.filter(duty="assessor").count() == 1
        assert mine.filter(duty="lead").count() == 1
        assert mine.filter(duty="controller").count() == 1
        for row in mine.select_related("user"):
            assert row.user.has_role(row.duty)
    controller = User.objects.get(memberships__role=Role.CONTROLLER)
    assert {str(m.role) for m in controller.active_memberships} == {"controller"}


def test_somebody_stands_in_for_a_head_who_is_away(seeded):
    deputy = Membership.objects.get(delegation="plh")
    today = timezone.localdate()
    assert deputy.valid_from <= today <= deputy.valid_until
    assert deputy.title == "Plh. Kepala unit"
    waiting = Assessment.objects.filter(
        work_unit=deputy.work_unit, state=State.AWAITING_APPROVAL
    )
    assert waiting.exists()
