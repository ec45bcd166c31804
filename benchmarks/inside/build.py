"""An institution of any size, written in bulk past the services.

    agency ─┬─ inspectorate
            └─ ten regions ── so many assessed units

Every unit has all its items in every state of the work flow, 24 evidence, rounds,
values, thirty days of change and entries in the log. The measured people are
`operator` and `head` of the first unit, `assessor` of 24 units, and `manager` of the
whole agency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from benchmarks.inside.common import (
    STATES,
    TREND_DAYS,
    Row,
    save,
)
from benchmarks.inside.documents import show_images, write_evidence
from benchmarks.inside.institution import assign, open_period, people_of, tree
from benchmarks.inside.work import assessment, write_rounds
from benchmarks.names import PERIOD
from evidence.models import (
    Evidence,
)
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Item,
    ReadinessDay,
    State,
    UnitReadiness,
)
from indicators.services import readiness
from indicators.services.catalogue import load_instruments
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.audit.services import Act, record_many
from wbk_portal.ops.models import Notice


def sign_in(username: str) -> dict[str, str]:
    """Return the cookies of a fresh session."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return {name: cookie.value for name, cookie in client.cookies.items()}


def build(units: int) -> dict[str, Any]:
    """Fill an empty database with an institution of `units` assessed units."""
    load_instruments()
    agency, offices = tree(units)
    people = people_of(agency, offices)
    period = open_period()
    assign(people, offices, period)
    items = list(
        Item.objects.filter(is_assessed=True, instrument__periods__period=period)
        .with_rubric()
        .order_by("kind", "position")
    )
    for number, bundle in enumerate(_bundles(offices, 50)):
        with transaction.atomic():
            _fill(bundle, number * 50, items, period, people)
    readiness.rebuild(period)
    _trend(period)
    _notices(people)
    with transaction.atomic():
        show_images(offices[0])
    if connection.vendor == "postgresql":
        # Autovacuum would do it within a minute; SQLite has nobody who does.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return {
        "units": len(offices),
        "assessments": Assessment.objects.count(),
        "evidence": Evidence.objects.count(),
    }


def _bundles(rows: Sequence[Row], size: int) -> Iterable[list[Row]]:
    source = iter(rows)
    while bundle := list(islice(source, size)):
        yield bundle


def _fill(
    offices: Sequence[WorkUnit],
    first: int,
    items: Sequence[Item],
    period: AssessmentPeriod,
    people: dict[str, User],
) -> None:
    """Write everything of a bundle of units."""
    operator = people["operator"]
    now = timezone.now()
    assessments = []
    for index, unit in enumerate(offices, start=first):
        for place, item in enumerate(items):
            state = STATES[(place * 7 + index * 3) % len(STATES)]
            assessments.append(assessment(unit, period, item, state, operator, now))
    save(assessments)
    versions = write_evidence(offices, assessments, operator, now)
    write_rounds(offices, assessments, versions, period, people, now)
    record_many(
        Act(
            actor_key=operator.key,
            action="answer.saved",
            target=("assessment", str(row.pk)),
            unit_key=row.work_unit.key,
            payload={"narrative": row.narrative, "option": None},
        )
        for row in assessments
        if row.state != State.EMPTY
    )
    Assessment.objects.bulk_update(
        assessments, ["current_round", "decision", "released_at"], batch_size=200
    )


def _trend(period: AssessmentPeriod) -> None:
    """Let every unit's points have grown on every third of the last thirty days."""
    today = timezone.localdate()
    rows = []
    for row in UnitReadiness.objects.filter(period=period):
        for back in range(3, TREND_DAYS, 3):
            share = TREND_DAYS - back
            rows.append(
                ReadinessDay(
                    work_unit_id=row.work_unit_id,
                    period=period,
                    day=today - dt.timedelta(days=back),
                    nano_certain=row.nano_certain * share // TREND_DAYS,
                    nano_possible=row.nano_possible,
                    n_filled=row.n_filled * share // TREND_DAYS,
                )
            )
    save(rows)


def _notices(people: dict[str, User]) -> None:
    save(
        Notice(
            recipient_key=user.key,
            kind="round.submitted",
            key=f"rounds:{number}",
            url=f"/{PERIOD}/penilaian/",
            params={"unit": f"Unit {number}", "count": 3},
            created_at=timezone.now(),
        )
        for user in people.values()
        for number in range(12)
    )
