"""Forms of units and their services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wbk_portal.accounts.models import (
    TimeZone,
    WorkUnit,
    WorkUnitQuerySet,
    in_branches,
)
from wbk_portal.common.fields import LineField

from .base import PortalForm, date_field

FEW_UNITS = 300
"""Up to here a list of units to choose from is one select; above it a code is typed."""


class UnitForm(PortalForm):
    """What stands about a unit."""

    layout: Sequence[tuple[str, ...]] = (
        ("name",),
        ("code", "kind"),
        ("time_zone", "active_from"),
    )

    name = LineField(label=gettext_lazy("Nama"), max_length=200)
    code = LineField(
        label=gettext_lazy("Kode"),
        max_length=30,
        help_text=gettext_lazy("Pendek, misalnya PN-SKM. Tampil di alamat halaman."),
    )
    kind = LineField(
        label=gettext_lazy("Jenis"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Misalnya Kantor wilayah, Balai pelatihan."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Zona waktu"), choices=TimeZone.choices
    )
    active_from = date_field(label=gettext_lazy("Aktif sejak"))
    is_assessed = forms.BooleanField(
        label=gettext_lazy("Unit ini dinilai atas 24 indikator"),
        required=False,
        help_text=gettext_lazy(
            "Lembar kerjanya disiapkan langsung pada setiap periode yang terbuka. "
            "Bila dimatikan, yang sudah ada tetap tersimpan."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def unit_values(unit: WorkUnit) -> dict[str, Any]:
    """Return what the form shows at first."""
    names = ("name", "code", "kind", "time_zone", "active_from", "is_assessed")
    return {**{name: getattr(unit, name) for name in names}, "version": unit.version}


class UnitChoice(PortalForm):
    """One unit out of some, by a list or (when there are many) by its code."""

    hide_optional = True

    parent = LineField(label=gettext_lazy("Unit tujuan"), max_length=30)

    def __init__(
        self,
        *args: Any,
        units: WorkUnitQuerySet,
        top: bool = False,
        moved: WorkUnit | None = None,
        label: Any = None,
        **kwargs: Any,
    ) -> None:
        """Offer `units`; two queries, one when there are many.

        Args:
            top: Also offer the top, an empty value.
            moved: Leave this unit and all below it out of the list.
        """
        super().__init__(*args, **kwargs)
        self.units, self.top = units, top
        offered = units.exclude(in_branches("path", [moved.path])) if moved else units
        few = list(offered[: FEW_UNITS + 1])
        field: forms.Field
        if len(few) <= FEW_UNITS:
            field = forms.ChoiceField(choices=unit_choices(few, top=top))
            if moved:
                field.error_messages["invalid_choice"] = _(
                    "Pilih unit dari daftar: %(unit)s sendiri dan unit di bawahnya "
                    "tidak dapat menjadi tujuan."
                ) % {"unit": moved.name}
        else:
            field = LineField(
                max_length=30,
                help_text=_("Ketik kode unit; kode tampil di daftar unit."),
            )
        field.required = not top
        field.label = label or self.fields["parent"].label
        self.fields["parent"] = field

    def clean_parent(self) -> WorkUnit | None:
        """Return the unit of the code; None is the top."""
        code = self.cleaned_data["parent"].strip()
        if not code and self.top:
            return None
        unit: WorkUnit | None = self.units.filter(code__iexact=code).first()
        if unit is None:
            raise forms.ValidationError(
                _("Tidak ada unit dengan kode %(code)s di cabang Anda.")
                % {"code": code}
            )
        return unit


def unit_choices(units: list[WorkUnit], *, top: bool = False) -> list[tuple[str, str]]:
    """Return choices in the order of the tree, deeper ones set in."""
    least = min((unit.depth for unit in units), default=1)
    choices = [("", str(_("Tingkat teratas")))] if top else []
    for unit in units:
        # No-break spaces: ordinary ones vanish in a list.
        inset = "\u00a0\u00a0\u00a0" * (unit.depth - least)
        choices.append((unit.code, f"{inset}{unit.name} ({unit.code})"))
    return choices


class MoveForm(UnitChoice):
    """Where a unit goes."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(PortalForm):
    """When a unit closes."""

    last_day = date_field(
        label=gettext_lazy("Hari terakhir unit ini aktif"), initial=timezone.localdate
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class ServiceForm(PortalForm):
    """What stands about a service of a unit."""

    layout: Sequence[tuple[str, ...]] = (
        ("name",),
        ("code",),
        ("active_from", "active_until"),
    )

    name = LineField(label=gettext_lazy("Nama layanan"), max_length=200)
    code = LineField(
        label=gettext_lazy("Kode"),
        max_length=30,
        help_text=gettext_lazy("Pendek dan unik di unit ini, misalnya IZN-01."),
    )
    active_from = date_field(label=gettext_lazy("Diberikan sejak"))
    active_until = date_field(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan selama layanan masih diberikan."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
