"""P13: what a page weighs when nothing is in the browser's cache."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

from benchmarks.client import Answer, Client
from benchmarks.names import FIRST_UNIT, PERIOD
from benchmarks.portal import Bench, Portal
from benchmarks.report import Row

from . import places

KB = 1000
MOST, MOST_OF_CORE, MOST_OF_IMAGE = 100, 90, 40
_URL = re.compile(r"""url\(["']?([^"')]+)["']?\)""")


class _Parts(HTMLParser):
    """Addresses that a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.pictures: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "link":
            if {"stylesheet", "preload", "icon", "manifest"} & set(
                values.get("rel", "").split()
            ):
                self.parts.append(values["href"])
        elif tag == "script" and values.get("src"):
            self.parts.append(values["src"])
        elif tag == "img" and not values["src"].startswith("data:"):
            self.pictures.append((values["src"], values.get("loading") == "lazy"))


def _weigh(client: Client, path: str) -> tuple[dict[str, int], list[tuple[str, bool]]]:
    """Return the bytes of each part by its address, and the pictures."""
    answer = client.get(path)
    found = {path: len(answer.body)}
    page = _Parts()
    page.feed(answer.text)
    waiting = [urljoin(path, part) for part in page.parts]
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        if "//" in address:
            raise RuntimeError(f"{path} asks another host: {address}")
        part = client.get(address)
        found[address] = len(part.body)
        if _is_style(part):
            waiting += [
                urljoin(address, name)
                for name in _URL.findall(part.text)
                if not name.startswith(("data:", "#"))
            ]
    return found, [(urljoin(path, src), lazy) for src, lazy in page.pictures]


def _is_style(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").startswith("text/css")


def _kinds(found: dict[str, int], path: str) -> str:
    sums = {"HTML": found[path], "CSS": 0, "JS": 0, "font": 0, "other": 0}
    names = {".css": "CSS", ".js": "JS", ".woff2": "font"}
    for address, size in found.items():
        if address != path:
            ending = "." + address.rpartition(".")[2]
            sums[names.get(ending, "other")] += size
    return ", ".join(f"{name} {size / KB:.1f}" for name, size in sums.items() if size)


def _pages(portal: Portal) -> list[tuple[str, str, str, int]]:
    """Return name, person, path and limit of the main pages."""
    detail = re.search(
        r'href="(/bukti/\d+/)"', portal.client("operator").get("/bukti/").text
    )
    desk = re.search(
        rf'href="(/{PERIOD}/penilaian/{FIRST_UNIT}/[^"/]+/)"',
        portal.client("assessor").get(places.QUEUE[1]).text,
    )
    if detail is None or desk is None:
        raise RuntimeError("the list or the queue leads nowhere")
    return [
        ("sign-in", "", places.SIGN_IN, MOST),
        ("unit home", *places.UNIT_HOME, MOST_OF_CORE),
        ("indicator", *places.ITEM, MOST_OF_CORE),
        ("upload", "operator", places.UPLOAD_PAGE, MOST_OF_CORE),
        ("approval", *places.APPROVAL, MOST),
        ("evidence list", *places.LIST_OF_UNIT, MOST),
        ("one evidence", "operator", detail[1], MOST),
        ("queue", *places.QUEUE, MOST),
        ("desk", "assessor", desk[1], MOST),
        ("dashboard", *places.DASHBOARD, MOST),
        ("inbox", "operator", "/kotak-masuk/", MOST),
        ("people", "administrator", "/orang/", MOST),
        ("units", "administrator", "/unit-kerja/", MOST),
    ]


def weight(bench: Bench) -> list[Row]:
    """Weigh HTML, CSS, JS, fonts and icons as they come over the wire with gzip."""
    portal = bench.large
    rows = []
    for name, username, path, limit in _pages(portal):
        client = portal.client(username)
        found, pictures = _weigh(client, path)
        total = sum(found.values()) / KB
        images = [len(client.get(src).body) / KB for src, _lazy in pictures]
        eager = sum(not lazy for _src, lazy in pictures)
        note = _kinds(found, path)
        if pictures:
            note += f"; {len(pictures)} pictures, the largest {max(images):.1f}"
        if eager:
            note += f", {eager} not lazy"
        met = total <= limit and not eager
        met = met and max(images, default=0) <= MOST_OF_IMAGE
        rows.append(
            Row(
                "P13",
                f"weight of the page: {name}",
                f"≤ {limit} kB",
                f"{total:.1f} kB",
                met,
                note,
            )
        )
    return rows
