"""Services of the tree: making, changing, moving and closing units."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories import make_membership, make_user
from wbk_portal.accounts import hooks
from wbk_portal.accounts.models import Membership, WorkUnit
from wbk_portal.accounts.services import units
from wbk_portal.accounts.services.offerings import save_service
from wbk_portal.audit.history import history_of
from wbk_portal.common.errors import ConflictError

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def fields(**over):
    return {"code": "BARU-1", "name": "Kantor Baru", **over}


def paths():
    return dict(WorkUnit.objects.values_list("code", "path"))


# --- Making --------------------------------------------------------------------------
def test_a_unit_is_made_below_and_recorded(world, admin):
    made = units.create_unit(by=admin, parent=world.region, **fields())
    assert made.path.startswith(world.region.path)
    line = history_of("unit", str(made.pk))[0]
    assert line.text == "Unit Kantor Baru (BARU-1) dibuat"
    assert line.actor == admin.name


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"code": "PN-SKM"}, "code"),
        ({"code": "pn-skm"}, None),
        ({"code": "a b"}, "code"),
        ({"code": "../x"}, "code"),
        ({"code": "Baru"}, "code"),
        ({"name": ""}, "name"),
        ({"time_zone": "Asia/Tokyo"}, "time_zone"),
        (
            {
                "active_from": dt.date(2026, 2, 1),
                "active_until": dt.date(2026, 1, 1),
            },
            None,
        ),
    ],
)
def test_wrong_values_are_refused_and_nothing_is_written(world, admin, over, field):
    before = paths()
    with pytest.raises(ValidationError) as refused:
        units.create_unit(by=admin, parent=world.region, **fields(**over))
    assert (field or "__all__") in refused.value.error_dict
    assert paths() == before


def test_only_columns_of_the_form_are_taken(world, admin):
    with pytest.raises(TypeError):
        units.create_unit(by=admin, parent=None, **fields(path="0001"))
    with pytest.raises(TypeError):
        units.update_unit(by=admin, unit_id=world.unit.pk, version=1, depth=1)


def test_nothing_is_made_below_a_closed_unit(world, admin):
    WorkUnit.objects.filter(pk=world.region.pk).update(active_until=dt.date(2020, 1, 1))
    with pytest.raises(ValidationError, match="sudah ditutup"):
        units.create_unit(by=admin, parent=world.region, **fields())


def test_a_tree_may_be_deep_but_not_endless(world, admin):
    unit = world.region
    for n in range(WorkUnit.MAX_DEPTH - unit.depth):
        unit = units.create_unit(parent=unit, code=f"D{n}", name=f"Dalam {n}")
    assert unit.depth == WorkUnit.MAX_DEPTH
    with pytest.raises(ValidationError, match="paling dalam 60"):
        units.create_unit(parent=unit, **fields())
    with pytest.raises(ValidationError, match="paling dalam 60"):
        units.move_unit(unit_id=world.region_elsewhere.pk, new_parent_id=unit.pk)


def test_a_branch_administrator_makes_units_in_the_branch_only(world, branch_admin):
    units.create_unit(by=branch_admin, parent=world.unit, **fields())
    for parent in (world.agency, world.region_elsewhere, None):
        with pytest.raises(PermissionDenied):
            units.create_unit(by=branch_admin, parent=parent, **fields(code="X"))


# --- Changing ------------------------------------------------------------------------
def test_a_stale_version_changes_nothing_and_says_who_was_first(world, admin):
    units.update_unit(by=admin, unit_id=world.unit.pk, version=1, name="Nama kedua")
    with pytest.raises(ConflictError) as conflict:
        units.update_unit(by=admin, unit_id=world.unit.pk, version=1, name="Nama lain")
    assert conflict.value.version == 2
    assert conflict.value.current["name"] == "Nama kedua"
    assert conflict.value.message.startswith(f"{admin.name} sudah mengubah data ini")
    world.unit.refresh_from_db()
    assert world.unit.name == "Nama kedua"


def test_the_same_values_again_are_no_change(world, admin):
    units.update_unit(by=admin, unit_id=world.unit.pk, version=1, name=world.unit.name)
    assert history_of("unit", str(world.unit.pk)) == []


def test_the_history_says_what_changed(world, admin):
    units.update_unit(
        by=admin,
        unit_id=world.unit.pk,
        version=1,
        time_zone="Asia/Jayapura",
        kind="Balai",
    )
    text = history_of("unit", str(world.unit.pk))[0].text
    assert text == "Data unit diubah: jenis – → Balai; zona waktu WIB → WIT"


# --- Moving --------------------------------------------------------------------------
def test_a_branch_moves_with_all_below_it(world, admin):
    units.move_unit(
        by=admin, unit_id=world.region.pk, new_parent_id=world.region_elsewhere.pk
    )
    now = paths()
    assert now["KW-JTG"].startswith(now["KW-MLK"])
    assert now["PN-SKM"].startswith(now["KW-JTG"])
    assert now["PN-LAB"].startswith(now["KW-JTG"])
    assert WorkUnit.objects.find_problems() == ([], [], [], [], [])
    line = history_of("unit", str(world.region.pk))[0]
    assert line.text == (
        "Kantor Wilayah Jawa Tengah dipindahkan dari Badan Layanan Perizinan "
        "Indonesia ke Kantor Wilayah Maluku"
    )


@pytest.mark.parametrize("target", ["region", "unit"])
def test_a_cycle_is_refused_with_both_names(world, admin, target):
    before = paths()
    place = getattr(world, target)
    with pytest.raises(ValidationError) as refused:
        units.move_unit(by=admin, unit_id=world.region.pk, new_parent_id=place.pk)
    assert world.region.name in refused.value.messages[0]
    assert paths() == before


def test_moving_to_where_it_stands_changes_nothing(world, admin):
    before = paths()
    units.move_unit(by=admin, unit_id=world.unit.pk, new_parent_id=world.region.pk)
    assert paths() == before
    assert history_of("unit", str(world.unit.pk)) == []


def test_to_the_top_and_back(world, admin):
    units.move_unit(by=admin, unit_id=world.unit.pk, new_parent_id=None)
    assert len(paths()["PN-SKM"]) == 4
    units.move_unit(by=admin, unit_id=world.unit.pk, new_parent_id=world.region.pk)
    assert paths()["PN-SKM"].startswith(paths()["KW-JTG"])
    assert WorkUnit.objects.find_problems() == ([], [], [], [], [])


def test_the_top_unit_with_the_last_administrator_stays_on_top(world):
    other = units.create_unit(parent=None, **fields())
    with pytest.raises(ValidationError, match="Administrator terakhir"):
        units.move_unit(unit_id=world.agency.pk, new_parent_id=other.pk)
    make_membership(make_user(), other, "administrator")
    units.move_unit(unit_id=world.agency.pk, new_parent_id=other.pk)
    assert paths()["PN-SKM"].startswith(paths()["BARU-1"])


def test_a_new_top_unit_is_kept_by_the_administrators_of_the_institution(
    world, admin, branch_admin
):
    held = Membership.objects.count()
    colleague = make_user()
    make_membership(colleague, world.agency, "administrator")
    made = units.create_unit(by=admin, parent=None, **fields())
    units.update_unit(by=colleague, unit_id=made.pk, version=1, name="Ganti")
    units.move_unit(by=admin, unit_id=world.unit.pk, new_parent_id=None)
    units.update_unit(by=admin, unit_id=world.unit.pk, version=2, name="Ganti")
    # No role is added for any of it, and none reaches further for others.
    assert Membership.objects.count() == held + 1
    with pytest.raises(PermissionDenied):
        units.update_unit(by=branch_admin, unit_id=made.pk, version=2, name="Lain")
    units.move_unit(by=admin, unit_id=world.unit.pk, new_parent_id=made.pk)


def test_a_move_to_the_top_raises_nobody_unseen(world, admin, branch_admin):
    branch_admin.name = "Sari Utami"
    branch_admin.save()
    with pytest.raises(ValidationError, match="Sari Utami menjadi administrator"):
        units.move_unit(by=admin, unit_id=world.region.pk, new_parent_id=None)
    assert len(paths()["KW-JTG"]) > 4
    # Who administers the institution already is raised to nothing new.
    make_membership(branch_admin, world.agency, "administrator")
    units.move_unit(by=admin, unit_id=world.region.pk, new_parent_id=None)
    assert len(paths()["KW-JTG"]) == 4


def test_other_roles_at_the_top_do_not_reach_another_top_unit(world):
    made = units.create_unit(parent=None, **fields())
    auditor = world.people["auditor"]
    auditor.forget_memberships()
    assert not auditor.has_role_at(made.path, ["auditor"])
    ended = make_user()
    make_membership(
        ended,
        world.agency,
        "administrator",
        valid_from="2020-01-01",
        valid_until="2020-12-31",
    )
    assert not ended.has_role_at(made.path, ["administrator"])


def test_a_branch_administrator_moves_only_inside_the_branch(world, branch_admin):
    units.move_unit(
        by=branch_admin, unit_id=world.unit.pk, new_parent_id=world.sibling.pk
    )
    for unit, parent in (
        (world.region, world.region_elsewhere),
        (world.sibling, world.region_elsewhere),
        (world.elsewhere, world.region),
        (world.sibling, None),
    ):
        with pytest.raises(PermissionDenied):
            units.move_unit(
                by=branch_admin,
                unit_id=unit.pk,
                new_parent_id=parent.pk if parent else None,
            )


def test_a_moved_unit_is_no_longer_the_old_administrator_s(world, branch_admin, admin):
    units.move_unit(
        by=admin, unit_id=world.unit.pk, new_parent_id=world.region_elsewhere.pk
    )
    with pytest.raises(PermissionDenied):
        units.update_unit(by=branch_admin, unit_id=world.unit.pk, version=2, name="x")


# --- Closing -------------------------------------------------------------------------
def test_closing_ends_the_roles_of_the_unit(world, admin):
    last = TODAY() + dt.timedelta(days=10)
    units.close_unit(by=admin, unit_id=world.unit.pk, version=1, last_day=last)
    here = Membership.objects.filter(work_unit=world.unit)
    assert set(here.values_list("valid_until", flat=True)) == {last}
    assert Membership.objects.get(user=world.people["manager"]).valid_until is None
    assert "Unit ditutup" in history_of("unit", str(world.unit.pk))[0].text


def test_closing_into_the_past_ends_roles_yesterday(world, admin):
    units.close_unit(
        by=admin, unit_id=world.unit.pk, version=1, last_day=dt.date(2026, 6, 30)
    )
    ends = set(
        Membership.objects.filter(work_unit=world.unit).values_list(
            "valid_until", flat=True
        )
    )
    assert ends == {TODAY() - dt.timedelta(days=1)}


def test_a_unit_with_active_units_below_does_not_close(world, admin):
    with pytest.raises(ValidationError) as refused:
        units.close_unit(by=admin, unit_id=world.region.pk, version=1, last_day=TODAY())
    assert "masih aktif" in refused.value.messages[0]
    assert world.unit.name in refused.value.messages[0]


def test_the_only_top_unit_does_not_close(world, admin):
    problems = units.closing_problems(world.agency, TODAY())
    assert any("satu-satunya unit teratas" in text for text in problems)


def test_upper_apps_may_object(world, admin):
    def object_to(unit, last_day):
        return ["Masih dinilai."]

    hooks.closing_obstacles.register(object_to)
    try:
        with pytest.raises(ValidationError, match="Masih dinilai"):
            units.close_unit(
                by=admin, unit_id=world.unit.pk, version=1, last_day=TODAY()
            )
    finally:
        hooks.closing_obstacles.unregister(object_to)


def test_closing_is_taken_back_unless_the_unit_above_is_closed(world, admin):
    day = dt.date(2026, 6, 30)
    for version, unit in ((1, world.unit), (1, world.sibling), (1, world.region)):
        units.close_unit(by=admin, unit_id=unit.pk, version=version, last_day=day)
    with pytest.raises(ValidationError, match="sudah ditutup"):
        units.reopen_unit(by=admin, unit_id=world.unit.pk, version=2)
    units.reopen_unit(by=admin, unit_id=world.region.pk, version=2)
    assert (
        units.reopen_unit(by=admin, unit_id=world.unit.pk, version=2).active_until
        is None
    )


def test_followers_hear_of_every_act(world, admin):
    heard = []
    hooks.unit_changed.register(heard.append)
    try:
        made = units.create_unit(by=admin, parent=world.region, **fields())
        units.update_unit(by=admin, unit_id=made.pk, version=1, is_assessed=True)
        units.move_unit(by=admin, unit_id=made.pk, new_parent_id=world.agency.pk)
        units.close_unit(by=admin, unit_id=made.pk, version=3, last_day=TODAY())
        units.reopen_unit(by=admin, unit_id=made.pk, version=4)
    finally:
        hooks.unit_changed.unregister(heard.append)
    assert [unit.version for unit in heard] == [1, 2, 3, 4, 5]


def test_an_assessed_unit_gets_its_assessments_at_once(world, admin):
    from indicators.models import Assessment

    made = units.create_unit(
        by=admin, parent=world.region, is_assessed=True, **fields()
    )
    assert Assessment.objects.filter(work_unit=made).count() == 30


# --- Services ------------------------------------------------------------------------
def test_a_service_is_added_and_changed_but_its_code_is_its_own(world, admin):
    made = save_service(
        by=admin, work_unit=world.unit, service_id=None, code="IZN", name="Izin"
    )
    save_service(by=admin, work_unit=world.unit, service_id=made.pk, name="Izin usaha")
    with pytest.raises(ValidationError):
        save_service(
            by=admin, work_unit=world.unit, service_id=None, code="IZN", name="Dua"
        )
    save_service(
        by=admin, work_unit=world.sibling, service_id=None, code="IZN", name="Izin"
    )
