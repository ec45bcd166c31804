"""The unit's home and the item's page: what stands there, for whom, at what cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import AnswerDraft, Assessment, State
from indicators.services import readiness
from tests.factories import (
    get_item,
    make_assessments,
    make_evidence,
    make_period,
    make_round,
)

pytestmark = pytest.mark.django_db

HOME = "/2026/unit/PN-SKM/"


@pytest.fixture
def assessments(world):
    made = make_assessments(world.unit, world.period)
    readiness.refresh(work_unit_id=world.unit.pk, period_id=world.period.pk)
    return made


def queries(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(captured), response


class TestHome:
    def test_shows_verdict_days_and_all_thirty_items(self, assessments, client_for):
        page = client_for("operator").get(HOME).content.decode()
        # Nothing is decided: neither "belum memenuhi" nor a zero may be read here.
        assert "Area VI belum dinilai (bukan nol)" in page
        assert "Belum memenuhi" not in page
        assert "belum dinilai, dari 2,50" in page
        shown = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
        assert not re.search(r"(?<!\d)0,00", shown)
        assert "Penilaian mandiri belum diisi" in page
        assert "Predikat ditentukan enam area dan survei eksternal" in page
        assert "Siap WBK" not in page
        assert "sisa 30 hari" in page or "sisa 29 hari" in page
        for slug in ("06.01", "06.24", "LKE-II.ii.a"):
            assert f'href="{HOME}{slug}/"' in page
        assert "dari 24" in page

    def test_tasks_come_in_the_order_of_points(self, assessments, client_for):
        response = client_for("operator").get(HOME)
        urls = [t.url for t in response.context["tasks"]]
        assert urls[0] == f"{HOME}LKE-II.ii.a/"
        points = [-t.rank[1] for t in response.context["tasks"]]
        assert points == sorted(points, reverse=True)

    def test_what_is_late_or_broken_stands_before_what_is_open(
        self, assessments, people, client_for
    ):
        late, broken = assessments["06.10"], assessments["06.11"]
        make_round(late, by=people["operator"], state=State.NEEDS_REVISION)
        broken.state, broken.n_rejected_files = State.DRAFT, 1
        broken.save()
        tasks = client_for("operator").get(HOME).context["tasks"]
        assert [t.icon for t in tasks[:2]] == ["file-x", "undo-2"]

    def test_readers_see_no_tasks_and_no_drop_zone(self, assessments, client_for):
        for name in ("coach", "manager", "auditor", "administrator", "assessor"):
            page = client_for(name).get(HOME).content.decode()
            assert "Menunggu Anda" not in page, name
            assert "data-upload" not in page, name

    @pytest.mark.parametrize(
        "name",
        [
            "operator_elsewhere",
            "head_elsewhere",
            "manager_elsewhere",
            "assessor_unassigned",
            "complaint_officer",
            "nobody",
        ],
    )
    def test_is_not_there_for_others(self, assessments, client_for, name):
        assert client_for(name).get(HOME).status_code == 404

    def test_a_prepared_period_is_not_there(self, world, client_for):
        make_period("2027", state="draft")
        prepared = "/2027/unit/PN-SKM/"
        assert client_for("operator").get(prepared).status_code == 404
        assert client_for("administrator").get(prepared).status_code == 200

    def test_costs_the_same_at_ten_times_the_data(
        self, assessments, people, world, client_for
    ):
        client = client_for("operator")
        client.get(HOME)
        make_evidence(world.unit, by=people["operator"], link_to=[assessments["06.01"]])
        few, _ = queries(client, HOME)
        for assessment in assessments.values():
            for _number in range(3):
                make_evidence(world.unit, by=people["operator"], link_to=[assessment])
        many, _ = queries(client, HOME)
        assert many == few
        assert few <= 14


class TestItem:
    def test_shows_the_official_text_and_the_answers_with_their_worth(
        self, assessments, client_for
    ):
        page = client_for("operator").get(f"{HOME}06.01/").content.decode()
        item = get_item("06.01")
        assert item.name in page
        assert item.guidance[:60] in page
        for option in item.answer_options:
            assert option.text in page
        assert "0,25 nilai LKE" in page

    def test_a_percent_question_asks_for_two_counts(self, assessments, client_for):
        page = client_for("operator").get(f"{HOME}LKE-II.i.b/").content.decode()
        assert 'name="numerator"' in page
        assert 'name="denominator"' in page
        assert "Bila jumlah seluruhnya nol, nilainya 0." in page

    def test_every_item_opens_for_everyone_who_may_read(self, assessments, client_for):
        for name in ("operator", "head", "assessor", "auditor"):
            client = client_for(name)
            for slug in assessments:
                assert client.get(f"{HOME}{slug}/").status_code == 200, (name, slug)

    def test_before_release_the_unit_sees_no_value(
        self, assessments, people, world, client_for
    ):
        from indicators.models import Decision

        assessment = assessments["06.01"]
        frozen = make_round(assessment, by=people["operator"], state=State.SCORED)
        option = get_item("06.01").answer_options[3]
        assessment.decision = Decision.objects.create(
            assessment=assessment,
            round=frozen,
            kind="agree",
            option=option,
            nano=250_000_000,
            by=people["assessor"],
            note="kata yang belum boleh terlihat",
        )
        assessment.agreed_option = option
        assessment.save()
        page = client_for("operator").get(f"{HOME}06.01/").content.decode()
        assert "kata yang belum boleh terlihat" not in page
        assert "Nilai penilai" not in page

    def test_last_years_value_and_reason_are_in_view(
        self, assessments, people, world, client_for
    ):
        from django.utils import timezone

        from indicators.models import Decision
        from tests.factories import make_assessment

        before = make_period("2025", stages=())
        old = make_assessment(world.unit, before, "06.01", state=State.FINAL)
        frozen = make_round(old, by=people["operator"], state=State.FINAL)
        option = get_item("06.01").answer_options[1]
        old.decision = Decision.objects.create(
            assessment=old,
            round=frozen,
            kind="agree",
            option=option,
            nano=750_000_000,
            by=people["assessor"],
            note="Tahun lalu baru sebagian",
        )
        old.agreed_option, old.released_at = option, timezone.now()
        old.save()
        page = client_for("operator").get(f"{HOME}06.01/").content.decode()
        assert "Tahun lalu baru sebagian" in page
        assert "Tahun 2025" in page

    def test_costs_the_same_with_more_evidence(
        self, assessments, people, world, client_for
    ):
        client = client_for("operator")
        path = f"{HOME}06.01/"
        make_evidence(world.unit, by=people["operator"], link_to=[assessments["06.01"]])
        client.get(path)
        few, _ = queries(client, path)
        for _number in range(9):
            make_evidence(
                world.unit, by=people["operator"], link_to=[assessments["06.01"]]
            )
        many, _ = queries(client, path)
        assert many == few


class TestSaving:
    path = f"{HOME}06.01/simpan/"

    def post(self, client, person, json=False, **data):
        values = {"version": "1", "author": person.key, "narrative": "", **data}
        headers = {"accept": "application/json"} if json else {}
        return client.post(self.path, values, headers=headers)

    def test_json_for_the_script(self, assessments, people, client_for):
        option = get_item("06.01").answer_options[0]
        response = self.post(
            client_for("operator"),
            people["operator"],
            json=True,
            option=str(option.pk),
            narrative="SK 1/2026",
        )
        assert response.status_code == 200
        assert response.json()["version"] == 2
        assert response.json()["message"].startswith("Tersimpan pukul")

    def test_without_script_one_comes_back_to_the_page(
        self, assessments, people, client_for
    ):
        response = self.post(client_for("operator"), people["operator"], narrative="x")
        assert response.status_code == 302
        assert response["Location"] == f"{HOME}06.01/"

    def test_a_stale_version_shows_both_texts(self, assessments, people, client_for):
        self.post(client_for("operator"), people["operator"], narrative="tulisan satu")
        response = self.post(
            client_for("head"), people["head"], narrative="tulisan dua"
        )
        page = response.content.decode()
        assert response.status_code == 409
        assert "tulisan satu" in page
        assert "tulisan dua" in page
        # The next time the page is opened the own text is still offered.
        again = client_for("head").get(f"{HOME}06.01/").content.decode()
        assert "tulisan dua" in again
        assert (
            "tulisan dua"
            not in client_for("operator").get(f"{HOME}06.01/").content.decode()
        )

    def test_two_tabs_of_one_person_are_told_apart_from_two_people(
        self, assessments, people, client_for
    ):
        client, operator = client_for("operator"), people["operator"]
        other = str(get_item("06.01").answer_options[1].pk)
        self.post(client, operator, narrative="satu")
        page = self.post(
            client, operator, narrative="dua", option=other
        ).content.decode()
        assert "Anda sendiri sudah menyimpan" in page
        # The answers differ too, and both are shown.
        assert page.count("<b>Jawaban:</b>") == 2
        again = client.get(f"{HOME}06.01/").content.decode()
        assert "karena Anda menyimpan isi lain" in again
        assert "orang lain" not in again

    def test_the_own_kept_text_can_be_thrown_away(
        self, assessments, people, client_for
    ):
        self.post(client_for("operator"), people["operator"], narrative="satu")
        self.post(client_for("head"), people["head"], narrative="dua")
        client_for("head").post(f"{HOME}06.01/buang-tulisan/")
        assert not AnswerDraft.objects.exists()

    def test_somebody_else_on_the_same_browser_saves_nothing(
        self, assessments, people, client_for
    ):
        client = client_for("operator")
        response = self.post(
            client, people["head"], json=True, narrative="milik kepala"
        )
        assert response.status_code == 403
        leave = response.json()["leave"]
        assert leave == f"{HOME}06.01/"
        # The page that follows says why what was typed is not there.
        assert "dibuka oleh orang lain" in client.get(leave).content.decode()
        assert Assessment.objects.get(pk=assessments["06.01"].pk).narrative == ""

    def status_of(self, response):
        page = response.content.decode()
        found = re.search(
            r'data-state="(\w+)" id="answer-status".*?<span data-text>([^<]*)',
            re.sub(r"\s+", " ", page),
        )
        return found.groups()

    def test_the_line_of_status_says_what_is_stored(
        self, assessments, people, client_for
    ):
        client, person = client_for("operator"), people["operator"]
        long = "a" * 100_001
        assert self.status_of(client.get(f"{HOME}06.01/")) == ("idle", "")
        state, text = self.status_of(self.post(client, person, narrative=long))
        assert state == "failed"
        assert text == "Belum tersimpan: isian di atas belum diterima."
        self.post(client, person, narrative="x")
        state, text = self.status_of(client.get(f"{HOME}06.01/"))
        assert state == "saved"
        assert text.startswith("Tersimpan pukul ")
        for again in (
            self.post(client, person, narrative=long, version="2"),
            self.post(client, person, narrative="y", version="1"),
        ):
            state, text = self.status_of(again)
            assert state == "failed"
            assert "Isi sebelumnya: Tersimpan pukul " in text

    def test_what_was_saved_on_another_day_says_so(self, assessments, client_for):
        row = assessments["06.01"]
        Assessment.objects.filter(pk=row.pk).update(
            changed_at="2026-02-03T03:00:00Z", narrative="x"
        )
        _state, text = self.status_of(client_for("operator").get(f"{HOME}06.01/"))
        assert text == "Tersimpan 3 Februari 2026 pukul 10.00 WIB."

    def test_a_megabyte_of_explanation_comes_back_with_a_clear_word(
        self, assessments, people, client_for
    ):
        long = "a" * 1_000_000
        response = self.post(client_for("operator"), people["operator"], narrative=long)
        page = response.content.decode()
        assert response.status_code == 422
        assert "paling panjang 100.000 huruf; tulisan Anda 1.000.000 huruf" in page
        client = client_for("operator")
        client.cookies["django_language"] = "en"
        page = self.post(client, people["operator"], narrative=long).content.decode()
        assert "100,000" in page
        assert "1,000,000" in page
        assert long in page

    @pytest.mark.parametrize("option", ["abc", "999999999", "9" * 30, "na", "-1"])
    def test_an_answer_that_is_none_is_refused(
        self, assessments, people, client_for, option
    ):
        response = self.post(client_for("operator"), people["operator"], option=option)
        assert response.status_code == 422
        assert Assessment.objects.get(pk=assessments["06.01"].pk).state == State.EMPTY

    def test_extra_fields_change_nothing(self, assessments, people, world, client_for):
        self.post(
            client_for("operator"),
            people["operator"],
            narrative="x",
            state="final",
            unit=str(world.elsewhere.pk),
            work_unit=str(world.elsewhere.pk),
            agreed_option="1",
            value="1",
            n_accepted="9",
        )
        saved = Assessment.objects.get(pk=assessments["06.01"].pk)
        assert saved.state == State.DRAFT
        assert saved.work_unit == world.unit
        assert saved.agreed_option is None
        assert saved.n_accepted == 0

    def test_what_was_submitted_comes_back_filled_in_and_kept(
        self, assessments, people, client_for
    ):
        make_round(assessments["06.01"], by=people["operator"])
        response = self.post(
            client_for("operator"), people["operator"], narrative="terlambat"
        )
        assert response.status_code == 403
        assert "terlambat" in response.content.decode()
        assert AnswerDraft.objects.get().data["narrative"] == "terlambat"
