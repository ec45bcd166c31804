"""Previews: what the worker makes of a stored file, and what it found out about it.

A file is PENDING until a run has ended; a run that is cut short leaves it so, and the
next one begins afresh. The end is written once, in one transaction.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from evidence import pipeline
from evidence.models import Blob, EvidenceFile, PageImage, PageText
from evidence.pipeline import ImageFile, Preview
from evidence.pipeline.messages import REASONS
from wbk_portal.audit.services import Act, record_many
from wbk_portal.common.storage import StoredBytes, delete_blob, ingest, local_copy

from . import links, notices

logger = logging.getLogger("wbk_portal.evidence")

State = EvidenceFile.State

OFFICE_PAGES = 120
"""Pages of an office file that get an image; its PDF is not kept for later ones."""

BATCH = 20
"""Pages made at once when somebody turns to one that has no image yet."""

MAX_ATTEMPTS = 3
"""Runs before a file is left without a preview."""

WAITING = dt.timedelta(hours=1)
"""Time after which a waiting file may have been forgotten."""

IMAGE_MIME = "image/webp"


def reason_text(file: EvidenceFile) -> str:
    """Return the sentence for the file's state, empty for none, in this language."""
    return str(REASONS.get(file.state_reason, file.state_reason))


def can_render(file: EvidenceFile, page: int) -> bool:
    """Whether the image of a page is missing only because nobody turned to it yet."""
    return bool(
        file.kind == "pdf"
        and file.state == State.READY
        and pipeline.EAGER_PAGES < page <= (file.pages or 0)
    )


@dataclass(frozen=True)
class _Stored:
    """Bytes of one image, on the disk but not yet in a row."""

    page: int
    size: str
    image: ImageFile
    stored: StoredBytes


def process(file_id: int) -> str:
    """Make page images and text of a file that waits for them; safe to run twice.

    Returns:
        The state it is in now; empty when there is no such file any more.
    """
    rows = EvidenceFile.objects.select_related("blob", "version__evidence__work_unit")
    file = rows.filter(pk=file_id).first()
    if file is None or file.state != State.PENDING:
        return file.state if file else ""
    EvidenceFile.objects.filter(pk=file_id).update(attempts=F("attempts") + 1)
    last = pipeline.EAGER_PAGES if file.kind == "pdf" else OFFICE_PAGES
    with _work_folder() as folder, local_copy(file.blob.storage_key) as path:
        preview = pipeline.make_preview(path, kind=file.kind, out_dir=folder, last=last)
        stored = _ingest(file, preview, folder)
    if preview.detail:
        logger.warning("file %d: %s: %s", file.pk, preview.reason, preview.detail)
    try:
        return _finish(file_id, preview, stored)
    except BaseException:
        _forget(stored)
        raise


@transaction.atomic
def _finish(file_id: int, preview: Preview, stored: Sequence[_Stored]) -> str:
    file = (
        EvidenceFile.objects.select_for_update(of=("self",))
        .select_related("version__by", "version__evidence__work_unit")
        .get(pk=file_id)
    )
    if file.state != State.PENDING:
        # Another run was faster: its images stand.
        transaction.on_commit(lambda: _forget(stored))
        return file.state
    state, reason = preview.state, preview.reason
    if preview.state == pipeline.READY and _has_more(file, preview):
        state, reason = pipeline.PARTIAL, "some_pages"
    _write_images(file, stored)
    PageText.objects.bulk_create(
        PageText(file=file, page=page.number, text=page.text)
        for page in preview.pages
        if page.text.strip()
    )
    file.state = state
    file.state_reason = reason
    file.pages = preview.page_count
    file.processed_at = timezone.now()
    file.save(update_fields=["state", "state_reason", "pages", "processed_at"])
    if file.state == State.REJECTED:
        _tell_rejected(file)
    return file.state


def _has_more(file: EvidenceFile, preview: Preview) -> bool:
    """Whether pages of an office file remain without an image for good."""
    return file.kind != "pdf" and (preview.page_count or 0) > OFFICE_PAGES


def _tell_rejected(file: EvidenceFile) -> None:
    """Log it, count the items that use it again, and tell the unit's people."""
    evidence = links.lock_with_uses(file.version.evidence_id)
    payload = {"file": file.display_name, "reason": file.state_reason}
    record_many(
        [
            Act(
                actor_key="system",
                action="evidence.file_rejected",
                target=("evidence", str(evidence.pk)),
                unit_key=evidence.work_unit.key,
                payload=payload,
            ),
            *(
                Act(
                    actor_key="system",
                    action="assessment.evidence_file_rejected",
                    target=("assessment", str(assessment.pk)),
                    unit_key=assessment.work_unit.key,
                    payload={"title": evidence.title, **payload},
                )
                for assessment in links.open_uses(evidence.pk)
            ),
        ]
    )
    links.recount_evidence([evidence.pk])
    notices.file_rejected(file, evidence)


@transaction.atomic
def give_up(file_id: int) -> None:
    """Say that there is no preview, after the last attempt; the file stays usable."""
    EvidenceFile.objects.filter(pk=file_id, state=State.PENDING).update(
        state=State.UNAVAILABLE, state_reason="failed", processed_at=timezone.now()
    )


def forgotten(now: dt.datetime | None = None) -> list[int]:
    """Return files that have waited for an hour, oldest first, at most 200.

    With an idle queue these are files whose job is lost; after the last attempt such
    a file is given up here, so that none waits for ever.
    """
    limit = (now or timezone.now()) - WAITING
    rows = (
        EvidenceFile.objects.filter(state=State.PENDING, version__at__lt=limit)
        .order_by("pk")
        .values_list("pk", "attempts")[:200]
    )
    found = []
    for pk, attempts in rows:
        if attempts >= MAX_ATTEMPTS:
            give_up(pk)
        else:
            found.append(pk)
    return found


def render_more(file_id: int, page: int) -> int:
    """Make the images of a page and of those behind it; safe to run twice.

    Returns:
        How many images were made.
    """
    file = (
        EvidenceFile.objects.select_related("blob", "version__evidence__work_unit")
        .filter(pk=file_id)
        .first()
    )
    if file is None or not can_render(file, page):
        return 0
    last = min(page + BATCH - 1, file.pages or page)
    have = set(
        file.page_images.filter(
            size=PageImage.Size.PAGE, page__gte=page, page__lte=last
        ).values_list("page", flat=True)
    )
    if page in have:
        return 0
    with _work_folder() as folder, local_copy(file.blob.storage_key) as path:
        preview = pipeline.render_pages(path, out_dir=folder, first=page, last=last)
        stored = _ingest(file, preview, folder, without=have)
    try:
        _add_images(file, page, stored)
    except BaseException:
        _forget(stored)
        raise
    return len(stored)


@transaction.atomic
def _add_images(file: EvidenceFile, page: int, stored: Sequence[_Stored]) -> None:
    _write_images(file, stored)
    if not any(one.page == page for one in stored):
        # The page cannot be drawn: say so, or its reader would wait for ever.
        EvidenceFile.objects.filter(pk=file.pk, state=State.READY).update(
            state=State.PARTIAL, state_reason="some_pages"
        )


def _write_images(file: EvidenceFile, stored: Sequence[_Stored]) -> None:
    """Write the rows of images; those that stand already stay."""
    realm = _realm(file)
    blobs = keep_rows(realm, IMAGE_MIME, [one.stored for one in stored])
    PageImage.objects.bulk_create(
        (
            PageImage(
                file=file,
                page=one.page,
                size=one.size,
                blob=blobs[one.stored.sha256],
                width=one.image.width,
                height=one.image.height,
            )
            for one in stored
        ),
        ignore_conflicts=True,
    )


def keep_rows(realm: str, mime: str, stored: Sequence[StoredBytes]) -> dict[str, Blob]:
    """Return the rows of stored bytes by hash; known bytes are kept once.

    Second copies are deleted when the transaction ends. Three statements for each
    fifty.
    """
    found: dict[str, Blob] = {}
    for start in range(0, len(stored), 50):
        part = {one.sha256: one for one in stored[start : start + 50]}
        Blob.objects.bulk_create(
            [
                Blob(
                    realm=realm,
                    sha256=one.sha256,
                    size=one.size,
                    mime=mime,
                    storage_key=one.storage_key,
                )
                for one in part.values()
            ],
            ignore_conflicts=True,
        )
        rows = Blob.objects.select_for_update().filter(realm=realm, sha256__in=part)
        found |= {row.sha256: row for row in rows}
    kept = {row.storage_key for row in found.values()}
    spare = [one.storage_key for one in stored if one.storage_key not in kept]
    transaction.on_commit(lambda: _delete(spare))
    return found


def _realm(file: EvidenceFile) -> str:
    """Return where derived images live: apart from what people sent."""
    return f"page:{file.version.evidence.work_unit_id}"


def _ingest(
    file: EvidenceFile,
    preview: Preview,
    folder: Path,
    without: Iterable[int] = (),
) -> list[_Stored]:
    """Keep the images that the child wrote; bytes first, rows later."""
    passed_over = set(without)
    stored: list[_Stored] = []
    try:
        for page in preview.pages:
            if page.number in passed_over:
                continue
            for size, image in (
                (PageImage.Size.PAGE, page.image),
                (PageImage.Size.THUMB, page.thumb),
            ):
                if image is None:
                    continue
                data = (folder / image.name).read_bytes()
                kept = ingest([data], realm=_realm(file))
                stored.append(_Stored(page.number, size, image, kept))
    except BaseException:
        _forget(stored)
        raise
    return stored


def _forget(stored: Iterable[_Stored]) -> None:
    _delete([one.stored.storage_key for one in stored])


def _delete(keys: Iterable[str]) -> None:
    for key in keys:
        delete_blob(key)


@contextmanager
def _work_folder() -> Iterator[Path]:
    """Give a folder for one child's output, gone at the end of the block."""
    with tempfile.TemporaryDirectory(
        prefix="wbk-preview-", ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
