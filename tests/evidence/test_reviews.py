"""Reviewing and scoring: findings, the value, undo, correction, revision, release."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from evidence.models import LinkReview
from evidence.services.reviews import findings_of, review_links, submit_score
from evidence.services.submission import submit
from indicators.models import (
    AssessmentPeriod,
    Decision,
    Revision,
    Score,
    ScoreDraft,
    State,
    UnitReadiness,
)
from indicators.services import approvals, revisions, scoring
from indicators.services.answer import AnswerInput
from tests.factories import get_item, make_assessment, make_evidence, make_round
from wbk_portal.audit.history import history_of
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(world, people):
    """An item of 06.01 under review with two pieces of evidence, none marked."""
    assessment = make_assessment(world.unit, world.period, "06.01")
    assessment.self_option = get_item("06.01").answer_options[0]
    assessment.save()
    for _ in range(2):
        make_evidence(world.unit, by=people["operator"], link_to=[assessment])
    make_round(assessment, by=people["operator"], state=State.UNDER_REVIEW)
    return assessment


def mark(assessment, user, result="fits", **kwargs):
    items = [i.pk for i in assessment.current_round.items.all()]
    return review_links(user=user, item_ids=items, result=result, **kwargs)


def score(assessment, user, option=0, note="", recommendation=""):
    chosen = get_item(assessment.item.slug).answer_options[option]
    return submit_score(
        user=user,
        round_id=assessment.current_round_id,
        answer=AnswerInput(option_id=chosen.pk),
        note=note,
        recommendation=recommendation,
    )


def test_evidence_must_be_marked_before_the_value(reviewed, people):
    with pytest.raises(ValidationError, match="Tandai dulu 2 bukti dukung"):
        score(reviewed, people["assessor"])
    assert not Score.objects.exists()


def test_not_fitting_needs_a_reason(reviewed, people):
    with pytest.raises(ValidationError):
        mark(reviewed, people["assessor"], "does_not_fit")
    with pytest.raises(ValidationError):
        mark(reviewed, people["assessor"], "perhaps")
    mark(reviewed, people["assessor"], "does_not_fit", reason_code="outdated")
    assert LinkReview.objects.filter(reason_code="outdated").count() == 2


@pytest.mark.parametrize(
    "name",
    ["operator", "head", "coach", "assessor_unassigned", "lead", "manager", "auditor"],
)
def test_only_the_assigned_assessor_marks_and_scores(reviewed, people, name):
    with pytest.raises(PermissionDenied):
        mark(reviewed, people[name])
    with pytest.raises(PermissionDenied):
        score(reviewed, people[name])


def test_a_value_is_agreed_and_released_at_once(reviewed, people):
    mark(reviewed, people["assessor"])
    score(reviewed, people["assessor"])
    reviewed.refresh_from_db()
    assert reviewed.state == State.SCORED
    assert reviewed.agreed_nano == 1_000_000_000
    assert reviewed.n_accepted == 2
    assert reviewed.is_released
    assert Notice.objects.get(kind="value.released").recipient_key == (
        people["operator"].key
    )
    row = UnitReadiness.objects.get(work_unit=reviewed.work_unit)
    # 06.01 answers LKE i.a, a quarter point.
    assert row.nano_certain == 250_000_000
    assert row.n_accepted == 1


def test_a_different_value_needs_a_note(reviewed, people):
    mark(reviewed, people["assessor"])
    with pytest.raises(ValidationError) as refusal:
        score(reviewed, people["assessor"], option=2)
    assert "note" in refusal.value.message_dict
    score(reviewed, people["assessor"], option=2, note="Hanya sebagian layanan")
    reviewed.refresh_from_db()
    assert reviewed.agreed_nano == 500_000_000


def test_the_log_says_what_was_found_on_each_evidence(reviewed, people):
    first, second = reviewed.current_round.items.select_related("evidence")
    assessor = people["assessor"]
    review_links(user=assessor, item_ids=[first.pk], result="fits")
    review_links(
        user=assessor,
        item_ids=[second.pk],
        result="does_not_fit",
        reason_code="outdated",
        note="Bertanggal tahun lalu",
        page=2,
    )
    score(reviewed, assessor)
    lines = history_of("assessment", str(reviewed.pk))
    line = next(line for line in lines if line.action == "score.submitted")
    assert line.payload["findings"] == [
        {
            "title": first.evidence.title,
            "version": 1,
            "result": "fits",
            "reason": "",
            "note": "",
            "page": None,
        },
        {
            "title": second.evidence.title,
            "version": 1,
            "result": "does_not_fit",
            "reason": "outdated",
            "note": "Bertanggal tahun lalu",
            "page": 2,
        },
    ]
    assert str(line.text).endswith(
        f"; bukti dukung sesuai: 1 dari 2, tidak sesuai: “{second.evidence.title}”"
    )


def test_findings_that_all_fit_are_counted_in_the_log(reviewed, people):
    mark(reviewed, people["assessor"])
    score(reviewed, people["assessor"])
    texts = [str(line.text) for line in history_of("assessment", str(reviewed.pk))]
    assert any(text.endswith("; bukti dukung sesuai: 2 dari 2") for text in texts)


def test_an_option_of_another_item_is_refused(reviewed, people):
    mark(reviewed, people["assessor"])
    foreign = get_item("06.06").answer_options[0]
    with pytest.raises(ValidationError):
        submit_score(
            user=people["assessor"],
            round_id=reviewed.current_round_id,
            answer=AnswerInput(option_id=foreign.pk),
            note="x",
            recommendation="",
        )


def test_before_release_undo_leaves_no_trace_for_the_unit(reviewed, people, world):
    world.period.release = AssessmentPeriod.Release.BY_LEAD
    world.period.save()
    before = [line.text for line in history_of("assessment", str(reviewed.pk))]
    mark(reviewed, people["assessor"])
    score(reviewed, people["assessor"], note="kata rahasia")
    reviewed.refresh_from_db()
    assert not reviewed.is_released
    row = UnitReadiness.objects.get(work_unit=reviewed.work_unit)
    assert row.nano_certain == 0
    scoring.undo_score(user=people["assessor"], round_id=reviewed.current_round_id)
    reviewed.refresh_from_db()
    assert reviewed.state == State.UNDER_REVIEW
    assert reviewed.agreed_nano is None
    assert not Score.objects.exists()
    assert not Decision.objects.exists()
    assert ScoreDraft.objects.get().data["note"] == "kata rahasia"
    after = [line.text for line in history_of("assessment", str(reviewed.pk))]
    assert after == before
    assert not Notice.objects.filter(recipient_key=people["operator"].key).exists()


def test_the_lead_releases_what_waits(reviewed, people, world):
    world.period.release = AssessmentPeriod.Release.BY_LEAD
    world.period.save()
    mark(reviewed, people["assessor"])
    score(reviewed, people["assessor"])
    with pytest.raises(PermissionDenied):
        scoring.release(
            user=people["assessor"], period=world.period, work_unit=world.unit
        )
    assert (
        scoring.release(user=people["lead"], period=world.period, work_unit=world.unit)
        == 1
    )
    reviewed.refresh_from_db()
    assert reviewed.is_released
    texts = [line.action for line in history_of("assessment", str(reviewed.pk))]
    assert "value.released" in texts


def test_after_release_only_a_correction_with_reason_changes_the_value(
    reviewed, people
):
    mark(reviewed, people["assessor"])
    score(reviewed, people["assessor"])
    with pytest.raises(PermissionDenied):
        scoring.undo_score(user=people["assessor"], round_id=reviewed.current_round_id)
    reviewed.refresh_from_db()
    options = get_item("06.01").answer_options
    common = {
        "user": people["assessor"],
        "assessment_id": reviewed.pk,
        "decision_id": reviewed.decision_id,
        "answer": AnswerInput(option_id=options[4].pk),
        "note": "Standar belum ditetapkan",
        "recommendation": "",
    }
    with pytest.raises(ValidationError):
        scoring.correct(**common, reason=" ")
    scoring.correct(**common, reason="Salah baca lampiran")
    with pytest.raises(ConflictError):
        scoring.correct(**common, reason="Dari jendela lama")
    reviewed.refresh_from_db()
    assert reviewed.agreed_nano == 0
    assert [d.kind for d in Decision.objects.order_by("pk")] == ["agree", "correction"]
    row = UnitReadiness.objects.get(work_unit=reviewed.work_unit)
    assert row.nano_certain == 0
    assert row.n_decided == 1


class TestRevision:
    @pytest.fixture
    def due(self):
        return timezone.localdate() + dt.timedelta(days=7)

    def ask(self, reviewed, user, due, **kwargs):
        values = {
            "round_id": reviewed.current_round_id,
            "reason_code": "unsigned",
            "text": "Lampiran belum ditandatangani",
            "due": due,
            **kwargs,
        }
        return revisions.draft(user=user, **values)

    def test_a_draft_is_nobody_elses_business_until_sent(
        self, reviewed, people, world, due
    ):
        self.ask(reviewed, people["assessor"], due)
        reviewed.refresh_from_db()
        assert reviewed.state == State.UNDER_REVIEW
        assert not Notice.objects.exists()
        sent = revisions.send_all(
            user=people["assessor"], work_unit=world.unit, period=world.period
        )
        assert sent == 1
        reviewed.refresh_from_db()
        assert reviewed.state == State.NEEDS_REVISION
        assert reviewed.revision_due == due
        assert Notice.objects.get().recipient_key == people["operator"].key

    @pytest.mark.parametrize(
        "bad",
        [{"text": " "}, {"reason_code": "because"}, {"page": 0}],
    )
    def test_bad_drafts_are_refused(self, reviewed, people, due, bad):
        with pytest.raises(ValidationError):
            self.ask(reviewed, people["assessor"], due, **bad)
        with pytest.raises(ValidationError):
            self.ask(reviewed, people["assessor"], timezone.localdate())

    def test_sent_requests_cannot_be_discarded(self, reviewed, people, world, due):
        request = self.ask(reviewed, people["assessor"], due)
        revisions.send_all(
            user=people["assessor"], work_unit=world.unit, period=world.period
        )
        with pytest.raises(PermissionDenied):
            revisions.discard(user=people["assessor"], revision_id=request.pk)

    def test_the_log_keeps_what_was_found_when_it_was_sent_back(
        self, reviewed, people, world, due
    ):
        first, second = reviewed.current_round.items.select_related("evidence")
        assessor = people["assessor"]
        review_links(
            user=assessor,
            item_ids=[first.pk],
            result="does_not_fit",
            reason_code="unsigned",
            note="Halaman terakhir",
        )
        review_links(user=assessor, item_ids=[second.pk], result="fits")
        self.ask(reviewed, assessor, due)
        revisions.send_all(user=assessor, work_unit=world.unit, period=world.period)
        lines = history_of("assessment", str(reviewed.pk))
        line = next(line for line in lines if line.action == "revision.sent")
        assert line.payload["findings"] == [
            {
                "title": first.evidence.title,
                "version": 1,
                "result": "does_not_fit",
                "reason": "unsigned",
                "note": "Halaman terakhir",
                "page": None,
            },
            {
                "title": second.evidence.title,
                "version": 1,
                "result": "fits",
                "reason": "",
                "note": "",
                "page": None,
            },
        ]
        # Nobody else reads one assessor's marks before a decision.
        assert first.evidence.title not in line.text
        assert line.text == (
            "Dikembalikan untuk diperbaiki: Lampiran belum ditandatangani"
        )

    def test_the_findings_of_many_rounds_are_one_query(
        self, reviewed, people, django_assert_num_queries
    ):
        with django_assert_num_queries(1):
            found = findings_of(
                people["assessor"].pk, [reviewed.current_round_id, 7, 8]
            )
        assert found == {}

    def test_the_answer_is_a_new_round_for_the_same_assessor(
        self, reviewed, people, world, due
    ):
        self.ask(reviewed, people["assessor"], due)
        revisions.send_all(
            user=people["assessor"], work_unit=world.unit, period=world.period
        )
        submit(
            user=people["operator"],
            assessment_ids=[reviewed.pk],
            response="Sudah ditandatangani",
        )
        reviewed.refresh_from_db()
        assert reviewed.state == State.AWAITING_APPROVAL
        assert reviewed.current_round.number == 2
        request = Revision.objects.get()
        assert request.answered_by == reviewed.current_round
        assert request.response == "Sudah ditandatangani"
        to_assessor = Notice.objects.filter(recipient_key=people["assessor"].key)
        assert not to_assessor.exists()
        approvals.approve(user=people["head"], round_ids=[reviewed.current_round_id])
        reviewed.refresh_from_db()
        assert reviewed.state == State.SUBMITTED
        # One event, one notice: not also "mengajukan 1 butir".
        assert [n.kind for n in to_assessor] == ["revision.answered"]

    def test_the_heads_no_opens_the_request_again(self, reviewed, people, world, due):
        self.ask(reviewed, people["assessor"], due)
        first = reviewed.current_round
        revisions.send_all(
            user=people["assessor"], work_unit=world.unit, period=world.period
        )
        submit(user=people["operator"], assessment_ids=[reviewed.pk])
        reviewed.refresh_from_db()
        approvals.send_back(
            user=people["head"], round_id=reviewed.current_round_id, reason="Belum"
        )
        reviewed.refresh_from_db()
        assert reviewed.state == State.NEEDS_REVISION
        assert reviewed.current_round == first
        assert Revision.objects.get().answered_by is None

    def test_an_overdue_one_returns_by_itself_marked(
        self, reviewed, people, world, due
    ):
        self.ask(reviewed, people["assessor"], due)
        revisions.send_all(
            user=people["assessor"], work_unit=world.unit, period=world.period
        )
        last_moment = dt.datetime.combine(
            due, dt.time(23, 59, 59), tzinfo=world.unit.zone
        )
        with time_machine.travel(last_moment, tick=False):
            assert revisions.return_overdue() == 0
        with time_machine.travel(last_moment + dt.timedelta(seconds=1), tick=False):
            assert revisions.return_overdue() == 1
            assert revisions.return_overdue() == 0
        reviewed.refresh_from_db()
        assert reviewed.state == State.UNDER_REVIEW
        assert reviewed.revision_overdue
        assert Notice.objects.filter(
            recipient_key=people["assessor"].key, kind="revision.overdue"
        ).exists()


def test_starting_is_for_submitted_items_and_ends_withdrawal(world, people):
    assessment = make_assessment(world.unit, world.period, "06.02")
    make_round(assessment, by=people["operator"])
    with pytest.raises(PermissionDenied):
        scoring.start_review(
            user=people["assessor_unassigned"], assessment_ids=[assessment.pk]
        )
    assert (
        scoring.start_review(user=people["assessor"], assessment_ids=[assessment.pk])
        == 1
    )
    assert (
        scoring.start_review(user=people["assessor"], assessment_ids=[assessment.pk])
        == 0
    )


def test_two_windows_of_one_assessor_do_not_overwrite_each_other(reviewed, people):
    first = scoring.save_draft(
        user=people["assessor"],
        round_id=reviewed.current_round_id,
        version=0,
        data={"note": "satu"},
    )
    scoring.save_draft(
        user=people["assessor"],
        round_id=reviewed.current_round_id,
        version=first.version,
        data={"note": "dua"},
    )
    with pytest.raises(ConflictError) as conflict:
        scoring.save_draft(
            user=people["assessor"],
            round_id=reviewed.current_round_id,
            version=first.version,
            data={"note": "tiga"},
        )
    assert conflict.value.current == {"note": "dua"}
