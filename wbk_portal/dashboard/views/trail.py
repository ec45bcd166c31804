"""The whole log, page by page, and what is filtered as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Role
from wbk_portal.accounts.permissions import can_look_at_administration
from wbk_portal.accounts.views.base import readers_only
from wbk_portal.audit.services import record
from wbk_portal.common import registry
from wbk_portal.common.permissions import require
from wbk_portal.dashboard.report_files import csv_cell, csv_marks
from wbk_portal.dashboard.trail import (
    TrailForm,
    cells,
    entries_seen_by,
    heads,
    read,
    sees_whole_log,
)

PAGE = 50
"""Entries on one page."""

CHUNK = 500
"""Entries of a file that are read at once."""


@require_safe
@readers_only
def trail(request: AuthenticatedRequest) -> HttpResponse:
    """Show the log, newest first, page by page by key; constant queries."""
    form = TrailForm(request.user, request.GET)
    before = _number(request.GET.get("sebelum", ""))
    rows = []
    if form.is_valid():
        seen = entries_seen_by(request.user)
        rows = read(seen, form.condition(), PAGE + 1, before)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    chosen = form.chosen
    reference = chosen.get("objek", "")
    page = registry.addresses_of([reference]).get(reference) if reference else None
    without = {key: value for key, value in chosen.items() if key != "objek"}
    return render(
        request,
        "dashboard/trail.html",
        {
            "form": form,
            "rows": rows,
            "chosen": chosen,
            "object_name": page.text if page else reference,
            "without_object_url": f"?{urlencode(without)}",
            "page_text": ngettext("%(n)d catatan", "%(n)d catatan", len(rows))
            % {"n": len(rows)},
            "first_url": f"?{urlencode(chosen)}" if before is not None else "",
            "next_url": (
                f"?{urlencode({**chosen, 'sebelum': rows[-1].line.id})}" if more else ""
            ),
            "is_whole": sees_whole_log(request.user),
            "sees_withheld": request.user.has_role(Role.AUDITOR),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def export(request: AuthenticatedRequest) -> StreamingHttpResponse:
    """Answer with all that is filtered, as CSV; the download itself is logged.

    Raises:
        PermissionDenied: Neither administrator nor auditor.
        Http404: The filters are refused; the page never offers such a download.
    """
    require(can_look_at_administration(request.user))
    form = TrailForm(request.user, request.POST)
    if not form.is_valid():
        raise Http404
    seen, wanted = entries_seen_by(request.user), form.condition()
    with transaction.atomic():
        last = record(
            actor_key=request.user.key,
            action="trail.exported",
            target=("user", str(request.user.pk)),
            payload={"filters": form.chosen},
        )
    response = StreamingHttpResponse(
        _lines(seen, wanted, last.pk), content_type="text/csv; charset=utf-8"
    )
    name = f"jejak-audit-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _lines(seen: Q, wanted: Q, before: int) -> Iterator[bytes]:
    """Yield the file in pieces of `CHUNK` entries; nothing stays open in between.

    The language is asked for at each piece: by then the thread may serve others.
    """
    language, zone = translation.get_language(), timezone.get_current_timezone()
    delimiter, _decimal = csv_marks()
    yield "\ufeff".encode()
    first = True
    while True:
        with translation.override(language), timezone.override(zone):
            rows = read(seen, wanted, CHUNK, before)
            text = io.StringIO()
            writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
            if first:
                writer.writerow(map(csv_cell, heads()))
            writer.writerows(map(csv_cell, cells(row)) for row in rows)
        yield text.getvalue().encode()
        if len(rows) < CHUNK:
            return
        first, before = False, rows[-1].line.id


def _number(text: str) -> int | None:
    """Return the id in the address; None for none, or for nonsense."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None
