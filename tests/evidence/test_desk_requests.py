"""Requests for revision that name a page."""

import datetime as dt

import pytest
from django.utils import timezone

from evidence.models import EvidenceFile
from indicators.models import Revision, State
from tests.factories import make_assessments, make_evidence, make_round

pytestmark = pytest.mark.django_db

DESK = "/2026/penilaian/PN-SKM/06.01/"
DUE = (timezone.localdate() + dt.timedelta(days=9)).isoformat()


@pytest.fixture
def reviewed(world, people):
    row = make_assessments(world.unit, world.period)["06.01"]
    evidence = make_evidence(world.unit, by=people["operator"], link_to=[row], files=2)
    EvidenceFile.objects.filter(version=evidence.latest, position=2).update(pages=12)
    make_round(row, by=people["operator"], state=State.UNDER_REVIEW)
    return row


def ask(client, row, page, about=True):
    item = row.current_round.items.first()
    return client.post(
        f"{DESK}perbaikan/",
        {
            "reason_code": "unsigned",
            "text": "Belum ditandatangani",
            "due": DUE,
            "page": page,
            "about": item.key if about else "",
        },
    )


def test_a_page_beyond_the_files_is_refused(reviewed, client_for):
    response = ask(client_for("assessor"), reviewed, 13)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Halaman 13 tidak ada" in page
    assert "hanya sampai halaman 12" in page
    assert "Belum ditandatangani" in page
    assert not Revision.objects.exists()


@pytest.mark.parametrize("number", [1, 12])
def test_a_page_of_any_file_is_kept_and_shown(reviewed, client_for, number):
    client = client_for("assessor")
    assert ask(client, reviewed, number).status_code == 302
    assert f"hlm. {number}</a>" in client.get(DESK).content.decode()
    client.post("/2026/penilaian/PN-SKM/kirim/")
    unit = client_for("operator").get("/2026/unit/PN-SKM/06.01/").content.decode()
    assert f"halaman {number}" in unit


def test_the_only_evidence_is_meant_without_saying_so(reviewed, client_for):
    ask(client_for("assessor"), reviewed, 3, about=False)
    request = Revision.objects.get()
    assert request.about_key == reviewed.current_round.items.get().key


def test_of_several_one_must_be_named(reviewed, world, people, client_for):
    make_evidence(world.unit, by=people["operator"], link_to=[reviewed])
    make_round(reviewed, by=people["operator"], state=State.UNDER_REVIEW)
    response = ask(client_for("assessor"), reviewed, 1, about=False)
    assert response.status_code == 422
    assert "Pilih bukti dukung yang halamannya Anda maksud." in (
        response.content.decode()
    )
    assert ask(client_for("assessor"), reviewed, 1).status_code == 302


def test_while_the_file_is_prepared_the_page_is_believed(reviewed, client_for):
    EvidenceFile.objects.update(pages=None, state=EvidenceFile.State.PENDING)
    assert ask(client_for("assessor"), reviewed, 400).status_code == 302
    assert Revision.objects.get().page == 400


@pytest.mark.parametrize("state", ["rejected", "unavailable"])
def test_a_file_without_pages_has_none_to_name(reviewed, client_for, state):
    EvidenceFile.objects.update(pages=None, state=state)
    response = ask(client_for("assessor"), reviewed, 999)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Halaman bukti dukung ini tidak dapat dibaca portal." in page
    assert "Belum ditandatangani" in page
    assert not Revision.objects.exists()
    assert ask(client_for("assessor"), reviewed, "").status_code == 302


def test_one_file_being_prepared_may_have_more_pages(reviewed, client_for):
    EvidenceFile.objects.filter(position=1).update(
        pages=None, state=EvidenceFile.State.PENDING
    )
    assert ask(client_for("assessor"), reviewed, 40).status_code == 302
