"""P4: statements of each call, at two sizes."""

from __future__ import annotations

from benchmarks.portal import Bench
from benchmarks.report import Row

from . import places

CALLS = (
    # name, person and path, most statements
    ("list", *places.LIST_OF_ALL, 10),
    ("list, operator", *places.LIST_OF_UNIT, 10),
    ("list, assessor", *places.LIST_OF_ASSESSOR, 10),
    ("unit page", *places.UNIT_HOME, 14),
    ("dashboard", *places.DASHBOARD, 12),
    ("branch", *places.BRANCH, 12),
    ("upload", "operator", places.UPLOAD, 24),
    ("indicator page", *places.ITEM, None),
    ("approval", *places.APPROVAL, None),
    ("queue", *places.QUEUE, None),
)


def statements(bench: Bench) -> list[Row]:
    """Count at both sizes; session and user included, one request each."""
    pages = [(name, username, path) for name, username, path, _ in CALLS]
    small = bench.small.inside("count", pages=pages)
    large = bench.large.inside("count", pages=pages)
    rows = []
    for name, _username, _path, limit in CALLS:
        before, after = small[name], large[name]
        same = before["statements"] == after["statements"]
        few = max(before["parameters"], after["parameters"]) <= 100
        within = limit is None or after["statements"] <= limit
        rows.append(
            Row(
                "P4",
                f"statements, {name}",
                f"≤ {limit}, constant" if limit else "constant",
                f"{before['statements']} and {after['statements']}",
                same and few and within,
                f"largest read has {after['parameters']} parameters",
            )
        )
    return rows
