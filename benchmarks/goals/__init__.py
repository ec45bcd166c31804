"""One module for each kind of goal; `GOALS` names what measures which id."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.goals import counts, memory, pages, starting, uploads, weight
from benchmarks.portal import Bench
from benchmarks.report import Row

GOALS: dict[str, Callable[[Bench], list[Row]]] = {
    "P1": pages.evidence_list,
    "P2": pages.unit_page,
    "P3": pages.figures,
    "P4": counts.statements,
    "P5": pages.growth,
    "P7": uploads.large,
    "P8": uploads.small,
    "P9": memory.memory,
    "P12": starting.starting,
    "P13": weight.weight,
}
