"""From the tray to evidence: one transaction, however many files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import (
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    TrayFile,
)
from evidence.permissions import can_upload
from evidence.services import links, tray
from evidence.services.pages import clean_pages
from indicators.models import Assessment, EvidenceKind
from indicators.permissions import can_edit_answer
from indicators.services.base import lock_many
from indicators.standing import Standing
from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.audit.services import Act, record_many
from wbk_portal.common.permissions import require

from .facts import Filing, VersionFacts, check_count, clean_title

MAX_FILINGS = 100
"""Evidence that one call makes; a longer tray is filed in several."""


def create_evidence(
    *,
    user: User,
    work_unit: WorkUnit,
    kind: EvidenceKind,
    title: str,
    tray_ids: Sequence[int],
    facts: VersionFacts | None = None,
    applies_below: bool = False,
    link_to: Sequence[tuple[Assessment, str]] = (),
) -> Evidence:
    """Make one evidence of files of the tray and link it to items.

    Args:
        tray_ids: 1 to 20 files of the person's own tray of this unit.
        link_to: Assessments of this unit, each with a page range or an empty text.

    Raises:
        PermissionDenied: The person may not upload now, or an item stands still.
        ValidationError: By field name.
        ConflictError: A file left the tray meanwhile.
    """
    filing = Filing(
        kind=kind,
        title=title,
        tray_ids=tuple(tray_ids),
        facts=facts or VersionFacts(),
        applies_below=applies_below,
        link_to=tuple((assessment.pk, pages) for assessment, pages in link_to),
    )
    return file_tray(user=user, work_unit=work_unit, filings=[filing])[0]


@transaction.atomic
def file_tray(
    *, user: User, work_unit: WorkUnit, filings: Sequence[Filing]
) -> list[Evidence]:
    """Make several evidence at once, all or none; see `create_evidence`.

    A constant number of statements, and about ten for each assessment linked to.
    """
    if not 1 <= len(filings) <= MAX_FILINGS:
        raise ValidationError(_("Pilih sedikitnya satu berkas."))
    require(can_upload(user, work_unit))
    ready = [_checked(filing, work_unit) for filing in filings]
    wanted = [pk for filing in ready for pk in filing.tray_ids]
    if len(wanted) != len(set(wanted)):
        raise ValidationError(_("Satu berkas dipilih dua kali."))
    files = {
        row.pk: row for row in tray.take(user=user, work_unit=work_unit, ids=wanted)
    }
    assessments = _lock_targets(user, work_unit, ready)
    now = timezone.now()
    made = _write(user, work_unit, ready, now)
    rows = [
        file_row(evidence.latest, files[pk], position)
        for evidence, filing in zip(made, ready, strict=True)
        for position, pk in enumerate(filing.tray_ids, start=1)
        if evidence.latest is not None
    ]
    EvidenceFile.objects.bulk_create(rows)
    TrayFile.objects.filter(pk__in=list(files)).delete()
    record_many(
        Act(
            actor_key=user.key,
            action="evidence.created",
            target=("evidence", str(evidence.pk)),
            unit_key=work_unit.key,
            payload={
                "title": evidence.title,
                "kind": evidence.kind.key,
                **file_payload([files[pk] for pk in filing.tray_ids]),
            },
        )
        for evidence, filing in zip(made, ready, strict=True)
    )
    for pk, assessment in assessments.items():
        links.add_links(
            user=user,
            assessment=assessment,
            evidence={
                evidence: pages
                for evidence, filing in zip(made, ready, strict=True)
                for target, pages in filing.link_to
                if target == pk
            },
        )
    process_later(rows)
    return made


def _checked(filing: Filing, work_unit: WorkUnit) -> Filing:
    """Return the filing cleaned; errors name its fields."""
    check_count(len(filing.tray_ids))
    if filing.applies_below and not work_unit.numchild:
        raise ValidationError(
            {"applies_below": _("Unit ini tidak mempunyai unit di bawahnya.")}
        )
    return Filing(
        kind=filing.kind,
        title=clean_title(filing.title),
        tray_ids=filing.tray_ids,
        facts=filing.facts.checked(filing.kind),
        applies_below=filing.applies_below,
        link_to=tuple(
            {target: clean_pages(pages) for target, pages in filing.link_to}.items()
        ),
    )


def _lock_targets(
    user: User, work_unit: WorkUnit, filings: Sequence[Filing]
) -> dict[int, Assessment]:
    """Return the assessments to link to, locked, after asking the rule for each."""
    ids = sorted({target for filing in filings for target, _pages in filing.link_to})
    found = {row.pk: row for row in lock_many(ids)} if ids else {}
    if len(found) != len(ids):
        raise ValidationError(
            _("Butir yang dipilih tidak ditemukan. Muat ulang halaman ini.")
        )
    standings: dict[int, Standing] = {}
    for assessment in found.values():
        if assessment.work_unit_id != work_unit.pk:
            raise PermissionDenied(_("Butir itu milik unit lain."))
        standing = standings.get(assessment.period_id)
        if standing is None:
            standing = Standing.of(user, assessment.work_unit, assessment.period)
            standings[assessment.period_id] = standing
        require(can_edit_answer(standing, assessment))
    return found


def _write(
    user: User, work_unit: WorkUnit, filings: Sequence[Filing], now: dt.datetime
) -> list[Evidence]:
    """Write evidence with their first versions; four statements."""
    made = Evidence.objects.bulk_create(
        Evidence(
            work_unit=work_unit,
            kind=filing.kind,
            title=filing.title,
            applies_below=filing.applies_below,
            created_by=user,
            created_at=now,
            changed_at=now,
        )
        for filing in filings
    )
    versions = EvidenceVersion.objects.bulk_create(
        EvidenceVersion(
            evidence=evidence, number=1, by=user, at=now, **filing.facts.columns()
        )
        for evidence, filing in zip(made, filings, strict=True)
    )
    for evidence, version in zip(made, versions, strict=True):
        evidence.latest = version
    Evidence.objects.bulk_update(made, ["latest"])
    return made


def file_row(version: EvidenceVersion, file: TrayFile, position: int) -> EvidenceFile:
    """Return the row of a filed file, not yet written."""
    return EvidenceFile(
        version=version,
        blob=file.blob,
        position=position,
        kind=file.kind,
        display_name=file.display_name,
        original_name=file.original_name,
    )


def file_payload(files: Sequence[TrayFile | EvidenceFile]) -> dict[str, object]:
    """Return what the log keeps of a version's files."""
    return {
        "count": len(files),
        "files": [
            {"name": file.display_name, "sha256": file.blob.sha256} for file in files
        ],
    }


def process_later(files: Sequence[EvidenceFile], *, priority: int = 0) -> None:
    """Hand new files to the worker, in the caller's transaction.

    Args:
        priority: -100 to 100; higher ones go first. 0 is for files that a person waits
            for.
    """
    from evidence.jobs import process_file  # it reads the services
    from wbk_portal.common.jobs import enqueue

    for file in files:
        if file.state == EvidenceFile.State.PENDING:
            enqueue(process_file.using(priority=priority), file.pk)
