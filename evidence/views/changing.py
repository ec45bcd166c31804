"""Acts on one evidence: edit, new version, bin, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evidence.cards import file_row, files_for_display
from evidence.forms.changing import EditForm, KindForm, VersionForm, WithdrawForm
from evidence.forms.filing import posted_ids
from evidence.models import Evidence, EvidenceVersion
from evidence.permissions import can_change, can_withdraw
from evidence.services import evidence as services
from evidence.upload_area import version_area
from indicators.models import EvidenceKind
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.common.context import shown_at
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require

from .common import back, next_url, open_evidence, sentences
from .detail import render_detail


def _page(evidence: Evidence) -> str:
    return reverse("evidence:detail", args=[evidence.pk])


def add_errors(form: Form, error: ValidationError) -> None:
    """Put a service's errors on the fields of the form, the others on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


@require_POST
def edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change title, kind, and whether units below may use it."""
    evidence = open_evidence(request, pk)
    require(can_change(request.user, evidence))
    form = EditForm(request.POST)
    if form.is_valid():
        try:
            services.edit_evidence(
                user=request.user, evidence=evidence, **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        except ConflictError as conflict:
            return _edit_conflict(request, evidence, form, conflict)
        else:
            messages.success(request, _("Perubahan tersimpan."))
            return redirect(_page(evidence))
    return render_detail(request, evidence, status=422, edit_form=form)


def _edit_conflict(
    request: AuthenticatedRequest,
    evidence: Evidence,
    form: EditForm,
    conflict: ConflictError,
) -> HttpResponse:
    """Show both titles, and both kinds where they differ."""
    shown_at(request, _page(evidence))
    mine = form.cleaned_data["kind"]
    theirs = EvidenceKind.objects.get(pk=conflict.current["kind"])
    context = {
        "evidence": evidence,
        "message": conflict.message,
        "mine": form.cleaned_data["title"],
        "theirs": conflict.current["title"],
        **(
            {"mine_more": _kind_line(mine), "theirs_more": _kind_line(theirs)}
            if mine != theirs
            else {}
        ),
        "version": conflict.version,
        "action": request.path,
        "reload_url": _page(evidence),
        "hidden": [
            {"name": "kind", "value": form.cleaned_data["kind"].pk},
            *(
                [{"name": "applies_below", "value": "on"}]
                if form.cleaned_data["applies_below"]
                else []
            ),
        ],
    }
    return render(request, "evidence/edit_conflict.html", context, status=409)


def _kind_line(kind: EvidenceKind) -> str:
    return _("Jenis: %(kind)s") % {"kind": kind.label}


@require_POST
def set_kind(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Say of what kind it is, from wherever it is shown."""
    evidence = open_evidence(request, pk)
    require(can_change(request.user, evidence))
    form = KindForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Pilih jenis dari daftar."))
        return back(request, _page(evidence))
    kind = form.cleaned_data["kind"]
    try:
        services.set_kind(
            user=request.user,
            evidence=evidence,
            seen_kind_id=form.cleaned_data["seen"],
            kind=kind,
        )
    except ValidationError as error:
        messages.error(request, sentences(error)[0])
    except ConflictError as conflict:
        messages.error(request, conflict.message)
    else:
        messages.success(
            request,
            _("Jenis “%(title)s” sekarang “%(kind)s”.")
            % {"title": evidence.title, "kind": kind.label},
        )
    return back(request, _page(evidence))


@require_http_methods(["GET", "POST"])
@never_cache
def version_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Bring a new version: files of the tray, files kept from the last one, dates."""
    evidence = open_evidence(request, pk)
    require(can_change(request.user, evidence))
    latest = evidence.latest
    is_web = evidence.kind.is_web_address
    if request.method == "GET":
        form = VersionForm(initial=_version_initial(latest), is_web=is_web)
        return _version_page(request, evidence, form)
    form = VersionForm(request.POST, is_web=is_web)
    chosen: list[int] = []
    kept: list[int] = []
    try:
        chosen = posted_ids(request.POST.getlist("tray"), services.MAX_FILES + 1)
        kept = posted_ids(request.POST.getlist("keep"), services.MAX_FILES + 1)
        if form.is_valid():
            version = services.add_version(
                user=request.user,
                evidence=evidence,
                expected_version=form.cleaned_data["expected_version"],
                tray_ids=chosen,
                keep_ids=kept,
                facts=form.facts(),
            )
            messages.success(
                request, _("Versi %(number)d tersimpan.") % {"number": version.number}
            )
            return redirect(next_url(request, _page(evidence)))
    except ValidationError as error:
        add_errors(form, error)
    except ConflictError as conflict:
        evidence = open_evidence(request, pk)
        return _version_page(
            request, evidence, form, 409, chosen=chosen, conflict=conflict
        )
    return _version_page(request, evidence, form, 422, chosen=chosen, kept=kept)


def _version_initial(latest: EvidenceVersion | None) -> dict[str, object]:
    """Return presets: what stays the same from version to version, and no dates."""
    if latest is None:
        return {"expected_version": 0}
    return {"expected_version": latest.number, "url": latest.url}


def _version_page(
    request: AuthenticatedRequest,
    evidence: Evidence,
    form: VersionForm,
    status: int = 200,
    *,
    chosen: Sequence[int] | None = None,
    kept: Sequence[int] = (),
    conflict: ConflictError | None = None,
) -> HttpResponse:
    latest = evidence.latest
    files = (
        list(files_for_display().filter(version=latest)) if latest is not None else []
    )
    context = {
        "evidence": evidence,
        "unit": evidence.work_unit,
        "form": form,
        "number": latest.number if latest else 0,
        "latest": latest,
        "files": [{"row": file_row(f), "kept": f.pk in kept} for f in files],
        "conflict": conflict,
        "upload": version_area(
            user=request.user,
            evidence=evidence,
            next_url=next_url(request, _page(evidence)),
            chosen=chosen,
        ),
    }
    return render(request, "evidence/version.html", context, status=status)


def _act(
    request: AuthenticatedRequest,
    pk: int,
    service: Callable[..., Evidence],
    said: str,
) -> HttpResponse:
    evidence = open_evidence(request, pk)
    service(user=request.user, evidence=evidence)
    messages.success(request, said % {"title": evidence.title})
    return back(request, _page(evidence))


@require_POST
def discard(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Put it into the bin."""
    said = _("“%(title)s” ada di tempat sampah selama 7 hari.")
    return _act(request, pk, services.discard_evidence, said)


@require_POST
def restore(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Take it out of the bin."""
    said = _("“%(title)s” dipulihkan beserta tautannya.")
    return _act(request, pk, services.restore_evidence, said)


@require_POST
def withdraw(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Withdraw it for good, with a reason."""
    evidence = open_evidence(request, pk)
    require(can_withdraw(request.user, evidence))
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_evidence(
                user=request.user,
                evidence=evidence,
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("“%(title)s” ditarik.") % {"title": evidence.title}
            )
            return redirect(_page(evidence))
    return render_detail(request, evidence, status=422, withdraw_form=form)
