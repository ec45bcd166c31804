"""The state of every item of every unit, found by a seeded search for its profile."""

from __future__ import annotations

import datetime as dt
import functools
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from wbk_portal.demo.data import load
from wbk_portal.demo.documents.facts import Facts
from wbk_portal.demo.institution import DemoUnit
from wbk_portal.demo.profiles import CLOSED_YEAR, OPEN_YEAR, Profile, profile

from .items import BY_SLUG, ITEMS, PlanItem
from .types import PlannedAnswer, PlannedRevision, UnitPlan

# The closed period's last day of review.
CLOSED_ANCHOR = dt.date(CLOSED_YEAR, 11, 28)
# Units that say "not applicable": laboratories whose SOPs the head office decides,
# and an office that decides all of its own.
_NOT_APPLICABLE = {"LP-PLB": "06.04", "LP-MND": "06.04", "KP-DPS": "06.05"}


# The main unit shows the mistakes of its evidence in these states.
_PINNED: dict[tuple[str, int], dict[str, str]] = {
    ("KP-SMG", OPEN_YEAR): {
        "06.19": "needs_revision",
        "06.15": "needs_revision",
        "06.12": "under_review",
        "06.13": "scored",
        "06.18": "submitted",
        "06.22": "awaiting_approval",
        "06.09": "draft",
        "LKE-II.ii.a": "submitted",
    }
}
_PLACE = {item.slug: place for place, item in enumerate(ITEMS)}


@dataclass(frozen=True)
class _Cast:
    """How a profile looks: states with their numbers, aim of values, points wanted.

    The window bounds the certain points, `least_possible` the possible ones.
    """

    states: tuple[tuple[str, int], ...]
    aim: float
    window: tuple[Fraction, Fraction] = (Fraction(0), Fraction(10))
    least_possible: Fraction = Fraction(0)


def _points(low: str, high: str) -> tuple[Fraction, Fraction]:
    return Fraction(low), Fraction(high)


_OPEN: dict[Profile, _Cast] = {
    Profile.NEARLY_EMPTY: _Cast((("draft", 2), ("empty", 28)), 0.5),
    Profile.DRAFTING: _Cast((("draft", 15), ("empty", 15)), 0.5),
    Profile.DRAFTS_COMPLETE: _Cast((("draft", 30),), 0.6),
    Profile.AWAITING: _Cast((("awaiting_approval", 26), ("draft", 4)), 0.65),
    Profile.SUBMITTED: _Cast((("submitted", 28), ("awaiting_approval", 2)), 0.6),
    Profile.IN_REVIEW: _Cast(
        (("scored", 12), ("under_review", 4), ("submitted", 14)),
        0.62,
        _points("0.8", "4.6"),
    ),
    Profile.REVISION: _Cast(
        (("scored", 17), ("needs_revision", 6), ("under_review", 1), ("submitted", 6)),
        0.55,
        _points("1.5", "4.6"),
        Fraction("6.2"),
    ),
    Profile.SHOWCASE: _Cast(
        (
            ("scored", 9),
            ("under_review", 2),
            ("submitted", 4),
            ("needs_revision", 4),
            ("awaiting_approval", 4),
            ("draft", 4),
            ("empty", 3),
        ),
        0.68,
        _points("1.5", "4.6"),
        Fraction("6.5"),
    ),
    Profile.ALMOST: _Cast(
        (("scored", 24), ("needs_revision", 3), ("submitted", 3)),
        0.7,
        _points("5.05", "5.9"),
        Fraction("6.3"),
    ),
    Profile.MEETS: _Cast(
        (("scored", 27), ("submitted", 3)), 0.74, _points("6.2", "7.3")
    ),
    Profile.MEETS_WBBM: _Cast(
        (("scored", 20), ("final", 10)), 0.9, _points("7.9", "9.3")
    ),
    Profile.BELOW: _Cast((("scored", 30),), 0.33, _points("2.2", "4.7")),
}
_CLOSED: dict[Profile, _Cast] = {
    Profile.MEETS: _Cast((("final", 30),), 0.68, _points("6.05", "7.1")),
    Profile.MEETS_WBBM: _Cast((("final", 30),), 0.85, _points("7.6", "8.8")),
    Profile.BELOW: _Cast(
        (("final", 27), ("not_submitted", 3)), 0.45, _points("2.8", "5.9")
    ),
    Profile.MOSTLY_MISSED: _Cast(
        (("final", 7), ("not_submitted", 23)), 0.4, _points("0.2", "2.5")
    ),
}
_ALL_COMPLETE = Profile.DRAFTS_COMPLETE
_BEYOND_DRAFT = {
    "awaiting_approval",
    "submitted",
    "under_review",
    "needs_revision",
    "scored",
    "final",
}


@functools.cache
def unit_plan(unit: DemoUnit, year: int, seed: int = 6) -> UnitPlan | None:
    """Return the plan of a unit for a period; None when it did not exist then.

    Tries draws in a fixed order until the points lie where the profile wants them,
    so the same seed always gives the same plan.
    """
    kind = profile(unit.code, year)
    if kind is Profile.ABSENT:
        return None
    cast = (_OPEN if year >= OPEN_YEAR else _CLOSED)[kind]
    facts = Facts(unit=unit, year=year, seed=seed)
    for attempt in range(3000):
        rng = random.Random(f"{seed}:{unit.code}:{year}:plan:{attempt}")  # noqa: S311
        answers = _draw(facts, cast, rng)
        certain, possible = points(answers)
        low, high = cast.window
        if low <= certain <= high and possible >= cast.least_possible:
            return UnitPlan(
                unit_code=unit.code,
                year=year,
                profile=kind,
                anchor=None if year >= OPEN_YEAR else CLOSED_ANCHOR,
                answers=answers,
                certain=certain,
                possible=possible,
            )
    raise RuntimeError(f"no plan for {unit.code} {year} within its window")


def points(answers: tuple[PlannedAnswer, ...]) -> tuple[Fraction, Fraction]:
    """Return certain and possible LKE points of 10, exactly.

    What was never submitted in a closed period counts nothing; what nobody has
    decided yet counts nothing in the first and everything in the second.
    """
    certain = possible = Fraction(0)
    for answer in answers:
        item = BY_SLUG[answer.item]
        if answer.is_decided:
            gained = item.points * _value(item, answer)
            certain += gained
            possible += gained
        elif answer.state != "not_submitted":
            possible += item.points
    return certain, possible


def _value(item: PlanItem, answer: PlannedAnswer) -> Fraction:
    if answer.agreed_counts is not None:
        top, bottom = answer.agreed_counts
        return min(Fraction(1), Fraction(top, bottom))
    if answer.agreed is None:
        return Fraction(0)
    return item.values[answer.agreed]


def _draw(facts: Facts, cast: _Cast, rng: random.Random) -> tuple[PlannedAnswer, ...]:
    states = [state for state, count in cast.states for _ in range(count)]
    rng.shuffle(states)
    for slug, state in _PINNED.get((facts.unit.code, facts.year), {}).items():
        here, there = _PLACE[slug], states.index(state)
        states[here], states[there] = states[there], states[here]
    overdue = 2 if states.count("needs_revision") > 4 else 1
    answers = []
    for item, state in zip(ITEMS, states, strict=True):
        late = state == "needs_revision" and overdue > 0
        overdue -= late
        answers.append(_answer(facts, item, state, cast.aim, rng, late=late))
    return tuple(answers)


def _answer(
    facts: Facts,
    item: PlanItem,
    state: str,
    aim: float,
    rng: random.Random,
    *,
    late: bool,
) -> PlannedAnswer:
    if state in {"empty", "not_submitted"}:
        return PlannedAnswer(item=item.slug, state=state)
    texts = load("plan/answers.toml")
    excused = _NOT_APPLICABLE.get(facts.unit.code) == item.slug
    if excused and state == "needs_revision":
        state = "submitted"
    days = _days(state, rng)
    if excused:
        return PlannedAnswer(
            item=item.slug,
            state=state,
            not_applicable=texts["not_applicable"][item.slug],
            **days,
        )
    value = min(1.0, max(0.0, rng.gauss(aim, 0.2)))
    own = min(1.0, value + rng.choice((0.0, 0.0, 0.0, 0.22)))
    own_code = None if item.scale == "percent" else item.nearest(own)
    agreed_code = None if item.scale == "percent" else item.nearest(value)
    total, eased = len(facts.unit.services), len(facts.eased)
    counts = (eased, total) if item.scale == "percent" else None
    lacks = ""
    if state == "draft" and profile(facts.unit.code, facts.year) != _ALL_COMPLETE:
        lacks = rng.choice(("", "", "answer", "evidence"))
    if lacks == "answer":
        return PlannedAnswer(item=item.slug, state=state, lacks=lacks)
    decided = state in {"scored", "final"}
    agreed_counts = None
    if counts and decided:
        agreed_counts = (max(0, eased - rng.choice((0, 0, 1))), total)
    lowered = decided and (agreed_code != own_code or agreed_counts != counts)
    words = texts[item.slug]
    places = _places(facts)
    return PlannedAnswer(
        item=item.slug,
        state=state,
        option=own_code,
        counts=counts,
        lacks=lacks,
        explanation=rng.choice(words[own_code or "percent"]).format(**places),
        agreed=agreed_code if decided else None,
        agreed_counts=agreed_counts,
        note=words["note"] if lowered else ("Bukti sesuai." if decided else ""),
        recommendation=words["recommendation"] if lowered else "",
        revision=_revision(words, places, rng, late=late)
        if state == "needs_revision"
        else None,
        **days,
    )


def _revision(
    words: dict[str, Any], places: dict[str, Any], rng: random.Random, *, late: bool
) -> PlannedRevision:
    reason, text = words["revision"]
    return PlannedRevision(
        reason=reason,
        text=text.format(**places),
        asked_days_ago=rng.randint(9, 12) if late else rng.randint(1, 5),
        due_in_days=-rng.randint(1, 3) if late else rng.randint(1, 6),
    )


def _days(state: str, rng: random.Random) -> dict[str, Any]:
    """When the steps up to a state happened, in days before the anchor."""
    if state not in _BEYOND_DRAFT:
        return {}
    submitted = (
        rng.randint(16, 32) if state != "awaiting_approval" else rng.randint(1, 6)
    )
    days = {"submitted_days_ago": submitted}
    if state == "awaiting_approval":
        return days
    days["approved_days_ago"] = submitted - rng.randint(1, 3)
    if state == "submitted":
        return days
    days["started_days_ago"] = days["approved_days_ago"] - rng.randint(1, 2)
    if state in {"scored", "final"}:
        days["scored_days_ago"] = max(1, days["started_days_ago"] - rng.randint(1, 9))
    return days


def _places(facts: Facts) -> dict[str, Any]:
    """What explanations and requests may name."""
    complaints = facts.complaints
    return {
        "unit": facts.unit.name,
        "kota": facts.unit.city,
        "jumlah": len(facts.unit.services),
        "tahun": facts.year,
        "ikm": str(facts.surveys[3].index).replace(".", ","),
        "inovasi": facts.innovation["name"],
        "aplikasi": facts.unit.app,
        "pengaduan": len(complaints),
        "tepat": sum(complaint.on_time for complaint in complaints),
        "terdata": len(facts.unit.services),
        "dipermudah": len(facts.eased),
    }
