"""Making, changing, moving and closing units.

Each function takes either `by`, the administrator who acts (the rule is then asked
inside the transaction), or `actor_key` for commands. Upper apps are told before the
act is recorded: they take their own locks, and the lock of a chain comes last.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from wbk_portal.accounts.hooks import obstacles_to_closing, tell_unit_changed
from wbk_portal.accounts.models import Membership, User, WorkUnit
from wbk_portal.accounts.permissions import can_administer, can_place, can_restructure
from wbk_portal.audit.services import record
from wbk_portal.common.dates import format_day
from wbk_portal.common.errors import ConflictError

from .base import (
    SYSTEM,
    actor_of,
    ask,
    changed_meanwhile,
    lock_tree,
    only,
    refused_when_taken,
    require_administrator_left,
    require_nobody_raised,
)
from .memberships import end_membership

UNIT_FIELDS = (
    "code",
    "name",
    "kind",
    "time_zone",
    "is_assessed",
    "active_from",
    "active_until",
)
"""Columns that the services of a unit change."""


def _values(unit: WorkUnit) -> dict[str, Any]:
    values = {name: getattr(unit, name) for name in UNIT_FIELDS}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }


@transaction.atomic
def create_unit(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    parent: WorkUnit | None,
    **fields: Any,
) -> WorkUnit:
    """Create a unit as the last child of `parent`, or as a top unit.

    A top unit is kept by the administrators of the institution (`User.branches`).

    Args:
        actor_key: Who does it, when no person of the portal does.
        by: The administrator who does it.
        parent: The unit above; None for a top unit.
        **fields: Values of `UNIT_FIELDS`.

    Raises:
        PermissionDenied: `can_place` refuses.
        ValidationError: A value is wrong, the code is taken, or `parent` is closed.
    """
    only(fields, UNIT_FIELDS)
    lock_tree()
    unit: WorkUnit = WorkUnit(**fields)
    above = None if parent is None else WorkUnit.objects.get(pk=parent.pk)
    if by is not None:
        ask(by, can_place(by, above.path if above else ""))
    unit.full_clean(exclude=["path", "depth", "numchild"])
    if above is not None:
        _check_parent(above, 1)
    with refused_when_taken(_("Kode ini sudah dipakai unit lain.")):
        if above is None:
            unit = WorkUnit.objects.add_root(instance=unit)
        else:
            unit = WorkUnit.objects.add_child(above, instance=unit)
    tell_unit_changed(unit)
    record(
        actor_key=actor_of(by, actor_key),
        action="unit.created",
        target=("unit", str(unit.pk)),
        unit_key=unit.key,
        payload={
            **_values(unit),
            "parent": above.code if above else None,
            "parent_name": above.name if above else None,
        },
    )
    if by is not None:
        by.forget_memberships()
    return unit


def _check_parent(parent: WorkUnit, levels: int) -> None:
    """Refuse a closed unit as parent, and a tree deeper than a path can hold."""
    if parent.active_until is not None and parent.active_until < timezone.localdate():
        raise ValidationError(
            {
                "parent": _("%(unit)s sudah ditutup %(day)s. Pilih unit yang aktif.")
                % {"unit": parent.name, "day": format_day(parent.active_until)}
            }
        )
    if parent.depth + levels > WorkUnit.MAX_DEPTH:
        raise ValidationError(
            {
                "parent": _("Susunan unit paling dalam %(levels)d tingkat.")
                % {"levels": WorkUnit.MAX_DEPTH}
            }
        )


@transaction.atomic
def update_unit(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    unit_id: int,
    version: int,
    **fields: Any,
) -> WorkUnit:
    """Change a unit's columns; the same values again change nothing.

    Raises:
        ConflictError: Somebody else changed it since `version`.
        PermissionDenied: `can_administer` refuses.
        ValidationError: A value is wrong.
    """
    only(fields, UNIT_FIELDS)
    unit = _locked(unit_id, version)
    if by is not None:
        ask(by, can_administer(by, unit.path))
    before = _values(unit)
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.full_clean(exclude=["path", "depth", "numchild"])
    after = _values(unit)
    if after == before:
        return unit
    unit.version += 1
    with refused_when_taken(_("Kode ini sudah dipakai unit lain.")):
        unit.save(update_fields=[*UNIT_FIELDS, "version"])
    tell_unit_changed(unit)
    record(
        actor_key=actor_of(by, actor_key),
        action="unit.changed",
        target=("unit", str(unit.pk)),
        unit_key=unit.key,
        payload={"before": before, "after": after, "name": unit.name},
    )
    return unit


def _locked(unit_id: int, version: int | None) -> WorkUnit:
    unit: WorkUnit = WorkUnit.objects.select_for_update(no_key=True).get(pk=unit_id)
    if version is not None and unit.version != version:
        raise ConflictError(
            changed_meanwhile(("unit", str(unit.pk))),
            current=_values(unit),
            version=unit.version,
        )
    return unit


@transaction.atomic
def move_unit(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    unit_id: int,
    new_parent_id: int | None,
    version: int | None = None,
) -> WorkUnit:
    """Move a unit with everything below it under another one, or to the top.

    At the top the administrators of the institution keep it (`User.branches`).

    Moving it to where it stands changes nothing. Roles given further up no longer
    reach it, those given above its new place do.

    Raises:
        ConflictError: Somebody else changed it since `version`, where one is given.
        PermissionDenied: The administrator keeps not both places.
        ValidationError: The new place is the unit itself or lies below it, is
            closed, or too deep; or the top, with people who administer the unit alone.
    """
    lock_tree()
    unit = _locked(unit_id, version)
    parent: WorkUnit | None = (
        None if new_parent_id is None else WorkUnit.objects.get(pk=new_parent_id)
    )
    new_path = parent.path if parent is not None else ""
    if by is not None:
        ask(by, can_restructure(by, unit))
        ask(by, can_place(by, new_path))
    if unit.parent_path == new_path:
        return unit
    old_path, old_parent = unit.path, _name_at(unit.parent_path)
    if parent is None:
        require_nobody_raised(unit)
        WorkUnit.objects.move(
            unit, WorkUnit.objects.get_last_root_node(), pos="last-sibling"
        )
    else:
        _check_target(unit, parent)
        WorkUnit.objects.move(unit, parent, pos="last-child")
    moved: WorkUnit = WorkUnit.objects.get(pk=unit_id)
    moved.version += 1
    moved.save(update_fields=["version"])
    tell_unit_changed(moved)
    record(
        actor_key=actor_of(by, actor_key),
        action="unit.moved",
        target=("unit", str(unit_id)),
        unit_key=moved.key,
        payload={
            "name": moved.name,
            "from": old_path,
            "to": moved.path,
            "from_name": old_parent,
            "to_name": parent.name if parent else None,
            "parent": parent.code if parent else None,
        },
    )
    if by is not None:
        by.forget_memberships()
    return moved


def _check_target(unit: WorkUnit, parent: WorkUnit) -> None:
    if unit.contains(parent.path):
        raise ValidationError(
            {
                "parent": _(
                    "%(unit)s tidak dapat dipindahkan ke bawah dirinya sendiri: "
                    "%(target)s termasuk di bawahnya."
                )
                % {"unit": unit.name, "target": parent.name}
            }
        )
    deepest = WorkUnit.objects.in_branches([unit.path]).aggregate(n=Max("depth"))["n"]
    _check_parent(parent, deepest - unit.depth + 1)
    if unit.depth == 1:
        require_administrator_left(without_unit=unit.pk)


def _name_at(path: str) -> str | None:
    """Return the name of the unit at a path; None at the top."""
    if not path:
        return None
    name: str | None = (
        WorkUnit.objects.filter(path=path).values_list("name", flat=True).first()
    )
    return name


def closing_problems(unit: WorkUnit, last_day: dt.date) -> list[str]:
    """Return why a unit cannot close on a day, one sentence each; none: it can.

    Two queries, and those of upper apps.
    """
    found = []
    if last_day < unit.active_from:
        found.append(_("Tanggal penutupan lebih awal daripada hari unit mulai aktif."))
    open_below = (
        WorkUnit.objects.in_branches([unit.path])
        .exclude(pk=unit.pk)
        .active_on(last_day + dt.timedelta(days=1))
    )
    names = list(open_below.values_list("name", flat=True)[:4])
    if names:
        listed = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        found.append(
            _("Unit di bawahnya masih aktif: %(units)s. Tutup atau pindahkan dulu.")
            % {"units": listed}
        )
    if unit.depth == 1 and not (
        WorkUnit.objects.filter(depth=1)
        .exclude(pk=unit.pk)
        .active_on(last_day + dt.timedelta(days=1))
        .exists()
    ):
        found.append(_("Ini satu-satunya unit teratas; portal memerlukan satu."))
    return found + obstacles_to_closing(unit, last_day)


@transaction.atomic
def close_unit(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    unit_id: int,
    version: int,
    last_day: dt.date,
) -> WorkUnit:
    """Close a unit after a day; roles given in it end on the same day.

    Its work stays readable. Closing can be taken back with `reopen_unit`.

    Raises:
        ConflictError: Somebody else changed it since `version`.
        PermissionDenied: `can_restructure` refuses.
        ValidationError: See `closing_problems`.
    """
    lock_tree()
    unit = _locked(unit_id, version)
    if by is not None:
        ask(by, can_restructure(by, unit))
    if problems := closing_problems(unit, last_day):
        raise ValidationError({"last_day": problems})
    unit.active_until = last_day
    unit.version += 1
    unit.save(update_fields=["active_until", "version"])
    tell_unit_changed(unit)
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    running = Membership.objects.filter(work_unit=unit).overlapping(
        max(last_day, yesterday) + dt.timedelta(days=1), dt.date.max
    )
    ended = [
        end_membership(
            actor_key=actor_of(by, actor_key),
            membership_id=membership_id,
            last_day=max(last_day, yesterday),
        )
        for membership_id in running.order_by("pk").values_list("pk", flat=True)
    ]
    record(
        actor_key=actor_of(by, actor_key),
        action="unit.closed",
        target=("unit", str(unit.pk)),
        unit_key=unit.key,
        payload={
            "name": unit.name,
            "last_day": last_day.isoformat(),
            "memberships": len(ended),
        },
    )
    return unit


@transaction.atomic
def reopen_unit(
    *, actor_key: str = SYSTEM, by: User | None = None, unit_id: int, version: int
) -> WorkUnit:
    """Take the closing of a unit back; roles that ended with it stay ended.

    Raises:
        ConflictError: Somebody else changed it since `version`.
        PermissionDenied: `can_restructure` refuses.
        ValidationError: The unit above is closed.
    """
    unit = _locked(unit_id, version)
    if by is not None:
        ask(by, can_restructure(by, unit))
    if unit.active_until is None:
        return unit
    if unit.parent_path:
        _check_parent(WorkUnit.objects.get(path=unit.parent_path), 0)
    unit.active_until = None
    unit.version += 1
    unit.save(update_fields=["active_until", "version"])
    tell_unit_changed(unit)
    record(
        actor_key=actor_of(by, actor_key),
        action="unit.reopened",
        target=("unit", str(unit.pk)),
        unit_key=unit.key,
        payload={"name": unit.name},
    )
    return unit
