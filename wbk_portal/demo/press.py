"""Documents made in other processes, while the caller does something else.

Nothing here knows Django: the processes are started afresh and import this module.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from .documents import DemoFile, build
from .institution import DemoUnit, build_institution
from .plan import PlannedEvidence, files_of


@dataclass(frozen=True)
class Order:
    """Documents to make: all files of one version of an evidence.

    `seed` differs from the institution's where a later version says something else.
    """

    planned: PlannedEvidence
    number: int
    seed: int
    more_seed: int = 0


def _make(order: Order) -> list[DemoFile]:
    """Make the files of an order; runs in a process of its own, without Django."""
    unit = build_institution(order.seed).unit(order.planned.owner)
    return files_of(
        order.planned, unit, number=order.number, seed=order.seed + order.more_seed
    )


def _make_one(kind: str, unit: DemoUnit, year: int, seed: int) -> DemoFile:
    return build(kind, unit=unit, year=year, seed=seed)


class Press:
    """Makes documents beside the caller's own work.

    Processes, since typesetting and drawing hold the interpreter; started afresh,
    since a forked one would share the database's connection.
    """

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        """Take a pool of processes."""
        self._pool = pool
        self._orders: dict[Order, Future[list[DemoFile]]] = {}
        self._singles: dict[tuple[str, str], Future[DemoFile]] = {}

    def begin(self, orders: Iterable[Order]) -> None:
        """Start with orders, in this order."""
        for order in orders:
            if order not in self._orders:
                self._orders[order] = self._pool.submit(_make, order)

    def begin_one(self, kind: str, unit: DemoUnit, year: int, seed: int) -> None:
        """Start with a single document that no plan names."""
        job = self._pool.submit(_make_one, kind, unit, year, seed)
        self._singles[unit.code, kind] = job

    def files(self, order: Order) -> list[DemoFile]:
        """Return the files of an order that was begun; waits for them."""
        return self._orders[order].result()

    def one(self, kind: str, unit: DemoUnit) -> DemoFile:
        """Return a single document that was begun; waits for it."""
        return self._singles[unit.code, kind].result()


@contextmanager
def press() -> Iterator[Press]:
    """Give a press; what is unfinished at the end of the block is dropped."""
    workers = max(1, min(4, os.cpu_count() or 1))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        try:
            yield Press(pool)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
