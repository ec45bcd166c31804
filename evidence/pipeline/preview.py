"""The parent's side: which child does what, and what its end means."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evidence.pipeline import convert, progress
from evidence.pipeline.results import (
    PARTIAL,
    READY,
    REJECTED,
    UNAVAILABLE,
    Page,
    Preview,
)
from wbk_portal.common import sandbox
from wbk_portal.common.filegate import KINDS
from wbk_portal.common.sandbox import Outcome

EAGER_PAGES = 60
"""Pages whose images are made at once; later ones when somebody turns to them."""

CPU_S = 60
WALL_S = 90
MEM_BYTES = 1024**3
PICTURE_MEM_BYTES = 2 * 1024**3
HEIC_THREADS = 16

_RESTARTS = 3
"""Pages that may kill their child before the rest is given up."""

_SPENT = frozenset({"timeout", "cpu", "memory"})


def make_preview(
    path: Path, *, kind: str, out_dir: Path, last: int = EAGER_PAGES
) -> Preview:
    """Decode a stored file completely; write images of its first pages.

    Takes at most about WALL_S seconds (and as long again for an office file, which is
    converted first), whatever the file holds.

    Args:
        path: The stored bytes.
        kind: Key of the gate's kind.
        out_dir: Empty folder for images; the caller stores and removes them.
        last: Last page that gets an image.
    """
    family = KINDS[kind].family
    if family == "picture":
        return _picture(path, kind, out_dir)
    if family == "office":
        return _office(path, kind, out_dir, last)
    return _pdf(path, out_dir, first=1, last=last)


def render_pages(path: Path, *, out_dir: Path, first: int, last: int) -> Preview:
    """Write images of some pages of a PDF, without text: for pages asked for later.

    Args:
        path: A stored PDF, or the stored `converted.pdf` of an office file.
        out_dir: Empty folder.
        first: First page, from 1.
        last: Last page; fewer are made where the document ends earlier.
    """
    return _pdf(path, out_dir, first=first, last=last, with_text=False)


def _picture(path: Path, kind: str, out_dir: Path) -> Preview:
    args = {"path": str(path), "kind": kind}
    outcome = _call(
        "picture:render",
        args,
        path,
        out_dir,
        memory=PICTURE_MEM_BYTES,
        # libheif's decoder does not work without threads of its own.
        threads=HEIC_THREADS if kind == "heic" else 0,
    )
    return _result(outcome, out_dir)


def _office(path: Path, kind: str, out_dir: Path, last: int) -> Preview:
    args = {"path": str(path), "kind": kind}
    outcome = _call("office:read", args, path, out_dir)
    text = _result(outcome, out_dir)
    (out_dir / progress.FILE_NAME).unlink(missing_ok=True)
    sheets = text.facts.get("fits_page", False)
    converted = convert.to_pdf(path, kind, out_dir, one_page_sheets=sheets)
    if converted.ok:
        pdf = out_dir / "converted.pdf"
        pages = _pdf(pdf, out_dir, first=1, last=last)
        if pages.pages:
            return _with_text(pages, text, kind)
        converted = Outcome(failure="error", detail=pages.detail)
    detail = converted.detail or text.detail
    if text.state != READY:
        # Neither program can read it: the file is at fault, unless they were cut off.
        return Preview(text.state, text.reason, detail=detail)
    missing = converted.failure == "missing"
    return Preview(
        PARTIAL,
        "no_converter" if missing else "conversion_failed",
        page_count=text.page_count,
        pages=text.pages,
        facts=text.facts,
        detail=detail,
    )


def _with_text(pages: Preview, text: Preview, kind: str) -> Preview:
    """Join the pages of the converted file with the text of the original.

    Printed sheets cut the text of narrow cells, so theirs is never taken; of documents
    and slides it is, because it stands on the right pages.
    """
    state, reason = pages.state, pages.reason
    if kind == "xlsx" and pages.page_count == convert.MAX_SHEET_PAGES:
        state, reason = PARTIAL, "some_pages"
    joined = pages.pages
    if text.pages and (kind == "xlsx" or not pages.facts.get("has_text")):
        own = list(text.pages)
        aligned = len(own) == pages.page_count
        texts = [page.text for page in own[: len(joined)]]
        texts += [""] * (len(joined) - len(texts))
        texts[-1] = "\n\n".join(
            [texts[-1], *(page.text for page in own[len(joined) :])]
        )
        joined = tuple(
            replace(page, text=words.strip(), label=own[index].label if aligned else "")
            for index, (page, words) in enumerate(zip(joined, texts, strict=True))
        )
    facts = {**pages.facts, **text.facts, "parts": text.page_count}
    return Preview(
        state, reason, pages.page_count, joined, facts, converted="converted.pdf"
    )


def _pdf(
    path: Path, out_dir: Path, *, first: int, last: int, with_text: bool = True
) -> Preview:
    deadline = time.monotonic() + WALL_S
    killed = ""
    start = first
    for _ in range(_RESTARTS + 1):
        args = {
            "path": str(path),
            "first": start,
            "last": last,
            "with_text": with_text,
        }
        left = deadline - time.monotonic()
        outcome = _call("pdf:render", args, path, out_dir, wall_s=max(1.0, left))
        begun = progress.read(out_dir)[1]
        if outcome.ok or begun < start or deadline - time.monotonic() < 1:
            break
        # One page killed the child: go on behind it.
        killed = outcome.failure
        start = begun + 1
    return _result(outcome, out_dir, killed=killed)


def _call(
    function: str,
    args: Mapping[str, Any],
    path: Path,
    out_dir: Path,
    *,
    wall_s: float | None = None,
    memory: int | None = None,
    threads: int = 0,
) -> Outcome:
    return sandbox.run(
        f"evidence.pipeline.{function}",
        args,
        out_dir=out_dir,
        cpu_s=CPU_S,
        mem_bytes=MEM_BYTES if memory is None else memory,
        wall_s=WALL_S if wall_s is None else wall_s,
        readable=[path],
        threads=threads,
    )


def _result(outcome: Outcome, out_dir: Path, killed: str = "") -> Preview:
    """Translate the child's end, and what it finished, into a preview."""
    found, _ = progress.read(out_dir)
    pages: tuple[Page, ...] = tuple(found[number] for number in sorted(found))
    value = outcome.value if outcome.ok and isinstance(outcome.value, dict) else {}
    if value.get("reason"):
        detail = str(value.get("detail", ""))
        return Preview(REJECTED, str(value["reason"]), detail=detail)
    if value:
        complete = not killed and not value["failed"]
        return Preview(
            READY if complete else PARTIAL,
            "" if complete else "some_pages",
            page_count=int(value["page_count"]),
            pages=pages,
            facts=dict(value["facts"]),
        )
    failure = outcome.failure or "result"
    detail = f"{failure}: {outcome.detail}"
    if pages:
        return Preview(PARTIAL, "some_pages", pages=pages, detail=detail)
    reason = "too_heavy" if failure in _SPENT else "failed"
    return Preview(UNAVAILABLE, reason, detail=detail)
