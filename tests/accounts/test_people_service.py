"""Services of people and roles: rules, the last administrator, deputies."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories import make_membership, make_user
from wbk_portal.accounts.models import Membership, User
from wbk_portal.accounts.services import people
from wbk_portal.accounts.services.memberships import end_membership, grant
from wbk_portal.audit.history import history_of
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
DAY = dt.timedelta(days=1)


def create(**over):
    return people.create_person(**{"username": "dewi", "name": "Dewi Lestari", **over})


# --- Making and changing -------------------------------------------------------------
def test_a_person_with_a_role_is_one_act(world, admin):
    made = create(by=admin, work_unit=world.unit, role="operator")
    assert not made.has_usable_password()
    assert made.has_role_at(world.unit.path, ["operator"])
    texts = [line.text for line in history_of("user", str(made.pk))]
    assert texts[1] == "Akun Dewi Lestari (dewi) dibuat"
    assert texts[0].startswith("Dewi Lestari menjadi Operator unit di ")
    with pytest.raises(ValidationError):
        create(by=admin, username="budi", work_unit=world.unit, role="nonsense")
    assert not User.objects.filter(username="budi").exists()


@pytest.mark.parametrize("name", ["OPERATOR", "operator", "a b", "", "baru", "-x"])
def test_names_are_unique_in_any_case_and_fit_an_address(world, admin, name):
    with pytest.raises(ValidationError):
        create(by=admin, username=name)


def test_a_branch_administrator_makes_people_for_the_branch(world, branch_admin):
    create(by=branch_admin, work_unit=world.unit, role="operator")
    with pytest.raises(PermissionDenied):
        create(
            by=branch_admin, username="b", work_unit=world.elsewhere, role="operator"
        )


def test_a_stale_version_changes_nothing(world, admin):
    sari = world.people["operator"]
    people.update_person(by=admin, user_id=sari.pk, version=1, name="Sari Satu")
    with pytest.raises(ConflictError) as conflict:
        people.update_person(by=admin, user_id=sari.pk, version=1, name="Sari Dua")
    assert conflict.value.current["name"] == "Sari Satu"


def test_only_columns_of_the_form_are_taken(world, admin):
    for column in ("is_active", "password", "session_epoch"):
        with pytest.raises(TypeError):
            people.update_person(user_id=admin.pk, version=1, **{column: "x"})


# --- Whom a branch administrator manages ---------------------------------------------
def test_no_way_up_through_somebody_else_s_password(world, admin, branch_admin):
    from wbk_portal.accounts.services.links import issue_password_link

    # The administrator of all once helped out in the branch, and still has a role.
    make_membership(admin, world.unit, "operator")
    for act in (
        lambda: issue_password_link(by=branch_admin, user_id=admin.pk),
        lambda: people.deactivate_person(by=branch_admin, user_id=admin.pk),
        lambda: people.update_person(
            by=branch_admin, user_id=admin.pk, version=1, name="x"
        ),
    ):
        with pytest.raises(PermissionDenied, match="di luar cabang"):
            act()
    issue_password_link(by=branch_admin, user_id=world.people["operator"].pk)


def test_others_manage_nobody(world):
    for name in ("operator", "head", "manager", "auditor", "lead", "nobody"):
        with pytest.raises(PermissionDenied):
            people.deactivate_person(
                by=world.people[name], user_id=world.people["coach"].pk
            )


# --- In and out ----------------------------------------------------------------------
def test_nobody_shuts_themselves_out(world, admin):
    make_membership(make_user(), world.agency, "administrator")
    with pytest.raises(ValidationError, match="akun sendiri"):
        people.deactivate_person(by=admin, user_id=admin.pk)


def test_the_last_administrator_stays(world, admin):
    with pytest.raises(ValidationError, match="Administrator terakhir"):
        people.deactivate_person(user_id=admin.pk)
    second = make_user()
    held = make_membership(second, world.agency, "administrator")
    people.deactivate_person(user_id=admin.pk)
    with pytest.raises(ValidationError, match="Administrator terakhir"):
        end_membership(membership_id=held.pk, last_day=TODAY())
    with pytest.raises(ValidationError, match="Administrator terakhir"):
        end_membership(membership_id=held.pk, last_day=TODAY() + 900 * DAY)


def test_one_who_is_there_for_a_while_is_no_replacement(world, admin):
    make_membership(
        make_user(), world.agency, "administrator", valid_until=TODAY() + 30 * DAY
    )
    with pytest.raises(ValidationError, match="Administrator terakhir"):
        people.deactivate_person(user_id=admin.pk)


# --- Roles ---------------------------------------------------------------------------
def test_a_role_is_given_recorded_and_told(world, admin):
    nobody = world.people["nobody"]
    grant(by=admin, user=nobody, work_unit=world.unit, role="head")
    assert User.objects.get(pk=nobody.pk).has_role_at(world.unit.path, ["head"])
    notice = Notice.objects.get(recipient_key=nobody.key)
    assert (notice.kind, notice.url) == ("membership.granted", "/akun/")


def test_the_same_role_does_not_hold_twice_on_a_day(world, admin):
    nobody = world.people["nobody"]
    give = {"by": admin, "user": nobody, "work_unit": world.unit, "role": "head"}
    grant(**give, valid_from=TODAY(), valid_until=TODAY() + 10 * DAY)
    for first, last in ((0, None), (10, 20), (-5, 0), (-5, None)):
        with pytest.raises(ValidationError, match="sudah berlaku"):
            grant(
                **give,
                valid_from=TODAY() + first * DAY,
                valid_until=None if last is None else TODAY() + last * DAY,
            )
    grant(**give, valid_from=TODAY() + 11 * DAY)


@pytest.mark.parametrize("role", ["assessor", "lead", "controller", "auditor"])
def test_an_administrator_gives_no_deciding_role_to_themselves(world, admin, role):
    with pytest.raises(PermissionDenied, match="administrator lain"):
        grant(by=admin, user=admin, work_unit=world.agency, role=role)
    grant(by=admin, user=world.people["nobody"], work_unit=world.agency, role=role)


def test_a_branch_administrator_gives_roles_in_the_branch_only(world, branch_admin):
    nobody = world.people["nobody"]
    grant(by=branch_admin, user=nobody, work_unit=world.unit, role="operator")
    for place in (world.agency, world.elsewhere, world.inspectorate):
        with pytest.raises(PermissionDenied):
            grant(by=branch_admin, user=nobody, work_unit=place, role="operator")


def test_no_role_for_who_may_not_sign_in_or_past_the_unit_s_end(world, admin):
    nobody = world.people["nobody"]
    world.unit.active_until = TODAY() + 5 * DAY
    world.unit.save()
    with pytest.raises(ValidationError, match="Unit ini ditutup"):
        grant(by=admin, user=nobody, work_unit=world.unit, role="head")
    grant(
        by=admin,
        user=nobody,
        work_unit=world.unit,
        role="head",
        valid_until=TODAY() + 5 * DAY,
    )
    people.deactivate_person(by=admin, user_id=nobody.pk)
    with pytest.raises(ValidationError, match="nonaktif"):
        grant(by=admin, user=nobody, work_unit=world.sibling, role="head")


def test_a_deputy_stands_in_for_who_has_the_role_and_until_a_day(world, admin):
    coach, head = world.people["coach"], world.people["head"]
    give = {"by": admin, "user": coach, "work_unit": world.unit, "role": "head"}
    until = TODAY() + 14 * DAY
    with pytest.raises(ValidationError, match="tanggal akhir"):
        grant(**give, delegation="plh", delegator=head)
    with pytest.raises(ValidationError, match="pejabat yang diwakili"):
        grant(**give, delegation="plh", valid_until=until)
    with pytest.raises(ValidationError, match="tidak memegang peran"):
        grant(
            **give,
            delegation="plh",
            valid_until=until,
            delegator=world.people["operator"],
        )
    with pytest.raises(ValidationError, match="mewakili dirinya"):
        grant(**give, delegation="plh", valid_until=until, delegator=coach)
    made = grant(**give, delegation="plh", valid_until=until, delegator=head)
    assert made.title == "Plh. Kepala unit"


def test_plt_fills_the_place_of_who_has_gone(world, admin):
    coach, head = world.people["coach"], world.people["head"]
    end_membership(
        by=admin,
        membership_id=Membership.objects.get(user=head).pk,
        last_day=TODAY() - DAY,
    )
    give = {
        "by": admin,
        "user": coach,
        "work_unit": world.unit,
        "role": "head",
        "delegator": head,
        "valid_until": TODAY() + 14 * DAY,
    }
    with pytest.raises(ValidationError, match="tidak memegang peran"):
        grant(**give, delegation="plh")
    assert grant(**give, delegation="plt").title == "Plt. Kepala unit"


def test_a_role_ends_and_what_was_never_held_disappears(world, admin):
    nobody = world.people["nobody"]
    give = {"by": admin, "user": nobody, "work_unit": world.unit}
    today = grant(**give, role="head")
    coming = grant(**give, role="coach", valid_from=TODAY() + 5 * DAY)
    with pytest.raises(ValidationError, match="sudah lewat"):
        end_membership(by=admin, membership_id=today.pk, last_day=TODAY() - DAY)
    ended = end_membership(by=admin, membership_id=today.pk, last_day=TODAY())
    assert ended.valid_until == TODAY()
    end_membership(by=admin, membership_id=coming.pk, last_day=TODAY())
    assert not Membership.objects.filter(pk=coming.pk).exists()
    old = make_membership(nobody, world.sibling, "coach", valid_until=TODAY() - 9 * DAY)
    with pytest.raises(ValidationError, match="sudah berakhir"):
        end_membership(by=admin, membership_id=old.pk, last_day=TODAY())
