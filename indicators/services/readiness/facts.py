"""From rows to the plain facts that `indicators.readiness` sums up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from indicators import scoring
from indicators.models import (
    Assessment,
    AssessmentPeriod,
    Instrument,
    Item,
    Option,
    PeriodInstrument,
    State,
    SubArea,
)
from indicators.readiness import Catalogue, ItemFact, ReadinessFigures
from indicators.readiness import readiness as sum_up
from indicators.services.catalogue import catalogue_of
from indicators.workflow import LOCKED_FOR_UNIT, SUBMITTED_STATES

# Answer and links stand still here, and were complete when they were frozen: what
# expires later does not make a submitted item incomplete.
_FROZEN = LOCKED_FOR_UNIT - {State.NOT_SUBMITTED}

_SETTLED = frozenset({State.FINAL, State.NOT_SUBMITTED})


@dataclass(frozen=True, slots=True)
class ItemBasis:
    """What the catalogue says of one assessed item; see `ItemFact`."""

    key: str
    is_indicator: bool
    group: str
    question: str
    may_be_not_applicable: bool


@dataclass(frozen=True, slots=True)
class _Editions:
    """What is the same for all units as long as the period's editions are."""

    catalogue: Catalogue
    items: dict[int, ItemBasis]
    option_values: dict[int, Fraction]
    subarea_ids: dict[str, int]


@dataclass(frozen=True)
class Basis:
    """Everything about a period that the figures of a unit rest on."""

    period_id: int
    state: str
    zero_denominator: scoring.ZeroDenominator
    editions: _Editions

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "work_unit_id",
        "item_id",
        "state",
        "self_option_id",
        "self_numerator",
        "self_denominator",
        "self_na",
        "n_links",
        "n_accepted",
        "n_stale",
        "next_expiry",
        "decision_id",
        "agreed_option_id",
        "agreed_numerator",
        "agreed_denominator",
        "agreed_na",
        "released_at",
    )
    """Columns of an assessment that are read."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be reached any more."""
        return self.state == AssessmentPeriod.State.CLOSED

    @property
    def subarea_ids(self) -> dict[str, int]:
        """Keys of rows of the LKE's sub-areas, by sub-area."""
        return self.editions.subarea_ids


# By period and exact content of its editions: an edition that an opened period uses
# never changes, so what was read once stays right as long as the process runs.
_known: dict[tuple[Any, ...], _Editions] = {}
_KNOWN_AT_MOST = 32


def basis_of(period_id: int) -> Basis:
    """Return what the figures rest on; one query, eight the first time.

    Raises:
        CatalogueError: The period has no edition of the indicators or of the LKE.
    """
    used = list(
        PeriodInstrument.objects.filter(period_id=period_id)
        .order_by("instrument_id")
        .values_list(
            "period__state",
            "period__zero_denominator",
            "instrument_id",
            "instrument__source_sha256",
            "instrument__loaded_at",
        )
    )
    key = (period_id, *(row[2:] for row in used))
    editions = _known.get(key)
    if editions is None:
        editions = _read(AssessmentPeriod.objects.get(pk=period_id))
        if len(_known) >= _KNOWN_AT_MOST:
            _known.clear()
        _known[key] = editions
    state, zero = used[0][0], used[0][1]
    return Basis(period_id, state, scoring.ZeroDenominator(zero), editions)


def _read(period: AssessmentPeriod) -> _Editions:
    items = {
        item.pk: ItemBasis(
            key=item.code,
            is_indicator=item.kind == Item.Kind.INDICATOR,
            group=item.subarea.key,
            question=_question(item),
            may_be_not_applicable=item.may_be_not_applicable,
        )
        for item in Item.objects.assessed()
        .filter(instrument__periods__period=period)
        .select_related("subarea", "rubric")
    }
    return _Editions(
        catalogue=catalogue_of(period),
        items=items,
        option_values={
            option.pk: option.value
            for option in Option.objects.filter(
                item__instrument__periods__period=period
            ).only("value_num", "value_den")
        },
        subarea_ids=dict(
            SubArea.objects.filter(
                instrument__periods__period=period, instrument__key=Instrument.LKE
            ).values_list("key", "pk")
        ),
    )


def _question(item: Item) -> str:
    """Return the code of the LKE question that the item's agreed answer answers."""
    if item.kind == Item.Kind.QUESTION:
        return item.code
    return item.rubric.code if item.rubric_leads and item.rubric else ""


def figures_of(
    basis: Basis, assessments: Iterable[Assessment], *, closing: bool = False
) -> ReadinessFigures:
    """Return the figures of one unit; no query.

    An item without a row counts as empty, so that the 24 are always 24.

    Args:
        assessments: The unit's rows in the period, loaded with `Basis.COLUMNS`.
        closing: The period is being closed: nothing can be reached any more.
    """
    by_item = {assessment.item_id: assessment for assessment in assessments}
    is_open = not (closing or basis.is_closed)
    return sum_up(
        basis.editions.catalogue,
        [
            fact_of(basis, item, by_item.get(item_id), is_open=is_open)
            for item_id, item in basis.editions.items.items()
        ],
    )


def fact_of(
    basis: Basis, item: ItemBasis, assessment: Assessment | None, *, is_open: bool
) -> ItemFact:
    """Return what is known of one item."""
    if assessment is None:
        return ItemFact(
            key=item.key,
            is_indicator=item.is_indicator,
            group=item.group,
            question=item.question,
            may_be_not_applicable=item.may_be_not_applicable,
            is_open=is_open,
        )
    has_answer = not assessment.self_na and assessment.has_self_answer
    n_usable = assessment.n_links
    if assessment.state in _FROZEN and has_answer:
        n_usable = max(1, n_usable)
    return ItemFact(
        key=item.key,
        is_indicator=item.is_indicator,
        group=item.group,
        question=item.question,
        may_be_not_applicable=item.may_be_not_applicable,
        has_answer=has_answer,
        self_value=(
            _value(
                basis,
                assessment.self_option_id,
                assessment.self_numerator,
                assessment.self_denominator,
            )
            if has_answer
            else None
        ),
        self_not_applicable=assessment.self_na,
        n_usable=n_usable,
        is_submitted=assessment.state in SUBMITTED_STATES,
        needs_revision=assessment.state == State.NEEDS_REVISION,
        n_stale=assessment.n_stale,
        is_released=assessment.is_released and assessment.decision_id is not None,
        agreed_value=_value(
            basis,
            assessment.agreed_option_id,
            assessment.agreed_numerator,
            assessment.agreed_denominator,
        ),
        agreed_not_applicable=assessment.is_released and assessment.agreed_na,
        n_accepted=assessment.n_accepted,
        is_open=is_open and assessment.state not in _SETTLED,
    )


def _value(
    basis: Basis,
    option_id: int | None,
    numerator: int | None,
    denominator: int | None,
) -> Fraction | None:
    if option_id is not None:
        return basis.editions.option_values[option_id]
    if numerator is None or denominator is None:
        return None
    return scoring.percent_value(numerator, denominator, basis.zero_denominator).value


def next_change(assessments: Iterable[Assessment]) -> dt.date | None:
    """Return the day on which time alone may change the figures: the day after the
    first linked evidence was valid for the last time."""
    expiries = [a.next_expiry for a in assessments if a.next_expiry is not None]
    return min(expiries) + dt.timedelta(days=1) if expiries else None
