"""Forms on the page of one evidence."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.services.evidence import VersionFacts
from indicators.models import EvidenceKind

from .fields import FactsFields


class VersionForm(FactsFields):
    """What is said of a new version; its files are fields of their own."""

    expected_version = forms.IntegerField(
        min_value=0, max_value=32_000, widget=forms.HiddenInput
    )

    def facts(self) -> VersionFacts:
        """Return what is said of the version."""
        given = {k: v for k, v in self.cleaned_data.items() if k != "expected_version"}
        return VersionFacts(**given)


class EditForm(forms.Form):
    """Title, kind, and whether units below may use it."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Judul"), max_length=200)
    kind = forms.ModelChoiceField(
        label=_("Jenis"), queryset=EvidenceKind.objects.all(), empty_label=None
    )
    applies_below = forms.BooleanField(
        label=_("Berlaku untuk unit di bawahnya"), required=False
    )


class WithdrawForm(forms.Form):
    """Why an evidence is withdrawn."""

    reason = forms.CharField(
        label=_("Alasan penarikan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
