"""Rows that time alone has changed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from indicators import hooks
from indicators.models import Assessment, AssessmentPeriod, UnitReadiness

from .rows import refresh


def refresh_due(today: dt.date | None = None) -> int:
    """Rewrite the rows that time alone has changed; return how many.

    Daily. Each unit in a transaction of its own, so that one fault holds up nobody.
    """
    today = today or timezone.localdate()
    due = UnitReadiness.objects.filter(
        next_change_on__lte=today, period__state=AssessmentPeriod.State.OPEN
    ).values_list("period_id", "work_unit_id")
    done = 0
    for period_id, work_unit_id in list(due):
        with transaction.atomic():
            ids = list(
                Assessment.objects.filter(
                    period_id=period_id,
                    work_unit_id=work_unit_id,
                    next_expiry__lt=today,
                )
                .order_by("pk")
                .values_list("pk", flat=True)
            )
            for recount in hooks.recounts:
                recount(ids)
            refresh(work_unit_id=work_unit_id, period_id=period_id, today=today)
        done += 1
    return done
