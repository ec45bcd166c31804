"""The seeded demo agrees with what the portal's own services would have written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Count, F
from django.utils import timezone

from evidence.models import (
    Evidence,
    EvidenceLink,
    LinkReview,
    SubmissionItem,
)
from evidence.services import links
from evidence.services.submission import manifest_of
from indicators.models import (
    Approval,
    Assessment,
    AssessmentPeriod,
    Decision,
    ReadinessDay,
    Receipt,
    Score,
    SubmissionRound,
)
from indicators.services import readiness
from wbk_portal.audit.models import AuditEntry
from wbk_portal.audit.verification import verify_all
from wbk_portal.ops.models import Notice

from .helpers import MAIN

# Each test in a savepoint of the transaction in which the package's data stands.
pytestmark = pytest.mark.django_db


# --- Agreement with the services -----------------------------------------------
def test_readiness_rows_are_right(seeded):
    assert readiness.rebuild(check=True).differences == []


def test_the_trend_grows(seeded, period):
    for code in ("LP-SBY", MAIN):
        days = list(
            ReadinessDay.objects.filter(period=period, work_unit__code=code)
            .order_by("day")
            .values_list("nano_certain", "nano_possible", "n_submitted")
        )
        assert len(days) >= 6
        certain = [day[0] for day in days]
        possible = [day[1] for day in days]
        assert certain[0] == 0 < certain[-1]
        assert possible[0] == 10 * 10**9 > possible[-1]
        assert [day[2] for day in days] == sorted(day[2] for day in days)


def test_the_log_is_whole_and_in_the_order_of_time(seeded):
    assert [result for result in verify_all() if not result.ok] == []
    last: dict[int, Any] = {}
    # The tests load the catalogue before the story begins.
    rows = AuditEntry.objects.exclude(action__startswith="catalogue.")
    for chain, at in rows.order_by("chain", "seq").values_list("chain", "at"):
        assert at >= last.get(chain, at)
        last[chain] = at
    assert max(last.values()) <= timezone.now()


def test_counts_equal_a_recount(seeded):
    columns = ("n_links", "n_stale", "n_rejected_files", "next_expiry", "state")
    rows = Assessment.objects.filter(period__slug="2026").order_by("pk")
    before = list(rows.values_list("pk", *columns))
    links.recount(pk for pk, *_ in before)
    assert list(rows.values_list("pk", *columns)) == before
    closed = Assessment.objects.filter(period__slug="2025")
    for row in closed.annotate(n=Count("links")):
        assert row.n_links == row.n, row
        assert row.n_stale == 0, row


def test_accepted_counts_equal_the_reviews(seeded):
    for decision in Decision.objects.select_related("assessment"):
        reviews = LinkReview.objects.filter(item__round=decision.round_id)
        assert decision.n_accepted == reviews.filter(result="fits").count()
        assert reviews.count() == decision.round.items.count()
    assert not (
        Assessment.objects.filter(decision__isnull=False)
        .exclude(n_accepted=F("decision__n_accepted"))
        .exists()
    )


def test_values_have_a_score_and_a_note_where_they_differ(seeded):
    assert Score.objects.count() == Decision.objects.filter(kind="agree").count()
    rounds = SubmissionRound.objects.in_bulk()
    for score in Score.objects.all():
        frozen = rounds[score.round_id]
        same = (score.option_id, score.numerator, score.is_na) == (
            frozen.self_option_id,
            frozen.self_numerator,
            frozen.self_na,
        )
        assert same or score.note


def test_manifests_recompute(seeded):
    rounds = SubmissionRound.objects.select_related(
        "assessment__item",
        "assessment__work_unit",
        "assessment__period",
        "self_option",
    ).prefetch_related("items__version__files__blob")
    for frozen in rounds:
        then = Assessment(
            item=frozen.assessment.item,
            work_unit=frozen.assessment.work_unit,
            period=frozen.assessment.period,
            self_option=frozen.self_option,
            self_numerator=frozen.self_numerator,
            self_denominator=frozen.self_denominator,
            self_na=frozen.self_na,
            na_reason=frozen.na_reason,
            narrative=frozen.narrative,
        )
        used = [
            EvidenceLink(
                evidence=Evidence(pk=item.evidence_id, latest=item.version),
                pages=item.pages,
                quote=item.quote,
            )
            for item in frozen.items.all()
        ]
        assert manifest_of(then, used) == frozen.manifest_sha256
        assert used or frozen.self_na


def test_receipts_are_numbered_without_gaps(seeded):
    for period in AssessmentPeriod.objects.all():
        numbers = list(
            Receipt.objects.filter(period=period)
            .order_by("at", "pk")
            .values_list("number", flat=True)
        )
        wanted = [f"PJ-{period.slug}-{n:04d}" for n in range(1, len(numbers) + 1)]
        assert numbers == wanted
        assert period.last_receipt == len(numbers)


def test_times_stand_in_order(seeded):
    assert not EvidenceLink.objects.filter(at__lt=F("evidence__created_at")).exists()
    assert not SubmissionItem.objects.filter(version__at__gt=F("round__at")).exists()
    assert not Approval.objects.filter(at__lt=F("round__at")).exists()
    assert not Score.objects.filter(at__lt=F("round__approval__at")).exists()
    now = timezone.now()
    for rows, column in (
        (SubmissionRound.objects, "at"),
        (Score.objects, "at"),
        (Evidence.objects, "changed_at"),
        (EvidenceLink.objects, "at"),
        (Assessment.objects, "changed_at"),
        (Notice.objects, "created_at"),
    ):
        assert not rows.filter(**{f"{column}__gt": now}).exists(), column
    for file in Evidence.objects.select_related("latest"):
        version = file.versions.get(number=1)
        if version.document_date is not None:
            assert version.document_date <= version.at.date()
