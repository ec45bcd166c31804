"""The page of one evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from evidence.cards import (
    Fact,
    FileRow,
    file_row,
    files_for_display,
    version_facts,
)
from evidence.forms.changing import EditForm, WithdrawForm
from evidence.kind_choices import KindGroup, read_kinds
from evidence.models import (
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    PageImage,
)
from evidence.permissions import can_change, is_kept, is_staff
from indicators.models import Assessment, EvidenceKind
from indicators.models.assessment import readable_units
from indicators.permissions import can_edit_answer
from indicators.standing import Standing
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.audit.history import history_of
from wbk_portal.common.context import shown_at
from wbk_portal.common.dates import format_moment
from wbk_portal.common.permissions import Verdict

from .common import open_assessments, open_evidence

MAX_THUMBS = 6
"""Pages of one file shown small."""

MAX_LINKS = 60
"""Uses shown; an agency's SOP can have hundreds."""

HISTORY_LINES = 40


@dataclass(frozen=True)
class Thumb:
    """A small page that leads to the page."""

    page: int
    url: str
    image_url: str


@dataclass(frozen=True)
class ShownFile:
    """A file with its first pages."""

    row: FileRow
    thumbs: Sequence[Thumb]
    more_pages: int


@dataclass(frozen=True)
class ShownVersion:
    """A version with its files; only the latest one shows pages."""

    number: int
    by: str
    moment: str
    facts: Sequence[Fact]
    note: str
    web_url: str
    seen_on: dt.date | None
    files: Sequence[ShownFile]


@dataclass(frozen=True)
class ShownLink:
    """A use of the evidence: an item of a unit in a period."""

    pk: int
    label: str
    name: str
    unit: str
    period: str
    url: str
    state: str
    pages: str
    seen: int
    is_stale: bool
    may_edit: bool


@require_GET
@never_cache
def detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show an evidence: its files, versions, uses, and everything that was done."""
    evidence = open_evidence(request, pk)
    return render_detail(request, evidence)


def render_detail(
    request: AuthenticatedRequest,
    evidence: Evidence,
    *,
    status: int = 200,
    edit_form: EditForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    link_error: str = "",
    link_to: int = 0,
) -> HttpResponse:
    """Show the page, after a refused attempt with what was typed."""
    shown_at(request, reverse("evidence:detail", args=[evidence.pk]))
    staff = is_staff(request.user, evidence.work_unit)
    verdict = can_change(request.user, evidence)
    kept = staff and is_kept(evidence)
    versions = _versions(evidence)
    links = _links(request, evidence, may_change=bool(verdict))
    context = {
        "evidence": evidence,
        "unit": evidence.work_unit,
        "is_staff": staff,
        "verdict": verdict,
        "kept": kept,
        "is_binned": evidence.discarded_at is not None,
        "is_withdrawn": evidence.withdrawn_at is not None,
        "latest": versions[0] if versions else None,
        "older": versions[1:],
        "links": links[:MAX_LINKS],
        "more_links": len(links) > MAX_LINKS,
        "rejected": [
            file.row
            for file in (versions[0].files if versions else ())
            if file.row.state == "rejected"
        ],
        # Asked only where the kind was not said yet, and may be.
        "kind_groups": (
            _kind_groups(evidence)
            if verdict and evidence.kind.key == EvidenceKind.OTHER
            else ()
        ),
        "edit_form": edit_form or _edit_form(evidence),
        "withdraw_form": withdraw_form or WithdrawForm(),
        "link_error": link_error,
        "link_to": link_to,
        "link_pages": request.POST.get("pages", ""),
        "free_items": _free_items(request, evidence, verdict),
        "is_rejected": bool(versions)
        and all(file.row.state == "rejected" for file in versions[0].files),
        "history": history_of("evidence", str(evidence.pk), HISTORY_LINES),
    }
    return render(request, "evidence/detail.html", context, status=status)


def _kind_groups(evidence: Evidence) -> Sequence[KindGroup]:
    """Return the kinds, those first that the items expect it is used for."""
    used = evidence.links.order_by("pk").values_list("assessment__item_id", flat=True)
    items = list(dict.fromkeys(used))[:MAX_LINKS]
    return read_kinds(items).groups(*items)


def _edit_form(evidence: Evidence) -> EditForm:
    return EditForm(
        initial={
            "version": evidence.version,
            "title": evidence.title,
            "kind": evidence.kind_id,
            "applies_below": evidence.applies_below,
        }
    )


def _versions(evidence: Evidence) -> list[ShownVersion]:
    """Return the versions, newest first. Four queries."""
    rows = list(
        evidence.versions.select_related("by")
        .prefetch_related(Prefetch("files", queryset=files_for_display()))
        .order_by("-number")
    )
    today = timezone.localdate()
    thumbs: dict[int, list[int]] = {}
    if rows:
        found = PageImage.objects.filter(
            file__version=rows[0], size=PageImage.Size.PAGE, page__lte=MAX_THUMBS
        ).order_by("page")
        for file_id, page in found.values_list("file_id", "page"):
            thumbs.setdefault(file_id, []).append(page)
    return [_shown(row, evidence, thumbs, today) for row in rows]


def _shown(
    version: EvidenceVersion,
    evidence: Evidence,
    thumbs: dict[int, list[int]],
    today: dt.date,
) -> ShownVersion:
    files = []
    for file in version.files.all():
        row = file_row(file)
        small = [
            Thumb(
                page=page,
                url=f"{row.url}?halaman={page}",
                image_url=reverse("evidence:page-image", args=[file.pk, page]),
            )
            for page in thumbs.get(file.pk, [])
        ]
        more = max((file.pages or 0) - MAX_THUMBS, 0) if small else 0
        files.append(ShownFile(row, small if (file.pages or 0) > 1 else (), more))
    return ShownVersion(
        number=version.number,
        by=version.by.name,
        moment=format_moment(version.at, evidence.work_unit.time_zone),
        facts=version_facts(version, today),
        note=version.note,
        web_url=version.url,
        seen_on=version.seen_on,
        files=files,
    )


def _links(
    request: AuthenticatedRequest, evidence: Evidence, *, may_change: bool
) -> list[ShownLink]:
    """Return the uses that the person may see, those of the own unit first.

    One query, and those of `Standing.of` for each open period that the unit's own
    items are in (one, usually).
    """
    rows = list(
        EvidenceLink.objects.filter(evidence=evidence)
        .filter(
            readable_units(request.user, "assessment__work_unit", "assessment__period")
        )
        .select_related(
            "assessment__item",
            "assessment__period",
            "assessment__work_unit",
            "seen_version",
        )
        .order_by("-assessment__period__year", "assessment__item__position")[
            : MAX_LINKS + 1
        ]
    )
    rows.sort(key=lambda row: row.assessment.work_unit_id != evidence.work_unit_id)
    standings: dict[int, Standing] = {}
    return [_shown_link(request, evidence, row, standings, may_change) for row in rows]


def _shown_link(
    request: AuthenticatedRequest,
    evidence: Evidence,
    link: EvidenceLink,
    standings: dict[int, Standing],
    may_change: bool,
) -> ShownLink:
    assessment = link.assessment
    own = assessment.work_unit_id == evidence.work_unit_id
    may_edit = False
    if may_change and own and assessment.period.is_open:
        standing = standings.get(assessment.period_id)
        if standing is None:
            standing = Standing.of(
                request.user, assessment.work_unit, assessment.period
            )
            standings[assessment.period_id] = standing
        may_edit = bool(can_edit_answer(standing, assessment))
    return ShownLink(
        pk=link.pk,
        label=assessment.item.short_label,
        name=assessment.item.title,
        unit="" if own else assessment.work_unit.name,
        period=assessment.period.slug,
        url=f"/{assessment.period.slug}/unit/{assessment.work_unit.code}"
        f"/{assessment.item.slug}/",
        state=assessment.state,
        pages=link.pages,
        seen=link.seen_version.number,
        is_stale=link.seen_version_id != evidence.latest_id,
        may_edit=may_edit,
    )


def _free_items(
    request: AuthenticatedRequest, evidence: Evidence, verdict: Verdict
) -> list[Assessment]:
    """Return items of the own unit that could use it and do not yet.

    Two queries, and those of `Standing.of` for each open period.
    """
    if not verdict:
        return []
    used = set(evidence.links.values_list("assessment_id", flat=True))
    standings: dict[int, Standing] = {}
    found = []
    for assessment in open_assessments(evidence.work_unit):
        standing = standings.get(assessment.period_id)
        if standing is None:
            standing = Standing.of(
                request.user, assessment.work_unit, assessment.period
            )
            standings[assessment.period_id] = standing
        if assessment.pk not in used and can_edit_answer(standing, assessment):
            found.append(assessment)
    return found
