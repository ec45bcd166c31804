"""Making and changing people: their data, their sign-in, their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wbk_portal.accounts.forms.people import (
    EndForm,
    LinkForm,
    MembershipForm,
    NewPersonForm,
    PersonForm,
)
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import Membership, User
from wbk_portal.accounts.permissions import (
    can_administer,
    can_administer_everything,
    can_manage_person,
)
from wbk_portal.accounts.services import links, memberships
from wbk_portal.accounts.services import people as service
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require

from .base import (
    administrators_only,
    both_sides,
    form_page,
    here,
    my_units,
    open_units,
    people_crumb,
    person_crumb,
    person_or_404,
)
from .people import person_url
from .units import unit_url

FIELDS = ("name", "username", "email", "language")


@require_http_methods(["GET", "POST"])
@administrators_only
def person_create(request: AuthenticatedRequest) -> HttpResponse:
    """Add a person with a first role, and show the link for their password once."""
    user = request.user
    form = NewPersonForm(
        request.POST or None,
        units=open_units(user),
        role_required=not can_administer_everything(user),
        initial={"unit": request.GET.get("unit", "")},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = service.create_person(
                by=user,
                work_unit=data["unit"],
                role=data["role"],
                **{name: data[name] for name in FIELDS},
            )
            issued = links.issue_password_link(by=user, user_id=made.pk)
        except ValidationError as error:
            form.take_errors(error)
        else:
            return _show_link(request, made, issued, is_new=True)
    title = _("Orang baru")
    return form_page(
        request,
        {
            "form": form,
            "title": title,
            "lead": _(
                "Setelah disimpan, portal menampilkan satu tautan untuk membuat kata "
                "sandi. Sampaikan tautan itu langsung kepada orangnya."
            ),
            "crumbs": [people_crumb(), here(title)],
            "submit": _("Tambah orang"),
            "cancel_url": reverse("accounts:people"),
        },
    )


def _show_link(
    request: AuthenticatedRequest, person: User, issued: links.Issued, *, is_new: bool
) -> HttpResponse:
    """Show a link: the only time that its token is seen."""
    address = request.build_absolute_uri(reverse("accounts:start", args=[issued.token]))
    response = render(
        request,
        "accounts/link_shown.html",
        {
            "person": person,
            "address": address,
            "expires_at": issued.expires_at,
            "is_new": is_new,
            "crumbs": [people_crumb(), person_crumb(person), here(_("Tautan"))],
        },
    )
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _managed_or_403(request: AuthenticatedRequest, username: str) -> User:
    person = person_or_404(request.user, username)
    require(can_manage_person(request.user, person))
    return person


@require_http_methods(["GET", "POST"])
@administrators_only
def person_edit(request: AuthenticatedRequest, username: str) -> HttpResponse:
    """Change a person's data; who was overtaken sees both versions (409)."""
    person = _managed_or_403(request, username)
    initial = {name: getattr(person, name) for name in (*FIELDS, "version")}
    form = PersonForm(request.POST or None, initial=initial)
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            saved = service.update_person(
                by=request.user,
                user_id=person.pk,
                version=form.cleaned_data["version"] or 0,
                **{name: form.cleaned_data[name] for name in FIELDS},
            )
        except ConflictError as error:
            context["conflict"] = both_sides(form, error)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Data orang tersimpan."))
            return redirect(person_url(saved))
    title = _("Ubah data orang")
    context |= {
        "form": form,
        "title": title,
        "eyebrow": person.name,
        "crumbs": [people_crumb(), person_crumb(person), here(title)],
        "submit": _("Simpan"),
        "cancel_url": person_url(person),
    }
    return form_page(request, context)


@require_http_methods(["GET", "POST"])
@administrators_only
def person_link(request: AuthenticatedRequest, username: str) -> HttpResponse:
    """Make a link with which the person sets a new password."""
    person = _managed_or_403(request, username)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            issued = links.issue_password_link(
                by=request.user,
                user_id=person.pk,
                resets_second_factor=form.cleaned_data["resets_second_factor"],
            )
        except ValidationError as error:
            form.take_errors(error)
        else:
            return _show_link(request, person, issued, is_new=False)
    title = _("Tautan kata sandi baru")
    return form_page(
        request,
        {
            "form": form,
            "title": title,
            "eyebrow": person.name,
            "crumbs": [people_crumb(), person_crumb(person), here(title)],
            "submit": _("Buat tautan"),
            "cancel_url": person_url(person),
            "effects": [
                _("Tautan tampil satu kali dan berlaku %(n)d jam.")
                % {"n": links.PASSWORD_HOURS},
                _("Tautan sebelumnya yang belum dipakai tidak berlaku lagi."),
                _("Kata sandi lama tetap berlaku sampai tautan dipakai."),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
@administrators_only
def person_deactivate(request: AuthenticatedRequest, username: str) -> HttpResponse:
    """Keep a person out, after a page that says what that means."""
    person = _managed_or_403(request, username)
    form = EndForm(None)
    form.fields.clear()
    if request.method == "POST":
        try:
            service.deactivate_person(by=request.user, user_id=person.pk)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request, _("Akun %(name)s dinonaktifkan.") % {"name": person.name}
            )
        return redirect(person_url(person))
    title = _("Nonaktifkan akun")
    return form_page(
        request,
        {
            "form": form,
            "title": title,
            "eyebrow": person.name,
            "crumbs": [people_crumb(), person_crumb(person), here(title)],
            "submit": _("Nonaktifkan"),
            "danger": True,
            "cancel_url": person_url(person),
            "effects": [
                _("Orang ini langsung keluar dan tidak dapat masuk lagi."),
                _("Tautan kata sandi yang belum dipakai tidak berlaku lagi."),
                _("Perannya tetap tercatat; akhiri bila sudah pindah tugas."),
                _("Yang pernah dikerjakan tetap atas namanya."),
            ],
        },
    )


@require_POST
@administrators_only
def person_reactivate(request: AuthenticatedRequest, username: str) -> HttpResponse:
    """Let a person in again."""
    person = _managed_or_403(request, username)
    service.reactivate_person(by=request.user, user_id=person.pk)
    messages.success(request, _("Akun %(name)s aktif lagi.") % {"name": person.name})
    return redirect(person_url(person))


@require_http_methods(["GET", "POST"])
@administrators_only
def membership_grant(request: AuthenticatedRequest, username: str) -> HttpResponse:
    """Give a person a role in one of the administrator's branches.

    Who knows the whole sign-in name may give a role to somebody from elsewhere.
    """
    person = User.objects.filter(username__iexact=username).first()
    if person is None:
        raise Http404
    given = request.GET.get("unit", "")
    came_from = my_units(request.user).filter(code=given).first() if given else None
    form = MembershipForm(
        request.POST or None,
        units=open_units(request.user),
        initial={"unit": given},
    )
    if form.is_valid():
        data = form.cleaned_data
        unit = data["unit"]
        try:
            memberships.grant(
                by=request.user,
                user=person,
                work_unit=unit,
                role=data["role"],
                valid_from=data["valid_from"],
                valid_until=data["valid_until"],
                delegation=data["delegation"],
                delegator=data["delegator"],
            )
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(
                request,
                _("%(name)s mendapat peran di %(unit)s.")
                % {"name": person.name, "unit": unit.name},
            )
            return redirect(unit_url(unit) if came_from else person_url(person))
    title = _("Beri peran")
    return form_page(
        request,
        {
            "form": form,
            "title": title,
            "eyebrow": person.name,
            "lead": _("Peran berlaku di unit yang dipilih dan semua unit di bawahnya."),
            "crumbs": [people_crumb(), here(person.name), here(title)],
            "submit": _("Beri peran"),
            "cancel_url": unit_url(came_from)
            if came_from
            else reverse("accounts:people"),
        },
    )


@require_http_methods(["GET", "POST"])
@administrators_only
def membership_end(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Let a role end on a day."""
    membership = get_object_or_404(
        Membership.objects.select_related("work_unit", "user"), pk=pk
    )
    if not my_units(request.user).filter(pk=membership.work_unit_id).exists():
        raise Http404
    require(can_administer(request.user, membership.work_unit.path))
    form = EndForm(
        request.POST or None, initial={"version": memberships.end_version(membership)}
    )
    context: dict[str, Any] = {}
    person, unit = membership.user, membership.work_unit
    back = unit_url(unit) if "unit" in request.GET else person_url(person)
    if form.is_valid():
        try:
            memberships.end_membership(
                by=request.user,
                membership_id=pk,
                last_day=form.cleaned_data["last_day"],
                version=form.cleaned_data["version"] or 0,
            )
        except ConflictError as error:
            context["conflict"] = both_sides(form, error)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, _("Akhir peran tersimpan."))
            return redirect(back)
    title = _("Akhiri peran")
    context |= {
        "form": form,
        "title": title,
        "eyebrow": person.name,
        "lead": f"{membership.title} · {unit.name}",
        "crumbs": [people_crumb(), person_crumb(person), here(title)],
        "submit": _("Akhiri peran"),
        "danger": True,
        "cancel_url": back,
    }
    return form_page(request, context)
