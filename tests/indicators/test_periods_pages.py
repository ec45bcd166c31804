"""Pages of periods: who may open them, what they do, what they cost."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from indicators.models import AssessmentPeriod, Grace, Stage, StageWindow
from indicators.services import periods
from tests import factories

pytestmark = pytest.mark.django_db

RULES = {
    "slug": "2027",
    "year": "2027",
    "name": "Penilaian 2027",
    "release": "by_lead",
    "zero_denominator": "zero",
    "requires_approval": "on",
    "revision_days": "5",
}
SCHEDULE = {
    "filling_opens_at": "2026-01-04T08:00",
    "filling_closes_at": "2027-05-31T23:59",
    "review_opens_at": "2027-06-01T08:00",
    "review_closes_at": "2027-07-31T16:00",
}
GRACE = {"stage": "filling", "unit": "pn-skm", "reason": "Banjir"}
ADDRESSES = [
    # address, method, status for an administrator
    ("/periode/baru/", "get", 200),
    ("/periode/2026/", "get", 200),
    ("/periode/2026/ubah/", "get", 200),
    ("/periode/2026/jadwal/", "get", 200),
    ("/periode/2026/tutup/", "get", 200),
    ("/periode/2026/buka/", "post", 302),
    ("/periode/2026/tambahan-waktu/", "post", 422),
    ("/periode/1999/", "get", 404),
]


@pytest.mark.parametrize(("address", "method", "status"), ADDRESSES)
def test_only_administrators_keep_periods(client_for, address, method, status):
    for name in ("operator", "head", "assessor", "lead", "manager"):
        assert getattr(client_for(name), method)(address).status_code == 403
    may_read = address in ("/periode/2026/", "/periode/1999/")
    read = getattr(client_for("auditor"), method)(address).status_code
    assert read == (status if may_read else 403)
    assert getattr(client_for("anonymous"), method)(address).status_code == 302
    assert getattr(client_for("administrator"), method)(address).status_code == status


@pytest.mark.parametrize(
    ("name", "status"),
    [
        *(("administrator", 200), ("lead", 200), ("auditor", 200)),
        *(("assessor", 403), ("operator", 403)),
    ],
)
def test_who_sees_the_list(client_for, name, status):
    assert client_for(name).get("/periode/").status_code == status


def test_the_list_shows_leads_no_prepared_periods_and_no_buttons(client_for):
    factories.make_period("2027", state=AssessmentPeriod.State.DRAFT)
    admin = client_for("administrator").get("/periode/").content.decode()
    lead = client_for("lead").get("/periode/").content.decode()
    assert "Penilaian 2027" in admin
    assert "Siapkan periode" in admin
    assert "Penilaian 2027" not in lead
    assert "Siapkan periode" not in lead
    assert "/periode/2026/penugasan/" in lead


def test_an_auditor_reads_a_period_and_changes_nothing(client_for, world):
    factories.make_period("2027", state=AssessmentPeriod.State.DRAFT)
    client = client_for("auditor")
    page = client.get("/periode/").content.decode()
    assert 'href="/periode/2027/"' in page
    assert "Siapkan periode" not in page
    for slug in ("2026", "2027"):
        page = client.get(f"/periode/{slug}/").content.decode()
        assert "Riwayat" in page
        shown = page.replace(f'href="/periode/{slug}/penugasan/"', "")
        assert f'href="/periode/{slug}/' not in shown
        assert f'action="/periode/{slug}/' not in page
        assert "Beri tambahan waktu" not in page
        for act in ("buka", "tutup", "jadwal", "ubah", "tambahan-waktu"):
            assert client.post(f"/periode/{slug}/{act}/", {"x": "1"}).status_code == 403


def version_of(slug):
    """The version of the schedule that a form opened now carries."""
    return periods.schedule_version(StageWindow.objects.filter(period__slug=slug))


def test_a_period_is_prepared_scheduled_and_opened(client_for):
    client = client_for("administrator")
    answer = client.post("/periode/baru/", RULES)
    assert answer.headers["Location"] == "/periode/2027/jadwal/"
    page = client.get("/periode/2027/").content.decode()
    assert "Isi jadwal pengisian dan penilaian" in page
    assert "Buka periode" not in page
    answer = client.post(
        "/periode/2027/jadwal/",
        {
            "version": version_of("2027"),
            "filling_opens_at": "2027-01-04T08:00",
            "filling_closes_at": "2027-05-31T23:59",
            "review_opens_at": "2027-06-01T08:00",
            "review_closes_at": "2027-07-31T16:00",
            "objection_opens_at": "",
            "objection_closes_at": "",
        },
    )
    assert answer.headers["Location"] == "/periode/2027/"
    windows = {w.stage: w for w in StageWindow.objects.filter(period__slug="2027")}
    # 23.59 means the whole day; any other time is that time.
    assert windows["filling"].closes_at == dt.datetime(2027, 5, 31, 17, tzinfo=dt.UTC)
    assert windows["review"].closes_at == dt.datetime(2027, 7, 31, 9, tzinfo=dt.UTC)
    page = client.get("/periode/2027/").content.decode()
    assert "4 Januari 2027 pukul 08.00 WIB – 31 Mei 2027 pukul 23.59 WIB" in page
    form = client.get("/periode/2027/jadwal/").content.decode()
    assert 'value="2027-05-31T23:59"' in form
    answer = client.post("/periode/2027/buka/", follow=True)
    assert "Butir untuk 3 unit sudah disiapkan." in answer.content.decode()
    period = AssessmentPeriod.objects.get(slug="2027")
    assert (period.state, period.release) == ("open", "by_lead")
    assert period.assessments.count() == 90


@pytest.mark.parametrize(
    "written",
    [
        "PN-SKM",
        "pn-skm",
        "Kantor Layanan Sukamaju (PN-SKM)",
        "kantor  layanan sukamaju",
    ],
)
def test_the_unit_is_named_as_one_knows_it(client_for, written):
    client = client_for("administrator")
    page = client.get("/periode/2026/").content.decode()
    assert 'value="Kantor Layanan Sukamaju (PN-SKM)"' in page
    until = timezone.localtime() + dt.timedelta(days=40)
    values = {**GRACE, "until": until.strftime("%Y-%m-%dT16:00"), "unit": written}
    assert client.post("/periode/2026/tambahan-waktu/", values).status_code == 302
    assert Grace.objects.get().work_unit.code == "PN-SKM"


def test_a_name_that_two_units_bear_needs_the_code(client_for, world):
    factories.make_unit("PN-SK2", parent=world.region, name=world.unit.name)
    until = timezone.localtime() + dt.timedelta(days=40)
    values = {**GRACE, "until": until.strftime("%Y-%m-%dT16:00")}
    client = client_for("administrator")
    path = "/periode/2026/tambahan-waktu/"
    answer = client.post(path, {**values, "unit": world.unit.name})
    assert "Ada lebih dari satu unit dengan nama itu" in answer.content.decode()
    client.post(path, {**values, "unit": f"{world.unit.name} (PN-SK2)"})
    assert Grace.objects.get().work_unit.code == "PN-SK2"


@pytest.mark.parametrize("year", ["-1", "0", "1500", "2011", "2100", "9" * 30])
def test_a_year_out_of_reach_is_a_typing_error(client_for, world, year):
    answer = client_for("administrator").post(
        "/periode/baru/", {**RULES, "slug": year, "year": year}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Tahun periode harus antara 2012 dan" in page
    assert "Di bawah batas" not in page
    assert AssessmentPeriod.objects.count() == 1


@pytest.mark.parametrize("end", ["opens_at", "closes_at"])
def test_a_schedule_years_away_is_said_at_its_field(client_for, world, end):
    values = {
        "version": version_of("2026"),
        "filling_opens_at": "2026-01-01T08:00",
        "filling_closes_at": "2028-05-31T23:59",
        "review_opens_at": "2026-06-01T08:00",
        "review_closes_at": "2028-06-30T23:59",
    }
    values[f"filling_{end}"] = (
        "1500-01-01T00:00" if end == "opens_at" else "3000-01-01T00:00"
    )
    answer = client_for("administrator").post("/periode/2026/jadwal/", values)
    page = answer.content.decode()
    sentence = "Tanggal jadwal periode 2026 harus antara tahun 2025 dan 2028."
    assert f'id="id_filling_{end}_error"' in page
    assert sentence in page.split(f'id="id_filling_{end}_error"')[1][:400]


def test_more_time_given_in_two_tabs_is_a_conflict(client_for, world):
    client, address = client_for("administrator"), "/periode/2026/tambahan-waktu/"
    page = client.get("/periode/2026/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    day = timezone.localtime() + dt.timedelta(days=40)
    until = day.strftime("%Y-%m-%dT16:00")
    first = client.post(address, {**GRACE, "until": until, "version": version})
    assert first.status_code == 302
    second = {**GRACE, "until": until, "reason": "Gempa", "version": version}
    answer = client.post(address, second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Administrator sudah mengubah data ini" in page
    assert "Banjir" in page
    assert 'value="Gempa"' in page
    assert Grace.objects.get().reason == "Banjir"
    newest = re.findall(r'name="version" value="(\d+)"', page)[-1]
    again = client.post(address, {**second, "version": newest})
    assert again.status_code == 302
    assert Grace.objects.get().reason == "Gempa"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "2026"}, "sudah memakai isian “Alamat” ini"),
        ({"slug": "tahun"}, "Alamat dimulai dengan tahun"),
        ({"year": "2028"}, "Alamat harus dimulai dengan tahun periode ini."),
        ({"name": ""}, "Belum diisi. Isi atau pilih dahulu."),
        ({"name": "x" * 200}, "120"),
    ],
)
def test_wrong_rules_come_back_with_a_sentence(client_for, wrong, sentence):
    answer = client_for("administrator").post("/periode/baru/", {**RULES, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert AssessmentPeriod.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"review_closes_at": "2027-06-01T07:00"}, "Waktu tutup harus setelah"),
        ({"objection_opens_at": "2027-08-01T08:00"}, "Isi waktu buka dan waktu"),
        ({"filling_opens_at": "kemarin"}, "Tanggal dan jam ini tidak ada."),
        ({"filling_opens_at": ""}, "Belum diisi. Isi atau pilih dahulu."),
        ({"filling_closes_at": "2026-01-31T16:00"}, "setelah saat ini"),
        ({"version": "x"}, "Bukan bilangan bulat."),
    ],
)
def test_a_wrong_schedule_stores_nothing(client_for, world, wrong, sentence):
    before = list(world.period.windows.values())
    values = {**SCHEDULE, "version": version_of("2026"), **wrong}
    answer = client_for("administrator").post("/periode/2026/jadwal/", values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert list(world.period.windows.values()) == before


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        (
            {"review_opens_at": "2026-01-04T07:59"},
            "review_opens_at",
            "Penilaian tidak boleh dibuka lebih awal daripada Pengisian.",
        ),
        (
            {
                "objection_opens_at": "2027-05-30T08:00",
                "objection_closes_at": "2027-08-30T08:00",
            },
            "objection_opens_at",
            "Masa sanggah tidak boleh dibuka lebih awal daripada Penilaian.",
        ),
    ],
)
def test_a_stage_does_not_open_before_the_one_it_follows(
    client_for, world, wrong, field, sentence
):
    before = list(world.period.windows.values())
    values = {**SCHEDULE, "version": version_of("2026"), **wrong}
    answer = client_for("administrator").post("/periode/2026/jadwal/", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page.split(f'id="id_{field}_error"')[1][:400]
    assert list(world.period.windows.values()) == before


def test_stages_may_overlap_and_open_at_once(client_for, world):
    values = {
        **SCHEDULE,
        "version": version_of("2026"),
        "review_opens_at": SCHEDULE["filling_opens_at"],
        "objection_opens_at": "2027-01-01T08:00",
        "objection_closes_at": "2027-02-01T08:00",
    }
    answer = client_for("administrator").post("/periode/2026/jadwal/", values)
    assert answer.status_code == 302
    assert world.period.windows.count() == 3


def test_a_schedule_in_two_tabs_never_overwrites_silently(client_for, world):
    client = client_for("administrator")
    seen = version_of("2026")
    assert f'name="version" value="{seen}"' in (
        client.get("/periode/2026/jadwal/").content.decode()
    )
    first = {**SCHEDULE, "version": seen, "review_closes_at": "2027-08-31T16:00"}
    assert client.post("/periode/2026/jadwal/", first).status_code == 302
    stored = list(world.period.windows.values())
    second = {**SCHEDULE, "version": seen, "review_closes_at": "2027-09-30T16:00"}
    answer = client.post("/periode/2026/jadwal/", second)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert list(world.period.windows.values()) == stored
    assert "31 Agustus 2027 pukul 16.00 WIB" in page
    assert "30 September 2027 pukul 16.00 WIB" in page
    assert "1 Juni 2027 pukul 08.00 WIB" not in page  # Both sides agree on it.
    assert 'value="2027-09-30T16:00"' in page
    assert f'name="version" value="{version_of("2026")}"' in page
    again = {**second, "version": version_of("2026")}
    assert client.post("/periode/2026/jadwal/", again).status_code == 302
    assert list(world.period.windows.values()) != stored


@pytest.mark.parametrize("version", ["", "0", "-1", "9" * 30])
def test_a_schedule_without_what_was_seen_is_not_stored(client_for, world, version):
    before = list(world.period.windows.values())
    values = {**SCHEDULE, "version": version}
    answer = client_for("administrator").post("/periode/2026/jadwal/", values)
    assert answer.status_code == 409
    assert list(world.period.windows.values()) == before


def test_extra_fields_do_nothing(client_for):
    client_for("administrator").post(
        "/periode/baru/", {**RULES, "state": "closed", "n_assessors": "9"}
    )
    period = AssessmentPeriod.objects.get(slug="2027")
    assert (period.state, period.n_assessors) == ("draft", 1)


def test_a_stale_form_is_answered_with_both_texts(client_for, world):
    client = client_for("administrator")
    values = {**RULES, "slug": "2026", "year": "2026"}
    saved = client.post(
        "/periode/2026/ubah/", {**values, "name": "Nama pertama", "version": "1"}
    )
    assert saved.status_code == 302
    answer = client.post(
        "/periode/2026/ubah/", {**values, "name": "Nama kedua", "version": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Nama kedua"' in page
    assert "Yang tersimpan sekarang: Nama pertama" in page
    assert 'name="version" value="2"' in page
    world.period.refresh_from_db()
    assert world.period.name == "Nama pertama"
    again = client.post(
        "/periode/2026/ubah/", {**values, "name": "Nama kedua", "version": "2"}
    )
    assert again.status_code == 302


def test_more_time_is_given_and_taken_away(client_for, world):
    client = client_for("administrator")
    until = timezone.localtime() + dt.timedelta(days=40)
    answer = client.post(
        "/periode/2026/tambahan-waktu/",
        {**GRACE, "until": until.strftime("%Y-%m-%dT16:00")},
        follow=True,
    )
    page = answer.content.decode()
    assert "Kantor Layanan Sukamaju" in page
    assert "Banjir" in page
    grace = Grace.objects.get()
    assert periods.stage_times(world.period, world.unit)[Stage.FILLING].is_extended
    client.post(f"/periode/2026/tambahan-waktu/{grace.pk}/cabut/")
    assert not Grace.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"unit": "XX-99"}, "Tidak ada unit dengan nama atau kode itu"),
        ({"stage": "objection"}, "Tahap ini belum punya jadwal."),
        ({"until": "2026-01-02T16:00"}, "melewati waktu tutup"),
        ({"until": "1500-01-02T16:00"}, "harus antara tahun 2025 dan 2028"),
        ({"until": "9026-01-02T16:00"}, "harus antara tahun 2025 dan 2028"),
        ({"stage": "lain"}, "tidak ada di daftar"),
    ],
)
def test_more_time_that_cannot_be_is_said(client_for, wrong, sentence):
    until = timezone.localtime() + dt.timedelta(days=40)
    values = {**GRACE, "until": until.strftime("%Y-%m-%dT16:00"), **wrong}
    answer = client_for("administrator").post("/periode/2026/tambahan-waktu/", values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Grace.objects.exists()


def test_closing_asks_twice_and_locks_every_form(client_for, world, people):
    periods.ensure_assessments(world.period)
    one = world.period.assessments.get(work_unit=world.unit, item__slug="06.13")
    factories.make_round(one, by=people["operator"])
    client = client_for("administrator")
    page = client.get("/periode/2026/tutup/").content.decode()
    assert "89 butir" in page
    assert "1 butir di 1 unit sudah diajukan tetapi belum dinilai" in page
    client.post("/periode/2026/tutup/", {})
    client.post("/periode/2026/tutup/", {"leave_undecided": "on"})
    answer = client.post("/periode/2026/tutup/", {"sure": "on"})
    assert "belum dinilai" in answer.content.decode()
    world.period.refresh_from_db()
    assert world.period.is_open
    answer = client.post(
        "/periode/2026/tutup/", {"sure": "on", "leave_undecided": "on"}, follow=True
    )
    page = answer.content.decode()
    assert "Periode ditutup dan terkunci." in page
    assert "Ubah jadwal" not in page
    assert "Beri tambahan waktu" not in page
    for address in ("ubah", "jadwal", "tutup", "buka", "tambahan-waktu"):
        assert client.post(f"/periode/2026/{address}/").status_code == 404


def test_pages_cost_the_same_for_more_data(client_for, world):
    client = client_for("administrator")

    def cost(address):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    addresses = ("/periode/", "/periode/2026/", "/periode/2026/tutup/")
    few = [cost(address) for address in addresses]
    for year in range(2010, 2022):
        factories.make_period(str(year))
    for number in range(10):
        unit = factories.make_unit(f"PN-{number}", parent=world.region)
        Grace.objects.create(
            window=world.period.windows.first(),
            work_unit=unit,
            until=timezone.now() + dt.timedelta(days=90),
            reason="Alasan",
        )
    periods.ensure_assessments(world.period)
    assert [cost(address) for address in addresses] == few
    assert max(few) <= 14
