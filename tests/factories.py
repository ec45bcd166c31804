"""Builders of rows with valid defaults, for every part of the tests.

They write rows directly, past the services: a test says what stands, not how it came
to stand. What goes through a rule is tested with the service itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone

from evidence.models import (
    Blob,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    SubmissionItem,
    TrayFile,
)
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Assignment,
    EvidenceKind,
    Instrument,
    Item,
    PeriodInstrument,
    Receipt,
    Stage,
    StageWindow,
    State,
    SubmissionRound,
)
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.common.filegate import KINDS

from .samples import docx_bytes, jpg_bytes, pdf_bytes, png_bytes

__all__ = [
    "PASSWORD",
    "docx_bytes",
    "get_item",
    "get_kind",
    "jpg_bytes",
    "make_assessment",
    "make_assessments",
    "make_assignment",
    "make_blob",
    "make_evidence",
    "make_link",
    "make_membership",
    "make_period",
    "make_round",
    "make_tray_file",
    "make_unit",
    "make_user",
    "make_version",
    "pdf_bytes",
    "png_bytes",
]

PASSWORD = "rahasia-uji-2026"
"""Password of every person that `make_user` makes."""

_number = itertools.count(1)


# --- People and units ---------------------------------------------------------------
def make_user(username: str = "", **fields: Any) -> User:
    """Make a person who can sign in with `PASSWORD`."""
    number = next(_number)
    username = username or f"orang{number}"
    fields.setdefault("name", username.replace("_", " ").title())
    password = fields.pop("password", PASSWORD)
    return User.objects.create_user(username=username, password=password, **fields)


def make_unit(
    code: str = "", *, parent: WorkUnit | None = None, **fields: Any
) -> WorkUnit:
    """Make a unit below `parent`, or a top unit; assessed unless said otherwise."""
    code = code or f"UK-{next(_number)}"
    values = {"code": code, "name": f"Unit {code}", "is_assessed": True, **fields}
    if parent is None:
        return WorkUnit.objects.add_root(values)
    # Read afresh: treebeard counts children on the object it was given.
    return WorkUnit.objects.add_child(WorkUnit.objects.get(pk=parent.pk), values)


def make_membership(
    user: User, work_unit: WorkUnit, role: Role | str, **fields: Any
) -> Membership:
    """Give `user` a role since the beginning of last year."""
    fields.setdefault("valid_from", dt.date(timezone.localdate().year - 1, 1, 1))
    membership = Membership.objects.create(
        user=user, work_unit=work_unit, role=str(role), **fields
    )
    user.forget_memberships()
    return membership


def make_assignment(
    user: User, work_unit: WorkUnit, period: AssessmentPeriod, **fields: Any
) -> Assignment:
    """Assign an assessor (or, with ``duty="lead"``, the lead) to a unit."""
    fields.setdefault("valid_from", dt.date(timezone.localdate().year - 1, 1, 1))
    return Assignment.objects.create(
        user=user, work_unit=work_unit, period=period, **fields
    )


# --- Period and items ---------------------------------------------------------------
def make_period(
    slug: str = "2026",
    *,
    stages: Iterable[Stage] = (Stage.FILLING, Stage.REVIEW),
    **fields: Any,
) -> AssessmentPeriod:
    """Make an open period whose given stages are open from a month ago for a month.

    It uses the newest loaded editions (fixture `catalogue`).
    """
    values = {
        "year": int(slug[:4]),
        "name": f"Penilaian {slug}",
        "state": AssessmentPeriod.State.OPEN,
        "opened_at": timezone.now() - dt.timedelta(days=30),
        **fields,
    }
    state = values.pop("state")
    period = AssessmentPeriod.objects.create(slug=slug, **values)
    for key in (Instrument.INDICATORS, Instrument.LKE, Instrument.PMPRB):
        instrument = Instrument.objects.newest(key)
        if instrument is not None:
            PeriodInstrument.objects.create(period=period, instrument=instrument)
    for stage in stages:
        StageWindow.objects.create(
            period=period,
            stage=stage,
            opens_at=timezone.now() - dt.timedelta(days=30),
            closes_at=timezone.now() + dt.timedelta(days=30),
        )
    # Last: nothing can be added to a closed period.
    period.state = state
    period.save()
    return period


def get_item(slug: str = "06.13") -> Item:
    """Return an item of the newest edition by its slug (fixture `catalogue`)."""
    return (
        Item.objects.select_related("instrument")
        .filter(slug=slug)
        .latest("instrument__edition")
    )


def get_kind(key: str = EvidenceKind.OTHER) -> EvidenceKind:
    """Return a kind of evidence (fixture `catalogue`)."""
    return EvidenceKind.objects.get(key=key)


def make_assessment(
    work_unit: WorkUnit,
    period: AssessmentPeriod,
    slug: str = "06.13",
    **fields: Any,
) -> Assessment:
    """Make the assessment of one item, empty unless `fields` say otherwise."""
    return Assessment.objects.create(
        work_unit=work_unit, period=period, item=get_item(slug), **fields
    )


def make_assessments(
    work_unit: WorkUnit, period: AssessmentPeriod
) -> dict[str, Assessment]:
    """Make all thirty assessments of a unit, by the item's slug."""
    items = Item.objects.filter(
        is_assessed=True, instrument__periods__period=period
    ).order_by("kind", "position")
    rows = Assessment.objects.bulk_create(
        Assessment(work_unit=work_unit, period=period, item=item) for item in items
    )
    return {row.item.slug: row for row in rows}


# --- Evidence -----------------------------------------------------------------------
def make_blob(
    work_unit: WorkUnit,
    data: bytes | None = None,
    *,
    kind: str = "pdf",
    realm: str = "",
) -> Blob:
    """Store bytes (different ones each time unless given) with their row."""
    content = pdf_bytes(f"Dokumen {next(_number)}") if data is None else data
    key = default_storage.save(f"uji/{secrets.token_hex(16)}", ContentFile(content))
    return Blob.objects.create(
        realm=realm or work_unit.key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mime=KINDS[kind].mime,
        storage_key=key,
    )


def make_tray_file(
    user: User, work_unit: WorkUnit, data: bytes | None = None, **fields: Any
) -> TrayFile:
    """Make an acknowledged upload that waits to be filed."""
    kind = fields.pop("kind", "pdf")
    name = fields.pop("display_name", f"Berkas {next(_number)}.{kind}")
    return TrayFile.objects.create(
        user=user,
        work_unit=work_unit,
        blob=make_blob(work_unit, data, kind=kind),
        kind=kind,
        display_name=name,
        original_name=fields.pop("original_name", name),
        **fields,
    )


def make_version(
    evidence: Evidence,
    *,
    by: User | None = None,
    files: int | Sequence[bytes] = 1,
    kind: str = "pdf",
    state: str = EvidenceFile.State.READY,
    name: str = "",
    **fields: Any,
) -> EvidenceVersion:
    """Add the next version with its files and make it the latest.

    Args:
        name: Name of every file; numbered ones without.
    """
    number = evidence.versions.count() + 1
    version = EvidenceVersion.objects.create(
        evidence=evidence, number=number, by=by or evidence.created_by, **fields
    )
    contents = [None] * files if isinstance(files, int) else list(files)
    for position, data in enumerate(contents, start=1):
        shown = name or f"Berkas {number}-{position}.{kind}"
        EvidenceFile.objects.create(
            version=version,
            blob=make_blob(evidence.work_unit, data, kind=kind),
            position=position,
            kind=kind,
            display_name=shown,
            original_name=shown,
            state=state,
            pages=None if state == EvidenceFile.State.PENDING else 1,
        )
    Evidence.objects.filter(pk=evidence.pk).update(latest=version)
    evidence.latest = version
    return version


def make_evidence(
    work_unit: WorkUnit,
    *,
    by: User,
    link_to: Iterable[Assessment] = (),
    files: int | Sequence[bytes] = 1,
    file_kind: str = "pdf",
    file_state: str = EvidenceFile.State.READY,
    version: dict[str, Any] | None = None,
    **fields: Any,
) -> Evidence:
    """Make an evidence with its first version, linked to `link_to`.

    Args:
        version: Columns of the version, such as ``document_date``, or ``name`` of
            its files.
    """
    fields.setdefault("title", f"Dokumen {next(_number)}")
    kind = fields.pop("kind", None) or get_kind()
    evidence = Evidence.objects.create(
        work_unit=work_unit, kind=kind, created_by=by, **fields
    )
    make_version(
        evidence,
        by=by,
        files=files,
        kind=file_kind,
        state=file_state,
        **(version or {}),
    )
    for assessment in link_to:
        make_link(evidence, assessment)
    return evidence


def make_link(
    evidence: Evidence, assessment: Assessment, **fields: Any
) -> EvidenceLink:
    """Link an evidence, and count it on the assessment as the service would."""
    assert evidence.latest is not None
    link = EvidenceLink.objects.create(
        evidence=evidence,
        assessment=assessment,
        by=fields.pop("by", evidence.created_by),
        seen_version=fields.pop("seen_version", evidence.latest),
        **fields,
    )
    Assessment.objects.filter(pk=assessment.pk).update(n_links=F("n_links") + 1)
    Assessment.objects.filter(pk=assessment.pk, state=State.EMPTY).update(
        state=State.DRAFT
    )
    assessment.refresh_from_db()
    return link


def make_round(
    assessment: Assessment, *, by: User, state: str = State.SUBMITTED, **fields: Any
) -> SubmissionRound:
    """Freeze the assessment as it stands, with its links, and set its state."""
    receipt = Receipt.objects.create(
        number=f"PJ-{assessment.period.slug}-U{next(_number):04d}",
        work_unit=assessment.work_unit,
        period=assessment.period,
        by=by,
    )
    frozen = SubmissionRound.objects.create(
        assessment=assessment,
        number=assessment.rounds.count() + 1,
        receipt=receipt,
        by=by,
        manifest_sha256=secrets.token_hex(32),
        self_option=assessment.self_option,
        narrative=assessment.narrative,
        **fields,
    )
    links = assessment.links.select_related("evidence__latest")
    SubmissionItem.objects.bulk_create(
        SubmissionItem(
            round=frozen,
            evidence=link.evidence,
            version=link.evidence.latest,
            position=position,
            pages=link.pages,
            quote=link.quote,
        )
        for position, link in enumerate(links, start=1)
    )
    assessment.state = state
    assessment.current_round = frozen
    assessment.save()
    return frozen
