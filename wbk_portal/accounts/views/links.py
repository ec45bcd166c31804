"""Pages that a one-time link opens.

The address of the link is opened once: it puts the hash of its token into a cookie of
these pages and leads on to an address without the token, which therefore stands in no
history, log, referrer or form.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from wbk_portal.accounts.forms.people import FirstAdminForm, NewPasswordForm
from wbk_portal.accounts.models import OneTimeLink, WorkUnit
from wbk_portal.accounts.services import links as service
from wbk_portal.common.fields import status_of

COOKIE = "wbk_link"
COOKIE_SECONDS = 3600
_SALT = "accounts.link"


@login_not_required
@require_safe
@never_cache
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address; right or wrong, the way is the same."""
    response = redirect("accounts:start-page")
    response.set_cookie(
        COOKIE,
        signing.dumps(service.hash_of(token), salt=_SALT),
        max_age=COOKIE_SECONDS,
        path=reverse("accounts:start-page"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "again")
@never_cache
def start_page(request: HttpRequest) -> HttpResponse:
    """Show what the link is for, or that it no longer works (410)."""
    token_hash = _hash_in(request)
    link = service.find_link(token_hash) if token_hash else None
    if link is None:
        return _gone(request)
    try:
        if link.purpose == OneTimeLink.Purpose.FIRST_ADMIN:
            response = _first_admin(request, token_hash)
        else:
            response = _set_password(request, link)
    except service.LinkGone:
        return _gone(request)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _hash_in(request: HttpRequest) -> str:
    try:
        value = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=COOKIE_SECONDS
        )
    except signing.BadSignature:
        return ""
    return str(value)


def _gone(request: HttpRequest) -> HttpResponse:
    """Say the same of a wrong, used, replaced and expired link."""
    return render(request, "accounts/link_gone.html", status=410)


def _done(request: HttpRequest, text: str) -> HttpResponse:
    """Lead to the door; whoever was signed in on this browser is not any more."""
    logout(request)
    messages.success(request, text)
    response = redirect("account_login")
    response.delete_cookie(COOKIE, path=reverse("accounts:start-page"))
    return response


def _first_admin(request: HttpRequest, token_hash: str) -> HttpResponse:
    top = WorkUnit.objects.filter(depth=1).order_by("path").first()
    form = FirstAdminForm(request.POST or None, asks_agency=top is None)
    if form.is_valid():
        values = {k: v for k, v in form.cleaned_data.items() if k != "again"}
        try:
            service.use_first_admin_link(token_hash=token_hash, **values)
        except ValidationError as error:
            form.take_errors(error)
        else:
            return _done(
                request, _("Portal siap. Masuk dengan akun yang baru Anda buat.")
            )
    return render(
        request,
        "accounts/first_admin.html",
        {"form": form, "top": top},
        status=status_of(form),
    )


def _set_password(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            service.use_password_link(
                token_hash=link.token_hash, password=form.cleaned_data["password"]
            )
        except ValidationError as error:
            form.take_errors(error)
        else:
            return _done(
                request, _("Kata sandi tersimpan. Masuk dengan kata sandi baru Anda.")
            )
    return render(
        request,
        "accounts/set_password.html",
        {"form": form, "person": link.user},
        status=status_of(form),
    )
