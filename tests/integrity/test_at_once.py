"""Two people, or two windows, at the same moment: one of them acts, none is lost."""

import datetime as dt
import itertools

import pytest
import time_machine
from django.utils import timezone

from evidence.models import SubmissionItem
from evidence.services.evidence import add_version
from evidence.services.links import mark_seen
from evidence.services.manifest import manifest_of, usable_links
from evidence.services.reviews import review_links, submit_score
from evidence.services.submission import submit
from indicators.models import (
    AnswerDraft,
    Approval,
    Assessment,
    AssessmentPeriod,
    Decision,
    Receipt,
    Revision,
    State,
    SubmissionRound,
)
from indicators.services import approvals, revisions, rounds, scoring
from indicators.services.answer import AnswerInput
from indicators.services.answers import save_answer
from indicators.services.periods import close_period
from tests.factories import (
    make_assessment,
    make_assessments,
    make_assignment,
    make_period,
)
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

from .helpers import at_once, complete, fresh, is_refusal, prove, sum_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item(world, people):
    """A complete draft of 06.01, with the summary of its unit."""
    assessment = make_assessment(world.unit, world.period, "06.01")
    complete(assessment, people["operator"])
    sum_up(world.unit.pk, world.period.pk)
    return assessment


def now_of(assessment):
    return Assessment.objects.get(pk=assessment.pk)


def put(assessment, state, current=None):
    """Set the item back, past the rules, for the next time."""
    Assessment.objects.filter(pk=assessment.pk).update(
        state=state, current_round=current
    )


def score_of(assessment, user, option=0, note=""):
    row = now_of(assessment)
    chosen = row.item.answer_item.options.order_by("position")[option]
    return submit_score(
        user=fresh(user),
        round_id=row.current_round_id,
        answer=AnswerInput(option_id=chosen.pk),
        note=note,
        recommendation="",
    )


@pytest.fixture
def under_review(item, people, world):
    """The item with an assessor, its evidence marked; values wait for the lead."""
    AssessmentPeriod.objects.update(release=AssessmentPeriod.Release.BY_LEAD)
    submit(user=people["head"], assessment_ids=[item.pk])
    scoring.start_review(user=people["assessor"], assessment_ids=[item.pk])
    items = SubmissionItem.objects.filter(round__assessment=item)
    review_links(user=people["assessor"], item_ids=[i.pk for i in items], result="fits")
    return item


def test_of_two_texts_one_is_stored_and_the_other_kept(item, people):
    for n in range(30):
        version = now_of(item).version
        pair = ("operator", "head")

        def save(name, n=n, version=version):
            return save_answer(
                assessment_id=item.pk,
                user=fresh(people[name]),
                version=version,
                answer=AnswerInput(option_id=item.self_option_id),
                narrative=f"{name} {n}",
            )

        ends = at_once(lambda: save("operator"), lambda: save("head"))
        assert sum(isinstance(end, ConflictError) for end in ends) == 1
        loser = pair[0] if isinstance(ends[0], ConflictError) else pair[1]
        winner = pair[1] if loser == pair[0] else pair[0]
        row = now_of(item)
        assert (row.narrative, row.version) == (f"{winner} {n}", version + 1)
        draft = AnswerDraft.objects.get(user=people[loser])
        assert draft.data["narrative"] == f"{loser} {n}"
        conflict = next(end for end in ends if isinstance(end, ConflictError))
        assert conflict.current["narrative"] == f"{winner} {n}"
    prove()


def test_two_presses_of_submit_are_one_receipt_and_numbers_have_no_gap(
    item, world, people
):
    elsewhere = make_assessment(world.elsewhere, world.period, "06.01")
    complete(elsewhere, people["operator_elsewhere"])
    sum_up(world.elsewhere.pk, world.period.pk)
    for n in range(1, 16):
        ours = lambda: submit(  # noqa: E731
            user=fresh(people["operator"]), assessment_ids=[item.pk]
        )
        theirs = lambda: submit(  # noqa: E731
            user=fresh(people["operator_elsewhere"]), assessment_ids=[elsewhere.pk]
        )
        first, second, other = at_once(ours, ours, theirs)
        assert first == second != other
        assert Receipt.objects.count() == 2 * n
        assert item.rounds.count() == n
        for unit_item, name in ((item, "operator"), (elsewhere, "operator_elsewhere")):
            rounds.withdraw(user=people[name], assessment_id=unit_item.pk)
    prove()


def test_of_two_people_who_submit_the_second_is_told_the_state(item, people):
    for _ in range(15):
        ends = at_once(
            lambda: submit(user=fresh(people["operator"]), assessment_ids=[item.pk]),
            lambda: submit(
                user=fresh(people["operator_above"]), assessment_ids=[item.pk]
            ),
        )
        assert [is_refusal(end) for end in ends].count(True) == 1
        refusal = next(end for end in ends if is_refusal(end))
        assert "menunggu persetujuan" in str(refusal)
        rounds.withdraw(user=people["operator"], assessment_id=item.pk)
    prove()


def test_approving_and_sending_back_leave_one_word(item, people):
    for turn in range(20):
        # What the head returned goes again with a reply of its own.
        reply = f"Tanggapan {turn}"
        submit(user=people["operator"], assessment_ids=[item.pk], response=reply)
        pk = now_of(item).current_round_id
        approved, sent_back = at_once(
            lambda pk=pk: approvals.approve(user=fresh(people["head"]), round_ids=[pk]),
            lambda pk=pk: approvals.send_back(
                user=fresh(people["head"]), round_id=pk, reason="Kurang"
            ),
        )
        result = Approval.objects.get(round_id=pk).result
        if is_refusal(sent_back):
            assert len(approved) == 1
            assert result == Approval.Result.APPROVED
            assert now_of(item).state == State.SUBMITTED
            rounds.withdraw(user=people["operator"], assessment_id=item.pk)
        else:
            assert approved == []
            assert result == Approval.Result.RETURNED
        assert now_of(item).state == State.DRAFT
    prove()


def test_withdrawing_and_beginning_exclude_each_other(item, people):
    for _ in range(20):
        submit(user=people["head"], assessment_ids=[item.pk])
        withdrawn, begun = at_once(
            lambda: rounds.withdraw(
                user=fresh(people["operator"]), assessment_id=item.pk
            ),
            lambda: scoring.start_review(
                user=fresh(people["assessor"]), assessment_ids=[item.pk]
            ),
        )
        state = now_of(item).state
        if is_refusal(withdrawn):
            assert (begun, state) == (1, State.UNDER_REVIEW)
            put(item, State.DRAFT)
        else:
            assert (begun, state) == (0, State.DRAFT)
    sum_up(item.work_unit_id, item.period_id)
    prove()


def test_two_presses_of_a_value_are_one_decision(under_review, people):
    for _ in range(15):
        first, second = at_once(
            lambda: score_of(under_review, people["assessor"]),
            lambda: score_of(under_review, people["assessor"]),
        )
        assert first == second
        assert Decision.objects.count() == 1
        scoring.undo_score(
            user=people["assessor"], round_id=now_of(under_review).current_round_id
        )
    prove()


def test_two_different_values_at_once_leave_the_first(under_review, people):
    for _ in range(10):
        ends = at_once(
            lambda: score_of(under_review, people["assessor"], 0),
            lambda: score_of(under_review, people["assessor"], 1, "Sebagian"),
        )
        assert [is_refusal(end) for end in ends].count(True) == 1
        given = next(end for end in ends if not is_refusal(end))
        row = now_of(under_review)
        assert row.agreed_option_id == given.option_id
        scoring.undo_score(user=people["assessor"], round_id=row.current_round_id)
    prove()


def test_a_value_and_its_request_for_revision_exclude_each_other(
    under_review, people, world
):
    due = timezone.localdate() + dt.timedelta(days=5)
    for n in range(15):
        frozen = now_of(under_review).current_round
        revisions.draft(
            user=people["assessor"],
            round_id=frozen.pk,
            reason_code="unsigned",
            text=f"Belum ditandatangani {n}",
            due=due,
        )
        scored, sent = at_once(
            lambda: score_of(under_review, people["assessor"]),
            lambda: revisions.send_all(
                user=fresh(people["assessor"]),
                work_unit=world.unit,
                period=world.period,
            ),
        )
        row = now_of(under_review)
        if is_refusal(scored):
            assert (sent, row.state) == (1, State.NEEDS_REVISION)
            put(under_review, State.UNDER_REVIEW, frozen)
        else:
            assert (sent, row.state) == (0, State.SCORED)
            # The request went with the value that made it needless.
            assert not Revision.objects.filter(sent_at__isnull=True).exists()
            scoring.undo_score(user=people["assessor"], round_id=frozen.pk)
    sum_up(world.unit.pk, world.period.pk)
    prove()


def test_release_and_undo_exclude_each_other(under_review, people, world):
    for _ in range(10):
        score_of(under_review, people["assessor"])
        frozen = now_of(under_review).current_round_id
        released, undone = at_once(
            lambda: scoring.release(
                user=fresh(people["lead"]), period=world.period, work_unit=world.unit
            ),
            lambda pk=frozen: scoring.undo_score(
                user=fresh(people["assessor"]), round_id=pk
            ),
        )
        row = now_of(under_review)
        if is_refusal(undone):
            assert (released, row.state) == (1, State.SCORED)
            assert row.is_released
            break
        assert (released, row.state) == (0, State.UNDER_REVIEW)
    prove()


def test_an_answer_and_its_deadline_leave_one_round_in_charge(
    under_review, people, world
):
    """Whoever is first: the answer arrives, or the round before it is scored."""
    for n in range(10):
        frozen = now_of(under_review).current_round
        Revision.objects.create(
            round=frozen,
            user=people["assessor"],
            reason_code="unsigned",
            text=f"{n}",
            due=timezone.localdate() - dt.timedelta(days=1),
            sent_at=timezone.now(),
        )
        Assessment.objects.filter(pk=under_review.pk).update(
            state=State.NEEDS_REVISION,
            revision_due=timezone.localdate() - dt.timedelta(days=1),
        )
        by = "head" if n % 2 else "operator"
        submitted, returned = at_once(
            lambda by=by: submit(
                user=fresh(people[by]), assessment_ids=[under_review.pk]
            ),
            revisions.return_overdue,
        )
        row = now_of(under_review)
        request = Revision.objects.get(round=frozen, text=f"{n}")
        if returned:
            # Too late, or written in time and not approved.
            assert row.state == State.UNDER_REVIEW
            assert row.current_round_id == frozen.pk
            assert request.answered_by is None
        else:
            assert not is_refusal(submitted)
            expected = State.SUBMITTED if by == "head" else State.AWAITING_APPROVAL
            assert row.state == expected
            assert request.answered_by_id == row.current_round_id != frozen.pk
            put(under_review, State.UNDER_REVIEW, row.current_round)
        Revision.objects.filter(pk=request.pk).delete()
        put(under_review, State.UNDER_REVIEW, now_of(under_review).current_round)
    sum_up(world.unit.pk, world.period.pk)
    prove()


def test_a_new_version_and_a_submission_freeze_one_of_the_two(item, people):
    link = item.links.select_related("evidence__latest").get()
    evidence = link.evidence
    for n in itertools.count(1):
        before = type(evidence).objects.get(pk=evidence.pk).latest
        kept = [f.pk for f in before.files.all()]
        submitted, added = at_once(
            lambda: submit(user=fresh(people["operator"]), assessment_ids=[item.pk]),
            lambda before=before, kept=kept: add_version(
                user=fresh(people["operator"]),
                evidence=evidence,
                expected_version=before.number,
                keep_ids=kept,
            ),
        )
        assert added.number == before.number + 1
        row = now_of(item)
        if is_refusal(submitted):
            assert "ditinjau ulang" in str(submitted)
            assert row.state == State.DRAFT
        else:
            frozen = SubmissionRound.objects.get(receipt=submitted)
            entry = frozen.items.get()
            assert entry.version in (before, added)
            # What was hashed is what was frozen.
            links = usable_links([item.pk])[item.pk]
            links[0].evidence.latest = entry.version
            assert manifest_of(row, links) == frozen.manifest_sha256
            rounds.withdraw(user=people["operator"], assessment_id=item.pk)
        assert now_of(item).n_stale == 1
        mark_seen(user=people["operator"], link_id=link.pk)
        if n == 15:
            break
    prove()


@pytest.mark.parametrize("act", ["submit", "save", "score", "revise", "release"])
def test_closing_waits_for_acts_before_it_and_refuses_those_after(world, people, act):
    """Never an error of the guards: whoever waited meets a closed period."""
    ends = []
    for n in range(4):
        period = make_period(
            f"2026-{act}-{n}", release=AssessmentPeriod.Release.BY_LEAD
        )
        for name in ("assessor", "lead"):
            make_assignment(people[name], world.unit, period, duty=name)
        row = make_assessments(world.unit, period)["06.02"]
        complete(row, people["operator"])
        sum_up(world.unit.pk, period.pk)
        if act != "submit" and act != "save":
            submit(user=people["head"], assessment_ids=[row.pk])
            scoring.start_review(user=people["assessor"], assessment_ids=[row.pk])
            items = SubmissionItem.objects.filter(round__assessment=row)
            review_links(
                user=people["assessor"], item_ids=[i.pk for i in items], result="fits"
            )
        frozen = now_of(row).current_round_id
        if act == "revise":
            revisions.draft(
                user=people["assessor"],
                round_id=frozen,
                reason_code="other",
                text="Perbaiki",
                due=timezone.localdate() + dt.timedelta(days=3),
            )
        if act == "release":
            score_of(row, people["assessor"])
        acts = {
            "submit": lambda row=row: submit(
                user=fresh(people["operator"]), assessment_ids=[row.pk]
            ),
            "save": lambda row=row: save_answer(
                assessment_id=row.pk,
                user=fresh(people["operator"]),
                version=row.version,
                answer=AnswerInput(option_id=row.self_option_id),
                narrative="Lain",
            ),
            "score": lambda row=row: score_of(row, people["assessor"]),
            "revise": lambda period=period: revisions.send_all(
                user=fresh(people["assessor"]), work_unit=world.unit, period=period
            ),
            "release": lambda period=period: scoring.release(
                user=fresh(people["lead"]), period=period, work_unit=world.unit
            ),
        }
        done, closed = at_once(
            acts[act],
            lambda period=period: close_period(
                user=None, period=period, leave_undecided=True
            ),
        )
        assert closed.state == AssessmentPeriod.State.CLOSED
        ends.append(is_refusal(done))
        if is_refusal(done):
            assert "ditutup" in str(done)
        row = now_of(row)
        assert (
            row.state
            in {
                # An answer that the head did not approve before the end.
                "submit": {State.NOT_SUBMITTED},
                "save": {State.NOT_SUBMITTED},
                "score": {State.FINAL, State.UNDER_REVIEW},
                "revise": {State.NEEDS_REVISION, State.UNDER_REVIEW},
                "release": {State.FINAL},
            }[act]
        )
        if row.state == State.FINAL:
            assert row.is_released
    prove()
    assert len(ends) == 4


def test_reading_pages_while_others_write_locks_nobody_out(item, people, client_for):
    """Pages hold no lock: a reader beside a hundred writes never meets one."""
    client = client_for("manager")
    client.get("/2026/unit/PN-SKM/06.01/")

    def write():
        for n in range(25):
            save_answer(
                assessment_id=item.pk,
                user=fresh(people["operator"]),
                version=now_of(item).version,
                answer=AnswerInput(option_id=item.self_option_id),
                narrative=f"Tulisan {n}",
            )

    def read():
        return {
            client.get(f"/2026/unit/PN-SKM/{page}").status_code
            for _ in range(5)
            for page in ("", "06.01/")
        }

    _, codes = at_once(write, read)
    assert codes == {200}
    prove()


def test_notices_of_one_event_stand_once_however_often_it_is_pressed(item, people):
    submit(user=people["operator"], assessment_ids=[item.pk])
    pk = now_of(item).current_round_id
    approve = lambda: approvals.approve(  # noqa: E731
        user=fresh(people["head"]), round_ids=[pk]
    )
    ends = at_once(approve, approve, approve)
    assert sorted(len(end) for end in ends) == [0, 0, 1]
    assert Notice.objects.filter(kind="round.submitted").count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        prove()
