"""Whom to call: the people of the units that are furthest from the minimum."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Q, Value, When

from indicators.models.assessment import readable_units
from wbk_portal.accounts.models import Membership, Role, in_branches

from .figures import Verdict
from .scope import Scope

CALLS = 2
"""Units named above the charts."""

UNIT_WORDS = 4
PERSON_WORDS = 3
"""Words of a name that are shown there: the whole has sixty."""


@dataclass(frozen=True)
class Call:
    """A unit and the person to ask for."""

    unit: str
    person: str
    url: str


def shortened(name: str, most: int) -> str:
    """Return the first `most` words of a longer name."""
    words = name.split()
    return name if len(words) <= most else " ".join(words[:most]) + "…"


def calls_of(scope: Scope, today: dt.date) -> list[Call]:
    """Return the first units to call, furthest from the minimum first; one query.

    Units whose own head or operator is known; the head is named before the operator.
    """
    way = "work_unit__readiness__"
    below = (
        in_branches(f"{way}path_then", [str(scope.branch.path)])
        if scope.branch is not None
        else None
    )
    rows = Membership.objects.active_on(today).filter(
        readable_units(scope.user, "work_unit", f"{way}period"),
        *([below] if below is not None else []),
        # Where everything is handed in and nothing decided, the unit can do nothing.
        Q(**{f"{way}verdict__in": (Verdict.NOT_MET, Verdict.ALMOST)})
        | Q(
            **{
                f"{way}verdict": Verdict.UNSCORED,
                f"{way}n_submitted__lt": F(f"{way}n_items"),
            }
        ),
        role__in=(Role.HEAD, Role.OPERATOR),
        user__is_active=True,
        **{f"{way}period": scope.period},
    )
    rows = rows.annotate(
        certain=F(f"{way}nano_certain"),
        filled=F(f"{way}n_filled"),
        rank=Case(
            When(role=Role.HEAD, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        ),
    ).order_by("certain", "filled", "work_unit__path", "rank", "user__name")
    found: dict[str, Call] = {}
    # A unit has few people of its own; the first two units stand in these rows.
    for unit, code, person in rows.values_list(
        "work_unit__name", "work_unit__code", "user__name"
    )[:12]:
        found.setdefault(
            code,
            Call(
                shortened(unit, UNIT_WORDS),
                shortened(person, PERSON_WORDS),
                f"/{scope.period.slug}/unit/{code}/",
            ),
        )
        if len(found) > CALLS:
            break
    return list(found.values())[:CALLS]
