"""The door: allauth's view, with a lock-out that says until when."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as django_set_language

from wbk_portal.accounts.forms.signin import SignInForm
from wbk_portal.accounts.lockout import Locked, with_retry
from wbk_portal.accounts.services.people import set_own_language


class SignInView(LoginView):
    """Sign-in; a name that was tried too often stays locked for some minutes."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Try to sign in, or say until when that is closed."""
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except Locked as locked:
            if locked.whole_address:
                raise
            form = SignInForm(
                request=request, initial={"login": request.POST.get("login", "")}
            )
            context = self.get_context_data(form=form, locked_until=locked.until)
            response = self.render_to_response(
                context, status=HTTPStatus.TOO_MANY_REQUESTS
            )
            return with_retry(response, locked.until)
        return response

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """Open the session and note the time in one transaction."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
        return response


sign_in = SignInView.as_view()


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language of this browser, and keep it for a person signed in."""
    response = django_set_language(request)
    if request.user.is_authenticated:
        set_own_language(user=request.user, language=request.POST.get("language", ""))
    return response
