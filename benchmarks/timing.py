"""Measuring two programs in alternation, so that neighbours disturb both alike."""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Act = Callable[[], None]


@dataclass(frozen=True)
class Times:
    """Seconds of each repetition."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        """Return the middle one."""
        return statistics.median(self.seconds)


def seconds_of(act: Act) -> float:
    """Return how long one act takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def alternate(
    acts: Mapping[str, Act], *, repeat: int, warm: int = 3
) -> dict[str, Times]:
    """Do all acts once, then all again …; return the times of each.

    The order is turned around every time, so that none always follows the same one.

    Args:
        warm: Rounds that are not counted.
    """
    names = list(acts)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(warm + repeat):
        for name in names if number % 2 else reversed(names):
            taken = seconds_of(acts[name])
            if number >= warm:
                times[name].append(taken)
    return {name: Times(found) for name, found in times.items()}


def ratio(of: Times, to: Times) -> float:
    """Return the median of the ratios of neighbouring measurements.

    A quiet or a noisy moment touches both sides of a pair.
    """
    pairs = zip(of.seconds, to.seconds, strict=True)
    return statistics.median(a / b for a, b in pairs)


def exponent(small: Times, large: Times, factor: float) -> float:
    """Return x in "time grows as size to the x", from two sizes."""
    return math.log(ratio(large, small)) / math.log(factor)


def together(acts: Sequence[Act]) -> Act:
    """Return an act that does all of them at once, each in a thread of its own."""

    def act() -> None:
        errors: list[BaseException] = []

        def run(one: Act) -> None:
            try:
                one()
            except BaseException as error:  # noqa: BLE001 - raised below
                errors.append(error)

        threads = [threading.Thread(target=run, args=(one,)) for one in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    return act
