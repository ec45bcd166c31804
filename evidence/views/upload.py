"""Uploading: one file per request for the script, a plain form without it; the tray."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from evidence.forms.filing import FilingForm, posted_ids
from evidence.models import Evidence, TrayFile
from evidence.permissions import can_upload
from evidence.services import tray
from evidence.tray_choices import context_assessment, context_evidence
from evidence.upload_area import PAGE, upload_area
from indicators.models import Assessment
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.context import shown_at
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.filegate import Refused
from wbk_portal.common.numbers import format_number, format_size
from wbk_portal.common.permissions import require

from .common import (
    back,
    local_url,
    next_url,
    open_assessments,
    open_unit,
    sentences,
)
from .serving import serve_blob
from .tray_keeping import keep, kept_form

MAX_NAMED = 100
"""Files that a message names one by one; of more it names the first and the last."""

# HTTP status by the gate's code; every other refusal is 422.
_STATUS = {"too_large": 413, "store_full": 507, "not_allowed": 403}


@require_POST
@never_cache
def upload_file(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Keep one file; the answer is JSON whatever happens.

    Sends `file`, and may send `client_token` (the same one again makes no second row),
    `konteks`, and `chosen_at` (milliseconds of Unix time, the same for files chosen
    together) with `position` among them: the tray keeps that order. Accepted:
    ``{id, name, size, size_text, kind}``. Refused: ``{reason}`` with 413 (too large),
    422 (the gate), 409 (the token is another file's), 403, 404, 507 (no room); 400
    when no file arrived, as on a broken line.
    """
    files = request.FILES.getlist("file")
    try:
        unit = open_unit(request, code)
    except Http404:
        return JsonResponse({"reason": _("Unit ini tidak ditemukan.")}, status=404)
    if len(files) != 1:
        status = 422 if files else 400
        reason = (
            _("Kirim berkas satu per satu.") if files else _("Berkas belum sampai.")
        )
        return JsonResponse({"reason": reason}, status=status)
    try:
        row = tray.accept(
            user=request.user,
            work_unit=unit,
            context_key=_context_key(request, unit),
            upload=files[0],
            client_token=request.POST.get("client_token", ""),
            chosen_at=_chosen_at(request.POST.get("chosen_at", "")),
            position=_number(request.POST.get("position", ""), most=5),
        )
    except Refused as refused:
        status = _STATUS.get(refused.code, 422)
        return JsonResponse({"reason": refused.message}, status=status)
    except ConflictError as conflict:
        return JsonResponse({"reason": conflict.message}, status=409)
    except PermissionDenied as denied:
        return JsonResponse({"reason": str(denied)}, status=403)
    return JsonResponse(
        {
            "id": row.pk,
            "name": row.display_name,
            "size": row.blob.size,
            "size_text": format_size(row.blob.size),
            "kind": row.kind,
        }
    )


def _number(text: str, most: int) -> int:
    """Return the number that a form names in at most so many digits, else 0."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= most
    return int(text) if is_number else 0


def _chosen_at(text: str) -> dt.datetime | None:
    """Return the moment that the script names in milliseconds, None for none."""
    number = _number(text, most=13)
    return dt.datetime.fromtimestamp(number / 1000, tz=dt.UTC) if number else None


def _context_key(request: AuthenticatedRequest, unit: WorkUnit) -> str:
    """Return the place that a form names, if it belongs to this unit, else empty.

    One query, only where a place is named.
    """
    key = request.POST.get("konteks") or request.GET.get("konteks") or ""
    assessment, evidence = context_assessment(key), context_evidence(key)
    if assessment is not None:
        rows = Assessment.objects.filter(pk=assessment, work_unit=unit)
        return key if rows.exists() else ""
    if evidence is not None:
        return (
            key if Evidence.objects.filter(pk=evidence, work_unit=unit).exists() else ""
        )
    return ""


@require_http_methods(["GET", "POST"])
@never_cache
def upload(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show the whole form with the tray, or take the files of the plain form."""
    unit = open_unit(request, code)
    require(can_upload(request.user, unit))
    if request.method == "POST":
        # The tray's form brings its files along: what was typed beside others stays.
        keep(request, unit)
        _take_plain(request, unit)
        return redirect(_way_back(request))
    return _page(request, unit)


def _way_back(request: AuthenticatedRequest) -> str:
    """Return the page with the tray; the form's own `next` follows the filing."""
    home = next_url(request, request.path)
    return local_url(request, request.POST.get("kembali", "")) or home


def _take_plain(request: AuthenticatedRequest, unit: WorkUnit) -> None:
    """Send each file of the plain form through the gate; say what became of it."""
    files = request.FILES.getlist("files")
    context_key = _context_key(request, unit)
    token = request.POST.get("token", "")
    now = timezone.now()
    kept, left_out = 0, []
    for number, file in enumerate(files):
        try:
            _accept_plain(
                request,
                unit,
                context_key,
                file,
                f"{token}-{number}",
                chosen_at=now,
                position=number,
            )
        except Refused as refused:
            if refused.code == "too_many_files":
                left_out.append(file.name or "")
            else:
                messages.error(request, refused.message)
        else:
            kept += 1
    if left_out:
        messages.error(request, _left_out_text(left_out, kept))
    if kept:
        messages.success(
            request,
            ngettext(
                "%(count)s berkas masuk baki. Lengkapi isiannya di bawah.",
                "%(count)s berkas masuk baki. Lengkapi isiannya di bawah.",
                kept,
            )
            % {"count": format_number(kept)},
        )
    elif not files:
        messages.error(request, _("Pilih berkasnya dulu, lalu tekan Unggah."))


def _accept_plain(
    request: AuthenticatedRequest,
    unit: WorkUnit,
    context_key: str,
    file: UploadedFile[Any],
    token: str,
    **order: Any,
) -> TrayFile:
    def attempt(client_token: str) -> TrayFile:
        return tray.accept(
            user=request.user,
            work_unit=unit,
            context_key=context_key,
            upload=file,
            client_token=client_token,
            **order,
        )

    try:
        return attempt(token)
    except ConflictError:
        # The browser's way back to the old form, and other files chosen in it.
        return attempt("")


def _left_out_text(names: Sequence[str], kept: int) -> str:
    """Say which files of the plain form stayed behind: all of them, or the range."""
    count = len(names)
    values = {
        "max": format_number(settings.UPLOAD_MAX_FILES_PLAIN_FORM),
        "kept": format_number(kept),
        "count": format_number(count),
        "names": ", ".join(names),
        "first": names[0],
        "last": names[-1],
    }
    if count > MAX_NAMED:
        return (
            _(
                "Sekali kirim paling banyak %(max)s berkas. %(kept)s berkas sudah "
                "masuk baki; %(count)s berkas lainnya belum, dari “%(first)s” sampai "
                "“%(last)s”. Pilih lagi yang belum."
            )
            % values
        )
    return (
        ngettext(
            "Sekali kirim paling banyak %(max)s berkas. %(kept)s berkas sudah masuk "
            "baki; %(count)s berkas lainnya belum: %(names)s. Pilih lagi yang belum.",
            "Sekali kirim paling banyak %(max)s berkas. %(kept)s berkas sudah masuk "
            "baki; %(count)s berkas lainnya belum: %(names)s. Pilih lagi yang belum.",
            count,
        )
        % values
    )


def _tray_page(request: AuthenticatedRequest) -> int:
    """Return the page of the tray that an address or a form names, else the first."""
    return _number(request.POST.get(PAGE) or request.GET.get(PAGE) or "", most=5) or 1


def area_of(
    request: AuthenticatedRequest, unit: WorkUnit, **more: Any
) -> dict[str, Any]:
    """Return the context of the whole form for the place named by the request."""
    assessments = open_assessments(unit)
    number = context_assessment(_context_key(request, unit))
    here = next((a for a in assessments if a.pk == number), None)
    more.setdefault("kept", kept_form(request, unit, here.key if here else ""))
    return {
        "unit": unit,
        "upload": upload_area(
            user=request.user,
            work_unit=unit,
            next_url=next_url(request, reverse("evidence:upload", args=[unit.code])),
            assessment=here,
            assessments=assessments,
            page=_tray_page(request),
            **more,
        ),
    }


def _page(
    request: AuthenticatedRequest, unit: WorkUnit, status: int = 200, **more: Any
) -> HttpResponse:
    context = area_of(request, unit, full=True, **more)
    shown_at(request, context["upload"].full_url)
    return render(request, "evidence/upload.html", context, status=status)


@require_GET
@never_cache
def show_tray(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show the tray alone, for the script that has just sent files."""
    unit = open_unit(request, code)
    require(can_upload(request.user, unit))
    context = area_of(request, unit, full=request.GET.get("penuh") == "1")
    return render(request, "evidence/_tray.html", {"area": context["upload"]})


@require_POST
def discard_tray(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Throw the chosen files of the tray away."""
    unit = open_unit(request, code)
    try:
        ids = posted_ids(request.POST.getlist("tray"), tray.MAX_FILES)
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
        return back(request, reverse("evidence:upload", args=[unit.code]))
    keep(request, unit)
    count = tray.discard(user=request.user, work_unit=unit, ids=ids)
    if count:
        messages.success(
            request,
            ngettext("%(count)s berkas dibuang.", "%(count)s berkas dibuang.", count)
            % {"count": format_number(count)},
        )
    else:
        messages.error(request, _("Pilih sedikitnya satu berkas."))
    return back(request, reverse("evidence:upload", args=[unit.code]))


@require_GET
def download_tray(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Send a file of the person's own tray."""
    row = get_object_or_404(
        TrayFile.objects.filter(user=request.user).select_related("blob"), pk=pk
    )
    return serve_blob(request, row.blob, name=row.display_name)


def refuse_filing(
    request: AuthenticatedRequest,
    unit: WorkUnit,
    form: FilingForm,
    chosen: Sequence[int] | None,
    status: int,
    errors: Mapping[int, str] | None = None,
) -> HttpResponse:
    """Show the whole form again with its errors and everything that was typed.

    Args:
        chosen: Files that were ticked; None where that was kept with them.
        errors: What is wrong with titles, by file.
    """
    return _page(
        request,
        unit,
        status=status,
        form=form,
        posted=request.POST,
        chosen=chosen,
        errors=errors,
    )
