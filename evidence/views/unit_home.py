"""The unit's home: verdict, days left, what waits, and all items."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from evidence.permissions import can_submit_with_all
from evidence.presenters import (
    NANO,
    Group,
    TaskRow,
    item_row,
    sorted_tasks,
    task_of,
)
from evidence.returns import Returned
from evidence.services.file_checks import checking_text, count_checking
from evidence.services.returns import returned_of
from evidence.upload_area import upload_area
from indicators.models import (
    Assessment,
    Item,
    ReadinessPart,
    Stage,
    State,
    UnitReadiness,
)
from indicators.permissions import can_submit
from indicators.services.periods import format_end
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.numbers import format_points

from .base import Place, open_place
from .tray_keeping import kept_form

FIRST_TASKS = 3

NAMED = 12
"""Items that the question before "Ajukan yang lengkap" names; the rest is counted."""

LOOKS = {
    UnitReadiness.Verdict.WBBM_MET: ("done", "badge-check"),
    UnitReadiness.Verdict.WBK_MET: ("green", "circle-check"),
    UnitReadiness.Verdict.ALMOST: ("amber", "trending-up"),
    UnitReadiness.Verdict.NOT_MET: ("orange", "circle-alert"),
    UnitReadiness.Verdict.UNSCORED: ("idle", "circle-dashed"),
}
"""Tone and icon of each verdict."""


@dataclass(frozen=True)
class SubAreaRing:
    """One LKE sub-area: how much of its points is certain."""

    label: str
    share: Fraction | None
    text: str
    note: str
    tone: str


@require_GET
def unit_home(request: AuthenticatedRequest, period: str, code: str) -> HttpResponse:
    """Show where the unit stands and what it should do next."""
    place = open_place(request, period, code)
    assessments = _assessments(place)
    returned = returned_of(assessments)
    parts = list(
        ReadinessPart.objects.filter(
            readiness__work_unit=place.work_unit, readiness__period=place.period
        )
        .select_related("readiness", "subarea")
        .order_by("subarea__position")
    )
    # A sum has its parts: one statement brings both.
    readiness = parts[0].readiness if parts else None
    context = {
        "place": place,
        "readiness": readiness,
        **_verdict(readiness, parts, assessments),
        **_stage(place),
        **_items(assessments, place, returned),
        **_work(assessments, place, request, returned),
    }
    return render(request, "evidence/unit_home.html", context)


# Long texts of an item and of its rubric, which no line shows.
_UNREAD = tuple(
    f"{item}__{name}"
    for item in ("item", "item__rubric")
    for name in (
        "criterion",
        "guidance",
        "wording_caution",
        "twin_note",
        "producer_roles",
        "renewal_note",
        "notes",
        "parents",
    )
)


def _assessments(place: Place) -> list[Assessment]:
    """Return the unit's assessments with what their lines show; one query."""
    rows = list(
        Assessment.objects.filter(work_unit=place.work_unit, period=place.period)
        .select_related("item__subarea", "item__rubric", "self_option", "agreed_option")
        .defer(*_UNREAD)
        .order_by("item__kind", "item__position")
    )
    for row in rows:
        # Known already: thirty copies of each cost more than the statement.
        row.work_unit, row.period = place.work_unit, place.period
    return rows


def _verdict(
    readiness: UnitReadiness | None,
    parts: list[ReadinessPart],
    assessments: list[Assessment],
) -> dict[str, Any]:
    if readiness is None:
        return {}
    # Sub-areas of the LKE in which something is decided; elsewhere a 0 would be read
    # as a value.
    decided = {
        (row.item.rubric or row.item).subarea_id
        for row in assessments
        if row.is_released and row.item.lke_nano
    }
    tone, icon = LOOKS[UnitReadiness.Verdict(readiness.verdict)]
    rings = []
    for part in parts:
        full = part.subarea.weight * NANO
        share = Fraction(part.nano_certain) / full
        is_decided = part.subarea_id in decided
        maximum = {"max": format_points(part.subarea.weight)}
        rings.append(
            SubAreaRing(
                label=part.subarea.name,
                share=share if is_decided else None,
                text=format_points(part.nano_certain) if is_decided else "–",
                note=(
                    _("dari %(max)s") % maximum
                    if is_decided
                    else _("belum dinilai, dari %(max)s") % maximum
                ),
                tone="green" if share >= Fraction(3, 5) else "amber",
            )
        )
    return {
        "verdict": readiness.get_verdict_display(),
        "undecided": readiness.verdict == UnitReadiness.Verdict.UNSCORED,
        "has_self": any(row.has_self_answer for row in assessments),
        "verdict_tone": tone,
        "verdict_icon": icon,
        "thresholds": [
            (Fraction(6), _("WBK %(points)s") % {"points": format_points(6 * NANO)}),
            (
                Fraction(15, 2),
                _("WBBM %(points)s") % {"points": format_points(Fraction(15, 2))},
            ),
        ],
        "maximum": 10 * NANO,
        "maximum_24": 5 * NANO,
        "rings": rings,
    }


def _stage(place: Place) -> dict[str, Any]:
    now = timezone.now()
    for stage in (Stage.FILLING, Stage.REVIEW, Stage.OBJECTION):
        if stage not in place.standing.stages:
            continue
        time = place.standing.times[stage]
        days = time.days_left(place.work_unit.zone, now)
        left = (
            ngettext("sisa %(n)d hari", "sisa %(n)d hari", days) % {"n": days}
            if days
            else _("berakhir hari ini")
        )
        return {
            "stage_label": stage.label,
            "stage_left": left,
            "stage_closes": format_end(time.closes_at, place.work_unit.time_zone),
        }
    return {}


def _items(
    assessments: list[Assessment], place: Place, returned: dict[int, Returned]
) -> dict[str, Any]:
    groups: dict[int, Group] = {}
    questions = Group(_("Melengkapi LKE 90/2021"))
    for assessment in assessments:
        item = assessment.item
        if item.kind == Item.Kind.INDICATOR:
            group = groups.setdefault(item.subarea_id, Group(item.subarea.name))
        else:
            group = questions
        group.rows.append(item_row(assessment, place.url, returned.get(assessment.pk)))
        group.n_done += assessment.is_complete
    return {"groups": list(groups.values()), "questions": questions}


def named(assessments: list[Assessment]) -> str:
    """Return items by code and title, a line each; of many the first ones."""
    lines = [f"{a.item.short_label} {a.item.title}" for a in assessments[:NAMED]]
    if more := len(assessments) - len(lines):
        lines.append(
            ngettext("dan %(n)d butir lagi", "dan %(n)d butir lagi", more) % {"n": more}
        )
    return "\n".join(lines)


def question(ready: list[Assessment], *more: str) -> str:
    """Return what is asked before "Ajukan yang lengkap": how many, and which.

    Args:
        more: What else is to be known, a paragraph each; empty ones are left out.
    """
    first = ngettext(
        "Ajukan %(n)s butir yang sudah lengkap? Isinya dibekukan sampai penilai "
        "selesai.",
        "Ajukan %(n)s butir yang sudah lengkap? Isinya dibekukan sampai penilai "
        "selesai.",
        len(ready),
    ) % {"n": len(ready)}
    return "\n\n".join(part for part in (first, named(ready), *more) if part)


def held_text(held: list[Assessment]) -> str:
    """Say which items stay out of "Ajukan yang lengkap", and why; empty for none."""
    if not held:
        return ""
    return ngettext(
        "%(n)d butir yang dikembalikan tidak ikut diajukan sekaligus (%(items)s) "
        "karena belum ada yang diubah. Buka halamannya untuk mengubah isinya atau "
        "menulis tanggapan.",
        "%(n)d butir yang dikembalikan tidak ikut diajukan sekaligus (%(items)s) "
        "karena belum ada yang diubah. Buka halamannya untuk mengubah isinya atau "
        "menulis tanggapan.",
        len(held),
    ) % {"n": len(held), "items": ", ".join(a.item.short_label for a in held)}


def _work(
    assessments: list[Assessment],
    place: Place,
    request: AuthenticatedRequest,
    returned: dict[int, Returned],
) -> dict[str, Any]:
    standing = place.standing
    if not standing.is_unit_staff or not place.period.is_open:
        return {"is_staff": False}
    complete = [a for a in assessments if can_submit(standing, a)]
    ready = [a for a in complete if can_submit_with_all(returned.get(a.pk))]
    held = [a for a in complete if not can_submit_with_all(returned.get(a.pk))]
    held_said = held_text(held)
    checking_said = checking_text(count_checking([a.pk for a in ready]))
    n_waiting = sum(a.state == State.AWAITING_APPROVAL for a in assessments)
    tasks = [
        task
        for a in assessments
        if (task := task_of(a, place.url, returned.get(a.pk))) is not None
    ]
    approve_url = f"{place.url}persetujuan/"
    if n_waiting and standing.is_head:
        tasks.append(
            TaskRow(
                url=approve_url,
                title=ngettext(
                    "%(n)d butir menunggu persetujuan Anda",
                    "%(n)d butir menunggu persetujuan Anda",
                    n_waiting,
                )
                % {"n": n_waiting},
                lang="",
                icon="hourglass",
                tone="violet",
                why=_("Setujui sekaligus, atau kembalikan satu per satu."),
                rank=(-1, Fraction(0)),
            )
        )
    tasks = sorted_tasks(tasks)
    can_upload = Stage.FILLING in standing.stages or any(
        a.state == State.NEEDS_REVISION for a in assessments
    )
    return {
        "is_staff": True,
        "upload": (
            upload_area(
                user=request.user,
                work_unit=place.work_unit,
                next_url=place.url,
                assessments=assessments,
                kept=kept_form(request, place.work_unit),
            )
            if can_upload
            else None
        ),
        "tasks": tasks[:FIRST_TASKS],
        "more_tasks": tasks[FIRST_TASKS:],
        "ready": ready,
        "n_ready": len(ready),
        "question": question(ready, held_said, checking_said),
        "held": held_said,
        "checking": checking_said,
        "n_waiting": n_waiting,
        "approve_url": approve_url,
    }
