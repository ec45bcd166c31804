"""Two windows at the desk, of one assessor or of two: nothing is overwritten unseen."""

import re

import pytest

from evidence.models import LinkReview
from indicators.models import AssessmentPeriod, Decision, Score, ScoreDraft, State
from tests.factories import (
    get_item,
    make_assessments,
    make_assignment,
    make_evidence,
    make_round,
)

pytestmark = pytest.mark.django_db

DESK = "/2026/penilaian/PN-SKM/06.01/"


@pytest.fixture
def reviewed(world, people):
    assessment = make_assessments(world.unit, world.period)["06.01"]
    assessment.self_option = get_item("06.01").answer_options[0]
    assessment.save()
    make_evidence(world.unit, by=people["operator"], link_to=[assessment])
    make_round(assessment, by=people["operator"], state=State.UNDER_REVIEW)
    return assessment


class Window:
    """A desk as it was opened: what its form carries goes with every press."""

    def __init__(self, client):
        self.client = client
        self.load(client.get(DESK).content.decode())

    def load(self, page):
        form = page.split("data-score")[-1].split("</form>")[0]
        names = ("round", "version", "window", "decision")
        found = {n: re.search(rf'name="{n}"\s+value="([^"]*)"', form) for n in names}
        self.fields = {name: hit[1] for name, hit in found.items() if hit}

    def send(self, path="nilai/", *, json=False, **data):
        headers = {"accept": "application/json"} if json else {}
        return self.client.post(DESK + path, {**self.fields, **data}, headers=headers)

    def keep(self, **data):
        response = self.send(json=True, **data)
        if response.status_code == 200:
            self.fields["version"] = str(response.json()["version"])
        return response

    def mark(self, result="fits", **data):
        item = LinkReview._meta.get_field("item").related_model.objects.get()
        return self.client.post(
            f"{DESK}tandai/", {"item": item.pk, "result": result, **data}
        )


def option(place):
    return str(get_item("06.01").answer_options[place].pk)


@pytest.fixture
def window(reviewed, client_for):
    def opened(name="assessor"):
        return Window(client_for(name))

    return opened


class TestOneAssessor:
    def test_a_stale_value_does_not_end_a_kept_draft(self, window, reviewed):
        first, second = window(), window()
        first.mark()
        first.keep(option=option(4), note="Hanya satu lampiran yang ditandatangani.")
        response = second.send(option=option(0))
        page = response.content.decode()
        assert response.status_code == 409
        assert "Anda sudah mengubah catatan ini di jendela lain" in page
        assert "Hanya satu lampiran yang ditandatangani." in page
        assert get_item("06.01").answer_options[0].text in page
        assert not Score.objects.exists()
        assert ScoreDraft.objects.get().data["option"] == option(4)
        # Both were seen: the second press decides.
        second.load(page)
        assert second.send(option=option(0)).status_code == 302
        assert Decision.objects.get().option_id == int(option(0))

    def test_a_stale_draft_gets_both_texts(self, window):
        first, second = window(), window()
        first.keep(note="satu")
        answer = second.keep(note="dua")
        assert answer.status_code == 409
        assert "satu" in answer.json()["html"]
        assert "dua" in answer.json()["html"]
        assert ScoreDraft.objects.get().data["note"] == "satu"

    def test_a_window_goes_on_when_an_answer_was_lost(self, window):
        only = window()
        only.keep(note="sa")
        only.send(json=True, note="satu")  # Stored, but the answer never came.
        assert only.keep(note="satu dua").status_code == 200
        only.mark()
        assert only.send(option=option(0), note="satu dua tiga").status_code == 302

    def test_a_window_that_saved_before_the_other_is_stale_again(self, window):
        first = window()
        first.keep(note="satu")
        second = window()
        assert second.keep(note="dua").status_code == 200
        assert first.keep(note="tiga").status_code == 409

    @pytest.mark.parametrize("release", AssessmentPeriod.Release.values)
    def test_a_stored_value_is_shown_and_stays(self, window, world, release):
        AssessmentPeriod.objects.update(release=release)
        first, second = window(), window()
        first.mark()
        assert first.send(option=option(0), note="Lengkap.").status_code == 302
        typed = {"option": option(4), "note": "Kurang lengkap."}
        kept = second.keep(**typed)
        assert kept.status_code == 409
        assert "Lengkap." in kept.json()["html"]
        response = second.send(**typed)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Anda sudah menyimpan nilai butir ini di jendela lain pukul" in page
        assert "Nilai tersimpan" in page
        assert "Lengkap." in page
        assert "Kurang lengkap." in page
        assert Decision.objects.get().note == "Lengkap."
        fresh = second.client.get(DESK).content.decode()
        assert "Nilai tersimpan" in fresh
        assert "Lengkap." in fresh

    def test_a_value_taken_back_is_not_overwritten_by_an_old_window(self, window):
        AssessmentPeriod.objects.update(release="by_lead")
        first = window()
        first.mark()
        first.keep(note="lama")
        old = window()
        assert old.fields["version"] == "1"
        first.send(option=option(0), note="Lengkap.")
        assert first.send("batal/").status_code == 302
        assert old.keep(note="dari jendela lama").status_code == 409
        assert ScoreDraft.objects.get().data["note"] == "Lengkap."

    def test_only_the_value_in_view_is_taken_back(self, window):
        AssessmentPeriod.objects.update(release="by_lead")
        first = window()
        first.mark()
        first.send(option=option(0), note="satu")
        seen = Decision.objects.get().pk
        first.send("batal/", decision=seen)
        again = window()
        again.send(option=option(0), note="dua")
        response = first.send("batal/", decision=seen)
        assert response.status_code == 409
        assert "Nilai ini sudah diubah di jendela lain" in response.content.decode()
        assert Decision.objects.get().note == "dua"

    def test_a_stale_correction_shows_the_newer_value(self, window):
        first = window()
        first.mark()
        first.send(option=option(0), note="Lengkap.")
        one, other = window(), window()
        typed = {"option": option(0), "reason": "Salah tulis."}
        assert one.send("koreksi/", note="Sangat lengkap.", **typed).status_code == 302
        response = other.send("koreksi/", note="Cukup lengkap.", **typed)
        page = response.content.decode()
        assert response.status_code == 409
        assert "Sangat lengkap." in page
        assert "Cukup lengkap." in page
        assert Decision.objects.count() == 2

    def test_marking_all_leaves_what_another_window_marked(self, window):
        first, second = window(), window()
        first.mark("does_not_fit", reason_code="unsigned", seen="")
        response = second.mark("fits", seen="")
        assert response.status_code == 409
        assert "sudah Anda tandai “Tidak sesuai” di jendela lain" in (
            response.content.decode()
        )
        assert LinkReview.objects.get().result == "does_not_fit"
        assert second.mark("fits", seen="does_not_fit").status_code == 302
        assert LinkReview.objects.get().result == "fits"


class TestTwoAssessors:
    @pytest.fixture(autouse=True)
    def second(self, world, people):
        make_assignment(people["assessor_unassigned"], world.unit, world.period)

    @pytest.mark.parametrize("release", AssessmentPeriod.Release.values)
    def test_the_second_gets_both_values(self, window, people, release):
        AssessmentPeriod.objects.update(release=release)
        first, second = window(), window("assessor_unassigned")
        first.mark()
        first.send(option=option(0), note="Lengkap.")
        second.mark()
        typed = {"option": option(4), "note": "Kurang lengkap."}
        response = second.send(**typed)
        page = response.content.decode()
        who = people["assessor"].name
        assert response.status_code == 409
        assert f"{who} sudah menyimpan nilai butir ini pukul" in page
        assert "Lengkap." in page
        assert "Kurang lengkap." in page
        assert second.keep(**typed).status_code == 409
        assert Decision.objects.get().by == people["assessor"]
        assert "Lengkap." in second.client.get(DESK).content.decode()

    def test_drafts_stay_apart(self, window):
        first, second = window(), window("assessor_unassigned")
        first.keep(note="catatan pertama")
        assert second.keep(note="catatan kedua").status_code == 200
        assert "catatan pertama" not in second.client.get(DESK).content.decode()
        assert ScoreDraft.objects.count() == 2


def test_every_link_of_a_page_that_came_back_leads_somewhere(window):
    """A refused form stands at the address of its act, which answers no GET."""
    only = window()
    page = only.send(option=option(4)).content.decode()
    links = set(re.findall(r'href="(\?[^"]*)"', page))
    assert links == set()
    search = page.split('role="search"')[1].split(">")[0]
    assert f'action="{DESK}"' in search
    for link in set(re.findall(rf'href="({DESK}[^"]*)"', page)):
        assert only.client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_the_reason_of_a_correction_is_required_and_says_so(window):
    only = window()
    only.mark()
    only.send(option=option(0))
    page = only.client.get(DESK).content.decode()
    label = page.split('for="id_reason"')[1].split("</label>")[0]
    assert "opsional" not in label
    again = window()
    response = again.send("koreksi/", option=option(4), note="Kurang.")
    assert response.status_code == 422
    assert "Tuliskan alasan koreksi." in response.content.decode()
    assert "Wajib bila nilai Anda berbeda dari jawaban unit." in page
