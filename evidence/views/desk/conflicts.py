"""Two values for one thing: what is stored, and what a window of the desk sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from evidence.presenters import value_text
from indicators.models import Assessment, Decision, Item
from wbk_portal.accounts.models import User
from wbk_portal.common.dates import format_clock, format_moment
from wbk_portal.common.errors import ConflictError

from .forms import ScoreForm


@dataclass(frozen=True)
class Side:
    """One of the two: a value and the texts with it."""

    value: str
    note: str
    recommendation: str
    by: str = ""


@dataclass(frozen=True)
class Conflict:
    """What the desk shows instead of writing over something unseen.

    Attributes:
        is_choice: Either may be taken; a value given already stands.
    """

    message: str
    theirs: Side
    mine: Side | None = None
    is_choice: bool = False


def draft_conflict(item: Item, error: ConflictError, form: ScoreForm) -> Conflict:
    """Return the two drafts of a service's refusal."""
    return Conflict(
        message=error.message,
        theirs=_side(item, error.current),
        mine=_side(item, form.draft()),
        is_choice=True,
    )


def correction_conflict(
    assessment: Assessment, error: ConflictError, form: ScoreForm
) -> Conflict:
    """Return the value as it was corrected meanwhile, and the correction sent."""
    both = draft_conflict(assessment.item, error, form)
    if assessment.decision is None:
        return both
    zone = assessment.work_unit.time_zone
    stored = stored_side(assessment.item, assessment.decision, zone)
    return replace(both, theirs=stored)


def value_conflict(
    assessment: Assessment, user: User, form: ScoreForm | None
) -> Conflict | None:
    """Return the stored value beside the typed one; None while there is no value.

    The window that sends it was opened before somebody, or the person in another
    window, gave the value.
    """
    decision = assessment.decision
    if decision is None or not assessment.period.is_open:
        return None
    zone = assessment.work_unit.time_zone
    when = {"time": format_clock(decision.at, zone), "who": decision.by}
    if decision.by_id == user.pk:
        message = _(
            "Anda sudah menyimpan nilai butir ini di jendela lain pukul %(time)s. "
            "Isian di jendela ini tidak disimpan."
        )
    else:
        message = _(
            "%(who)s sudah menyimpan nilai butir ini pukul %(time)s. Isian Anda tidak "
            "disimpan."
        )
    return Conflict(
        message=message % when,
        theirs=stored_side(assessment.item, decision, zone),
        mine=_side(assessment.item, form.draft()) if form else None,
    )


def stored_side(item: Item, decision: Decision, zone: str) -> Side:
    """Return a decided value with who decided it and when."""
    return _side(
        item,
        decision.as_values(),
        by=f"{decision.by} · {format_moment(decision.at, zone)}",
    )


def _side(item: Item, values: dict[str, Any], by: str = "") -> Side:
    option = str(values.get("option") or "")
    chosen = next((o for o in item.answer_options if str(o.pk) == option), None)
    value = value_text(
        chosen, values.get("numerator"), values.get("denominator"), option == "na"
    )
    return Side(
        value=f"{value} – {chosen.text}" if chosen else value,
        note=values.get("note") or "",
        recommendation=values.get("recommendation") or "",
        by=by,
    )
