"""Periods, states and points of the demo are those of its plan."""

from __future__ import annotations

import pytest
from django.db.models import Count, F

from evidence.models import (
    Evidence,
    EvidenceFile,
    EvidenceLink,
    LinkReview,
    SubmissionItem,
    TrayFile,
)
from indicators.models import (
    Approval,
    Assessment,
    AssessmentPeriod,
    Decision,
    Revision,
    ScoreDraft,
    Stage,
    State,
    SubmissionRound,
    UnitReadiness,
)
from indicators.services.periods import days_left, open_stages
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.demo.institution import build_institution
from wbk_portal.demo.plan import unit_plan

from .helpers import MAIN

# Each test in a savepoint of the transaction in which the package's data stands.
pytestmark = pytest.mark.django_db


# --- Periods and states -----------------------------------------------
def test_last_year_is_closed_and_this_year_is_open_for_weeks(seeded, period):
    last = AssessmentPeriod.objects.get(slug="2025")
    assert last.state == AssessmentPeriod.State.CLOSED
    assert last.closed_at.year == 2025
    assert period.is_open
    unit = WorkUnit.objects.get(code=MAIN)
    assert open_stages(period, unit) == {Stage.FILLING, Stage.REVIEW}
    assert days_left(period, unit, Stage.FILLING) >= 14
    assert days_left(period, unit, Stage.REVIEW) >= 28
    assert period.windows.get(stage=Stage.FILLING).graces.count() == 1


def test_every_state_occurs(seeded):
    states = set(Assessment.objects.values_list("state", flat=True))
    assert states == set(State.values)


def test_states_are_those_of_the_plan(seeded):
    demo = build_institution()
    for unit in demo.assessed_units:
        for year in demo.years:
            plan = unit_plan(unit, year)
            if plan is None:
                continue
            rows = Assessment.objects.filter(
                work_unit__code=unit.code, period__year=year
            )
            found = dict(rows.values_list("item__slug", "state"))
            for answer in plan.answers:
                wanted = {answer.state}
                if answer.revision is not None and answer.revision.is_overdue:
                    wanted = {State.UNDER_REVIEW}
                elif (unit.code, year, answer.item) == (MAIN, 2026, "06.02"):
                    wanted = {State.DRAFT}
                assert found[answer.item] in wanted, (unit.code, year, answer.item)


def test_points_are_those_of_the_plan(seeded):
    demo = build_institution()
    for row in UnitReadiness.objects.select_related("work_unit", "period"):
        plan = unit_plan(demo.unit(row.work_unit.code), row.period.year)
        if row.work_unit.code == MAIN and row.period.year == 2026:
            continue  # its withdrawn evidence does not count in the plan
        assert abs(row.nano_certain - plan.certain * 10**9) <= 1
        if row.period.is_open:
            assert abs(row.nano_possible - plan.possible * 10**9) <= 1


def test_special_situations_occur(seeded, period):
    main = Assessment.objects.filter(period=period, work_unit__code=MAIN)
    overdue = Assessment.objects.filter(revision_overdue=True)
    assert set(overdue.values_list("state", flat=True)) == {State.UNDER_REVIEW}
    assert overdue.filter(work_unit__code=MAIN).exists()
    assert Assessment.objects.filter(self_na=True).exclude(na_reason="").exists()
    assert Assessment.objects.filter(agreed_na=True, state=State.SCORED).exists()
    assert main.filter(n_stale__gt=0, item__slug="06.13").exists()
    assert main.filter(n_stale__gt=0, item__slug="06.18").exists()
    assert main.filter(n_stale__gt=0, state=State.DRAFT).exists()
    assert SubmissionRound.objects.filter(number=2).exists()
    assert Approval.objects.filter(result=Approval.Result.RETURNED).exists()
    assert Decision.objects.filter(kind=Decision.Kind.CORRECTION).count() == 1
    assert Evidence.objects.filter(withdrawn_at__isnull=False).count() == 1
    assert Evidence.objects.filter(discarded_at__isnull=False).count() == 1
    assert TrayFile.objects.filter(user__username="rina.astuti").count() == 3
    drafts = Revision.objects.filter(user__username="binsar.manurung", sent_at=None)
    assert drafts.filter(round__assessment__work_unit__code=MAIN).exists()
    assert ScoreDraft.objects.filter(user__username="binsar.manurung").exists()
    finals = Assessment.objects.filter(period=period, state=State.FINAL)
    assert finals.values("work_unit").distinct().count() == 1
    head = main.filter(state=State.AWAITING_APPROVAL)
    assert head.count() >= 4


def test_an_sk_of_the_region_serves_the_units_below(seeded, period):
    shared = EvidenceLink.objects.exclude(
        evidence__work_unit=F("assessment__work_unit")
    )
    assert shared.count() > 20
    for link in shared.select_related("evidence__work_unit", "assessment__work_unit"):
        assert link.evidence.applies_below
        assert link.evidence.work_unit.contains(link.assessment.work_unit.path)


def test_twins_share_bytes_and_documents(seeded):
    main = EvidenceFile.objects.filter(version__evidence__work_unit__code=MAIN)
    twice = main.values("blob").annotate(n=Count("pk")).filter(n__gt=1)
    assert twice.exists()
    both = (
        EvidenceLink.objects.filter(assessment__item__slug__in=["06.13", "06.18"])
        .values("evidence", "assessment__work_unit", "assessment__period")
        .annotate(n=Count("pk"))
        .filter(n=2)
    )
    assert both.exists()


def test_a_request_names_no_other_evidence_than_its_reason(seeded):
    """Who is asked for another "Surat tugas" is not led to the "SK" beside it."""
    rows = Revision.objects.filter(sent_at__isnull=False).select_related("round")
    items = {
        item.key: item
        for item in SubmissionItem.objects.select_related("evidence__kind")
    }
    reviews = {
        (review.item_id, review.user_id): review
        for review in LinkReview.objects.filter(result="does_not_fit")
    }
    about = [row for row in rows if row.about_key]
    assert about
    for row in about:
        item = items[row.about_key]
        assert item.round_id == row.round_id
        assert reviews[item.pk, row.user_id].reason_code == row.reason_code
    letter = rows.get(
        round__assessment__work_unit__code=MAIN,
        round__assessment__item__slug="06.15",
        round__assessment__period__slug__startswith="2026",
    )
    assert letter.text.startswith("Surat tugas")
    assert items[letter.about_key].evidence.kind.key == "surat_tugas_sp4n"
