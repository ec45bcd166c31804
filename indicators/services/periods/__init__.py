"""Periods: preparing, opening, closing, and what is open when."""

from .closing import (
    CLOSE_TO,
    UNDECIDED,
    ClosingCount,
    close_period,
    closing_count,
    finalise_reviewed,
    undecided_text,
)
from .editing import (
    DRAFT_ONLY,
    FIELDS,
    clear_window,
    create_period,
    grant_grace,
    revoke_grace,
    set_window,
    update_period,
)
from .opening import (
    ensure_all,
    ensure_assessments,
    obstacles_to_closing,
    open_period,
    unit_changed,
)
from .times import (
    MINUTE,
    StageTime,
    current_period,
    days_left,
    open_stages,
    shown_end,
    stage_times,
)

__all__ = [
    "CLOSE_TO",
    "DRAFT_ONLY",
    "FIELDS",
    "MINUTE",
    "UNDECIDED",
    "ClosingCount",
    "StageTime",
    "clear_window",
    "close_period",
    "closing_count",
    "create_period",
    "current_period",
    "days_left",
    "ensure_all",
    "ensure_assessments",
    "finalise_reviewed",
    "grant_grace",
    "obstacles_to_closing",
    "open_period",
    "open_stages",
    "revoke_grace",
    "set_window",
    "shown_end",
    "stage_times",
    "undecided_text",
    "unit_changed",
    "update_period",
]
