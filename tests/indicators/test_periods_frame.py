"""What periods hang into the frame: the switcher, navigation, sentences, jobs."""

import datetime as dt

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from indicators import jobs, registrations
from indicators.models import AssessmentPeriod
from indicators.services import periods
from tests import factories
from wbk_portal.common import registry
from wbk_portal.common.jobs import PERIODIC

pytestmark = pytest.mark.django_db


@pytest.fixture
def years(world):
    """2024 closed with one unit less, 2026 open, 2027 in preparation."""
    old = factories.make_period("2024")
    periods.ensure_assessments(old, units=[world.unit])
    periods.close_period(user=world.people["administrator"], period=old)
    periods.ensure_assessments(world.period)
    factories.make_period("2027", state=AssessmentPeriod.State.DRAFT)
    return world


def asking(path, user):
    request = RequestFactory().get(path)
    request.user = user
    return request


def choices(path, user):
    found = registrations.period_choices(asking(path, user))
    return {choice.label: (choice.url, choice.current) for choice in found}


@pytest.mark.parametrize(
    ("path", "here", "there"),
    [
        ("/", "/2026/kesiapan/", "/2024/kesiapan/"),
        ("/2026/unit/PN-SKM/", "/2026/unit/PN-SKM/", "/2024/unit/PN-SKM/"),
        ("/2026/unit/PN-SKM/06.13/", "/2026/unit/PN-SKM/06.13/", "/2024/unit/PN-SKM/"),
        ("/2026/unit/PN-LAB/", "/2026/unit/PN-LAB/", "/2024/kesiapan/"),
        ("/2026/penilaian/PN-SKM/06.13/", None, "/2024/penilaian/"),
    ],
)
def test_the_switcher_leads_to_the_same_page_where_it_exists(years, path, here, there):
    found = choices(path, years.people["manager"])
    assert set(found) == {"2026", "2024"}
    assert found["2026"] == (here or path, True)
    assert found["2024"] == (there, False)


def test_who_reads_no_unit_has_nothing_to_switch_between(years):
    assert choices("/", years.people["complaint_officer"]) == {}
    assert set(choices("/", years.people["assessor"])) == {"2026", "2024"}


def test_the_switcher_marks_the_period_of_the_page_and_costs_one_query(years):
    manager = years.people["manager"]
    assert manager.active_memberships
    with CaptureQueriesContext(connection) as captured:
        found = registrations.period_choices(asking("/2024/unit/PN-SKM/", manager))
    assert len(captured) == 1
    assert [(c.label, c.current, str(c.note)) for c in found] == [
        ("2026", False, ""),
        ("2024", True, "terkunci"),
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("administrator", True), ("lead", True), ("operator", False), ("manager", False)],
)
def test_the_way_to_the_periods(people, name, shown):
    request = RequestFactory().get("/")
    found = list(registrations.navigation(people[name], request))
    assert [entry.url for entry in found] == (["/periode/"] if shown else [])


def test_moments_in_sentences_are_written_in_the_unit_s_zone():
    notice = registry.notices.get("period.grace_granted")
    values = notice.prepare(
        {
            "stage": "filling",
            "until": dt.datetime(2026, 6, 1, 7, tzinfo=dt.UTC).isoformat(),
            "zone": "Asia/Jayapura",
            "unit": "Kantor Layanan Ambon",
        }
    )
    assert registry.fill(notice.text, values) == (
        "Kantor Layanan Ambon mendapat tambahan waktu Pengisian sampai "
        "1 Juni 2026 pukul 16.00 WIT."
    )


def test_sentences_bear_missing_values():
    for text in (*registrations.HISTORY, *registrations.NOTICES):
        values = text.prepare({}) if text.prepare else {}
        assert registry.fill(text.text, values)


def test_addresses_of_periods(world):
    pk = str(world.period.pk)
    found = registrations.period_addresses([pk, "999999", "x"])
    assert {key: one.url for key, one in found.items()} == {pk: "/periode/2026/"}


def test_the_jobs_run_and_say_what_they_did(years):
    with translation.override("id"):
        assert jobs.write_readiness_of_the_day() == "0 rows"
        assert jobs.make_assessments_of_new_units() == "0 units"
        assert jobs.finalise_after_review() == "0 values"
        assert jobs.return_overdue_revisions() == "0 items"
    factories.make_unit("PN-BARU")
    assert jobs.make_assessments_of_new_units() == "1 units"
    assert {
        "readiness-of-the-day",
        "assessments-of-new-units",
        "final-after-review",
        "overdue-revisions",
    } <= set(PERIODIC)
