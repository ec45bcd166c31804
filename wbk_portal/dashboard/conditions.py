"""The words of the page as conditions on assessments.

The summary rows hold the counts; the lists that open from them are selected here. A
test holds the two, and independent SQL, against each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate

from indicators.models import Item, State
from indicators.models.assessment import shown_as
from indicators.workflow import LOCKED_FOR_UNIT, SUBMITTED_STATES
from wbk_portal.common.workdays import is_working_day

STALE_AFTER = 5
"""Working days that a submission may wait for its assessor before it is named."""

_FROZEN = LOCKED_FOR_UNIT - {State.NOT_SUBMITTED}
_SETTLED = (State.FINAL, State.NOT_SUBMITTED)

INDICATOR = Q(item__kind=Item.Kind.INDICATOR)
"""One of the 24: the three counts are about these."""

ANSWERED = Q(self_option__isnull=False) | Q(
    self_numerator__isnull=False, self_denominator__isnull=False
)

FILLED = INDICATOR & (
    Q(self_na=True) | (ANSWERED & (Q(n_links__gt=0) | Q(state__in=_FROZEN)))
)
"""*Terisi*: an answer with usable evidence, or "tidak berlaku" with its reason."""

SUBMITTED = INDICATOR & Q(state__in=SUBMITTED_STATES)
"""*Diajukan*: a round stands."""

HAS_VALUE = Q(agreed_option__isnull=False) | Q(
    agreed_numerator__isnull=False, agreed_denominator__isnull=False
)

DECIDED = Q(released_at__isnull=False, decision__isnull=False) & (
    Q(agreed_na=True) | HAS_VALUE
)
"""A released decision says what the item is worth, or that it does not apply."""

ACCEPTED = INDICATOR & DECIDED & (Q(agreed_na=True) | Q(n_accepted__gt=0))
"""*Dinilai sesuai*."""

UNCERTAIN = ~Q(state__in=_SETTLED) & ~DECIDED
"""A value can still come (while the period is open)."""

AT_STAKE = Q(item__lke_nano__gt=0) & UNCERTAIN
"""Its LKE points are not certain and can still be had."""

WAITING = Q(state=State.SUBMITTED)
"""Handed in, and no assessor has begun."""

NEEDS_LOOK = INDICATOR & Q(n_stale__gt=0)
"""A linked evidence has a newer version than the one looked at."""


def waiting_from() -> Coalesce:
    """Return the time since which a submission waits: its approval, or its hand-in."""
    return Coalesce(F("current_round__approval__at"), F("current_round__at"))


def waiting_since() -> TruncDate:
    """Return the day since which a submission waits."""
    return TruncDate(waiting_from())


def overdue(today: dt.date) -> Q:
    """Return "its revision is late": still with the unit, or returned by itself."""
    late = Q(state=State.NEEDS_REVISION, revision_due__lt=today)
    waiting = WAITING | shown_as(State.UNDER_REVIEW)
    returned = waiting & Q(revision_overdue=True)
    return late | returned


def stale_before(today: dt.date, free: Collection[dt.date]) -> dt.date:
    """Return the last day of hand-in that has waited too long by `today`.

    More than `STALE_AFTER` working days lie behind it, today not counted.
    """
    left, day = STALE_AFTER, today
    while left:
        day -= dt.timedelta(days=1)
        left -= is_working_day(day, free)
    return day - dt.timedelta(days=1)
