"""Forms of periods and assignments: parsing and plain checks; they write nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wbk_portal.accounts.models import User, WorkUnit
from wbk_portal.common.fields import LineField
from wbk_portal.common.numbers import format_number
from wbk_portal.common.terms import with_terms

from .models import AssessmentPeriod, Assignment, Stage, StageWindow
from .services.periods import (
    DRAFT_ONLY,
    FIELDS,
    MINUTE,
    Span,
    check_year,
    schedule_version,
    shown_end,
    years,
)

STAGE_HELP: dict[Stage, str | Promise] = {
    Stage.FILLING: gettext_lazy(
        "Unit mengisi jawaban, mengunggah %(term)s, dan mengajukan."
    ),
    Stage.REVIEW: gettext_lazy(
        "Penilai menilai; setelah ditutup, nilai yang ada menjadi ditetapkan."
    ),
    Stage.OBJECTION: gettext_lazy("Unit menyanggah nilai; boleh dikosongkan."),
}
"""What happens in each stage."""


OFFERED_UNIT = re.compile(r".*\(([^()]+)\)")
"""A unit as the list writes it: name, and the code in brackets."""


class PeriodForm(forms.ModelForm[AssessmentPeriod]):
    """The rules of a period; what stands since the opening cannot be chosen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = AssessmentPeriod
        fields = FIELDS
        field_classes = {"name": LineField, "slug": LineField}
        help_texts = {
            "zero_denominator": gettext_lazy(
                "Berlaku untuk pertanyaan persentase yang jumlah pembaginya 0."
            ),
            "requires_approval": gettext_lazy(
                "Pengajuan operator diteruskan ke penilai setelah disetujui."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the version in view, and lock what stands."""
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        year = self.fields["year"]
        year.validators = []  # `check_year` has one sentence for both ends.
        year.widget.attrs["min"], year.widget.attrs["max"] = years()
        if self.instance.pk and self.instance.state != AssessmentPeriod.State.DRAFT:
            for name in DRAFT_ONLY:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Tetap sejak periode dibuka.")

    def clean_year(self) -> int:
        """Refuse a year out of reach, in the service's words."""
        year: int = self.cleaned_data["year"]
        if not self.fields["year"].disabled:
            try:
                check_year(year)
            except forms.ValidationError as error:
                raise forms.ValidationError(error.messages) from error
        return year

    def values(self) -> dict[str, Any]:
        """Return what the service takes: the columns of the form."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class MomentField(forms.DateTimeField):
    """A date and a clock time in the portal's zone, to the minute."""

    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
    )


def _portal_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def meant_end(entered: dt.datetime) -> dt.datetime:
    """Return the first instant outside: a day that ends at 23.59 ends with it."""
    local = timezone.localtime(entered, _portal_zone())
    last_minute = (local.hour, local.minute) == (23, 59)
    return entered.replace(second=0) + MINUTE if last_minute else entered


class ScheduleForm(forms.Form):
    """From when until when each stage is open."""

    hide_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, *, windows: Iterable[StageWindow]
    ) -> None:
        """Offer two moments for each stage, filled with what stands."""
        super().__init__(data)
        stored = {window.stage: window for window in windows}
        self.fields["version"].initial = schedule_version(stored.values())
        for stage in Stage:
            window = stored.get(stage)
            needed = stage != Stage.OBJECTION
            self.fields[f"{stage}_opens_at"] = MomentField(
                label=_("Dibuka (WIB)"),
                required=needed,
                initial=window and timezone.localtime(window.opens_at),
            )
            self.fields[f"{stage}_closes_at"] = MomentField(
                label=_("Ditutup (WIB)"),
                required=needed,
                initial=window and shown_end(window.closes_at, _portal_zone()),
            )

    @property
    def stages(self) -> list[dict[str, Any]]:
        """The stages for the page: label, help and both fields."""
        return [
            {
                "label": stage.label,
                "help": with_terms(str(STAGE_HELP[stage])),
                "opens_at": self[f"{stage}_opens_at"],
                "closes_at": self[f"{stage}_closes_at"],
            }
            for stage in Stage
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, and half a window."""
        data = dict(super().clean() or {})
        for stage in Stage:
            opens, closes = (
                data.get(f"{stage}_opens_at"),
                data.get(f"{stage}_closes_at"),
            )
            if bool(opens) != bool(closes):
                missing = "closes_at" if opens else "opens_at"
                if f"{stage}_{missing}" not in self.errors:
                    self.add_error(
                        f"{stage}_{missing}", _("Isi waktu buka dan waktu tutup.")
                    )
            elif opens and closes and closes <= opens:
                self.add_error(
                    f"{stage}_closes_at", _("Waktu tutup harus setelah waktu buka.")
                )
        return data

    def spans(self) -> dict[Stage, Span | None]:
        """Return the span of each stage; None for one left empty."""
        return {stage: self._span_of(stage) for stage in Stage}

    def _span_of(self, stage: Stage) -> Span | None:
        opens = self.cleaned_data.get(f"{stage}_opens_at")
        closes = self.cleaned_data.get(f"{stage}_closes_at")
        return (opens, meant_end(closes)) if opens and closes else None


class GraceForm(forms.Form):
    """More time for one unit in one stage."""

    stage = forms.ChoiceField(label=gettext_lazy("Tahap"), choices=Stage.choices)
    unit = LineField(
        label=gettext_lazy("Unit"),
        help_text=gettext_lazy("Ketik nama atau kodenya, lalu pilih."),
        max_length=250,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    until = MomentField(label=gettext_lazy("Sampai (WIB)"))
    reason = LineField(label=gettext_lazy("Alasan"), max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        units: QuerySet[WorkUnit],
        version: int = 0,
    ) -> None:
        """Take the units that can get more time, and the version in view."""
        super().__init__(data, initial={"version": version})
        self._units = units

    def clean_unit(self) -> WorkUnit:
        """Return the unit with this name or code, whatever its case.

        The list offers "Name (CODE)".
        """
        text = " ".join(str(self.cleaned_data["unit"]).split())
        offered = OFFERED_UNIT.fullmatch(text)
        code = offered[1] if offered else text
        found = list(self._units.filter(code__iexact=code)[:1])
        found = found or list(self._units.filter(name__iexact=text)[:2])
        if len(found) > 1:
            raise forms.ValidationError(
                _("Ada lebih dari satu unit dengan nama itu. Tulis kodenya.")
            )
        if not found:
            raise forms.ValidationError(
                _("Tidak ada unit dengan nama atau kode itu pada periode ini.")
            )
        return found[0]

    def clean_until(self) -> dt.datetime:
        """Return the first instant after the time given."""
        return meant_end(self.cleaned_data["until"])


class CloseForm(forms.Form):
    """The last word before a period closes for good."""

    leave_undecided = forms.BooleanField(
        label=gettext_lazy("Tutup meskipun ada butir yang belum dinilai"),
        required=False,
    )
    sure = forms.BooleanField(
        label=gettext_lazy(
            "Saya mengerti: setelah ditutup, isi periode ini tidak dapat diubah lagi"
        ),
    )


class AssignForm(forms.Form):
    """One person of the assessing side for the ticked units."""

    assessor = forms.TypedChoiceField(
        label=gettext_lazy("Siapa"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Pilih dahulu siapa yang ditugaskan.")
        },
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Sebagai"), choices=Assignment.Duty.choices
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        candidates: Iterable[tuple[User, int]],
        may_name_leads: bool,
    ) -> None:
        """Offer the people who may assess, each with the number of units so far."""
        super().__init__(data)
        self.people = {}
        choices = [("", _("Pilih orangnya"))]
        for person, n_units in candidates:
            self.people[person.pk] = person
            label = ngettext(
                "%(name)s (%(count)s unit)", "%(name)s (%(count)s unit)", n_units
            ) % {"name": person.name, "count": format_number(n_units)}
            choices.append((str(person.pk), label))
        field = self.fields["assessor"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
        field.choices = choices
        if not may_name_leads:
            role = self.fields["role"]
            assert isinstance(role, forms.ChoiceField)  # noqa: S101 - for the types
            role.choices = Assignment.Duty.choices[:1]

    @property
    def assessor_chosen(self) -> User:
        """The person chosen."""
        return self.people[self.cleaned_data["assessor"]]

    @property
    def duty(self) -> Assignment.Duty:
        """What the person is to be for the units."""
        return Assignment.Duty(self.cleaned_data["role"])
