"""The invented agency: enough units, kinds, zones, people; the same every time."""

import json
import re
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password

from indicators.models.assessment import State
from indicators.models.period import Stage
from wbk_portal.accounts.models import Role, TimeZone, User
from wbk_portal.demo.institution import UnitKind, build_institution, demo_password
from wbk_portal.demo.plan import (
    BY_SLUG,
    ITEMS,
    evidence_plan,
    points,
    stage_days,
    unit_plan,
)
from wbk_portal.demo.profiles import Profile

INSTITUTION = build_institution()
DATA = Path(settings.BASE_DIR) / "indicators" / "data"
PLANS = {
    (unit.code, year): plan
    for unit in INSTITUTION.assessed_units
    for year in INSTITUTION.years
    if (plan := unit_plan(unit, year)) is not None
}


def test_tree_has_three_levels_four_kinds_and_three_zones():
    units = INSTITUTION.units
    codes = [unit.code for unit in units]
    assert len(codes) == len(set(codes))
    for unit in units:
        if unit.parent_code:
            assert codes.index(unit.parent_code) < codes.index(unit.code)
    assessed = INSTITUTION.assessed_units
    assert len(assessed) >= 24
    assert set(Counter(unit.kind for unit in assessed)) == {
        UnitKind.LICENSING,
        UnitKind.LABORATORY,
        UnitKind.TRAINING,
        UnitKind.ONE_STOP,
    }
    assert {unit.time_zone for unit in assessed} == set(TimeZone.values)
    for unit in assessed:
        parent = INSTITUTION.unit(unit.parent_code)
        assert parent.kind is UnitKind.OFFICE
        assert INSTITUTION.unit(parent.parent_code).kind is UnitKind.AGENCY
        assert ZoneInfo(unit.time_zone)
        assert 2 <= len(unit.services) <= 5
        assert len({service.code for service in unit.services}) == len(unit.services)


def test_every_role_has_a_main_person_and_every_unit_head_and_operator():
    people = INSTITUTION.people
    usernames = [person.username for person in people]
    assert len(usernames) == len(set(usernames))
    assert {role for person in people for role in person.roles} == set(Role.values)
    assert {r for p in INSTITUTION.main_people for r in p.roles} == set(Role.values)
    for unit in INSTITUTION.assessed_units:
        [*_, head] = INSTITUTION.holders("head", unit.code)[:1]
        assert head.name == unit.head.name
        assert INSTITUTION.holders("operator", unit.code)
    # The papers and the portal name the same people; nobody exists twice.
    names = [person.name for unit in INSTITUTION.units for person in unit.staff]
    assert len(names) == len(set(names))
    assert INSTITUTION.person("rina.astuti").name == "Rina Astuti"


def test_a_deputy_stands_in_for_a_head_for_some_days():
    deputies = [
        (person, membership)
        for person in INSTITUTION.people
        for membership in person.memberships
        if membership.delegation
    ]
    assert deputies
    for person, membership in deputies:
        assert membership.left_days is not None
        assert membership.left_days > 0
        delegator = INSTITUTION.person(membership.delegator)
        assert delegator is not person
        assert delegator in INSTITUTION.holders("head", membership.unit_code)


def test_every_unit_has_one_assessor_who_does_not_belong_to_it():
    by_unit = Counter(
        (a.unit_code, a.role) for a in INSTITUTION.assignments if a.role == "assessor"
    )
    assert len(by_unit) == len(INSTITUTION.assessed_units)
    assert set(by_unit.values()) == {1}
    for assignment in INSTITUTION.assignments:
        person = INSTITUTION.person(assignment.username)
        assert assignment.role in person.roles
        assert not person.roles & {"operator", "head"}


def test_the_password_passes_the_portals_own_rules():
    for person in INSTITUTION.people:
        user = User(username=person.username, name=person.name, email=person.email)
        user.clean_fields(exclude=["password"])
        validate_password(demo_password(person.username), user)


def test_nothing_can_be_mistaken_for_a_real_person_or_line():
    for unit in INSTITUTION.units:
        assert unit.web.endswith(".bkan.example")
        # No local number begins with 0; no running number is 000.
        assert re.search(r"\) 0\d{3}-", unit.phone)
        assert all(person.nip.endswith(" 000") for person in unit.staff)
        assert len({person.nip for person in unit.staff}) == len(unit.staff)


def test_another_seed_changes_the_people_but_not_the_main_ones():
    other = build_institution(7)
    assert [u.code for u in other.units] == [u.code for u in INSTITUTION.units]
    assert [p.username for p in other.main_people] == [
        p.username for p in INSTITUTION.main_people
    ]
    assert {p.username for p in other.people} != {
        p.username for p in INSTITUTION.people
    }


# --- The plan of states -------------------------------------------------------------


def catalogue() -> dict[str, dict]:
    """Items of the portal's catalogue: scale of the rubric and deciding weight."""
    files = ["lke-90-2021-area-vi.json", "pmprb-area-8.json", "wbk-06.json"]
    lke, pmprb, wbk = (
        [
            item
            for subarea in json.loads((DATA / name).read_text())["subareas"]
            for item in subarea["items"]
        ]
        for name in files
    )
    questions = {item["code"]: item for item in [*lke, *pmprb]}
    found = {}
    for item in wbk:
        rubric = questions[item["rubric"]["question"]]
        leads = item["rubric"]["leads"]
        weight = Fraction(rubric["weight"]) if leads else Fraction(0)
        found[item["slug"]] = {**rubric, "points": weight, "entry": item}
    for item in lke:
        if item.get("assessed"):
            found[item["slug"]] = {
                **item,
                "points": Fraction(item["weight"]),
                "entry": item,
            }
    return found


def test_items_agree_with_the_catalogue():
    found = catalogue()
    assert [item.slug for item in ITEMS] == list(found)
    for item in ITEMS:
        assert item.points == found[item.slug]["points"], item.slug
        options = found[item.slug].get("options", [])
        assert {o["code"]: Fraction(o["value"]) for o in options} == item.values
    assert sum(item.points for item in ITEMS) == 10


def test_states_and_days_are_those_of_the_portal():
    for plan in PLANS.values():
        assert [answer.item for answer in plan.answers] == [i.slug for i in ITEMS]
        for answer in plan.answers:
            assert answer.state in State.values
            days = [
                answer.submitted_days_ago,
                answer.approved_days_ago,
                answer.started_days_ago,
                answer.scored_days_ago,
            ]
            known = [day for day in days if day is not None]
            assert known == sorted(known, reverse=True)
            assert all(day > 0 for day in known)
            if answer.is_decided and not answer.not_applicable:
                assert answer.scored_days_ago is not None
                assert answer.agreed is not None or answer.agreed_counts is not None
            assert (answer.revision is not None) == (answer.state == "needs_revision")


def test_all_states_and_all_verdicts_occur():
    states = Counter(a.state for plan in PLANS.values() for a in plan.answers)
    assert set(states) == set(State.values)
    now = [plan for (_, year), plan in PLANS.items() if year == 2026]
    assert sum(plan.certain >= 6 for plan in now) >= 4
    assert sum(plan.certain >= Fraction(15, 2) for plan in now) >= 1
    almost = [p for p in now if 5 <= p.certain < 6 and p.possible >= 6]
    assert len(almost) >= 2
    below = [p for p in now if p.possible < 6]
    assert len(below) >= 2
    assert any(
        answer.revision and answer.revision.is_overdue
        for plan in now
        for answer in plan.answers
    )
    excused = {
        answer.item for p in now for answer in p.answers if answer.not_applicable
    }
    assert excused == {"06.04", "06.05"}
    last = [plan for (_, year), plan in PLANS.items() if year == 2025]
    assert {a.state for p in last for a in p.answers} == {"final", "not_submitted"}
    assert all(plan.certain == plan.possible for plan in last)
    assert ("KT-BIM", 2025) not in PLANS


def test_points_are_recomputed_from_the_answers():
    for plan in PLANS.values():
        assert points(plan.answers) == (plan.certain, plan.possible)
        certain = Fraction(0)
        for answer in plan.answers:
            item = BY_SLUG[answer.item]
            if answer.state in {"scored", "final"} and answer.agreed:
                certain += item.points * item.values[answer.agreed]
            elif answer.state in {"scored", "final"} and answer.agreed_counts:
                top, bottom = answer.agreed_counts
                certain += item.points * Fraction(top, bottom)
        assert certain == plan.certain


def test_the_main_unit_shows_every_state_of_an_open_period():
    plan = PLANS["KP-SMG", 2026]
    assert plan.profile is Profile.SHOWCASE
    assert {answer.state for answer in plan.answers} == {
        "empty",
        "draft",
        "awaiting_approval",
        "submitted",
        "under_review",
        "needs_revision",
        "scored",
    }


def test_explanations_are_filled_in_and_fit_the_answer():
    for plan in PLANS.values():
        for answer in plan.answers:
            for text in (answer.explanation, answer.note, answer.recommendation):
                assert "{" not in text
            if answer.option is not None or answer.counts is not None:
                assert len(answer.explanation) > 20
    assert "SKM dilaksanakan tiga kali" in " ".join(
        answer.explanation
        for plan in PLANS.values()
        for answer in plan.answers
        if answer.item == "06.19" and answer.option == "b"
    )


def test_stages_stand_around_today_in_the_open_period_only():
    today = date(2026, 11, 24)
    assert [stage.stage for stage in stage_days(2026, today)] == Stage.values
    filling = stage_days(2026, today)[0]
    assert filling.first < today < filling.last
    assert stage_days(2025, today) == stage_days(2025, date(2027, 1, 1))
    assert all(stage.last.year == 2025 for stage in stage_days(2025, today))


# --- The plan of evidence -------------------------------------------------------------


@pytest.mark.parametrize("year", [2025, 2026])
def test_what_is_answered_has_evidence_and_nothing_else_has(year):
    for unit in INSTITUTION.assessed_units:
        plan = PLANS.get((unit.code, year))
        entries = evidence_plan(unit, year)
        if plan is None:
            assert entries == []
            continue
        needed = {answer.item for answer in plan.answers if answer.has_evidence}
        assert {slug for entry in entries for slug, _pages in entry.items} == needed
        own = [entry for entry in entries if entry.owner == unit.code]
        assert not any(entry.applies_below for entry in own)
        for entry in entries:
            if entry.owner != unit.code:
                owner = INSTITUTION.unit(entry.owner)
                shared = {e.kind for e in evidence_plan(owner, year)}
                assert entry.kind in shared


def test_the_usual_mistakes_are_among_the_evidence():
    main = evidence_plan(INSTITUTION.unit("KP-SMG"), 2026)
    faults = {entry.fault for entry in main}
    assert faults >= {
        "last_year",
        "unsigned",
        "duplicate",
        "scan",
        "generic_name",
        "wrong_unit",
        "sideways",
        "low_resolution",
    }
    assert any(entry.versions == 2 for entry in main)
    twins = [e for e in main if e.kind == "foto_sarana_pengaduan"]
    assert {slug for e in twins for slug, _ in e.items} == {"06.13", "06.18"}
