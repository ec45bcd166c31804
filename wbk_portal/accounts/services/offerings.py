"""The services that a unit gives to the public."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Service, User, WorkUnit
from wbk_portal.accounts.permissions import can_administer
from wbk_portal.audit.services import record
from wbk_portal.common.permissions import ALLOWED

from .base import SYSTEM, actor_of, ask, only, refused_when_taken

SERVICE_FIELDS = ("code", "name", "active_from", "active_until")
"""Columns that the form of a service changes."""


@transaction.atomic
def save_service(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    work_unit: WorkUnit,
    service_id: int | None,
    **fields: Any,
) -> Service:
    """Create or change a service of the unit.

    Raises:
        PermissionDenied: `can_administer` refuses.
        ValidationError: A value is wrong, or the code is taken in this unit.
    """
    only(fields, SERVICE_FIELDS)
    ask(by, can_administer(by, work_unit.path) if by else ALLOWED)
    if service_id is None:
        service = Service(work_unit=work_unit)
    else:
        service = Service.objects.select_for_update().get(
            pk=service_id, work_unit=work_unit
        )
    for name, value in fields.items():
        setattr(service, name, value)
    service.full_clean()
    with refused_when_taken(_("Kode layanan ini sudah dipakai.")):
        service.save()
    record(
        actor_key=actor_of(by, actor_key),
        action="service.created" if service_id is None else "service.changed",
        target=("service", str(service.pk)),
        unit_key=work_unit.key,
        payload={"code": service.code, "name": service.name},
    )
    return service
