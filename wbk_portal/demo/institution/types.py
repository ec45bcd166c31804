"""What the demo institution is made of: plain, frozen data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class UnitKind(StrEnum):
    """What a unit of the tree is; the last four are assessed."""

    AGENCY = "pusat"
    INSPECTORATE = "inspektorat"
    OFFICE = "kanwil"
    LICENSING = "perizinan"
    LABORATORY = "laboratorium"
    TRAINING = "pelatihan"
    ONE_STOP = "terpadu"


@dataclass(frozen=True)
class DemoStep:
    """One line of a procedure: who does what, how long, with what result."""

    activity: str
    actor: str
    time: str
    output: str


@dataclass(frozen=True)
class DemoService:
    """A service (jenis layanan) of a unit, with the heart of its standard."""

    code: str
    name: str
    time: str
    days: int
    cost: str
    product: str
    requirements: tuple[str, ...]
    steps: tuple[DemoStep, ...]


@dataclass(frozen=True)
class DemoStaff:
    """Somebody who works in a unit and whose name stands on its papers."""

    name: str
    nip: str
    position: str
    is_woman: bool


@dataclass(frozen=True)
class DemoUnit:
    """One unit of the tree.

    `staff` begins with the head and the operator, who are people of the portal too;
    the others only appear on papers. `ordinal` is the unit's place in the tree.
    """

    code: str
    name: str
    kind: UnitKind
    kind_name: str
    parent_code: str
    parent_name: str
    agency_name: str
    agency_short: str
    city: str
    province: str
    time_zone: str
    is_assessed: bool
    address: str
    phone: str
    whatsapp: str
    email: str
    web: str
    app: str
    services: tuple[DemoService, ...]
    facilities: tuple[str, ...]
    competence: tuple[str, ...]
    actors: tuple[tuple[str, str], ...]
    staff: tuple[DemoStaff, ...]
    ordinal: int
    active_from: dt.date = dt.date(2019, 1, 1)

    @property
    def head(self) -> DemoStaff:
        """Who signs for the unit."""
        return self.staff[0]

    @property
    def operator(self) -> DemoStaff:
        """Who keeps the unit's evidence."""
        return self.staff[1]

    @property
    def zone_label(self) -> str:
        """WIB, WITA or WIT."""
        return {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA"}.get(
            self.time_zone, "WIT"
        )

    def actor(self, key: str) -> str:
        """The title of an actor of a procedure in this kind of unit."""
        return dict(self.actors).get(key, "Kepala Bagian Tata Usaha")


@dataclass(frozen=True)
class DemoMembership:
    """A role for a branch. Days are counted from the day of the seeding.

    `since_days` and `left_days` are None for a membership that has held since 2024
    without end; `delegation` is "plh" or "plt", then `delegator` is a username.
    """

    role: str
    unit_code: str
    since_days: int | None = None
    left_days: int | None = None
    delegation: str = ""
    delegator: str = ""


@dataclass(frozen=True)
class DemoPerson:
    """Somebody who signs in. `is_main` people stand in the printed table."""

    username: str
    name: str
    email: str
    memberships: tuple[DemoMembership, ...]
    is_main: bool = False
    language: str = "id"

    @property
    def roles(self) -> frozenset[str]:
        """The roles that this person has anywhere."""
        return frozenset(m.role for m in self.memberships)


@dataclass(frozen=True)
class DemoAssignment:
    """Who of the TPI assesses a unit, in every period of the demo.

    `role` is "assessor", "lead" or "controller".
    """

    username: str
    unit_code: str
    role: str

    @property
    def is_lead(self) -> bool:
        """Whether this person leads the team for the unit."""
        return self.role == "lead"


@dataclass(frozen=True)
class DemoInstitution:
    """The whole agency. Units stand in tree order, parents before children."""

    seed: int
    units: tuple[DemoUnit, ...]
    people: tuple[DemoPerson, ...]
    assignments: tuple[DemoAssignment, ...]
    years: tuple[int, int] = (2025, 2026)

    @cached_property
    def assessed_units(self) -> tuple[DemoUnit, ...]:
        """The service units."""
        return tuple(unit for unit in self.units if unit.is_assessed)

    @cached_property
    def main_people(self) -> tuple[DemoPerson, ...]:
        """One person for each role, in the order of the printed table."""
        return tuple(person for person in self.people if person.is_main)

    def unit(self, code: str) -> DemoUnit:
        """The unit with this code; KeyError when there is none."""
        return self._units_by_code[code]

    def person(self, username: str) -> DemoPerson:
        """The person with this sign-in name; KeyError when there is none."""
        return self._people_by_username[username]

    def holders(self, role: str, unit_code: str) -> tuple[DemoPerson, ...]:
        """People with this role for exactly this unit, in order of the list."""
        return tuple(
            person
            for person in self.people
            if any(
                m.role == role and m.unit_code == unit_code for m in person.memberships
            )
        )

    @cached_property
    def _units_by_code(self) -> dict[str, DemoUnit]:
        return {unit.code: unit for unit in self.units}

    @cached_property
    def _people_by_username(self) -> dict[str, DemoPerson]:
        return {person.username: person for person in self.people}

    def sibling(self, unit: DemoUnit) -> DemoUnit:
        """Another unit of the same kind: whose template was copied, say."""
        same = [u for u in self.assessed_units if u.kind == unit.kind]
        return same[(same.index(unit) + 1) % len(same)]
