"""The institution in the database: units, people, roles, services, free days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.contrib.auth.hashers import make_password

from wbk_portal.accounts.models import Role, Service, User, WorkUnit
from wbk_portal.accounts.services.calendar import seed_holidays
from wbk_portal.accounts.services.memberships import grant
from wbk_portal.accounts.services.people import create_person
from wbk_portal.accounts.services.units import create_unit
from wbk_portal.audit.services import Act, record_many
from wbk_portal.demo.institution import (
    DemoInstitution,
    DemoMembership,
    DemoPerson,
    DemoUnit,
    UnitKind,
    demo_password,
)
from wbk_portal.demo.institution.names import username_for
from wbk_portal.demo.institution.people import DOMAIN
from wbk_portal.demo.profiles import CLOSED_YEAR

from .clock import at

SINCE = dt.date(2024, 1, 2)
"""From this day on the institution works with its people."""

BEGINNING = dt.datetime(2025, 1, 13, 2, 15, tzinfo=dt.UTC)
"""When the portal was set up."""


@dataclass
class Place:
    """A unit with the people who work there and those who assess it."""

    demo: DemoUnit
    unit: WorkUnit
    operators: list[User] = field(default_factory=list)
    heads: list[User] = field(default_factory=list)
    deputies: list[User] = field(default_factory=list)
    assessor: User | None = None
    lead: User | None = None

    @property
    def operator(self) -> User:
        """Who keeps the unit's evidence."""
        return self.operators[0]

    @property
    def head(self) -> User:
        """Who approves; of a higher unit without one its operator."""
        return self.heads[0] if self.heads else self.operators[0]

    @property
    def reviewer(self) -> User:
        """The assessor; every assessed unit has one."""
        if self.assessor is None:
            raise LookupError(f"nobody assesses {self.demo.code}")
        return self.assessor

    @property
    def chief(self) -> User:
        """The lead of the team that assesses it."""
        if self.lead is None:
            raise LookupError(f"nobody leads for {self.demo.code}")
        return self.lead


@dataclass
class Cast:
    """Everybody and every unit, by the demo's own keys.

    Attributes:
        later: What happens to people in the weeks before today, with its time.
    """

    demo: DemoInstitution
    places: dict[str, Place]
    users: dict[str, User]
    administrator: User
    later: list[tuple[dt.datetime, Callable[[], object]]]

    @property
    def assessed(self) -> list[Place]:
        """The service units, in the order of the tree."""
        return [place for place in self.places.values() if place.demo.is_assessed]


def keepers(demo: DemoInstitution) -> list[DemoPerson]:
    """Return the operators of agency and regional offices.

    The institution names them as staff only; what these offices keep for the units
    below must have been brought by somebody who may.
    """
    return [
        DemoPerson(
            username=username_for(unit.operator.name),
            name=unit.operator.name,
            email=f"{username_for(unit.operator.name)}@{DOMAIN}",
            memberships=(DemoMembership("operator", unit.code),),
        )
        for unit in demo.units
        if unit.kind in {UnitKind.AGENCY, UnitKind.OFFICE}
    ]


def build_cast(demo: DemoInstitution, today: dt.date) -> Cast:
    """Write the institution through its services, long before the first period."""
    with at(BEGINNING):
        units = _units(demo)
        people = [*demo.people, *keepers(demo)]
        users = {
            person.username: create_person(
                username=person.username,
                name=person.name,
                email=person.email,
                language=person.language,
            )
            for person in people
        }
        for year in sorted({CLOSED_YEAR, *demo.years, today.year}):
            seed_holidays(year=year)
    places = {unit.code: Place(unit, units[unit.code]) for unit in demo.units}
    later: list[tuple[dt.datetime, Callable[[], object]]] = []
    for person in people:
        for membership in person.memberships:
            later += _grant(users, places, person, membership, today)
    for assignment in demo.assignments:
        place = places[assignment.unit_code]
        if assignment.role == "assessor":
            place.assessor = users[assignment.username]
        elif assignment.is_lead:
            place.lead = users[assignment.username]
    _let_in(users)
    administrator = next(
        users[p.username] for p in demo.main_people if "administrator" in p.roles
    )
    administrator.forget_memberships()
    return Cast(demo, places, users, administrator, later)


def _units(demo: DemoInstitution) -> dict[str, WorkUnit]:
    units: dict[str, WorkUnit] = {}
    for unit in demo.units:
        units[unit.code] = create_unit(
            parent=units.get(unit.parent_code),
            code=unit.code,
            name=unit.name,
            kind=unit.kind_name,
            time_zone=unit.time_zone,
            is_assessed=unit.is_assessed,
            active_from=unit.active_from,
        )
    for code, fresh in WorkUnit.objects.in_bulk(list(units), field_name="code").items():
        # Read again: children were counted on other objects.
        units[code] = fresh
    made = Service.objects.bulk_create(
        Service(
            work_unit=units[unit.code],
            code=service.code,
            name=service.name,
            active_from=unit.active_from,
        )
        for unit in demo.units
        for service in unit.services
    )
    record_many(
        Act(
            actor_key="system",
            action="service.created",
            target=("service", str(service.pk)),
            unit_key=service.work_unit.key,
            payload={"code": service.code, "name": service.name},
        )
        for service in made
    )
    return units


def _grant(
    users: dict[str, User],
    places: dict[str, Place],
    person: DemoPerson,
    membership: DemoMembership,
    today: dt.date,
) -> list[tuple[dt.datetime, Callable[[], object]]]:
    """Give a role now, or return when a recent one is given."""
    user, place = users[person.username], places[membership.unit_code]
    if membership.role == Role.OPERATOR:
        place.operators.append(user)
    elif membership.role == Role.HEAD:
        (place.deputies if membership.delegation else place.heads).append(user)
    since, left = membership.since_days, membership.left_days
    first = SINCE if since is None else today - dt.timedelta(days=since)
    act = partial(
        grant,
        user=user,
        work_unit=place.unit,
        role=membership.role,
        valid_from=max(first, place.unit.active_from),
        valid_until=None if left is None else today + dt.timedelta(days=left),
        delegator=users.get(membership.delegator),
        delegation=membership.delegation,
    )
    if since is not None:
        # Named on the morning of the day itself.
        moment = dt.datetime.combine(first, dt.time(0, 40), tzinfo=dt.UTC)
        return [(moment, act)]
    with at(BEGINNING):
        act()
    return []


def _let_in(users: dict[str, User]) -> None:
    """Give everybody the one printed password: hashed once, since hashing is slow."""
    encoded = make_password(demo_password(""))
    User.objects.filter(pk__in=[user.pk for user in users.values()]).update(
        password=encoded, date_joined=BEGINNING
    )
    for user in users.values():
        user.password = encoded
        user.forget_memberships()
