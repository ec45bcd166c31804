"""What a person is towards one unit in one period, asked once per request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone

from wbk_portal.accounts.models import Role, User, WorkUnit

from .models import AssessmentPeriod, Assignment, Stage
from .workflow import Actor

if TYPE_CHECKING:
    from .services.periods import StageTime


_ACTORS: dict[str, Actor] = {
    Assignment.Duty.ASSESSOR: Actor.ASSIGNED_ASSESSOR,
    Assignment.Duty.LEAD: Actor.ASSIGNED_LEAD,
    Assignment.Duty.CONTROLLER: Actor.ASSIGNED_CONTROLLER,
}
"""What an assignment makes of a person."""


@dataclass(frozen=True)
class Standing:
    """Everything that the rules of `indicators.permissions` look at.

    Attributes:
        user: The person.
        work_unit: The unit concerned.
        period: The period concerned.
        actors: Roles that reach the unit, and actors by assignment.
        times: The windows of an open period as they hold for the unit.
        stages: Stages open for this unit now, grace included.
        is_own_unit: The person works or worked for the unit in the period, or for
            one above or below it; such a person never assesses it.
    """

    user: User
    work_unit: WorkUnit
    period: AssessmentPeriod
    actors: frozenset[str] = field(default_factory=frozenset)
    times: dict[Stage, StageTime] = field(default_factory=dict)
    stages: frozenset[Stage] = field(default_factory=frozenset)
    is_own_unit: bool = False

    @classmethod
    def of(
        cls,
        user: User,
        work_unit: WorkUnit,
        period: AssessmentPeriod,
        now: dt.datetime | None = None,
    ) -> Standing:
        """Read the standing: at most five queries, memberships included."""
        from .services.assignments import is_own_unit
        from .services.periods import stage_times

        now = now or timezone.now()
        actors = {
            str(m.role)
            for m in user.active_memberships
            if work_unit.path.startswith(m.work_unit.path)
        }
        own = False
        if user.has_role(Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
            duties = (
                Assignment.objects.active_on(timezone.localdate(now))
                .filter(user=user, work_unit=work_unit, period=period)
                .values_list("duty", flat=True)
            )
            actors |= {_ACTORS[duty] for duty in duties}
            own = is_own_unit(user=user, work_unit=work_unit, period=period)
        times = stage_times(period, work_unit) if period.is_open else {}
        return cls(
            user=user,
            work_unit=work_unit,
            period=period,
            actors=frozenset(actors),
            times=times,
            stages=frozenset(s for s, t in times.items() if t.is_open_at(now)),
            is_own_unit=own,
        )

    @property
    def is_unit_staff(self) -> bool:
        """Operator or head of the unit."""
        return bool(self.actors & {Role.OPERATOR, Role.HEAD})

    @property
    def is_head(self) -> bool:
        """Head of the unit (also as Plt. or Plh.)."""
        return Role.HEAD in self.actors

    @property
    def is_assessor(self) -> bool:
        """Assigned to the unit as assessor, and not from it."""
        return Actor.ASSIGNED_ASSESSOR in self.actors and not self.is_own_unit

    @property
    def is_lead(self) -> bool:
        """Assigned to the unit as lead of its team, and not from it."""
        return Actor.ASSIGNED_LEAD in self.actors and not self.is_own_unit

    @property
    def is_controller(self) -> bool:
        """Assigned to the unit to check the lead's decisions, and not from it."""
        return Actor.ASSIGNED_CONTROLLER in self.actors and not self.is_own_unit
