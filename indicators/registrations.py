"""What this app hangs into the frame of the portal: texts, navigation, periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from wbk_portal.accounts.models import Role, User
from wbk_portal.common import registry
from wbk_portal.common.context import page_address
from wbk_portal.common.dates import format_day, format_moment
from wbk_portal.common.registry import (
    Address,
    AddressSource,
    HistoryText,
    NavEntry,
    NoticeText,
    PeriodChoice,
)

from .models import AssessmentPeriod, Stage, UnitReadiness
from .models.assessment import READ_ROLES
from .services.periods import current_period, format_end, with_running

ASSESSORS = (Role.ASSESSOR, Role.LEAD, Role.CONTROLLER)


# --- Values of sentences -------------------------------------------------------------
def _stage(payload: Mapping[str, Any]) -> str:
    value = payload.get("stage")
    return str(Stage(value).label) if value in Stage.values else "…"


def _moment(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        return "…"
    return format_moment(dt.datetime.fromisoformat(value), payload.get("zone"))


def _end(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str):
        return "…"
    return format_end(dt.datetime.fromisoformat(value), payload.get("zone"))


def _window(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **payload,
        "stage": _stage(payload),
        "opens_at": _moment(payload, "opens_at"),
        "closes_at": _end(payload, "closes_at"),
    }


def _until(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**payload, "stage": _stage(payload), "until": _end(payload, "until")}


def _assignment(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    role = Role(payload.get("duty", Role.ASSESSOR))
    until = payload.get("until")
    return {
        **payload,
        "role": role.label,
        "until": format_day(dt.date.fromisoformat(until)) if until else "–",
    }


HISTORY = (
    HistoryText("catalogue.created", _("Instrumen %(title)s dimuat")),
    HistoryText("catalogue.replaced", _("Instrumen %(title)s diganti sebelum dipakai")),
    HistoryText("period.created", _("Periode %(name)s disiapkan")),
    HistoryText("period.changed", _("Aturan periode %(name)s diubah")),
    HistoryText(
        "period.window_set",
        _("Jadwal %(stage)s: %(opens_at)s sampai %(closes_at)s"),
        _window,
    ),
    HistoryText("period.window_cleared", _("Jadwal %(stage)s dihapus"), _window),
    HistoryText(
        "period.grace_granted",
        _("Tambahan waktu %(stage)s untuk %(unit)s sampai %(until)s: %(reason)s"),
        _until,
    ),
    HistoryText(
        "period.grace_revoked",
        _("Tambahan waktu %(stage)s untuk %(unit)s dicabut"),
        _until,
    ),
    HistoryText("period.opened", _("Periode %(name)s dibuka")),
    HistoryText(
        "period.closed",
        _(
            "Periode %(name)s ditutup. Pada saat itu %(final)s butir lagi menjadi "
            "ditetapkan, %(not_submitted)s tidak diajukan, %(undecided)s tetap tanpa "
            "nilai"
        ),
    ),
    HistoryText(
        "assessments.created",
        lambda n: ngettext(
            "%(count)s butir disiapkan untuk %(period)s",
            "%(count)s butir disiapkan untuk %(period)s",
            n,
        ),
    ),
    HistoryText("assessment.not_submitted", _("Tidak diajukan sampai periode ditutup")),
    HistoryText(
        "assignment.made",
        _("%(name)s ditugaskan sebagai %(role)s untuk %(period)s"),
        _assignment,
    ),
    HistoryText(
        "assignment.ended",
        _("Penugasan %(name)s sebagai %(role)s untuk %(period)s berakhir %(until)s"),
        _assignment,
    ),
)
"""Sentences of this part's acts."""

NOTICES = (
    NoticeText(
        "period.opened",
        _("%(period)s dibuka: %(unit)s dapat mulai mengisi."),
        icon="calendar-check",
    ),
    NoticeText(
        "period.closed",
        _("%(period)s ditutup. Hasil %(unit)s tidak berubah lagi."),
        icon="lock",
    ),
    NoticeText(
        "period.grace_granted",
        _("%(unit)s mendapat tambahan waktu %(stage)s sampai %(until)s."),
        icon="calendar-clock",
        prepare=_until,
    ),
    NoticeText(
        "assignment.made",
        lambda n: ngettext(
            "Anda ditugaskan menilai %(count)s unit pada %(period)s.",
            "Anda ditugaskan menilai %(count)s unit pada %(period)s.",
            n,
        ),
        icon="clipboard-check",
    ),
    NoticeText(
        "assignment.lead",
        lambda n: ngettext(
            "Anda ditunjuk sebagai ketua tim untuk %(count)s unit pada %(period)s.",
            "Anda ditunjuk sebagai ketua tim untuk %(count)s unit pada %(period)s.",
            n,
        ),
        icon="clipboard-check",
    ),
    NoticeText(
        "assignment.controller",
        lambda n: ngettext(
            "Anda ditunjuk sebagai pengendali teknis untuk %(count)s unit "
            "pada %(period)s.",
            "Anda ditunjuk sebagai pengendali teknis untuk %(count)s unit "
            "pada %(period)s.",
            n,
        ),
        icon="clipboard-check",
    ),
)
"""Sentences of this part's notices."""


# --- Frame ---------------------------------------------------------------------------
def navigation(user: User, request: HttpRequest) -> Iterable[NavEntry]:
    """Return the way to the periods for who keeps, reads or staffs them."""
    if user.has_role(Role.ADMINISTRATOR, Role.AUDITOR, Role.LEAD):
        yield NavEntry(
            _("Periode"), reverse("indicators:period-list"), "calendar-cog", order=70
        )


def shown_periods(request: HttpRequest) -> list[AssessmentPeriod]:
    """Return opened and closed periods, newest first; one query a request.

    `has_unit` says whether the unit in the address was assessed in the period.
    """
    known: list[AssessmentPeriod] | None = getattr(request, "_wbk_periods", None)
    if known is not None:
        return known
    parts = request.path.strip("/").split("/")
    code = parts[2] if len(parts) > 2 and parts[1] == "unit" else ""
    user = getattr(request, "user", None)
    rows = with_running(
        AssessmentPeriod.objects.exclude(state=AssessmentPeriod.State.DRAFT),
        assesses=isinstance(user, User) and user.has_role(*ASSESSORS),
    )
    if code:
        units = UnitReadiness.objects.filter(
            period=OuterRef("pk"), work_unit__code=code
        )
        rows = rows.annotate(has_unit=Exists(units))
    found = list(rows)
    request._wbk_periods = found  # type: ignore[attr-defined]
    return found


def current_of(request: HttpRequest) -> AssessmentPeriod | None:
    """Return the period in which the person has something to do now."""
    return current_period(shown_periods(request))


def period_choices(request: HttpRequest) -> list[PeriodChoice]:
    """Return the periods to switch between, newest first; one query.

    On a page of a period the same page in the other one, as far as it exists there;
    elsewhere the readiness of the period. None for people who read no unit. Without a
    period in the address the one of `current_period` is the current one.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.has_role(*READ_ROLES, *ASSESSORS):
        # No page of any period is theirs.
        return []
    # A refused form stands at the address of its act, to which nothing leads.
    path = page_address(request).partition("?")[0]
    parts = path.strip("/").split("/")
    code = parts[2] if len(parts) > 2 and parts[1] == "unit" else ""
    found = shown_periods(request)
    slugs = {period.slug for period in found}
    now = current_of(request)
    current = parts[0] if parts[0] in slugs else (now.slug if now else "")
    return [
        PeriodChoice(
            label=str(period.slug),
            url=_same_page(parts if parts[0] in slugs else [], period, code),
            current=period.slug == current,
            note="" if period.is_open else _("terkunci"),
        )
        for period in found
    ]


def _same_page(parts: list[str], period: AssessmentPeriod, code: str) -> str:
    if parts and parts[0] == period.slug:
        return "/" + "/".join(parts) + "/"
    if code and getattr(period, "has_unit", False):
        return f"/{period.slug}/unit/{code}/"
    if len(parts) > 1 and parts[1] == "penilaian":
        return f"/{period.slug}/penilaian/"
    return f"/{period.slug}/kesiapan/"


def period_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return name and page of periods by key; one query."""
    return {
        str(period.pk): Address(
            period.name, reverse("indicators:period", args=[period.slug])
        )
        for period in AssessmentPeriod.objects.filter(
            pk__in=[key for key in keys if key.isdigit()]
        )
    }


def register_all() -> None:
    """Hang everything in; called once when Django is ready."""
    registry.history.register(*HISTORY)
    registry.notices.register(*NOTICES)
    registry.navigation.register(navigation)
    registry.periods.register(period_choices)
    registry.addresses.register(AddressSource("period", period_addresses))
