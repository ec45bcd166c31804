"""The services that a unit gives to the public."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wbk_portal.accounts.models import Service, User, WorkUnit
from wbk_portal.accounts.permissions import can_administer
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fingerprint import fingerprint
from wbk_portal.common.permissions import ALLOWED

from .base import (
    SYSTEM,
    actor_of,
    ask,
    changed_meanwhile,
    only,
    refused_when_taken,
)

SERVICE_FIELDS = ("code", "name", "active_from", "active_until")
"""Columns that the form of a service changes."""


def service_values(service: Service) -> dict[str, Any]:
    """Return the columns of `SERVICE_FIELDS`, for the form and for a conflict."""
    return {name: getattr(service, name) for name in SERVICE_FIELDS}


def service_version(service: Service) -> int:
    """Return the version of a service, which a form carries back."""
    return fingerprint(service_values(service))


@transaction.atomic
def save_service(
    *,
    actor_key: str = SYSTEM,
    by: User | None = None,
    work_unit: WorkUnit,
    service_id: int | None,
    version: int | None = None,
    **fields: Any,
) -> Service:
    """Create or change a service of the unit.

    Args:
        version: `service_version` of the service in view; None looks at none.

    Raises:
        ConflictError: Somebody else changed it since `version`.
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
        if version is not None and service_version(service) != version:
            raise ConflictError(
                changed_meanwhile(("service", str(service.pk))),
                current=service_values(service),
                version=service_version(service),
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
