"""Making, changing, moving and closing units."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from wbk_portal.accounts.hooks import tell_unit_changed
from wbk_portal.accounts.models import Service, WorkUnit
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError

# Columns that the form of a unit changes.
UNIT_FIELDS = (
    "code",
    "name",
    "kind",
    "time_zone",
    "is_assessed",
    "active_from",
    "active_until",
)


def _lock_tree() -> None:
    """Let one change of the tree's shape happen at a time.

    Paths of siblings are numbered by what stands there; two at once would number
    alike. On SQLite the transaction itself is exclusive.
    """
    WorkUnit.objects.select_for_update().filter(depth=1).order_by("path").first()


def _values(unit: WorkUnit) -> dict[str, Any]:
    values = {name: getattr(unit, name) for name in UNIT_FIELDS}
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in values.items()
    }


@transaction.atomic
def create_unit(*, actor_key: str, parent: WorkUnit | None, **fields: Any) -> WorkUnit:
    """Create a unit as the last child of `parent`, or as a top unit.

    Args:
        actor_key: Who does it, as a key for the log.
        parent: The unit above; None for a top unit.
        **fields: Values of `UNIT_FIELDS`.

    Raises:
        ValidationError: A value is wrong, or the code is taken.
    """
    _lock_tree()
    unit: WorkUnit = WorkUnit(**fields)
    unit.clean_fields(exclude=["path", "depth", "numchild"])
    unit.validate_unique(exclude=["path"])
    unit.validate_constraints(exclude=["path"])
    if parent is None:
        unit = WorkUnit.objects.add_root(instance=unit)
    else:
        above = WorkUnit.objects.get(pk=parent.pk)
        unit = WorkUnit.objects.add_child(above, instance=unit)
    record(
        actor_key=actor_key,
        action="unit.created",
        target=("unit", str(unit.pk)),
        unit_key=unit.key,
        payload={**_values(unit), "parent": parent.code if parent else None},
    )
    tell_unit_changed(unit)
    return unit


@transaction.atomic
def update_unit(
    *, actor_key: str, unit_id: int, version: int, **fields: Any
) -> WorkUnit:
    """Change a unit's columns.

    Raises:
        ConflictError: Somebody else changed it since `version`.
        ValidationError: A value is wrong.
    """
    unit: WorkUnit = WorkUnit.objects.select_for_update().get(pk=unit_id)
    if unit.version != version:
        raise ConflictError(
            _("Unit ini sudah diubah orang lain. Periksa isinya, lalu simpan lagi."),
            current=_values(unit),
            version=unit.version,
        )
    before = _values(unit)
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.full_clean(exclude=["path", "depth", "numchild"])
    unit.version += 1
    unit.save()
    record(
        actor_key=actor_key,
        action="unit.changed",
        target=("unit", str(unit.pk)),
        unit_key=unit.key,
        payload={"before": before, "after": _values(unit)},
    )
    tell_unit_changed(unit)
    return unit


@transaction.atomic
def move_unit(*, actor_key: str, unit_id: int, new_parent_id: int | None) -> WorkUnit:
    """Move a unit with everything below it under another one, or to the top.

    Raises:
        ValidationError: The new place is the unit itself or lies below it.
    """
    _lock_tree()
    unit: WorkUnit = WorkUnit.objects.select_for_update().get(pk=unit_id)
    old_path = unit.path
    if new_parent_id is None:
        if unit.depth == 1:
            return unit
        last = WorkUnit.objects.get_last_root_node()
        WorkUnit.objects.move(unit, last, pos="last-sibling")
        parent_code = None
    else:
        parent = WorkUnit.objects.get(pk=new_parent_id)
        if unit.contains(parent.path):
            raise ValidationError(
                {
                    "new_parent": _(
                        "Unit tidak dapat dipindahkan ke bawah dirinya sendiri."
                    )
                }
            )
        WorkUnit.objects.move(unit, parent, pos="last-child")
        parent_code = parent.code
    moved: WorkUnit = WorkUnit.objects.get(pk=unit_id)
    moved.version += 1
    moved.save(update_fields=["version"])
    record(
        actor_key=actor_key,
        action="unit.moved",
        target=("unit", str(unit_id)),
        unit_key=moved.key,
        payload={"from": old_path, "to": moved.path, "parent": parent_code},
    )
    tell_unit_changed(moved)
    return moved


@transaction.atomic
def save_service(
    *, actor_key: str, work_unit: WorkUnit, service_id: int | None, **fields: Any
) -> Service:
    """Create or change a service of the unit.

    Raises:
        ValidationError: A value is wrong, or the code is taken in this unit.
    """
    if service_id is None:
        service = Service(work_unit=work_unit)
    else:
        service = Service.objects.select_for_update().get(
            pk=service_id, work_unit=work_unit
        )
    for name, value in fields.items():
        setattr(service, name, value)
    service.full_clean()
    service.save()
    record(
        actor_key=actor_key,
        action="service.saved",
        target=("service", str(service.pk)),
        unit_key=work_unit.key,
        payload={"code": service.code, "name": service.name},
    )
    return service
