"""An address that takes only forms answers a reader in the portal's own voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import resolve


class NotAllowedPageMiddleware:
    """Give Django's bare 405 a page; status and `Allow` stay.

    Scripts that ask for JSON get the bare answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what answers."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and put the page where a bare 405 would stand."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        if request.headers.get("Accept", "").startswith("application/json"):
            return response
        page = render(request, "405.html", {"back_url": above(request.path)})
        response.content = page.content
        return response


def above(path: str) -> str:
    """Return the nearest address above `path` at which something stands.

    An act stands below the page that offers it: ``/bukti/7/tarik/``, ``/bukti/7/``.
    """
    parts = [part for part in path.split("/") if part]
    while parts:
        parts.pop()
        address = "/".join(["", *parts, ""])
        try:
            view = resolve(address).func
        except Http404:
            continue
        if _answers_readers(view):
            return address
    return "/"


def _answers_readers(view: Callable[..., Any]) -> bool:
    """Return whether a view takes GET, as far as `require_http_methods` tells.

    The decorator shows its list nowhere but in its closure; a test walks every address.
    """
    layer: Any = view
    while layer is not None:
        names = getattr(getattr(layer, "__code__", None), "co_freevars", ())
        cells = dict(zip(names, layer.__closure__ or (), strict=True)) if names else {}
        methods = cells.get("request_method_list")
        if methods is not None and "GET" not in methods.cell_contents:
            return False
        layer = getattr(layer, "__wrapped__", None)
    return True
