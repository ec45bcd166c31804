"""What a person may read, as conditions on rows."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from indicators.models import Assignment
from indicators.models.assessment import READ_ROLES
from wbk_portal.accounts.models import Role, User, in_branches


def readable_unit_rows(user: User) -> Q:
    """Return the condition "`user` may read this work unit" (in any period)."""
    condition = in_branches("path", user.branches(*READ_ROLES))
    if user.has_role(Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
        assigned = Assignment.objects.active_on(timezone.localdate()).filter(
            user=user, work_unit=OuterRef("pk")
        )
        condition |= Q(Exists(assigned))
    return condition
