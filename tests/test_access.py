"""Every address × every person × GET and POST: who may, who is refused, who sees none.

The expectations stand in `tests/access.txt`, one line for each address and method. An
address without a line fails, and so does a line without an address. The paths are
literal: changing an address must break a test.
"""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve
from django.urls.resolvers import URLResolver
from django.utils import timezone

from evidence.models import EvidenceFile
from indicators.models import Grace, Revision, StageWindow, State
from indicators.services import readiness
from tests.conftest import ROLES
from tests.factories import (
    get_item,
    make_assessments,
    make_evidence,
    make_round,
    make_tray_file,
)
from wbk_portal.accounts.models import Holiday, Service
from wbk_portal.ops.models import Notice

TABLE = Path(__file__).with_name("access.txt")
METHODS = ("GET", "POST")
PEOPLE = ("anonymous", *ROLES, "nobody")
REST = "others"


def rows():
    """Yield (method, path, {status: people}) of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, path, *parts = line.split()
        wanted, status = {}, 0
        for part in parts:
            if part.isdecimal():
                status = int(part)
            else:
                wanted[part] = status
        yield method, path, {p: wanted.get(p, wanted.get(REST)) for p in PEOPLE}


ROWS = list(rows())


def all_names(resolver=None, space=""):
    """Yield the names of all addresses, with their name space."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = pattern.namespace or ""
            yield from all_names(pattern, f"{space}{inner}:" if inner else space)
        else:
            yield f"{space}{pattern.name}"


def fill(path, things):
    """Put the keys of rows into a path of the table: {file} and so on."""
    return path.format(**things)


@pytest.fixture
def things(world):
    """Rows that the addresses of the table name, by the table's words."""
    people = world.people
    made = make_assessments(world.unit, world.period)
    first = made["06.01"]
    first.self_option = get_item("06.01").answer_options[0]
    first.save()
    evidence = make_evidence(world.unit, by=people["operator"], link_to=[first])
    frozen = make_round(first, by=people["operator"], state=State.UNDER_REVIEW)
    waiting = make_round(
        made["06.02"], by=people["operator"], state=State.AWAITING_APPROVAL
    )
    readiness.refresh(work_unit_id=world.unit.pk, period_id=world.period.pk)
    window = StageWindow.objects.filter(period=world.period).first()
    return {
        "file": EvidenceFile.objects.get(version__evidence=evidence).pk,
        "evidence": evidence.pk,
        "link": evidence.links.get().pk,
        "tray": make_tray_file(people["operator"], world.unit).pk,
        "waiting": waiting.pk,
        "receipt": frozen.receipt.number,
        "revision": Revision.objects.create(
            round=frozen,
            user=people["assessor"],
            reason_code="other",
            text="x",
            due=timezone.localdate(),
        ).pk,
        "grace": Grace.objects.create(
            window=window, work_unit=world.unit, until=window.closes_at, reason="x"
        ).pk,
        "assignment": world.unit.assignments.filter(duty="assessor").get().pk,
        "membership": people["operator"].memberships.get().pk,
        "service": Service.objects.create(
            work_unit=world.unit, code="IZIN", name="Izin"
        ).pk,
        "holiday": Holiday.objects.create(
            date="2026-08-17", name="Proklamasi", kind="public"
        ).pk,
        "notice": Notice.objects.create(
            recipient_key=people["operator"].key,
            kind="value.released",
            key="x",
            url="/",
            created_at=timezone.now(),
        ).pk,
    }


def answer_of(name, method, path, world):
    """Return the status that a person gets; what the request did is undone."""
    client = Client(raise_request_exception=True)
    with transaction.atomic():
        if name != "anonymous":
            person = world.people[name]
            person.forget_memberships()
            client.force_login(person)
        response = client.generic(method, path)
        if response.streaming:
            # Read to the end, so that the stored file is closed.
            b"".join(response)
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith("/masuk/"):
        return 401
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "expected"), ROWS, ids=[f"{m} {p}" for m, p, _e in ROWS]
)
def test_who_gets_what(method, path, expected, world, things):
    actual = {
        name: answer_of(name, method, fill(path, things), world) for name in PEOPLE
    }
    assert actual == expected


@pytest.mark.django_db
def test_every_address_has_its_lines(things):
    covered = {(m, resolve(fill(path, things)).view_name) for m, path, _e in ROWS}
    wanted = {(method, name) for method in METHODS for name in all_names()}
    assert wanted - covered == set(), "addresses without a line in tests/access.txt"
    assert covered - wanted == set(), "lines for addresses that are gone"


def test_nobody_anonymous_sees_more_than_the_door():
    open_to_all = {
        path for _m, path, expected in ROWS if expected["anonymous"] not in (401, 405)
    }
    assert open_to_all == {
        "/healthz",
        "/bahasa/",
        "/tampilan/",
        "/masuk/",
        "/masuk/tidak-aktif/",
        "/mulai/",
        "/mulai/salah/",
    }
