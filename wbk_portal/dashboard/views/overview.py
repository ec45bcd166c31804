"""The readiness of everything the person reads, and of one branch."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.dates import format_day
from wbk_portal.dashboard import filters, page
from wbk_portal.dashboard.contacts import calls_of
from wbk_portal.dashboard.details import details_of
from wbk_portal.dashboard.figures import summary_of, today_of
from wbk_portal.dashboard.heatmap import LEGEND, columns_of, groups_of, rows_of
from wbk_portal.dashboard.records import Details
from wbk_portal.dashboard.scope import Scope, open_scope, reads_branch
from wbk_portal.dashboard.selection import PAGE, Selection, in_page
from wbk_portal.dashboard.trend import since_of, trend_chart, trend_of


@require_GET
def overview(request: AuthenticatedRequest, period: str) -> HttpResponse:
    """Show the readiness of all units that the person reads."""
    return _show(request, open_scope(request, period))


@require_GET
def branch(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Show the readiness of a branch; a service unit has its own home instead."""
    scope = open_scope(request, period, code)
    unit = scope.branch
    if unit is not None and unit.is_assessed and not unit.numchild:
        if reads_branch(scope) or scope.of_readiness().exists():
            return redirect(f"/{scope.period.slug}/unit/{unit.code}/")
        raise Http404
    return _show(request, scope)


def _show(request: AuthenticatedRequest, scope: Scope) -> HttpResponse:
    """Answer with the page: at most five statements of its own.

    Raises:
        Http404: The branch holds nothing that the person reads.
    """
    today = today_of(scope.period, timezone.localdate())
    summary = summary_of(scope, today)
    if not summary.total.n and not reads_branch(scope):
        raise Http404
    since = since_of(scope.period, today)
    details = details_of(scope, today, since)
    total = summary.total
    context: dict[str, Any] = {
        "scope": scope,
        "period": scope.period,
        "total": total,
        "crumbs": page.crumbs(scope, details),
        "today_text": format_day(today),
    }
    if total.n:
        line = trend_of(total, details.days, since, today)
        stakes = page.stake_bars(scope, details)
        context |= {
            "n_met": total.n_met,
            "n_wbbm": total.verdicts["wbbm_met"],
            "n_almost": total.verdicts["almost"],
            "n_not": total.verdicts["not_met"],
            "n_unscored": total.verdicts["unscored"],
            "has_values": total.n_undecided < total.n,
            "urls": {
                name: page.PLAIN.address(scope.url, **values)
                for name, values in _LINKS.items()
            },
            "change": page.change_of(total),
            "mean": page.points_of(total, total.certain),
            "mean_words": page.mean_words(total),
            "calls": calls_of(scope, today) if scope.period.is_open else [],
            "reservation": page.reservation(),
            "verdicts": page.verdict_tiles(scope, total),
            "counts": page.count_tiles(scope, total),
            "parts": page.part_bars(scope, total, details.parts),
            "bands": page.bands(scope, total),
            "line": line,
            "trend": trend_chart(line),
            "stakes": stakes[: page.FIRST_STAKES],
            "more_stakes": stakes[page.FIRST_STAKES :],
            "notices": list(page.notices(scope, total, details, today)),
            "branches": page.branch_rows(scope, summary, details),
            **_map(request, scope, details, today, total.n),
        }
    return render(request, "dashboard/overview.html", context)


_LINKS: dict[str, dict[str, str]] = {
    "met": {"putusan": "memenuhi"},
    "wbbm": {"putusan": "wbbm_met"},
    "almost": {"putusan": "almost"},
    "not": {"putusan": "not_met"},
    "up": {"gerak": "naik"},
    "down": {"gerak": "turun"},
    "undecided": {"rentang": "belum"},
}


def _map(
    request: AuthenticatedRequest,
    scope: Scope,
    details: Details,
    today: dt.date,
    n_units: int,
) -> dict[str, Any]:
    """Return the map with its filters and its page.

    Args:
        n_units: Units of the scope, whatever is filtered.
    """
    chosen = Selection.of(request.GET.dict())
    found = in_page(chosen.apply(scope, today), chosen.halaman)
    if not found and chosen.halaman > 1:
        raise Http404
    rows = found[:PAGE]
    count = getattr(rows[0], "count", n_units) if rows else 0
    first = (chosen.halaman - 1) * PAGE
    part = next((p for p in details.parts if p.key == chosen.subarea), None)
    return {
        "chosen": chosen,
        "filters": filters.filters(chosen, details),
        "chips": filters.chips(chosen, scope, details),
        "plain_url": page.PLAIN.address(scope.url),
        "columns": columns_of(details.columns),
        "groups": groups_of(details.columns),
        "rows": rows_of(scope, rows, details.columns, part),
        "part": part,
        "legend": LEGEND,
        "count": count,
        "first": first + 1,
        "last": first + len(rows),
        "prev_url": (
            chosen.address(scope.url, halaman=chosen.halaman - 1)
            if chosen.halaman > 1
            else ""
        ),
        "next_url": (
            chosen.address(scope.url, halaman=chosen.halaman + 1)
            if len(found) > PAGE
            else ""
        ),
    }
