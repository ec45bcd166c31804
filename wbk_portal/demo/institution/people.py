"""Who signs in: one main person for every role, and the people of each unit."""

from __future__ import annotations

from .names import NameDrawer, username_for
from .types import DemoAssignment, DemoMembership, DemoPerson, DemoUnit, UnitKind

DOMAIN = "bkan.example"

# name, role, unit. The first of each role stands in the printed table.
_CENTRAL = (
    ("Retno Handayani", "coach", "KW-JBT"),
    ("Binsar Manurung", "assessor", "BKAN-INSP"),
    ("Zulaikha Piliang", "assessor", "BKAN-INSP"),
    ("Fransina Rumaropen", "assessor", "BKAN-INSP"),
    ("Dadan Permana", "assessor", "BKAN-INSP"),
    ("I Made Sudarsana", "lead", "BKAN-INSP"),
    ("Nurbaya Mattalatta", "controller", "BKAN-INSP"),
    ("Hendri Chaniago", "manager", "BKAN"),
    ("Felicia Tanuwijaya", "auditor", "BKAN"),
    ("Yohanes Seran", "administrator", "BKAN"),
)
# Posts that main demo people hold, whatever the seed: unit, place in the staff
# (0 head, 1 operator, 3 complaint officer), name, whether a woman.
MAIN_POSTS: dict[str, dict[int, tuple[str, bool]]] = {
    "BKAN": {0: ("Hendri Chaniago", False), 1: ("Puji Rahayu", True)},
    "KW-JBT": {0: ("Teguh Purnomo", False)},
    "KP-SMG": {
        0: ("Bagus Wibisono", False),
        1: ("Rina Astuti", True),
        3: ("Wulan Kusumawati", True),
    },
}
RESERVED_NAMES = (
    *(name for name, _role, _unit in _CENTRAL),
    *(name for posts in MAIN_POSTS.values() for name, _woman in posts.values()),
)
# Coaches of the other regions, each for one regional office.
_COACH_OFFICES = ("KW-SUM", "KW-JBB", "KW-KAL", "KW-SUL", "KW-BNT", "KW-MPA")
# The main unit: its people stand in the printed table.
MAIN_UNIT = "KP-SMG"
# Its head is away; a member of staff stands in (Plh.).
_AWAY_UNIT = "KT-MLG"


def build_people(
    units: tuple[DemoUnit, ...], drawer: NameDrawer
) -> tuple[tuple[DemoPerson, ...], tuple[DemoAssignment, ...]]:
    """Return everybody who signs in, and the assignments of the TPI."""
    people: list[DemoPerson] = []
    for unit in units:
        if unit.is_assessed:
            people += _unit_people(unit)
        elif unit.kind is UnitKind.OFFICE:
            people.append(
                _person(
                    unit.head.name, "manager", unit.code, main=unit.code == "KW-JBT"
                )
            )
    seen: set[str] = set()
    for name, role, code in _CENTRAL:
        people.append(_person(name, role, code, main=role not in seen))
        seen.add(role)
    for code in _COACH_OFFICES:
        region = "jawa" if code == "KW-JBB" else "tionghoa"
        people.append(_person(drawer.draw(region)[0], "coach", code))
    return _ordered(people), _assignments(units)


def _unit_people(unit: DemoUnit) -> list[DemoPerson]:
    main = unit.code == MAIN_UNIT
    head = _person(unit.head.name, "head", unit.code, main=main)
    found = [_person(unit.operator.name, "operator", unit.code, main=main), head]
    if unit.kind is UnitKind.LICENSING:
        officer = unit.staff[3]
        found.append(_person(officer.name, "complaint_officer", unit.code, main=main))
    if unit.code == _AWAY_UNIT:
        deputy = unit.staff[2]
        standing_in = DemoMembership(
            role="head",
            unit_code=unit.code,
            since_days=4,
            left_days=10,
            delegation="plh",
            delegator=head.username,
        )
        found.append(_person_with(deputy.name, (standing_in,)))
    if unit.kind is UnitKind.ONE_STOP:
        # A second operator; in the newest unit one who came from elsewhere.
        helper = unit.staff[4]
        found.append(_person(helper.name, "operator", unit.code))
    return found


def _person(name: str, role: str, unit_code: str, *, main: bool = False) -> DemoPerson:
    return _person_with(name, (DemoMembership(role, unit_code),), main=main)


def _person_with(
    name: str, memberships: tuple[DemoMembership, ...], *, main: bool = False
) -> DemoPerson:
    username = username_for(name)
    return DemoPerson(
        username=username,
        name=name,
        email=f"{username}@{DOMAIN}",
        memberships=memberships,
        is_main=main,
    )


# Order of the printed table.
_ROLES = (
    "operator",
    "head",
    "complaint_officer",
    "coach",
    "assessor",
    "lead",
    "controller",
    "manager",
    "auditor",
    "administrator",
)


def _ordered(people: list[DemoPerson]) -> tuple[DemoPerson, ...]:
    """Main people first, by role; the others as they came."""
    rank = {role: index for index, role in enumerate(_ROLES)}
    return tuple(
        sorted(
            people,
            key=lambda person: (
                not person.is_main,
                rank[person.memberships[0].role] if person.is_main else 0,
            ),
        )
    )


def _assignments(units: tuple[DemoUnit, ...]) -> tuple[DemoAssignment, ...]:
    """Give every assessor a quarter of the units, mixed by region and kind."""
    assessors = [username_for(name) for name, role, _ in _CENTRAL if role == "assessor"]
    lead = next(username_for(name) for name, role, _ in _CENTRAL if role == "lead")
    controller = next(
        username_for(name) for name, role, _ in _CENTRAL if role == "controller"
    )
    found = []
    for index, unit in enumerate(unit for unit in units if unit.is_assessed):
        # Shifted by region, so that nobody has one kind of unit only; the first one
        # has the main unit.
        who = assessors[(index + index // 4 + 2) % len(assessors)]
        found += [
            DemoAssignment(who, unit.code, "assessor"),
            DemoAssignment(lead, unit.code, "lead"),
            DemoAssignment(controller, unit.code, "controller"),
        ]
    return tuple(found)
