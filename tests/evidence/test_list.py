"""The list: whose evidence, which filters, pages by key, a constant cost."""

import datetime as dt

import pytest
from django.utils import timezone

from evidence.models import Evidence, EvidenceFile
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(people):
    return people["operator"]


def titles(answer):
    return [row.title for row in answer.context["rows"]]


def make(world, operator, title, unit=None, **values):
    return factories.make_evidence(
        unit or world.unit, by=operator, title=title, **values
    )


def test_each_person_sees_the_units_of_their_scope(client_for, people, world):
    for unit in (world.unit, world.sibling, world.elsewhere, world.region):
        make(world, people["operator"], unit.code, unit=unit)
    expected = {
        "operator": {"PN-SKM"},
        "head": {"PN-SKM"},
        "coach": {"PN-SKM"},
        "assessor": {"PN-SKM"},
        "operator_above": {"PN-SKM", "PN-LAB", "KW-JTG"},
        "manager": {"PN-SKM", "PN-LAB", "KW-JTG"},
        "manager_elsewhere": {"PN-AMB"},
        "auditor": {"PN-SKM", "PN-LAB", "PN-AMB", "KW-JTG"},
        "assessor_unassigned": set(),
        "nobody": set(),
    }
    for person, codes in expected.items():
        assert set(titles(client_for(person).get("/bukti/"))) == codes, person
    assert client_for("anonymous").get("/bukti/").status_code == 302


def test_the_filters(client_for, world, operator):
    first = factories.make_assessment(world.unit, world.period, "06.13")
    second = factories.make_assessment(world.unit, world.period, "06.19")
    now = timezone.now()
    make(world, operator, "Daftar kanal pengaduan", link_to=[first])
    make(
        world,
        operator,
        "Laporan SKM",
        link_to=[second],
        kind=factories.get_kind("laporan_skm"),
    )
    make(world, operator, "Rusak", file_state=EvidenceFile.State.REJECTED)
    make(world, operator, "Dibuang", discarded_at=now)
    make(world, operator, "Ditarik", withdrawn_at=now, withdrawn_reason="x")
    mixed = make(world, operator, "Sebagian", files=2)
    mixed.latest.files.filter(position=1).update(state=EvidenceFile.State.REJECTED)
    stale = make(world, operator, "Usang", link_to=[second])
    factories.make_version(stale)
    client = client_for("operator")
    usable = {"Daftar kanal pengaduan", "Laporan SKM", "Sebagian", "Usang"}
    everything = usable | {"Rusak"}
    expected = {
        "": usable,
        "?q=KANAL+daftar": {"Daftar kanal pengaduan"},
        "?q=%25": set(),
        "?butir=06.19": {"Laporan SKM", "Usang"},
        "?butir=06.19&q=skm": {"Laporan SKM"},
        "?jenis=laporan_skm": {"Laporan SKM"},
        "?periode=2026": {"Daftar kanal pengaduan", "Laporan SKM", "Usang"},
        "?periode=2025": set(),
        "?keadaan=ditolak": {"Rusak", "Sebagian"},
        "?keadaan=tinjau": {"Usang"},
        "?keadaan=lepas": {"Rusak", "Sebagian"},
        "?keadaan=buang": {"Dibuang"},
        "?keadaan=ditarik": {"Ditarik"},
        "?keadaan=semua": everything | {"Dibuang", "Ditarik"},
        "?keadaan=lain&urut=lain&jenis=": usable,
    }
    for query, wanted in expected.items():
        assert set(titles(client.get(f"/bukti/{query}"))) == wanted, query


def test_a_unit_of_another_scope_shows_nothing(client_for, world, operator):
    make(world, operator, "Milik Ambon", unit=world.elsewhere)
    make(world, operator, "Milik Sukamaju")
    manager = client_for("manager")
    assert titles(manager.get("/bukti/?unit=PN-SKM")) == ["Milik Sukamaju"]
    assert titles(manager.get("/bukti/?unit=PN-AMB")) == []
    assert titles(manager.get("/bukti/?unit=TIDAK-ADA")) == []


def test_evidence_from_above_is_shown_on_request(client_for, world, people):
    above = make(world, people["operator_above"], "SOP wilayah", unit=world.region)
    assessment = factories.make_assessment(world.unit, world.period)
    factories.make_link(above, assessment, by=people["operator"])
    client = client_for("operator")
    assert titles(client.get("/bukti/")) == []
    assert titles(client.get("/bukti/?atas=1")) == ["SOP wilayah"]


@pytest.mark.parametrize(
    ("sort", "ordered"),
    [
        ("", [f"Dokumen {n:02}" for n in range(59, -1, -1)]),
        ("terlama", [f"Dokumen {n:02}" for n in range(60)]),
        ("judul", [f"Dokumen {n:02}" for n in range(60)]),
    ],
)
def test_pages_by_key_show_everything_once_and_lead_back(
    client_for, world, operator, sort, ordered
):
    start = timezone.now() - dt.timedelta(days=100)
    for n in range(60):
        # Pairs share a moment: the key decides between them.
        make(
            world,
            operator,
            f"Dokumen {n:02}",
            changed_at=start + dt.timedelta(days=n // 2),
        )
    client = client_for("operator")
    seen, pages = [], []
    address = f"/bukti/?urut={sort}"
    while address:
        answer = client.get(address)
        pages.append(titles(answer))
        seen += pages[-1]
        following = answer.context["page"].next_query
        address = f"/bukti/{following}" if following else ""
    assert seen == ordered
    assert [len(page) for page in pages] == [24, 24, 12]
    back = answer.context["page"].previous_query
    answer = client.get(f"/bukti/{back}")
    assert titles(answer) == pages[1]
    answer = client.get(f"/bukti/{answer.context['page'].previous_query}")
    assert titles(answer) == pages[0]
    assert answer.context["page"].previous_query == ""


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "W10", "WzEsMl0", "bnVsbA", "WyJhIiwiYiJd", "a" * 900]
)
def test_forged_cursors_show_the_first_page(client_for, world, operator, cursor):
    make(world, operator, "Satu")
    answer = client_for("operator").get(f"/bukti/?setelah={cursor}")
    assert answer.status_code == 200
    assert titles(answer) == ["Satu"]


def test_a_row_says_what_matters(client_for, world, operator):
    assessment = factories.make_assessment(world.unit, world.period)
    make(
        world,
        operator,
        "SK <Tim>",
        files=3,
        link_to=[assessment],
        version={"document_date": dt.date(2026, 3, 2)},
    )
    text = client_for("operator").get("/bukti/").text
    assert "SK &lt;Tim&gt;" in text
    assert "3 berkas" in text
    assert "2 Mar 2026" in text
    assert 'href="/2026/unit/PN-SKM/06.13/"' in text


def test_an_empty_list_leads_on(client_for):
    text = client_for("operator").get("/bukti/").text
    assert "Belum ada berkas yang disimpan" in text
    assert 'href="/unggah/PN-SKM/?next=/bukti/"' in text
    assert "/unggah/" not in client_for("auditor").get("/bukti/").text


def count(client, captured):
    with captured as queries:
        assert client.get("/bukti/").status_code == 200
    return len(queries)


@pytest.mark.parametrize("person", ["operator", "assessor", "manager", "auditor"])
def test_the_list_costs_the_same_with_ten_times_the_data(
    client_for, world, people, person, django_assert_max_num_queries
):
    assessments = factories.make_assessments(world.unit, world.period)
    some = list(assessments.values())[:3]
    client = client_for(person)
    for _ in range(4):
        make(world, people["operator"], "Dokumen", link_to=some)
    client.get("/bukti/")
    small = count(client, django_assert_max_num_queries(10))
    for n in range(40):
        unit = [world.unit, world.sibling, world.elsewhere][n % 3]
        make(
            world,
            people["operator"],
            f"Dokumen {n}",
            unit=unit,
            files=2,
            link_to=some if unit == world.unit else [],
        )
    assert Evidence.objects.count() == 44
    assert count(client, django_assert_max_num_queries(10)) == small
