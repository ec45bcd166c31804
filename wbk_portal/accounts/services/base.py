"""What the services of this app share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
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


def only(fields: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Refuse columns that a form does not have: a fault of the program."""
    if unknown := set(fields) - set(allowed):
        raise TypeError(f"no columns of the form: {sorted(unknown)}")


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


@contextmanager
def refused_when_taken(message: str) -> Iterator[None]:
    """Turn a broken uniqueness into an error for the person.

    Validation has looked already: only somebody else at the same moment gets here.

    Raises:
        ValidationError: A row of the same name was made meanwhile.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ValidationError(message) from error


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

    The caller holds `lock_tree` since before it read anything, or two administrators
    could remove each other at once.

    Raises:
        ValidationError: Nobody would be left.
    """
    left = [
        membership
        for membership in top_administrators(timezone.localdate())
        if membership.pk != without_membership
        and membership.user_id != without_person
        and membership.work_unit_id != without_unit
    ]
    if not left:
        raise ValidationError(
            _("Administrator terakhir tidak dapat diakhiri. Tunjuk dulu yang lain.")
        )


def require_nobody_raised(unit: WorkUnit) -> None:
    """Refuse to make administrators of a branch those of the institution unseen.

    Raises:
        ValidationError: Somebody administers the unit, and no top unit so far.
    """
    today = timezone.localdate()
    already = Membership.objects.active_on(today).filter(
        role=Role.ADMINISTRATOR, work_unit__depth=1, user=OuterRef("user")
    )
    names = (
        Membership.objects.overlapping(today, dt.date.max)
        .filter(~Exists(already), role=Role.ADMINISTRATOR, work_unit=unit)
        .order_by("user__name")
        .values_list("user__name", flat=True)
        .distinct()
    )
    if people := ", ".join(names):
        raise ValidationError(
            {
                "parent": _(
                    "Di tingkat teratas %(people)s menjadi administrator seluruh "
                    "instansi. Akhiri dulu peran administratornya di unit ini."
                )
                % {"people": people}
            }
        )


def lock_tree() -> None:
    """Let one change of the tree's shape, or of who administers it, happen at a time.

    Paths of siblings are numbered by what stands there; two at once would number
    alike. On SQLite the transaction itself is exclusive. It comes before any other
    lock of this app: tree, unit, person, membership, link, and chains last.
    """
    WorkUnit.objects.select_for_update(no_key=True).filter(depth=1).order_by(
        "path"
    ).first()
