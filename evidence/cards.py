"""Evidence and its files as cards and lists show them; prepared, so templates print.

    cards = link_cards(links, today=timezone.localdate(), may_edit=bool(verdict))
    {% include "evidence/_evidence_card.html" with card=card next=… csrf_token=… only %}

The rows come with everything needed when read through `files_for_display` and
`links_for_display`; then nothing here queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evidence.models import (
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceVersion,
    PageImage,
)
from evidence.services.pages import first_page
from evidence.services.processing import reason_text
from indicators.models import EvidenceKind
from wbk_portal.common.dates import format_day_short
from wbk_portal.common.numbers import format_number, format_size

State = EvidenceFile.State


def files_for_display() -> QuerySet[EvidenceFile]:
    """Return files with their bytes' rows and first thumbnails. One query more."""
    thumbs = PageImage.objects.filter(size=PageImage.Size.THUMB, page=1)
    return (
        EvidenceFile.objects.select_related("blob")
        .prefetch_related(
            Prefetch("page_images", queryset=thumbs, to_attr="first_thumbs")
        )
        .order_by("position")
    )


def links_for_display() -> QuerySet[EvidenceLink]:
    """Return links with evidence, latest version and its files. Two queries more."""
    return (
        EvidenceLink.objects.select_related(
            "evidence__kind", "evidence__work_unit", "evidence__latest", "seen_version"
        )
        .prefetch_related(
            Prefetch("evidence__latest__files", queryset=files_for_display())
        )
        .order_by("at", "pk")
    )


@dataclass(frozen=True)
class FileRow:
    """One stored file.

    Attributes:
        ext: The kind found by content: "pdf".
        meta: Size and pages in words.
        state: Key of a state's look; "ready" shows no badge.
        reason: Why it was refused after acceptance, with the remedy.
        url: Its page view; empty for a refused one.
    """

    pk: int
    name: str
    ext: str
    meta: Sequence[str]
    state: str
    reason: str
    url: str
    download_url: str
    thumb_url: str = ""


def file_row(file: EvidenceFile, *, page: int | None = None) -> FileRow:
    """Return a file as lists show it.

    Args:
        page: Page on which its view opens.
    """
    meta = [format_size(file.blob.size)]
    if file.pages and file.pages > 1:
        meta.append(
            ngettext("%(count)s halaman", "%(count)s halaman", file.pages)
            % {"count": format_number(file.pages)}
        )
    url = reverse("evidence:file", args=[file.pk])
    has_thumb = bool(getattr(file, "first_thumbs", ()))
    return FileRow(
        pk=file.pk,
        name=file.display_name,
        ext=file.kind,
        meta=meta,
        state=file.state,
        reason=reason_text(file) if file.state == State.REJECTED else "",
        url=f"{url}?halaman={page}" if page and page > 1 else url,
        download_url=reverse("evidence:file-download", args=[file.pk]),
        thumb_url=reverse("evidence:page-thumb", args=[file.pk, 1])
        if has_thumb
        else "",
    )


@dataclass(frozen=True)
class Fact:
    """A few words beside an icon."""

    text: str
    icon: str = ""


@dataclass(frozen=True)
class EvidenceCard:
    """An evidence, and how one item uses it when `link_id` is given.

    Attributes:
        badge: Key of a state's look that stands on top; empty for none.
        note: A sentence that explains the badge.
        is_stale: The link's latest look was at an older version.
        may_edit: Buttons for confirming and unlinking are shown.
        kind_id: Key of the kind, for the form that changes it.
        asks_kind: Its kind was not said yet, and the person may say it.
    """

    pk: int
    title: str
    url: str
    kind: str
    version: int
    facts: Sequence[Fact]
    files: Sequence[FileRow]
    badge: str = ""
    note: str = ""
    quote: str = ""
    pages: str = ""
    link_id: int | None = None
    is_stale: bool = False
    may_edit: bool = False
    kind_id: int = 0
    asks_kind: bool = False
    further: Sequence[Fact] = field(default_factory=tuple)


def version_facts(version: EvidenceVersion, today: dt.date) -> list[Fact]:
    """Return the dates of a version in words."""
    facts = []
    if version.document_date:
        facts.append(Fact(format_day_short(version.document_date), "calendar"))
    if version.covers_from or version.covers_until:
        facts.append(
            Fact(
                _("mencakup %(from)s – %(until)s")
                % {
                    "from": format_day_short(version.covers_from),
                    "until": format_day_short(version.covers_until),
                }
            )
        )
    if version.valid_until:
        text = (
            _("berakhir %(day)s")
            if version.valid_until < today
            else _("berlaku sampai %(day)s")
        )
        facts.append(Fact(text % {"day": format_day_short(version.valid_until)}))
    return facts


def evidence_card(
    evidence: Evidence,
    *,
    today: dt.date,
    link: EvidenceLink | None = None,
    home_unit_id: int | None = None,
    may_edit: bool = False,
    may_withdraw: bool = False,
) -> EvidenceCard:
    """Return the card of an evidence with the files of its latest version.

    Args:
        may_withdraw: The person can take the item back, to change it then.
        home_unit_id: The unit whose page this is: evidence of another one says so.
    """
    latest = evidence.latest
    facts = version_facts(latest, today) if latest else []
    if home_unit_id is not None and evidence.work_unit_id != home_unit_id:
        facts.insert(0, Fact(str(evidence.work_unit.name), "building-2"))
    pages = link.pages if link else ""
    if pages:
        facts.append(Fact(_("hlm. %(pages)s") % {"pages": pages}, "bookmark"))
    rows = list(latest.files.all()) if latest else []
    page = first_page(pages) if len(rows) == 1 else None
    is_stale = bool(link and latest and link.seen_version_id != latest.pk)
    badge, note = _badge(evidence, latest, rows, is_stale, link, today)
    if badge == "rejected":
        note = _mending(may_edit or link is None, may_withdraw)
    return EvidenceCard(
        pk=evidence.pk,
        title=evidence.title,
        url=reverse("evidence:detail", args=[evidence.pk]),
        kind=evidence.kind.label,
        version=latest.number if latest else 0,
        facts=facts,
        files=[file_row(row, page=page) for row in rows],
        badge=badge,
        note=note,
        quote=link.quote if link else "",
        pages=pages,
        link_id=link.pk if link else None,
        is_stale=is_stale and may_edit,
        may_edit=may_edit,
        kind_id=evidence.kind_id,
        asks_kind=bool(
            may_edit
            and link
            and evidence.kind.key == EvidenceKind.OTHER
            and evidence.is_usable
            and evidence.work_unit_id == link.assessment.work_unit_id
        ),
    )


def link_cards(
    links: Iterable[EvidenceLink],
    *,
    today: dt.date,
    home_unit_id: int | None = None,
    may_edit: bool = False,
    may_withdraw: bool = False,
) -> list[EvidenceCard]:
    """Return the cards of an item's evidence; those with refused files come first."""
    cards = [
        evidence_card(
            link.evidence,
            today=today,
            link=link,
            home_unit_id=home_unit_id,
            may_edit=may_edit,
            may_withdraw=may_withdraw,
        )
        for link in links
    ]
    return sorted(cards, key=lambda card: card.badge != "rejected")


def _mending(may_edit: bool, may_withdraw: bool) -> str:
    """Say what the person can do about a rejected file here; empty for nothing."""
    if may_edit:
        return _("Ganti berkasnya dengan versi baru.")
    if may_withdraw:
        return _("Tarik kembali butir ini, lalu ganti berkasnya dengan versi baru.")
    return ""


def _badge(
    evidence: Evidence,
    latest: EvidenceVersion | None,
    rows: Sequence[EvidenceFile],
    is_stale: bool,
    link: EvidenceLink | None,
    today: dt.date,
) -> tuple[str, str]:
    """Return the one badge that matters most, with its sentence."""
    if evidence.withdrawn_at is not None:
        return "withdrawn", evidence.withdrawn_reason
    if evidence.discarded_at is not None:
        return "withdrawn", _("Ada di tempat sampah; tidak dihitung.")
    if any(row.state == State.REJECTED for row in rows):
        return "rejected", ""
    if is_stale and link is not None and latest is not None:
        return "re_review", _(
            "Versi %(new)d menggantikan versi %(old)d. Periksa apakah masih sesuai."
        ) % {"new": latest.number, "old": link.seen_version.number}
    if latest and latest.valid_until and latest.valid_until < today:
        return "expired", _("Masa berlakunya sudah berakhir; tidak dihitung.")
    return "", ""
