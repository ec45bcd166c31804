"""The review desk: queue, one item on one screen, and what is done there."""

from .actions import mark_links, start, start_unit
from .lead import finalise, release
from .page import desk
from .queue import queue
from .requests import add_revision, discard_revision, send_revisions
from .values import correct, save_score, undo

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
