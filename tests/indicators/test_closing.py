"""Closing a period: how items end, what is released, what the readiness says then."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from indicators import hooks
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Decision,
    Stage,
    State,
    UnitReadiness,
)
from indicators.services import periods, readiness
from indicators.workflow import Verb, move
from tests import factories
from wbk_portal.audit.history import history_of
from wbk_portal.audit.models import AuditEntry
from wbk_portal.audit.verification import verify_all
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(world):
    periods.ensure_assessments(world.period)
    rows = world.period.assessments.filter(work_unit=world.unit)
    return {a.item.slug: a for a in rows.select_related("item__rubric", "work_unit")}


def score(world, assessment, *, released=True):
    """Let the assessor have scored an item with the best answer."""
    assessor = world.people["assessor"]
    frozen = factories.make_round(assessment, by=world.people["operator"])
    option = assessment.item.answer_options[0]
    now = timezone.now() if released else None
    decision = Decision.objects.create(
        assessment=assessment,
        round=frozen,
        kind=Decision.Kind.AGREE,
        option=option,
        nano=1_000_000_000,
        n_accepted=1,
        by=assessor,
        released_at=now,
    )
    Assessment.objects.filter(pk=assessment.pk).update(
        state=State.SCORED,
        decision=decision,
        agreed_option=option,
        n_accepted=1,
        released_at=now,
    )
    return decision


def close(world, **more):
    return periods.close_period(
        user=world.people["administrator"], period=world.period, **more
    )


def state_of(assessment):
    return Assessment.objects.get(pk=assessment.pk).state


def test_the_table_says_where_each_state_ends():
    assert periods.CLOSE_TO == {
        State.EMPTY: State.NOT_SUBMITTED,
        State.DRAFT: State.NOT_SUBMITTED,
        State.AWAITING_APPROVAL: State.NOT_SUBMITTED,
        State.SCORED: State.FINAL,
    }
    for state in periods.UNDECIDED:
        assert move(state, Verb.CLOSE) is None


def test_every_item_ends_as_the_table_says(world, rows):
    factories.make_evidence(
        world.unit, by=world.people["operator"], link_to=[rows["06.02"]]
    )
    factories.make_round(
        rows["06.03"], by=world.people["operator"], state=State.AWAITING_APPROVAL
    )
    score(world, rows["06.06"])
    closed = close(world)
    assert closed.state == AssessmentPeriod.State.CLOSED
    assert closed.closed_at is not None
    assert state_of(rows["06.01"]) == State.NOT_SUBMITTED
    assert state_of(rows["06.02"]) == State.NOT_SUBMITTED
    assert state_of(rows["06.03"]) == State.NOT_SUBMITTED
    assert state_of(rows["06.06"]) == State.FINAL
    assert set(
        Assessment.objects.filter(period=closed).values_list("state", flat=True)
    ) == {State.NOT_SUBMITTED, State.FINAL}


def test_values_that_waited_for_the_lead_are_released(world, rows):
    decision = score(world, rows["06.01"], released=False)
    close(world)
    decision.refresh_from_db()
    one = Assessment.objects.get(pk=rows["06.01"].pk)
    assert one.released_at == decision.released_at == _closed_at(world)
    row = UnitReadiness.objects.get(work_unit=world.unit)
    assert (row.n_decided, row.n_accepted) == (1, 1)
    assert row.nano_certain > 0


def _closed_at(world):
    world.period.refresh_from_db()
    return world.period.closed_at


def test_nothing_more_can_be_reached_afterwards(world, rows):
    score(world, rows["06.01"])
    before = readiness.refresh_many(
        work_unit_ids=[world.unit.pk], period_id=world.period.pk
    )
    assert before == 1
    assert (
        UnitReadiness.objects.get(work_unit=world.unit).nano_possible == 10_000_000_000
    )
    close(world)
    row = UnitReadiness.objects.get(work_unit=world.unit)
    assert row.nano_possible == row.nano_certain > 0
    assert row.nano_ind_possible == row.nano_ind_certain > 0
    assert row.next_change_on is None
    call_command("rebuild_readiness", "--check")


@pytest.mark.parametrize("state", periods.UNDECIDED)
def test_undecided_items_stop_the_closing_unless_left(world, rows, state):
    factories.make_round(rows["06.01"], by=world.people["operator"], state=state)
    with pytest.raises(ValidationError, match="1 butir di 1 unit"):
        close(world)
    assert state_of(rows["06.02"]) == State.EMPTY
    assert UnitReadiness.objects.get(work_unit=world.unit).n_submitted == 0
    close(world, leave_undecided=True)
    assert state_of(rows["06.01"]) == state
    assert state_of(rows["06.02"]) == State.NOT_SUBMITTED
    row = UnitReadiness.objects.get(work_unit=world.unit)
    assert (row.n_submitted, row.n_decided, row.nano_possible) == (1, 0, 0)


def test_the_count_before_closing_says_what_will_happen(world, rows):
    score(world, rows["06.01"], released=False)
    score(world, rows["06.02"])
    factories.make_round(rows["06.03"], by=world.people["operator"])
    count = periods.closing_count(world.period)
    assert (count.to_final, count.to_release) == (2, 1)
    assert (count.undecided, count.undecided_units) == (1, 1)
    assert count.not_submitted == 90 - 3


def test_closing_again_changes_nothing_and_a_draft_is_not_closed(world, rows, people):
    first = close(world)
    entries = AuditEntry.objects.count()
    again = close(world)
    assert (again.version, again.closed_at) == (first.version, first.closed_at)
    assert AuditEntry.objects.count() == entries
    draft = factories.make_period("2027", state=AssessmentPeriod.State.DRAFT)
    with pytest.raises(ValidationError, match="belum pernah dibuka"):
        periods.close_period(user=people["administrator"], period=draft)


def test_expired_evidence_is_counted_before_the_last_row(world, rows):
    one = rows["06.01"]
    one.self_option = one.item.answer_options[0]
    one.state = State.DRAFT
    one.n_links = 1
    one.next_expiry = timezone.localdate() - dt.timedelta(days=1)
    one.save()

    def recount(ids):
        Assessment.objects.filter(pk__in=ids).update(n_links=0, next_expiry=None)

    hooks.recounts.register(recount)
    try:
        close(world)
    finally:
        hooks.recounts.unregister(recount)
    assert UnitReadiness.objects.get(work_unit=world.unit).n_filled == 0


def test_every_move_is_in_the_log_and_people_are_told_once(world, rows):
    score(world, rows["06.01"], released=False)
    close(world)
    verify_all()
    final = AuditEntry.objects.get(action="value.finalised")
    assert final.target_key == str(rows["06.01"].pk)
    assert final.actor_key == world.people["administrator"].key
    assert final.payload.values == {"closing": True, "released": True}
    assert AuditEntry.objects.filter(action="assessment.not_submitted").count() == 89
    lines = [line.text for line in history_of("unit", str(world.unit.pk))]
    assert lines[0] == (
        "Periode Penilaian 2026 ditutup. Pada saat itu 1 butir lagi menjadi "
        "ditetapkan, 29 tidak diajukan, 0 tetap tanpa nilai"
    )
    told = Notice.objects.filter(kind="period.closed", url="/2026/unit/PN-SKM/")
    assert {n.recipient_key for n in told} == {
        world.people["operator"].key,
        world.people["head"].key,
    }


def test_closing_by_command(world, rows, capsys):
    factories.make_round(rows["06.01"], by=world.people["operator"])
    with pytest.raises(CommandError, match="belum dinilai"):
        call_command("close_period", "2026")
    call_command("close_period", "2026", "--leave-undecided")
    assert capsys.readouterr().out.strip() == "2026: closed"
    entry = AuditEntry.objects.get(action="period.closed", target_type="period")
    assert entry.actor_key == "system"


# --- The end of the review stage -----------------------------------------------------
def test_values_are_final_when_the_review_of_the_unit_has_closed(world, rows):
    score(world, rows["06.01"], released=False)
    closes = world.period.windows.get(stage=Stage.REVIEW).closes_at
    periods.grant_grace(
        user=world.people["administrator"],
        period_id=world.period.pk,
        stage=Stage.REVIEW,
        work_unit=world.unit,
        until=closes + dt.timedelta(days=1),
        reason="Penilai sakit.",
    )
    assert periods.finalise_reviewed(closes - dt.timedelta(hours=1)) == 0
    assert periods.finalise_reviewed(closes + dt.timedelta(hours=1)) == 0
    assert periods.finalise_reviewed(closes + dt.timedelta(days=1)) == 1
    one = Assessment.objects.get(pk=rows["06.01"].pk)
    assert (one.state, one.is_released) == (State.FINAL, True)
    assert UnitReadiness.objects.get(work_unit=world.unit).n_decided == 1
    assert periods.finalise_reviewed(closes + dt.timedelta(days=2)) == 0
