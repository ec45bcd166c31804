"""Files that are still looked into when they are handed in, and those rejected then."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import EvidenceFile
from evidence.services import evidence as evidence_services
from evidence.services import file_checks, links, processing, submission
from indicators.models import Approval, State, SubmissionRound
from indicators.services import approvals
from tests import factories
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db

HOME = "/2026/unit/PN-SKM/"
APPROVAL = f"{HOME}persetujuan/"
RECEIPT = "/2026/tanda-terima/PJ-2026-0001/"
PENDING, REJECTED = EvidenceFile.State.PENDING, EvidenceFile.State.REJECTED


@pytest.fixture
def operator(people):
    return people["operator"]


@pytest.fixture
def ready(world, operator):
    """Three complete drafts, each with one file that is still looked into."""
    made = []
    for slug in ("06.01", "06.02", "06.06"):
        assessment = factories.make_assessment(world.unit, world.period, slug)
        assessment.self_option = factories.get_item(slug).answer_options[0]
        assessment.narrative = f"Penjelasan {slug}"
        assessment.save()
        factories.make_evidence(
            world.unit,
            by=operator,
            link_to=[assessment],
            file_state=PENDING,
            title=f"Bukti {slug}",
            version={"name": f"Berkas {slug}.pdf"},
        )
        made.append(assessment)
    return made


def reject(monkeypatch, assessment):
    """Let the worker find out that the item's file is broken."""
    file = EvidenceFile.objects.get(version__evidence__links__assessment=assessment)
    EvidenceFile.objects.filter(pk=file.pk).update(state=PENDING)
    broken = processing.pipeline.Preview(
        state="rejected", reason="corrupt", page_count=0
    )
    monkeypatch.setattr(processing.pipeline, "make_preview", lambda *_, **__: broken)
    assert processing.process(file.pk) == "rejected"
    return EvidenceFile.objects.get(pk=file.pk)


def submit(user, rows):
    return submission.submit(user=user, assessment_ids=[a.pk for a in rows])


def states(rows):
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


def page(client, address):
    return " ".join(client.get(address).content.decode().split())


# --- Before and after the submission ------------------------------------------------
def test_the_unit_is_told_before_it_submits(client_for, ready):
    client = client_for("operator")
    said = "berkas masih diperiksa. Mengajukan tetap boleh"
    home = page(client, HOME)
    assert f"3 {said}" in home
    assert home.index("Isinya dibekukan sampai penilai selesai.") < home.index(
        f"3 {said}", home.index("data-confirm")
    )
    assert f"1 {said}" in page(client, f"{HOME}06.01/")
    EvidenceFile.objects.update(state="ready")
    assert said not in page(client, HOME)
    assert said not in page(client, f"{HOME}06.01/")


def test_files_of_items_that_are_not_submitted_do_not_count(
    client_for, world, operator, ready
):
    other = factories.make_assessment(world.unit, world.period, "06.13")
    factories.make_evidence(
        world.unit, by=operator, link_to=[other], file_state=PENDING
    )
    assert file_checks.count_checking([a.pk for a in ready]) == 3
    withdrawn = ready[0].links.get().evidence
    evidence_services.withdraw_evidence(
        user=operator, evidence=withdrawn, reason="Salah berkas"
    )
    assert file_checks.count_checking([a.pk for a in ready]) == 2


def test_the_receipt_says_so_until_it_is_known(
    client_for, operator, ready, monkeypatch
):
    submit(operator, ready)
    client = client_for("operator")
    text = page(client, RECEIPT)
    assert "3 berkas masih diperiksa. Anda diberi tahu" in text
    assert text.count("Masih diperiksa") == 3
    reject(monkeypatch, ready[0])
    text = page(client, RECEIPT)
    assert "2 berkas masih diperiksa." in text
    assert "06.01: berkas “Berkas 06.01.pdf” ditolak setelah diterima" in text
    assert "rusak" in text
    EvidenceFile.objects.filter(state=PENDING).update(state="ready")
    assert "masih diperiksa" not in page(client, RECEIPT)


# --- The head -----------------------------------------------------------------------
def test_the_heads_page_marks_what_is_checked_and_what_was_rejected(
    client_for, operator, ready, monkeypatch
):
    submit(operator, ready)
    file = reject(monkeypatch, ready[1])
    text = page(client_for("head"), APPROVAL)
    assert "2 berkas masih diperiksa. Menyetujui tetap boleh" in text
    assert (
        "06.02 belum dapat disetujui: berkas “Berkas 06.02.pdf” ditolak setelah "
        "diterima. Kembalikan kepada operator" in text
    )
    assert processing.reason_text(file) in text
    assert "Setujui semua (2)" in text
    shown = SubmissionRound.objects.get(assessment=ready[1])
    assert f'name="round" value="{shown.pk}"' not in text
    # What to tell the operator stands in the field already.
    field = text[text.index(f'id="reason-{shown.pk}"') :]
    assert "Berkas “Berkas 06.02.pdf” ditolak setelah diterima." in field[:400]


def test_a_rejected_file_holds_up_its_own_round_alone(
    client_for, operator, ready, monkeypatch
):
    submit(operator, ready)
    head = client_for("head")
    # The page was open before the worker found it out: all three are sent.
    sent = list(SubmissionRound.objects.values_list("pk", flat=True))
    reject(monkeypatch, ready[1])
    answer = head.post(f"{APPROVAL}setujui/", {"round": sent}, follow=True)
    text = answer.content.decode()
    assert "2 butir disetujui" in text
    assert "06.02 belum dapat disetujui" in text
    assert "tidak ikut disetujui karena sudah berubah" not in text
    expected = [State.SUBMITTED, State.AWAITING_APPROVAL, State.SUBMITTED]
    assert states(ready) == expected
    assert not Approval.objects.filter(round__assessment=ready[1]).exists()


def test_the_service_itself_refuses(world, operator, ready, monkeypatch):
    submit(operator, ready)
    reject(monkeypatch, ready[0])
    frozen = SubmissionRound.objects.get(assessment=ready[0])
    head = world.people["head"]
    assert approvals.approve(user=head, round_ids=[frozen.pk]) == []
    assert list(approvals.barred([frozen.pk])) == [frozen.pk]
    # Not for somebody who may not approve at all: that is said first.
    with pytest.raises(PermissionDenied):
        approvals.approve(user=operator, round_ids=[frozen.pk])
    assert approvals.barred([]) == {}


def test_when_nothing_else_waits_only_sending_back_remains(
    client_for, world, operator, ready, monkeypatch
):
    submit(operator, ready[:1])
    reject(monkeypatch, ready[0])
    head = client_for("head")
    text = page(head, APPROVAL)
    assert "Belum ada yang dapat disetujui" in text
    assert "setujui/" not in text
    frozen = SubmissionRound.objects.get()
    answer = head.post(f"{APPROVAL}setujui/", {"round": [frozen.pk]}, follow=True)
    text = answer.content.decode()
    assert "06.01 belum dapat disetujui" in text
    assert "Tidak ada lagi yang menunggu persetujuan" not in text
    head.post(
        f"{APPROVAL}{frozen.pk}/kembalikan/", {"reason": "Berkasnya rusak, ganti."}
    )
    (state,) = states(ready[:1])
    assert state != State.AWAITING_APPROVAL
    # The replacement goes through: the bar is of the frozen version.
    made = ready[0].links.get().evidence
    factories.make_version(made, by=operator)
    ready[0].links.update(seen_version=made.latest)
    links.recount_evidence([made.pk])
    submit(operator, ready[:1])
    again = SubmissionRound.objects.latest("number")
    assert approvals.barred([again.pk, frozen.pk]).keys() == {frozen.pk}
    approvals.approve(user=world.people["head"], round_ids=[again.pk])
    assert states(ready[:1]) == [State.SUBMITTED]


def test_a_heads_own_submission_is_refused_as_any_other(
    world, operator, ready, monkeypatch
):
    reject(monkeypatch, ready[0])
    sound = factories.make_evidence(world.unit, by=operator, link_to=ready[:1])
    links.recount_evidence([sound.pk])
    with pytest.raises(PermissionDenied, match="ditolak setelah diterima"):
        submit(world.people["head"], ready[:1])


# --- Rejected afterwards ------------------------------------------------------------
def test_unit_and_head_are_told_of_a_file_rejected_while_it_waits(
    client_for, world, operator, ready, monkeypatch
):
    submit(operator, ready)
    Notice.objects.all().delete()
    reject(monkeypatch, ready[0])
    found = {(n.recipient_key, n.kind) for n in Notice.objects.all()}
    assert found == {
        (operator.key, "evidence.submitted_file_rejected"),
        (world.people["head"].key, "round.file_rejected"),
    }
    inbox = client_for("operator").get("/kotak-masuk/").content.decode()
    assert "yang sudah diajukan untuk 06.01, ditolak setelah diterima" in inbox
    inbox = client_for("head").get("/kotak-masuk/").content.decode()
    assert "pada 06.01 (Kantor Layanan Sukamaju) ditolak setelah diterima" in inbox
    home = page(client_for("operator"), HOME)
    assert "Ada berkas yang ditolak setelah diajukan" in home


def test_after_the_approval_the_desk_shows_it_on_the_frozen_version(
    client_for, world, operator, ready, monkeypatch
):
    submit(operator, ready)
    rounds = SubmissionRound.objects.values_list("pk", flat=True)
    approvals.approve(user=world.people["head"], round_ids=list(rounds))
    desk = client_for("assessor")
    address = "/2026/penilaian/PN-SKM/06.01/"
    assert "Masih diperiksa" in page(desk, address)
    Notice.objects.all().delete()
    file = reject(monkeypatch, ready[0])
    kinds = set(Notice.objects.values_list("recipient_key", "kind"))
    assert kinds == {(operator.key, "evidence.submitted_file_rejected")}
    # A newer version changes nothing about what was handed in.
    made = ready[0].links.get().evidence
    factories.make_version(made, by=operator)
    text = page(desk, address)
    assert "Ditolak setelah diterima" in text
    assert processing.reason_text(file) in text
    assert "ditolak setelah diterima" in page(client_for("operator"), RECEIPT)


# --- Cost ---------------------------------------------------------------------------
def test_the_pages_cost_the_same_for_more_files(
    client_for, world, operator, ready, monkeypatch
):
    def cost(name, address):
        client = client_for(name)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    one_home = cost("operator", HOME)
    for assessment in ready:
        for _ in range(4):
            factories.make_evidence(
                world.unit, by=operator, link_to=[assessment], file_state=PENDING
            )
    assert cost("operator", HOME) == one_home
    submit(operator, ready[:1])
    few = cost("head", APPROVAL)
    submit(operator, ready[1:])
    EvidenceFile.objects.filter(
        version__evidence__links__assessment__in=ready[1:]
    ).update(state=REJECTED, state_reason="corrupt")
    assert cost("head", APPROVAL) == few
