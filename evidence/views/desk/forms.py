"""What an assessor writes at the desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import Revision
from indicators.services.answer import OPTION_KEY, AnswerInput
from wbk_portal.common.fields import KeyField, LinesField

NOTE_MAX = 10_000


class ScoreForm(forms.Form):
    """Value, note and recommendation; also the correction of a released value."""

    option = KeyField(label=gettext_lazy("Jawaban"), required=False)
    numerator = forms.IntegerField(required=False, min_value=0)
    denominator = forms.IntegerField(required=False, min_value=0)
    note = LinesField(
        label=gettext_lazy("Catatan penilai"),
        help_text=gettext_lazy("Wajib bila nilai Anda berbeda dari jawaban unit."),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recommendation = LinesField(
        label=gettext_lazy("Rekomendasi"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = LinesField(
        label=gettext_lazy("Alasan koreksi"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    window = KeyField(required=False, max_length=40, widget=forms.HiddenInput)
    decision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def require_reason(self) -> None:
        """Ask for the reason, as a correction needs one."""
        self.fields["reason"].required = True
        self.fields["reason"].error_messages["required"] = _("Tuliskan alasan koreksi.")

    def clean_option(self) -> str:
        """Refuse what is neither empty, an option's key, nor "na"."""
        value: str = self.cleaned_data["option"]
        if value and value != "na" and not OPTION_KEY.fullmatch(value):
            raise ValidationError(_("Jawaban itu bukan pilihan untuk butir ini."))
        return value

    def answer(self) -> AnswerInput:
        """Return the cleaned value as an answer."""
        data = self.cleaned_data
        option = data["option"]
        return AnswerInput(
            option_id=int(option) if OPTION_KEY.fullmatch(option) else None,
            numerator=data["numerator"],
            denominator=data["denominator"],
            not_applicable=option == "na",
            # The unit's reason stands in its round; the assessor agrees by choosing.
            na_reason=data["note"] or _("Sesuai alasan unit"),
        )

    def draft(self) -> dict[str, Any]:
        """Return what a draft keeps."""
        data = self.cleaned_data
        names = ("option", "numerator", "denominator", "note", "recommendation")
        return {name: data[name] for name in names}


class RevisionForm(forms.Form):
    """A request to mend something, kept as a draft until "Kirim semua"."""

    reason_code = forms.ChoiceField(
        label=gettext_lazy("Alasan"), choices=Revision.Reason.choices
    )
    text = LinesField(
        label=gettext_lazy("Yang perlu diperbaiki"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about = KeyField(required=False, max_length=60)
    page = forms.IntegerField(
        label=gettext_lazy("Halaman"), required=False, min_value=1, max_value=30_000
    )
    due = forms.DateField(
        label=gettext_lazy("Batas waktu"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )

    is_kept = False
    """Whether the form carries what was typed and is stored nowhere."""

    @classmethod
    def fresh(cls, due: dt.date) -> RevisionForm:
        """Return an empty form with the usual date."""
        return cls(initial={"due": due})

    @classmethod
    def half_typed(cls, sent: QueryDict) -> RevisionForm | None:
        """Return a form with what was being typed; None when nothing was."""
        typed = {name: sent.get(name, "").replace("\0", "") for name in cls.base_fields}
        if not typed["text"].strip() and not typed["page"].strip():
            return None
        form = cls(initial=typed)
        form.is_kept = True
        return form


class FindingForm(forms.Form):
    """*Sesuai* or *tidak sesuai* for one or all pieces of evidence."""

    result = KeyField(max_length=20)
    reason_code = KeyField(required=False, max_length=20)
    note = LinesField(required=False, max_length=500)
    page = forms.IntegerField(required=False, min_value=1, max_value=30_000)
