"""The list of evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from evidence.filters import branch_of, choices, units_of
from evidence.listing import (
    SORT_LABELS,
    STATES,
    Page,
    Wanted,
    page_of,
    paths_above,
)
from evidence.permissions import STAFF
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.dates import format_day_short
from wbk_portal.common.terms import term_evidence

MOST_UNITS = 80
"""Units that a select offers; beyond them the code is typed."""

SHOWN_USES = 4
"""Items named in a row; the others are counted."""


@dataclass(frozen=True)
class Use:
    """An item that an evidence supports."""

    label: str
    url: str


@dataclass(frozen=True)
class Row:
    """An evidence in the list."""

    title: str
    url: str
    kind: str
    unit: str
    ext: str
    thumb_url: str
    files: str
    version: int
    day: str
    changed: str
    uses: list[Use]
    more_uses: int
    badge: str


def _row(evidence: Any, today: dt.date) -> Row:
    latest = evidence.latest
    uses = [
        Use(
            link.assessment.item.short_label,
            f"/{link.assessment.period.slug}/unit/{link.assessment.work_unit.code}"
            f"/{link.assessment.item.slug}/",
        )
        for link in evidence.shown_links
    ]
    return Row(
        title=evidence.title,
        url=reverse("evidence:detail", args=[evidence.pk]),
        kind=evidence.kind.label,
        unit=evidence.work_unit.name,
        ext=evidence.first_kind or "",
        thumb_url=reverse("evidence:page-thumb", args=[evidence.thumb_file, 1])
        if evidence.thumb_file
        else "",
        files=ngettext("%(count)d berkas", "%(count)d berkas", evidence.n_files)
        % {"count": evidence.n_files},
        version=latest.number if latest else 0,
        day=format_day_short(latest.document_date)
        if latest and latest.document_date
        else "",
        changed=format_day_short(
            timezone.localdate(evidence.changed_at, evidence.work_unit.zone)
        ),
        uses=uses[:SHOWN_USES],
        more_uses=max(len(uses) - SHOWN_USES, 0),
        badge=_badge(evidence, today),
    )


def _badge(evidence: Any, today: dt.date) -> str:
    """Return the state that matters most, "" for none."""
    latest = evidence.latest
    if evidence.withdrawn_at is not None or evidence.discarded_at is not None:
        return "withdrawn"
    if evidence.is_bad:
        return "rejected"
    if any(link.seen_version_id != evidence.latest_id for link in evidence.shown_links):
        return "re_review"
    if latest and latest.valid_until and latest.valid_until < today:
        return "expired"
    return "pending" if evidence.is_pending else ""


@require_GET
def evidence_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show 24 evidence of the units that the person reads, filtered and sorted."""
    wanted = Wanted.of(request.GET)
    units = units_of(request.user, MOST_UNITS + 1)
    branch = branch_of(request.user, wanted.unit, units)
    page = page_of(request.user, wanted, branch)
    today = timezone.localdate()
    context = {
        "wanted": wanted,
        "rows": [_row(evidence, today) for evidence in page.rows],
        "page": page,
        "page_text": _page_text(page),
        "units": units if 1 < len(units) <= MOST_UNITS else [],
        "type_unit": len(units) > MOST_UNITS,
        "choices": choices(),
        "states": STATES.items(),
        "sorts": SORT_LABELS.items(),
        "upload_units": _upload_units(request),
        "has_above": bool(paths_above(request.user)),
    }
    return render(request, "evidence/list.html", context)


def _page_text(page: Page) -> str:
    count = len(page.rows)
    if not page.previous_query and not page.next_query:
        text = ngettext("%(count)d %(term)s", "%(count)d %(term)s", count)
    else:
        text = ngettext(
            "%(count)d %(term)s di halaman ini",
            "%(count)d %(term)s di halaman ini",
            count,
        )
    return text % {"count": count, "term": term_evidence()}


def _upload_units(request: AuthenticatedRequest) -> list[dict[str, str]]:
    """Return where the person may upload by role: own units, without a query."""
    seen: dict[str, str] = {}
    for membership in request.user.active_memberships:
        if membership.role in STAFF:
            seen.setdefault(membership.work_unit.code, membership.work_unit.name)
    return [
        {"name": name, "url": reverse("evidence:upload", args=[code])}
        for code, name in list(seen.items())[:5]
    ]
