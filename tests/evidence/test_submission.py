"""Submitting: what is frozen, what is refused, and what a second press does."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from evidence.models import EvidenceFile, EvidenceLink, SubmissionItem
from evidence.services.submission import submit
from indicators.models import Receipt, State, SubmissionRound
from indicators.services import approvals, rounds
from tests.factories import (
    get_item,
    make_assessment,
    make_evidence,
    make_version,
)
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world, people):
    """Return a function that makes a complete draft of an item."""

    def make(slug="06.01", unit=None, **kwargs):
        unit = unit or world.unit
        assessment = make_assessment(unit, world.period, slug)
        assessment.self_option = get_item(slug).answer_options[0]
        assessment.narrative = "Penjelasan"
        assessment.save()
        make_evidence(unit, by=people["operator"], link_to=[assessment], **kwargs)
        return assessment

    return make


def test_the_exact_version_is_frozen(draft, people):
    assessment = draft()
    evidence = assessment.links.get().evidence
    first = evidence.latest
    receipt = submit(user=people["operator"], assessment_ids=[assessment.pk])
    make_version(evidence)
    frozen = SubmissionRound.objects.get(receipt=receipt)
    assert frozen.narrative == "Penjelasan"
    assert frozen.number == 1
    assert [i.version for i in frozen.items.all()] == [first]
    assert len(frozen.manifest_sha256) == 64
    assessment.refresh_from_db()
    assert assessment.state == State.AWAITING_APPROVAL
    assert assessment.current_round == frozen


def test_all_or_none(draft, people):
    good, bad = draft("06.01"), draft("06.02")
    bad.self_option = None
    bad.save()
    with pytest.raises(PermissionDenied, match=r"^06\.02: "):
        submit(user=people["operator"], assessment_ids=[good.pk, bad.pk])
    assert not SubmissionRound.objects.exists()
    assert not Receipt.objects.exists()


def test_a_second_press_returns_the_same_receipt(draft, people):
    assessment = draft()
    first = submit(user=people["operator"], assessment_ids=[assessment.pk])
    second = submit(user=people["operator"], assessment_ids=[assessment.pk])
    assert first == second
    assert SubmissionRound.objects.count() == 1


def test_receipts_are_numbered_in_order(draft, people):
    first = submit(user=people["operator"], assessment_ids=[draft("06.01").pk])
    second = submit(user=people["operator"], assessment_ids=[draft("06.02").pk])
    assert [first.number, second.number] == ["PJ-2026-0001", "PJ-2026-0002"]


def test_a_stale_view_is_a_conflict(draft, people):
    assessment = draft()
    with pytest.raises(ConflictError):
        submit(
            user=people["operator"],
            assessment_ids=[assessment.pk],
            versions={assessment.pk: assessment.version - 1},
        )
    assert not SubmissionRound.objects.exists()


def test_a_rejected_file_stops_the_submission(draft, people):
    assessment = draft(file_state=EvidenceFile.State.REJECTED)
    with pytest.raises(ValidationError, match="ditolak setelah diterima"):
        submit(user=people["operator"], assessment_ids=[assessment.pk])


def test_items_of_two_units_are_refused(draft, world, people):
    ours, theirs = draft(), draft("06.02", unit=world.sibling)
    with pytest.raises(ValidationError):
        submit(user=people["operator_above"], assessment_ids=[ours.pk, theirs.pk])


@pytest.mark.parametrize(
    "name", ["operator_elsewhere", "coach", "assessor", "manager", "administrator"]
)
def test_others_may_not_submit_for_the_unit(draft, people, name):
    with pytest.raises(PermissionDenied):
        submit(user=people[name], assessment_ids=[draft().pk])


def test_the_head_hears_of_it_once_and_approves(draft, people):
    assessment = draft()
    submit(user=people["operator"], assessment_ids=[assessment.pk])
    notice = Notice.objects.get(recipient_key=people["head"].key)
    assert notice.url == "/2026/unit/PN-SKM/persetujuan/"
    frozen = assessment.rounds.get()
    done = approvals.approve(user=people["head"], round_ids=[frozen.pk])
    again = approvals.approve(user=people["head"], round_ids=[frozen.pk])
    assert [a.state for a in done] == [State.SUBMITTED]
    assert again == []
    assert frozen.approval.title == "Kepala unit"
    assert Notice.objects.filter(recipient_key=people["assessor"].key).count() == 1


def test_the_heads_own_submission_is_its_approval(draft, people):
    assessment = draft()
    submit(user=people["head"], assessment_ids=[assessment.pk])
    assessment.refresh_from_db()
    assert assessment.state == State.SUBMITTED


def test_without_approval_it_goes_straight_to_the_assessor(draft, world, people):
    world.period.requires_approval = False
    world.period.save()
    assessment = draft()
    submit(user=people["operator"], assessment_ids=[assessment.pk])
    assessment.refresh_from_db()
    assert assessment.state == State.SUBMITTED
    assert Notice.objects.filter(recipient_key=people["assessor"].key).count() == 1


def test_sending_back_needs_a_reason_and_reopens_the_draft(draft, people):
    assessment = draft()
    submit(user=people["operator"], assessment_ids=[assessment.pk])
    frozen = assessment.rounds.get()
    with pytest.raises(ValidationError):
        approvals.send_back(user=people["head"], round_id=frozen.pk, reason=" ")
    with pytest.raises(PermissionDenied):
        approvals.send_back(user=people["operator"], round_id=frozen.pk, reason="x")
    approvals.send_back(
        user=people["head"], round_id=frozen.pk, reason="Tanda tangan kurang"
    )
    assessment.refresh_from_db()
    assert assessment.state == State.DRAFT
    assert assessment.current_round is None
    told = Notice.objects.get(recipient_key=people["operator"].key)
    assert told.params["reason"] == "Tanda tangan kurang"


def test_withdrawing_keeps_the_round_as_history(draft, people):
    assessment = draft()
    submit(user=people["head"], assessment_ids=[assessment.pk])
    rounds.withdraw(user=people["operator"], assessment_id=assessment.pk)
    assessment.refresh_from_db()
    assert assessment.state == State.DRAFT
    assert SubmissionItem.objects.count() == 1
    submit(user=people["head"], assessment_ids=[assessment.pk])
    assert assessment.rounds.order_by("-number").first().number == 2


def test_nothing_is_withdrawn_once_the_assessor_has_begun(draft, people):
    assessment = draft()
    submit(user=people["head"], assessment_ids=[assessment.pk])
    assessment.refresh_from_db()
    assessment.state = State.UNDER_REVIEW
    assessment.save()
    with pytest.raises(PermissionDenied):
        rounds.withdraw(user=people["operator"], assessment_id=assessment.pk)


def test_a_stale_link_must_be_looked_at_first(draft, people):
    assessment = draft()
    assessment.n_stale = 1
    assessment.save()
    with pytest.raises(PermissionDenied, match="ditinjau ulang"):
        submit(user=people["operator"], assessment_ids=[assessment.pk])


def test_the_manifest_changes_with_every_part_of_it(draft, people):
    from evidence.services.manifest import manifest_of, usable_links

    assessment = draft()
    links = usable_links([assessment.pk])[assessment.pk]
    before = manifest_of(assessment, links)
    assert manifest_of(assessment, links) == before
    assessment.narrative = "Lain"
    assert manifest_of(assessment, links) != before
    assessment.narrative = "Penjelasan"
    EvidenceLink.objects.update(pages="3-4")
    assert manifest_of(assessment, usable_links([assessment.pk])[assessment.pk]) != (
        before
    )
