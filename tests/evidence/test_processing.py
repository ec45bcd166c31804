"""The job that makes previews: what it writes, once, and how it ends."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from evidence import jobs
from evidence.models import Blob, EvidenceFile, PageImage
from evidence.pipeline import ImageFile, Page, Preview
from evidence.services import processing
from evidence.services.evidence.filing import process_later
from evidence.services.processing import reason_text
from indicators.models import State
from tests import factories
from wbk_portal.audit.history import history_of
from wbk_portal.common.jobs import queue
from wbk_portal.common.storage import iter_keys, open_blob
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def pending(world, people):
    """Return a function: a pending file with given bytes, linked to an item."""
    assessment = factories.make_assessment(world.unit, world.period)

    def make(data=None, kind="pdf"):
        evidence = factories.make_evidence(
            world.unit,
            by=people["operator"],
            files=1 if data is None else [data],
            file_kind=kind,
            file_state=EvidenceFile.State.PENDING,
            link_to=[assessment],
        )
        return evidence.latest.files.get()

    return make


@pytest.fixture
def preview(monkeypatch):
    """Return a function that lets the pipeline answer with given pages, unrun."""

    def answer(state="ready", reason="", pages=1, made=None, count=None):
        def make(path, *, out_dir, first=1, last=60, **_):
            found = []
            for number in range(first, min(last, pages) + 1):
                if made is not None and number not in made:
                    continue
                name = f"page-{number}.webp"
                (out_dir / name).write_bytes(b"RIFF%04d" % number)
                image = ImageFile(name, 100, 141, 8)
                thumb = image if number == 1 else None
                found.append(Page(number, f"Isi {number}", "", image, thumb))
            return Preview(state, reason, count or pages, tuple(found))

        monkeypatch.setattr(processing.pipeline, "make_preview", make)
        monkeypatch.setattr(processing.pipeline, "render_pages", make)

    return answer


def test_pages_become_images_and_text(pending, preview):
    preview(pages=3)
    file = pending()
    assert processing.process(file.pk) == "ready"
    file.refresh_from_db()
    assert (file.pages, file.attempts, file.state_reason) == (3, 1, "")
    assert file.processed_at is not None
    assert list(file.page_texts.values_list("text", flat=True)) == [
        "Isi 1",
        "Isi 2",
        "Isi 3",
    ]
    images = file.page_images.filter(size=PageImage.Size.PAGE)
    assert images.count() == 3
    realm = f"page:{file.version.evidence.work_unit_id}"
    assert {i.blob.realm for i in images.select_related("blob")} == {realm}
    with open_blob(images.get(page=2).blob.storage_key) as stored:
        assert stored.read() == b"RIFF0002"


def test_a_second_run_changes_nothing(pending, preview):
    preview(pages=2)
    file = pending()
    processing.process(file.pk)
    before = set(iter_keys())
    preview(state="rejected", reason="corrupt")
    assert processing.process(file.pk) == "ready"
    assert set(iter_keys()) == before
    assert PageImage.objects.count() == 3


def test_a_run_that_came_second_gives_way(pending, preview, monkeypatch):
    """Two workers at once: the images of the slower one go again."""
    preview(pages=1)
    file = pending()
    finish = processing._finish
    stored = {}

    def slower(file_id, found, images):
        EvidenceFile.objects.filter(pk=file_id).update(state="partial")
        stored["keys"] = [one.stored.storage_key for one in images]
        return finish(file_id, found, images)

    monkeypatch.setattr(processing, "_finish", slower)
    assert processing.process(file.pk) == "partial"
    assert not PageImage.objects.exists()


def test_a_broken_file_is_rejected_counted_and_told(pending, preview, people):
    preview(state="rejected", reason="corrupt", pages=0)
    file = pending()
    assert processing.process(file.pk) == "rejected"
    file.refresh_from_db()
    assert "rusak" in reason_text(file)
    link = file.version.evidence.links.get()
    assert link.assessment.n_rejected_files == 1
    assert link.assessment.n_links == 0
    assert link.assessment.state == State.EMPTY
    notice = Notice.objects.get()
    assert (notice.recipient_key, notice.kind) == (
        people["operator"].key,
        "evidence.file_rejected",
    )
    for target in (("evidence", link.evidence_id), ("assessment", link.assessment_id)):
        line = history_of(target[0], str(target[1]))[0]
        assert line.action.endswith("file_rejected")
        assert file.display_name in line.text
        assert "rusak" in line.text


@pytest.mark.parametrize("state", ["partial", "unavailable"])
def test_a_missing_preview_leaves_the_file_usable(pending, preview, state):
    preview(state=state, reason="too_heavy", pages=0)
    file = pending()
    assert processing.process(file.pk) == state
    assert file.version.evidence.links.get().assessment.n_links == 1


def test_an_office_file_longer_than_its_images_says_so(pending, preview):
    preview(pages=130)
    file = pending(kind="docx")
    assert processing.process(file.pk) == "partial"
    file.refresh_from_db()
    assert file.state_reason == "some_pages"


def test_after_the_last_attempt_the_file_is_without_preview(pending, monkeypatch):
    def explode(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(processing.pipeline, "make_preview", explode)
    file = pending()
    with pytest.raises(RuntimeError):
        processing.process(file.pk)
    file.refresh_from_db()
    assert (file.state, file.attempts) == ("pending", 1)
    jobs.process_file.on_failed(file.pk)
    file.refresh_from_db()
    assert (file.state, file.state_reason) == ("unavailable", "failed")


def test_nothing_stays_when_the_rows_cannot_be_written(pending, preview, monkeypatch):
    preview(pages=2)
    file = pending()
    before = set(iter_keys())

    def explode(self, *_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(QuerySet, "bulk_create", explode)
    with pytest.raises(RuntimeError):
        processing.process(file.pk)
    assert set(iter_keys()) == before


def test_further_pages_are_made_when_asked_for(pending, preview):
    preview(pages=130)
    file = pending()
    processing.process(file.pk)
    file.refresh_from_db()
    assert file.page_images.filter(size=PageImage.Size.PAGE).count() == 60
    assert processing.can_render(file, 61)
    assert processing.render_more(file.pk, 70) == 20
    assert processing.render_more(file.pk, 70) == 0
    assert processing.render_more(file.pk, 131) == 0
    assert file.page_images.filter(page=89).exists()


def test_a_page_that_cannot_be_drawn_ends_the_waiting(pending, preview):
    preview(pages=130)
    file = pending()
    processing.process(file.pk)
    preview(pages=130, made={71, 72})
    processing.render_more(file.pk, 70)
    file.refresh_from_db()
    assert file.state == "partial"
    assert not processing.can_render(file, 70)


def test_equal_images_are_kept_once(pending, preview, monkeypatch):
    def make(path, *, out_dir, **_):
        (out_dir / "blank.webp").write_bytes(b"RIFFblank")
        image = ImageFile("blank.webp", 100, 141, 9)
        pages = tuple(Page(n, "", "", image) for n in range(1, 5))
        return Preview("ready", "", 4, pages)

    monkeypatch.setattr(processing.pipeline, "make_preview", make)
    file = pending()
    processing.process(file.pk)
    assert file.page_images.count() == 4
    assert Blob.objects.filter(realm__startswith="page:").count() == 1


def test_the_real_pipeline_reads_a_real_pdf(pending):
    file = pending(factories.pdf_bytes("Maklumat pelayanan", "Halaman dua"))
    assert processing.process(file.pk) == "ready"
    file.refresh_from_db()
    assert file.pages == 2
    assert "Maklumat pelayanan" in file.page_texts.get(page=1).text
    image = file.page_images.get(page=1, size=PageImage.Size.PAGE)
    with open_blob(image.blob.storage_key) as stored:
        assert stored.read(4) == b"RIFF"
    assert image.blob.size <= 40_000


def test_the_real_pipeline_rejects_a_truncated_photograph(pending):
    file = pending(factories.jpg_bytes(640, 480)[:-200], kind="jpg")
    assert processing.process(file.pk) == "rejected"
    file.refresh_from_db()
    assert "terpotong" in reason_text(file)


def test_a_forgotten_file_is_taken_up_again_or_given_up(pending, run_jobs):
    young = pending()
    lost = pending(factories.pdf_bytes("hilang"))
    tried = pending(factories.pdf_bytes("gagal"))
    EvidenceFile.objects.filter(pk=tried.pk).update(attempts=3)
    later = timezone.now() + dt.timedelta(hours=2)
    with time_machine.travel(later, tick=False):
        assert jobs.take_up_forgotten_previews() == "2 files"
        assert jobs.take_up_forgotten_previews() == "busy"
        run_jobs()
    for file in (young, lost, tried):
        file.refresh_from_db()
    assert (young.state, lost.state, tried.state) == ("ready", "ready", "unavailable")


def test_who_waits_for_the_own_file_goes_before_what_is_done_in_bulk(pending, run_jobs):
    bulk = [pending(factories.pdf_bytes(f"massal {n}")) for n in range(3)]
    own = pending(factories.pdf_bytes("ditunggu"))
    with transaction.atomic():
        process_later(bulk, priority=-50)
    with transaction.atomic():
        process_later([own])
    first = queue.claim("test")
    assert first.args_kwargs["args"] == [own.pk]


def test_filing_hands_files_to_the_worker(world, people, run_jobs):
    from evidence.services import evidence

    row = factories.make_tray_file(
        people["operator"], world.unit, factories.png_bytes(), kind="png"
    )
    made = evidence.create_evidence(
        user=people["operator"],
        work_unit=world.unit,
        kind=factories.get_kind(),
        title="Foto",
        tray_ids=[row.pk],
    )
    assert run_jobs() == 1
    assert made.latest.files.get().state == "ready"
