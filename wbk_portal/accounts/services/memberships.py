"""Giving and ending roles."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Delegation, Membership, Role, User, WorkUnit
from wbk_portal.accounts.permissions import can_administer, can_grant
from wbk_portal.audit.services import record
from wbk_portal.common.dates import format_day
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fingerprint import fingerprint
from wbk_portal.ops.services import notify

from .base import (
    SYSTEM,
    actor_of,
    ask,
    changed_meanwhile,
    lock_tree,
    require_administrator_left,
    top_administrators,
)


@transaction.atomic
def grant(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    user: User,
    work_unit: WorkUnit,
    role: Role | str,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
    delegator: User | None = None,
    delegation: str = "",
) -> Membership:
    """Give a role for a branch from a day on.

    Args:
        actor_key: Who does it, when no person of the portal does.
        by: The administrator who does it.
        valid_from: First day; today without one.
        valid_until: Last day; None: without an end.
        delegator: Whom a deputy stands in for; holds or held the same role there.
        delegation: ``plt`` or ``plh`` of a deputy.

    Raises:
        PermissionDenied: `can_grant` refuses.
        ValidationError: Dates or delegation are wrong, or the same role already
            holds on some of these days.
    """
    # Two at once for one person wait for each other: neither misses the other's row.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    work_unit = WorkUnit.objects.get(pk=work_unit.pk)
    if by is not None:
        ask(by, can_grant(by, user, work_unit.path, role))
    membership = Membership(
        user=user,
        work_unit=work_unit,
        role=str(role),
        valid_from=valid_from or timezone.localdate(),
        valid_until=valid_until,
        delegator=delegator,
        delegation=delegation,
    )
    membership.full_clean()
    _check_place(membership)
    if delegator is not None:
        _check_delegator(membership, delegator)
    same = Membership.objects.filter(
        user=user, work_unit=work_unit, role=membership.role
    ).overlapping(membership.valid_from, valid_until or dt.date.max)
    if same.exists():
        raise ValidationError(
            {"role": _("Peran ini sudah berlaku di unit itu pada tanggal tersebut.")}
        )
    membership.save()
    record(
        actor_key=actor_of(by, actor_key),
        action="membership.granted",
        target=("user", str(user.pk)),
        unit_key=work_unit.key,
        payload={
            "name": user.name,
            "role": membership.role,
            "unit": work_unit.name,
            "from": membership.valid_from.isoformat(),
            "until": valid_until.isoformat() if valid_until else None,
            "delegation": delegation,
            "delegator": delegator.name if delegator else None,
        },
    )
    if by is None or by.pk != user.pk:
        notify(
            user.key,
            "membership.granted",
            f"membership:{membership.pk}",
            "/akun/",
            {
                "role": membership.role,
                "delegation": delegation,
                "unit": work_unit.name,
                "from": membership.valid_from.isoformat(),
            },
        )
    return membership


def _check_place(membership: Membership) -> None:
    """Refuse a person who may not sign in, and days after the unit has closed."""
    if not membership.user.is_active:
        raise ValidationError(
            {"user": _("Akun orang ini nonaktif. Aktifkan dulu akunnya.")}
        )
    closes = membership.work_unit.active_until
    if closes is None:
        return
    if membership.valid_until is None or membership.valid_until > closes:
        raise ValidationError(
            {
                "valid_until": _(
                    "Unit ini ditutup %(day)s. Tanggal akhir paling lambat hari itu."
                )
                % {"day": format_day(closes)}
            }
        )


def _check_delegator(membership: Membership, delegator: User) -> None:
    """A deputy stands in for somebody who has the role; Plt. also for a former one."""
    held = Membership.objects.filter(
        user=delegator,
        role=membership.role,
        work_unit__path__in=[
            *membership.work_unit.ancestor_paths,
            membership.work_unit.path,
        ],
        valid_from__lte=membership.valid_until or dt.date.max,
    )
    if membership.delegation == Delegation.PLH:
        held = held.overlapping(
            membership.valid_from, membership.valid_until or dt.date.max
        )
    if not held.exists():
        raise ValidationError(
            {
                "delegator": _("%(name)s tidak memegang peran %(role)s di unit ini.")
                % {"name": delegator.name, "role": Role(membership.role).label}
            }
        )


def end_version(membership: Membership) -> int:
    """Return the version of a role's end, which a form carries back."""
    return fingerprint({"last_day": membership.valid_until})


@transaction.atomic
def end_membership(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    membership_id: int,
    last_day: dt.date,
    version: int | None = None,
) -> Membership:
    """Let a role end on a day; yesterday means at once.

    A role that holds today was held for at least a day, whatever comes: who once
    worked for a unit never assesses it. One not yet begun disappears. An end set
    before can be changed as long as it lies ahead. The institution keeps an
    administrator, or nobody could mend it.

    Args:
        version: `end_version` of the role in view; None looks at none.

    Raises:
        ConflictError: Somebody else set another end since `version`.
        PermissionDenied: `can_administer` refuses.
        ValidationError: The day is wrong, the role is over, or the last
            administrator would go.
    """
    if (
        Membership.objects.filter(pk=membership_id, role=Role.ADMINISTRATOR)
        .filter(work_unit__depth=1)
        .exists()
    ):
        lock_tree()
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("work_unit", "user")
        .get(pk=membership_id)
    )
    today = timezone.localdate()
    if by is not None:
        ask(by, can_administer(by, membership.work_unit.path))
    if version is not None and end_version(membership) != version:
        raise ConflictError(
            changed_meanwhile(("user", str(membership.user_id))),
            current={"last_day": membership.valid_until},
            version=end_version(membership),
        )
    if membership.valid_until is not None and membership.valid_until < today:
        raise ValidationError(_("Peran ini sudah berakhir."))
    begun = membership.valid_from <= today
    if begun and last_day < max(membership.valid_from, today - dt.timedelta(days=1)):
        raise ValidationError(
            {"last_day": _("Peran tidak dapat diakhiri pada hari yang sudah lewat.")}
        )
    if top_administrators(today).filter(pk=membership.pk).exists():
        require_administrator_left(without_membership=membership.pk)
    actor = actor_of(by, actor_key)
    payload = {
        "name": membership.user.name,
        "role": membership.role,
        "delegation": membership.delegation,
        "unit": membership.work_unit.name,
        "until": last_day.isoformat(),
    }
    target = ("user", str(membership.user_id))
    if not begun and last_day < membership.valid_from:
        membership.delete()
        action = "membership.cancelled"
    else:
        membership.valid_until = last_day
        membership.full_clean()
        membership.save(update_fields=["valid_until"])
        action = "membership.ended"
    record(
        actor_key=actor,
        action=action,
        target=target,
        unit_key=membership.work_unit.key,
        payload=payload,
    )
    return membership
