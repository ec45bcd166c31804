"""The review desk: queue, one item on one screen, and what is done there."""

from .actions import (
    add_revision,
    correct,
    discard_revision,
    finalise,
    mark_links,
    release,
    save_score,
    send_revisions,
    start,
    start_unit,
    undo,
)
from .page import desk
from .queue import queue

__all__ = [
    "add_revision",
    "correct",
    "desk",
    "discard_revision",
    "finalise",
    "mark_links",
    "queue",
    "release",
    "save_score",
    "send_revisions",
    "start",
    "start_unit",
    "undo",
]
