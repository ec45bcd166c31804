"""The own account: language, e-mail address, roles, password, second step."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wbk_portal.accounts.forms.people import OwnAccountForm
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.language import remember_language
from wbk_portal.accounts.services import people as service
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.fields import status_of

from .base import both_sides


@require_http_methods(["GET", "POST"])
def account(request: AuthenticatedRequest) -> HttpResponse:
    """Show the own account, and change what one may change alone."""
    user = request.user
    initial = {name: getattr(user, name) for name in ("email", "language", "version")}
    form = OwnAccountForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            service.update_own_account(
                user=user,
                version=form.cleaned_data["version"],
                email=form.cleaned_data["email"],
                language=form.cleaned_data["language"],
            )
        except ConflictError as error:
            context["conflict"] = both_sides(form, error)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Akun tersimpan."))
            response = redirect("accounts:account")
            remember_language(response, form.cleaned_data["language"])
            return response
    context |= {
        "form": form,
        "memberships": user.active_memberships,
        "has_second_step": Authenticator.objects.filter(
            user=user, type=Authenticator.Type.TOTP
        ).exists(),
    }
    status = 409 if "conflict" in context else status_of(form)
    return render(request, "accounts/account.html", context, status=status)


@require_POST
def end_sessions(request: AuthenticatedRequest) -> HttpResponse:
    """Sign out everywhere else."""
    request.user.session_epoch = service.end_sessions(user=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Anda sudah keluar dari semua perangkat lain."))
    return redirect("accounts:account")
