"""Units with items in every state, decided without the services, and their sums."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from indicators.models import Assessment, AssessmentPeriod, Decision, Item, State
from indicators.services import readiness
from indicators.services.periods import close_period
from tests.conftest import World
from tests.factories import make_assessments, make_round
from wbk_portal.accounts.models import User, WorkUnit


def decide(
    assessment: Assessment, by: User, *, option: int = 0, n_accepted: int = 1
) -> None:
    """Give the assessment an agreed and released value."""
    item = Item.objects.with_rubric().get(pk=assessment.item_id)
    make_round(assessment, by=by, state=State.SCORED)
    now = timezone.now()
    values: dict[str, Any]
    if item.answer_type == Item.AnswerType.PERCENT:
        values = {"numerator": 1, "denominator": 2}
        nano = 500_000_000
    else:
        chosen = item.answer_options[option]
        values, nano = {"option": chosen}, int(chosen.value * 10**9)
    assessment.decision = Decision.objects.create(
        assessment=assessment,
        round=assessment.current_round,
        kind=Decision.Kind.AGREE,
        by=by,
        nano=nano,
        n_accepted=n_accepted,
        released_at=now,
        **values,
    )
    for name, value in values.items():
        setattr(assessment, f"agreed_{name}", value)
    assessment.agreed_nano, assessment.n_accepted = nano, n_accepted
    assessment.released_at = now
    assessment.save()


def answer(assessment: Assessment, *, n_links: int = 1) -> None:
    """Give the unit's own answer."""
    item = Item.objects.with_rubric().get(pk=assessment.item_id)
    if item.answer_type == Item.AnswerType.PERCENT:
        assessment.self_numerator, assessment.self_denominator = 3, 4
    else:
        assessment.self_option = item.answer_options[0]
    assessment.n_links = n_links
    assessment.state = State.DRAFT
    assessment.save()


def sum_up(
    period: AssessmentPeriod, *units: WorkUnit, day: dt.date | None = None
) -> None:
    """Write the summary rows of units for a day."""
    with transaction.atomic():
        readiness.refresh_many(
            work_unit_ids=[unit.pk for unit in units], period_id=period.pk, today=day
        )


def close(period: AssessmentPeriod, people: dict[str, User]) -> None:
    """Close the period, whatever is undecided."""
    close_period(user=people["administrator"], period=period, leave_undecided=True)


def fill(unit: WorkUnit, period: AssessmentPeriod, by: User, share: int) -> None:
    """Take a unit's items along the work flow: `share` of ten are decided.

    The others stand in turn at each earlier state.
    """
    stages = itertools.cycle(
        ["empty", "draft", "no-link", "submitted", "under_review", "late", "na"]
    )
    for index, one in enumerate(make_assessments(unit, period).values()):
        if index % 10 >= 10 - share:
            answer(one)
            decide(one, by, option=0 if index % 13 else -1, n_accepted=index % 5 and 1)
            continue
        stage = next(stages)
        if stage == "empty":
            continue
        answer(one, n_links=0 if stage == "no-link" else 1)
        if stage == "submitted":
            make_round(one, by=by, at=timezone.now() - dt.timedelta(days=index))
        elif stage == "under_review":
            make_round(one, by=by, state=State.UNDER_REVIEW)
        elif stage == "late":
            make_round(one, by=by, state=State.NEEDS_REVISION)
            one.revision_due = timezone.localdate() - dt.timedelta(days=2)
            one.n_stale = 1
            one.save()


@pytest.fixture
def filled(world: World) -> World:
    """The institution with three units that got different lengths of the way."""
    by = world.people["operator"]
    before = timezone.localdate() - dt.timedelta(days=20)
    sum_up(world.period, world.unit, world.sibling, world.elsewhere, day=before)
    fill(world.unit, world.period, by, 9)
    fill(world.sibling, world.period, by, 2)
    fill(world.elsewhere, world.period, by, 0)
    sum_up(world.period, world.unit, world.sibling, world.elsewhere)
    return world
