"""People, the tree of units, memberships, and the calendar of working days."""

from .calendar import Holiday
from .link import OneTimeLink
from .membership import Delegation, Membership, MembershipQuerySet, Role
from .person import User, UserQuerySet
from .unit import Service, TimeZone, WorkUnit, WorkUnitQuerySet, in_branches

__all__ = [
    "Delegation",
    "Holiday",
    "Membership",
    "MembershipQuerySet",
    "OneTimeLink",
    "Role",
    "Service",
    "TimeZone",
    "User",
    "UserQuerySet",
    "WorkUnit",
    "WorkUnitQuerySet",
    "in_branches",
]
