"""What this app hangs into the frame of the portal: names, texts, navigation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wbk_portal.common import registry
from wbk_portal.common.dates import format_day
from wbk_portal.common.registry import (
    ActorSource,
    Address,
    AddressSource,
    HistoryText,
    NavEntry,
    NoticeText,
)
from wbk_portal.common.terms import term_unit

from .models import Delegation, Role, Service, TimeZone, User, WorkUnit
from .permissions import LOOKING_ROLES

UNIT_LABELS = {
    "code": gettext_lazy("kode"),
    "name": gettext_lazy("nama"),
    "kind": gettext_lazy("jenis"),
    "time_zone": gettext_lazy("zona waktu"),
    "is_assessed": gettext_lazy("dinilai"),
    "active_from": gettext_lazy("aktif sejak"),
    "active_until": gettext_lazy("aktif sampai"),
}
PERSON_LABELS = {
    "username": gettext_lazy("nama pengguna"),
    "name": gettext_lazy("nama lengkap"),
    "email": gettext_lazy("surel"),
    "language": gettext_lazy("bahasa"),
}


# --- Names ---------------------------------------------------------------------------
def names_of(actor_keys: Collection[str]) -> Mapping[str, str]:
    """Return names by actor key (``user:7``); one query."""
    wanted = {
        int(number): key
        for key in actor_keys
        if (number := key.partition(":")[2]).isdecimal() and len(number) < 19
    }
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "name")
    return {wanted[pk]: name for pk, name in rows}


# --- Values of sentences -------------------------------------------------------------
def _day(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    return format_day(dt.date.fromisoformat(value)) if value else None


def role_title(role: Any, delegation: Any = "") -> str:
    """Return a role as shown: "Kepala unit", "Plh. Kepala unit"."""
    label = str(Role(role).label) if role in Role.values else "…"
    if delegation in Delegation.values:
        return f"{Delegation(delegation).label} {label}"
    return label


def _membership(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    until = _day(payload, "until")
    return {
        **payload,
        "role": role_title(payload.get("role"), payload.get("delegation")),
        "from": _day(payload, "from"),
        "until": until,
        "span": (
            _("%(first)s sampai %(last)s")
            % {"first": _day(payload, "from") or "…", "last": until}
            if until
            else _("sejak %(first)s") % {"first": _day(payload, "from") or "…"}
        ),
    }


def _shown(column: str, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if column in {"active_from", "active_until"}:
        return format_day(dt.date.fromisoformat(value))
    if column == "time_zone" and value in TimeZone.values:
        return str(TimeZone(value).label)
    return str(value)


def _changes(payload: Mapping[str, Any], labels: Mapping[str, Any]) -> str:
    before, after = payload.get("before") or {}, payload.get("after") or {}
    found = [
        f"{label} {_shown(column, before.get(column))} → "
        f"{_shown(column, after.get(column))}"
        for column, label in labels.items()
        if before.get(column) != after.get(column)
    ]
    return "; ".join(found) or "–"


def _unit_changes(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**payload, "changes": _changes(payload, UNIT_LABELS)}


def _person_changes(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**payload, "changes": _changes(payload, PERSON_LABELS)}


def _moved(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    top = _("tingkat teratas")
    return {
        **payload,
        "from_name": payload.get("from_name") or top,
        "to_name": payload.get("to_name") or top,
    }


def _closed(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**payload, "last_day": _day(payload, "last_day")}


def _seeded(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"count": len(payload.get("days") or ())}


def _holiday(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**payload, "date": _day(payload, "date")}


HISTORY = (
    HistoryText("unit.created", gettext_lazy("Unit %(name)s (%(code)s) dibuat")),
    HistoryText(
        "unit.changed", gettext_lazy("Data unit diubah: %(changes)s"), _unit_changes
    ),
    HistoryText(
        "unit.moved",
        gettext_lazy("%(name)s dipindahkan dari %(from_name)s ke %(to_name)s"),
        _moved,
    ),
    HistoryText(
        "unit.closed",
        gettext_lazy("Unit ditutup, hari terakhir %(last_day)s"),
        _closed,
    ),
    HistoryText("unit.reopened", gettext_lazy("Penutupan unit dibatalkan")),
    HistoryText("service.created", gettext_lazy("Layanan %(name)s ditambahkan")),
    HistoryText("service.changed", gettext_lazy("Layanan %(name)s diubah")),
    HistoryText("user.created", gettext_lazy("Akun %(name)s (%(username)s) dibuat")),
    HistoryText(
        "user.changed", gettext_lazy("Data orang diubah: %(changes)s"), _person_changes
    ),
    HistoryText("user.deactivated", gettext_lazy("Akun %(name)s dinonaktifkan")),
    HistoryText("user.reactivated", gettext_lazy("Akun %(name)s diaktifkan lagi")),
    HistoryText("user.password_set", gettext_lazy("Kata sandi dibuat atau diganti")),
    HistoryText("user.link_issued", gettext_lazy("Tautan kata sandi dibuat")),
    HistoryText(
        "user.second_step_added", gettext_lazy("Verifikasi dua langkah diaktifkan")
    ),
    HistoryText(
        "user.second_step_removed", gettext_lazy("Verifikasi dua langkah dimatikan")
    ),
    HistoryText("user.codes_made", gettext_lazy("Kode pemulihan baru dibuat")),
    HistoryText("user.sessions_ended", gettext_lazy("Keluar dari semua perangkat")),
    HistoryText(
        "membership.granted",
        gettext_lazy("%(name)s menjadi %(role)s di %(unit)s, %(span)s"),
        _membership,
    ),
    HistoryText(
        "membership.ended",
        gettext_lazy("Peran %(role)s %(name)s di %(unit)s berakhir %(until)s"),
        _membership,
    ),
    HistoryText(
        "membership.cancelled",
        gettext_lazy("Peran %(role)s %(name)s di %(unit)s dibatalkan sebelum mulai"),
        _membership,
    ),
    HistoryText(
        "holidays.seeded",
        lambda n: ngettext(
            "%(count)s hari libur ditambahkan", "%(count)s hari libur ditambahkan", n
        ),
        _seeded,
    ),
    HistoryText(
        "holiday.saved", gettext_lazy("Hari libur %(date)s: %(name)s"), _holiday
    ),
    HistoryText(
        "holiday.deleted",
        gettext_lazy("Hari libur %(date)s (%(name)s) dihapus"),
        _holiday,
    ),
)
"""Sentences of this app's acts."""

NOTICES = (
    NoticeText(
        "membership.granted",
        gettext_lazy("Anda menjadi %(role)s di %(unit)s sejak %(from)s."),
        icon="id-card",
        prepare=_membership,
    ),
)
"""Sentences of this app's notices."""


# --- Frame ---------------------------------------------------------------------------
def navigation(user: User, request: HttpRequest) -> Iterable[NavEntry]:
    """Return the way to units and people for who reads them; no queries."""
    if user.has_role(*LOOKING_ROLES):
        yield NavEntry(
            term_unit(capital=True),
            reverse("accounts:unit-list"),
            "network",
            order=60,
            also=(reverse("accounts:holidays"),),
        )
        yield NavEntry(
            gettext_lazy("Orang"), reverse("accounts:people"), "users", order=65
        )


def role_text(user: User) -> str:
    """Return the person's first role, and how many units or roles there are besides.

    Who holds one role in several units reads of units.
    """
    held = user.active_memberships
    if not held:
        return ""
    first = f"{held[0].title} · {held[0].work_unit.name}"
    more = len(held) - 1
    if not more:
        return first
    if all(one.title == held[0].title for one in held):
        rest = ngettext("dan %(n)d unit lain", "dan %(n)d unit lain", more)
    else:
        rest = ngettext("dan %(n)d peran lain", "dan %(n)d peran lain", more)
    return f"{first} {rest % {'n': more}}"


# --- Pages of what log entries name --------------------------------------------------
def _ids(keys: Collection[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal() and len(key) < 19]


def person_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return name and page of people by key; one query."""
    rows = User.objects.filter(pk__in=_ids(keys)).values_list("pk", "name", "username")
    return {
        str(pk): Address(name, reverse("accounts:person", args=[username]))
        for pk, name, username in rows
    }


def unit_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return name and page of units by key; one query."""
    rows = WorkUnit.objects.filter(pk__in=_ids(keys)).values_list("pk", "name", "code")
    return {
        str(pk): Address(name, reverse("accounts:unit", args=[code]))
        for pk, name, code in rows
    }


def service_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return the services' names and the pages of their units by key; one query."""
    rows = Service.objects.filter(pk__in=_ids(keys)).values_list(
        "pk", "name", "work_unit__code"
    )
    return {
        str(pk): Address(name, reverse("accounts:unit", args=[code]))
        for pk, name, code in rows
    }


def holiday_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return the pages of the free days of years; no query."""
    return {
        key: Address(
            _("Hari libur %(year)s") % {"year": key},
            reverse("accounts:holidays-of", args=[int(key)]),
        )
        for key in keys
        if key.isdecimal() and len(key) == 4
    }


# --- Second step ---------------------------------------------------------------------
# allauth writes these rows itself; its own signals come after the commit, those of
# the rows come in the transaction of the act.
def _saved(
    sender: Any, instance: Authenticator, created: bool = False, **_kw: Any
) -> None:
    from .services.people import note_second_step

    if created:
        is_totp = instance.type == Authenticator.Type.TOTP
        action = "user.second_step_added" if is_totp else "user.codes_made"
        note_second_step(user=instance.user, action=action)


def _deleted(sender: Any, instance: Authenticator, **_kw: Any) -> None:
    from .services.people import note_second_step

    if instance.type == Authenticator.Type.TOTP:
        note_second_step(
            user=instance.user,
            action="user.second_step_removed",
            actor_key=getattr(instance, "removed_by", ""),
        )


def register_all() -> None:
    """Hang everything in; called once when Django is ready."""
    registry.actors.register(ActorSource("user", names_of))
    registry.history.register(*HISTORY)
    registry.notices.register(*NOTICES)
    registry.navigation.register(navigation)
    registry.role_texts.register(role_text)
    registry.addresses.register(
        AddressSource("user", person_addresses),
        AddressSource("unit", unit_addresses),
        AddressSource("service", service_addresses),
        AddressSource("holidays", holiday_addresses),
    )
    post_save.connect(_saved, Authenticator, dispatch_uid="wbk-second-step-saved")
    post_delete.connect(_deleted, Authenticator, dispatch_uid="wbk-second-step-deleted")
