"""The unit's answer as it comes from the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.models import Assessment
from indicators.services import answers
from indicators.services.answer import OPTION_KEY, AnswerInput
from wbk_portal.common.fields import KeyField, LinesField
from wbk_portal.common.numbers import format_number
from wbk_portal.common.terms import with_terms

# Beyond it PostgreSQL has no integer, and no version is ever that high.
VERSION_MAX = 2**31 - 1


class AnswerForm(forms.Form):
    """The unit's answer; which fields are shown depends on the item."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the controls as the page's own markup does."""
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)

    version = forms.IntegerField(
        min_value=0, max_value=VERSION_MAX, widget=forms.HiddenInput
    )
    # The key of the person who opened the page: on a shared PC somebody else may
    # have signed in meanwhile.
    author = KeyField(max_length=40, widget=forms.HiddenInput)
    option = KeyField(label=gettext_lazy("Jawaban"), required=False)
    numerator = forms.IntegerField(
        label=gettext_lazy("Jumlah yang terpenuhi"), required=False, min_value=0
    )
    denominator = forms.IntegerField(
        label=gettext_lazy("Jumlah seluruhnya"), required=False, min_value=0
    )
    na_reason = LinesField(
        label=gettext_lazy("Alasan tidak berlaku"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
    )
    narrative = LinesField(
        label=gettext_lazy("Penjelasan"),
        required=False,
        widget=forms.Textarea,
    )

    def clean_option(self) -> str:
        """Refuse what is neither empty, an option's key, nor "na"."""
        value: str = self.cleaned_data["option"]
        if value and value != "na" and not OPTION_KEY.fullmatch(value):
            raise ValidationError(_("Jawaban itu bukan pilihan untuk butir ini."))
        return value

    def clean_narrative(self) -> str:
        """Refuse a text that is too long, with both lengths."""
        text: str = self.cleaned_data["narrative"]
        if len(text) > answers.NARRATIVE_MAX:
            raise ValidationError(
                with_terms(
                    _(
                        "Penjelasan paling panjang %(most)s huruf; tulisan Anda "
                        "%(count)s huruf. Pindahkan rinciannya ke dokumen %(term)s."
                    ),
                    most=format_number(answers.NARRATIVE_MAX),
                    count=format_number(len(text)),
                )
            )
        return text

    def answer(self) -> AnswerInput:
        """Return the cleaned answer."""
        data = self.cleaned_data
        option = data["option"]
        return AnswerInput(
            option_id=int(option) if OPTION_KEY.fullmatch(option) else None,
            numerator=data["numerator"],
            denominator=data["denominator"],
            not_applicable=option == "na",
            na_reason=data["na_reason"],
        )


def initial_of(assessment: Assessment) -> dict[str, Any]:
    """Return the form's values as they are stored."""
    option = "na" if assessment.self_na else str(assessment.self_option_id or "")
    return {
        "version": assessment.version,
        "option": option,
        "numerator": assessment.self_numerator,
        "denominator": assessment.self_denominator,
        "na_reason": assessment.na_reason,
        "narrative": assessment.narrative,
    }
