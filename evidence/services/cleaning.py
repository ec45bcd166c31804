"""Bytes and rows that nobody keeps any more: the bin, orphans, and lost bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from evidence.models import (
    Blob,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    PageImage,
    SubmissionItem,
    TrayFile,
)
from evidence.permissions import is_staff
from evidence.services.tray import KEEP
from indicators.models import AssessmentPeriod
from wbk_portal.audit.services import Act, record, record_many
from wbk_portal.common.storage import blob_exists, delete_blob, iter_keys
from wbk_portal.ops.services import NoticeFor, notify_many

BIN_DAYS = 7
"""Days that discarded evidence can be restored."""

ORPHAN_AGE = dt.timedelta(hours=24)
"""Rows and bytes younger than this may still wait for a transaction to end."""

WARN = dt.timedelta(days=5)
"""Time before a file leaves the tray at which its owner is told."""

_CHUNK = 500


def empty_bin(now: dt.datetime | None = None) -> int:
    """Delete evidence that lay in the bin for seven days; return how many.

    One transaction each. What stood in a round, or in a period that is closed by now,
    is kept whatever its state.
    """
    limit = (now or timezone.now()) - dt.timedelta(days=BIN_DAYS)
    ids = (
        Evidence.objects.filter(discarded_at__lt=limit)
        .filter(~Exists(SubmissionItem.objects.filter(evidence=OuterRef("pk"))))
        .filter(~Exists(_closed_links()))
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return sum(_delete_evidence(pk, limit) for pk in list(ids))


def _closed_links() -> QuerySet[EvidenceLink]:
    return EvidenceLink.objects.filter(
        evidence=OuterRef("pk"),
        assessment__period__state=AssessmentPeriod.State.CLOSED,
    )


@transaction.atomic
def _delete_evidence(pk: int, limit: dt.datetime) -> bool:
    evidence = (
        Evidence.objects.select_for_update(of=("self",))
        .select_related("work_unit")
        .filter(pk=pk, discarded_at__lt=limit)
        .first()
    )
    if evidence is None:  # restored meanwhile
        return False
    record(
        actor_key="system",
        action="evidence.deleted",
        target=("evidence", str(pk)),
        unit_key=evidence.work_unit.key,
        payload={"title": evidence.title},
    )
    Evidence.objects.filter(pk=pk).update(latest=None)
    EvidenceLink.objects.filter(evidence_id=pk).delete()
    EvidenceFile.objects.filter(version__evidence_id=pk).delete()
    EvidenceVersion.objects.filter(evidence_id=pk).delete()
    Evidence.objects.filter(pk=pk).delete()
    return True


def empty_trays(now: dt.datetime | None = None) -> int:
    """Delete what waited in a tray for thirty days; return how many files went.

    Only rows of the tray go: what became evidence left it when it was filed. The bytes
    go with the next cleaning, if nothing else refers to them.
    """
    limit = (now or timezone.now()) - KEEP
    old = TrayFile.objects.filter(received_at__lt=limit).order_by("pk")
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:_CHUNK]):
        count += _expire(ids, limit)
    return count


@transaction.atomic
def _expire(ids: list[int], limit: dt.datetime) -> int:
    rows = list(
        TrayFile.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, received_at__lt=limit)
        .select_related("work_unit")
        .order_by("pk")
    )
    record_many(
        Act(
            actor_key="system",
            action="upload.expired",
            target=("tray", str(row.pk)),
            unit_key=row.work_unit.key,
            payload={"name": row.display_name},
        )
        for row in rows
    )
    TrayFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def tell_expiring(now: dt.datetime | None = None) -> int:
    """Tell people whose files leave a tray within days; return how many were told.

    Once for each person, unit and last day concerned: a run on the next day tells
    again only if further files have come so far, and a run that was missed is made up.
    Who no longer works for the unit cannot save anything there, and is told nothing.
    """
    now = now or timezone.now()
    soon = (
        TrayFile.objects.filter(received_at__lt=now - KEEP + WARN, user__is_active=True)
        .select_related("user", "work_unit")
        .order_by("user_id", "work_unit_id", "received_at")
    )
    notices = []
    for (user, unit), group in groupby(soon, lambda row: (row.user, row.work_unit)):
        if not is_staff(user, unit):
            continue
        days = [timezone.localdate(row.received_at + KEEP, unit.zone) for row in group]
        notices.append(
            NoticeFor(
                recipient_key=user.key,
                kind="upload.expiring",
                key=f"tray:{unit.pk}:{days[-1].isoformat()}",
                url=reverse("evidence:upload", args=[unit.code]),
                params={"unit": unit.name, "count": len(days), "day": days[0]},
            )
        )
    notify_many(notices)
    return len(notices)


def unreferenced() -> Iterator[Blob]:
    """Yield rows of bytes that no file, image or tray refers to for a day."""
    limit = timezone.now() - ORPHAN_AGE
    used = (
        EvidenceFile.objects.filter(blob=OuterRef("pk")),
        PageImage.objects.filter(blob=OuterRef("pk")),
        TrayFile.objects.filter(blob=OuterRef("pk")),
    )
    rows = Blob.objects.filter(created_at__lt=limit)
    for users in used:
        rows = rows.filter(~Exists(users))
    return rows.order_by("pk").iterator(_CHUNK)


def delete_unreferenced() -> int:
    """Delete bytes that nothing refers to; return how many rows went."""
    count = 0
    for blob in unreferenced():
        with transaction.atomic():
            locked = Blob.objects.select_for_update().filter(pk=blob.pk).first()
            if locked is None or _is_used(locked):
                continue
            locked.delete()
        # Only now: a row without bytes must never stand.
        delete_blob(blob.storage_key)
        count += 1
    return count


def _is_used(blob: Blob) -> bool:
    return (
        EvidenceFile.objects.filter(blob=blob).exists()
        or PageImage.objects.filter(blob=blob).exists()
        or TrayFile.objects.filter(blob=blob).exists()
    )


@dataclass
class Differences:
    """What rows and bytes disagree about.

    Attributes:
        lost: Rows whose bytes are gone: something is wrong with the disk.
        orphans: Keys of stored bytes that no row knows.
        unused: Rows of bytes that nothing refers to.
    """

    lost: list[Blob] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    unused: list[Blob] = field(default_factory=list)


def compare() -> Differences:
    """Compare rows with stored bytes; changes nothing."""
    found = Differences(unused=list(unreferenced()))
    for blob in Blob.objects.order_by("pk").iterator(_CHUNK):
        if not blob_exists(blob.storage_key):
            found.lost.append(blob)
    batch: list[str] = []
    for key in iter_keys(ORPHAN_AGE):
        batch.append(key)
        if len(batch) == _CHUNK:
            found.orphans += _unknown(batch)
            batch = []
    found.orphans += _unknown(batch)
    return found


def _unknown(keys: list[str]) -> list[str]:
    known = set(
        Blob.objects.filter(storage_key__in=keys).values_list("storage_key", flat=True)
    )
    return [key for key in keys if key not in known]


def delete_orphans(keys: list[str]) -> int:
    """Delete bytes without a row, looked up once more; return how many."""
    gone = _unknown(keys)
    for key in gone:
        delete_blob(key)
    return len(gone)
