"""What no form sends, but anybody can: no error of the server, nothing written."""

import pytest

from indicators.models import Assessment, Revision, State, SubmissionRound
from tests.factories import make_assessment, make_evidence, make_round

from .helpers import complete

pytestmark = pytest.mark.django_db

UNIT = "/2026/unit/PN-SKM/"
DESK = "/2026/penilaian/PN-SKM/"

ODD = [
    "9" * 5000,
    str(2**31),
    str(2**63),
    "9" * 18,
    "²",
    "٣",
    "-1",
    "1.5",
    "1e3",
    "\x00",
    "1\x00",
    "'\"<&",
    "🙂" * 50,
]
"""In place of a number."""


@pytest.fixture
def items(world, people):
    """One item of each standing that a form is about."""
    made = {}
    for slug, state in (
        ("06.01", State.DRAFT),
        ("06.02", State.AWAITING_APPROVAL),
        ("06.03", State.UNDER_REVIEW),
        ("06.06", State.NEEDS_REVISION),
        ("06.07", State.EMPTY),
    ):
        row = make_assessment(world.unit, world.period, slug)
        if state != State.EMPTY:
            complete(row, people["operator"])
        if state not in (State.EMPTY, State.DRAFT):
            make_round(row, by=people["operator"], state=state)
        made[slug] = row
    return made


@pytest.fixture
def unchanged(items):
    """Fail if an assessment or the number of rounds and requests changed."""

    def picture():
        return (
            list(
                Assessment.objects.order_by("pk").values_list(
                    "state", "version", "self_option", "narrative", "decision"
                )
            ),
            SubmissionRound.objects.count(),
            Revision.objects.count(),
        )

    before = picture()
    yield
    assert picture() == before


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
class TestOddNumbers:
    def post(self, client, url, **data):
        response = client.post(url, data)
        assert response.status_code in (302, 403, 409, 422), response.status_code
        return response

    def test_answer(self, items, client_for, people, odd):
        client = client_for("operator")
        right = {"author": people["operator"].key, "narrative": "lain"}
        for wrong in (
            {"version": odd},
            {"version": "1", "option": odd},
            {"version": "1", "numerator": odd, "denominator": odd},
        ):
            self.post(client, f"{UNIT}06.01/simpan/", **{**right, **wrong})

    def test_submission_and_approval(self, items, client_for, odd):
        self.post(client_for("operator"), f"{UNIT}06.01/ajukan/", version=odd)
        head = client_for("head")
        self.post(head, f"{UNIT}persetujuan/setujui/", round=[odd, odd])

    def test_desk(self, items, client_for, odd):
        client = client_for("assessor")
        frozen = items["06.03"].current_round_id
        self.post(client, f"{DESK}06.03/tandai/", item=[odd], result="fits", page=odd)
        self.post(client, f"{DESK}06.03/nilai/", round=odd, option="1")
        self.post(client, f"{DESK}06.03/nilai/", round=frozen, option=odd)
        self.post(client, f"{DESK}06.03/koreksi/", decision=odd, option="1", reason="x")
        self.post(
            client,
            f"{DESK}06.03/perbaikan/",
            reason_code="other",
            text="x",
            page=odd,
            due=odd,
        )

    def test_addresses(self, items, client_for, odd):
        client = client_for("assessor")
        for name in ("pengajuan", "berkas", "hlm", "urut", "q"):
            response = client.get(f"{DESK}06.03/", {name: odd})
            assert response.status_code == 200
        assert client.get(f"{UNIT}06.01/", {"x": odd}).status_code == 200


def test_a_very_long_query_is_answered(items, client_for):
    response = client_for("assessor").get(f"{DESK}06.03/", {"q": "kata " * 20_000})
    assert response.status_code == 200


@pytest.mark.parametrize("pk", ["9" * 30, "9" * 5000, "0"])
def test_a_round_that_cannot_be_is_not_found(items, client_for, pk):
    client = client_for("head")
    url = f"{UNIT}persetujuan/{pk}/kembalikan/"
    assert client.post(url, {"reason": "x"}).status_code == 404
    url = f"{DESK}perbaikan/{pk}/buang/"
    assert client_for("assessor").post(url).status_code == 404


def test_nul_is_taken_out_of_every_text_that_is_stored(items, client_for, people):
    pk = items["06.02"].current_round_id
    client_for("head").post(
        f"{UNIT}persetujuan/{pk}/kembalikan/", {"reason": "Kurang\x00 jelas"}
    )
    frozen = SubmissionRound.objects.get(pk=pk)
    assert frozen.approval.reason == "Kurang jelas"
    row = items["06.06"]
    Revision.objects.create(
        round=row.current_round,
        user=people["assessor"],
        reason_code="other",
        text="x",
        due="2026-12-01",
        sent_at="2026-05-01T00:00Z",
    )
    client_for("operator").post(f"{UNIT}06.06/ajukan/", {"response": "Su\x00dah"})
    assert Revision.objects.get().response == "Sudah"


@pytest.mark.parametrize(
    "path",
    ["06.07/mulai/", "06.07/tandai/", "06.07/nilai/", "06.07/batal/", "06.07/koreksi/"],
)
def test_an_item_without_a_round_has_nothing_to_assess(items, client_for, path):
    response = client_for("assessor").post(f"{DESK}{path}", {"result": "fits"})
    assert response.status_code in (302, 403, 422)


def test_a_request_about_an_item_without_a_round_says_so(items, client_for):
    response = client_for("assessor").post(
        f"{DESK}06.07/perbaikan/",
        {"reason_code": "other", "text": "Tulisan saya", "due": "2099-01-01"},
    )
    assert response.status_code == 403
    page = response.content.decode()
    assert "Belum ada pengajuan untuk butir ini." in page
    # Nothing typed is lost.
    assert "Tulisan saya" in page


def test_extra_fields_change_nothing(items, client_for, people, world):
    """Unit, state, value, decision: only the named fields are read."""
    client_for("operator").post(
        f"{UNIT}06.07/simpan/",
        {
            "version": "1",
            "author": people["operator"].key,
            "narrative": "Penjelasan",
            "unit": world.elsewhere.pk,
            "work_unit": world.elsewhere.pk,
            "state": "final",
            "value": "1",
            "agreed_nano": "1000000000",
            "released_at": "2026-01-01",
        },
    )
    row = Assessment.objects.get(pk=items["06.07"].pk)
    assert (row.state, row.work_unit, row.narrative) == (
        State.DRAFT,
        world.unit,
        "Penjelasan",
    )
    assert row.agreed_nano is row.released_at is row.decision is None


def test_rounds_and_evidence_of_another_unit_are_passed_over(
    items, client_for, people, world
):
    row = make_assessment(world.sibling, world.period, "06.01")
    make_evidence(world.sibling, by=people["operator_above"], link_to=[row])
    theirs = make_round(row, by=people["operator_above"], state=State.AWAITING_APPROVAL)
    client_for("head").post(f"{UNIT}persetujuan/setujui/", {"round": theirs.pk})
    url = f"{UNIT}persetujuan/{theirs.pk}/kembalikan/"
    assert client_for("head").post(url, {"reason": "x"}).status_code == 404
    client_for("assessor").post(
        f"{DESK}06.03/tandai/", {"item": theirs.items.get().pk, "result": "fits"}
    )
    assert not theirs.items.get().reviews.exists()
    response = client_for("assessor").post(
        f"{DESK}06.03/nilai/", {"round": theirs.pk, "option": "1"}
    )
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.state == State.AWAITING_APPROVAL


def test_an_explanation_of_a_megabyte_is_refused_with_its_text(
    items, client_for, people
):
    response = client_for("operator").post(
        f"{UNIT}06.01/simpan/",
        {
            "version": items["06.01"].version,
            "author": people["operator"].key,
            "narrative": "a" * 1_000_000,
        },
    )
    assert response.status_code == 422
    assert "a" * 1000 in response.content.decode()
