"""What every service on assessments does: lock, move, log, tell, sum up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from indicators.models import Assessment, SubmissionRound
from indicators.permissions import state_reason
from indicators.standing import Standing
from indicators.workflow import Verb, move
from wbk_portal.accounts.models import User
from wbk_portal.audit.services import Act, record, record_many

from . import readiness


def lock(assessment_id: int) -> Assessment:
    """Return the assessment, locked until the transaction ends.

    Order of locks everywhere: assessment, then chain of the log, then readiness row.

    Raises:
        Assessment.DoesNotExist: There is none with this key.
    """
    found = lock_many([assessment_id])
    if not found:
        raise Assessment.DoesNotExist
    return found[0]


def lock_many(ids: list[int]) -> list[Assessment]:
    """Return the assessments locked in the order of their keys, so none deadlock.

    Two statements: the first waits, the second reads. In one statement PostgreSQL
    would read again, after it had to wait, only the rows that it locks: a period that
    closed meanwhile would still look open.
    """
    rows = Assessment.objects.filter(pk__in=ids).order_by("pk")
    held = list(rows.select_for_update().values_list("pk", flat=True))
    if not held:
        return []
    return list(
        rows.filter(pk__in=held).select_related(
            "work_unit", "period", "item__subarea", "item__rubric"
        )
    )


def round_of(round_id: int | None) -> SubmissionRound:
    """Return a round with its author; locks nothing.

    Raises:
        PermissionDenied: There is no such round: nothing was submitted.
    """
    rounds = SubmissionRound.objects.select_related("by")
    frozen = rounds.filter(pk=round_id or 0).first()
    if frozen is None:
        raise PermissionDenied(_("Belum ada pengajuan untuk butir ini."))
    return frozen


def require_current(assessment: Assessment, frozen: SubmissionRound) -> None:
    """Refuse a round that another one has followed.

    Raises:
        PermissionDenied: It is not the one to be assessed now.
    """
    if assessment.current_round_id != frozen.pk:
        raise PermissionDenied(
            _("Unit sudah mengajukan versi baru; muat ulang halaman ini.")
        )


def require_one_place(assessments: Iterable[Assessment]) -> None:
    """Refuse items of several units or periods where one standing is asked.

    Raises:
        ValidationError: They are not of one unit and one period.
    """
    if len({(a.work_unit_id, a.period_id) for a in assessments}) > 1:
        raise ValidationError(_("Pilih butir dari satu unit dan satu periode."))


def standing_of(user: User, assessment: Assessment) -> Standing:
    """Return the person's standing towards the assessment's unit and period."""
    return Standing.of(user, assessment.work_unit, assessment.period)


def advance(assessment: Assessment, verb: Verb, *, otherwise: bool = False) -> None:
    """Set the state that the table gives for `verb`; the caller saves.

    Args:
        otherwise: The other case of the row holds (`Move.otherwise`).

    Raises:
        PermissionDenied: The table has no such move; rules are asked first, so this
            is met only when somebody else moved it in between.
    """
    row = move(assessment.state, verb)
    if row is None:
        raise PermissionDenied(state_reason(assessment.state, verb))
    assessment.state = (row.otherwise or row.target) if otherwise else row.target


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


def log_many(
    user: User,
    action: str,
    entries: Iterable[tuple[Assessment, dict[str, Any]]],
) -> None:
    """Write the same act on many assessments: a constant number of statements.

    Args:
        entries: Assessments with their payloads.
    """
    record_many(
        Act(
            actor_key=user.key,
            action=action,
            target=("assessment", str(assessment.pk)),
            unit_key=assessment.work_unit.key,
            payload=payload,
        )
        for assessment, payload in entries
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
