"""P1, P2, P3, P5: pages beside bare Django, and how they grow."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.client import Client
from benchmarks.documents import Document
from benchmarks.machine import cpu_seconds
from benchmarks.names import FIRST_UNIT
from benchmarks.portal import Bench, Portal
from benchmarks.report import Row, at_most, background
from benchmarks.timing import Act, Times, alternate, exponent, ratio, together

from . import places

CLIENTS = 8


def _read(client: Client, path: str, times: int = 1) -> Act:
    def act() -> None:
        for _again in range(times):
            client.get(path)

    return act


def _ms(times: Times) -> str:
    return f"{times.median * 1000:.1f} ms"


def _pair(portal: Portal, page: Act, floor: Act, repeat: int) -> tuple[float, str]:
    """Return the ratio of a page to its floor, and both in milliseconds.

    The ratio is of what a client waits. Beside it stands the ratio of the processor
    time of the two servers, which neighbours on the machine disturb less.
    """
    before = cpu_seconds(portal.pid), cpu_seconds(portal.floor_pid)
    times = alternate({"page": page, "floor": floor}, repeat=repeat)
    after = cpu_seconds(portal.pid), cpu_seconds(portal.floor_pid)
    note = f"{_ms(times['page'])} : {_ms(times['floor'])}"
    if portal.database_url:  # most of the work is another server's
        return ratio(times["page"], times["floor"]), note
    spent = [late - early for early, late in zip(before, after, strict=True)]
    note += f"; processor time {spent[0] / max(spent[1], 0.01):.1f} ×"
    return ratio(times["page"], times["floor"]), note


def evidence_list(bench: Bench) -> list[Row]:
    """P1: the evidence list, by what the person may read, with 1 and 8 clients."""
    portal = bench.large
    rows = []
    for name, (username, path) in (
        ("operator of a unit", places.LIST_OF_UNIT),
        ("manager of all units", places.LIST_OF_ALL),
        ("assessor of 24 units", places.LIST_OF_ASSESSOR),
    ):
        value, note = _pair(
            portal,
            _read(portal.client(username), path),
            _read(portal.floor(), "/list/"),
            bench.times(60),
        )
        rows.append(at_most("P1", f"evidence list, {name}", value, 20, note=note))
    username, path = places.LIST_OF_UNIT
    each = 3

    def crowd(client: Callable[[], Client], address: str) -> Act:
        return together([_read(client(), address, each) for _ in range(CLIENTS)])

    value, note = _pair(
        portal,
        crowd(lambda: portal.client(username), path),
        crowd(portal.floor, "/list/"),
        bench.times(20),
    )
    what = f"evidence list, {CLIENTS} clients at once"
    rows.append(at_most("P1", what, value, 20, note=f"{note}, {each} requests each"))
    return rows


def unit_page(bench: Bench) -> list[Row]:
    """P2: the unit's home beside bare Django with the same statements."""
    portal = bench.large
    portal.keep_reads("unit", *places.UNIT_HOME)
    username, path = places.UNIT_HOME
    value, note = _pair(
        portal,
        _read(portal.client(username), path),
        _read(portal.floor(), "/same/unit/"),
        bench.times(60),
    )
    rows = [at_most("P2", "unit page, 24 indicators", value, 4, note=note)]
    value, note = _pair(
        portal,
        _read(portal.client(username), path),
        _read(portal.floor(), f"/unit/{FIRST_UNIT}/"),
        bench.times(60),
    )
    what = "unit page beside one statement, nobody signed in"
    rows.append(background("P2", what, f"{value:.1f} ×", note))
    return rows


def figures(bench: Bench) -> list[Row]:
    """P3: the figures of all units as a file, and one level of the tree as a page."""
    portal = bench.large
    portal.keep_reads("level", *places.DASHBOARD)
    username, path = places.DASHBOARD
    client = portal.client(username)
    client.learn_token(path)

    def export() -> None:
        client.post(places.EXPORT, {"format": "csv"})

    value, note = _pair(
        portal, export, _read(portal.floor(), "/figures/"), bench.times(30)
    )
    what = f"figures of {portal.units} units as CSV, beside GROUP BY"
    rows = [at_most("P3", what, value, 5, note=note)]
    page = _read(portal.client(username), path)
    value, note = _pair(
        portal, page, _read(portal.floor(), "/same/level/"), bench.times(60)
    )
    rows.append(at_most("P3", "dashboard, top level, as page", value, 20, note=note))
    value, note = _pair(portal, page, _read(portal.floor(), "/level/"), bench.times(60))
    what = "dashboard beside one GROUP BY of the summary rows, nobody signed in"
    rows.append(background("P3", what, f"{value:.1f} ×", note))
    return rows


def _upload(portal: Portal) -> Act:
    client = portal.client("operator")
    client.learn_token(places.UPLOAD_PAGE)
    document = Document(200_000)

    def act() -> None:
        client.upload(places.UPLOAD, document.copy(), "Ukur.pdf")

    return act


def growth(bench: Bench) -> list[Row]:
    """P5: time at ten times the data."""
    small, large = bench.small, bench.large
    factor = large.units / small.units

    def both(username: str, path: str) -> dict[str, Act]:
        return {
            "small": _read(small.client(username), path),
            "large": _read(large.client(username), path),
        }

    cases = [
        ("evidence list of a manager", 0.2, both(*places.LIST_OF_ALL)),
        ("evidence list of a unit", 0.2, both(*places.LIST_OF_UNIT)),
        ("unit page", 0.15, both(*places.UNIT_HOME)),
        ("dashboard", 0.15, both(*places.DASHBOARD)),
        ("upload", 0.15, {"small": _upload(small), "large": _upload(large)}),
    ]
    rows = []
    for name, limit, acts in cases:
        times = alternate(acts, repeat=bench.times(60))
        value = exponent(times["small"], times["large"], factor)
        note = (
            f"{_ms(times['small'])} at {small.units} units, "
            f"{_ms(times['large'])} at {large.units}"
        )
        rows.append(at_most("P5", f"exponent, {name}", value, limit, "", note))
    return rows
