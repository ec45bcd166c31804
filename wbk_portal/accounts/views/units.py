"""The tree of units, and the page of one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Membership, Role, WorkUnit, in_branches
from wbk_portal.accounts.permissions import (
    can_administer,
    can_administer_everything,
    can_restructure,
)
from wbk_portal.audit.history import history_of
from wbk_portal.common.dates import format_day, format_moment

from .base import (
    readers_only,
    seen_branches,
    seen_unit_or_404,
    seen_units,
    tabs,
    trail,
)

WHOLE_TREE = 300
"""Up to so many units the whole tree stands on one page; then two levels of it."""

FOUND_AT_MOST = 100
"""Rows of a search."""

HISTORY_LINES = 10
ORDER_OF_ROLES: list[str] = [
    Role.HEAD,
    Role.OPERATOR,
    *(role for role in Role if role not in {Role.HEAD, Role.OPERATOR}),
]
"""The head first, then those who do the work."""

ENDED_LINES = 20


@dataclass
class Node:
    """A unit in the shown tree.

    Attributes:
        children: Shown below it, by name.
        hidden: How many further children it has that are not shown.
        trail: Names of the units above it, in search results.
    """

    unit: WorkUnit
    children: list[Node] = field(default_factory=list)
    hidden: int = 0
    trail: str = ""
    is_closed: bool = False


def grow(units: Iterable[WorkUnit]) -> list[Node]:
    """Return the tops of the forest that some units form, each level by name.

    No queries: `numchild` says how many children are missing.
    """
    today = timezone.localdate()
    nodes = {
        unit.path: Node(unit, is_closed=not unit.is_active_on(today)) for unit in units
    }
    below: dict[str, list[Node]] = defaultdict(list)
    tops = []
    for node in nodes.values():
        if node.unit.parent_path in nodes:
            below[node.unit.parent_path].append(node)
        else:
            tops.append(node)
    for path, node in nodes.items():
        node.children = _by_name(below[path])
        node.hidden = node.unit.numchild - len(node.children)
    return _by_name(tops)


def _by_name(nodes: list[Node]) -> list[Node]:
    return sorted(nodes, key=lambda n: (n.is_closed, n.unit.name.casefold()))


@require_safe
@readers_only
def unit_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the branches that one administers or audits, or what a search finds.

    A constant number of queries for any number of units.
    """
    units = seen_units(request.user)
    query = request.GET.get("q", "").replace("\0", "").strip()[:100]
    counts = units.order_by().aggregate(
        all=Count("pk"), assessed=Count("pk", filter=Q(is_assessed=True))
    )
    context = {
        "tabs": tabs("accounts:unit-list"),
        "query": query,
        "counts": counts,
        "may_add_top": bool(can_administer_everything(request.user)),
    }
    if query:
        found = units
        for word in query.split():
            found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
        rows = list(found[: FOUND_AT_MOST + 1])
        context["found"] = _with_trails(request, rows[:FOUND_AT_MOST])
        context["too_many"] = len(rows) > FOUND_AT_MOST
        return render(request, "accounts/unit_search.html", context)
    if counts["all"] > WHOLE_TREE:
        tops = seen_branches(request.user)
        level = Q(pk__in=[])
        for path in tops:
            depth = len(path) // WorkUnit.steplen
            level |= in_branches("path", [path]) & Q(depth__lte=depth + 1)
        units = units.filter(level)
    context["tree"] = grow(units)
    return render(request, "accounts/unit_list.html", context)


def _with_trails(request: AuthenticatedRequest, rows: list[WorkUnit]) -> list[Node]:
    """Return search results with the names above them; one query."""
    paths = {path for unit in rows for path in unit.ancestor_paths}
    names = dict(
        seen_units(request.user).filter(path__in=paths).values_list("path", "name")
    )
    today = timezone.localdate()
    return [
        Node(
            unit,
            trail=" › ".join(
                names[path] for path in unit.ancestor_paths if path in names
            ),
            is_closed=not unit.is_active_on(today),
        )
        for unit in rows
    ]


@require_safe
@readers_only
def unit(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show a unit: what stands about it, its people, services and what is below.

    A constant number of queries.
    """
    found = seen_unit_or_404(request.user, code)
    today = timezone.localdate()
    members = list(
        Membership.objects.filter(work_unit=found)
        .select_related("user", "delegator")
        .order_by("user__name", "valid_from")
    )
    members.sort(key=lambda m: ORDER_OF_ROLES.index(m.role))
    ended = [m for m in members if m.valid_until and m.valid_until < today]
    children = WorkUnit.objects.in_branches([found.path]).filter(depth=found.depth + 1)
    context = {
        "unit": found,
        "is_closed": found.active_until is not None and found.active_until < today,
        "crumbs": trail(request.user, found),
        "members": [m for m in members if m not in ended],
        "ended": sorted(ended, key=lambda m: m.valid_until or today, reverse=True)[
            :ENDED_LINES
        ],
        "today": today,
        "services": list(found.services.all()),
        "children": grow(children),
        "may_change": bool(can_administer(request.user, found.path)),
        "may_restructure": can_restructure(request.user, found),
        "facts": _facts(found),
        "history": [
            {
                "what": line.text,
                "when": format_moment(line.at, found.time_zone),
                "who": line.actor,
            }
            for line in history_of("unit", str(found.pk), HISTORY_LINES)
        ],
    }
    return render(request, "accounts/unit.html", context)


def _facts(unit: WorkUnit) -> list[dict[str, object]]:
    return [
        {"label": _("Kode"), "value": unit.code},
        {"label": _("Jenis"), "value": unit.kind},
        {"label": _("Zona waktu"), "value": unit.get_time_zone_display()},
        {
            "label": _("Penilaian"),
            "value": _("Dinilai atas 24 indikator")
            if unit.is_assessed
            else _("Tidak dinilai"),
        },
        {"label": _("Aktif sejak"), "value": format_day(unit.active_from)},
        {
            "label": _("Aktif sampai"),
            "value": format_day(unit.active_until)
            if unit.active_until
            else _("tanpa batas"),
        },
    ]


def unit_url(unit: WorkUnit) -> str:
    """Return the address of a unit's page."""
    return reverse("accounts:unit", args=[unit.code])
