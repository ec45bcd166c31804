"""An institution in which every page has something to show, and every state stands.

Rows are written as `tests/factories.py` does it; long names and file names without a
gap are there on purpose, since they are what breaks a layout.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from evidence.models import (
    Evidence,
    EvidenceFile,
    EvidenceLink,
    LinkReview,
    PageImage,
    PageText,
)
from indicators.models import (
    AnswerDraft,
    Assessment,
    Grace,
    Revision,
    ScoreDraft,
    Stage,
    StageWindow,
    State,
)
from tests.conftest import World
from tests.dashboard.conftest import answer, close, decide, fill, sum_up
from tests.factories import (
    get_item,
    make_assessments,
    make_assignment,
    make_blob,
    make_evidence,
    make_period,
    make_round,
    make_tray_file,
    make_version,
)
from wbk_portal.accounts.models import Holiday, Service, User
from wbk_portal.ops.models import Notice

LONG_TITLE = (
    "Keputusan Kepala Kantor Layanan Sukamaju tentang Penetapan Standar Pelayanan, "
    "Maklumat Pelayanan, dan Kompensasi bagi Penerima Layanan Tahun 2026"
)
LONG_NAME = (
    "SCAN_20260312_KEPUTUSAN_PENETAPAN_STANDAR_PELAYANAN_FINAL_REVISI_3_TTD_CAP"
    "_LEGALISIR.pdf"
)
SENTENCES = (
    "Standar pelayanan ditetapkan dengan SK 12/2026 tanggal 12 Maret 2026; lampiran "
    "halaman 3 sampai 9 memuat empat belas komponen.\nPenetapan diumumkan di laman."
)


def build(world: World) -> dict[str, Any]:
    """Fill the institution and return what addresses name, by short words."""
    operator, assessor = world.people["operator"], world.people["assessor"]
    _last_year(world)
    for unit, share in ((world.sibling, 2), (world.elsewhere, 7)):
        fill(unit, world.period, operator, share)
    make_assignment(assessor, world.sibling, world.period)
    made = make_assessments(world.unit, world.period)
    things = _items(world, made)
    things.update(_evidence(world, made))
    things.update(_small_rows(world))
    sum_up(world.period, world.unit, day=timezone.localdate() - dt.timedelta(days=9))
    sum_up(world.period, world.unit, world.sibling, world.elsewhere)
    return things


def _last_year(world: World) -> None:
    """A closed period with decided items, and one that was never submitted."""
    period = make_period("2025")
    made = make_assessments(world.unit, period)
    for slug in ("06.01", "06.03", "06.08", "06.10"):
        answer(made[slug])
        decide(made[slug], world.people["assessor"], option=1)
    close(period, world.people)


def _items(world: World, made: dict[str, Assessment]) -> dict[str, Any]:
    """Put one item of the unit into each state; the rest stay empty."""
    operator, assessor = world.people["operator"], world.people["assessor"]
    answered = ("06.01", "06.02", "06.03", "06.04", "06.05", "06.06", "06.07", "06.08")
    for slug in (*answered, "06.09", "LKE-II.i.b"):
        one = made[slug]
        answer(one, n_links=0)
        one.narrative = SENTENCES
        one.save()
        make_evidence(
            world.unit,
            by=operator,
            link_to=[one],
            files=2,
            title=f"{LONG_TITLE} {slug}"
            if slug in ("06.01", "06.03")
            else f"SK {slug}",
            version={
                "document_date": dt.date(2026, 3, 12),
                "valid_until": dt.date(2026, 12, 31),
                "note": "Lampiran menyusul",
                "name": LONG_NAME if slug in ("06.01", "06.03") else "",
            },
        )
        one.refresh_from_db()
    # 06.01 is on the desk, with a request that waits to be sent.
    desk = make_round(made["06.01"], by=operator, state=State.UNDER_REVIEW)
    for page in (1, 2, 3):
        _picture(desk.items.get().version.files.first(), page)
    _revision(desk, assessor, page=2)
    ScoreDraft.objects.create(round=desk, user=assessor, data={"note": "Lihat hlm. 3"})
    waiting = make_round(made["06.02"], by=operator, state=State.AWAITING_APPROVAL)
    make_round(made["06.06"], by=operator, state=State.AWAITING_APPROVAL)
    AnswerDraft.objects.create(
        assessment=made["06.04"],
        user=operator,
        base_version=1,
        data={"narrative": "Tulisan yang tertinggal", "option_id": None},
    )
    back = make_round(made["06.05"], by=operator, state=State.NEEDS_REVISION)
    due = timezone.localdate() + dt.timedelta(days=5)
    _revision(back, assessor, sent_at=timezone.now(), due=due)
    Assessment.objects.filter(pk=made["06.05"].pk).update(revision_due=due)
    make_round(made["06.07"], by=operator)
    decide(made["06.08"], assessor, option=1)
    found = made["06.08"].current_round.items.get()
    LinkReview.objects.create(
        item=found, user=assessor, result="does_not_fit", reason_code="unsigned"
    )
    _came_back(made["06.12"], operator, assessor)
    decide(made["06.09"], assessor)
    Assessment.objects.filter(pk=made["06.09"].pk).update(released_at=None)
    return {"waiting": waiting.pk, "receipt": desk.receipt.number}


def _came_back(row: Assessment, operator: User, assessor: User) -> None:
    """Let an item return with another answer, explanation and version."""
    answer(row, n_links=0)
    row.narrative = SENTENCES
    row.save()
    one, _same = (
        make_evidence(row.work_unit, by=operator, link_to=[row], title=title)
        for title in (f"{LONG_TITLE} 06.12", "Notula 06.12")
    )
    row.refresh_from_db()
    first = make_round(row, by=operator, state=State.NEEDS_REVISION)
    key = first.items.get(evidence=one).key
    asked = _revision(first, assessor, sent_at=timezone.now(), page=1, about_key=key)
    make_version(one, by=operator, files=2, name=LONG_NAME)
    row.self_option = row.item.answer_options[2]
    row.narrative = SENTENCES.replace("tiga", "empat") + " Lampiran sudah lengkap."
    row.save()
    asked.answered_by = make_round(row, by=operator, state=State.UNDER_REVIEW)
    asked.response = "Sudah ditandatangani dan diunggah kembali."
    asked.save()


def _revision(frozen, user, **fields) -> Revision:
    fields.setdefault("due", timezone.localdate() + dt.timedelta(days=9))
    return Revision.objects.create(
        round=frozen,
        user=user,
        reason_code="unsigned",
        text="Lampiran belum ditandatangani pejabat yang berwenang.",
        **fields,
    )


def _picture(file: EvidenceFile, number: int) -> None:
    """Give a file the image and the text of one page."""
    for size, width, height in (("page", 620, 877), ("thumb", 106, 150)):
        image = Image.new("RGB", (width, height), "white")
        ImageDraw.Draw(image).text(
            (width // 8, 40), f"{file.pk} · {number}", fill="black"
        )
        out = io.BytesIO()
        image.save(out, "WEBP")
        blob = make_blob(file.version.evidence.work_unit, out.getvalue(), kind="webp")
        PageImage.objects.create(
            file=file, page=number, size=size, blob=blob, width=width, height=height
        )
    PageText.objects.create(
        file=file, page=number, text=f"Menetapkan standar pelayanan, halaman {number}."
    )
    EvidenceFile.objects.filter(pk=file.pk).update(pages=max(number, file.pages or 0))


def _evidence(world: World, made: dict[str, Assessment]) -> dict[str, Any]:
    """Evidence in every state on item 06.03, and rows that addresses name."""
    operator = world.people["operator"]
    main = Evidence.objects.get(title=f"{LONG_TITLE} 06.03")
    make_version(main, by=operator, kind="docx", state="unavailable")
    make_version(main, by=operator, files=3, name=LONG_NAME)
    _picture(main.latest.files.first(), 1)
    rejected = main.latest.files.last()
    rejected.state, rejected.state_reason = "rejected", "truncated"
    rejected.save()
    EvidenceLink.objects.filter(evidence=main).update(
        pages="3–7, 12", quote="menetapkan standar pelayanan"
    )
    draft = made["06.03"]
    make_evidence(
        world.unit, by=operator, link_to=[draft], file_kind="xlsx", file_state="pending"
    )
    make_evidence(
        world.region,
        by=world.people["operator_above"],
        applies_below=True,
        title="Keputusan wilayah",
    )
    gone = {"withdrawn_at": timezone.now(), "withdrawn_reason": "Diganti SK baru"}
    bin_ = {"discarded_at": timezone.now()}
    make_tray_file(operator, world.unit, display_name=LONG_NAME, kind="pdf")
    Assessment.objects.filter(pk=draft.pk).update(n_stale=1, n_rejected_files=1)
    return {
        "evidence": main.pk,
        "withdrawn": make_evidence(world.unit, by=operator, **gone).pk,
        "binned": make_evidence(world.unit, by=operator, **bin_).pk,
        "file": main.latest.files.first().pk,
        "rejected": rejected.pk,
    }


def _small_rows(world: World) -> dict[str, Any]:
    """Services, free days, extra time, notices."""
    operator = world.people["operator"]
    window = StageWindow.objects.get(period=world.period, stage=Stage.FILLING)
    Grace.objects.create(
        window=window,
        work_unit=world.unit,
        until=window.closes_at + dt.timedelta(days=3),
        reason="Gangguan jaringan di kantor",
    )
    for number, kind in enumerate(("revision.sent", "value.released", "tidak.dikenal")):
        Notice.objects.create(
            recipient_key=operator.key,
            kind=kind,
            key=str(number),
            params={"item": f"06.05 {get_item('06.05').title}", "due": "2026-12-01"},
            url="/2026/unit/PN-SKM/06.05/",
            created_at=timezone.now() - dt.timedelta(days=number),
            seen_at=timezone.now() if number else None,
        )
    return {
        "service": Service.objects.create(
            work_unit=world.unit, code="IZIN", name="Izin edar alat ukur industri"
        ).pk,
        "holiday": Holiday.objects.create(
            date="2026-08-17", name="Proklamasi Kemerdekaan", kind="public"
        ).pk,
        "membership": operator.memberships.get().pk,
    }
