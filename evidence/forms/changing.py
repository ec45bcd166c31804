"""Forms on the page of one evidence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.services.evidence import VersionFacts
from indicators.models import EvidenceKind
from wbk_portal.common.fields import LineField, LinesField

from .fields import FactsFields


class VersionForm(FactsFields):
    """What is said of a new version; its files are fields of their own."""

    mark_required = True

    expected_version = forms.IntegerField(
        min_value=0, max_value=32_000, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, is_web: bool = False, **kwargs: Any) -> None:
        """Ask for address and day where the evidence is a web page that was seen.

        Args:
            is_web: The kind of the evidence is a web address.
        """
        super().__init__(*args, **kwargs)
        self.is_web = is_web
        if not is_web:
            return
        for name, missing in (
            ("url", _("Isi alamat web yang Anda lihat.")),
            ("seen_on", _("Isi tanggal alamat web itu dilihat.")),
        ):
            field = self.fields[name]
            field.required = True
            field.help_text = ""
            field.error_messages["required"] = missing

    def facts(self) -> VersionFacts:
        """Return what is said of the version."""
        given = {k: v for k, v in self.cleaned_data.items() if k != "expected_version"}
        return VersionFacts(**given)


class EditForm(forms.Form):
    """Title, kind, and whether units below may use it."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = LineField(label=_("Judul"), max_length=200)
    kind = forms.ModelChoiceField(
        label=_("Jenis"), queryset=EvidenceKind.objects.all(), empty_label=None
    )
    applies_below = forms.BooleanField(
        label=_("Berlaku untuk unit di bawahnya"), required=False
    )


class KindForm(forms.Form):
    """The kind alone, and the one that the person had in view."""

    seen = forms.IntegerField(min_value=1, max_value=2**31)
    kind = forms.ModelChoiceField(
        label=_("Jenis"),
        queryset=EvidenceKind.objects.all(),
        error_messages={
            "required": _("Pilih jenis dari daftar."),
            "invalid_choice": _("Pilih jenis dari daftar."),
        },
    )


class WithdrawForm(forms.Form):
    """Why an evidence is withdrawn."""

    reason = LinesField(
        label=_("Alasan penarikan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
