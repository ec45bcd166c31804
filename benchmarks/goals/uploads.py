"""P7 and P8: uploads beside servers that only store."""

from __future__ import annotations

from benchmarks.client import Client
from benchmarks.documents import MIB, Document
from benchmarks.floors import nginx
from benchmarks.portal import Bench, Portal
from benchmarks.report import Row, at_most, background
from benchmarks.timing import Act, alternate, ratio, together

from . import places

CLIENTS = 8


def _to_portal(portal: Portal, document: Document) -> Act:
    client = portal.client("operator")
    client.learn_token(places.UPLOAD_PAGE)

    def act() -> None:
        client.upload(places.UPLOAD, document.copy(), "Ukur.pdf")

    return act


def _put(port: int, document: Document) -> Act:
    client = Client(port)
    counter = iter(range(10**9))
    mark = id(client)

    def act() -> None:
        path = f"/{mark}-{next(counter)}.pdf"
        client.send("PUT", path, body=document.copy(), expect=(201,))

    return act


def large(bench: Bench) -> list[Row]:
    """P7: 20 MB, one client and eight, beside nginx and raw WSGI."""
    portal, document = bench.large, Document(20 * MIB)
    raw = portal.serve_raw()
    has_nginx = nginx.program() is not None
    floor = portal.serve_nginx() if has_nginx else raw
    name = "nginx PUT" if has_nginx else "raw WSGI (no nginx here)"
    rows = []
    for clients, limit, repeat in ((1, 3.5, 15), (CLIENTS, 2.5, 5)):
        acts = {
            key: together([make() for _ in range(clients)])
            for key, make in (
                ("portal", lambda: _to_portal(portal, document)),
                ("floor", lambda: _put(floor, document)),
                ("raw", lambda: _put(raw, document)),
            )
        }
        times = alternate(acts, repeat=bench.times(repeat), warm=1)
        portal.empty_uploads()
        seconds = {key: f"{found.median * 1000:.0f} ms" for key, found in times.items()}
        who = "1 client" if clients == 1 else f"{clients} clients at once"
        rows.append(
            at_most(
                "P7",
                f"upload of 20 MB, {who}, beside {name}",
                ratio(times["portal"], times["floor"]),
                limit,
                note=f"{seconds['portal']} : {seconds['floor']}",
            )
        )
        rows.append(
            background(
                "P7",
                f"the same beside raw WSGI that hashes and fsyncs, {who}",
                f"{ratio(times['portal'], times['raw']):.2f} ×",
                f"{seconds['portal']} : {seconds['raw']}",
            )
        )
    return rows


def small(bench: Bench) -> list[Row]:
    """P8: 1 MB beside the bare Django upload."""
    portal, document = bench.large, Document(MIB)
    client = portal.floor()

    def bare() -> None:
        client.upload("/upload/", document.copy(), "Ukur.pdf")

    acts = {"portal": _to_portal(portal, document), "floor": bare}
    times = alternate(acts, repeat=bench.times(60))
    portal.empty_uploads()
    note = " : ".join(f"{t.median * 1000:.1f} ms" for t in times.values())
    value = ratio(times["portal"], times["floor"])
    what = "upload of 1 MB beside the bare Django upload"
    return [at_most("P8", what, value, 3, note=note)]
