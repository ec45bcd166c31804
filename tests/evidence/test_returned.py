"""What came back from the head or an assessor: seen, answered, never sent unread."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.models import EvidenceFile
from evidence.services.returns import returned_of
from evidence.services.submission import submit
from indicators.models import Assessment, Revision, State, SubmissionRound
from indicators.services import approvals, readiness, revisions, rounds, scoring
from indicators.services.answer import AnswerInput
from indicators.services.answers import save_answer
from tests.factories import get_item, make_assessment, make_evidence, make_version

pytestmark = pytest.mark.django_db

HOME = "/2026/unit/PN-SKM/"
APPROVAL = f"{HOME}persetujuan/"
SLUGS = ("06.01", "06.02", "06.06")
WHY = "Tanda tangan belum ada"
ASKED = "Lampiran belum lengkap"
REFUSED = "Belum ada yang diubah dan belum ada tanggapan"


@pytest.fixture
def items(world, people):
    """Three complete drafts of the unit."""
    made = [complete(slug, world, people) for slug in SLUGS]
    readiness.refresh(work_unit_id=world.unit.pk, period_id=world.period.pk)
    return made


def complete(slug, world, people):
    assessment = make_assessment(world.unit, world.period, slug)
    assessment.self_option = get_item(slug).answer_options[0]
    assessment.narrative = f"Penjelasan {slug}"
    assessment.save()
    make_evidence(world.unit, by=people["operator"], link_to=[assessment])
    return assessment


@pytest.fixture
def by_head(items, people):
    """The first item, sent back by the head."""
    return sent_back(items[0], people)


@pytest.fixture
def by_assessor(items, people):
    """The first item, with an assessor's request."""
    return asked(items[0], people)


def sent_back(item, people, why=WHY, **kwargs):
    submit(user=people["operator"], assessment_ids=[item.pk], **kwargs)
    return returned_by_head(item, people, why)


def returned_by_head(item, people, why=WHY):
    item.refresh_from_db()
    return approvals.send_back(
        user=people["head"], round_id=item.current_round_id, reason=why
    )


def asked(item, people, text=ASKED):
    submit(user=people["head"], assessment_ids=[item.pk])
    scoring.start_review(user=people["assessor"], assessment_ids=[item.pk])
    item.refresh_from_db()
    revisions.draft(
        user=people["assessor"],
        round_id=item.current_round_id,
        reason_code=Revision.Reason.INCOMPLETE,
        text=text,
        due=timezone.localdate() + dt.timedelta(days=7),
    )
    revisions.send_all(
        user=people["assessor"], work_unit=item.work_unit, period=item.period
    )
    item.refresh_from_db()
    return item


def change(item, people, narrative="Sudah dilengkapi"):
    item.refresh_from_db()
    return save_answer(
        assessment_id=item.pk,
        user=people["operator"],
        version=item.version,
        answer=AnswerInput(option_id=item.self_option_id),
        narrative=narrative,
    )


def state(item):
    item.refresh_from_db()
    return item.state


def found(item):
    rows = Assessment.objects.filter(pk=item.pk).for_display()
    return returned_of(rows).get(item.pk)


def text_of(client, path):
    return " ".join(client.get(path).content.decode().split())


def posted(client, path, data=None):
    return " ".join(client.post(path, data or {}, follow=True).content.decode().split())


class TestService:
    @pytest.mark.parametrize("back", ["by_head", "by_assessor"])
    def test_unchanged_and_unanswered_does_not_go_again(self, request, people, back):
        item = request.getfixturevalue(back)
        before, n = item.state, SubmissionRound.objects.count()
        for response in (None, "", " \n "):
            with pytest.raises(PermissionDenied, match=REFUSED):
                submit(
                    user=people["operator"],
                    assessment_ids=[item.pk],
                    response=response,
                )
        assert state(item) == before
        assert SubmissionRound.objects.count() == n

    @pytest.mark.parametrize("name", ["operator", "operator_above", "head"])
    @pytest.mark.parametrize("back", ["by_head", "by_assessor"])
    def test_a_reply_alone_is_enough(self, request, people, back, name):
        item = request.getfixturevalue(back)
        submit(
            user=people[name], assessment_ids=[item.pk], response=" Sudah di hlm. 3 "
        )
        assert state(item) in (State.AWAITING_APPROVAL, State.SUBMITTED)
        assert item.current_round.response == "Sudah di hlm. 3"

    @pytest.mark.parametrize("back", ["by_head", "by_assessor"])
    def test_a_change_alone_is_enough(self, request, people, back):
        item = change(request.getfixturevalue(back), people)
        assert not found(item).is_unchanged
        submit(user=people["operator"], assessment_ids=[item.pk])
        assert state(item) == State.AWAITING_APPROVAL

    def test_a_new_version_is_a_change(self, by_head, people):
        link = by_head.links.get()
        link.seen_version = make_version(link.evidence)
        link.save()
        assert not found(by_head).is_unchanged

    def test_a_change_taken_back_is_none(self, by_head, people):
        before = by_head.narrative
        change(by_head, people, "Lain")
        change(by_head, people, before)
        assert found(by_head).is_unchanged

    def test_the_head_is_not_given_the_same_twice(self, by_head, people):
        send = {"user": people["operator"], "assessment_ids": [by_head.pk]}
        submit(**send, response="Sudah ada")
        returned_by_head(by_head, people, "Belum ada")
        with pytest.raises(PermissionDenied, match="tanggapannya masih sama"):
            submit(**send, response="Sudah ada")
        submit(**send, response="Ada di halaman 4")
        assert state(by_head) == State.AWAITING_APPROVAL

    def test_taking_back_an_unread_answer_leaves_the_return(self, by_head, people):
        send = {"user": people["operator"], "assessment_ids": [by_head.pk]}
        submit(**send, response="Sudah ada")
        rounds.withdraw(user=people["operator"], assessment_id=by_head.pk)
        returned = found(by_head)
        assert returned.by_head
        assert returned.is_unchanged
        assert returned.kept_reply == "Sudah ada"
        with pytest.raises(PermissionDenied):
            submit(**send, response="")
        submit(**send)
        assert SubmissionRound.objects.order_by("-pk")[0].response == "Sudah ada"

    def test_a_kept_reply_stays_with_the_request(self, by_assessor, people):
        send = {"user": people["operator"], "assessment_ids": [by_assessor.pk]}
        submit(**send, response="Sudah ada")
        returned_by_head(by_assessor, people)
        change(by_assessor, people)
        submit(**send)
        assert Revision.objects.get().response == "Sudah ada"

    def test_the_heads_return_of_an_answer_is_the_last_word(self, by_assessor, people):
        submit(
            user=people["operator"], assessment_ids=[by_assessor.pk], response="Sudah"
        )
        returned_by_head(by_assessor, people)
        assert state(by_assessor) == State.NEEDS_REVISION
        returned = found(by_assessor)
        assert returned.is_asked
        assert returned.by_head
        assert returned.approval.reason == WHY

    def test_an_old_return_is_over_once_the_head_approved(self, by_head, people):
        submit(user=people["operator"], assessment_ids=[by_head.pk], response="Sudah")
        by_head.refresh_from_db()
        approvals.approve(user=people["head"], round_ids=[by_head.current_round_id])
        rounds.withdraw(user=people["operator"], assessment_id=by_head.pk)
        assert found(by_head) is None

    def test_without_the_heads_approval_an_old_return_is_over_too(
        self, by_head, people
    ):
        """The approval was asked for no more, then an assessor returned the item."""
        change(by_head, people)
        type(by_head.period).objects.update(requires_approval=False)
        submit(user=people["operator"], assessment_ids=[by_head.pk])
        scoring.start_review(user=people["assessor"], assessment_ids=[by_head.pk])
        by_head.refresh_from_db()
        Assessment.objects.filter(pk=by_head.pk).update(state=State.NEEDS_REVISION)
        returned = found(by_head)
        assert returned.is_asked
        assert not returned.by_head

    def test_what_was_only_taken_back_never_came_back(self, items, people):
        submit(user=people["operator"], assessment_ids=[items[0].pk])
        rounds.withdraw(user=people["operator"], assessment_id=items[0].pk)
        assert found(items[0]) is None
        submit(user=people["operator"], assessment_ids=[items[0].pk])
        assert state(items[0]) == State.AWAITING_APPROVAL


class TestBulk:
    @pytest.mark.parametrize("back", ["by_head", "by_assessor"])
    def test_leaves_out_what_is_unchanged(
        self, request, items, people, client_for, back
    ):
        item = request.getfixturevalue(back)
        before = item.state
        client = client_for("operator")
        response = client.get(HOME)
        assert response.context["n_ready"] == 2
        page = " ".join(response.content.decode().split())
        assert "Ajukan 2 yang lengkap" in page
        label = item.item.short_label
        assert (
            f"1 butir yang dikembalikan tidak ikut diajukan sekaligus ({label})" in page
        )
        client.post(f"{HOME}ajukan/")
        assert state(item) == before
        assert [state(one) for one in items[1:]] == [State.AWAITING_APPROVAL] * 2

    @pytest.mark.parametrize("back", ["by_head", "by_assessor"])
    def test_takes_along_what_was_changed(self, request, people, client_for, back):
        item = change(request.getfixturevalue(back), people)
        client = client_for("operator")
        assert client.get(HOME).context["n_ready"] == 3
        client.post(f"{HOME}ajukan/")
        assert state(item) == State.AWAITING_APPROVAL

    def test_is_not_offered_for_nothing_but_returned_items(
        self, items, people, client_for
    ):
        for item in items:
            sent_back(item, people)
        client = client_for("operator")
        page = text_of(client, HOME)
        assert "yang lengkap</button>" not in page
        assert "3 butir yang dikembalikan tidak ikut" in page
        assert "Belum ada butir yang siap" in posted(client, f"{HOME}ajukan/")
        assert {state(item) for item in items} == {State.DRAFT}

    def test_the_question_names_the_items(self, by_head, items, client_for):
        client = client_for("operator")
        page = client.get(HOME).content.decode()
        question = page.split('data-confirm="Ajukan 2', 1)[1].split('">', 1)[0]
        for item in items[1:]:
            assert f"{item.item.short_label} {item.item.title}" in question
        assert f"{by_head.item.short_label} {by_head.item.title}" not in question
        assert f"tidak ikut diajukan sekaligus ({by_head.item.short_label})" in question

    def test_a_long_question_counts_the_rest(self, items):
        from evidence.views.unit_home import NAMED, named

        lines = named(items * 5).split("\n")
        assert len(lines) == NAMED + 1
        assert lines[-1] == "dan 3 butir lagi"

    def test_only_what_was_named_goes(self, items, people, client_for):
        """Somebody else completed the third one after the page was opened."""
        client = client_for("operator")
        shown = [items[0].pk, items[1].pk]
        sent_back(items[0], people)
        page = posted(client, f"{HOME}ajukan/", {"item": shown})
        assert [state(one) for one in items] == [
            State.DRAFT,
            State.AWAITING_APPROVAL,
            State.DRAFT,
        ]
        label = items[0].item.short_label
        assert f"{label} tidak ikut diajukan karena sudah berubah" in page

    def test_keys_of_another_unit_name_nothing(self, items, world, client_for):
        other = make_assessment(world.elsewhere, world.period, "06.01")
        page = posted(
            client_for("operator"), f"{HOME}ajukan/", {"item": [items[0].pk, other.pk]}
        )
        assert "tidak ikut diajukan" not in page
        assert state(items[0]) == State.AWAITING_APPROVAL

    @pytest.mark.parametrize("name", ["coach", "manager", "assessor", "auditor"])
    def test_readers_are_told_of_no_button(self, by_head, client_for, name):
        assert "tidak ikut" not in text_of(client_for(name), HOME)

    def test_costs_the_same_for_many(self, items, world, people, client_for):
        client = client_for("operator")
        sent_back(items[0], people)
        client.get(HOME)
        with CaptureQueriesContext(connection) as few:
            client.get(HOME)
        sent_back(items[1], people)
        # The third one is asked about, and one more is complete.
        asked(items[2], people)
        complete("06.03", world, people)
        with CaptureQueriesContext(connection) as many:
            client.get(HOME)
        assert len(many) == len(few)


class TestItemPage:
    def test_shows_who_sent_it_back_when_and_why(self, by_head, people, client_for):
        page = text_of(client_for("operator"), f"{HOME}06.01/")
        assert "<h2>Dikembalikan kepala unit</h2>" in page
        assert WHY in page
        assert f"{people['head']} (Kepala unit)," in page
        assert "WIB" in page
        assert REFUSED in page
        assert "Tanggapan unit" in page

    def test_the_banner_stays_while_one_mends(self, by_head, people, client_for):
        change(by_head, people)
        page = text_of(client_for("operator"), f"{HOME}06.01/")
        assert WHY in page
        assert "Sudah ada yang diubah sejak dikembalikan" in page
        assert REFUSED not in page

    def test_the_banner_goes_with_the_next_submission(
        self, by_head, people, client_for
    ):
        change(by_head, people)
        submit(user=people["operator"], assessment_ids=[by_head.pk])
        page = text_of(client_for("operator"), f"{HOME}06.01/")
        assert "<h2>Dikembalikan kepala unit</h2>" not in page

    @pytest.mark.parametrize("back", ["by_head", "by_assessor"])
    def test_refuses_and_then_takes_a_reply(self, request, client_for, back):
        item = request.getfixturevalue(back)
        before, client = item.state, client_for("operator")
        url = f"{HOME}06.01/ajukan/"
        page = posted(client, url, {"version": item.version, "response": "  "})
        assert f"06.01: {REFUSED}" in page
        assert state(item) == before
        posted(client, url, {"version": item.version, "response": "Ada di hlm. 3"})
        assert state(item) == State.AWAITING_APPROVAL
        assert item.current_round.response == "Ada di hlm. 3"

    def test_the_note_beside_the_button_follows_the_answer(
        self, by_head, people, client_for
    ):
        client = client_for("operator")

        def save(narrative):
            by_head.refresh_from_db()
            data = {
                "version": by_head.version,
                "author": people["operator"].key,
                "option": by_head.self_option_id,
                "narrative": narrative,
            }
            return client.post(
                f"{HOME}06.01/simpan/", data, headers={"Accept": "application/json"}
            ).json()

        before = by_head.narrative
        assert save("Lain")["note"].startswith("Setelah diajukan")
        back = save(before)
        assert back["note"].startswith(REFUSED)
        # With a reply it may go all the same.
        assert back["complete"] is True

    def test_a_plain_draft_asks_for_no_reply(self, items, client_for):
        page = text_of(client_for("operator"), f"{HOME}06.01/")
        assert "Tanggapan unit" not in page
        assert "Setelah diajukan, jawaban dan versi berkas dibekukan" in page

    @pytest.mark.parametrize("name", ["operator", "head", "coach", "manager"])
    def test_says_it_to_everybody_who_reads_the_item(self, by_head, client_for, name):
        page = text_of(client_for(name), f"{HOME}06.01/")
        assert "<h2>Dikembalikan kepala unit</h2>" in page

    def test_a_rejected_file_of_a_submitted_item_is_mended_after_taking_back(
        self, items, people, client_for
    ):
        submit(user=people["operator"], assessment_ids=[items[0].pk])
        EvidenceFile.objects.filter(
            version__evidence__links__assessment=items[0]
        ).update(state=EvidenceFile.State.REJECTED, state_reason="corrupt")
        back = "Tarik kembali butir ini, lalu ganti berkasnya dengan versi baru."
        here = "Ganti berkasnya dengan versi baru."
        path = f"{HOME}06.01/"
        page = text_of(client_for("operator"), path)
        assert back in page
        assert here not in page
        reader = text_of(client_for("manager"), path)
        assert back not in reader
        assert here not in reader
        rounds.withdraw(user=people["operator"], assessment_id=items[0].pk)
        assert here in text_of(client_for("operator"), path)


class TestHome:
    def test_the_task_says_so_with_the_reason(self, by_head, client_for):
        response = client_for("operator").get(HOME)
        tasks = [*response.context["tasks"], *response.context["more_tasks"]]
        task = next(t for t in tasks if t.url == f"{HOME}06.01/")
        assert task.why == f"Dikembalikan kepala unit: {WHY}"
        assert task.icon == "undo-2"
        assert tasks[0] == task

    def test_a_long_reason_is_cut(self, items, people, client_for):
        sent_back(items[0], people, "Kurang lengkap.\n" * 60)
        task = client_for("operator").get(HOME).context["tasks"][0]
        assert len(task.why) < 200
        assert task.why.endswith("…")

    @pytest.mark.parametrize("name", ["operator", "head", "manager"])
    def test_the_state_says_so_until_something_is_changed(
        self, by_head, people, client_for, name
    ):
        client = client_for(name)
        badge = "Dikembalikan kepala unit</span>"
        assert badge in text_of(client, HOME)
        assert badge in text_of(client, f"{HOME}06.01/")
        change(by_head, people)
        assert badge not in text_of(client, HOME)
        assert "Lengkap, tinggal diajukan." in text_of(client_for("operator"), HOME)
        assert state(by_head) == State.DRAFT

    def test_an_answer_that_the_head_returned_says_so_too(
        self, by_assessor, people, client_for
    ):
        submit(
            user=people["operator"], assessment_ids=[by_assessor.pk], response="Sudah"
        )
        returned_by_head(by_assessor, people)
        task = client_for("operator").get(HOME).context["tasks"][0]
        assert task.why == f"Dikembalikan kepala unit: {WHY}"
        assert task.due


class TestApprovalPage:
    def test_shows_what_was_asked_and_replied(self, by_assessor, people, client_for):
        submit(
            user=people["operator"], assessment_ids=[by_assessor.pk], response="Sudah"
        )
        page = text_of(client_for("head"), APPROVAL)
        assert "Diminta penilai" in page
        assert ASKED in page
        assert "Isi belum lengkap" in page
        assert '<p class="prewrap">Sudah</p>' in page
        assert "Diajukan lagi, tidak ada yang berubah" in page
        assert "Tidak ada yang berubah: jawaban, penjelasan, dan bukti dukung" in page

    def test_shows_the_heads_own_reason(self, by_head, people, client_for):
        change(by_head, people)
        submit(user=people["operator"], assessment_ids=[by_head.pk])
        page = text_of(client_for("head"), APPROVAL)
        assert "Alasan pengembalian kepala unit" in page
        assert WHY in page
        assert "Tidak ada tanggapan tertulis." in page
        assert "Diajukan lagi setelah dikembalikan" in page
        assert "idak ada yang berubah" not in page

    def test_shows_both_for_an_answer_returned(self, by_assessor, people, client_for):
        send = {"user": people["operator"], "assessment_ids": [by_assessor.pk]}
        submit(**send, response="Sudah")
        returned_by_head(by_assessor, people)
        change(by_assessor, people)
        submit(**send, response="Kini lengkap")
        page = text_of(client_for("head"), APPROVAL)
        assert ASKED in page
        assert WHY in page
        assert "Kini lengkap" in page
        assert "idak ada yang berubah" not in page

    def test_a_first_submission_answers_nothing(self, items, people, client_for):
        submit(user=people["operator"], assessment_ids=[items[0].pk])
        rounds.withdraw(user=people["operator"], assessment_id=items[0].pk)
        submit(user=people["operator"], assessment_ids=[items[0].pk])
        page = text_of(client_for("head"), APPROVAL)
        assert "Diajukan lagi" not in page
        assert "Tanggapan unit" not in page

    def test_costs_the_same_for_many(self, items, people, client_for):
        def again(item):
            asked(item, people)
            submit(user=people["operator"], assessment_ids=[item.pk], response="Sudah")
            returned_by_head(item, people)
            submit(
                user=people["operator"], assessment_ids=[item.pk], response="Lengkap"
            )

        again(items[0])
        head = client_for("head")
        head.get(APPROVAL)
        with CaptureQueriesContext(connection) as few:
            head.get(APPROVAL)
        for item in items[1:]:
            again(item)
        with CaptureQueriesContext(connection) as many:
            page = head.get(APPROVAL).content.decode()
        assert page.count("Diminta penilai") == 3
        assert len(many) == len(few)

    def test_a_stale_press_says_that_others_still_wait(self, items, people, client_for):
        client, head = client_for("operator"), client_for("head")
        client.post(f"{HOME}ajukan/")
        EvidenceFile.objects.filter(
            version__evidence__links__assessment=items[1]
        ).update(state=EvidenceFile.State.REJECTED, state_reason="corrupt")
        barred = SubmissionRound.objects.get(assessment=items[1])
        shown = list(
            SubmissionRound.objects.exclude(pk=barred.pk).values_list("pk", flat=True)
        )
        url = f"{APPROVAL}setujui/"
        assert "2 butir disetujui" in posted(head, url, {"round": shown})
        again = posted(head, url, {"round": shown})
        assert "Tidak ada yang baru disetujui" in again
        assert "Masih ada 1 butir yang menunggu." in again
        assert "Tidak ada lagi yang menunggu persetujuan." not in again
        head.post(f"{APPROVAL}{barred.pk}/kembalikan/", {"reason": "Ganti berkasnya"})
        last = posted(head, url, {"round": shown})
        assert "Tidak ada lagi yang menunggu persetujuan." in last
