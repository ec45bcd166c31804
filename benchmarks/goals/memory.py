"""P9: memory of the web workers and the job worker."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import ExitStack

from benchmarks.client import Client
from benchmarks.documents import MIB, Document
from benchmarks.machine import (
    children,
    forget_peak,
    peak_mib,
    private_mib,
    proportional_mib,
    resident_mib,
)
from benchmarks.names import PASSWORD
from benchmarks.portal import Bench, Portal
from benchmarks.report import Row, at_most, background

from . import places

_IDS = re.compile(r'"id": (\d+)')


def memory(bench: Bench) -> list[Row]:
    """Measure on web servers of their own, so that nothing else has run there."""
    with ExitStack() as stack:
        portal = Portal(
            bench.large.units, bench.large.folder, bench.large.database_url, stack
        )
        portal.__dict__["environ"] = bench.large.environ
        (portal.folder / "servers").mkdir(exist_ok=True)
        rows = _of_upload(bench, portal)
    with ExitStack() as stack:
        portal = Portal(
            bench.large.units, bench.large.folder, bench.large.database_url, stack
        )
        portal.__dict__["environ"] = bench.large.environ
        rows += _of_all(bench, portal)
    return rows


def _wait_for_workers(master: int, count: int) -> list[int]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = children(master)
        if len(found) == count:
            return found
        time.sleep(0.1)
    raise RuntimeError(f"gunicorn has {len(children(master))} workers")


def _of_upload(bench: Bench, portal: Portal) -> list[Row]:
    """Compare the peaks of one worker after small and after large uploads."""
    master = portal.serve(workers=1)
    (worker,) = _wait_for_workers(master, 1)
    client = portal.client("operator")
    client.learn_token(places.UPLOAD_PAGE)
    peaks = {}
    # Just below the limit of 200 MiB; the document's frame takes some bytes.
    for name, size in (("1 MB", MIB), ("200 MB", 200 * MIB - 4096)):
        document = Document(size)
        if name == "1 MB":
            for _again in range(10):
                client.upload(places.UPLOAD, document.copy(), "Ukur.pdf")
        forget_peak(worker)
        for _again in range(2):
            client.upload(places.UPLOAD, document.copy(), "Ukur.pdf")
        peaks[name] = peak_mib(worker)
    more = peaks["200 MB"] - peaks["1 MB"]
    note = f"peaks {peaks['1 MB']:.0f} and {peaks['200 MB']:.0f} MiB"
    what = "peak memory of a worker, 200 MB against 1 MB"
    return [at_most("P9", what, more, 16, "MiB", note)]


def _of_all(bench: Bench, portal: Portal) -> list[Row]:
    """Let everybody work for a while; sum up; then look for growth."""
    master = portal.serve(workers=2)
    workers = _wait_for_workers(master, 2)
    job_worker = portal.work()
    _mixed(portal, bench.times(100))
    time.sleep(15)
    parts = [*workers, job_worker]
    shared = sum(map(proportional_mib, [master, *parts]))
    resident = sum(map(resident_mib, parts))
    rows = [
        at_most(
            "P9",
            "two web workers and the job worker after a mixed run",
            resident,
            350,
            "MiB",
            "resident: "
            + " + ".join(f"{resident_mib(pid):.0f}" for pid in parts)
            + f"; {shared:.0f} MiB with gunicorn's master when shared pages "
            "are counted once",
        )
    ]
    acts = _acts(portal)
    _repeat(acts, bench.times(500))
    before = sum(map(private_mib, workers))
    _repeat(acts, bench.times(1000))
    after = sum(map(private_mib, workers))
    _repeat(acts, bench.times(1000))
    later = sum(map(private_mib, workers))
    if _wait_for_workers(master, 2) != workers:
        raise RuntimeError("a worker was replaced while its memory was measured")
    rows.append(
        at_most(
            "P9",
            f"growth of both web workers over {bench.times(1000)} requests",
            later - after,
            2,
            "MiB",
            f"own memory {before:.1f}, {after:.1f}, {later:.1f} MiB after "
            f"{bench.times(500)}, {bench.times(1500)}, {bench.times(2500)}",
        )
    )
    rows.append(
        background("P9", "gunicorn's master", f"{resident_mib(master):.0f} MiB")
    )
    return rows


def _acts(portal: Portal) -> list[Callable[[], object]]:
    """Return reads of every main page, by those who read them."""
    pages = [
        places.UNIT_HOME,
        places.ITEM,
        places.LIST_OF_UNIT,
        places.APPROVAL,
        places.QUEUE,
        places.LIST_OF_ALL,
        places.DASHBOARD,
        places.BRANCH,
    ]
    # A connection for each page, so that both workers get their share.
    pairs = [(portal.client(username), path) for username, path in pages]
    return [lambda c=client, p=path: c.get(p) for client, path in pairs]  # type: ignore[misc]


def _repeat(acts: list[Callable[[], object]], times: int) -> None:
    for number in range(times):
        acts[number % len(acts)]()


def _mixed(portal: Portal, rounds: int) -> None:
    """Sign in, read, upload, file what was uploaded, export."""
    acts = _acts(portal)
    operator = portal.client("operator")
    operator.learn_token(places.UPLOAD_PAGE)
    manager = portal.client("manager")
    manager.learn_token(places.DASHBOARD[1])
    document, big = Document(MIB), Document(20 * MIB)
    for number in range(rounds):
        _repeat(acts, len(acts))
        if number % 5 == 0:
            piece = big if number % 25 == 0 else document
            sent = operator.upload(places.UPLOAD, piece.copy(), "Ukur.pdf")
            row = _IDS.search(sent.text)
            if row is None:
                raise RuntimeError(sent.text)
            fields = {"tray": row[1], f"title-{row[1]}": f"Dokumen ukur {number}"}
            operator.post(places.UPLOAD_PAGE + "simpan/", fields, expect=(302,))
        if number % 10 == 0:
            newcomer = Client(portal.port)
            newcomer.learn_token(places.SIGN_IN)
            newcomer.post(
                places.SIGN_IN, {"login": "head", "password": PASSWORD}, expect=(302,)
            )
            newcomer.close()
            manager.post(places.EXPORT, {"format": "xlsx" if number % 20 else "csv"})
