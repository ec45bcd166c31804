"""Rules about people and units: who keeps the tree and the memberships."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wbk_portal.common.permissions import ALLOWED, Verdict

from .models import Role, User


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


def can_administer_everything(user: User) -> Verdict:
    """May make further top units and administrators: administers a top unit."""
    tops = user.branches(Role.ADMINISTRATOR)
    if any(len(path) == 4 for path in tops):
        return ALLOWED
    return Verdict(_("Hanya administrator instansi yang dapat melakukan ini."))
