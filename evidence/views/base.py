"""What every page under /<period>/unit/<code>/ begins with."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.navigation import remember_period
from indicators.models import Assessment, AssessmentPeriod, Assignment
from indicators.models.assessment import READ_ROLES
from indicators.standing import Standing
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role, User, WorkUnit, in_branches


@dataclass(frozen=True)
class Place:
    """A unit in a period, as the person in front of it may see it."""

    period: AssessmentPeriod
    work_unit: WorkUnit
    standing: Standing

    @property
    def url(self) -> str:
        """Address of the unit's home in the period."""
        return f"/{self.period.slug}/unit/{self.work_unit.code}/"


def visible_units(user: User, period: AssessmentPeriod) -> Q:
    """Return the condition "`user` may open this work unit in `period`"."""
    condition = in_branches("path", user.branches(*READ_ROLES))
    if user.has_role(Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
        condition |= Q(
            Exists(
                Assignment.objects.active_on(timezone.localdate()).filter(
                    user=user, period=period, work_unit=OuterRef("pk")
                )
            )
        )
    return condition


def open_place(request: AuthenticatedRequest, period: str, code: str) -> Place:
    """Return the place, or 404 when the person may not see it.

    A prepared period is invisible to everybody but administrators. Queries: period,
    unit, and those of `Standing.of`.
    """
    found = get_object_or_404(AssessmentPeriod, slug=period)
    if found.state == AssessmentPeriod.State.DRAFT and not request.user.has_role(
        Role.ADMINISTRATOR
    ):
        raise Http404
    remember_period(request, found)
    unit = get_object_or_404(
        WorkUnit.objects.filter(visible_units(request.user, found)), code=code
    )
    return Place(found, unit, Standing.of(request.user, unit, found))


def require_staff(place: Place) -> None:
    """Refuse whoever is neither operator nor head of the unit, before anything else."""
    if not place.standing.is_unit_staff:
        raise PermissionDenied(
            _("Hanya operator dan kepala unit yang dapat melakukan ini.")
        )


def require_head(place: Place) -> None:
    """Refuse whoever is not head of the unit, before anything else."""
    if not place.standing.is_head:
        raise PermissionDenied(_("Hanya kepala unit yang dapat melakukan ini."))


def open_assessment(place: Place, slug: str) -> Assessment:
    """Return the unit's assessment of an item, with all that its page shows."""
    return get_object_or_404(
        Assessment.objects.for_display().select_related(
            "item__instrument",
            "changed_by",
            "current_round__receipt",
            "current_round__by",
            "decision__by",
        ),
        work_unit=place.work_unit,
        period=place.period,
        item__slug=slug,
    )
