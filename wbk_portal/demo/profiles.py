"""How far each demo unit is, this year and last: the cast of the play."""

from __future__ import annotations

from enum import StrEnum


class Profile(StrEnum):
    """A unit's situation in a period."""

    NEARLY_EMPTY = "nearly_empty"
    DRAFTING = "drafting"
    DRAFTS_COMPLETE = "drafts_complete"
    AWAITING = "awaiting"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    REVISION = "revision"
    # Every state at once: the unit of the main demo people.
    SHOWCASE = "showcase"
    ALMOST = "almost"
    MEETS = "meets"
    MEETS_WBBM = "meets_wbbm"
    BELOW = "below"
    # Closed periods only: most items were never submitted.
    MOSTLY_MISSED = "mostly_missed"
    # The unit did not exist.
    ABSENT = "absent"


# Unit: (open period, closed period).
_CAST: dict[str, tuple[Profile, Profile]] = {
    "KP-MDN": (Profile.IN_REVIEW, Profile.BELOW),
    "LP-PLB": (Profile.BELOW, Profile.BELOW),
    "BP-PDG": (Profile.SUBMITTED, Profile.MEETS),
    "KT-PKU": (Profile.MEETS, Profile.BELOW),
    "KP-JKT": (Profile.MEETS_WBBM, Profile.MEETS),
    "LP-BDG": (Profile.ALMOST, Profile.MEETS),
    "BP-BGR": (Profile.DRAFTS_COMPLETE, Profile.BELOW),
    "KT-SRG": (Profile.REVISION, Profile.BELOW),
    "KP-SMG": (Profile.SHOWCASE, Profile.BELOW),
    "LP-SBY": (Profile.MEETS, Profile.MEETS_WBBM),
    "BP-YYK": (Profile.AWAITING, Profile.MEETS),
    "KT-MLG": (Profile.AWAITING, Profile.BELOW),
    "KP-BPN": (Profile.SUBMITTED, Profile.BELOW),
    "LP-BJM": (Profile.DRAFTING, Profile.BELOW),
    "BP-PTK": (Profile.NEARLY_EMPTY, Profile.MOSTLY_MISSED),
    "KT-SMR": (Profile.IN_REVIEW, Profile.MEETS),
    "KP-MKS": (Profile.REVISION, Profile.BELOW),
    "LP-MND": (Profile.SUBMITTED, Profile.MEETS),
    "BP-KDI": (Profile.DRAFTING, Profile.MOSTLY_MISSED),
    "KT-PAL": (Profile.BELOW, Profile.BELOW),
    "KP-DPS": (Profile.MEETS, Profile.MEETS),
    "LP-MTR": (Profile.DRAFTS_COMPLETE, Profile.BELOW),
    "BP-KPG": (Profile.REVISION, Profile.BELOW),
    "KT-BIM": (Profile.NEARLY_EMPTY, Profile.ABSENT),
    "KP-DJJ": (Profile.ALMOST, Profile.BELOW),
    "LP-AMQ": (Profile.DRAFTING, Profile.BELOW),
    "BP-SOQ": (Profile.NEARLY_EMPTY, Profile.MOSTLY_MISSED),
    "KT-TTE": (Profile.IN_REVIEW, Profile.BELOW),
}
CLOSED_YEAR = 2025
OPEN_YEAR = 2026

# Quality of a unit's work, 0 to 1: chooses answers and moves the survey's figures.
_LEVEL: dict[Profile, float] = {
    Profile.NEARLY_EMPTY: 0.35,
    Profile.DRAFTING: 0.42,
    Profile.DRAFTS_COMPLETE: 0.55,
    Profile.AWAITING: 0.62,
    Profile.SUBMITTED: 0.6,
    Profile.IN_REVIEW: 0.65,
    Profile.REVISION: 0.55,
    Profile.SHOWCASE: 0.72,
    Profile.ALMOST: 0.74,
    Profile.MEETS: 0.86,
    Profile.MEETS_WBBM: 0.97,
    Profile.BELOW: 0.3,
    Profile.MOSTLY_MISSED: 0.2,
    Profile.ABSENT: 0.3,
}
_HIGHER_UNITS = 0.85


def profile(unit_code: str, year: int) -> Profile:
    """Return the unit's situation in the period of `year`.

    Raises:
        KeyError: The unit is not assessed.
    """
    open_period, closed_period = _CAST[unit_code]
    return open_period if year >= OPEN_YEAR else closed_period


def level(unit_code: str, year: int) -> float:
    """Return the quality of a unit's work, 0 to 1; agency and regions have one too."""
    if unit_code not in _CAST:
        return _HIGHER_UNITS
    return _LEVEL[profile(unit_code, year)]
