"""The inbox of the person who is signed in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from . import services
from .inbox import Cursor, inbox_page
from .models import Notice


def _key(request: HttpRequest) -> str:
    """Return the key of the person; this app does not know their model."""
    person: Any = request.user
    return str(person.key)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show notices, unseen ones first."""
    page = inbox_page(_key(request), Cursor.parse(request.GET.get("mulai", "")))
    return render(request, "ops/inbox.html", {"page": page})


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as seen and go to what it is about."""
    key = _key(request)
    notice = get_object_or_404(Notice.objects.of(key), pk=pk)
    services.mark_seen(key, [notice.pk])
    return redirect(notice.url)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark everything up to the newest notice on the page as seen.

    What arrived after the page was loaded stays unseen.
    """
    newest = request.POST.get("sampai", "")
    if newest.isascii() and newest.isdigit() and len(newest) < 19:
        count = services.mark_seen_up_to(_key(request), int(newest))
        if count:
            text = ngettext(
                "%(count)d pemberitahuan ditandai sudah dibaca.",
                "%(count)d pemberitahuan ditandai sudah dibaca.",
                count,
            )
            messages.success(request, text % {"count": count})
    return redirect("ops:inbox")
