"""The work of the units: answers, rounds, reviews and values."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from benchmarks.inside.common import (
    FROZEN,
    NARRATIVE,
    save,
)
from benchmarks.names import PERIOD
from evidence.models import (
    EvidenceVersion,
    SubmissionItem,
)
from indicators.models import (
    Approval,
    Assessment,
    AssessmentPeriod,
    Decision,
    Item,
    Receipt,
    Revision,
    Score,
    State,
    SubmissionRound,
)
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.common.numbers import NANO


def assessment(
    unit: WorkUnit,
    period: AssessmentPeriod,
    item: Item,
    state: State,
    operator: User,
    now: dt.datetime,
) -> Assessment:
    row = Assessment(work_unit=unit, period=period, item=item, state=state)
    if state == State.EMPTY:
        return row
    options = item.answer_options
    answer = options[0] if options else None
    row.narrative = NARRATIVE
    row.changed_at, row.changed_by = now, operator
    row.self_option = answer
    if answer is None:
        row.self_numerator, row.self_denominator = 45, 50
    row.n_links = 1
    if state == State.NEEDS_REVISION:
        row.revision_due = timezone.localdate() + dt.timedelta(days=5)
    if state == State.SCORED:
        agreed = options[min(1, len(options) - 1)] if options else None
        row.agreed_option = agreed
        if agreed is None:
            row.agreed_numerator, row.agreed_denominator = 40, 50
        row.agreed_nano = int(agreed.value * NANO) if agreed else NANO * 4 // 5
        row.n_accepted = 1
    return row


def write_rounds(
    offices: Sequence[WorkUnit],
    assessments: Sequence[Assessment],
    versions: dict[int, EvidenceVersion],
    period: AssessmentPeriod,
    people: dict[str, User],
    now: dt.datetime,
) -> None:
    operator, assessor, head = people["operator"], people["assessor"], people["head"]
    receipts = {
        receipt.work_unit_id: receipt
        for receipt in save(
            Receipt(
                number=f"PJ-{PERIOD}-{unit.pk:04d}",
                work_unit=unit,
                period=period,
                by=operator,
                at=now - dt.timedelta(days=3),
            )
            for unit in offices
        )
    }
    AssessmentPeriod.objects.filter(pk=period.pk).update(last_receipt=9000)
    frozen = [row for row in assessments if row.state in FROZEN]
    rounds = save(
        SubmissionRound(
            assessment=row,
            number=1,
            receipt=receipts[row.work_unit_id],
            by=operator,
            at=now - dt.timedelta(days=3),
            manifest_sha256=hashlib.sha256(str(row.pk).encode()).hexdigest(),
            self_option=row.self_option,
            self_numerator=row.self_numerator,
            self_denominator=row.self_denominator,
            narrative=row.narrative,
        )
        for row in frozen
    )
    pairs = list(zip(frozen, rounds, strict=True))
    save(
        SubmissionItem(
            round=one,
            evidence_id=versions[row.pk].evidence_id,
            version=versions[row.pk],
            position=1,
            pages="1-3",
        )
        for row, one in pairs
    )
    save(
        Approval(
            round=one,
            by=head,
            at=now - dt.timedelta(days=2),
            result=Approval.Result.APPROVED,
            title="Kepala unit",
        )
        for row, one in pairs
        if row.state != State.AWAITING_APPROVAL
    )
    save(
        Revision(
            round=one,
            user=assessor,
            reason_code=Revision.Reason.OUTDATED,
            text="Mohon unggah dokumen tahun berjalan yang sudah ditandatangani.",
            due=row.revision_due,
            sent_at=now - dt.timedelta(days=1),
        )
        for row, one in pairs
        if row.state == State.NEEDS_REVISION
    )
    for row, one in pairs:
        row.current_round = one
    scored = [(row, one) for row, one in pairs if row.state == State.SCORED]
    values = {"note": "Dokumen sesuai dan masih berlaku.", "at": now}
    save(
        Score(round=one, user=assessor, **_value(row), **values) for row, one in scored
    )
    decisions = save(
        Decision(
            assessment=row,
            round=one,
            kind=Decision.Kind.AGREE,
            by=assessor,
            n_accepted=1,
            released_at=now,
            **_value(row),
            **values,
        )
        for row, one in scored
    )
    for (row, _one), decision in zip(scored, decisions, strict=True):
        row.decision, row.released_at = decision, now


def _value(row: Assessment) -> dict[str, Any]:
    return {
        "option": row.agreed_option,
        "numerator": row.agreed_numerator,
        "denominator": row.agreed_denominator,
        "nano": row.agreed_nano,
    }
