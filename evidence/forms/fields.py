"""Fields that several forms of evidence share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wbk_portal.common.fields import LineField, LinesField

DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
"""What the browser's date field sends, and what people type where there is none."""


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    default_error_messages = {
        "invalid": _("Tulis tanggal seperti 31-12-2026."),
    }

    def __init__(self, **kwargs: Any) -> None:
        """Take what `DateField` takes; not required unless said so."""
        kwargs.setdefault("required", False)
        kwargs.setdefault("input_formats", DATE_FORMATS)
        kwargs.setdefault(
            "widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        )
        super().__init__(**kwargs)


class FactsFields(forms.Form):
    """What a person may say of a version; nothing of it is required."""

    hide_optional = True

    document_date = DayField(label=_("Tanggal dokumen"))
    covers_from = DayField(label=_("Mencakup sejak"))
    covers_until = DayField(label=_("Mencakup sampai"))
    valid_until = DayField(
        label=_("Berlaku sampai"),
        help_text=_("Kosongkan bila tidak ada batas berlakunya."),
    )
    note = LinesField(
        label=_("Catatan"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    url = LineField(
        label=_("Alamat web"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
        help_text=_("Hanya untuk tangkapan layar halaman web."),
    )
    seen_on = DayField(
        label=_("Dilihat pada"), help_text=_("Wajib bila alamat web diisi.")
    )
