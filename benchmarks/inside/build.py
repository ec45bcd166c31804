"""An institution of any size, written in bulk past the services.

    agency ─┬─ inspectorate
            └─ ten regions ── so many assessed units

Every unit has all its items in every state of the work flow, 24 evidence, rounds,
values, thirty days of change and entries in the log. The measured people are
`operator` and `head` of the first unit, `assessor` of 24 units, and `manager` of the
whole agency.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw

from benchmarks.names import PASSWORD, PERIOD
from evidence.models import (
    Blob,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    PageImage,
    SubmissionItem,
)
from evidence.pipeline.encode import save_image, save_thumb
from indicators.models import (
    Approval,
    Assessment,
    AssessmentPeriod,
    Assignment,
    Decision,
    EvidenceKind,
    Instrument,
    Item,
    PeriodInstrument,
    ReadinessDay,
    Receipt,
    Revision,
    Score,
    Stage,
    StageWindow,
    State,
    SubmissionRound,
    UnitReadiness,
)
from indicators.services import readiness
from indicators.services.catalogue import load_instruments
from wbk_portal.accounts.models import Membership, Role, TimeZone, User, WorkUnit
from wbk_portal.audit.services import Act, record_many
from wbk_portal.common.numbers import NANO
from wbk_portal.ops.models import Notice

REGIONS = 10
EVIDENCE = 24
NO_PASSWORD = "!"  # noqa: S105 - Django's word for "cannot sign in"
TREND_DAYS = 30
KINDS = ("Kantor pelayanan", "Balai uji", "Balai pelatihan", "Kantor layanan terpadu")

# Two of ten items are empty, two decided, the others spread over the work flow.
STATES = (
    State.EMPTY,
    State.EMPTY,
    State.DRAFT,
    State.DRAFT,
    State.AWAITING_APPROVAL,
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.NEEDS_REVISION,
    State.SCORED,
    State.SCORED,
)
FROZEN = set(STATES) - {State.EMPTY, State.DRAFT}
NARRATIVE = (
    "Unit telah menetapkan dan melaksanakan ketentuan ini sejak awal tahun. Dokumen "
    "pendukung memuat tanggal, penanggung jawab dan hasil pemantauan setiap bulan."
)

Row = TypeVar("Row", bound=models.Model)


def _save(rows: Iterable[Row]) -> list[Row]:
    found = list(rows)
    if found:
        type(found[0])._default_manager.bulk_create(found, batch_size=500)
    return found


def sign_in(username: str) -> dict[str, str]:
    """Return the cookies of a fresh session."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return {name: cookie.value for name, cookie in client.cookies.items()}


def build(units: int) -> dict[str, Any]:
    """Fill an empty database with an institution of `units` assessed units."""
    load_instruments()
    agency, offices = _tree(units)
    people = _people(agency, offices)
    period = _period()
    _assignments(people, offices, period)
    items = list(
        Item.objects.filter(is_assessed=True, instrument__periods__period=period)
        .with_rubric()
        .order_by("kind", "position")
    )
    for number, bundle in enumerate(_bundles(offices, 50)):
        with transaction.atomic():
            _fill(bundle, number * 50, items, period, people)
    readiness.rebuild(period)
    _trend(period)
    _notices(people)
    with transaction.atomic():
        _show_images(offices[0])
    if connection.vendor == "postgresql":
        # Autovacuum would do it within a minute; SQLite has nobody who does.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return {
        "units": len(offices),
        "assessments": Assessment.objects.count(),
        "evidence": Evidence.objects.count(),
    }


def _bundles(rows: Sequence[Row], size: int) -> Iterable[list[Row]]:
    source = iter(rows)
    while bundle := list(islice(source, size)):
        yield bundle


def _tree(units: int) -> tuple[WorkUnit, list[WorkUnit]]:
    def unit(code: str, name: str, **more: Any) -> dict[str, Any]:
        return {"code": code, "name": name, **more}

    agency = WorkUnit.objects.add_root(unit("BLI", "Badan Layanan Indonesia"))
    WorkUnit.objects.add_child(agency, unit("ITJEN", "Inspektorat"))
    regions = []
    for number in range(1, REGIONS + 1):
        agency = WorkUnit.objects.get(pk=agency.pk)
        values = unit(f"KW-{number:02d}", f"Kantor Wilayah {number}")
        regions.append(WorkUnit.objects.add_child(agency, values))
    offices = []
    zones = list(TimeZone)
    for number in range(units):
        region = WorkUnit.objects.get(pk=regions[number % REGIONS].pk)
        values = unit(
            f"UL-{number + 1:04d}",
            f"Unit Layanan Perizinan dan Pengujian {number + 1}",
            is_assessed=True,
            kind=KINDS[number % len(KINDS)],
            time_zone=zones[number % len(zones)],
        )
        offices.append(WorkUnit.objects.add_child(region, values))
    return WorkUnit.objects.get(pk=agency.pk), offices


def _people(agency: WorkUnit, offices: Sequence[WorkUnit]) -> dict[str, User]:
    since = dt.date(timezone.localdate().year - 1, 1, 1)
    inspectorate = WorkUnit.objects.get(code="ITJEN")
    places = {
        "operator": (Role.OPERATOR, offices[0]),
        "head": (Role.HEAD, offices[0]),
        "assessor": (Role.ASSESSOR, inspectorate),
        "lead": (Role.LEAD, inspectorate),
        "manager": (Role.MANAGER, agency),
        "administrator": (Role.ADMINISTRATOR, agency),
    }
    people = {
        name: User.objects.create_user(
            username=name, password=PASSWORD, name=name.title()
        )
        for name in places
    }
    others = _save(
        User(
            username=f"{name}.{unit.code}",
            name=f"Orang {unit.code}",
            password=NO_PASSWORD,
        )
        for unit in offices[1:]
        for name in ("operator", "kepala")
    )
    memberships = [
        Membership(user=people[name], work_unit=unit, role=role, valid_from=since)
        for name, (role, unit) in places.items()
    ]
    by_code = {unit.code: unit for unit in offices}
    for user in others:
        name, _, code = user.username.partition(".")
        role = Role.OPERATOR if name == "operator" else Role.HEAD
        memberships.append(
            Membership(user=user, work_unit=by_code[code], role=role, valid_from=since)
        )
    _save(memberships)
    return people


def _period() -> AssessmentPeriod:
    now = timezone.now()
    period = AssessmentPeriod.objects.create(
        slug=PERIOD,
        year=int(PERIOD),
        name=f"Penilaian {PERIOD}",
        state=AssessmentPeriod.State.OPEN,
        opened_at=now - dt.timedelta(days=60),
    )
    for key in (Instrument.INDICATORS, Instrument.LKE, Instrument.PMPRB):
        instrument = Instrument.objects.newest(key)
        if instrument is not None:
            PeriodInstrument.objects.create(period=period, instrument=instrument)
    for stage in (Stage.FILLING, Stage.REVIEW):
        StageWindow.objects.create(
            period=period,
            stage=stage,
            opens_at=now - dt.timedelta(days=60),
            closes_at=now + dt.timedelta(days=60),
        )
    return period


def _assignments(
    people: dict[str, User], offices: Sequence[WorkUnit], period: AssessmentPeriod
) -> None:
    since = timezone.localdate() - dt.timedelta(days=60)
    _save(
        Assignment(
            user=people[name],
            work_unit=unit,
            period=period,
            duty=name,
            valid_from=since,
        )
        for unit in offices[:24]
        for name in ("assessor", "lead")
    )


def _fill(
    offices: Sequence[WorkUnit],
    first: int,
    items: Sequence[Item],
    period: AssessmentPeriod,
    people: dict[str, User],
) -> None:
    """Write everything of a bundle of units."""
    operator = people["operator"]
    now = timezone.now()
    assessments = []
    for index, unit in enumerate(offices, start=first):
        for place, item in enumerate(items):
            state = STATES[(place * 7 + index * 3) % len(STATES)]
            assessments.append(_assessment(unit, period, item, state, operator, now))
    _save(assessments)
    versions = _evidence(offices, assessments, operator, now)
    _rounds(offices, assessments, versions, period, people, now)
    record_many(
        Act(
            actor_key=operator.key,
            action="answer.saved",
            target=("assessment", str(row.pk)),
            unit_key=row.work_unit.key,
            payload={"narrative": row.narrative, "option": None},
        )
        for row in assessments
        if row.state != State.EMPTY
    )
    Assessment.objects.bulk_update(
        assessments, ["current_round", "decision", "released_at"], batch_size=200
    )


def _assessment(
    unit: WorkUnit,
    period: AssessmentPeriod,
    item: Item,
    state: State,
    operator: User,
    now: dt.datetime,
) -> Assessment:
    row = Assessment(work_unit=unit, period=period, item=item, state=state)
    if state == State.EMPTY:
        return row
    options = item.answer_options
    answer = options[0] if options else None
    row.narrative = NARRATIVE
    row.changed_at, row.changed_by = now, operator
    row.self_option = answer
    if answer is None:
        row.self_numerator, row.self_denominator = 45, 50
    row.n_links = 1
    if state == State.NEEDS_REVISION:
        row.revision_due = timezone.localdate() + dt.timedelta(days=5)
    if state == State.SCORED:
        agreed = options[min(1, len(options) - 1)] if options else None
        row.agreed_option = agreed
        if agreed is None:
            row.agreed_numerator, row.agreed_denominator = 40, 50
        row.agreed_nano = int(agreed.value * NANO) if agreed else NANO * 4 // 5
        row.n_accepted = 1
    return row


def _evidence(
    offices: Sequence[WorkUnit],
    assessments: Sequence[Assessment],
    operator: User,
    now: dt.datetime,
) -> dict[int, EvidenceVersion]:
    """Write 24 evidence of each unit; return the version linked by assessment."""
    kinds = list(EvidenceKind.objects.all())
    evidence = _save(
        Evidence(
            work_unit=unit,
            kind=kinds[number % len(kinds)],
            title=f"Keputusan Kepala Unit tentang Standar Pelayanan {number + 1}",
            created_by=operator,
            changed_at=now - dt.timedelta(minutes=number * 977 + unit.pk % 977),
        )
        for unit in offices
        for number in range(EVIDENCE)
    )
    versions = _save(
        EvidenceVersion(
            evidence=row, number=1, by=operator, document_date=dt.date(2026, 2, 3)
        )
        for row in evidence
    )
    for row, version in zip(evidence, versions, strict=True):
        row.latest = version
    Evidence.objects.bulk_update(evidence, ["latest"], batch_size=500)
    _files(evidence, versions)
    by_unit: dict[int, list[Evidence]] = {}
    for row in evidence:
        by_unit.setdefault(row.work_unit_id, []).append(row)
    linked: dict[int, EvidenceVersion] = {}
    links = []
    for number, assessment in enumerate(assessments):
        if assessment.state == State.EMPTY:
            continue
        row = by_unit[assessment.work_unit_id][number % EVIDENCE]
        linked[assessment.pk] = row.latest  # type: ignore[assignment]
        links.append(
            EvidenceLink(
                evidence=row,
                assessment=assessment,
                by=operator,
                seen_version=row.latest,
                pages="1-3",
            )
        )
    _save(links)
    return linked


def _files(evidence: Sequence[Evidence], versions: Sequence[EvidenceVersion]) -> None:
    blobs = _save(
        blob
        for row in evidence
        for blob in (
            _blob(row, "pdf", "application/pdf", row.work_unit.key, 480_000),
            _blob(row, "kecil", "image/webp", f"page:{row.work_unit_id}", 4_000),
            _blob(row, "besar", "image/webp", f"page:{row.work_unit_id}", 38_000),
        )
    )
    files = _save(
        EvidenceFile(
            version=version,
            blob=blobs[number * 3],
            position=1,
            kind="pdf",
            display_name=f"SK Standar Pelayanan {version.pk}.pdf",
            original_name=f"SK Standar Pelayanan {version.pk}.pdf",
            state=EvidenceFile.State.READY,
            pages=4,
        )
        for number, version in enumerate(versions)
    )
    _save(
        PageImage(
            file=file,
            page=1,
            size=size,
            blob=blobs[number * 3 + place],
            width=width,
            height=width * 141 // 100,
        )
        for number, file in enumerate(files)
        for place, size, width in (
            (1, PageImage.Size.THUMB, 200),
            (2, PageImage.Size.PAGE, 1000),
        )
    )


def _blob(row: Evidence, name: str, mime: str, realm: str, size: int) -> Blob:
    """Return the row of bytes that nobody reads."""
    mark = f"ukur/{row.pk}-{name}"
    return Blob(
        realm=realm,
        sha256=hashlib.sha256(mark.encode()).hexdigest(),
        size=size,
        mime=mime,
        storage_key=mark,
    )


def _rounds(
    offices: Sequence[WorkUnit],
    assessments: Sequence[Assessment],
    versions: dict[int, EvidenceVersion],
    period: AssessmentPeriod,
    people: dict[str, User],
    now: dt.datetime,
) -> None:
    operator, assessor, head = people["operator"], people["assessor"], people["head"]
    receipts = {
        receipt.work_unit_id: receipt
        for receipt in _save(
            Receipt(
                number=f"PJ-{PERIOD}-{unit.pk:04d}",
                work_unit=unit,
                period=period,
                by=operator,
                at=now - dt.timedelta(days=3),
            )
            for unit in offices
        )
    }
    AssessmentPeriod.objects.filter(pk=period.pk).update(last_receipt=9000)
    frozen = [row for row in assessments if row.state in FROZEN]
    rounds = _save(
        SubmissionRound(
            assessment=row,
            number=1,
            receipt=receipts[row.work_unit_id],
            by=operator,
            at=now - dt.timedelta(days=3),
            manifest_sha256=hashlib.sha256(str(row.pk).encode()).hexdigest(),
            self_option=row.self_option,
            self_numerator=row.self_numerator,
            self_denominator=row.self_denominator,
            narrative=row.narrative,
        )
        for row in frozen
    )
    pairs = list(zip(frozen, rounds, strict=True))
    _save(
        SubmissionItem(
            round=one,
            evidence_id=versions[row.pk].evidence_id,
            version=versions[row.pk],
            position=1,
            pages="1-3",
        )
        for row, one in pairs
    )
    _save(
        Approval(
            round=one,
            by=head,
            at=now - dt.timedelta(days=2),
            result=Approval.Result.APPROVED,
            title="Kepala unit",
        )
        for row, one in pairs
        if row.state != State.AWAITING_APPROVAL
    )
    _save(
        Revision(
            round=one,
            user=assessor,
            reason_code=Revision.Reason.OUTDATED,
            text="Mohon unggah dokumen tahun berjalan yang sudah ditandatangani.",
            due=row.revision_due,
            sent_at=now - dt.timedelta(days=1),
        )
        for row, one in pairs
        if row.state == State.NEEDS_REVISION
    )
    for row, one in pairs:
        row.current_round = one
    scored = [(row, one) for row, one in pairs if row.state == State.SCORED]
    values = {"note": "Dokumen sesuai dan masih berlaku.", "at": now}
    _save(
        Score(round=one, user=assessor, **_value(row), **values) for row, one in scored
    )
    decisions = _save(
        Decision(
            assessment=row,
            round=one,
            kind=Decision.Kind.AGREE,
            by=assessor,
            n_accepted=1,
            released_at=now,
            **_value(row),
            **values,
        )
        for row, one in scored
    )
    for (row, _one), decision in zip(scored, decisions, strict=True):
        row.decision, row.released_at = decision, now


def _value(row: Assessment) -> dict[str, Any]:
    return {
        "option": row.agreed_option,
        "numerator": row.agreed_numerator,
        "denominator": row.agreed_denominator,
        "nano": row.agreed_nano,
    }


def _trend(period: AssessmentPeriod) -> None:
    """Let every unit's points have grown on every third of the last thirty days."""
    today = timezone.localdate()
    rows = []
    for row in UnitReadiness.objects.filter(period=period):
        for back in range(3, TREND_DAYS, 3):
            share = TREND_DAYS - back
            rows.append(
                ReadinessDay(
                    work_unit_id=row.work_unit_id,
                    period=period,
                    day=today - dt.timedelta(days=back),
                    nano_certain=row.nano_certain * share // TREND_DAYS,
                    nano_possible=row.nano_possible,
                    n_filled=row.n_filled * share // TREND_DAYS,
                )
            )
    _save(rows)


def _notices(people: dict[str, User]) -> None:
    _save(
        Notice(
            recipient_key=user.key,
            kind="round.submitted",
            key=f"rounds:{number}",
            url=f"/{PERIOD}/penilaian/",
            params={"unit": f"Unit {number}", "count": 3},
            created_at=timezone.now(),
        )
        for user in people.values()
        for number in range(12)
    )


def _show_images(unit: WorkUnit) -> None:
    """Give the first unit's page images real bytes: a page of text, drawn anew."""
    page = Image.new("L", (1000, 1410), 255)
    pen = ImageDraw.Draw(page)
    for line in range(60, page.height - 60, 22):
        pen.text((80, line), NARRATIVE[line % 40 : line % 40 + 130], fill=20)
    sizes = {PageImage.Size.THUMB: save_thumb, PageImage.Size.PAGE: save_image}
    data = {}
    with tempfile.TemporaryDirectory() as folder:
        for size, save in sizes.items():
            name = Path(folder) / str(size.value)
            save(page, str(name))
            data[size.value] = name.read_bytes()
    images = PageImage.objects.filter(file__version__evidence__work_unit=unit)
    for image in images.select_related("blob"):
        content = ContentFile(data[image.size])
        default_storage.save(image.blob.storage_key, content)
        Blob.objects.filter(pk=image.blob_id).update(size=len(data[image.size]))
