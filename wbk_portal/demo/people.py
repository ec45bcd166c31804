"""The printed table of demo people: `python -m wbk_portal.demo.people`.

Standard library only, so that `./portal demo --people` answers on a machine on which
nothing is installed yet: everything follows from the seed.
"""

from __future__ import annotations

import json
import sys

from wbk_portal.demo.institution import build_institution, demo_password

ROLES = {
    "operator": "Operator unit",
    "head": "Kepala unit",
    "coach": "Pendamping",
    "assessor": "Penilai TPI",
    "lead": "Ketua tim penilai",
    "controller": "Pengendali teknis",
    "manager": "Pimpinan",
    "complaint_officer": "Petugas pengaduan",
    "auditor": "Auditor",
    "administrator": "Administrator",
}
"""The portal's own words for roles, which cannot be asked without Django."""


def people_rows(seed: int = 6) -> list[dict[str, str]]:
    """Return sign-in name, password, role, unit and name; main people first."""
    demo = build_institution(seed)
    return [
        {
            "username": person.username,
            "password": demo_password(person.username),
            "role": ROLES[person.memberships[0].role],
            "unit": demo.unit(person.memberships[0].unit_code).name,
            "name": person.name,
        }
        for person in demo.main_people
    ]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(json.dumps(people_rows(), ensure_ascii=False, indent=2) + "\n")
