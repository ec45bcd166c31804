"""What every service on assessments does: lock, move, log, tell, sum up."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.models import Assessment
from indicators.standing import Standing
from indicators.workflow import Verb, move
from wbk_portal.accounts.models import User
from wbk_portal.audit.services import record

from . import readiness


def lock(assessment_id: int) -> Assessment:
    """Return the assessment, locked until the transaction ends.

    Order of locks everywhere: assessment, then chain of the log, then readiness row.
    """
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("work_unit", "period", "item__subarea", "item__rubric")
        .get(pk=assessment_id)
    )


def lock_many(ids: list[int]) -> list[Assessment]:
    """Return the assessments locked in the order of their keys, so none deadlock."""
    return list(
        Assessment.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("work_unit", "period", "item__subarea", "item__rubric")
        .order_by("pk")
    )


def standing_of(user: User, assessment: Assessment) -> Standing:
    """Return the person's standing towards the assessment's unit and period."""
    return Standing.of(user, assessment.work_unit, assessment.period)


def advance(assessment: Assessment, verb: Verb) -> None:
    """Set the state that the table gives for `verb`; the caller saves.

    Raises:
        PermissionDenied: The table has no such move; rules are asked first, so this
            is met only when somebody else moved it in between.
    """
    row = move(assessment.state, verb)
    if row is None:
        raise PermissionDenied(
            _("Tidak dapat dilakukan: keadaan butir ini “%(state)s”.")
            % {"state": assessment.get_state_display()}
        )
    assessment.state = row.target


def log(
    user: User | None,
    action: str,
    assessment: Assessment,
    payload: dict[str, Any] | None = None,
    *,
    withheld: bool = False,
) -> None:
    """Write one entry in the unit's chain, in the running transaction."""
    record(
        actor_key=user.key if user else "system",
        action=action,
        target=("assessment", str(assessment.pk)),
        unit_key=assessment.work_unit.key,
        payload=payload,
        withheld=withheld,
    )


def sum_up(assessment: Assessment) -> None:
    """Rewrite the readiness row of the assessment's unit."""
    readiness.refresh(
        work_unit_id=assessment.work_unit_id, period_id=assessment.period_id
    )


def item_url(assessment: Assessment) -> str:
    """Return the address of the item's page, without host."""
    return (
        f"/{assessment.period.slug}/unit/{assessment.work_unit.code}"
        f"/{assessment.item.slug}/"
    )


def desk_url(assessment: Assessment) -> str:
    """Return the address of the item's place on the review desk, without host."""
    return (
        f"/{assessment.period.slug}/penilaian/{assessment.work_unit.code}"
        f"/{assessment.item.slug}/"
    )
