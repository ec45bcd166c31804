"""An item that came back: the two rounds stand side by side."""

import re

import pytest
from django.utils import timezone

from evidence.models import EvidenceFile
from indicators.models import Revision, State
from tests.factories import (
    get_item,
    make_assessments,
    make_evidence,
    make_link,
    make_round,
    make_version,
)

pytestmark = pytest.mark.django_db

DESK = "/2026/penilaian/PN-SKM/06.01/"


@pytest.fixture
def returned(world, people):
    """06.01 with a request on its first round, not yet answered by a second."""
    row = make_assessments(world.unit, world.period)["06.01"]
    row.self_option = get_item("06.01").answer_options[0]
    row.narrative = "Lampiran belum ditandatangani kepala unit."
    row.save()
    operator = people["operator"]
    for title in ("SK Standar", "Notula", "Foto"):
        make_evidence(world.unit, by=operator, link_to=[row], title=title)
    frozen = make_round(row, by=operator, state=State.NEEDS_REVISION)
    Revision.objects.create(
        round=frozen,
        user=people["assessor"],
        reason_code="unsigned",
        text="Mohon ditandatangani.",
        about_key=frozen.items.get(evidence__title="SK Standar").key,
        page=1,
        due=timezone.localdate(),
        sent_at=timezone.now(),
    )
    return row


def again(row, people):
    frozen = make_round(row, by=people["operator"], state=State.UNDER_REVIEW)
    Revision.objects.update(answered_by=frozen, response="Sudah ditandatangani.")
    return frozen


def plain(client, query=""):
    page = client.get(DESK + query).content.decode()
    viewer = page.split('id="viewer"')[1].split("desk__pane--score")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", viewer).split()), viewer


def test_nothing_stands_beside_the_first_round(returned, client_for):
    assert "Yang berubah" not in client_for("assessor").get(DESK).content.decode()


def test_what_was_asked_stands_beside_what_was_done(returned, people, client_for):
    links = {one.evidence.title: one for one in returned.links.all()}
    old_file = EvidenceFile.objects.get(version__evidence__title="SK Standar")
    new = make_version(links["SK Standar"].evidence)
    links["Foto"].delete()
    make_link(
        make_evidence(returned.work_unit, by=people["operator"], title="Video"),
        returned,
    )
    returned.narrative = "Lampiran sudah ditandatangani kepala unit."
    returned.self_option = get_item("06.01").answer_options[1]
    returned.save()
    again(returned, people)
    text, html = plain(client_for("assessor"))
    assert "Diminta Mohon ditandatangani." in text
    assert "SK Standar, hlm. 1" in text
    assert "Tanggapan unit Sudah ditandatangani." in text
    assert "<del>belum</del>" in html
    assert "<ins>sudah</ins>" in html
    options = get_item("06.01").answer_options
    assert f"Sebelumnya {options[0].label} {options[0].text}" in text
    assert f"Sekarang {options[1].label} {options[1].text}" in text
    assert "Diperbarui versi 2" in text
    assert f'href="{DESK}?berkas={old_file.pk}' in html
    assert f'href="{DESK}?berkas={new.files.get().pk}' in html
    assert "Belum ada pada pengajuan sebelumnya. Baru versi 1" in text
    assert "Dilepas Tidak dipakai lagi." in text
    assert "Notula: tidak berubah, versi 1" in text


def test_what_is_the_same_is_said_to_be_the_same(returned, people, client_for):
    again(returned, people)
    text, html = plain(client_for("assessor"))
    label = get_item("06.01").answer_options[0].label
    assert "Unit mengajukan kembali tanpa mengubah apa pun." in text
    assert f"Tidak berubah: {label}" in text
    assert "Penjelasan Tidak berubah." in text
    assert text.count("tidak berubah, versi 1") == 3
    assert "→" not in text
    assert "<del>" not in html
    assert "Sebelumnya" not in text


def test_a_file_of_the_earlier_round_opens_beside_the_form(
    returned, people, client_for
):
    old = EvidenceFile.objects.get(version__evidence__title="SK Standar")
    make_version(old.version.evidence)
    again(returned, people)
    client = client_for("assessor")
    text, _html = plain(client, f"?berkas={old.pk}")
    assert f"{old.display_name} (versi lama, 1)" in text
    # The value is still given for the round in hand.
    page = client.get(f"{DESK}?berkas={old.pk}").content.decode()
    assert "Pengajuan ke-2" in page
    assert "data-score" in page


def test_a_reply_that_the_head_has_not_approved_is_not_shown(
    returned, people, client_for
):
    frozen = again(returned, people)
    returned.state = State.AWAITING_APPROVAL
    returned.save()
    page = client_for("assessor").get(DESK).content.decode()
    assert frozen.number == 2
    assert "Mohon ditandatangani." in page
    assert "Sudah ditandatangani." not in page
    assert "Yang berubah" not in page
