"""The catalogue, a small institution with one person for each role, and its clients.

Every person is known by a role: `people["assessor"]`, `client_for("manager")`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation

from indicators.models import AssessmentPeriod, Instrument
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.audit.models import AuditEntry, AuditPayload, Chain
from wbk_portal.common import guards
from wbk_portal.common.jobs import run_pending

from . import factories
from .guarding import without_guards

ROLES = {
    # name: (role, unit of the membership)
    "operator": (Role.OPERATOR, "unit"),
    "head": (Role.HEAD, "unit"),
    "coach": (Role.COACH, "unit"),
    "operator_above": (Role.OPERATOR, "region"),
    "operator_elsewhere": (Role.OPERATOR, "elsewhere"),
    "head_elsewhere": (Role.HEAD, "elsewhere"),
    "assessor": (Role.ASSESSOR, "inspectorate"),
    "assessor_unassigned": (Role.ASSESSOR, "inspectorate"),
    "lead": (Role.LEAD, "inspectorate"),
    "controller": (Role.CONTROLLER, "inspectorate"),
    "manager": (Role.MANAGER, "region"),
    "manager_elsewhere": (Role.MANAGER, "region_elsewhere"),
    "complaint_officer": (Role.COMPLAINT_OFFICER, "unit"),
    "auditor": (Role.AUDITOR, "agency"),
    "administrator": (Role.ADMINISTRATOR, "agency"),
}
"""One person for each role towards `world.unit`, and some who have none there."""


@dataclass
class World:
    """A small institution.

    agency ─┬─ inspectorate
            ├─ region ─┬─ unit (assessed)
            │          └─ sibling (assessed)
            └─ region_elsewhere ── elsewhere (assessed)
    """

    agency: WorkUnit
    inspectorate: WorkUnit
    region: WorkUnit
    unit: WorkUnit
    sibling: WorkUnit
    region_elsewhere: WorkUnit
    elsewhere: WorkUnit
    period: AssessmentPeriod
    people: dict[str, User]


def _load_catalogue() -> None:
    from indicators.services.catalogue import load_instruments

    if Instrument.objects.exists():
        return
    load_instruments()
    # Each test begins with an empty log; that loading is logged is tested on its own.
    with without_guards():
        for model in (AuditPayload, AuditEntry, Chain):
            model.objects.all().delete()


@pytest.fixture(scope="session")
def _catalogue_once(django_db_setup, django_db_blocker) -> None:
    """Load the catalogue before the first test that rolls back; it stays for all."""
    with django_db_blocker.unblock():
        _load_catalogue()


@pytest.fixture
def catalogue(_catalogue_once, db) -> None:
    """The 24 indicators, the LKE and the kinds of evidence, as the portal ships them.

    A transactional test before this one has flushed them: then they come back.
    """
    _load_catalogue()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """Begin in the portal's language: a request in English leaves it switched on."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _guards_let_flush_pass(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the guards away before a transactional test empties the tables.

    Django's flush sends post_migrate, which brings them back.
    """
    marker = request.node.get_closest_marker("django_db")
    transactional = (
        marker is not None and bool(marker.kwargs.get("transaction"))
    ) or bool({"transactional_db", "live_server"} & set(request.fixturenames))
    if not transactional:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    guards.drop(connection)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path) -> None:
    """Give each test a folder of its own for stored files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            **settings.STORAGES["default"],
            "OPTIONS": {"location": tmp_path / "files", "base_url": None},
        },
    }


def make_world() -> World:
    """Make the institution of `World` with everybody of `ROLES`."""
    agency = factories.make_unit(
        "BLPI", name="Badan Layanan Perizinan Indonesia", is_assessed=False
    )
    inspectorate = factories.make_unit(
        "ITJEN", parent=agency, name="Inspektorat", is_assessed=False
    )
    region = factories.make_unit(
        "KW-JTG", parent=agency, name="Kantor Wilayah Jawa Tengah", is_assessed=False
    )
    unit = factories.make_unit("PN-SKM", parent=region, name="Kantor Layanan Sukamaju")
    sibling = factories.make_unit("PN-LAB", parent=region, name="Balai Uji Semarang")
    region_elsewhere = factories.make_unit(
        "KW-MLK",
        parent=agency,
        name="Kantor Wilayah Maluku",
        is_assessed=False,
        time_zone="Asia/Jayapura",
    )
    elsewhere = factories.make_unit(
        "PN-AMB",
        parent=region_elsewhere,
        name="Kantor Layanan Ambon",
        time_zone="Asia/Jayapura",
    )
    period = factories.make_period("2026")
    made = World(
        agency=agency,
        inspectorate=inspectorate,
        region=region,
        unit=unit,
        sibling=sibling,
        region_elsewhere=region_elsewhere,
        elsewhere=elsewhere,
        period=period,
        people={},
    )
    # Treebeard counted children on other objects than these.
    for node in (agency, inspectorate, region, unit, sibling, region_elsewhere):
        node.refresh_from_db()
    for name, (role, place) in ROLES.items():
        user = factories.make_user(name)
        factories.make_membership(user, getattr(made, place), role)
        made.people[name] = user
    factories.make_assignment(made.people["assessor"], unit, period)
    factories.make_assignment(made.people["lead"], unit, period, duty="lead")
    # Somebody without any role: signed in, sees nothing.
    made.people["nobody"] = factories.make_user("nobody")
    return made


@pytest.fixture
def world(catalogue) -> World:
    """The institution of `World` with everybody of `ROLES`."""
    return make_world()


@pytest.fixture
def people(world: World) -> dict[str, User]:
    """Everybody of the institution, by the names of `ROLES`, and "nobody"."""
    return world.people


@pytest.fixture
def client_for(world: World) -> Callable[[str], Client]:
    """Return a function: the browser of a person by name, or of "anonymous"."""

    def client_of(name: str) -> Client:
        client = Client()
        if name != "anonymous":
            client.force_login(world.people[name])
        return client

    return client_of


@pytest.fixture
def run_jobs(db) -> Callable[..., int]:
    """Return a function that runs all waiting jobs now and counts them.

    It raises what a job raises; `run_jobs(reraise=False)` goes on to the last attempt,
    `run_jobs(deferred=False)` leaves alone what waits for a later time.
    """
    return partial(run_pending, deferred=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the way to leave out what a second database would only repeat."""
    parser.addoption(
        "--database-only",
        action="store_true",
        help="run only the tests that open the database",
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Deselect, with `--database-only`, the tests that never open the database."""
    if not config.getoption("--database-only"):
        return
    fixtures = {"db", "transactional_db", "live_server", "catalogue", "world"}
    kept, left = [], []
    for item in items:
        opens = item.get_closest_marker("django_db") is not None or bool(
            fixtures & set(getattr(item, "fixturenames", ()))
        )
        (kept if opens else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove the throw-away data folder that tests/settings.py made."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
