"""The door: whoever is not signed in goes there, and comes back to a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


class DoorMiddleware(LoginRequiredMiddleware):
    """Send a form that came after the session's end back to the page it stood on.

    The address of an act answers no GET: after the sign-in the person would stand
    before a bare 405.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        """Redirect to the door, with the way back."""
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        came_from = request.headers.get("Referer", "")
        page = "/"
        if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
            parts = urlsplit(came_from)
            page = parts.path + (f"?{parts.query}" if parts.query else "")
        login_url = resolve_url(self.get_login_url(view_func))
        return redirect_to_login(
            page, login_url, self.get_redirect_field_name(view_func)
        )
