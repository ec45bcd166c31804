"""The evidence of the units: versions, files and page images."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw

from benchmarks.inside.common import (
    EVIDENCE,
    NARRATIVE,
    save,
)
from evidence.models import (
    Blob,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    PageImage,
)
from evidence.pipeline.encode import save_image, save_thumb
from indicators.models import (
    Assessment,
    EvidenceKind,
    State,
)
from wbk_portal.accounts.models import User, WorkUnit


def write_evidence(
    offices: Sequence[WorkUnit],
    assessments: Sequence[Assessment],
    operator: User,
    now: dt.datetime,
) -> dict[int, EvidenceVersion]:
    """Write 24 evidence of each unit; return the version linked by assessment."""
    kinds = list(EvidenceKind.objects.all())
    evidence = save(
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
    versions = save(
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
    save(links)
    return linked


def _files(evidence: Sequence[Evidence], versions: Sequence[EvidenceVersion]) -> None:
    blobs = save(
        blob
        for row in evidence
        for blob in (
            _blob(row, "pdf", "application/pdf", row.work_unit.key, 480_000),
            _blob(row, "kecil", "image/webp", f"page:{row.work_unit_id}", 4_000),
            _blob(row, "besar", "image/webp", f"page:{row.work_unit_id}", 38_000),
        )
    )
    files = save(
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
    save(
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


def show_images(unit: WorkUnit) -> None:
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
