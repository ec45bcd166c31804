"""Filing what waits in the tray, over HTTP."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.models import Evidence, TrayFile
from indicators.models import State
from tests import factories
from wbk_portal.common.dates import format_day

from .test_upload_views import EVERYBODY, FILE, PAGE

KEEP = "/unggah/PN-SKM/baki/simpan/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(people):
    return people["operator"]


def test_everything_is_filed_with_sensible_defaults(client_for, world, operator):
    assessment = factories.make_assessment(world.unit, world.period)
    rows = [
        factories.make_tray_file(
            operator,
            world.unit,
            display_name=name,
            context_key=assessment.key,
        )
        for name in ("Daftar_kanal.pdf", "scan001.pdf")
    ]
    answer = client_for("operator").post(
        FILE,
        {
            "act": "all",
            "konteks": assessment.key,
            "next": "/2026/unit/PN-SKM/06.13/",
        },
    )
    assert answer.status_code == 302
    assert answer.url == "/2026/unit/PN-SKM/06.13/"
    made = list(Evidence.objects.order_by("pk"))
    title = f"{assessment.item.title} – scan001"
    assert [e.title for e in made] == ["Daftar kanal", title]
    # The second name tells nothing, and nothing is made up for it.
    assert [e.kind.key for e in made] == ["daftar_kanal_pengaduan", "lainnya"]
    assessment.refresh_from_db()
    assert (assessment.n_links, assessment.state) == (2, State.DRAFT)
    assert not TrayFile.objects.filter(pk__in=[r.pk for r in rows]).exists()


def test_each_file_goes_to_its_own_item(client_for, world, operator):
    first = factories.make_assessment(world.unit, world.period, "06.13")
    second = factories.make_assessment(world.unit, world.period, "06.19")
    a = factories.make_tray_file(operator, world.unit)
    b = factories.make_tray_file(operator, world.unit)
    client_for("operator").post(
        FILE,
        {
            "tray": [a.pk, b.pk],
            f"title-{a.pk}": "Daftar kanal",
            f"item-{a.pk}": first.pk,
            f"title-{b.pk}": "Laporan SKM",
            f"item-{b.pk}": second.pk,
            f"kind-{b.pk}": factories.get_kind("laporan_skm").pk,
        },
    )
    found = {e.title: e for e in Evidence.objects.all()}
    assert found["Daftar kanal"].links.get().assessment == first
    assert found["Laporan SKM"].kind.key == "laporan_skm"


def test_one_evidence_of_all_files_for_several_items(client_for, world, operator):
    targets = [
        factories.make_assessment(world.unit, world.period, slug)
        for slug in ("06.13", "06.18")
    ]
    rows = [factories.make_tray_file(operator, world.unit) for _ in range(3)]
    client_for("operator").post(
        FILE,
        {
            "tray": [r.pk for r in rows],
            "mode": "one",
            "title": "Sarana pengaduan",
            "document_date": "2026-03-02",
            "note": "Tiga foto",
            "link": [t.pk for t in targets],
            f"pages-{targets[1].pk}": "2-3",
        },
    )
    made = Evidence.objects.get()
    assert made.title == "Sarana pengaduan"
    assert made.latest.files.count() == 3
    assert made.latest.document_date.isoformat() == "2026-03-02"
    pages = dict(made.links.values_list("assessment_id", "pages"))
    assert pages == {targets[0].pk: "", targets[1].pk: "2–3"}


def test_errors_keep_everything_that_was_typed(client_for, world, operator):
    assessment = factories.make_assessment(world.unit, world.period)
    row = factories.make_tray_file(operator, world.unit)
    answer = client_for("operator").post(
        FILE,
        {
            "tray": [row.pk],
            f"title-{row.pk}": "Judul ketikan",
            "note": "Catatan ketikan",
            "document_date": "2999-01-01",
            "link": [assessment.pk],
            f"pages-{assessment.pk}": "tiga",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    for typed in ("Judul ketikan", "Catatan ketikan", "2999-01-01", "tiga"):
        assert typed in text
    assert not Evidence.objects.exists()
    assert TrayFile.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "values",
    [
        {"tray": ["1 OR 1=1"]},
        {"tray": ["9" * 40]},
        {"tray": []},
        {"link": ["-1"]},
        {"kind": "999999"},
    ],
)
def test_forged_values_are_refused_without_a_fault(client_for, world, operator, values):
    row = factories.make_tray_file(operator, world.unit)
    answer = client_for("operator").post(FILE, {"tray": [row.pk], **values})
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_another_units_item_in_the_form_is_refused(client_for, world, operator):
    foreign = factories.make_assessment(world.sibling, world.period)
    row = factories.make_tray_file(operator, world.unit)
    answer = client_for("operator").post(
        FILE, {"tray": [row.pk], f"item-{row.pk}": foreign.pk}
    )
    assert answer.status_code == 422
    assert not Evidence.objects.exists()


def test_an_item_submitted_meanwhile_is_told_on_the_page(client_for, world, operator):
    assessment = factories.make_assessment(
        world.unit, world.period, state=State.SUBMITTED
    )
    row = factories.make_tray_file(operator, world.unit)
    answer = client_for("operator").post(
        FILE, {"tray": [row.pk], f"item-{row.pk}": assessment.pk}
    )
    assert answer.status_code == 403
    assert TrayFile.objects.filter(pk=row.pk).exists()


def test_extra_fields_change_nothing(client_for, world, operator):
    row = factories.make_tray_file(operator, world.unit)
    client_for("operator").post(
        FILE,
        {
            "tray": [row.pk],
            f"title-{row.pk}": "SK",
            "unit": world.elsewhere.pk,
            "work_unit": world.elsewhere.pk,
            "created_by": 1,
            "withdrawn_reason": "x",
            "origin": "survey:1",
        },
    )
    made = Evidence.objects.get()
    assert (made.work_unit, made.created_by) == (world.unit, operator)
    assert (made.origin, made.withdrawn_reason) == ("", "")


def test_a_second_click_on_filing_answers_with_a_conflict(client_for, world, operator):
    row = factories.make_tray_file(operator, world.unit)
    client = client_for("operator")
    first = client.post(FILE, {"tray": [row.pk], f"title-{row.pk}": "SK"})
    second = client.post(FILE, {"tray": [row.pk], f"title-{row.pk}": "SK"})
    assert (first.status_code, second.status_code) == (302, 409)
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(("person", "status"), EVERYBODY.items())
def test_who_may_file_and_discard(client_for, world, people, person, status):
    client = client_for(person)
    for path in (FILE, "/unggah/PN-SKM/buang/"):
        answer = client.post(path, {"tray": ["1"]})
        allowed = answer.status_code in {302, 409, 422}
        assert (answer.status_code == status) or (status == 200 and allowed)


def test_the_tray_part_is_for_the_script(client_for, world, operator):
    factories.make_tray_file(operator, world.unit, display_name="SK_Maklumat.pdf")
    text = client_for("operator").get("/unggah/PN-SKM/baki/").content.decode()
    assert "data-tray" in text
    assert 'value="SK Maklumat"' in text
    assert "<html" not in text
    assert "SK_Maklumat" not in client_for("head").get("/unggah/PN-SKM/baki/").text


def test_discarding_the_chosen_ones(client_for, world, operator):
    keep = factories.make_tray_file(operator, world.unit)
    gone = factories.make_tray_file(operator, world.unit)
    answer = client_for("operator").post("/unggah/PN-SKM/buang/", {"tray": [gone.pk]})
    assert answer.url == PAGE
    assert list(TrayFile.objects.all()) == [keep]


def test_a_tray_file_is_downloaded_by_its_owner_alone(client_for, world, operator):
    data = factories.pdf_bytes("baki")
    row = factories.make_tray_file(operator, world.unit, data)
    path = f"/baki/{row.pk}/unduh/"
    answer = client_for("operator").get(path)
    assert answer.getvalue() == data
    assert client_for("head").get(path).status_code == 404


def test_a_long_tray_turns_its_pages_and_files_all(client_for, world, operator):
    names = [f"Notula {number:03}" for number in range(1, 46)]
    for name in names:
        factories.make_tray_file(operator, world.unit, display_name=f"{name}.pdf")
    client = client_for("operator")
    seen = []
    address = PAGE
    while address:
        text = client.get(address).content.decode()
        seen.append(re.findall(r'name="title-\d+"\s+value="([^"]+)"', text))
        found = re.search(r'name="ke"\s+value="(\d+)"[^>]*>Berikutnya', text)
        address = ""
        if found:
            form = {"author": operator.key, "ke": found[1]}
            address = client.post(KEEP, form).url
    assert [len(page) for page in seen] == [20, 20, 5]
    assert [title for page in seen for title in page] == names
    assert "Berkas 41–45 dari 45" in text
    assert "Simpan semua (45)" in text
    assert "Simpan semua 45 berkas di baki?" in text
    # A page beyond the last, and one that is no number.
    assert "Notula 045" in client.get(f"{PAGE}?baki=9").content.decode()
    assert "Notula 001" in client.get(f"{PAGE}?baki=x").content.decode()
    client.post(FILE, {"act": "all"})
    assert Evidence.objects.count() == 45


def test_a_refused_page_of_a_long_tray_comes_back(client_for, world, operator):
    for _ in range(25):
        factories.make_tray_file(operator, world.unit)
    last = TrayFile.objects.order_by("pk").last()
    answer = client_for("operator").post(
        FILE, {"tray": last.pk, f"title-{last.pk}": " ", "baki": 2}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="title-{last.pk}"' in text


def test_a_page_of_the_tray_costs_the_same_at_forty_times_the_files(
    client_for, world, operator
):
    factories.make_assessments(world.unit, world.period)
    client = client_for("operator")

    def cost(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for _ in range(25):
        factories.make_tray_file(operator, world.unit)
    client.get(PAGE)
    few = cost(PAGE), cost(f"{PAGE}?baki=2")
    rows = TrayFile.objects.all()
    first = rows[0]
    TrayFile.objects.bulk_create(
        TrayFile(
            work_unit=world.unit,
            user=operator,
            blob=first.blob,
            kind="pdf",
            display_name=f"Berkas {number}.pdf",
            original_name="x",
        )
        for number in range(975)
    )
    assert (cost(PAGE), cost(f"{PAGE}?baki=50")) == few
    assert "1.000 berkas di baki" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(("days", "loud"), [(0, False), (24, True)])
def test_the_tray_says_when_its_files_go(client_for, world, operator, days, loud):
    at = timezone.now() - dt.timedelta(days=days)
    factories.make_tray_file(operator, world.unit, received_at=at)
    text = client_for("operator").get(PAGE).content.decode()
    day = format_day(timezone.localtime(at + dt.timedelta(days=30)))
    assert f"dibuang {day} bila belum disimpan" in text
    assert ('class="small strong"' in text) is loud
