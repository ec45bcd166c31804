"""Putting the institution together from its content files and a seed."""

from __future__ import annotations

import functools
import random
from typing import Any

from wbk_portal.demo.data import load

from .names import NameDrawer, username_for
from .people import MAIN_POSTS, RESERVED_NAMES, build_people
from .types import (
    DemoInstitution,
    DemoService,
    DemoStaff,
    DemoStep,
    DemoUnit,
    UnitKind,
)

# Positions of a service unit after head and operator. The first four exist in every
# unit, the rest by its size.
_POSITIONS = (
    "Petugas Pengaduan dan Konsultasi",
    "Petugas Loket",
    "Petugas Loket",
    "Pengelola Teknologi Informasi",
    "Petugas Loket",
    "Pranata Hubungan Masyarakat",
    "Analis Sumber Daya Manusia Aparatur",
    "Pengelola Survei dan Data",
    "Petugas Arsip",
    "Petugas Loket",
)
# Positions of the agency's and the regional offices' small staff.
_OFFICE_POSITIONS = (
    "Kepala Subbagian Umum dan Pelayanan",
    "Petugas Pengaduan dan Konsultasi",
    "Pengelola Teknologi Informasi",
    "Petugas Loket",
)
_HEAD_AGE = (46, 57)
_STAFF_AGE = (25, 49)


def demo_password(username: str) -> str:
    """Return the password of a demo person: the same for everybody, printed openly.

    Args:
        username: Taken so that a caller need not know that it does not matter.
    """
    del username
    return "Melayani-Andal-2026"


@functools.cache
def build_institution(seed: int = 6) -> DemoInstitution:
    """Return the agency with its tree, its people and who assesses whom.

    Same seed, same institution. The main demo people (one per role) and the units
    are the same under every seed; names of the other people follow it.
    """
    drawer = NameDrawer(
        random.Random(f"{seed}:people"),  # noqa: S311 - nothing secret
        {username_for(name) for name in RESERVED_NAMES},
    )
    units = _units(seed, drawer)
    people, assignments = build_people(units, drawer)
    return DemoInstitution(
        seed=seed, units=units, people=people, assignments=assignments
    )


def _units(seed: int, drawer: NameDrawer) -> tuple[DemoUnit, ...]:
    tree = load("institution/tree.toml")
    agency = {**tree["agency"], "area_code": "021"}
    top = _unit(agency, agency, UnitKind.AGENCY, None, 0, drawer)
    units = [
        top,
        _unit(tree["inspectorate"], agency, UnitKind.INSPECTORATE, top, 1, drawer),
    ]
    for office_row in tree["office"]:
        office = _unit(office_row, agency, UnitKind.OFFICE, top, len(units), drawer)
        units.append(office)
        for row in tree["unit"]:
            if row["office"] == office.code:
                kind = UnitKind(row["kind"])
                units.append(_unit(row, agency, kind, office, len(units), drawer))
    return tuple(units)


def _unit(
    row: dict[str, Any],
    agency: dict[str, Any],
    kind: UnitKind,
    parent: DemoUnit | None,
    ordinal: int,
    drawer: NameDrawer,
) -> DemoUnit:
    assessed = "services" in row
    catalogue = load("institution/services.toml").get(kind.value, {})
    city = row["city"]
    name = f"{catalogue['label']} {city}" if assessed else row["name"]
    # Numbers that no exchange gives out: a local number never begins with 0, and
    # the mobile prefix 0810 with two zeros is unassigned.
    line = f"0{500 + ordinal}-{140 + 3 * ordinal}"
    rng = random.Random(f"extra:{row['code']}")  # noqa: S311 - nothing secret
    domain = agency["domain"]
    slug = row["code"].lower()
    return DemoUnit(
        code=row["code"],
        name=name,
        kind=kind,
        kind_name={
            UnitKind.AGENCY: "Kantor pusat",
            UnitKind.INSPECTORATE: "Inspektorat",
            UnitKind.OFFICE: "Kantor wilayah",
        }.get(kind)
        or catalogue["kind_name"],
        parent_code=parent.code if parent else "",
        parent_name=parent.name if parent else "",
        agency_name=agency["name"],
        agency_short=agency["short"],
        city=city,
        province=row["province"],
        time_zone=row["zone"],
        is_assessed=assessed,
        address=f"{row['street']}, {city}" if assessed else row["address"],
        phone=f"({row['area_code']}) {line}",
        whatsapp=f"0810-00{ordinal:02d}-{2100 + 7 * ordinal}",
        email=f"layanan.{slug}@{domain}",
        web=f"https://{slug}.{domain}",
        app=catalogue.get("app", "ANDAL"),
        services=_services(row, catalogue),
        facilities=tuple(catalogue.get("facilities", ())),
        competence=tuple(catalogue.get("competence", ())),
        actors=tuple(catalogue.get("actors", {}).items()),
        staff=_staff(row, name, kind, catalogue, drawer, rng),
        ordinal=ordinal,
        **({"active_from": row["active_from"]} if "active_from" in row else {}),
    )


def _services(
    row: dict[str, Any], catalogue: dict[str, Any]
) -> tuple[DemoService, ...]:
    by_code = {entry["code"]: entry for entry in catalogue.get("service", ())}
    chosen = [by_code[code] for code in row.get("services", ())]
    return tuple(
        DemoService(
            code=entry["code"],
            name=entry["name"],
            time=entry["time"],
            days=entry["days"],
            cost=entry["cost"],
            product=entry["product"],
            requirements=tuple(entry["requirements"]),
            steps=tuple(DemoStep(*step) for step in entry["steps"]),
        )
        for entry in chosen
    )


def _staff(
    row: dict[str, Any],
    name: str,
    kind: UnitKind,
    catalogue: dict[str, Any],
    drawer: NameDrawer,
    rng: random.Random,
) -> tuple[DemoStaff, ...]:
    region = row["region"]
    if not catalogue:
        title = f"Kepala {name}"
        second = "Kepala Bagian Tata Usaha"
        if kind is UnitKind.AGENCY:
            title, second = f"Sekretaris Utama {row['short']}", "Kepala Biro Organisasi"
        positions = [title, second, *_OFFICE_POSITIONS]
    else:
        actors = catalogue["actors"]
        positions = [
            f"Kepala {name}",
            "Pengelola Data Zona Integritas",
            actors["kasi"],
            *_POSITIONS[: rng.randint(6, len(_POSITIONS))],
            actors["pelaksana"],
            actors["pelaksana"],
        ]
    ages = [_HEAD_AGE, *([_STAFF_AGE] * (len(positions) - 1))]
    people = [
        drawer.staff(region, post, age)
        for post, age in zip(positions, ages, strict=True)
    ]
    known = MAIN_POSTS.get(row["code"], {})
    return tuple(
        _held_by(person, *known[index]) if index in known else person
        for index, person in enumerate(people)
    )


def _held_by(person: DemoStaff, name: str, is_woman: bool) -> DemoStaff:
    """Return the same post held by a main demo person."""
    born, appointed, _sex, running = person.nip.split(" ")
    return DemoStaff(
        name=name,
        nip=f"{born} {appointed} {2 if is_woman else 1} {running}",
        position=person.position,
        is_woman=is_woman,
    )
