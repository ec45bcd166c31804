"""The queue and the desk as a browser uses them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.models import PageText
from indicators.models import Revision, ScoreDraft, StageWindow, State
from tests.factories import (
    get_item,
    make_assessment,
    make_assessments,
    make_evidence,
    make_round,
)

pytestmark = pytest.mark.django_db

DESK = "/2026/penilaian/PN-SKM/06.01/"


@pytest.fixture
def reviewed(world, people):
    made = make_assessments(world.unit, world.period)
    assessment = made["06.01"]
    assessment.self_option = get_item("06.01").answer_options[0]
    assessment.narrative = "Lihat halaman tiga"
    assessment.save()
    make_evidence(world.unit, by=people["operator"], link_to=[assessment], files=2)
    make_round(assessment, by=people["operator"], state=State.UNDER_REVIEW)
    return assessment


def mark_all(client, assessment):
    ids = [i.pk for i in assessment.current_round.items.all()]
    return client.post(f"{DESK}tandai/", {"item": ids, "result": "fits"})


def score(client, assessment, **data):
    values = {
        "round": assessment.current_round_id,
        "option": str(get_item("06.01").answer_options[0].pk),
        "version": "0",
        **data,
    }
    return client.post(f"{DESK}nilai/", values)


class TestQueue:
    def test_says_how_fast_it_must_go(self, reviewed, world, client_for):
        page = client_for("assessor").get("/2026/penilaian/").content.decode()
        assert "1 unit" in page
        assert "hari kerja" in page
        assert "unit/hari" in page
        assert world.unit.name in page

    def test_counts_what_stands(self, reviewed, world, client_for):
        response = client_for("assessor").get("/2026/penilaian/")
        (row,) = response.context["rows"]
        assert (row.n_new, row.n_open, row.n_done, row.total) == (0, 1, 0, 30)
        assert row.url == DESK

    def test_without_an_open_window_no_pace_is_shown(self, reviewed, client_for):
        StageWindow.objects.all().delete()
        page = client_for("assessor").get("/2026/penilaian/").content.decode()
        assert "unit/hari" not in page

    def test_an_assessor_without_units_is_told_so(self, world, client_for):
        page = client_for("assessor_unassigned").get("/2026/penilaian/")
        assert "Belum ada unit yang ditugaskan kepada Anda" in page.content.decode()

    @pytest.mark.parametrize("name", ["operator", "manager", "auditor", "nobody"])
    def test_is_for_the_team_only(self, world, client_for, name):
        assert client_for(name).get("/2026/penilaian/").status_code == 403

    def test_costs_the_same_for_more_units(self, reviewed, world, people, client_for):
        from tests.factories import make_assignment

        client = client_for("assessor")
        client.get("/2026/penilaian/")
        with CaptureQueriesContext(connection) as few:
            client.get("/2026/penilaian/")
        for unit in (world.sibling, world.elsewhere):
            make_assessments(unit, world.period)
            make_assignment(people["assessor"], unit, world.period)
        with CaptureQueriesContext(connection) as many:
            client.get("/2026/penilaian/")
        assert len(many) == len(few)


class TestDesk:
    def test_shows_answer_evidence_and_options(self, reviewed, client_for):
        page = client_for("assessor").get(DESK).content.decode()
        assert "Lihat halaman tiga" in page
        assert get_item("06.01").answer_options[4].text in page
        assert "1 bukti dukung belum ditandai." in page

    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("operator", 403),
            ("head", 403),
            ("manager", 403),
            ("assessor_unassigned", 404),
            ("operator_elsewhere", 404),
            ("lead", 200),
            ("assessor", 200),
        ],
    )
    def test_who_may_sit_there(self, reviewed, client_for, name, status):
        assert client_for(name).get(DESK).status_code == status

    def test_marks_then_scores_then_goes_on(self, reviewed, world, people, client_for):
        client = client_for("assessor")
        waiting = make_round(
            reviewed.__class__.objects.get(work_unit=world.unit, item__slug="06.02"),
            by=people["operator"],
            state=State.UNDER_REVIEW,
        )
        refused = score(client, reviewed)
        assert refused.status_code == 422
        assert "Tandai dulu 1 bukti dukung" in refused.content.decode()
        mark_all(client, reviewed)
        done = score(client, reviewed)
        assert done["Location"] == "/2026/penilaian/PN-SKM/06.02/"
        reviewed.refresh_from_db()
        assert reviewed.state == State.SCORED
        assert waiting.assessment.item.slug == "06.02"

    def test_a_refused_form_comes_back_filled_in(self, reviewed, client_for):
        client = client_for("assessor")
        mark_all(client, reviewed)
        lower = str(get_item("06.01").answer_options[4].pk)
        response = score(client, reviewed, option=lower, recommendation="Susun standar")
        page = response.content.decode()
        assert response.status_code == 422
        assert "Nilai Anda berbeda dari jawaban unit" in page
        assert "Susun standar" in page
        assert f'value="{lower}" checked' in page

    def test_drafts_are_kept_for_the_assessor_alone(self, reviewed, client_for):
        client = client_for("assessor")
        response = client.post(
            f"{DESK}nilai/",
            {
                "round": reviewed.current_round_id,
                "version": "0",
                "note": "rahasia meja",
            },
            headers={"accept": "application/json"},
        )
        assert response.json()["version"] == 1
        assert "rahasia meja" in client.get(DESK).content.decode()
        for name in ("lead", "operator", "auditor", "administrator"):
            for path in (DESK, "/2026/unit/PN-SKM/06.01/"):
                page = client_for(name).get(path).content.decode()
                assert "rahasia meja" not in page, (name, path)
        assert ScoreDraft.objects.count() == 1

    def test_a_second_window_gets_409_and_both_texts(self, reviewed, client_for):
        client = client_for("assessor")
        data = {"round": reviewed.current_round_id, "draft": "1"}
        client.post(f"{DESK}nilai/", {**data, "version": "0", "note": "satu"})
        client.post(f"{DESK}nilai/", {**data, "version": "1", "note": "dua"})
        third = client.post(f"{DESK}nilai/", {**data, "version": "1", "note": "tiga"})
        page = third.content.decode()
        assert third.status_code == 409
        assert "dua" in page
        assert "tiga" in page

    def test_words_are_found_with_their_page(self, reviewed, client_for):
        file = reviewed.current_round.items.get().version.files.first()
        PageText.objects.create(file=file, page=1, text="Menetapkan standar pelayanan")
        page = client_for("assessor").get(f"{DESK}?q=standar").content.decode()
        assert "<mark>standar</mark>" in page
        nothing = client_for("assessor").get(f"{DESK}?q=zzz").content.decode()
        assert "Kata itu tidak ditemukan" in nothing

    def test_one_item_across_all_units(self, reviewed, world, people, client_for):
        from tests.factories import make_assignment

        make_assessment(world.sibling, world.period, "06.01")
        make_assignment(people["assessor"], world.sibling, world.period)
        page = client_for("assessor").get(f"{DESK}?urut=butir").content.decode()
        assert "/2026/penilaian/PN-LAB/06.01/?urut=butir" in page
        assert world.sibling.name in page

    def test_costs_the_same_with_more_evidence(
        self, reviewed, world, people, client_for
    ):
        client = client_for("assessor")
        client.get(DESK)
        with CaptureQueriesContext(connection) as few:
            client.get(DESK)
        reviewed.state = State.DRAFT
        reviewed.save()
        for _number in range(6):
            make_evidence(world.unit, by=people["operator"], link_to=[reviewed])
        make_round(reviewed, by=people["operator"], state=State.UNDER_REVIEW)
        with CaptureQueriesContext(connection) as many:
            client.get(DESK)
        # The second round brings "yang berubah sejak": two queries, whatever its size.
        assert len(many) <= len(few) + 2


class TestRevision:
    due = (timezone.localdate() + dt.timedelta(days=9)).isoformat()

    def ask(self, client, **data):
        values = {
            "reason_code": "unsigned",
            "text": "Lampiran belum ditandatangani",
            "due": self.due,
            **data,
        }
        return client.post(f"{DESK}perbaikan/", values)

    def test_drafts_go_together(self, reviewed, client_for):
        client = client_for("assessor")
        self.ask(client)
        assert "Kirim semua (1)" in client.get(DESK).content.decode()
        unit = client_for("operator").get("/2026/unit/PN-SKM/06.01/").content.decode()
        assert "Lampiran belum ditandatangani" not in unit
        client.post("/2026/penilaian/PN-SKM/kirim/")
        reviewed.refresh_from_db()
        assert reviewed.state == State.NEEDS_REVISION
        unit = client_for("operator").get("/2026/unit/PN-SKM/06.01/").content.decode()
        assert "Lampiran belum ditandatangani" in unit
        assert "Dikembalikan untuk diperbaiki" in unit

    def test_a_bad_date_comes_back_filled_in(self, reviewed, client_for):
        response = self.ask(client_for("assessor"), due="2020-01-01")
        page = response.content.decode()
        assert response.status_code == 422
        assert "Batas waktu harus setelah hari ini." in page
        assert "Lampiran belum ditandatangani" in page
        assert not Revision.objects.exists()

    def test_evidence_of_another_round_is_not_named(self, reviewed, client_for):
        self.ask(client_for("assessor"), about="submission-item:999999")
        assert Revision.objects.get().about_key == ""

    def test_drafts_can_be_thrown_away_by_their_author_only(self, reviewed, client_for):
        client = client_for("assessor")
        self.ask(client)
        pk = Revision.objects.get().pk
        url = f"/2026/penilaian/PN-SKM/perbaikan/{pk}/buang/"
        assert client_for("lead").post(url).status_code == 403
        client.post(url)
        assert not Revision.objects.exists()
