"""The one way out for stored bytes: who, how, and which headers."""

import pytest
from django.utils import timezone

from evidence.models import Blob, EvidenceFile, PageImage, PageText
from evidence.services import processing
from tests import factories
from wbk_portal.common.storage import delete_blob

pytestmark = pytest.mark.django_db

DATA = factories.pdf_bytes("Standar pelayanan", "Halaman dua")

READERS = {
    "operator",
    "operator_above",
    "head",
    "coach",
    "assessor",
    "lead",
    "manager",
    "auditor",
    "administrator",
}


@pytest.fixture
def file(world, people):
    evidence = factories.make_evidence(
        world.unit,
        by=people["operator"],
        files=[DATA],
        version={"name": "SK “Tim” Ünit.pdf"},
    )
    return evidence.latest.files.get()


@pytest.fixture
def with_image(file, world):
    """A file with the image of its first page."""
    blob = factories.make_blob(
        world.unit, factories.png_bytes(), kind="png", realm=f"page:{world.unit.pk}"
    )
    for size in PageImage.Size.values:
        PageImage.objects.create(
            file=file, page=1, size=size, blob=blob, width=8, height=8
        )
    PageText.objects.create(file=file, page=1, text="Standar <b>pelayanan</b>")
    return file


PATHS = ["/berkas/{}/", "/berkas/{}/unduh/", "/berkas/{}/halaman/1/"]
PATHS += ["/berkas/{}/halaman/1/kecil/", "/berkas/{}/teks/1/"]


@pytest.mark.parametrize("path", PATHS)
def test_who_may_see_a_file(client_for, people, with_image, path):
    seen = set()
    for person in people:
        answer = client_for(person).get(path.format(with_image.pk))
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:
            seen.add(person)
    assert seen == READERS
    assert client_for("anonymous").get(path.format(with_image.pk)).status_code == 302


def test_a_unit_that_uses_evidence_from_above_may_see_it(client_for, world, people):
    above = factories.make_evidence(
        world.region, by=people["operator_above"], applies_below=True
    )
    path = f"/berkas/{above.latest.files.get().pk}/unduh/"
    assert client_for("operator").get(path).status_code == 404
    assessment = factories.make_assessment(world.unit, world.period)
    factories.make_link(above, assessment, by=people["operator"])
    assert client_for("operator").get(path).status_code == 200
    assert client_for("operator_elsewhere").get(path).status_code == 404


def test_a_download_is_byte_equal_and_harmless(client_for, file):
    answer = client_for("operator").get(f"/berkas/{file.pk}/unduh/")
    assert b"".join(answer.streaming_content) == DATA
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(DATA))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == (
        'attachment; filename="SK _Tim_ _nit.pdf"; '
        "filename*=UTF-8''SK%20%E2%80%9CTim%E2%80%9D%20%C3%9Cnit.pdf"
    )


def test_streams_are_never_packed(client_for, file):
    answer = client_for("operator").get(
        f"/berkas/{file.pk}/unduh/", headers={"accept-encoding": "gzip, br"}
    )
    assert answer["Content-Encoding"] == "identity"
    assert b"".join(answer.streaming_content) == DATA


def test_old_versions_open_byte_equal(client_for, file, people):
    factories.make_version(file.version.evidence)
    answer = client_for("assessor").get(f"/berkas/{file.pk}/unduh/")
    assert b"".join(answer.streaming_content) == DATA


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=0-99999999", 200, slice(None)),
        ("bytes=5-2", 416, None),
        ("bytes=99999999-", 416, None),
        ("bytes=0-1,4-5", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_one_range_can_be_asked_for(client_for, file, asked, status, span):
    answer = client_for("operator").get(
        f"/berkas/{file.pk}/unduh/", headers={"range": asked}
    )
    assert answer.status_code == status
    if span is None:
        assert answer["Content-Range"] == f"bytes */{len(DATA)}"
    else:
        assert b"".join(answer.streaming_content) == DATA[span]


def test_lost_bytes_are_not_found_rather_than_half_sent(client_for, file):
    delete_blob(file.blob.storage_key)
    assert client_for("operator").get(f"/berkas/{file.pk}/unduh/").status_code == 404


def test_what_a_scanner_found_is_never_sent(client_for, file):
    Blob.objects.filter(pk=file.blob_id).update(scan_state=Blob.Scan.FOUND)
    assert client_for("auditor").get(f"/berkas/{file.pk}/unduh/").status_code == 404


def test_a_page_image_is_inline_and_kept_for_minutes(client_for, with_image):
    client = client_for("assessor")
    path = f"/berkas/{with_image.pk}/halaman/1/"
    answer = client.get(path)
    assert answer.getvalue() == factories.png_bytes()
    assert answer["Content-Disposition"].startswith("inline;")
    assert answer["Cache-Control"] == "private, max-age=600"
    again = client.get(path, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_page_not_made_yet_is_asked_for_once(client_for, file, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "evidence.views.files.enqueue", lambda work, *args: asked.append(args)
    )
    EvidenceFile.objects.filter(pk=file.pk).update(pages=90)
    client = client_for("operator")
    for _ in range(2):
        answer = client.get(f"/berkas/{file.pk}/halaman/75/")
        assert answer.status_code == 202
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Type"] == "image/svg+xml"
    assert asked == [(file.pk, 75)]
    assert client.get(f"/berkas/{file.pk}/halaman/91/").status_code == 404
    assert client.get(f"/berkas/{file.pk}/halaman/2/").status_code == 404


def test_the_text_of_a_document_is_escaped(client_for, with_image):
    text = client_for("operator").get(f"/berkas/{with_image.pk}/teks/1/").text
    assert "Standar &lt;b&gt;pelayanan&lt;/b&gt;" in text


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("pending", "", "Pratinjau sedang dibuat"),
        ("unavailable", "too_heavy", "terlalu berat"),
        ("rejected", "truncated", "terpotong"),
    ],
)
def test_a_file_without_image_says_why(client_for, file, state, reason, words):
    EvidenceFile.objects.filter(pk=file.pk).update(
        state=state, state_reason=reason, processed_at=timezone.now()
    )
    answer = client_for("operator").get(f"/berkas/{file.pk}/")
    assert words in answer.text
    assert f"/berkas/{file.pk}/unduh/" in answer.text


@pytest.mark.parametrize("page", ["", "0", "-1", "abc", "99999999999999", "2"])
def test_any_page_number_opens_the_file(client_for, file, page):
    processing.process(file.pk)
    answer = client_for("operator").get(f"/berkas/{file.pk}/?halaman={page}")
    assert answer.status_code == 200


def test_only_reading_is_allowed(client_for, file):
    for path in PATHS:
        assert client_for("operator").post(path.format(file.pk)).status_code == 405
