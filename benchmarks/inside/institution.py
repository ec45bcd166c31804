"""The tree, the people and the period of the institution."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from benchmarks.inside.common import (
    KINDS,
    NO_PASSWORD,
    REGIONS,
    save,
)
from benchmarks.names import PASSWORD, PERIOD
from indicators.models import (
    AssessmentPeriod,
    Assignment,
    Instrument,
    PeriodInstrument,
    Stage,
    StageWindow,
)
from wbk_portal.accounts.models import Membership, Role, TimeZone, User, WorkUnit


def tree(units: int) -> tuple[WorkUnit, list[WorkUnit]]:
    def unit(code: str, name: str, **more: Any) -> dict[str, Any]:
        return {"code": code, "name": name, **more}

    agency = WorkUnit.objects.add_root(unit("BLI", "Badan Layanan Indonesia"))
    WorkUnit.objects.add_child(agency, unit("ITJEN", "Inspektorat"))
    regions = []
    for number in range(1, REGIONS + 1):
        agency = WorkUnit.objects.get(pk=agency.pk)
        values = unit(f"KW-{number:02d}", f"Kantor Wilayah {number}")
        regions.append(WorkUnit.objects.add_child(agency, values))
    offices = []
    zones = list(TimeZone)
    for number in range(units):
        region = WorkUnit.objects.get(pk=regions[number % REGIONS].pk)
        values = unit(
            f"UL-{number + 1:04d}",
            f"Unit Layanan Perizinan dan Pengujian {number + 1}",
            is_assessed=True,
            kind=KINDS[number % len(KINDS)],
            time_zone=zones[number % len(zones)],
        )
        offices.append(WorkUnit.objects.add_child(region, values))
    return WorkUnit.objects.get(pk=agency.pk), offices


def people_of(agency: WorkUnit, offices: Sequence[WorkUnit]) -> dict[str, User]:
    since = dt.date(timezone.localdate().year - 1, 1, 1)
    inspectorate = WorkUnit.objects.get(code="ITJEN")
    places = {
        "operator": (Role.OPERATOR, offices[0]),
        "head": (Role.HEAD, offices[0]),
        "assessor": (Role.ASSESSOR, inspectorate),
        "lead": (Role.LEAD, inspectorate),
        "manager": (Role.MANAGER, agency),
        "administrator": (Role.ADMINISTRATOR, agency),
    }
    people = {
        name: User.objects.create_user(
            username=name, password=PASSWORD, name=name.title()
        )
        for name in places
    }
    others = save(
        User(
            username=f"{name}.{unit.code}",
            name=f"Orang {unit.code}",
            password=NO_PASSWORD,
        )
        for unit in offices[1:]
        for name in ("operator", "kepala")
    )
    memberships = [
        Membership(user=people[name], work_unit=unit, role=role, valid_from=since)
        for name, (role, unit) in places.items()
    ]
    by_code = {unit.code: unit for unit in offices}
    for user in others:
        name, _, code = user.username.partition(".")
        role = Role.OPERATOR if name == "operator" else Role.HEAD
        memberships.append(
            Membership(user=user, work_unit=by_code[code], role=role, valid_from=since)
        )
    save(memberships)
    return people


def open_period() -> AssessmentPeriod:
    now = timezone.now()
    period = AssessmentPeriod.objects.create(
        slug=PERIOD,
        year=int(PERIOD),
        name=f"Penilaian {PERIOD}",
        state=AssessmentPeriod.State.OPEN,
        opened_at=now - dt.timedelta(days=60),
    )
    for key in (Instrument.INDICATORS, Instrument.LKE, Instrument.PMPRB):
        instrument = Instrument.objects.newest(key)
        if instrument is not None:
            PeriodInstrument.objects.create(period=period, instrument=instrument)
    for stage in (Stage.FILLING, Stage.REVIEW):
        StageWindow.objects.create(
            period=period,
            stage=stage,
            opens_at=now - dt.timedelta(days=60),
            closes_at=now + dt.timedelta(days=60),
        )
    return period


def assign(
    people: dict[str, User], offices: Sequence[WorkUnit], period: AssessmentPeriod
) -> None:
    since = timezone.localdate() - dt.timedelta(days=60)
    save(
        Assignment(
            user=people[name],
            work_unit=unit,
            period=period,
            duty=name,
            valid_from=since,
        )
        for unit in offices[:24]
        for name in ("assessor", "lead")
    )
