"""allauth's forms in the portal's words and behind its limits."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from wbk_portal.accounts.lockout import begin_second_step

CODE_ATTRS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "off",
    "spellcheck": "false",
}


def _plain(field: forms.Field, label: Any, **attrs: str) -> None:
    """Give a field of allauth our label, and take its placeholder away."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


class SignInForm(LoginForm):
    """Sign-in name and password."""

    hide_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields."""
        super().__init__(*args, **kwargs)
        _plain(
            self.fields["login"],
            _("Nama pengguna"),
            autocapitalize="off",
            spellcheck="false",
            autofocus="",
        )
        _plain(self.fields["password"], _("Kata sandi"))


class OwnPasswordForm(ChangePasswordForm):
    """The own password, the old one first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields."""
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], _("Kata sandi sekarang"))
        _plain(self.fields["password1"], _("Kata sandi baru"))
        _plain(self.fields["password2"], _("Kata sandi baru sekali lagi"))

    def clean_oldpassword(self) -> str:
        """Check the old password; an open session is no licence to guess it.

        Raises:
            Locked: Too many wrong ones.
        """
        attempt = begin_second_step(context.request, self.user.key, "password")
        old: str = super().clean_oldpassword()
        attempt.give_back()
        return old

    def clean(self) -> dict[str, Any]:
        """Say in our words that the two do not match."""
        data: dict[str, Any] = forms.Form.clean(self) or {}
        return _compare(self, data)


class FirstPasswordForm(SetPasswordForm):
    """A password for somebody who has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields."""
        super().__init__(*args, **kwargs)
        _plain(self.fields["password1"], _("Kata sandi"))
        _plain(self.fields["password2"], _("Kata sandi sekali lagi"))

    def clean(self) -> dict[str, Any]:
        """Say in our words that the two do not match."""
        data: dict[str, Any] = forms.Form.clean(self) or {}
        return _compare(self, data)


def _compare(form: forms.Form, data: dict[str, Any]) -> dict[str, Any]:
    first, second = data.get("password1"), data.get("password2")
    if first and second and first != second:
        form.add_error("password2", _("Kedua kata sandi tidak sama."))
    return data


class OwnPasswordAgainForm(PasswordAgainForm):
    """The password once more, before a change of the account's security."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Kata sandi"))


class _Limited(forms.Form):
    """A code that may be guessed a few times only."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Kode"), **CODE_ATTRS)

    def clean_code(self) -> str:
        """Check the code.

        Raises:
            Locked: Too many wrong ones.
        """
        attempt = begin_second_step(context.request, self.user.key, "code")
        code: str = super().clean_code()  # type: ignore[misc]
        attempt.give_back()
        return code


class SecondStepForm(_Limited, AuthenticateForm):
    """The code at the door."""


class CodeOnceMoreForm(_Limited, CodeAgainForm):
    """The code behind the door."""


class ActivateForm(_Limited, ActivateTOTPForm):
    """The first code of a new authenticator."""
