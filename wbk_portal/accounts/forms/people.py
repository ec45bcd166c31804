"""Forms of people and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wbk_portal.accounts.models import (
    Delegation,
    Role,
    User,
    WorkUnit,
    WorkUnitQuerySet,
)
from wbk_portal.common.fields import LineField

from .base import PortalForm, date_field
from .units import FEW_UNITS, unit_choices

LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
"""Each language in its own name."""

NAME_ATTRS = {"autocapitalize": "off", "spellcheck": "false", "autocomplete": "off"}


class PersonForm(PortalForm):
    """What stands about a person."""

    layout: Sequence[tuple[str, ...]] = (
        ("name",),
        ("username", "email"),
        ("language",),
    )

    name = LineField(
        label=gettext_lazy("Nama lengkap"),
        max_length=150,
        help_text=gettext_lazy("Seperti pada surat, dengan gelar bila perlu."),
    )
    username = LineField(
        label=gettext_lazy("Nama pengguna"),
        max_length=60,
        help_text=gettext_lazy("Untuk masuk. Huruf, angka, titik, - dan _."),
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )
    email = forms.EmailField(
        label=gettext_lazy("Surel"),
        required=False,
        help_text=gettext_lazy("Hanya untuk pemberitahuan; tidak dipakai untuk masuk."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Bahasa"), choices=LANGUAGES, initial="id"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class _RoleMixin(PortalForm):
    """Fields `unit` and `role`; the unit is one of the administrator's branches."""

    units: WorkUnitQuerySet

    def offer_units(self, units: WorkUnitQuerySet, *, required: bool) -> None:
        """Offer the units that are not closed; one or two queries."""
        self.units = units
        few = list(units[: FEW_UNITS + 1])
        if len(few) <= FEW_UNITS:
            choices = unit_choices(few)
            if not required:
                choices.insert(0, ("", _("Belum ada")))
            self.fields["unit"] = forms.ChoiceField(
                label=_("Unit"), choices=choices, required=required
            )
        else:
            self.fields["unit"] = LineField(
                label=_("Kode unit"),
                max_length=30,
                required=required,
                help_text=_("Kode tampil di daftar unit."),
            )

    def clean_unit(self) -> WorkUnit | None:
        """Return the unit of the code."""
        code = self.cleaned_data["unit"].strip()
        if not code and not self.fields["unit"].required:
            return None
        unit: WorkUnit | None = self.units.filter(code__iexact=code).first()
        if unit is None:
            raise forms.ValidationError(
                _("Tidak ada unit dengan kode %(code)s di cabang Anda.")
                % {"code": code}
            )
        return unit


class NewPersonForm(_RoleMixin, PersonForm):
    """A new person with a first role."""

    layout: Sequence[tuple[str, ...]] = (*PersonForm.layout, ("unit", "role"))

    role = forms.ChoiceField(label=gettext_lazy("Peran"), choices=Role.choices)

    def __init__(
        self, *args: Any, units: WorkUnitQuerySet, role_required: bool, **kwargs: Any
    ) -> None:
        """Ask for a role, or (for administrators of all) leave it open."""
        super().__init__(*args, **kwargs)
        self.fields.pop("version")
        self.offer_units(units, required=role_required)

    def clean(self) -> dict[str, Any]:
        """A role means nothing without a unit."""
        data = super().clean() or {}
        if data.get("unit") is None:
            data["role"] = ""
        return data


class MembershipForm(_RoleMixin):
    """A role for a branch, from a day on, perhaps as a deputy."""

    layout: Sequence[tuple[str, ...]] = (
        ("unit",),
        ("role",),
        ("valid_from", "valid_until"),
        ("delegation", "delegator"),
    )

    role = forms.ChoiceField(label=gettext_lazy("Peran"), choices=Role.choices)
    valid_from = date_field(
        label=gettext_lazy("Berlaku sejak"), initial=timezone.localdate
    )
    valid_until = date_field(
        label=gettext_lazy("Sampai"),
        required=False,
        help_text=gettext_lazy("Kosongkan bila tanpa batas. Wajib untuk Plt. dan Plh."),
    )
    delegation = forms.ChoiceField(
        label=gettext_lazy("Sebagai"),
        choices=[("", gettext_lazy("Pejabat tetap")), *Delegation.choices],
        required=False,
    )
    delegator = LineField(
        label=gettext_lazy("Mewakili"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Nama pengguna pejabat yang diwakili; hanya untuk Plt. dan Plh."
        ),
        widget=forms.TextInput(attrs=NAME_ATTRS),
    )

    def __init__(self, *args: Any, units: WorkUnitQuerySet, **kwargs: Any) -> None:
        """Offer the units of the administrator's branches."""
        super().__init__(*args, **kwargs)
        self.offer_units(units, required=True)

    def clean_delegator(self) -> User | None:
        """Return the person of the sign-in name."""
        name = self.cleaned_data["delegator"].strip()
        if not name:
            return None
        person = User.objects.filter(username__iexact=name).first()
        if person is None:
            raise forms.ValidationError(
                _("Tidak ada orang dengan nama pengguna %(name)s.") % {"name": name}
            )
        return person

    def clean(self) -> dict[str, Any]:
        """A deputy needs whom they stand in for; nobody else may name one."""
        data = super().clean() or {}
        deputy_of_nobody = data.get("delegation") and not data.get("delegator")
        if deputy_of_nobody and "delegator" not in self.errors:
            self.add_error("delegator", _("Isi pejabat yang diwakili."))
        if not data.get("delegation"):
            data["delegator"] = None
        elif not data.get("valid_until") and "valid_until" not in self.errors:
            self.add_error("valid_until", _("Plt. dan Plh. memerlukan tanggal akhir."))
        return data


class EndForm(PortalForm):
    """The last day of a role."""

    last_day = date_field(
        label=gettext_lazy("Hari terakhir"),
        initial=timezone.localdate,
        help_text=gettext_lazy("Peran masih berlaku sampai hari ini berakhir."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class LinkForm(PortalForm):
    """A new link for a person's password."""

    resets_second_factor = forms.BooleanField(
        label=gettext_lazy("Matikan juga verifikasi dua langkah"),
        required=False,
        help_text=gettext_lazy(
            "Bila ponselnya hilang dan kode pemulihan tidak ada. "
            "Berlaku saat tautan dipakai."
        ),
    )


class OwnAccountForm(PortalForm):
    """What a person changes alone."""

    layout: Sequence[tuple[str, ...]] = (("email", "language"),)

    email = forms.EmailField(label=gettext_lazy("Surel"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Bahasa"), choices=LANGUAGES)
    version = forms.IntegerField(widget=forms.HiddenInput)


class NewPasswordForm(PortalForm):
    """A password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Kata sandi"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html,
    )
    again = forms.CharField(
        label=gettext_lazy("Kata sandi sekali lagi"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        data = super().clean() or {}
        first, second = data.get("password"), data.get("again")
        if first and second and first != second:
            self.add_error("again", _("Kedua kata sandi tidak sama."))
        return data


class FirstAdminForm(NewPasswordForm):
    """The first administrator, and the agency unless it stands already."""

    layout: Sequence[tuple[str, ...]] = (
        ("agency_name", "agency_code"),
        ("name", "username"),
        ("password",),
    )

    agency_name = LineField(
        label=gettext_lazy("Nama instansi"),
        max_length=200,
        help_text=gettext_lazy("Unit teratas; unit lain ditambahkan di bawahnya."),
    )
    agency_code = LineField(
        label=gettext_lazy("Singkatan instansi"),
        max_length=30,
        help_text=gettext_lazy("Huruf, angka, titik, dan tanda hubung."),
    )
    name = LineField(label=gettext_lazy("Nama lengkap Anda"), max_length=150)
    username = LineField(
        label=gettext_lazy("Nama pengguna"),
        max_length=60,
        help_text=gettext_lazy("Untuk masuk. Huruf, angka, titik, - dan _."),
        widget=forms.TextInput(attrs={**NAME_ATTRS, "autocomplete": "username"}),
    )

    def __init__(self, *args: Any, asks_agency: bool, **kwargs: Any) -> None:
        """Leave the agency out where there is one."""
        super().__init__(*args, **kwargs)
        if not asks_agency:
            del self.fields["agency_name"], self.fields["agency_code"]
