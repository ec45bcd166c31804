"""The form of a free day."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy

from wbk_portal.accounts.models import Holiday
from wbk_portal.common.fields import LineField

from .base import PortalForm, date_field


class HolidayForm(PortalForm):
    """A free day."""

    layout: Sequence[tuple[str, ...]] = (("name",), ("date", "kind"), ("source",))

    name = LineField(label=gettext_lazy("Nama"), max_length=150)
    date = date_field(label=gettext_lazy("Tanggal"))
    kind = forms.ChoiceField(label=gettext_lazy("Jenis"), choices=Holiday.Kind.choices)
    source = LineField(
        label=gettext_lazy("Dasar"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Misalnya nomor keputusan bersama."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
