"""Rules about periods and assignments: who prepares, opens, closes, who assigns."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.accounts.permissions import can_administer_everything
from wbk_portal.common.permissions import ALLOWED, Verdict

from .models import AssessmentPeriod, Assignment


def can_manage_periods(user: User) -> Verdict:
    """May prepare, open and close periods: they hold for the whole institution."""
    return can_administer_everything(user)


def can_see_periods(user: User) -> Verdict:
    """May read rules, schedule and history of a period: who keeps it, and auditors."""
    return ALLOWED if user.has_role(Role.AUDITOR) else can_manage_periods(user)


def can_list_periods(user: User) -> Verdict:
    """May see the list of periods."""
    return ALLOWED if user.has_role(Role.AUDITOR) else can_open_assignments(user)


def can_see_assignments(user: User) -> Verdict:
    """May read who assesses which unit: who assigns, and auditors."""
    return ALLOWED if user.has_role(Role.AUDITOR) else can_open_assignments(user)


def can_open_assignments(user: User) -> Verdict:
    """May assign assessors somewhere."""
    if user.has_role(Role.ADMINISTRATOR, Role.LEAD):
        return ALLOWED
    return Verdict(_("Hanya administrator dan ketua tim yang menugaskan penilai."))


def can_assign(
    user: User,
    work_unit: WorkUnit,
    period: AssessmentPeriod,
    duty: str,
    led_unit_ids: Collection[int],
) -> Verdict:
    """May say who assesses the unit.

    An administrator of the unit's branch assigns everybody; a lead assigns the
    assessors of the units whose team they lead.

    Args:
        led_unit_ids: Units that `user` leads the assessment of in the period.
    """
    if user.has_role_at(work_unit.path, [Role.ADMINISTRATOR]):
        return ALLOWED
    if duty != Assignment.Duty.ASSESSOR:
        return Verdict(
            _("Hanya administrator yang menunjuk ketua tim dan pengendali teknis.")
        )
    if work_unit.pk in led_unit_ids and user.has_role(Role.LEAD):
        return ALLOWED
    return Verdict(
        _("Anda bukan ketua tim untuk %(unit)s pada periode ini.")
        % {"unit": work_unit.name}
    )
