"""Making, changing, moving and closing units, and the services they give."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from wbk_portal.accounts.forms.units import (
    CloseForm,
    MoveForm,
    ServiceForm,
    UnitForm,
    unit_values,
)
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Membership, WorkUnit
from wbk_portal.accounts.permissions import (
    can_administer_everything,
    can_place,
    can_restructure,
)
from wbk_portal.accounts.services import units as service
from wbk_portal.accounts.services.offerings import (
    SERVICE_FIELDS,
    save_service,
    service_values,
    service_version,
)
from wbk_portal.common.dates import format_day
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.numbers import format_number
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import with_terms

from .base import (
    administrators_only,
    both_sides,
    form_page,
    here,
    open_units,
    trail,
    unit_or_404,
    units_crumb,
)
from .units import unit_url

FIELDS = ("name", "code", "kind", "time_zone", "active_from", "is_assessed")


@require_http_methods(["GET", "POST"])
@administrators_only
def unit_create(request: AuthenticatedRequest) -> HttpResponse:
    """Add a unit below another one (`?induk=KODE`), or at the top."""
    code = request.GET.get("induk", "")
    parent = unit_or_404(request.user, code) if code else None
    require(can_place(request.user, parent.path if parent else ""))
    form = UnitForm(
        request.POST or None,
        initial={
            "time_zone": parent.time_zone if parent else None,
            "active_from": timezone.localdate().replace(month=1, day=1),
        },
    )
    if form.is_valid():
        try:
            unit = service.create_unit(
                by=request.user,
                parent=parent,
                **{name: form.cleaned_data[name] for name in FIELDS},
            )
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("%(unit)s ditambahkan.") % {"unit": unit.name})
            return redirect(unit_url(unit))
    title = _("Unit baru")
    return form_page(
        request,
        {
            "form": form,
            "title": title,
            "lead": _("Di bawah %(unit)s.") % {"unit": parent.name}
            if parent
            else _("Pada tingkat teratas."),
            "crumbs": [*trail(request.user, parent, here(title))]
            if parent
            else [units_crumb(), here(title)],
            "submit": _("Tambah unit"),
            "cancel_url": unit_url(parent) if parent else reverse("accounts:unit-list"),
        },
    )


@require_http_methods(["GET", "POST"])
@administrators_only
def unit_edit(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Change what stands about a unit; who was overtaken sees both versions (409)."""
    unit = unit_or_404(request.user, code)
    form = UnitForm(request.POST or None, initial=unit_values(unit))
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            saved = service.update_unit(
                by=request.user,
                unit_id=unit.pk,
                version=form.cleaned_data["version"] or 0,
                **{name: form.cleaned_data[name] for name in FIELDS},
            )
        except ConflictError as error:
            context["conflict"] = both_sides(form, error)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Data unit tersimpan."))
            return redirect(unit_url(saved))
    title = _("Ubah unit")
    context |= {
        "form": form,
        "title": title,
        "eyebrow": unit.name,
        "crumbs": trail(request.user, unit, here(title)),
        "submit": _("Simpan"),
        "cancel_url": unit_url(unit),
        "note": _(
            "Kode tampil di alamat halaman: tautan lama ke unit ini berhenti bekerja "
            "bila kodenya diubah."
        ),
    }
    return form_page(request, context)


@require_http_methods(["GET", "POST"])
@administrators_only
def unit_move(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Put a unit, with all below it, under another one."""
    unit = unit_or_404(request.user, code)
    require(can_restructure(request.user, unit))
    places = open_units(request.user)
    form = MoveForm(
        request.POST or None,
        units=places,
        moved=unit,
        top=bool(can_administer_everything(request.user)),
        initial={"version": unit.version, "parent": _parent_code(unit)},
    )
    status = None
    if form.is_valid():
        target: WorkUnit | None = form.cleaned_data["parent"]
        try:
            service.move_unit(
                by=request.user,
                unit_id=unit.pk,
                new_parent_id=target.pk if target else None,
                version=form.cleaned_data["version"],
            )
        except ConflictError as error:
            form.add_error(None, error.message)
            form.carry_version(error.version)
            status = 409
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(
                request,
                _("%(unit)s sekarang di bawah %(target)s.")
                % {"unit": unit.name, "target": target.name}
                if target
                else _("%(unit)s sekarang pada tingkat teratas.") % {"unit": unit.name},
            )
            return redirect(unit_url(unit))
    title = _("Pindahkan unit")
    n_below = WorkUnit.objects.in_branches([unit.path]).count() - 1
    context = {
        "form": form,
        "title": title,
        "eyebrow": unit.name,
        "crumbs": trail(request.user, unit, here(title)),
        "submit": _("Pindahkan"),
        "confirm": _("Pindahkan %(unit)s beserta isinya?") % {"unit": unit.name},
        "cancel_url": unit_url(unit),
        "effects": [
            ngettext(
                "%(n)s unit di bawahnya ikut pindah.",
                "%(n)s unit di bawahnya ikut pindah.",
                n_below,
            )
            % {"n": format_number(n_below)}
            if n_below
            else _("Tidak ada unit di bawahnya."),
            _(
                "Peran yang diberikan di unit atas yang lama tidak lagi menjangkau "
                "unit ini; peran di unit atas yang baru menjangkaunya."
            ),
            _("Hasil periode yang sudah ditutup tetap tercatat di tempat lama."),
        ],
    }
    return form_page(request, context, status)


def _parent_code(unit: WorkUnit) -> str:
    if not unit.parent_path:
        return ""
    found: str = WorkUnit.objects.values_list("code", flat=True).get(
        path=unit.parent_path
    )
    return found


@require_http_methods(["GET", "POST"])
@administrators_only
def unit_close(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Close a unit after a day, when nothing stands against it."""
    unit = unit_or_404(request.user, code)
    require(can_restructure(request.user, unit))
    form = CloseForm(request.POST or None, initial={"version": unit.version})
    status = None
    if form.is_valid():
        try:
            service.close_unit(
                by=request.user,
                unit_id=unit.pk,
                version=form.cleaned_data["version"],
                last_day=form.cleaned_data["last_day"],
            )
        except ConflictError as error:
            form.add_error(None, error.message)
            form.carry_version(error.version)
            status = 409
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(
                request,
                _("%(unit)s ditutup; hari terakhirnya %(day)s.")
                % {
                    "unit": unit.name,
                    "day": format_day(form.cleaned_data["last_day"]),
                },
            )
            return redirect(unit_url(unit))
    today = timezone.localdate()
    running = Membership.objects.filter(work_unit=unit).overlapping(today, dt.date.max)
    n_running = running.count()
    title = _("Tutup unit")
    context = {
        "form": form,
        "title": title,
        "eyebrow": unit.name,
        "crumbs": trail(request.user, unit, here(title)),
        "submit": _("Tutup unit"),
        "danger": True,
        "confirm": _("Tutup %(unit)s?") % {"unit": unit.name},
        "cancel_url": unit_url(unit),
        "obstacles": [] if form.is_bound else service.closing_problems(unit, today),
        "effects": [
            ngettext(
                "%(n)s peran di unit ini berakhir pada hari yang sama.",
                "%(n)s peran di unit ini berakhir pada hari yang sama.",
                n_running,
            )
            % {"n": format_number(n_running)},
            with_terms(
                _("%(Term)s, nilai, dan riwayat unit tetap tersimpan dan dapat dibaca.")
            ),
            _("Penutupan dapat dibatalkan; peran yang berakhir tidak kembali sendiri."),
        ],
    }
    return form_page(request, context, status)


@require_POST
@administrators_only
def unit_reopen(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Take the closing of a unit back."""
    unit = unit_or_404(request.user, code)
    try:
        service.reopen_unit(by=request.user, unit_id=unit.pk, version=unit.version)
    except (ConflictError, ValidationError) as error:
        text = (
            error.message
            if isinstance(error, ConflictError)
            else " ".join(error.messages)
        )
        messages.error(request, text)
    else:
        messages.success(request, _("Penutupan dibatalkan; unit aktif lagi."))
    return redirect(unit_url(unit))


@require_http_methods(["GET", "POST"])
@administrators_only
def service_edit(
    request: AuthenticatedRequest, code: str, pk: int | None = None
) -> HttpResponse:
    """Add a service of a unit, or change one."""
    unit = unit_or_404(request.user, code)
    found = get_object_or_404(unit.services, pk=pk) if pk is not None else None
    initial: dict[str, Any] = {
        "active_from": timezone.localdate().replace(month=1, day=1)
    }
    if found is not None:
        initial = {**service_values(found), "version": service_version(found)}
    form = ServiceForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            save_service(
                by=request.user,
                work_unit=unit,
                service_id=pk,
                version=form.cleaned_data["version"] or 0,
                **{name: form.cleaned_data[name] for name in SERVICE_FIELDS},
            )
        except ConflictError as error:
            context["conflict"] = both_sides(form, error)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Layanan tersimpan."))
            return redirect(unit_url(unit))
    title = _("Ubah layanan") if found else _("Layanan baru")
    context |= {
        "form": form,
        "title": title,
        "eyebrow": unit.name,
        "crumbs": trail(request.user, unit, here(title)),
        "submit": _("Simpan"),
        "cancel_url": unit_url(unit),
    }
    return form_page(request, context)
