"""What is typed in a long tray stays, whatever page is turned or file is filed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evidence.models import Evidence, TrayFile
from evidence.services import tray
from indicators.models import State
from tests import factories

from .test_filing_views import KEEP
from .test_upload_views import EVERYBODY, FILE, PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(people):
    return people["operator"]


@pytest.fixture
def long_tray(world, operator):
    return [
        factories.make_tray_file(
            operator, world.unit, display_name=f"Berkas {number:02}.pdf"
        )
        for number in range(1, 26)
    ]


def shown(text, name):
    """Return the value of a field on a page, also of the chosen option."""
    field = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', text)
    if field:
        value = re.search(r'\bvalue="([^"]*)"', field[0])
        return value[1] if value else ""
    select = re.search(rf'<select[^>]*\bname="{name}"[^>]*>(.*?)</select>', text, re.S)
    chosen = re.search(r'value="(\d*)"[^>]*\sselected', select[1])
    return chosen[1] if chosen else ""


def ticked(text, row):
    box = re.search(rf'<input[^>]*name="tray"[^>]*value="{row.pk}"[^>]*>', text)
    return "checked" in box[0]


def form_of(text, **changes):
    """Return the fields of the tray's form as a browser sends them, with changes."""
    part = text[text.index("data-tray-form") :]
    part = part[: part.index("</form>")]
    data = {"tray": re.findall(r'name="tray"[^>]*value="(\d+)"[^>]*checked', part)}
    for name in re.findall(r'name="((?:title|item|kind|guess)-\d+)"', part):
        data[name] = shown(part, name)
    for name in ("konteks", "next", "baki", "author"):
        data[name] = shown(part, name)
    return {**data, **changes}


def test_turning_the_page_keeps_every_field(client_for, world, operator, long_tray):
    assessment = factories.make_assessment(world.unit, world.period, "06.19")
    other = factories.make_assessment(world.unit, world.period, "06.13")
    kind = factories.get_kind("laporan_skm")
    client = client_for("operator")
    first = long_tray[0]
    text = client.get(PAGE).content.decode()
    left = [str(row.pk) for row in long_tray[:20] if row != long_tray[1]]
    form = form_of(
        text,
        **{
            "tray": left,
            f"title-{first.pk}": "Judul yang diketik",
            f"item-{first.pk}": str(assessment.pk),
            f"kind-{first.pk}": str(kind.pk),
            "note": "Catatan untuk semuanya",
            "document_date": "2026-03-02",
            "mode": "one",
            "kind": str(kind.pk),
            "link": [str(other.pk)],
            f"pages-{other.pk}": "3-7",
            "ke": "2",
        },
    )
    answer = client.post(KEEP, form)
    assert answer.status_code == 302
    second = client.get(answer.url).content.decode()
    assert f'name="title-{long_tray[20].pk}"' in second
    for words in ("Catatan untuk semuanya", "2026-03-02", 'value="3-7"'):
        assert words in second
    assert shown(second, "kind") == str(kind.pk)
    form = form_of(second, ke="1", **{f"title-{long_tray[24].pk}": "Yang terakhir"})
    back = client.get(client.post(KEEP, form).url).content.decode()
    assert shown(back, f"title-{first.pk}") == "Judul yang diketik"
    assert shown(back, f"item-{first.pk}") == str(assessment.pk)
    assert shown(back, f"kind-{first.pk}") == str(kind.pk)
    assert not ticked(back, long_tray[1])
    assert ticked(back, first)
    long_tray[24].refresh_from_db()
    assert long_tray[24].typed["title"] == "Yang terakhir"


def test_all_at_once_takes_what_was_typed_on_other_pages(
    client_for, world, operator, long_tray
):
    assessment = factories.make_assessment(world.unit, world.period, "06.19")
    last = long_tray[-1]
    client = client_for("operator")
    page = client.get(f"{PAGE}?baki=2").content.decode()
    kind = factories.get_kind("laporan_skm").pk
    changes = {
        f"title-{last.pk}": "Laporan SKM",
        f"item-{last.pk}": assessment.pk,
        f"kind-{last.pk}": kind,
    }
    turned = client.post(KEEP, form_of(page, ke="1", **changes)).url
    first = client.get(turned).content.decode()
    client.post(FILE, form_of(first, act="all"))
    assert Evidence.objects.count() == 25
    made = Evidence.objects.get(title="Laporan SKM")
    assert (made.kind_id, made.links.get().assessment) == (kind, assessment)


def test_files_that_no_page_showed_follow_the_proposals(client_for, world, operator):
    assessments = factories.make_assessments(world.unit, world.period)
    for name in ("Laporan SKM.pdf", "SOP pengaduan.pdf", "scan001.pdf"):
        factories.make_tray_file(operator, world.unit, display_name=name)
    client_for("operator").post(FILE, {"act": "all"})
    found = {e.title: e for e in Evidence.objects.select_related("kind")}
    assert found["Laporan SKM"].kind.key == "laporan_skm"
    assert found["Laporan SKM"].links.get().assessment == assessments["06.19"]
    assert found["SOP pengaduan"].kind.key == "sop_pengaduan"
    assert found["Scan001"].kind.key == "lainnya"
    assert not found["Scan001"].links.exists()


def test_an_item_that_stands_still_is_proposed_for_nothing(client_for, world, operator):
    assessments = factories.make_assessments(world.unit, world.period)
    assessments["06.19"].state = State.SUBMITTED
    assessments["06.19"].save()
    factories.make_tray_file(operator, world.unit, display_name="Laporan SKM.pdf")
    answer = client_for("operator").post(FILE, {"act": "all"})
    assert answer.status_code == 302
    assert not assessments["06.19"].links.exists()


@pytest.mark.parametrize("address", [FILE, "/unggah/PN-SKM/buang/"])
def test_files_that_stay_keep_what_was_typed(
    client_for, world, operator, long_tray, address
):
    gone, stays = long_tray[:2]
    client = client_for("operator")
    form = form_of(
        client.get(PAGE).content.decode(),
        **{"tray": [gone.pk], f"title-{stays.pk}": "Masih menunggu", "act": "file"},
    )
    assert client.post(address, form).status_code == 302
    assert not TrayFile.objects.filter(pk=gone.pk).exists()
    text = client.get(PAGE).content.decode()
    assert shown(text, f"title-{stays.pk}") == "Masih menunggu"


def test_what_was_said_of_all_ends_with_the_filing(
    client_for, world, operator, long_tray
):
    client = client_for("operator")
    form = form_of(client.get(PAGE).content.decode(), note="Untuk yang ini", ke="1")
    client.post(KEEP, form)
    assert "Untuk yang ini" in client.get(PAGE).content.decode()
    # Of another place it says nothing.
    here = factories.make_assessment(world.unit, world.period)
    factories.make_tray_file(operator, world.unit, context_key=here.key)
    there = client.get(f"{PAGE}?konteks={here.key}").content.decode()
    assert "Untuk yang ini" not in there
    client.post(FILE, form_of(client.get(PAGE).content.decode(), act="file"))
    assert "Untuk yang ini" not in client.get(PAGE).content.decode()


def test_nobody_else_sees_or_changes_what_was_typed(
    client_for, world, operator, long_tray
):
    row = long_tray[0]
    client_for("operator").post(
        KEEP,
        {
            "author": operator.key,
            "tray": [row.pk],
            f"title-{row.pk}": "Rahasia saya",
            "note": "Catatan saya",
        },
    )
    head = client_for("head")
    assert "Rahasia saya" not in head.get(PAGE).content.decode()
    head.post(
        KEEP,
        {"author": world.people["head"].key, f"title-{row.pk}": "Bukan milik saya"},
    )
    row.refresh_from_db()
    assert row.typed == {"title": "Rahasia saya"}


def test_a_form_of_the_person_before_is_not_kept(
    client_for, world, operator, long_tray
):
    form = {"author": operator.key, "note": "Catatan operator", "ke": "2"}
    head = client_for("head")
    factories.make_tray_file(world.people["head"], world.unit)
    answer = head.post(KEEP, form, follow=True)
    text = answer.content.decode()
    assert "Halaman ini dibuka oleh orang lain" in text
    assert "Catatan operator" not in text
    json = head.post(KEEP, form, headers={"Accept": "application/json"})
    assert json.status_code == 403


@pytest.mark.parametrize(("person", "status"), EVERYBODY.items())
def test_who_may_keep(client_for, world, person, status):
    key = world.people[person].key if person != "anonymous" else ""
    answer = client_for(person).post(KEEP, {"author": key})
    assert answer.status_code == (302 if status == 200 else status)


def test_odd_values_are_kept_cleanly_or_not_at_all(world, operator):
    row = factories.make_tray_file(operator, world.unit)
    typed = {"title": "A\x00\u202e" + "b" * 400, "item": "1 OR 1", "kind": "²"}
    tray.keep_typed(user=operator, work_unit=world.unit, typed={row.pk: typed})
    row.refresh_from_db()
    assert row.typed == {"title": "A" + "b" * 199}


def test_the_script_gets_the_kinds_of_another_item(client_for, world, operator):
    first = factories.make_assessment(world.unit, world.period, "06.01")
    second = factories.make_assessment(world.unit, world.period, "06.02")
    row = factories.make_tray_file(operator, world.unit, display_name="SK Maklumat.pdf")
    generic = factories.get_kind("keputusan").pk
    form = {
        "author": operator.key,
        "tray": [row.pk],
        f"title-{row.pk}": "SK Maklumat",
        f"kind-{row.pk}": generic,
        f"guess-{row.pk}": generic,
        "segarkan": row.pk,
    }
    client = client_for("operator")
    found = {}
    for assessment in (first, second):
        answer = client.post(
            KEEP,
            {**form, f"item-{row.pk}": assessment.pk},
            headers={"Accept": "application/json"},
        )
        data = answer.json()
        assert (data["kept"], data["row"]) == (True, row.pk)
        found[assessment.item.slug] = data["html"]
    key = factories.get_kind("sk_maklumat").pk
    assert shown(found["06.02"], f"kind-{row.pk}") == str(key)
    assert shown(found["06.01"], f"kind-{row.pk}") == str(generic)
    assert "tebakan dari nama berkas" in found["06.02"]


def test_keeping_costs_the_same_for_twenty_files_as_for_two(
    client_for, world, operator, long_tray
):
    factories.make_assessments(world.unit, world.period)
    client = client_for("operator")

    def cost(rows, word):
        form = {"author": operator.key, "tray": [r.pk for r in rows]}
        form |= {f"title-{r.pk}": f"{word} {r.pk}" for r in rows}
        with CaptureQueriesContext(connection) as captured:
            assert client.post(KEEP, form).status_code == 302
        return len(captured)

    cost(long_tray[:2], "Hangat")
    assert cost(long_tray[:2], "Dua") == cost(long_tray[:20], "Semua")
