"""Whose readiness a page is about: a period, a person, and perhaps a branch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Subquery
from django.http import Http404
from django.utils.translation import gettext as _

from indicators.models import (
    Assessment,
    AssessmentPeriod,
    ReadinessDay,
    ReadinessPart,
    UnitReadiness,
)
from indicators.models.assessment import READ_ROLES, readable_units
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role, User, WorkUnit, in_branches

ASSESSORS = (Role.ASSESSOR, Role.LEAD, Role.CONTROLLER)

STEP = WorkUnit.steplen
"""Characters of one step of a path."""


@dataclass(frozen=True)
class Scope:
    """The units that a page counts, and how to reach everything about them.

    Only units that the person may read are in it. Within a branch the place of a unit
    is the one of its summary row: a closed period keeps the tree as it was.

    Attributes:
        user: The person.
        period: Not one that is still being prepared.
        branch: Top of the branch; None for everything that the person may read.
        follows_tree_of_today: The branch was moved as a whole after the period was
            closed; then its units are those that stand below it today.
    """

    user: User
    period: AssessmentPeriod
    branch: WorkUnit | None = None
    follows_tree_of_today: bool = False

    @property
    def url(self) -> str:
        """Address of the page."""
        start = f"/{self.period.slug}/kesiapan/"
        return f"{start}{self.branch.code}/" if self.branch else start

    @cached_property
    def base(self) -> str:
        """Path below which child branches are told apart; may be empty.

        Of the whole the common beginning of the person's branches: somebody with one
        branch begins there, somebody with two sees the two.
        """
        if self.branch is not None:
            return str(self.branch.path)
        tops = self.user.branches(*READ_ROLES)
        if self.user.has_role(*ASSESSORS):
            tops += [path[:STEP] for path in self.user.branches(*ASSESSORS)]
        if not tops:
            return ""
        first, last = min(tops), max(tops)
        same = 0
        while same < len(first) and first[same : same + STEP] == last[same:][:STEP]:
            same += STEP
        return first[:same]

    @property
    def ancestors(self) -> list[str]:
        """Paths from the top of the tree to the branch, itself left out."""
        return [self.base[:end] for end in range(STEP, len(self.base), STEP)]

    def _below(self, start: str, unit: str) -> Q:
        """Return the condition of the branch.

        Args:
            start: Way from the row to its summary row; "" on the summary row itself.
            unit: Way from the row to the work unit.
        """
        if self.branch is None:
            return Q()
        path = str(self.branch.path)
        if self.follows_tree_of_today or (start and self.period.is_open):
            return in_branches(f"{unit}__path", [path])
        then = in_branches(f"{start}path_then", [path])
        return then & Q(**{f"{start}period": self.period}) if start else then

    def readiness(self) -> Q:
        """Return the condition for summary rows."""
        return (
            Q(period=self.period)
            & readable_units(self.user, "work_unit", "period")
            & self._below("", "work_unit")
        )

    def parts(self) -> Q:
        """Return the condition for the sub-areas of summary rows."""
        return (
            Q(readiness__period=self.period)
            & readable_units(self.user, "readiness__work_unit", "readiness__period")
            & self._below("readiness__", "readiness__work_unit")
        )

    def rows(self) -> Q:
        """Return the condition for rows with a work unit and a period."""
        return (
            Q(period=self.period)
            & readable_units(self.user, "work_unit", "period")
            & self._below("work_unit__readiness__", "work_unit")
        )

    def of_readiness(self) -> QuerySet[UnitReadiness]:
        """Return the summary rows."""
        return UnitReadiness.objects.filter(self.readiness())

    def of_parts(self) -> QuerySet[ReadinessPart]:
        """Return the sub-areas of the summary rows."""
        return ReadinessPart.objects.filter(self.parts()).order_by()

    def of_days(self) -> QuerySet[ReadinessDay]:
        """Return the days on which summary rows changed."""
        return ReadinessDay.objects.filter(self.rows()).order_by()

    def of_assessments(self) -> QuerySet[Assessment]:
        """Return the assessments of all items that count."""
        return Assessment.objects.filter(self.rows(), item__is_assessed=True).order_by()


def may_read_readiness(user: User) -> bool:
    """Whether the person reads the readiness of any unit; no query of its own."""
    return user.has_role(*READ_ROLES, *ASSESSORS)


def open_scope(request: AuthenticatedRequest, period: str, code: str = "") -> Scope:
    """Return what the page is about; one query, two for a branch of a closed period.

    A branch that the person does not read itself is opened all the same: who assesses
    units below it sees just those, and the view answers 404 when there are none.

    Raises:
        Http404: No such period or unit, or the period is being prepared.
        PermissionDenied: The person reads the readiness of nobody.
    """
    user = request.user
    periods = AssessmentPeriod.objects.exclude(state=AssessmentPeriod.State.DRAFT)
    if code:
        unit = WorkUnit.objects.filter(code=code)
        periods = periods.annotate(
            **{
                f"unit_{name}": Subquery(unit.values(name)[:1])
                for name in ("pk", "path", "name", "is_assessed", "numchild")
            }
        )
    found = periods.filter(slug=period).first()
    if found is None:
        raise Http404
    request._wbk_period = found  # type: ignore[attr-defined]
    if not may_read_readiness(user):
        raise PermissionDenied(_("Kesiapan dilihat oleh pimpinan dan tim penilai."))
    if not code:
        return Scope(user, found)
    values = vars(found)
    if values["unit_pk"] is None:
        raise Http404
    branch = WorkUnit(
        pk=values["unit_pk"],
        code=code,
        path=values["unit_path"],
        name=values["unit_name"],
        is_assessed=values["unit_is_assessed"],
        numchild=values["unit_numchild"],
    )
    scope = Scope(user, found, branch)
    if found.is_open or scope.of_readiness().exists():
        return scope
    return Scope(user, found, branch, follows_tree_of_today=True)


def reads_branch(scope: Scope) -> bool:
    """Whether the person's own branch holds the page's branch; no query."""
    return scope.branch is None or scope.user.has_role_at(
        str(scope.branch.path), READ_ROLES
    )
