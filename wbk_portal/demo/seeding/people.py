"""The printed table of demo people."""

from __future__ import annotations

from wbk_portal.accounts.models import Role
from wbk_portal.demo.institution import build_institution, demo_password


def people_rows(seed: int = 6) -> list[dict[str, str]]:
    """Return sign-in name, password, role, unit and name; main people first.

    No query: everything follows from the seed.
    """
    demo = build_institution(seed)
    return [
        {
            "username": person.username,
            "password": demo_password(person.username),
            "role": str(Role(person.memberships[0].role).label),
            "unit": demo.unit(person.memberships[0].unit_code).name,
            "name": person.name,
        }
        for person in demo.main_people
    ]
