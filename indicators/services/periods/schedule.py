"""The schedule of a period: from when until when each stage is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import AssessmentPeriod, Grace, Stage, StageWindow
from wbk_portal.accounts.models import User
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fingerprint import fingerprint

from .editing import ask, log, refuse_closed, refuse_far

Span = tuple[dt.datetime, dt.datetime]
"""When a stage opens, and the first instant after it."""


def spans_of(windows: Iterable[StageWindow]) -> dict[str, Span]:
    """Return the spans of stored windows by stage."""
    return {window.stage: (window.opens_at, window.closes_at) for window in windows}


def schedule_version(windows: Iterable[StageWindow]) -> int:
    """Return the version of a schedule, which a form carries back."""
    return fingerprint(spans_of(windows))


@transaction.atomic
def save_schedule(
    *,
    user: User | None,
    period_id: int,
    version: int,
    spans: Mapping[Stage, Span | None],
) -> None:
    """Store the windows of all stages, or none of them.

    Args:
        version: `schedule_version` of the schedule in view.
        spans: For each stage its span; None takes its window away.

    Raises:
        ConflictError: Somebody else changed the schedule since `version`.
        PermissionDenied: `can_manage_periods` refuses, or the period is closed.
        ValidationError: On fields ``<stage>_opens_at`` and ``<stage>_closes_at``, for
            whatever `set_window` refuses.
    """
    ask(user)
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
    refuse_closed(period)
    stored = list(period.windows.all())
    if schedule_version(stored) != version:
        raise ConflictError(
            _("Jadwal ini sudah diubah sejak Anda membukanya."),
            current={
                f"{stage}_{name}": moment
                for stage, span in spans_of(stored).items()
                for name, moment in zip(("opens_at", "closes_at"), span, strict=True)
            },
            version=schedule_version(stored),
        )
    _refuse_disorder(spans)
    for stage, span in spans.items():
        try:
            if span is None:
                clear_window(user=user, period_id=period_id, stage=stage)
            else:
                _put_window(user, period, stage, span)
        except ValidationError as error:
            raise _at_stage(stage, error) from error


def _refuse_disorder(spans: Mapping[Stage, Span | None]) -> None:
    """Refuse a stage that opens before the stage that it follows.

    Stages may overlap and close in any order.

    Raises:
        ValidationError: On ``<stage>_opens_at``.
    """
    used = [(stage, span) for stage in Stage if (span := spans.get(stage))]
    errors = {
        f"{later}_opens_at": _(
            "%(later)s tidak boleh dibuka lebih awal daripada %(earlier)s."
        )
        % {"later": later.label, "earlier": earlier.label}
        for (earlier, first), (later, second) in pairwise(used)
        if second[0] < first[0]
    }
    if errors:
        raise ValidationError(errors)


def _at_stage(stage: Stage, error: ValidationError) -> ValidationError:
    """Return the refusal on the fields of its stage; what names none on the end."""
    known = getattr(error, "error_dict", {})
    named = {
        f"{stage}_{name}": known[name]
        for name in ("opens_at", "closes_at")
        if name in known
    }
    return ValidationError(named or {f"{stage}_closes_at": error.messages})


@transaction.atomic
def set_window(
    *,
    user: User | None,
    period_id: int,
    stage: Stage,
    opens_at: dt.datetime,
    closes_at: dt.datetime,
) -> StageWindow:
    """Say from when until when one stage is open.

    The end of a stage of an open period lies in the future: what has ended with a
    stage (values are final after the review) does not come back.

    Raises:
        PermissionDenied: `can_manage_periods` refuses, or the period is closed.
        ValidationError: The end is before the beginning, or has passed already; a
            moment is years away; or the stages would not open in their order.
    """
    ask(user)
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
    refuse_closed(period)
    others = {Stage(key): span for key, span in spans_of(period.windows.all()).items()}
    try:
        _refuse_disorder({**others, stage: (opens_at, closes_at)})
    except ValidationError as error:
        raise ValidationError({"opens_at": error.messages}) from error
    return _put_window(user, period, stage, (opens_at, closes_at))


def _put_window(
    user: User | None, period: AssessmentPeriod, stage: Stage, span: Span
) -> StageWindow:
    """Store a window of a locked period, whatever the others say."""
    opens_at, closes_at = span
    refuse_far(period, opens_at=opens_at, closes_at=closes_at)
    window = StageWindow.objects.filter(period=period, stage=stage).first()
    if window is None:
        window = StageWindow(period=period, stage=stage)
        before = None
    else:
        if (window.opens_at, window.closes_at) == (opens_at, closes_at):
            return window
        before = [window.opens_at, window.closes_at]
    window.opens_at, window.closes_at = opens_at, closes_at
    window.full_clean(exclude=["period"])
    if period.is_open and closes_at <= timezone.now():
        raise ValidationError({"closes_at": _("Waktu tutup harus setelah saat ini.")})
    window.save()
    log(
        user,
        "period.window_set",
        period,
        {
            "stage": str(stage),
            "opens_at": opens_at,
            "closes_at": closes_at,
            "before": before,
        },
    )
    return window


@transaction.atomic
def clear_window(*, user: User | None, period_id: int, stage: Stage) -> None:
    """Take a stage's window away; filling and review of an open period stay.

    Raises:
        PermissionDenied: `can_manage_periods` refuses, or the period is closed.
        ValidationError: The stage is needed.
    """
    ask(user)
    period = AssessmentPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
    refuse_closed(period)
    if period.is_open and stage in {Stage.FILLING, Stage.REVIEW}:
        raise ValidationError(
            _("Periode yang berjalan memerlukan jadwal pengisian dan penilaian.")
        )
    window = StageWindow.objects.filter(period=period, stage=stage).first()
    if window is None:
        return
    Grace.objects.filter(window=window).delete()
    window.delete()
    log(user, "period.window_cleared", period, {"stage": str(stage)})
