"""What log entries, notices and the navigation say about evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from indicators import hooks
from indicators.models import Assessment
from indicators.models.assessment import READ_ROLES
from wbk_portal.accounts.models import Role, User
from wbk_portal.common import registry
from wbk_portal.common.dates import format_day
from wbk_portal.common.registry import (
    Address,
    AddressSource,
    HistoryText,
    NavEntry,
    NoticeText,
)
from wbk_portal.common.terms import term_evidence

from .models import Evidence
from .pipeline.messages import REASONS
from .services import file_checks, links, reviews


def _with_day(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values with the day written out."""
    day = values.get("day")
    return {**values, "day": format_day(dt.date.fromisoformat(day)) if day else None}


def _with_reason(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values with the sentence of a preview's end in this language."""
    reason = values.get("reason")
    return {**values, "reason": REASONS.get(str(reason), reason)}


def _what_changed(values: Mapping[str, Any]) -> str | Promise:
    """Return the sentence for a change: the kind is named, old entries do not know."""
    if "new_kind" not in values:
        return _("Judul atau jenis diubah")
    if values.get("before") == values.get("title"):
        return _("Jenis diubah dari “%(old_kind)s” menjadi “%(new_kind)s”")
    return _("Judul diubah; jenis dari “%(old_kind)s” menjadi “%(new_kind)s”")


HISTORY = (
    HistoryText(
        "evidence.created",
        lambda n: ngettext(
            "Disimpan dengan %(count)s berkas", "Disimpan dengan %(count)s berkas", n
        ),
    ),
    HistoryText("evidence.changed", _("Judul atau jenis diubah"), choose=_what_changed),
    HistoryText(
        "evidence.version_added",
        lambda n: ngettext(
            "Versi %(version)s dengan %(count)s berkas",
            "Versi %(version)s dengan %(count)s berkas",
            n,
        ),
    ),
    HistoryText("evidence.discarded", _("Dibuang ke tempat sampah")),
    HistoryText("evidence.restored", _("Dipulihkan dari tempat sampah")),
    HistoryText("evidence.withdrawn", _("Ditarik: %(reason)s")),
    HistoryText(
        "evidence.file_rejected",
        _("Berkas “%(file)s” ditolak setelah diterima. %(reason)s"),
        prepare=_with_reason,
    ),
    HistoryText(
        "assessment.evidence_file_rejected",
        _("Berkas “%(file)s” pada “%(title)s” ditolak setelah diterima. %(reason)s"),
        prepare=_with_reason,
    ),
    HistoryText("evidence.deleted", _("Dihapus dari tempat sampah")),
    HistoryText("evidence.linked", _("Dipakai untuk butir %(item)s (%(unit)s)")),
    HistoryText("evidence.unlinked", _("Dilepas dari butir %(item)s (%(unit)s)")),
    HistoryText("evidence.link_changed", _("Halaman untuk butir %(item)s diubah")),
    HistoryText(
        "evidence.link_seen",
        _("Versi %(version)s dinyatakan masih sesuai untuk butir %(item)s"),
    ),
    HistoryText("assessment.evidence_linked", _("“%(title)s” ditautkan")),
    HistoryText("assessment.evidence_unlinked", _("“%(title)s” dilepas")),
    HistoryText("assessment.evidence_link_changed", _("Halaman “%(title)s” diubah")),
    HistoryText(
        "assessment.evidence_link_seen",
        _("“%(title)s” versi %(version)s dinyatakan masih sesuai"),
    ),
    HistoryText("upload.accepted", _("Berkas “%(name)s” diterima di baki")),
    HistoryText(
        "upload.expired",
        _("Berkas “%(name)s” dibuang karena 30 hari menunggu di baki"),
    ),
    HistoryText("upload.discarded", _("Berkas “%(name)s” dibuang dari baki")),
)
"""Sentences of the log, by action."""

NOTICES = (
    NoticeText(
        "evidence.version_added",
        _("%(name)s menambahkan versi %(version)s “%(title)s”; tinjau ulang."),
        icon="refresh-cw",
    ),
    NoticeText(
        "evidence.file_rejected",
        _("Berkas “%(file)s” pada “%(title)s” ditolak setelah diterima. %(reason)s"),
        icon="file-x",
        prepare=_with_reason,
    ),
    NoticeText(
        "evidence.submitted_file_rejected",
        _(
            "Berkas “%(file)s” pada “%(title)s”, yang sudah diajukan untuk %(items)s, "
            "ditolak setelah diterima. %(reason)s Selama penilai belum mulai, tarik "
            "kembali butirnya lalu ganti berkasnya."
        ),
        icon="file-x",
        prepare=_with_reason,
    ),
    NoticeText(
        "round.file_rejected",
        _(
            "Berkas “%(file)s” pada %(items)s (%(unit)s) ditolak setelah diterima. "
            "Kembalikan kepada operator agar diganti."
        ),
        icon="file-x",
    ),
    NoticeText(
        "evidence.withdrawn",
        _("%(name)s menarik “%(title)s”: %(reason)s"),
        icon="archive",
    ),
    NoticeText(
        "upload.expiring",
        lambda n: ngettext(
            "%(count)s berkas di baki %(unit)s dibuang pada %(day)s bila belum "
            "disimpan.",
            "%(count)s berkas di baki %(unit)s dibuang mulai %(day)s bila belum "
            "disimpan.",
            n,
        ),
        icon="calendar-clock",
        prepare=_with_day,
    ),
    NoticeText(
        "evidence.discarded", _("%(name)s membuang “%(title)s”."), icon="trash-2"
    ),
)
"""Sentences of the inbox, by kind."""


def navigation(user: User, request: HttpRequest) -> Iterable[NavEntry]:
    """Return the entry of the list for whoever may read some unit's evidence."""
    if user.has_role(*READ_ROLES, Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
        yield NavEntry(
            term_evidence(capital=True),
            reverse("evidence:list"),
            "folder-open",
            order=40,
            also=("/berkas/", "/unggah/"),
        )


def evidence_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return title and page of evidence by key; one query."""
    rows = Evidence.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    return {
        str(row.pk): Address(row.title, reverse("evidence:detail", args=[row.pk]))
        for row in rows
    }


def item_addresses(keys: Collection[str]) -> Mapping[str, Address]:
    """Return item and unit, and the page of assessments by key; one query."""
    rows = Assessment.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    return {
        str(pk): Address(
            f"{item} · {code} · {period}",
            reverse("evidence:item", args=[period, code, item]),
        )
        for pk, item, code, period in rows.values_list(
            "pk", "item__slug", "work_unit__code", "period__slug"
        )
    }


def register_all() -> None:
    """Hang everything in; called once when Django is ready."""
    registry.history.register(*HISTORY)
    registry.notices.register(*NOTICES)
    registry.navigation.register(navigation)
    registry.addresses.register(AddressSource("evidence", evidence_addresses))
    registry.addresses.register(AddressSource("assessment", item_addresses))
    hooks.recounts.register(links.recount)
    hooks.findings.register(reviews.findings_of)
    hooks.approval_bars.register(file_checks.bars)
