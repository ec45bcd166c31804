"""The form under the tray: what the chosen files become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from evidence.services.evidence import VersionFacts
from indicators.models import EvidenceKind
from wbk_portal.common.fields import LineField
from wbk_portal.common.numbers import format_number
from wbk_portal.common.terms import with_terms

from .fields import FactsFields


class FilingForm(FactsFields):
    """Kind, dates and the rest, for all chosen files alike.

    Titles and items of single files are fields of their own, named ``title-<file>``
    and ``item-<file>``; pages for an item ``pages-<assessment>``.
    """

    EACH, ONE = "each", "one"
    _modes = (
        (EACH, _("satu %(term)s per berkas")),
        (ONE, _("satu %(term)s berisi semua berkas")),
    )

    mode = forms.ChoiceField(
        label=_("Simpan sebagai"),
        choices=_modes,
        initial=EACH,
        required=False,
    )
    kind = forms.ModelChoiceField(
        label=_("Jenis"),
        queryset=EvidenceKind.objects.all(),
        required=False,
        error_messages={"invalid_choice": _("Pilih jenis dari daftar.")},
    )
    title = LineField(
        label=_("Judul"),
        required=False,
        max_length=200,
        help_text=_("Dipakai bila semua berkas menjadi satu %(term)s."),
    )
    applies_below = forms.BooleanField(
        label=_("Berlaku untuk unit di bawahnya"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put the institution's word for evidence into labels."""
        super().__init__(*args, **kwargs)
        mode = cast("forms.ChoiceField", self.fields["mode"])
        mode.choices = [(value, with_terms(str(label))) for value, label in self._modes]
        self.fields["title"].help_text = with_terms(
            str(self.base_fields["title"].help_text)
        )

    def facts(self) -> VersionFacts:
        """Return what is said of the version."""
        names = (
            "document_date",
            "covers_from",
            "covers_until",
            "valid_until",
            "note",
            "url",
            "seen_on",
        )
        return VersionFacts(**{name: self.cleaned_data[name] for name in names})

    @property
    def is_one(self) -> bool:
        """Whether all files become one evidence."""
        return bool(self.cleaned_data.get("mode") == self.ONE)


def posted_ids(values: Sequence[str], most: int) -> list[int]:
    """Return keys from a form, each once; what is no key is a forged form.

    Raises:
        ValidationError: A value is no key, or there are more than `most`.
    """
    found = list(dict.fromkeys(values))
    if any(not v.isascii() or not v.isdecimal() or len(v) > 18 for v in found):
        raise ValidationError(
            _("Isian ini tidak terbaca. Muat ulang halamannya, lalu coba lagi.")
        )
    if len(found) > most:
        raise ValidationError(
            _("Paling banyak %(max)s pilihan sekaligus.") % {"max": format_number(most)}
        )
    return [int(v) for v in found]


def pages_of(data: Mapping[str, str], keys: Sequence[int]) -> dict[int, str]:
    """Return the page ranges typed beside checkboxes, by key."""
    return {key: str(data.get(f"pages-{key}", "")) for key in keys}
