"""What the desk shows of office files: pages, their text, or that there are none."""

import pytest

from evidence.models import EvidenceFile, PageImage
from evidence.pipeline import convert
from evidence.services import processing
from indicators.models import State
from tests import realfiles
from tests.factories import make_assessments, make_evidence, make_round

pytestmark = pytest.mark.django_db

DESK = "/2026/penilaian/PN-SKM/06.01/"


@pytest.fixture
def submitted(world, people):
    def make(data, kind):
        row = make_assessments(world.unit, world.period)["06.01"]
        evidence = make_evidence(
            world.unit,
            by=people["operator"],
            files=[data],
            file_kind=kind,
            file_state=EvidenceFile.State.PENDING,
            link_to=[row],
        )
        make_round(row, by=people["operator"], state=State.UNDER_REVIEW)
        return evidence.latest.files.get()

    return make


@pytest.mark.parametrize("office", [True, False], ids=["office", "without"])
@pytest.mark.parametrize("name", ["xlsx", "strict_xlsx", "docx", "pptx"])
def test_a_real_file_does_not_stay_in_the_making(
    submitted, client_for, monkeypatch, name, office
):
    if not office:
        monkeypatch.setattr(convert, "find_converter", lambda: "")
    file = submitted(realfiles.get(name), realfiles.kind_of(name))
    client = client_for("assessor")
    page = client.get(DESK).content.decode()
    assert "Pratinjau sedang dibuat" in page
    assert "data-waits" in page
    state = processing.process(file.pk)
    assert state != EvidenceFile.State.PENDING
    page = client.get(DESK).content.decode()
    assert "Pratinjau sedang dibuat" not in page
    assert "data-waits" not in page
    has_image = PageImage.objects.filter(file=file).exists()
    assert has_image is office
    if office:
        assert f"/berkas/{file.pk}/halaman/1/" in page
    else:
        assert "viewer__text" in page


def test_a_page_without_image_and_text_has_no_preview(submitted, client_for):
    file = submitted(b"x", "xlsx")
    EvidenceFile.objects.update(state=EvidenceFile.State.READY, pages=2)
    page = client_for("assessor").get(f"{DESK}?berkas={file.pk}&hlm=2")
    viewer = page.content.decode().split('id="viewer"')[1]
    assert "Pratinjau tidak tersedia" in viewer.split("desk__pane--score")[0]
