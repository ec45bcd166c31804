"""The table of moves, walked row by row, and what lies outside it."""

import itertools

import pytest

from indicators.models import AssessmentPeriod, Stage, State
from indicators.permissions import can_do, state_reason
from indicators.standing import Standing
from indicators.workflow import (
    ASSESSOR,
    MOVES,
    SUBMITTED_STATES,
    SYSTEM,
    Actor,
    Verb,
    move,
)
from tests.factories import make_assessment
from wbk_portal.accounts.models import Role

pytestmark = pytest.mark.django_db

PEOPLE_FOR = {
    Role.OPERATOR: "operator",
    Role.HEAD: "head",
    Actor.ASSIGNED_ASSESSOR: "assessor",
    Actor.ASSIGNED_LEAD: "lead",
}
HUMAN_MOVES = [m for m in MOVES if m.by != SYSTEM]


def test_a_state_and_a_verb_lead_to_one_place_only():
    pairs = [(m.source, m.verb) for m in MOVES]
    assert len(pairs) == len(set(pairs))


def test_every_state_is_reached_and_only_the_last_ones_are_left_by_nobody():
    reached = {m.target for m in MOVES} | {State.EMPTY}
    left = {m.source for m in MOVES}
    assert reached == set(State)
    assert set(State) - left == {State.FINAL, State.NOT_SUBMITTED}


@pytest.mark.parametrize("row", HUMAN_MOVES, ids=lambda m: f"{m.source}-{m.verb}")
def test_each_row_lets_its_people_through_and_nobody_else(row, world):
    assessment = make_assessment(world.unit, world.period, state=row.source)
    for name, person in world.people.items():
        standing = Standing.of(person, world.unit, world.period)
        expected = any(
            actor in row.by and PEOPLE_FOR[actor] == name for actor in PEOPLE_FOR
        ) or (name == "operator_above" and Role.OPERATOR in row.by)
        assert bool(can_do(standing, assessment, row.verb)) is expected, name


@pytest.mark.parametrize("row", HUMAN_MOVES, ids=lambda m: f"{m.source}-{m.verb}")
def test_each_row_obeys_its_stage(row, world):
    world.period.windows.all().delete()
    assessment = make_assessment(world.unit, world.period, state=row.source)
    name = next(PEOPLE_FOR[a] for a in PEOPLE_FOR if a in row.by)
    standing = Standing.of(world.people[name], world.unit, world.period)
    verdict = can_do(standing, assessment, row.verb)
    assert bool(verdict) is (row.stage is None)
    if row.stage is not None:
        assert "belum dibuka atau sudah ditutup" in verdict.reason


def test_what_is_not_in_the_table_is_refused_with_the_state_named(world):
    standings = [
        Standing.of(world.people[name], world.unit, world.period)
        for name in ("operator", "head", "assessor", "lead")
    ]
    assessment = make_assessment(world.unit, world.period)
    reasons = {}
    for state, verb in itertools.product(State, Verb):
        if move(state, verb) is not None:
            continue
        assessment.state = state
        for standing in standings:
            verdict = can_do(standing, assessment, verb)
            assert not verdict
            knows = standing.is_assessor or standing.is_lead
            # A value that is not released shows nowhere, not in a refusal either.
            named = state if knows else State(assessment.shown_state)
            assert verdict.reason == state_reason(named, verb)
            reasons.setdefault(verdict.reason, set()).add(named)
    # Each state has sentences of its own.
    assert all(len(states) == 1 for states in reasons.values())


def test_whoever_wants_to_change_what_is_submitted_hears_the_way(world, people):
    assessment = make_assessment(world.unit, world.period)
    standing = Standing.of(people["operator"], world.unit, world.period)
    assessment.state = State.SUBMITTED
    assert "Tarik kembali dulu" in can_do(standing, assessment, Verb.EDIT).reason
    assert "Tarik kembali" not in can_do(standing, assessment, Verb.APPROVE).reason


def test_nothing_moves_in_a_closed_period(world):
    world.period.state = AssessmentPeriod.State.CLOSED
    assessment = make_assessment(world.unit, world.period)
    for row in HUMAN_MOVES:
        assessment.state = row.source
        for name in PEOPLE_FOR.values():
            standing = Standing.of(world.people[name], world.unit, world.period)
            verdict = can_do(standing, assessment, row.verb)
            assert "sudah ditutup" in verdict.reason


def test_an_assessor_of_the_own_unit_may_do_nothing_an_assessor_does(world):
    from tests.factories import make_membership

    make_membership(world.people["assessor"], world.region, Role.HEAD)
    standing = Standing.of(world.people["assessor"], world.unit, world.period)
    assert standing.is_own_unit
    assessment = make_assessment(world.unit, world.period)
    for row in (m for m in HUMAN_MOVES if m.by == ASSESSOR):
        assessment.state = row.source
        verdict = can_do(standing, assessment, row.verb)
        assert verdict.reason == "Anda tidak dapat menilai unit kerja Anda sendiri."


def test_what_counts_as_submitted_is_what_an_assessor_could_hold():
    assert {
        State.SUBMITTED,
        State.UNDER_REVIEW,
        State.NEEDS_REVISION,
        State.SCORED,
        State.FINAL,
    } == SUBMITTED_STATES
    assert Stage.OBJECTION not in {m.stage for m in MOVES}
