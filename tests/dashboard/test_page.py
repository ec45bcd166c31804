"""What the page says, and how: words, empty states, a closed period, its weight."""

import gzip
import re
from fractions import Fraction
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import AssessmentPeriod
from tests.dashboard.conftest import close, fill, sum_up
from tests.factories import make_assessments, make_membership, make_unit, make_user
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.accounts.services.units import move_unit
from wbk_portal.dashboard import page
from wbk_portal.dashboard.figures import today_of

pytestmark = pytest.mark.django_db

OVERVIEW = "/2026/kesiapan/"


def words_above_the_charts(html: str) -> list[str]:
    """Return the words between the frame and the first chart."""
    main = html.split("<main", 1)[1]
    above = main.split('<svg class="chart', 1)[0]
    above = above.split('<section class="card verdicts"', 1)[0]
    text = unescape(re.sub(r"<[^>]*>", " ", above.split(">", 1)[1]))
    return [word for word in text.split() if re.search(r"\w", word)]


@pytest.mark.parametrize("person", ["auditor", "manager", "assessor", "operator_above"])
def test_at_most_sixty_words_stand_above_the_charts(filled, client_for, person):
    html = client_for(person).get(OVERVIEW).content.decode()
    words = words_above_the_charts(html)
    assert 20 <= len(words) <= 60, " ".join(words)


def test_long_names_do_not_break_the_limit(filled, client_for, people):
    name = "Unit Pelaksana Teknis Balai Besar Pengujian dan Sertifikasi Mutu Barang"
    for unit in WorkUnit.objects.filter(is_assessed=True):
        unit.name = f"{name} {unit.code}"
        unit.save()
    for person in ("head", "operator"):
        people[
            person
        ].name = "Prof. Dr. Ir. Siti Nur Aisyah Rahmawati Kusumaningrum, M.Si."
        people[person].save()
    html = client_for("auditor").get(OVERVIEW).content.decode()
    assert len(words_above_the_charts(html)) <= 60


def test_it_says_how_many_make_it_what_moved_and_whom_to_call(filled, client_for):
    response = client_for("auditor").get(OVERVIEW)
    text = " ".join(words_above_the_charts(response.content.decode()))
    assert "1 dari 3 unit kerja memenuhi nilai minimal WBK untuk Area VI" in text
    assert "Predikat ditentukan enam area dan survei eksternal" in text
    assert re.search(r"Tujuh hari: rata-rata pasti naik \d,\d\d menjadi \d,\d\d", text)
    # Ambon has no value at all; its head is named before its operator.
    assert "Hubungi: Head Elsewhere Kantor Layanan Ambon" in text


def test_no_value_yet_is_never_a_zero(world, client_for):
    units = (world.unit, world.sibling)
    for unit in units:
        make_assessments(unit, world.period)
    sum_up(world.period, *units)
    response = client_for("manager").get(OVERVIEW)
    text = " ".join(words_above_the_charts(response.content.decode()))
    assert "2 unit kerja belum dinilai (bukan nol)" in text
    for row in response.context["rows"]:
        assert row.certain == ""
        assert row.possible == "10,00"
        assert row.words.startswith("Belum dinilai (bukan nol); pasti 0,00; masih")
    assert response.context["bands"][0].count == 2
    assert all("belum dinilai" in bar.words for bar in response.context["parts"])


def test_the_words_ready_for_wbk_occur_nowhere(filled, client_for):
    html = client_for("auditor").get(OVERVIEW).content.decode()
    assert "siap wbk" not in html.lower()
    assert html.count("Predikat ditentukan enam area dan survei eksternal.") >= 3


def test_a_mean_is_not_rounded_across_a_minimum(filled, client_for):
    total = client_for("auditor").get(OVERVIEW).context["total"]
    total.n, total.certain = 3, 17_999_999_999
    assert page.points_of(total, total.certain) == "5,99"
    assert total.mean(18_000_000_000) == Fraction(6)


def test_nothing_assessed_yet(world, client_for):
    response = client_for("manager").get(OVERVIEW)
    assert response.status_code == 200
    assert "Belum ada unit kerja yang dinilai di sini" in response.content.decode()


def test_a_filter_that_fits_nobody_can_be_undone(filled, client_for):
    response = client_for("manager").get(f"{OVERVIEW}?zona=WIT")
    html = response.content.decode()
    assert "Tidak ada unit yang cocok" in html
    assert 'href="/2026/kesiapan/#peta"' in html


def test_a_closed_period_says_so_and_keeps_its_tree(filled, client_for, people):
    client = client_for("auditor")
    close(filled.period, people)
    move_unit(
        actor_key="user:1",
        unit_id=filled.sibling.pk,
        new_parent_id=filled.region_elsewhere.pk,
    )
    before = client.get("/2026/kesiapan/KW-JTG/")
    after = client.get("/2026/kesiapan/KW-MLK/")
    assert "ditutup" in before.content.decode()
    assert {row.name for row in before.context["rows"]} == {
        "Kantor Layanan Sukamaju",
        "Balai Uji Semarang",
    }
    assert [row.name for row in after.context["rows"]] == ["Kantor Layanan Ambon"]
    assert before.context["calls"] == []
    assert before.context["stakes"] == []
    assert "tidak ada lagi yang dapat diraih" in before.content.decode()


def test_a_branch_that_moved_as_a_whole_keeps_its_units(filled, client_for, people):
    close(filled.period, people)
    move_unit(
        actor_key="user:1",
        unit_id=filled.region.pk,
        new_parent_id=filled.inspectorate.pk,
    )
    rows = client_for("auditor").get("/2026/kesiapan/KW-JTG/").context["rows"]
    assert len(rows) == 2


def test_every_page_of_the_map_is_reached(filled, client_for, people):
    for number in range(27):
        unit = make_unit(f"PN-X{number:02}", parent=filled.region)
        make_assessments(unit, filled.period)
        sum_up(filled.period, unit)
    client = client_for("manager")
    seen, url = [], f"{OVERVIEW}?urut=nama"
    while url:
        context = client.get(url.partition("#")[0]).context
        assert context["count"] == 29
        seen += [row.url for row in context["rows"]]
        url = context["next_url"]
    assert len(seen) == len(set(seen)) == 29


def count_queries(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("person", "url", "most"),
    [
        ("manager", OVERVIEW, 12),
        ("auditor", "/2026/kesiapan/KW-JTG/", 12),
        ("assessor", OVERVIEW, 12),
        ("lead", "/2026/kesiapan/KW-JTG/", 12),
        ("administrator", f"{OVERVIEW}?putusan=not_met&subarea=A.I.6.i&gerak=naik", 12),
        ("operator_above", "/2026/kesiapan/KW-JTG/", 12),
        ("manager", "/2026/kesiapan-butir/?daftar=lama-menunggu", 12),
    ],
)
def test_queries_do_not_grow_with_the_institution(
    filled, client_for, people, person, url, most
):
    client = client_for(person)
    client.get(url)
    few = count_queries(client, url)
    for number in range(4):
        region = make_unit(f"KW-{number}", parent=filled.agency, is_assessed=False)
        for parent in (region, filled.region):
            unit = make_unit(parent=parent)
            make_membership(make_user(), unit, "head")
            fill(unit, filled.period, people["operator"], number % 3 * 4)
            sum_up(filled.period, unit)
    many = count_queries(client, url)
    assert few == many <= most


def test_the_page_is_light(filled, client_for, people):
    for number in range(25):
        unit = make_unit(f"PN-Y{number:02}", parent=filled.region)
        fill(unit, filled.period, people["operator"], number % 10)
        sum_up(filled.period, unit)
    html = client_for("manager").get(OVERVIEW).content
    assert len(gzip.compress(html, 6)) < 30_000


def test_a_day_of_a_closed_period_stands_still(filled, people):
    period = filled.period
    today = timezone.localdate()
    assert today_of(period, today) == today
    close(period, people)
    period = AssessmentPeriod.objects.get(pk=period.pk)
    assert today_of(period, today.replace(year=today.year + 3)) == today
