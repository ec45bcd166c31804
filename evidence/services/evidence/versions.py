"""A new version of an evidence: the old ones stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import (
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    PageImage,
    PageText,
    TrayFile,
)
from evidence.permissions import can_change
from evidence.services import links, notices, tray
from wbk_portal.accounts.models import User
from wbk_portal.audit.services import record
from wbk_portal.common.dates import format_moment
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import with_terms

from .facts import VersionFacts, check_count
from .filing import file_payload, file_row, process_later


@transaction.atomic
def add_version(
    *,
    user: User,
    evidence: Evidence,
    expected_version: int,
    tray_ids: Sequence[int] = (),
    keep_ids: Sequence[int] = (),
    facts: VersionFacts | None = None,
) -> EvidenceVersion:
    """Add a version; everything that uses the evidence is to be looked at again.

    Args:
        expected_version: Number of the version that the person had in view.
        tray_ids: New files, of the person's own tray of the evidence's unit.
        keep_ids: Files of the latest version that the new one keeps; they come first.

    Raises:
        PermissionDenied: `can_change` refuses.
        ValidationError: By field name.
        ConflictError: Somebody added a version meanwhile, or a file left the tray.
    """
    locked = links.lock_with_uses(evidence.pk)
    require(can_change(user, locked))
    latest = locked.latest
    if latest is None or latest.number != expected_version:
        raise _conflict(locked, user)
    checked = (facts or VersionFacts()).checked(locked.kind)
    check_count(len(tray_ids) + len(keep_ids))
    kept = _kept_files(latest, keep_ids)
    new = tray.take(user=user, work_unit=locked.work_unit, ids=tray_ids)
    now = timezone.now()
    highest = locked.versions.aggregate(n=Max("number"))["n"] or 0
    version = EvidenceVersion.objects.create(
        evidence=locked, number=highest + 1, by=user, at=now, **checked.columns()
    )
    _copy(kept, version)
    rows = EvidenceFile.objects.bulk_create(
        file_row(version, file, position)
        for position, file in enumerate(new, start=len(kept) + 1)
    )
    TrayFile.objects.filter(pk__in=[file.pk for file in new]).delete()
    Evidence.objects.filter(pk=locked.pk).update(
        latest=version, changed_at=now, version=locked.version + 1
    )
    record(
        actor_key=user.key,
        action="evidence.version_added",
        target=("evidence", str(locked.pk)),
        unit_key=locked.work_unit.key,
        payload={
            "title": locked.title,
            "version": version.number,
            **file_payload([*kept, *new]),
        },
    )
    process_later(rows)
    links.recount_evidence([locked.pk])
    notices.version_added(version, locked, actor=user)
    return version


def _conflict(evidence: Evidence, user: User) -> ConflictError:
    latest = evidence.latest
    if latest is None:
        return ConflictError(
            with_terms(_("%(Term)s ini belum punya versi.")), current={}, version=0
        )
    own = latest.by_id == user.pk
    text = (
        _(
            "Anda sendiri sudah menambahkan versi %(number)s pada %(moment)s, mungkin "
            "di tab lain. Berkas yang ini masih ada di baki. Bandingkan, lalu pilih."
        )
        if own
        else _(
            "%(name)s sudah menambahkan versi %(number)s pada %(moment)s. Berkas Anda "
            "masih ada di baki. Bandingkan, lalu pilih."
        )
    )
    return ConflictError(
        text
        % {
            "name": latest.by,
            "number": latest.number,
            "moment": format_moment(latest.at, evidence.work_unit.time_zone),
        },
        current={"version_id": latest.pk},
        version=latest.number,
    )


def _kept_files(latest: EvidenceVersion, ids: Sequence[int]) -> list[EvidenceFile]:
    """Return files of the latest version; a rejected one cannot be kept."""
    rows = list(
        latest.files.filter(pk__in=ids).select_related("blob").order_by("position")
    )
    if len(rows) != len(set(ids)):
        raise ValidationError(
            _("Berkas itu tidak ada lagi di versi terakhir. Muat ulang halaman ini.")
        )
    for row in rows:
        if row.state == EvidenceFile.State.REJECTED:
            raise ValidationError(
                _("Berkas “%(name)s” ditolak setelah diterima; ganti berkasnya.")
                % {"name": row.display_name}
            )
    return rows


def _copy(files: Sequence[EvidenceFile], version: EvidenceVersion) -> None:
    """Carry files over into the new version with what the worker found out."""
    copies = EvidenceFile.objects.bulk_create(
        EvidenceFile(
            version=version,
            blob=file.blob,
            position=position,
            kind=file.kind,
            display_name=file.display_name,
            original_name=file.original_name,
            state=file.state,
            state_reason=file.state_reason,
            pages=file.pages,
            processed_at=file.processed_at,
        )
        for position, file in enumerate(files, start=1)
    )
    new_of = {old.pk: new for old, new in zip(files, copies, strict=True)}
    PageImage.objects.bulk_create(
        PageImage(
            file=new_of[image.file_id],
            page=image.page,
            size=image.size,
            blob_id=image.blob_id,
            width=image.width,
            height=image.height,
        )
        for image in PageImage.objects.filter(file__in=new_of)
    )
    PageText.objects.bulk_create(
        PageText(file=new_of[text.file_id], page=text.page, text=text.text)
        for text in PageText.objects.filter(file__in=new_of)
    )
    process_later(copies)
