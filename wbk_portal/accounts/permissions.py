"""Rules about people and units: who keeps the tree and the memberships."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from wbk_portal.common.permissions import ALLOWED, Verdict

from .models import Membership, Role, User, WorkUnit

DECIDING_ROLES = frozenset({Role.ASSESSOR, Role.LEAD, Role.CONTROLLER, Role.AUDITOR})
"""Roles that nobody gives to themselves: an administrator has no say in scores."""


def can_administer(user: User, path: str = "") -> Verdict:
    """May keep units, people and memberships of the branch that `path` lies in.

    Args:
        path: Path of the unit concerned; empty asks whether the person administers
            anything at all.
    """
    if path:
        allowed = user.has_role_at(path, [Role.ADMINISTRATOR])
    else:
        allowed = user.has_role(Role.ADMINISTRATOR)
    return (
        ALLOWED
        if allowed
        else Verdict(_("Hanya administrator yang dapat melakukan ini."))
    )


LOOKING_ROLES = (Role.ADMINISTRATOR, Role.AUDITOR)
"""Roles that read units, people and periods; an auditor changes nothing."""


def can_look_at_administration(user: User) -> Verdict:
    """May read who works where as what, and who changed it."""
    if user.has_role(*LOOKING_ROLES):
        return ALLOWED
    return Verdict(_("Hanya administrator dan auditor yang dapat membuka ini."))


def can_administer_everything(user: User) -> Verdict:
    """May make further top units and administrators: administers a top unit."""
    tops = user.branches(Role.ADMINISTRATOR)
    if any(len(path) == WorkUnit.steplen for path in tops):
        return ALLOWED
    return Verdict(_("Hanya administrator instansi yang dapat melakukan ini."))


def can_place(user: User, parent_path: str) -> Verdict:
    """May put a unit below another one, or (with an empty path) at the top."""
    if not parent_path:
        return can_administer_everything(user)
    return can_administer(user, parent_path)


def can_restructure(user: User, unit: WorkUnit) -> Verdict:
    """May move or close the unit: keeps the unit above it.

    An administrator of a branch cannot take the branch out of its place.
    """
    if unit.parent_path:
        if user.has_role_at(unit.parent_path, [Role.ADMINISTRATOR]):
            return ALLOWED
        return Verdict(
            _("Hanya administrator unit di atasnya yang memindahkan atau menutup unit.")
        )
    return can_administer_everything(user)


def can_grant(user: User, person: User, path: str, role: Role | str) -> Verdict:
    """May give `person` a role for the branch at `path`."""
    verdict = can_administer(user, path)
    if not verdict:
        return verdict
    if user.pk == person.pk and role in DECIDING_ROLES:
        return Verdict(
            _("Peran menilai atau memeriksa diberikan oleh administrator lain.")
        )
    return ALLOWED


def can_manage_person(
    user: User, person: User, spans: Iterable[Membership] | None = None
) -> Verdict:
    """May change the person's data, sign-in and whether they may come in.

    An administrator of a branch manages people whose present and coming roles all
    lie in the branch: with a new password one could act as the person everywhere.

    Args:
        spans: The person's present and coming memberships; None asks the database.
    """
    if can_administer_everything(user):
        return ALLOWED
    if not user.has_role(Role.ADMINISTRATOR):
        return can_administer(user)
    held = person.membership_spans() if spans is None else spans
    if all(user.has_role_at(m.work_unit.path, [Role.ADMINISTRATOR]) for m in held):
        return ALLOWED
    return Verdict(
        _(
            "Orang ini juga memiliki peran di luar cabang Anda. "
            "Datanya diubah oleh administrator instansi."
        )
    )
