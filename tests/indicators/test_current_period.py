"""Which period people are led to when two are open."""

import datetime as dt

import pytest
from django.utils import timezone

from indicators.models import AssessmentPeriod, Stage, StageWindow
from indicators.services.periods import current_period, with_running
from tests.factories import make_assessments, make_period

pytestmark = pytest.mark.django_db

NOW = timezone.now()
YEAR = NOW.year


@pytest.fixture
def old(catalogue):
    return make_period(str(YEAR))


def found(**kwargs):
    assesses = kwargs.pop("assesses", False)
    rows = with_running(AssessmentPeriod.objects.all(), assesses=assesses)
    return current_period(rows, **kwargs)


def end(period, stage):
    window = StageWindow.objects.get(period=period, stage=stage)
    window.closes_at = NOW - dt.timedelta(days=1)
    window.save()


@pytest.mark.parametrize("assesses", [False, True])
def test_a_period_opened_early_moves_nobody(old, assesses):
    early = make_period(str(YEAR + 1))
    assert found(assesses=assesses) == old
    january = dt.date(YEAR + 1, 1, 1)
    assert found(assesses=assesses, today=january) == early


def test_an_assessor_stays_where_the_review_still_runs(old):
    early = make_period(str(YEAR + 1), stages=[Stage.FILLING])
    january = dt.date(YEAR + 1, 1, 1)
    end(old, Stage.FILLING)
    assert found(assesses=True, today=january) == old
    assert found(assesses=False, today=january) == early


def test_where_nothing_runs_the_newest_begun_one_counts(old):
    earlier = make_period(str(YEAR - 1), stages=[])
    for stage in (Stage.FILLING, Stage.REVIEW):
        end(old, stage)
    assert earlier.is_open
    assert found() == old


def test_before_any_year_has_begun_the_earliest_counts(catalogue):
    make_period(str(YEAR + 2))
    first = make_period(str(YEAR + 1))
    assert found() == first


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_open_periods_count(catalogue, state):
    make_period(str(YEAR), state=state)
    assert found() is None


def test_home_and_frame_stay_and_offer_the_other(world, client_for):
    early = make_period(str(world.period.year + 1))
    for period in (world.period, early):
        make_assessments(world.unit, period)
    client = client_for("operator")
    home = client.get("/", follow=True)
    assert home.request["PATH_INFO"] == f"/{world.period.slug}/unit/PN-SKM/"
    page = home.content.decode()
    assert f'href="/{early.slug}/' in page
    assert client_for("assessor").get("/")["Location"].startswith("/2026/penilaian/")


def test_a_deadline_at_midnight_is_the_end_of_the_day_before_everywhere(
    world, people, client_for, run_jobs
):
    from indicators.services import periods

    make_assessments(world.unit, world.period)
    zone = world.unit.zone
    day = timezone.localdate(timezone=zone) + dt.timedelta(days=40)
    midnight = dt.datetime.combine(day, dt.time.min, zone)
    admin = people["administrator"]
    for stage in (Stage.FILLING, Stage.REVIEW):
        periods.set_window(
            user=admin,
            period_id=world.period.pk,
            stage=stage,
            opens_at=midnight - dt.timedelta(days=70, hours=3),
            closes_at=midnight,
        )
    periods.grant_grace(
        user=admin,
        period_id=world.period.pk,
        stage=Stage.FILLING,
        work_unit=world.unit,
        until=midnight + dt.timedelta(days=7),
        reason="Listrik padam",
    )
    run_jobs()
    pages = {
        ("assessor", "/2026/penilaian/"): True,
        ("operator", "/2026/unit/PN-SKM/"): True,
        ("operator", "/kotak-masuk/"): True,
        ("administrator", "/periode/"): True,
        ("administrator", "/periode/2026/"): True,
        ("administrator", "/periode/2026/jadwal/"): True,
        ("lead", "/periode/"): True,
        ("manager", "/2026/kesiapan/KW-JTG/"): False,
    }
    for (name, path), has_deadline in pages.items():
        response = client_for(name).get(path)
        assert response.status_code == 200, path
        page = response.content.decode()
        assert "pukul 00.00" not in page, path
        assert ("pukul 23.59" in page) == has_deadline, path


@pytest.mark.parametrize(
    ("utc", "zone", "shown"),
    [
        ("2026-05-31T17:00", "Asia/Jakarta", "31 Mei 2026 pukul 23.59 WIB"),
        ("2026-05-31T17:00", "Asia/Makassar", "1 Juni 2026 pukul 00.59 WITA"),
        ("2026-05-31T17:00", "Asia/Jayapura", "1 Juni 2026 pukul 01.59 WIT"),
        ("2026-05-31T15:00", "Asia/Jayapura", "31 Mei 2026 pukul 23.59 WIT"),
        ("2026-05-31T09:00", "Asia/Jakarta", "31 Mei 2026 pukul 16.00 WIB"),
        ("2026-05-31T09:00", "Asia/Makassar", "31 Mei 2026 pukul 17.00 WITA"),
    ],
)
def test_an_end_is_the_same_minute_in_every_zone(utc, zone, shown):
    from indicators.services.periods import format_end

    end = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert format_end(end, zone) == shown
