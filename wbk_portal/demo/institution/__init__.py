"""The invented agency of the demo: units, services, people. No database, no files.

Everything follows from the seed: the same seed gives the same people everywhere.
"""

from .build import build_institution, demo_password
from .types import (
    DemoAssignment,
    DemoInstitution,
    DemoMembership,
    DemoPerson,
    DemoService,
    DemoStaff,
    DemoUnit,
    UnitKind,
)

__all__ = [
    "DemoAssignment",
    "DemoInstitution",
    "DemoMembership",
    "DemoPerson",
    "DemoService",
    "DemoStaff",
    "DemoUnit",
    "UnitKind",
    "build_institution",
    "demo_password",
]
