"""People, the tree of units, memberships, and the calendar of working days."""

from .calendar import Holiday
from .membership import Membership, MembershipQuerySet, Role
from .person import User
from .unit import Service, TimeZone, WorkUnit, WorkUnitQuerySet, in_branches

__all__ = [
    "Holiday",
    "Membership",
    "MembershipQuerySet",
    "Role",
    "Service",
    "TimeZone",
    "User",
    "WorkUnit",
    "WorkUnitQuerySet",
    "in_branches",
]
