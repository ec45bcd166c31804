"""Keeping what is typed in the tray, so that turning its pages loses nothing.

What belongs to one file is kept with that file; what is said of all of them together
in the person's own session, until they are filed.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from evidence.forms.filing import FilingForm
from evidence.kind_choices import read_kinds
from evidence.permissions import can_upload
from evidence.services import tray
from evidence.tray_choices import context_assessment
from evidence.tray_rows import presets_of, tray_rows, typed_rows, unlocked
from evidence.upload_area import PAGE
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.permissions import require

from .common import open_assessments, open_unit

KEPT_FORM = "tray_form"
"""Where the session keeps what is said of all files: of one place at a time."""

LONGEST = 20_000
"""Characters of it; more than the form can hold is forged."""


@require_POST
@never_cache
def keep_tray(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Keep what is typed and turn to the page ``ke``; JSON for the script.

    The script names with ``segarkan`` a file whose item changed, and gets the choice
    of its kind anew.
    """
    unit = open_unit(request, code)
    require(can_upload(request.user, unit))
    if request.POST.get("author") != request.user.key:
        return _other_person(request, unit)
    keep(request, unit)
    if _wants_json(request):
        return JsonResponse({"kept": True, **_fresh_kind(request, unit)})
    page = request.POST.get("ke", "")
    query = QueryDict(mutable=True)
    for name in ("konteks", "next"):
        query[name] = request.POST.get(name, "")
    query[PAGE] = page if page.isascii() and page.isdecimal() else "1"
    address = redirect("evidence:upload", code=code)
    address["Location"] += f"?{query.urlencode()}#baki"
    return address


def _wants_json(request: AuthenticatedRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _other_person(request: AuthenticatedRequest, unit: WorkUnit) -> HttpResponse:
    """Refuse what was typed by somebody signed in on this browser before."""
    text = _(
        "Halaman ini dibuka oleh orang lain. Tidak ada yang disimpan; "
        "isinya ditutup demi kerahasiaan."
    )
    if _wants_json(request):
        return JsonResponse({"kept": False, "message": text}, status=403)
    messages.error(request, text)
    return redirect("evidence:upload", code=unit.code)


def keep(request: AuthenticatedRequest, unit: WorkUnit) -> None:
    """Keep what the tray's form says: of single files, and of all of them."""
    rows = typed_rows(request.POST, request.POST.getlist("tray"))
    if rows:
        tray.keep_typed(user=request.user, work_unit=unit, typed=rows)
    if request.POST.get("author") == request.user.key:
        _keep_form(request, unit)


def _place(unit: WorkUnit, context_key: str) -> str:
    return f"{unit.key}|{context_key}"


def _keep_form(request: AuthenticatedRequest, unit: WorkUnit) -> None:
    fields = QueryDict(mutable=True)
    for name in FilingForm.base_fields:
        value = request.POST.get(name, "")
        if value and (name, value) != ("mode", FilingForm.EACH):
            fields[name] = value
    if ticked := request.POST.getlist("link"):
        fields.setlist("link", ticked)
    for name in request.POST:
        if name.startswith("pages-") and (pages := request.POST.get(name, "")):
            fields[name] = pages
    text = fields.urlencode()
    place = _place(unit, request.POST.get("konteks", ""))
    if text and len(text) <= LONGEST:
        kept = {"place": place, "text": text}
        if request.session.get(KEPT_FORM) != kept:
            request.session[KEPT_FORM] = kept
    else:
        _forget(request, place)


def kept_form(
    request: AuthenticatedRequest, unit: WorkUnit, context_key: str = ""
) -> QueryDict:
    """Return what the person said of all files of this place; may be empty."""
    kept = request.session.get(KEPT_FORM)
    if not isinstance(kept, dict) or kept.get("place") != _place(unit, context_key):
        return QueryDict()
    return QueryDict(str(kept.get("text", "")))


def forget_form(request: AuthenticatedRequest, unit: WorkUnit) -> None:
    """Forget it: the files it was said of are filed."""
    _forget(request, _place(unit, request.POST.get("konteks", "")))


def _forget(request: AuthenticatedRequest, place: str) -> None:
    kept = request.session.get(KEPT_FORM)
    if isinstance(kept, dict) and kept.get("place") == place:
        del request.session[KEPT_FORM]


def _fresh_kind(request: AuthenticatedRequest, unit: WorkUnit) -> dict[str, Any]:
    """Return the choice of the kind for a file whose item changed; five queries."""
    number = request.POST.get("segarkan", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return {}
    files = list(tray.of(user=request.user, work_unit=unit).filter(pk=int(number)))
    every = open_assessments(unit)
    open_ones = unlocked(every)
    number_here = context_assessment(request.POST.get("konteks", ""))
    here = next((a for a in open_ones if a.pk == number_here), None)
    kinds = read_kinds({a.item_id for a in open_ones})
    presets = presets_of(
        files, kinds, assessments=every, unit_name=unit.name, here=here
    )
    rows = tray_rows(files, presets, kinds, assessments=open_ones)
    return {
        "row": int(number) if rows else 0,
        "html": "".join(
            render_to_string("evidence/_tray_kind.html", {"row": row}) for row in rows
        ),
    }
