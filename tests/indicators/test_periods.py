"""Preparing and opening periods: rules, windows, more time, items of all units."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Grace,
    Instrument,
    Stage,
    UnitReadiness,
)
from indicators.services import periods
from tests import factories
from wbk_portal.accounts.hooks import obstacles_to_closing
from wbk_portal.accounts.services.units import create_unit, move_unit, update_unit
from wbk_portal.audit.history import history_of
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)
FIELDS = {
    "slug": "2027",
    "year": 2027,
    "name": "Penilaian 2027",
    "release": "immediate",
    "zero_denominator": "zero",
    "requires_approval": True,
    "revision_days": 5,
}


@pytest.fixture
def admin(people):
    return people["administrator"]


@pytest.fixture
def draft(world, admin):
    """A period in preparation with both windows."""
    period = periods.create_period(user=admin, **FIELDS)
    for stage in (Stage.FILLING, Stage.REVIEW):
        periods.set_window(
            user=admin,
            period_id=period.pk,
            stage=stage,
            opens_at=timezone.now() - dt.timedelta(days=1),
            closes_at=timezone.now() + dt.timedelta(days=9),
        )
    return period


# --- Preparing -----------------------------------------------------------------------
def test_a_new_period_uses_the_newest_editions_of_all_it_depends_on(draft):
    used = {row.instrument.key for row in draft.instruments.all()}
    assert {Instrument.INDICATORS, Instrument.LKE} <= used
    assert draft.state == AssessmentPeriod.State.DRAFT
    assert AuditEntry.objects.filter(action="period.created").count() == 1


@pytest.mark.parametrize(
    "name", ["operator", "head", "assessor", "lead", "manager", "auditor", "nobody"]
)
def test_only_an_administrator_prepares_opens_and_closes(world, people, name):
    person = people[name]
    with pytest.raises(PermissionDenied):
        periods.create_period(user=person, **FIELDS)
    with pytest.raises(PermissionDenied):
        periods.open_period(user=person, period=world.period)
    with pytest.raises(PermissionDenied):
        periods.close_period(user=person, period=world.period)


def test_an_administrator_of_a_branch_keeps_no_periods(world):
    person = factories.make_user("branch_admin")
    factories.make_membership(person, world.region, "administrator")
    with pytest.raises(PermissionDenied):
        periods.create_period(user=person, **FIELDS)


def test_the_address_begins_with_the_year(admin):
    with pytest.raises(ValidationError) as refused:
        periods.create_period(user=admin, **{**FIELDS, "slug": "2028"})
    assert "slug" in refused.value.message_dict


def test_a_stale_version_is_a_conflict_with_both_sides(draft, admin):
    periods.update_period(
        user=admin, period_id=draft.pk, version=1, **{**FIELDS, "name": "Lain"}
    )
    with pytest.raises(ConflictError) as conflict:
        periods.update_period(
            user=admin, period_id=draft.pk, version=1, **{**FIELDS, "name": "Beda"}
        )
    assert conflict.value.current["name"] == "Lain"
    assert conflict.value.version == 2


def test_what_values_rest_on_stands_once_open(draft, admin):
    opened = periods.open_period(user=admin, period=draft)
    with pytest.raises(ValidationError) as refused:
        periods.update_period(
            user=admin,
            period_id=draft.pk,
            version=opened.version,
            **{**FIELDS, "zero_denominator": "full"},
        )
    assert set(refused.value.message_dict) == {"zero_denominator"}
    changed = periods.update_period(
        user=admin,
        period_id=draft.pk,
        version=opened.version,
        **{**FIELDS, "revision_days": 7},
    )
    assert changed.revision_days == 7


def test_windows_of_an_open_period_end_in_the_future(draft, admin):
    periods.open_period(user=admin, period=draft)
    now = timezone.now()
    with pytest.raises(ValidationError) as refused:
        periods.set_window(
            user=admin,
            period_id=draft.pk,
            stage=Stage.FILLING,
            opens_at=now - dt.timedelta(days=3),
            closes_at=now - dt.timedelta(days=1),
        )
    assert "closes_at" in refused.value.message_dict
    with pytest.raises(ValidationError):
        periods.clear_window(user=admin, period_id=draft.pk, stage=Stage.FILLING)


def test_a_window_closes_after_it_opens(draft, admin):
    with pytest.raises(ValidationError):
        periods.set_window(
            user=admin,
            period_id=draft.pk,
            stage=Stage.OBJECTION,
            opens_at=NOW,
            closes_at=NOW,
        )


# --- What is open when ---------------------------------------------------------------
def test_stages_are_open_from_the_first_to_before_the_last_instant(draft, world, admin):
    period = periods.open_period(user=admin, period=draft)
    window = period.windows.get(stage=Stage.FILLING)
    tick = dt.timedelta(microseconds=1)

    def is_open(moment):
        return Stage.FILLING in periods.open_stages(period, world.unit, moment)

    assert not is_open(window.opens_at - tick)
    assert is_open(window.opens_at)
    assert is_open(window.closes_at - tick)
    assert not is_open(window.closes_at)


def test_nothing_is_open_in_a_period_that_is_not(draft, world):
    assert periods.open_stages(draft, world.unit, timezone.now()) == frozenset()
    assert periods.days_left(draft, world.unit, Stage.FILLING) is None


def test_more_time_holds_for_one_unit_alone(draft, world, admin):
    period = periods.open_period(user=admin, period=draft)
    closes = period.windows.get(stage=Stage.FILLING).closes_at
    periods.grant_grace(
        user=admin,
        period_id=period.pk,
        stage=Stage.FILLING,
        work_unit=world.unit,
        until=closes + dt.timedelta(days=2),
        reason="Listrik padam tiga hari.",
    )
    later = closes + dt.timedelta(days=1)
    assert periods.open_stages(period, world.unit, later) == {Stage.FILLING}
    assert periods.open_stages(period, world.sibling, later) == frozenset()
    assert periods.stage_times(period, world.unit)[Stage.FILLING].is_extended
    told = Notice.objects.filter(kind="period.grace_granted")
    assert {n.recipient_key for n in told} == {
        world.people["operator"].key,
        world.people["head"].key,
    }
    grace = Grace.objects.get()
    periods.revoke_grace(user=admin, grace_id=grace.pk)
    assert periods.open_stages(period, world.unit, later) == frozenset()
    # The log says the end in the unit's zone, as the page does.
    said = AuditEntry.objects.filter(action__startswith="period.grace_")
    assert {entry.payload.values["zone"] for entry in said} == {world.unit.time_zone}


@pytest.mark.parametrize(
    ("shift", "reason", "field"),
    [(-1, "Alasan", "until"), (2, "  ", "reason")],
)
def test_more_time_is_later_and_has_a_reason(draft, world, admin, shift, reason, field):
    period = periods.open_period(user=admin, period=draft)
    closes = period.windows.get(stage=Stage.FILLING).closes_at
    with pytest.raises(ValidationError) as refused:
        periods.grant_grace(
            user=admin,
            period_id=period.pk,
            stage=Stage.FILLING,
            work_unit=world.unit,
            until=closes + dt.timedelta(days=shift),
            reason=reason,
        )
    assert set(refused.value.message_dict) == {field}


def test_more_time_given_meanwhile_is_not_replaced_unseen(draft, world, admin):
    period = periods.open_period(user=admin, period=draft)
    closes = period.windows.get(stage=Stage.FILLING).closes_at
    values = {
        "user": admin,
        "period_id": period.pk,
        "stage": Stage.FILLING,
        "work_unit": world.unit,
    }
    nothing = periods.grace_version([])
    first = {"until": closes + dt.timedelta(days=2), "reason": "Banjir."}
    second = {"until": closes + dt.timedelta(days=5), "reason": "Gempa."}
    periods.grant_grace(**values, **first, version=nothing)
    with pytest.raises(ConflictError) as refused:
        periods.grant_grace(**values, **second, version=nothing)
    assert refused.value.current == first
    assert Grace.objects.get().reason == "Banjir."
    # The same once more is a second press: nothing is said or logged again.
    entries, notices = AuditEntry.objects.count(), Notice.objects.count()
    periods.grant_grace(**values, **first, version=nothing)
    assert (AuditEntry.objects.count(), Notice.objects.count()) == (entries, notices)
    # More time for another unit is nobody's conflict.
    other = {**values, "work_unit": world.sibling}
    periods.grant_grace(**other, **first, version=nothing)
    newest = periods.grace_version(Grace.objects.all())
    periods.grant_grace(**values, **second, version=newest)
    assert Grace.objects.get(work_unit=world.unit).reason == "Gempa."


def test_one_window_alone_keeps_the_order_of_the_stages(draft, admin):
    filling = draft.windows.get(stage=Stage.FILLING)
    review = draft.windows.get(stage=Stage.REVIEW)
    tick = dt.timedelta(minutes=1)
    for stage, opens_at, closes_at in (
        (Stage.REVIEW, filling.opens_at - tick, review.closes_at),
        (Stage.FILLING, review.opens_at + tick, review.closes_at),
        (Stage.OBJECTION, review.opens_at - tick, review.closes_at),
    ):
        with pytest.raises(ValidationError) as refused:
            periods.set_window(
                user=admin,
                period_id=draft.pk,
                stage=stage,
                opens_at=opens_at,
                closes_at=closes_at,
            )
        assert set(refused.value.message_dict) == {"opens_at"}
    assert periods.schedule_version(draft.windows.all()) == periods.schedule_version(
        [filling, review]
    )


def test_days_left_change_at_midnight_of_the_unit(world, admin):
    period = world.period
    # Closes at midnight of 1 June in Jakarta: the last day there is 31 May, but
    # already 1 June in Jayapura, where it closes at 02.00.
    window = period.windows.get(stage=Stage.FILLING)
    window.closes_at = dt.datetime(2026, 5, 31, 17, tzinfo=dt.UTC)
    window.opens_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    window.save()
    noon = dt.datetime(2026, 5, 30, 5, tzinfo=dt.UTC)
    assert periods.days_left(period, world.unit, Stage.FILLING, noon) == 1
    assert periods.days_left(period, world.elsewhere, Stage.FILLING, noon) == 2
    last = dt.datetime(2026, 5, 31, 16, 59, tzinfo=dt.UTC)
    assert periods.days_left(period, world.unit, Stage.FILLING, last) == 0
    assert (
        periods.days_left(period, world.unit, Stage.FILLING, window.closes_at) is None
    )


# --- Opening -------------------------------------------------------------------------
def test_opening_makes_thirty_items_for_each_assessed_unit(draft, world, admin):
    opened = periods.open_period(user=admin, period=draft)
    assert opened.state == AssessmentPeriod.State.OPEN
    assert opened.opened_at is not None
    for unit in (world.unit, world.sibling, world.elsewhere):
        rows = Assessment.objects.filter(period=draft, work_unit=unit)
        assert rows.filter(item__kind="indicator").count() == 24
        assert rows.count() == 30
        assert UnitReadiness.objects.get(period=draft, work_unit=unit).n_items == 24
    assert Assessment.objects.filter(period=draft).count() == 90
    told = Notice.objects.filter(kind="period.opened", url="/2027/unit/PN-SKM/")
    assert {n.recipient_key for n in told} == {
        world.people["operator"].key,
        world.people["head"].key,
    }


def test_opening_again_changes_nothing(draft, admin):
    first = periods.open_period(user=admin, period=draft)
    entries = AuditEntry.objects.count()
    again = periods.open_period(user=admin, period=draft)
    assert again.version == first.version
    assert Assessment.objects.filter(period=draft).count() == 90
    assert AuditEntry.objects.count() == entries


def test_opening_needs_both_windows(world, admin):
    period = periods.create_period(user=admin, **FIELDS)
    with pytest.raises(ValidationError, match="Pengisian, Penilaian"):
        periods.open_period(user=admin, period=period)
    assert Assessment.objects.filter(period=period).count() == 0


def test_a_closed_period_is_not_opened_again(draft, admin):
    periods.open_period(user=admin, period=draft)
    periods.close_period(user=admin, period=draft)
    with pytest.raises(ValidationError, match="ditutup"):
        periods.open_period(user=admin, period=draft)


def test_opening_by_command_can_be_repeated(draft, capsys):
    call_command("open_period", "2027")
    assert capsys.readouterr().out.strip() == "2027: open, 90 assessments made"
    call_command("open_period", "2027")
    assert capsys.readouterr().out.strip() == "2027: open, 0 assessments made"
    with pytest.raises(CommandError, match="2031"):
        call_command("open_period", "2031")


def test_units_cost_no_statements_of_their_own(draft, world, admin):
    with CaptureQueriesContext(connection) as few:
        periods.open_period(user=admin, period=draft)
    for number in range(12):
        factories.make_unit(f"PN-{number}", parent=world.region)
    with CaptureQueriesContext(connection) as many, transaction.atomic():
        periods.ensure_assessments(draft)
    assert Assessment.objects.filter(period=draft).count() == 15 * 30
    # One statement for each chain of the log, and nothing else by unit.
    chains = [q for q in many if 'UPDATE "audit_chain"' in q["sql"]]
    assert len(many) - len(chains) < len(few)


# --- Units that come later -----------------------------------------------------------
@pytest.fixture
def open_only(draft, world, admin):
    """The new period open, the world's own one closed."""
    periods.close_period(user=admin, period=world.period)
    return periods.open_period(user=admin, period=draft)


def test_a_unit_that_becomes_assessed_gets_its_items_at_once(open_only, world, admin):
    region = world.region
    update_unit(
        actor_key=admin.key,
        unit_id=region.pk,
        version=region.version,
        is_assessed=True,
    )
    assert open_only.assessments.filter(work_unit=region).count() == 30
    made = create_unit(
        actor_key=admin.key,
        parent=region,
        code="PN-BARU",
        name="Kantor Baru",
        is_assessed=True,
    )
    assert open_only.assessments.filter(work_unit=made).count() == 30
    assert world.period.assessments.filter(work_unit=made).count() == 0
    lines = [line.text for line in history_of("unit", str(made.pk))]
    assert "30 butir disiapkan untuk Penilaian 2027" in lines


def test_the_daily_job_finds_units_that_begin_by_date(open_only, world):
    today = timezone.localdate()
    factories.make_unit("PN-ESOK", active_from=today + dt.timedelta(days=1))
    begun = factories.make_unit("PN-KINI", active_from=today)
    assert periods.ensure_all() == 1
    assert open_only.assessments.filter(work_unit=begun).count() == 30
    assert periods.ensure_all() == 0


def test_a_moved_branch_keeps_its_old_place_in_closed_periods(world, draft, admin):
    old = world.unit.path
    periods.ensure_assessments(world.period)
    periods.close_period(user=admin, period=world.period)
    opened = periods.open_period(user=admin, period=draft)
    move_unit(
        actor_key=admin.key,
        unit_id=world.region.pk,
        new_parent_id=world.region_elsewhere.pk,
    )
    world.unit.refresh_from_db()
    rows = UnitReadiness.objects.filter(work_unit=world.unit)
    assert rows.get(period=opened).path_then == world.unit.path != old
    assert rows.get(period=world.period).path_then == old


@pytest.mark.parametrize(
    ("state", "hindered"),
    [
        ("awaiting_approval", True),
        ("submitted", True),
        ("under_review", True),
        ("needs_revision", True),
        ("draft", False),
        ("scored", False),
    ],
)
def test_a_unit_whose_work_is_being_looked_at_is_not_closed(world, state, hindered):
    periods.ensure_assessments(world.period)
    one = world.period.assessments.get(work_unit=world.unit, item__slug="06.13")
    Assessment.objects.filter(pk=one.pk).update(state=state)
    found = periods.obstacles_to_closing(world.unit, timezone.localdate())
    sentence = "1 butir Penilaian 2026 masih diajukan atau dinilai."
    assert found == ([sentence] if hindered else [])
    assert obstacles_to_closing(world.unit, timezone.localdate()) == found
