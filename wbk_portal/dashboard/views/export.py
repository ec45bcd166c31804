"""The figures of the map as a file; each download is logged."""

from __future__ import annotations

import tempfile

from django.db import transaction
from django.http import FileResponse, Http404
from django.utils import timezone
from django.views.decorators.http import require_POST

from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.audit.services import record
from wbk_portal.dashboard.figures import today_of
from wbk_portal.dashboard.report import Report
from wbk_portal.dashboard.report_files import write_csv, write_xlsx
from wbk_portal.dashboard.scope import open_scope, reads_branch
from wbk_portal.dashboard.selection import Selection

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file that are kept in memory before it goes to disk."""


@require_POST
def export(request: AuthenticatedRequest, period: str) -> FileResponse:
    """Answer with all units of the map's selection, not of its page only.

    Raises:
        Http404: No such format, or the branch holds nothing that the person reads.
    """
    form = request.POST.get("format", "")
    if form not in TYPES:
        raise Http404
    scope = open_scope(request, period, request.POST.get("cabang", "")[:30])
    today = today_of(scope.period, timezone.localdate())
    if not reads_branch(scope) and not scope.of_readiness().exists():
        raise Http404
    chosen = Selection.of(request.POST.dict())
    report = Report(scope, chosen.apply(scope, today))
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the response closes it
    if form == "csv":
        write_csv(report, out)
    else:
        write_xlsx(report, out, today)
    out.seek(0)
    filters = {k: v for k, v in chosen.values.items() if k != "halaman"}
    with transaction.atomic():
        record(
            actor_key=request.user.key,
            action="report.exported",
            target=("period", str(scope.period.pk)),
            unit_key=scope.branch.key if scope.branch else None,
            payload={
                "period": scope.period.name,
                "format": form.upper(),
                "units": report.n_units,
                "filters": filters,
            },
        )
    name = f"kesiapan-{scope.period.slug}"
    if scope.branch is not None:
        name += f"-{scope.branch.code}"
    response = FileResponse(
        out,
        as_attachment=True,
        filename=f"{name}-{today.isoformat()}.{form}",
        content_type=TYPES[form],
    )
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
