"""What the services of this app share."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.audit.history import history_of
from wbk_portal.common.dates import format_clock, format_day
from wbk_portal.common.permissions import Verdict, require

SYSTEM = "system"


def actor_of(by: User | None, actor_key: str) -> str:
    """Return the key for the log: of the person who acts, else the given one."""
    return by.key if by is not None else actor_key


def ask(by: User | None, verdict: Verdict | None) -> None:
    """Enforce a rule when a person acts; commands act for the machine.

    Raises:
        PermissionDenied: The rule refuses.
    """
    if by is not None and verdict is not None:
        require(verdict)


def changed_meanwhile(target: tuple[str, str]) -> str:
    """Say who changed an object last, and when; two queries."""
    last = next(iter(history_of(*target, limit=1)), None)
    if last is None:
        return _("Data ini sudah diubah orang lain sejak Anda membukanya.")
    local = timezone.localtime(last.at)
    when = (
        _("pukul %(clock)s") % {"clock": format_clock(last.at)}
        if local.date() == timezone.localdate()
        else format_day(local)
    )
    return _("%(who)s sudah mengubah data ini %(when)s.") % {
        "who": last.actor,
        "when": when,
    }


def top_administrators(day: dt.date) -> QuerySet[Membership]:
    """Memberships of those who administer the whole institution for good.

    They hold on `day` without an end, for a top unit, in their own name, and the
    person may sign in.
    """
    return Membership.objects.active_on(day).filter(
        role=Role.ADMINISTRATOR,
        work_unit__depth=1,
        valid_until__isnull=True,
        delegation="",
        user__is_active=True,
    )


def require_administrator_left(
    *,
    without_membership: int | None = None,
    without_person: int | None = None,
    without_unit: int | None = None,
) -> None:
    """Refuse what would leave the institution without an administrator.

    Locks the remaining memberships, so that two administrators cannot remove each
    other at once.

    Raises:
        ValidationError: Nobody would be left.
    """
    rows = top_administrators(timezone.localdate()).select_for_update(of=("self",))
    left = [
        membership
        for membership in rows.order_by("pk")
        if membership.pk != without_membership
        and membership.user_id != without_person
        and membership.work_unit_id != without_unit
    ]
    if not left:
        raise ValidationError(
            _("Administrator terakhir tidak dapat diakhiri. Tunjuk dulu yang lain.")
        )


def lock_tree() -> None:
    """Let one change of the tree's shape happen at a time.

    Paths of siblings are numbered by what stands there; two at once would number
    alike. On SQLite the transaction itself is exclusive.
    """
    WorkUnit.objects.select_for_update().filter(depth=1).order_by("path").first()
