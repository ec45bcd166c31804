"""An assessor's value, how it becomes the agreed one, and how it is mended."""

from .decisions import correct, finalise, is_in_charge, release
from .scores import (
    WINDOW,
    Seen,
    save_draft,
    start_review,
    submit_score,
    undo_score,
)

__all__ = [
    "WINDOW",
    "Seen",
    "correct",
    "finalise",
    "is_in_charge",
    "release",
    "save_draft",
    "start_review",
    "submit_score",
    "undo_score",
]
