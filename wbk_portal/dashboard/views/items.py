"""The list that opens from a number of the readiness page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from indicators.models import Item
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.numbers import format_number
from wbk_portal.dashboard import lists
from wbk_portal.dashboard.figures import today_of
from wbk_portal.dashboard.scope import open_scope, reads_branch


@require_GET
def items(request: AuthenticatedRequest, period: str) -> HttpResponse:
    """Show items of units by what is the matter; a constant number of queries.

    Raises:
        Http404: No such list, item or page, or the branch holds nothing readable.
    """
    name = request.GET.get("daftar", "terisi")
    if name not in lists.LISTS:
        raise Http404
    scope = open_scope(request, period, request.GET.get("cabang", "")[:30])
    if not reads_branch(scope) and not scope.of_readiness().exists():
        raise Http404
    slug = request.GET.get("butir", "")[:20]
    item = None
    if slug:
        item = (
            Item.objects.assessed()
            .filter(slug=slug, instrument__periods__period=scope.period)
            .first()
        )
        if item is None:
            raise Http404
    given = request.GET.get("halaman", "1")
    page = int(given) if given.isdecimal() and len(given) < 6 else 1
    start = (max(page, 1) - 1) * lists.PAGE
    today = today_of(scope.period, timezone.localdate())
    rows = lists.rows_of(scope, name, slug, today)
    found = list(rows[start : start + lists.PAGE + 1])
    if not found and start:
        raise Http404
    shown = [lists.line_of(scope, row, name) for row in found[: lists.PAGE]]
    tabs = [
        {
            "label": one.label,
            "url": lists.address(scope, key, slug if key == "belum-pasti" else ""),
            "current": key == name,
        }
        for key, one in lists.LISTS.items()
    ]
    return render(
        request,
        "dashboard/items.html",
        {
            "scope": scope,
            "period": scope.period,
            "title": lists.LISTS[name].label,
            "item": item,
            "tabs": tabs,
            "lines": shown,
            "has_notes": any(line.note for line in shown),
            "crumbs": [
                {"label": _("Kesiapan"), "url": f"/{scope.period.slug}/kesiapan/"},
                *(
                    [{"label": scope.branch.name, "url": scope.url}]
                    if scope.branch
                    else []
                ),
                {"label": lists.LISTS[name].label, "url": ""},
            ],
            "text": _("%(first)s–%(last)s")
            % {
                "first": format_number(start + 1 if shown else 0),
                "last": format_number(start + len(shown)),
            },
            "prev_url": (
                lists.address(scope, name, slug, page - 1) if page > 1 else ""
            ),
            "next_url": (
                lists.address(scope, name, slug, page + 1)
                if len(found) > lists.PAGE
                else ""
            ),
        },
    )
