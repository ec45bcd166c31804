"""What is said of an evidence and of one version of it; checked without a query."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import EvidenceKind
from wbk_portal.common.names import split_extension
from wbk_portal.common.terms import with_terms
from wbk_portal.common.texts import clean_line, clean_lines

MAX_FILES = 20
"""Files of one version."""

TITLE_MAX = 200
NOTE_MAX = 500
URL_MAX = 500
EARLIEST = dt.date(1945, 8, 17)
"""No document of the republic is older; what is, is a slip of the year."""

_URL = URLValidator(schemes=["http", "https"])

# Names that cameras, scanners and messengers give: they say nothing.
_NAMELESS = re.compile(
    r"(?:(?:scan|img|image|dsc|dscn|pxl|vid|foto|photo|pic|gambar|doc|document|dokumen"
    r"|file|berkas|screenshot|tangkapan layar|whatsapp image|whatsapp|camscanner"
    r"|untitled|new|baru|tanpa judul)[\s.]*)*"
    r"[\d\s.:()]*(?:(?:at|pukul|copy|salinan|am|pm)[\d\s.:()]*)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """What a person says of one version.

    Attributes:
        url: Web address seen on `seen_on`; the portal never fetches it.
    """

    document_date: dt.date | None = None
    covers_from: dt.date | None = None
    covers_until: dt.date | None = None
    valid_until: dt.date | None = None
    note: str = ""
    url: str = ""
    seen_on: dt.date | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns of `EvidenceVersion`."""
        return {
            "document_date": self.document_date,
            "covers_from": self.covers_from,
            "covers_until": self.covers_until,
            "valid_until": self.valid_until,
            "note": self.note,
            "url": self.url,
            "seen_on": self.seen_on,
        }

    def checked(self, kind: EvidenceKind) -> VersionFacts:
        """Return the facts cleaned, for an evidence of `kind`.

        Raises:
            ValidationError: By field name.
        """
        errors: dict[str, str] = {}
        note = clean_lines(self.note).strip()
        url = clean_line(self.url)
        if len(note) > NOTE_MAX:
            errors["note"] = _("Catatan paling panjang 500 huruf.")
        tomorrow = timezone.localdate() + dt.timedelta(days=1)
        for name, past in (
            ("document_date", True),
            ("seen_on", True),
            ("covers_from", False),
            ("covers_until", False),
            ("valid_until", False),
        ):
            day = getattr(self, name)
            if day is None:
                continue
            if day < EARLIEST or day.year > tomorrow.year + 50:
                errors[name] = _("Periksa tahunnya.")
            elif past and day > tomorrow:
                errors[name] = _("Tanggal ini belum terjadi. Periksa tahunnya.")
        if _before(self.covers_until, self.covers_from):
            errors["covers_until"] = _(
                "Akhir masa yang dicakup tidak boleh lebih awal dari awalnya."
            )
        if _before(self.valid_until, self.document_date):
            errors["valid_until"] = _(
                "Dokumen tidak mungkin berakhir sebelum tanggalnya."
            )
        if url:
            errors.update(_url_errors(url))
        if url and self.seen_on is None:
            errors["seen_on"] = _("Isi tanggal alamat web itu dilihat.")
        if kind.is_web_address and not url:
            errors["url"] = _("Isi alamat web yang Anda lihat.")
        if errors:
            raise ValidationError(errors)
        return VersionFacts(
            document_date=self.document_date,
            covers_from=self.covers_from,
            covers_until=self.covers_until,
            valid_until=self.valid_until,
            note=note,
            url=url,
            seen_on=self.seen_on if url else None,
        )


def _before(end: dt.date | None, start: dt.date | None) -> bool:
    return end is not None and start is not None and end < start


def _url_errors(url: str) -> dict[str, str]:
    try:
        if len(url) > URL_MAX:
            raise ValidationError("long")
        _URL(url)
    except ValidationError:
        return {"url": _("Tulis alamat lengkap, diawali http:// atau https://.")}
    return {}


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Files of the tray that become one evidence.

    Attributes:
        tray_ids: 1 to `MAX_FILES` files.
        link_to: Assessment keys with page ranges; may be empty.
    """

    kind: EvidenceKind
    title: str
    tray_ids: tuple[int, ...]
    facts: VersionFacts = field(default_factory=VersionFacts)
    applies_below: bool = False
    link_to: tuple[tuple[int, str], ...] = ()


def check_count(count: int) -> None:
    """Refuse no file and too many.

    Raises:
        ValidationError: On no field.
    """
    if not count:
        raise ValidationError(_("Pilih sedikitnya satu berkas."))
    if count > MAX_FILES:
        raise ValidationError(
            with_terms(
                _("Satu %(term)s memuat paling banyak %(max)d berkas; ini %(count)d."),
                max=MAX_FILES,
                count=count,
            )
        )


def clean_title(title: str) -> str:
    """Return a title without invisible characters.

    Raises:
        ValidationError: On field ``title``, when nothing is left or it is too long.
    """
    cleaned = clean_line(title)
    if not cleaned:
        raise ValidationError({"title": _("Isi judulnya.")})
    if len(cleaned) > TITLE_MAX:
        raise ValidationError({"title": _("Judul paling panjang 200 huruf.")})
    return cleaned


def title_from_name(name: str, fallback: str = "", number: int = 1) -> str:
    """Return a readable title for a file: its name without ending and underscores.

    Args:
        name: A clean file name.
        fallback: What the title begins with when the name says nothing ("scan001",
            "IMG_2041"); the name follows, as it tells one such file from the next.
        number: Which one of several files of the same title it is.
    """
    stem = " ".join(re.sub(r"[_+]+", " ", split_extension(name)[0]).split())
    words = " ".join(re.sub(r"(?<=\w)-(?=\w)", " ", stem).split())
    if fallback and _NAMELESS.fullmatch(words):
        return _joined(fallback, f" – {stem}" if stem else "", number)
    return _joined(words or fallback or name or _("Dokumen"), "", number)


def _joined(title: str, ending: str, number: int) -> str:
    """Return a title of a bearable length that still ends with what tells it apart."""
    ending += f" ({number})" if number > 1 else ""
    begin = (title[0].upper() + title[1:])[: TITLE_MAX - len(ending)]
    return f"{begin.strip()}{ending}"
