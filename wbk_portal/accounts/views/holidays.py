"""The free days of a year: adding, correcting, deleting, seeding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wbk_portal.accounts.forms.holidays import HolidayForm
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Holiday
from wbk_portal.accounts.permissions import can_administer_everything
from wbk_portal.accounts.services import calendar as service
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require

from .base import (
    Crumb,
    administrators_only,
    both_sides,
    form_page,
    here,
    readers_only,
    tabs,
)


def _year_or_404(year: int) -> int:
    if not service.FIRST_YEAR <= year <= service.LAST_YEAR:
        raise Http404
    return year


def _url(year: int) -> str:
    return reverse("accounts:holidays-of", args=[year])


@require_safe
@readers_only
def holidays(request: AuthenticatedRequest, year: int | None = None) -> HttpResponse:
    """List the free days of a year, this one without one."""
    this = timezone.localdate().year
    shown = _year_or_404(this if year is None else year)
    days = list(Holiday.objects.filter(date__year=shown))
    return render(
        request,
        "accounts/holidays.html",
        {
            "tabs": tabs("accounts:holidays"),
            "year": shown,
            "days": days,
            "n_public": sum(day.kind == Holiday.Kind.PUBLIC for day in days),
            "n_collective": sum(day.kind == Holiday.Kind.COLLECTIVE for day in days),
            "before_url": _url(shown - 1) if shown > service.FIRST_YEAR else "",
            "after_url": _url(shown + 1) if shown < service.LAST_YEAR else "",
            "is_future": shown > this,
            "may_change": bool(can_administer_everything(request.user)),
            "today": timezone.localdate(),
        },
    )


@require_http_methods(["GET", "POST"])
@administrators_only
def holiday_edit(
    request: AuthenticatedRequest, year: int, pk: int | None = None
) -> HttpResponse:
    """Add a free day, or correct one."""
    require(can_administer_everything(request.user))
    _year_or_404(year)
    found = get_object_or_404(Holiday, pk=pk) if pk is not None else None
    initial: dict[str, Any] = {}
    if found is not None:
        version = service.holiday_version(found)
        initial = {**service.holiday_values(found), "version": version}
    form = HolidayForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            saved = service.save_holiday(
                by=request.user,
                holiday_id=pk,
                **{**form.cleaned_data, "version": form.cleaned_data["version"] or 0},
            )
        except ConflictError as error:
            context["conflict"] = both_sides(form, error)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Hari libur tersimpan."))
            return redirect(_url(saved.date.year))
    title = _("Ubah hari libur") if found else _("Hari libur baru")
    crumb: Crumb = {"label": _("Hari libur"), "url": _url(year)}
    context |= {
        "form": form,
        "title": title,
        "crumbs": [crumb, here(title)],
        "submit": _("Simpan"),
        "cancel_url": _url(year),
        "note": _(
            "Batas waktu yang dihitung dalam hari kerja langsung mengikuti "
            "perubahan ini."
        ),
    }
    return form_page(request, context)


@require_POST
@administrators_only
def holiday_delete(request: AuthenticatedRequest, year: int, pk: int) -> HttpResponse:
    """Delete a free day."""
    _year_or_404(year)
    service.delete_holiday(by=request.user, holiday_id=pk)
    messages.success(request, _("Hari libur dihapus; hari itu menjadi hari kerja."))
    return redirect(_url(year))


@require_POST
@administrators_only
def holiday_seed(request: AuthenticatedRequest, year: int) -> HttpResponse:
    """Add the days of a year that the package knows and the table lacks."""
    _year_or_404(year)
    n = service.seed_holidays(year=year, by=request.user)
    if n:
        text = ngettext(
            "%(n)d hari libur ditambahkan. Periksa dengan keputusan bersama.",
            "%(n)d hari libur ditambahkan. Periksa dengan keputusan bersama.",
            n,
        )
        messages.success(request, text % {"n": n})
    else:
        messages.info(request, _("Tidak ada hari baru untuk ditambahkan."))
    return redirect(_url(year))
