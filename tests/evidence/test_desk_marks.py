"""Marks, and what stands in a value that is refused for want of them."""

import html
import re

import pytest

from evidence.models import EvidenceFile, LinkReview
from indicators.models import Revision, Score, ScoreDraft, State
from tests.factories import get_item, make_assessments, make_evidence, make_round

pytestmark = pytest.mark.django_db

DESK = "/2026/penilaian/PN-SKM/06.01/"


@pytest.fixture
def reviewed(world, people):
    row = make_assessments(world.unit, world.period)["06.01"]
    row.self_option = get_item("06.01").answer_options[0]
    row.save()
    for title in ("SK", "Foto", "Notula"):
        make_evidence(world.unit, by=people["operator"], link_to=[row], title=title)
    make_round(row, by=people["operator"], state=State.UNDER_REVIEW)
    return row


def give(client, row, **data):
    values = {
        "round": row.current_round_id,
        "option": str(get_item("06.01").answer_options[0].pk),
        "version": "0",
        "window": "satu",
        **data,
    }
    return client.post(f"{DESK}nilai/", values)


def mark_all(client, row):
    ids = list(row.current_round.items.values_list("pk", flat=True))
    data = {"item": ids, "all": "1", "result": "fits", "seen": ""}
    return client.post(f"{DESK}tandai/", data, follow=True)


def reject(*titles, reason="locked"):
    EvidenceFile.objects.filter(version__evidence__title__in=titles).update(
        state=EvidenceFile.State.REJECTED, state_reason=reason, pages=None
    )


class TestRefusedValue:
    def test_it_is_kept_as_a_draft(self, reviewed, client_for):
        client = client_for("assessor")
        refused = give(client, reviewed, note="Lampiran lengkap.")
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Tandai dulu 3 bukti dukung" in page
        assert "Catatan tersimpan pukul" in page
        assert "data-unsaved=" not in page
        draft = ScoreDraft.objects.get()
        assert draft.data["note"] == "Lampiran lengkap."
        assert f'name="version"\n           value="{draft.version}"' in page
        mark_all(client, reviewed)
        again = client.get(DESK).content.decode()
        assert "Lampiran lengkap." in again
        assert f'value="{draft.data["option"]}" checked' in again

    def test_it_does_not_end_the_draft_of_another_window(self, reviewed, client_for):
        client = client_for("assessor")
        give(client, reviewed, note="Dari jendela satu", draft="1")
        refused = give(client, reviewed, note="Dari jendela dua", window="dua")
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Dari jendela dua" in page
        assert 'data-unsaved="save"' in page
        assert ScoreDraft.objects.get().data["note"] == "Dari jendela satu"

    def test_what_cannot_be_read_is_said_to_be_unsaved(self, reviewed, client_for):
        refused = give(client_for("assessor"), reviewed, option="x", note="Tetap ada")
        page = refused.content.decode()
        assert refused.status_code == 422
        assert "Tetap ada" in page
        assert 'data-unsaved="save"' in page
        assert not ScoreDraft.objects.exists()

    def test_a_conflict_offers_both_and_sends_nothing_by_itself(
        self, reviewed, client_for
    ):
        client = client_for("assessor")
        give(client, reviewed, note="Dari jendela satu", draft="1")
        refused = give(client, reviewed, note="Dari dua", window="dua", draft="1")
        page = refused.content.decode()
        assert refused.status_code == 409
        assert 'data-unsaved="ask"' in page
        assert "Pakai yang tersimpan" in page
        button = page.split('form="nilai"')[1].split("</button>")[0]
        assert button.endswith("Pakai isian ini")

    def test_a_value_that_stands_is_no_choice(self, reviewed, client_for):
        client = client_for("assessor")
        mark_all(client, reviewed)
        give(client, reviewed, note="Lengkap.")
        refused = give(client, reviewed, note="Kurang lengkap.", window="dua")
        page = refused.content.decode()
        assert refused.status_code == 409
        assert Score.objects.get().note == "Lengkap."
        assert "Kurang lengkap." in page
        assert "Pakai isian ini" not in page


class TestAllFit:
    def test_what_was_rejected_is_left_to_the_person(self, reviewed, client_for):
        client = client_for("assessor")
        reject("Foto")
        page = mark_all(client, reviewed).content.decode()
        assert "2 ditandai sesuai; 1 berkas ditolak, tandai sendiri." in page
        marked = LinkReview.objects.values_list("item__evidence__title", flat=True)
        assert sorted(marked) == ["Notula", "SK"]
        assert "Semua sesuai" not in page
        assert "Berkas terkunci kata sandi" in page

    def test_nothing_else_to_mark(self, reviewed, client_for):
        reject("SK", "Foto", "Notula")
        page = mark_all(client_for("assessor"), reviewed).content.decode()
        assert "3 berkas ditolak, tandai sendiri." in page
        assert not LinkReview.objects.exists()

    def test_a_rejected_one_can_be_marked_by_itself(self, reviewed, client_for):
        reject("Foto")
        item = reviewed.current_round.items.get(evidence__title="Foto")
        data = {
            "item": item.pk,
            "result": "does_not_fit",
            "reason_code": LinkReview.Reason.values[0],
        }
        client_for("assessor").post(f"{DESK}tandai/", data)
        assert LinkReview.objects.get().item == item


class TestWithoutScripts:
    """Marks are sent by the form of the request for revision beside them."""

    typed = {
        "reason_code": "unsigned",
        "text": "Lampiran kedua",
        "page": "",
        "about": "",
        "due": "2026-12-01",
    }

    def buttons(self, page):
        """Return the addresses of the buttons of marking, by their words."""
        found = re.findall(
            r'value="(fits|does_not_fit)"\s+form="perbaikan-isi" formaction="([^"]+)"',
            page,
        )
        return [(value, html.unescape(address)) for value, address in found]

    def test_a_request_being_written_comes_back(self, reviewed, client_for):
        client = client_for("assessor")
        page = client.get(f"{DESK}?urut=butir").content.decode()
        fits = self.buttons(page)[1]
        answer = client.post(fits[1], {**self.typed, "result": fits[0]})
        shown = answer.content.decode()
        assert answer.status_code == 200
        assert LinkReview.objects.get().result == "fits"
        assert "Lampiran kedua</textarea>" in shown
        assert "Permintaan ini belum disimpan" in shown
        assert '<option value="unsigned" selected>' in shown
        assert 'id="perbaikan" open' in shown
        assert not Revision.objects.exists()
        # Links of this page keep the view of the list and mark nothing.
        assert "?urut=butir" in shown
        item = reviewed.current_round.items.order_by("position")[0].pk
        assert f"tanda={item}&amp;lihat=fits" in shown
        assert shown.count("urut=butir&amp;tanda=") == len(self.buttons(shown))

    def test_a_misfit_takes_its_own_reason_and_words(self, reviewed, client_for):
        client = client_for("assessor")
        page = client.get(DESK).content.decode()
        address = next(a for value, a in self.buttons(page) if value != "fits")
        item = reviewed.current_round.items.order_by("position")[0].pk
        data = {**self.typed, "result": "does_not_fit", f"note-{item}": "Tahun lalu"}
        refused = client.post(address, data).content.decode()
        assert "Pilih alasan mengapa tidak sesuai." in refused
        assert "Lampiran kedua</textarea>" in refused
        assert not LinkReview.objects.exists()
        client.post(address, {**data, f"reason_code-{item}": "outdated"})
        mark = LinkReview.objects.get()
        assert (mark.reason_code, mark.note) == ("outdated", "Tahun lalu")
        assert mark.item_id == item

    def test_all_at_once_keeps_it_too(self, reviewed, client_for):
        client = client_for("assessor")
        reject("Foto")
        page = client.get(DESK).content.decode()
        address = self.buttons(page)[0][1]
        shown = client.post(address, {**self.typed, "result": "fits"}).content.decode()
        assert LinkReview.objects.count() == 2
        assert "Lampiran kedua</textarea>" in shown
        assert "2 ditandai sesuai; 1 berkas ditolak, tandai sendiri." in shown

    def test_with_nothing_typed_one_is_led_back(self, reviewed, client_for):
        client = client_for("assessor")
        page = client.get(f"{DESK}?urut=butir").content.decode()
        value, address = self.buttons(page)[1]
        data = {**self.typed, "text": " ", "result": value}
        answer = client.post(address, data)
        assert answer.status_code == 302
        assert answer["Location"] == f"{DESK}?urut=butir"

    def test_enter_in_the_request_does_not_mark(self, reviewed, client_for):
        page = client_for("assessor").get(DESK).content.decode()
        first = page.index('form="perbaikan-isi"')
        tag = page[page.rindex("<button", 0, first) : page.index(">", first)]
        assert "formaction" not in tag
