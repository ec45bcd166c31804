"""allauth in the portal's hands: no sign-up, own limits, own texts, own records."""

from __future__ import annotations

import base64
import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .language import remember_language
from .lockout import Attempt, begin_sign_in
from .models import User

logger = logging.getLogger("wbk_portal.signin")


class PortalAccountAdapter(DefaultAccountAdapter):
    """People are made by an administrator; there is no open sign-up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Nama pengguna atau kata sandi keliru."),
        "enter_current_password": _("Kata sandi sekarang keliru."),
        "incorrect_password": _("Kata sandi keliru."),
        "incorrect_code": _("Kode keliru atau sudah dipakai."),
    }

    _attempt: Attempt | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False, whoever asks."""
        return False

    # --- Limits ----------------------------------------------------------------------
    def address_of(self, request: HttpRequest) -> str:
        """Return the visitor's address, an IPv6 one as its network."""
        return str(truncate_ip(self.get_client_ip(request)))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at.

        Raises:
            Locked: Too many failed tries of this name or from this address.
        """
        self._attempt = begin_sign_in(
            request, str(credentials.get("username", "")), self.address_of(request)
        )

    def _rollback_login_failed_rl_usage(self) -> None:
        """The password was right: the try does not count."""
        if self._attempt is not None:
            self._attempt.give_back()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a failed try; the name could be a password typed too early."""
        logger.info("Sign-in failed")

    # --- After the door --------------------------------------------------------------
    def post_login(
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponse:
        """Go on in the person's own language."""
        logger.info("Signed in: %s", user.key)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set the person's own new password, with its record."""
        from .services.people import set_password

        fresh = set_password(actor_key=user.key, user_id=user.pk, password=password)
        # The session goes on with what stands now.
        user.password, user.session_epoch = fresh.password, fresh.session_epoch

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the own account."""
        return reverse("accounts:account")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return to the door."""
        return reverse("account_login")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name the ways to show again who one is."""
        texts = {
            "reauthenticate": _("Pakai kata sandi"),
            "mfa_reauthenticate": _("Pakai kode autentikator"),
        }
        return [
            {**way, "description": texts.get(way["id"], way["description"])}
            for way in super().get_reauthentication_methods(user)
        ]


class PortalMFAAdapter(DefaultMFAAdapter):
    """Secrets of the second step stand encrypted in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Kode keliru atau sudah dipakai."),
    }

    def get_totp_label(self, user: User) -> str:
        """Return the sign-in name, also for those with an e-mail address."""
        return user.username

    def encrypt(self, text: str) -> str:
        """Encrypt with a key derived from SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt; with another SECRET_KEY no code is right any more."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("A second step cannot be read: was SECRET_KEY changed?")
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_fernet(str(key)) for key in keys])


def _fernet(secret: str) -> Fernet:
    derived = HKDF(
        algorithm=SHA256(), length=32, salt=None, info=b"wbk_portal.accounts.mfa"
    ).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
