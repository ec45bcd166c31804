"""What the views of upload, evidence and files share."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from evidence.models import Evidence
from evidence.reading import readable_unit_rows
from indicators.models import Assessment, AssessmentPeriod
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit


def next_url(request: HttpRequest, default: str) -> str:
    """Return the address to go back to: `next` of the form, if it stays here."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return local_url(request, target) or default


def local_url(request: HttpRequest, target: str) -> str:
    """Return an address that a form names, if it stays here, else nothing."""
    if url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    ) and target.startswith("/"):
        return target
    return ""


def back(request: HttpRequest, default: str) -> HttpResponse:
    """Redirect to `next`, or to `default`."""
    return redirect(next_url(request, default))


def open_unit(request: AuthenticatedRequest, code: str) -> WorkUnit:
    """Return a unit that the person may read, or 404."""
    rows = WorkUnit.objects.filter(readable_unit_rows(request.user))
    unit: WorkUnit = get_object_or_404(rows, code=code)
    return unit


def open_evidence(request: AuthenticatedRequest, pk: int) -> Evidence:
    """Return an evidence that the person may see, with its latest version, or 404."""
    rows = Evidence.objects.visible_to(request.user).select_related(
        "work_unit", "kind", "latest__by"
    )
    return get_object_or_404(rows, pk=pk)


def open_assessments(work_unit: WorkUnit) -> list[Assessment]:
    """Return the unit's assessments of open periods, with items. One query."""
    return list(
        Assessment.objects.filter(
            work_unit=work_unit, period__state=AssessmentPeriod.State.OPEN
        )
        .select_related("item", "period", "work_unit")
        .order_by("-period__year", "item__kind", "item__position")
    )


def sentences(error: ValidationError) -> list[str]:
    """Return the messages of an error, whatever its shape."""
    return [str(message) for message in error.messages]
