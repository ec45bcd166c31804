"""What the lead releases and makes final: named, counted, and only what was seen."""

import datetime as dt
import html

import pytest
from django.utils import timezone

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Decision,
    Grace,
    Stage,
    StageWindow,
    State,
)
from tests.factories import get_item, make_assessments, make_assignment, make_round

pytestmark = pytest.mark.django_db

QUEUE = "/2026/penilaian/"
UNIT = "/2026/penilaian/PN-SKM/"


@pytest.fixture
def made(world, people):
    """One item is under review, one lies with the unit; the rest was never sent."""
    rows = make_assessments(world.unit, world.period)
    make_round(rows["06.01"], by=people["operator"], state=State.UNDER_REVIEW)
    make_round(rows["06.02"], by=people["operator"], state=State.NEEDS_REVISION)
    return rows


def give_value(row, people, *, released=True, state=State.SCORED):
    frozen = make_round(row, by=people["operator"], state=State.UNDER_REVIEW)
    chosen = get_item(row.item.slug).answer_options[0]
    row.decision = Decision.objects.create(
        assessment=row,
        round=frozen,
        kind=Decision.Kind.AGREE,
        option=chosen,
        nano=1_000_000_000,
        by=people["assessor"],
    )
    row.state = state
    row.agreed_option = chosen
    row.agreed_nano = 1_000_000_000
    row.released_at = timezone.now() if released else None
    row.save()


def queue(client):
    return html.unescape(client.get(QUEUE).content.decode())


def test_the_question_names_unit_number_and_what_waits(made, people, client_for):
    for slug in ("06.03", "06.04", "06.05"):
        give_value(made[slug], people)
    page = queue(client_for("lead"))
    assert "Tetapkan 3 nilai" in page
    assert (
        "Tetapkan 3 nilai Kantor Layanan Sukamaju? 2 butir belum selesai dinilai dan "
        "25 belum diajukan; keduanya tidak ikut. Setelah ditetapkan, hanya sanggahan "
        "yang dapat mengubahnya."
    ) in page
    client_for("lead").post(f"{UNIT}tetapkan/", {"n": "3"})
    assert Assessment.objects.filter(state=State.FINAL).count() == 3
    page = queue(client_for("lead"))
    assert f"{UNIT}tetapkan/" not in page
    assert "Semua nilai sudah ditetapkan." in page


def test_before_release_that_comes_first(made, people, client_for):
    give_value(made["06.04"], people, released=False)
    page = queue(client_for("lead"))
    assert "Lepas 1 nilai kepada Kantor Layanan Sukamaju?" in page
    assert f"{UNIT}tetapkan/" not in page
    client_for("lead").post(f"{UNIT}lepas/", {"n": "1"})
    page = queue(client_for("lead"))
    assert f"{UNIT}lepas/" not in page
    assert f"{UNIT}tetapkan/" in page


@pytest.mark.parametrize("act", ["lepas", "tetapkan"])
def test_another_number_than_confirmed_changes_nothing(made, people, client_for, act):
    for slug in ("06.04", "06.05"):
        give_value(made[slug], people, released=act == "tetapkan")
    before = list(Assessment.objects.values_list("pk", "state", "released_at"))
    response = client_for("lead").post(f"{UNIT}{act}/", {"n": "1"})
    page = html.unescape(response.content.decode())
    assert response.status_code == 409
    assert "Jumlah nilai Kantor Layanan Sukamaju berubah" in page
    assert "sekarang 2" in page
    assert list(Assessment.objects.values_list("pk", "state", "released_at")) == before


def test_without_a_value_there_is_a_reason_instead(made, client_for):
    page = queue(client_for("lead"))
    assert "Belum ada nilai untuk ditetapkan." in page
    assert f"{UNIT}tetapkan/" not in page


def test_outside_the_review_nothing_is_offered_but_with_more_time(
    made, world, people, client_for
):
    give_value(made["06.04"], people)
    window = StageWindow.objects.get(stage=Stage.REVIEW)
    window.closes_at = timezone.now() - dt.timedelta(hours=1)
    window.save()
    page = queue(client_for("lead"))
    assert f"{UNIT}tetapkan/" not in page
    assert "Masa penilaian belum dibuka atau sudah ditutup." in page
    Grace.objects.create(
        window=window,
        work_unit=world.unit,
        until=timezone.now() + dt.timedelta(days=1),
        reason="x",
    )
    assert f"{UNIT}tetapkan/" in queue(client_for("lead"))


def test_a_closed_period_says_so(made, people, client_for):
    give_value(made["06.04"], people)
    AssessmentPeriod.objects.update(state=AssessmentPeriod.State.CLOSED)
    page = queue(client_for("lead"))
    assert f"{UNIT}tetapkan/" not in page
    assert "Periode sudah ditutup." in page


def test_both_lists_are_summed_up(made, world, people, client_for):
    make_assessments(world.sibling, world.period)
    for name in ("assessor", "lead"):
        make_assignment(people[name], world.sibling, world.period, duty=name)
        response = client_for(name).get(QUEUE)
        assert "Jumlah 2 unit" in response.content.decode()
    sums = client_for("assessor").get(QUEUE).context["sums"]
    assert (sums["n_under_review"], sums["n_returned"], sums["total"]) == (1, 1, 60)


def test_the_list_at_the_desk_says_how_far_it_is(made, people, client_for):
    give_value(made["06.04"], people)
    page = client_for("assessor").get(f"{UNIT}06.01/").content.decode()
    assert "1 dari 30 selesai · 1 menunggu Anda" in page
