"""Invented people: names by region, civil servants' numbers that cannot exist."""

from __future__ import annotations

import random
import re
import unicodedata

from wbk_portal.demo.data import load

from .types import DemoStaff

# Every fifth person comes from somewhere else than the region.
_ELSEWHERE = 0.2


class NameDrawer:
    """Draws names without repetition; the order of calls decides who gets which."""

    def __init__(self, rng: random.Random, taken: set[str]) -> None:
        self._rng = rng
        self._taken = taken
        self._pools = load("institution/names.toml")

    def draw(self, region: str, *, woman: bool | None = None) -> tuple[str, bool]:
        """Return a new name, mostly from `region`, and whether a woman has it."""
        while True:
            where = region
            if self._rng.random() < _ELSEWHERE:
                where = self._rng.choice(sorted(self._pools))
            is_woman = self._rng.random() < 0.5 if woman is None else woman
            pool = self._pools[where]
            families = list(pool["family"])
            if is_woman:
                families += pool.get("family_women", [])
            given = self._rng.choice(pool["women" if is_woman else "men"])
            name = f"{given} {self._rng.choice(families)}"
            # Sign-in names are made of two words, so these must differ as well.
            if username_for(name) not in self._taken:
                self._taken.add(username_for(name))
                return name, is_woman

    def staff(self, region: str, position: str, age: tuple[int, int]) -> DemoStaff:
        """Return a new member of staff, born so long before 2026."""
        name, is_woman = self.draw(region)
        return DemoStaff(
            name=name,
            nip=nip(self._rng, is_woman=is_woman, age=age),
            position=position,
            is_woman=is_woman,
        )


def nip(rng: random.Random, *, is_woman: bool, age: tuple[int, int]) -> str:
    """Return a civil servant's number in the usual form that nobody can have.

    Birth date, month of appointment, sex and a running number; the last is 000,
    which is never given out.
    """
    born = 2026 - rng.randint(*age)
    appointed = min(born + rng.randint(23, 28), 2024)
    day = f"{born}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    month = rng.choice(("01", "02", "03", "04", "12"))
    return f"{day} {appointed}{month} {2 if is_woman else 1} 000"


def username_for(name: str) -> str:
    """Return the sign-in name: first and last word, small letters, no titles."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z]+", plain.lower())
    # "I Made Sudarsana" and "Ni Luh …" are known by their second word.
    if words[0] in {"i", "ni"} and len(words) > 2:
        words = words[1:]
    return f"{words[0]}.{words[-1]}"
