"""Turns of the work flow that are seldom taken, and what nobody may see meanwhile."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from evidence.models import SubmissionItem
from evidence.services.reviews import review_links, submit_score
from evidence.services.submission import submit
from indicators.models import (
    AnswerDraft,
    Assessment,
    AssessmentPeriod,
    Assignment,
    Decision,
    Revision,
    State,
)
from indicators.services import approvals, revisions, rounds, scoring
from indicators.services.answer import AnswerInput
from indicators.services.answers import save_answer
from indicators.services.periods import close_period
from tests.factories import (
    make_assessment,
    make_assignment,
    make_membership,
    make_user,
)
from wbk_portal.accounts.models import Role
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

from .helpers import complete, prove, prove_row, sum_up

pytestmark = pytest.mark.django_db

UNIT = "/2026/unit/PN-SKM/"
DESK = "/2026/penilaian/PN-SKM/"


@pytest.fixture
def item(world, people):
    row = make_assessment(world.unit, world.period, "06.01")
    complete(row, people["operator"])
    sum_up(world.unit.pk, world.period.pk)
    return row


@pytest.fixture
def second(world, people):
    """Another assessor of the unit."""
    person = make_user("second")
    make_membership(person, world.inspectorate, Role.ASSESSOR)
    make_assignment(person, world.unit, world.period)
    people["second"] = person
    return person


def now_of(item):
    return Assessment.objects.get(pk=item.pk)


def begin(item, people):
    submit(user=people["head"], assessment_ids=[item.pk])
    scoring.start_review(user=people["assessor"], assessment_ids=[item.pk])
    return now_of(item).current_round


def ask(item, user, text="Tanda tangani"):
    return revisions.draft(
        user=user,
        round_id=now_of(item).current_round_id,
        reason_code="unsigned",
        text=text,
        due=timezone.localdate() + dt.timedelta(days=5),
    )


def send(user, world):
    return revisions.send_all(user=user, work_unit=world.unit, period=world.period)


def score(item, user, option=0, note="", at=None):
    frozen = at or now_of(item).current_round
    items = SubmissionItem.objects.filter(round=frozen)
    review_links(user=user, item_ids=[i.pk for i in items], result="fits")
    chosen = item.item.answer_item.options.order_by("position")[option]
    return submit_score(
        user=user,
        round_id=frozen.pk,
        answer=AnswerInput(option_id=chosen.pk),
        note=note,
        recommendation="",
    )


def leave(person, world):
    """The person's assignment ended yesterday."""
    Assignment.objects.filter(user=person, work_unit=world.unit).update(
        valid_until=timezone.localdate() - dt.timedelta(days=1)
    )
    person.forget_memberships()


class TestAnswerThatNobodyApproved:
    @pytest.fixture
    def answered(self, item, people, world):
        self.first = begin(item, people)
        ask(item, people["assessor"])
        send(people["assessor"], world)
        submit(user=people["operator"], assessment_ids=[item.pk], response="Sudah ada")
        assert now_of(item).state == State.AWAITING_APPROVAL
        return item

    def test_it_returns_to_the_assessor_when_its_time_is_over(self, answered, people):
        late = timezone.now() + dt.timedelta(days=7)
        assert revisions.return_overdue(late) == 1
        row = now_of(answered)
        assert (row.state, row.current_round) == (State.UNDER_REVIEW, self.first)
        assert row.revision_overdue
        request = Revision.objects.get()
        assert request.answered_by is None
        for name in ("assessor", "operator"):
            kinds = Notice.objects.filter(recipient_key=people[name].key)
            assert kinds.filter(kind__in=["revision.overdue", "revision.missed"])
        # What waited for the head waits no more.
        assert not Notice.objects.filter(kind="round.awaiting_approval").exists()
        prove()

    def test_it_is_not_declared_never_submitted_at_the_close(self, answered, world):
        with pytest.raises(ValidationError, match="1 butir"):
            close_period(user=None, period=world.period)
        close_period(user=None, period=world.period, leave_undecided=True)
        row = now_of(answered)
        assert (row.state, row.current_round) == (State.UNDER_REVIEW, self.first)

    def test_the_assessor_sees_neither_the_reply_nor_the_round(
        self, answered, people, client_for
    ):
        page = client_for("assessor").get(f"{DESK}06.01/").content.decode()
        assert "Sudah ada" not in page
        assert "Pengajuan ke-1" in page
        assert "Pengajuan ke-2" not in page
        assert not Notice.objects.filter(kind="revision.answered").exists()
        approvals.approve(
            user=people["head"], round_ids=[now_of(answered).current_round_id]
        )
        page = client_for("assessor").get(f"{DESK}06.01/").content.decode()
        assert "Sudah ada" in page
        assert "Pengajuan ke-1 dan ke-2" in page

    def test_the_reply_is_kept_for_the_unit_when_the_head_says_no(
        self, answered, people, client_for
    ):
        approvals.send_back(
            user=people["head"],
            round_id=now_of(answered).current_round_id,
            reason="Belum",
        )
        page = client_for("operator").get(f"{UNIT}06.01/").content.decode()
        assert ">Sudah ada</textarea>" in page


def test_without_approval_old_and_new_stand_side_by_side_too(
    item, people, world, client_for
):
    AssessmentPeriod.objects.update(requires_approval=False)
    begin(item, people)
    ask(item, people["assessor"])
    send(people["assessor"], world)
    submit(user=people["operator"], assessment_ids=[item.pk], response="Sudah ada")
    page = client_for("assessor").get(f"{DESK}06.01/").content.decode()
    assert "Pengajuan ke-1 dan ke-2" in page


def test_a_withdrawn_round_is_no_longer_on_the_desk(item, people, client_for):
    submit(user=people["head"], assessment_ids=[item.pk])
    rounds.withdraw(user=people["operator"], assessment_id=item.pk)
    page = client_for("assessor").get(f"{DESK}06.01/").content.decode()
    assert "Pengajuan ke-1" not in page


def test_a_round_before_the_current_one_is_not_sent_back(item, people):
    submit(user=people["operator"], assessment_ids=[item.pk])
    old = now_of(item).current_round_id
    rounds.withdraw(user=people["operator"], assessment_id=item.pk)
    submit(user=people["operator"], assessment_ids=[item.pk])
    with pytest.raises(PermissionDenied, match="sudah diganti"):
        approvals.send_back(user=people["head"], round_id=old, reason="x")
    prove()


def test_notices_of_a_unit_with_large_keys_fit_their_column(world, people, monkeypatch):
    """Thirty rounds with keys of nine digits: one notice for the assessor."""
    from indicators.models import Receipt, SubmissionRound

    receipt = Receipt.objects.create(
        number="PJ-2026-9999",
        work_unit=world.unit,
        period=world.period,
        by=people["operator"],
    )
    rows = []
    for n, slug in enumerate(["06.01", "06.02", "06.03", "06.06"] * 1):
        row = make_assessment(world.unit, world.period, slug)
        rows.append(row)
        SubmissionRound.objects.create(
            pk=900_000_000 + n,
            assessment=row,
            number=1,
            receipt=receipt,
            by=people["operator"],
            manifest_sha256="0" * 64,
        )
    many = [SubmissionRound(pk=900_000_100 + n, assessment=rows[0]) for n in range(30)]
    approvals.tell_assessors(rows, many)
    assert Notice.objects.get(kind="round.submitted").params["count"] == 4


class TestTwoAssessors:
    def test_one_item_that_moved_on_blocks_no_other_request(
        self, item, people, world, second
    ):
        other = make_assessment(world.unit, world.period, "06.02")
        complete(other, people["operator"])
        begin(item, people)
        begin(other, people)
        ask(item, people["assessor"])
        ask(other, people["assessor"])
        score(item, second)
        assert send(people["assessor"], world) == 1
        assert now_of(item).state == State.SCORED
        assert now_of(other).state == State.NEEDS_REVISION

    def test_a_draft_about_an_earlier_round_is_not_sent(
        self, item, people, world, second, client_for
    ):
        begin(item, people)
        ask(item, people["assessor"], "Lama")
        ask(item, second, "Baru")
        send(second, world)
        submit(user=people["head"], assessment_ids=[item.pk], response="Sudah ada")
        scoring.start_review(user=second, assessment_ids=[item.pk])
        assert send(people["assessor"], world) == 0
        assert now_of(item).state == State.UNDER_REVIEW
        # It can be thrown away where it stands.
        page = client_for("assessor").get(f"{DESK}06.01/").content.decode()
        assert "Draf permintaan" in page
        assert "Kirim semua" not in page
        draft = Revision.objects.get(sent_at__isnull=True)
        revisions.discard(user=people["assessor"], revision_id=draft.pk)

    def test_findings_of_one_do_not_stand_for_the_other(
        self, item, people, world, second
    ):
        frozen = begin(item, people)
        items = [i.pk for i in SubmissionItem.objects.filter(round=frozen)]
        review_links(user=people["assessor"], item_ids=items, result="fits")
        with pytest.raises(ValidationError, match="Tandai dulu"):
            submit_score(
                user=second,
                round_id=frozen.pk,
                answer=AnswerInput(option_id=item.self_option_id),
                note="",
                recommendation="",
            )

    def test_only_the_one_who_decided_corrects_while_assigned(
        self, item, people, world, second, client_for
    ):
        begin(item, people)
        score(item, people["assessor"])
        row = now_of(item)
        common = {
            "user": second,
            "assessment_id": item.pk,
            "decision_id": row.decision_id,
            "answer": AnswerInput(
                option_id=item.item.answer_item.options.order_by("position")[2].pk
            ),
            "note": "Lampiran hilang",
            "recommendation": "",
            "reason": "Salah baca",
        }
        with pytest.raises(PermissionDenied):
            scoring.correct(**common)
        leave(people["assessor"], world)
        # Whoever took over mends what was left behind.
        scoring.correct(**common)
        row = now_of(item)
        assert row.agreed_nano == 500_000_000
        assert [d.by for d in Decision.objects.order_by("pk")] == [
            people["assessor"],
            second,
        ]
        # The findings shown to the unit stay those of who looked.
        page = client_for("operator").get(f"{UNIT}06.01/").content.decode()
        assert "Salah baca" in page
        prove_row(row)

    def test_a_successor_takes_back_what_nobody_has_seen(
        self, item, people, world, second
    ):
        AssessmentPeriod.objects.update(release=AssessmentPeriod.Release.BY_LEAD)
        frozen = begin(item, people)
        score(item, people["assessor"])
        with pytest.raises(PermissionDenied):
            scoring.undo_score(user=second, round_id=frozen.pk)
        leave(people["assessor"], world)
        scoring.undo_score(user=second, round_id=frozen.pk)
        assert now_of(item).state == State.UNDER_REVIEW
        prove()

    def test_whoever_left_is_not_told_of_the_answer(self, item, people, world, second):
        begin(item, people)
        ask(item, people["assessor"])
        send(people["assessor"], world)
        leave(people["assessor"], world)
        submit(user=people["head"], assessment_ids=[item.pk], response="Sudah ada")
        told = Notice.objects.filter(
            kind__in=["revision.answered", "round.submitted"], key__contains="round"
        )
        latest = {n.recipient_key for n in told.order_by("-pk")[:1]}
        assert latest == {second.key}
        assert not told.filter(kind="revision.answered").exists()


class TestBeforeTheRelease:
    SECRET = "Catatan yang belum dilepas"

    @pytest.fixture
    def silent(self, item, people, world):
        AssessmentPeriod.objects.update(release=AssessmentPeriod.Release.BY_LEAD)
        world.period.refresh_from_db()
        begin(item, people)
        score(item, people["assessor"], option=2, note=self.SECRET)
        return item

    @pytest.mark.parametrize(
        "name", ["operator", "head", "coach", "manager", "auditor", "administrator"]
    )
    def test_pages_show_neither_the_value_nor_that_there_is_one(
        self, silent, client_for, name, second
    ):
        client = client_for(name)
        before = {}
        pages = [f"{UNIT}06.01/", UNIT, "/2026/kesiapan/", "/2026/kesiapan/PN-SKM/"]
        for url in pages:
            response = client.get(url)
            if response.status_code == 200:
                before[url] = response.content.decode()
                assert self.SECRET not in before[url]
        assert before
        item_page = before[f"{UNIT}06.01/"]
        assert "Sedang dinilai" in item_page
        assert "Selesai dinilai" not in item_page
        assert "Belum dinilai (bukan nol)" in item_page

    @pytest.mark.parametrize("name", ["assessor", "lead", "second"])
    def test_at_the_desk_who_assesses_the_unit_sees_what_is_decided(
        self, silent, client_for, name, second
    ):
        page = client_for(name).get(f"{DESK}06.01/").content.decode()
        assert self.SECRET in page

    def test_a_refusal_does_not_tell_either(self, silent, people):
        with pytest.raises(PermissionDenied, match="sedang dinilai"):
            rounds.withdraw(user=people["operator"], assessment_id=silent.pk)

    def test_undone_it_leaves_the_page_as_it_was(self, silent, people, client_for):
        client = client_for("operator")

        def shown():
            page = client.get(f"{UNIT}06.01/").content.decode()
            return page[page.index("<h1") : page.index("</footer>")]

        with time_machine.travel(timezone.now(), tick=False):
            before = shown()
            scoring.undo_score(
                user=people["assessor"], round_id=now_of(silent).current_round_id
            )
            assert shown() == before

    def test_two_presses_of_release_are_one(self, silent, people, world):
        release = {"user": people["lead"], "period": world.period}
        assert scoring.release(**release, work_unit=world.unit) == 1
        assert scoring.release(**release, work_unit=world.unit) == 0


class TestPressedTwice:
    def test_a_value_leads_on_both_times(self, item, people, client_for):
        frozen = begin(item, people)
        items = [i.pk for i in frozen.items.all()]
        review_links(user=people["assessor"], item_ids=items, result="fits")
        client = client_for("assessor")
        data = {"round": frozen.pk, "option": item.self_option_id, "note": ""}
        codes = [client.post(f"{DESK}06.01/nilai/", data).status_code for _ in range(2)]
        assert codes == [302, 302]
        assert Decision.objects.count() == 1
        # Another value is not a second press.
        other = item.item.answer_item.options.order_by("position")[1]
        response = client.post(
            f"{DESK}06.01/nilai/", {**data, "option": other.pk, "note": "Tulisan"}
        )
        assert response.status_code == 409
        assert "Tulisan" in response.content.decode()

    def test_a_request_is_written_once(self, item, people, client_for):
        begin(item, people)
        data = {
            "reason_code": "other",
            "text": "Perbaiki",
            "due": timezone.localdate() + dt.timedelta(days=4),
        }
        for _ in range(2):
            client_for("assessor").post(f"{DESK}06.01/perbaikan/", data)
        assert Revision.objects.count() == 1

    def test_a_correction_is_made_once_and_must_change_something(self, item, people):
        begin(item, people)
        score(item, people["assessor"])
        row = now_of(item)
        common = {
            "user": people["assessor"],
            "assessment_id": item.pk,
            "decision_id": row.decision_id,
            "recommendation": "",
            "reason": "Salah baca",
        }
        same = AnswerInput(option_id=row.agreed_option_id)
        with pytest.raises(ValidationError, match="Tidak ada yang berubah"):
            scoring.correct(**common, answer=same, note="")
        first = scoring.correct(**common, answer=same, note="Lengkap")
        assert scoring.correct(**common, answer=same, note="Lengkap") == first
        with pytest.raises(ConflictError):
            scoring.correct(**common, answer=same, note="Lain")

    def test_withdrawing_undoing_and_submitting_say_what_happened(
        self, item, people, client_for
    ):
        client = client_for("operator")
        codes = []
        for _ in range(2):
            codes.append(client.post(f"{UNIT}ajukan/"))
        assert codes[0].url == codes[1].url == "/2026/tanda-terima/PJ-2026-0001/"
        for _ in range(2):
            response = client.post(f"{UNIT}06.01/tarik/", follow=True)
            assert response.status_code == 200
        assert "masih disusun unit" in response.content.decode()


def test_a_form_that_came_back_does_not_take_a_colleagues_version(
    item, people, client_for
):
    """Or the next press would overwrite what was never seen."""
    seen = now_of(item).version
    save_answer(
        assessment_id=item.pk,
        user=people["head"],
        version=seen,
        answer=AnswerInput(option_id=item.self_option_id),
        narrative="Dari kepala",
    )
    response = client_for("operator").post(
        f"{UNIT}06.01/simpan/",
        {
            "version": seen,
            "author": people["operator"].key,
            "option": "bukan",
            "narrative": "Dari operator",
        },
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert re.search(rf'name="version"\s+value="{seen}"', page)
    assert "Dari operator" in page


def test_what_was_typed_after_the_stage_closed_is_kept_whole(
    item, people, world, client_for
):
    world.period.windows.all().delete()
    response = client_for("operator").post(
        f"{UNIT}06.01/simpan/",
        {
            "version": item.version,
            "author": people["operator"].key,
            "option": item.self_option_id,
            "narrative": "Terlambat",
        },
    )
    assert response.status_code == 403
    kept = AnswerDraft.objects.get()
    assert kept.data["narrative"] == "Terlambat"
    assert kept.data["option_id"] == item.self_option_id


def test_a_refused_submission_keeps_the_reply(item, people, world, client_for):
    begin(item, people)
    ask(item, people["assessor"])
    send(people["assessor"], world)
    Assessment.objects.update(n_stale=1)
    client = client_for("operator")
    page = client.post(
        f"{UNIT}06.01/ajukan/", {"response": "Panjang lebar"}, follow=True
    ).content.decode()
    assert "perlu ditinjau ulang" in page
    assert ">Panjang lebar</textarea>" in page


def test_a_deputy_approves_under_the_deputys_title(item, world, people):
    deputy = make_user("deputy")
    make_membership(
        deputy,
        world.unit,
        Role.HEAD,
        delegator=people["head"],
        delegation="plh",
        valid_until=timezone.localdate() + dt.timedelta(days=3),
    )
    submit(user=people["operator"], assessment_ids=[item.pk])
    frozen = now_of(item).current_round
    approvals.approve(user=deputy, round_ids=[frozen.pk])
    assert frozen.approval.title == "Plh. Kepala unit"


def test_a_draft_left_at_the_close_is_no_error(item, people, world, client_for):
    begin(item, people)
    draft = ask(item, people["assessor"])
    close_period(user=None, period=world.period, leave_undecided=True)
    response = client_for("assessor").post(f"{DESK}perbaikan/{draft.pk}/buang/")
    assert response.status_code == 403
    assert "sudah ditutup" in response.content.decode()
    assert Revision.objects.filter(pk=draft.pk).exists()


def test_items_of_two_units_are_never_asked_with_one_standing(item, people, world):
    theirs = make_assessment(
        world.sibling, world.period, "06.01", state=State.SUBMITTED
    )
    submit(user=people["head"], assessment_ids=[item.pk])
    with pytest.raises(ValidationError):
        scoring.start_review(
            user=people["assessor"], assessment_ids=[item.pk, theirs.pk]
        )
    assert now_of(theirs).state == State.SUBMITTED


def test_a_due_date_is_of_the_units_own_day(item, people, world):
    """At 23.30 in Jakarta it is tomorrow in Jayapura: that day is over tonight."""
    begin(item, people)
    world.unit.time_zone = "Asia/Jayapura"
    world.unit.save()
    late = timezone.localtime().replace(hour=23, minute=30)
    with time_machine.travel(late, tick=False):
        with pytest.raises(ValidationError):
            revisions.draft(
                user=people["assessor"],
                round_id=now_of(item).current_round_id,
                reason_code="other",
                text="x",
                due=timezone.localdate() + dt.timedelta(days=1),
            )
        with pytest.raises(ValidationError):
            revisions.draft(
                user=people["assessor"],
                round_id=now_of(item).current_round_id,
                reason_code="other",
                text="x",
                due=dt.date(9999, 12, 31),
            )
