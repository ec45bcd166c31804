"""Submitting, the receipt and the head's one page, as a browser sends them."""

import pytest

from indicators.models import Receipt, State, SubmissionRound
from tests.factories import get_item, make_assessment, make_assessments, make_evidence

pytestmark = pytest.mark.django_db

HOME = "/2026/unit/PN-SKM/"


@pytest.fixture
def ready(world, people):
    """Three complete drafts of the unit."""
    made = []
    for slug in ("06.01", "06.02", "06.06"):
        assessment = make_assessment(world.unit, world.period, slug)
        assessment.self_option = get_item(slug).answer_options[0]
        assessment.narrative = f"Penjelasan {slug}"
        assessment.save()
        make_evidence(world.unit, by=people["operator"], link_to=[assessment])
        made.append(assessment)
    return made


def states(rows):
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def test_all_that_is_complete_goes_with_one_press(ready, client_for):
    response = client_for("operator").post(f"{HOME}ajukan/")
    receipt = Receipt.objects.get()
    assert response["Location"] == f"/2026/tanda-terima/{receipt.number}/"
    assert states(ready) == [State.AWAITING_APPROVAL] * 3


def test_a_double_click_makes_one_receipt(ready, client_for):
    client = client_for("operator")
    first = client.post(f"{HOME}06.01/ajukan/", {"version": ready[0].version})
    second = client.post(f"{HOME}06.01/ajukan/", {"version": ready[0].version})
    assert first["Location"] == second["Location"]
    assert Receipt.objects.count() == 1


def test_nothing_complete_says_so(world, client_for):
    make_assessments(world.unit, world.period)
    response = client_for("operator").post(f"{HOME}ajukan/", follow=True)
    assert "Belum ada butir yang siap diajukan." in response.content.decode()
    assert not Receipt.objects.exists()


def test_the_receipt_names_number_time_items_files_and_hashes(ready, client_for):
    client_for("operator").post(f"{HOME}ajukan/")
    page = client_for("head").get("/2026/tanda-terima/PJ-2026-0001/").content.decode()
    assert "PJ-2026-0001" in page
    assert "WIB" in page
    for frozen in SubmissionRound.objects.prefetch_related(
        "items__version__files__blob"
    ):
        assert frozen.manifest_sha256[:12] in page
        for one in frozen.items.all():
            for file in one.version.files.all():
                assert file.blob.sha256[:12] in page
    assert "Menunggu persetujuan kepala unit." in page
    assert (
        client_for("operator_elsewhere")
        .get("/2026/tanda-terima/PJ-2026-0001/")
        .status_code
        == 404
    )


def test_the_head_approves_all_in_one_press(ready, client_for):
    client_for("operator").post(f"{HOME}ajukan/")
    head = client_for("head")
    page = head.get(f"{HOME}persetujuan/").content.decode()
    assert "Setujui semua (3)" in page
    ids = list(SubmissionRound.objects.values_list("pk", flat=True))
    head.post(f"{HOME}persetujuan/setujui/", {"round": ids})
    assert states(ready) == [State.SUBMITTED] * 3
    again = head.post(f"{HOME}persetujuan/setujui/", {"round": ids}, follow=True)
    assert "Tidak ada lagi yang menunggu persetujuan." in again.content.decode()


def test_the_head_sends_a_single_one_back(ready, client_for):
    client_for("operator").post(f"{HOME}ajukan/")
    frozen = SubmissionRound.objects.get(assessment=ready[1])
    head = client_for("head")
    url = f"{HOME}persetujuan/{frozen.pk}/kembalikan/"
    empty = head.post(url, {"reason": " "}, follow=True)
    assert "Tuliskan alasan pengembalian." in empty.content.decode()
    head.post(url, {"reason": "Tanda tangan belum ada"})
    assert states(ready) == [
        State.AWAITING_APPROVAL,
        State.DRAFT,
        State.AWAITING_APPROVAL,
    ]


def test_rounds_of_another_unit_are_not_touched(ready, world, people, client_for):
    client_for("operator").post(f"{HOME}ajukan/")
    ids = list(SubmissionRound.objects.values_list("pk", flat=True))
    other = client_for("head_elsewhere")
    make_assessments(world.elsewhere, world.period)
    other.post("/2026/unit/PN-AMB/persetujuan/setujui/", {"round": ids})
    assert states(ready) == [State.AWAITING_APPROVAL] * 3
    response = other.post(
        f"/2026/unit/PN-AMB/persetujuan/{ids[0]}/kembalikan/", {"reason": "x"}
    )
    assert response.status_code == 404


def test_the_operator_cannot_approve(ready, client_for):
    client_for("operator").post(f"{HOME}ajukan/")
    ids = list(SubmissionRound.objects.values_list("pk", flat=True))
    response = client_for("operator").post(
        f"{HOME}persetujuan/setujui/", {"round": ids}
    )
    assert response.status_code == 403
    assert states(ready) == [State.AWAITING_APPROVAL] * 3


def test_the_unit_takes_back_what_nobody_has_begun(ready, client_for):
    client = client_for("operator")
    client.post(f"{HOME}ajukan/")
    client.post(f"{HOME}06.01/tarik/")
    assert states(ready)[0] == State.DRAFT


def test_a_stale_version_is_not_submitted(ready, client_for):
    response = client_for("operator").post(
        f"{HOME}06.01/ajukan/", {"version": "0"}, follow=True
    )
    assert "baru saja diubah" in response.content.decode()
    assert states(ready)[0] == State.DRAFT


def test_the_approval_page_costs_the_same_for_many(
    ready, world, people, client_for, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    operator, head = client_for("operator"), client_for("head")
    operator.post(f"{HOME}06.01/ajukan/", {"version": ready[0].version})
    head.get(f"{HOME}persetujuan/")
    with CaptureQueriesContext(connection) as few:
        head.get(f"{HOME}persetujuan/")
    operator.post(f"{HOME}ajukan/")
    with CaptureQueriesContext(connection) as many:
        page = head.get(f"{HOME}persetujuan/").content.decode()
    assert "Setujui semua (3)" in page
    assert len(many) == len(few)


def test_what_changed_since_the_page_was_opened_is_named(ready, client_for):
    operator, head = client_for("operator"), client_for("head")
    operator.post(f"{HOME}ajukan/")
    shown = list(SubmissionRound.objects.values_list("pk", flat=True))
    operator.post(f"{HOME}06.02/tarik/")
    page = head.post(f"{HOME}persetujuan/setujui/", {"round": shown}, follow=True)
    text = page.content.decode()
    assert "2 butir disetujui" in text
    label = ready[1].item.short_label
    assert f"{label} tidak ikut disetujui karena sudah berubah" in text


def test_a_text_kept_for_a_submitted_item_can_be_read_and_thrown_away(
    ready, client_for, people
):
    client = client_for("operator")
    address = f"{HOME}06.01/"
    version = ready[0].version
    client.post(f"{address}ajukan/", {"version": version})
    typed = {
        "version": version,
        "author": people["operator"].key,
        "narrative": "Dari tab lama",
    }
    assert client.post(f"{address}simpan/", typed).status_code == 403
    page = client.get(address).content.decode()
    assert "Tulisan Anda yang belum terpakai" in page
    assert "Dari tab lama" in page
    assert "Pakai tulisan saya" not in page
    assert "orang lain" not in page
    page = client.post(f"{address}buang-tulisan/", follow=True).content.decode()
    assert "Dari tab lama" not in page
