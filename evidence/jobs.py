"""What the worker does for evidence: previews, and clearing what nobody keeps."""

from __future__ import annotations

from datetime import time, timedelta

from evidence.services import cleaning, processing
from wbk_portal.common.jobs import enqueue, job, periodic, waiting_count
from wbk_portal.common.storage import sweep_incoming

UNFINISHED = timedelta(hours=24)
"""Age at which the leftovers of an interrupted upload are deleted."""


@job(
    max_attempts=processing.MAX_ATTEMPTS,
    max_seconds=900,
    on_failed=processing.give_up,
)
def process_file(file_id: int) -> None:
    """Make page images and text of one file."""
    processing.process(file_id)


@job(max_attempts=2, max_seconds=300, priority=10)
def render_pages(file_id: int, page: int) -> None:
    """Make the image of a page that somebody turned to."""
    processing.render_more(file_id, page)


@periodic("forgotten-previews", every=timedelta(hours=1))
def take_up_forgotten_previews() -> str:
    """Hand files over once more whose job is lost (a restored backup, for instance)."""
    if waiting_count():
        return "busy"
    files = processing.forgotten()
    for pk in files:
        enqueue(process_file.using(priority=-10), pk)
    return f"{len(files)} files"


@periodic("empty-evidence-bin", daily_at=time(1, 30))
def empty_bin() -> str:
    """Delete what lay in the bin for seven days, and bytes that nothing refers to."""
    return f"{cleaning.empty_bin()} evidence, {cleaning.delete_unreferenced()} blobs"


@periodic("empty-trays", daily_at=time(1, 20))
def empty_trays() -> str:
    """Delete what waited in a tray for thirty days."""
    return f"{cleaning.empty_trays()} files"


@periodic("tell-expiring-trays", daily_at=time(6, 30))
def tell_expiring_trays() -> str:
    """Tell people whose files soon leave a tray."""
    return f"{cleaning.tell_expiring()} people"


@periodic("sweep-unfinished-uploads", every=timedelta(hours=6))
def sweep_unfinished_uploads() -> str:
    """Delete what interrupted uploads left behind."""
    return f"{sweep_incoming(UNFINISHED)} files"
