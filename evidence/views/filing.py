"""Filing what waits in the tray."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from evidence.forms.filing import FilingForm, pages_of, posted_ids
from evidence.models import Evidence, TrayFile
from evidence.permissions import can_upload
from evidence.services import tray
from evidence.services.evidence import Filing, file_tray, title_from_name
from evidence.services.evidence.filing import MAX_FILINGS
from evidence.tray_choices import context_assessment
from indicators.models import Assessment, EvidenceKind, ItemKind
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.numbers import format_number
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import term_evidence

from .common import next_url, open_assessments, open_unit
from .upload import refuse_filing


@require_POST
def file_from_tray(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Make evidence of the chosen files, or of the whole tray with ``act=all``."""
    unit = open_unit(request, code)
    require(can_upload(request.user, unit))
    form = FilingForm(request.POST)
    chosen: list[int] = []
    try:
        chosen = _chosen(request, unit)
        if form.is_valid():
            made = _file(request, unit, form, chosen)
            _say(request, made)
            return redirect(next_url(request, reverse("evidence:list")))
    except ValidationError as error:
        _show(form, error)
    except PermissionDenied as denied:
        # An item was submitted meanwhile: what was typed stays on the page.
        form.add_error(None, str(denied))
        return refuse_filing(request, unit, form, chosen, status=403)
    except ConflictError as conflict:
        messages.error(request, conflict.message)
        return refuse_filing(request, unit, form, chosen, status=409)
    return refuse_filing(request, unit, form, chosen, status=422)


def _chosen(request: AuthenticatedRequest, unit: WorkUnit) -> list[int]:
    if request.POST.get("act") != "all":
        return posted_ids(request.POST.getlist("tray"), MAX_FILINGS)
    rows = tray.of(user=request.user, work_unit=unit)
    context_key = request.POST.get("konteks", "")
    if context_assessment(context_key) is not None:
        rows = rows.filter(context_key=context_key)
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True)
class _Targets:
    """What the form says about items.

    Attributes:
        common: Assessment keys with pages, for every chosen file.
        own: Assessment keys by the tray's file.
        kinds: First expected kind by assessment key.
        other: The kind where no item says one.
    """

    common: dict[int, str]
    own: dict[int, int]
    kinds: dict[int, EvidenceKind]
    other: EvidenceKind

    def links(self, files: Sequence[int]) -> dict[int, str]:
        """Return the assessments that an evidence of these files supports."""
        own = {self.own[pk]: "" for pk in files if pk in self.own}
        return own | self.common

    def kind(self, links: dict[int, str]) -> EvidenceKind:
        """Return the first kind that the first item expects."""
        return next((self.kinds[pk] for pk in links if pk in self.kinds), self.other)


def _file(
    request: AuthenticatedRequest,
    unit: WorkUnit,
    form: FilingForm,
    chosen: Sequence[int],
) -> list[Evidence]:
    if not chosen:
        raise ValidationError(_("Pilih sedikitnya satu berkas."))
    assessments = {a.pk: a for a in open_assessments(unit)}
    targets = _targets(request, assessments, chosen)
    names = dict(
        tray.of(user=request.user, work_unit=unit).values_list("pk", "display_name")
        if len(chosen) > MAX_FILINGS
        else TrayFile.objects.filter(
            user=request.user, work_unit=unit, pk__in=chosen
        ).values_list("pk", "display_name")
    )
    groups = [list(chosen)] if form.is_one else [[pk] for pk in chosen]
    filings = []
    for files in groups:
        links = targets.links(files)
        first = next((assessments[pk] for pk in links), None)
        filings.append(
            Filing(
                kind=form.cleaned_data["kind"] or targets.kind(links),
                title=_title(request, form, files, names, first),
                tray_ids=tuple(files),
                facts=form.facts(),
                applies_below=form.cleaned_data["applies_below"],
                link_to=tuple(links.items()),
            )
        )
    made = []
    for batch in _batches(filings):
        made += file_tray(user=request.user, work_unit=unit, filings=batch)
    return made


def _batches(filings: Sequence[Filing]) -> Iterator[Sequence[Filing]]:
    """Cut a long tray into several transactions; each is all or nothing."""
    for start in range(0, len(filings), MAX_FILINGS):
        yield filings[start : start + MAX_FILINGS]


def _title(
    request: AuthenticatedRequest,
    form: FilingForm,
    files: Sequence[int],
    names: dict[int, str],
    first: Assessment | None,
) -> str:
    """Return what was typed, or a title made of the first file's name."""
    if form.is_one and form.cleaned_data["title"].strip():
        return str(form.cleaned_data["title"])
    typed = request.POST.get(f"title-{files[0]}")
    if typed is not None:
        return typed
    fallback = first.item.title if first else ""
    return title_from_name(names.get(files[0], ""), fallback)


def _targets(
    request: AuthenticatedRequest,
    assessments: dict[int, Assessment],
    chosen: Sequence[int],
) -> _Targets:
    """Read which items the files are for; keys of other units are refused."""
    common = posted_ids(request.POST.getlist("link"), 60)
    typed = {pk: request.POST.get(f"item-{pk}", "") for pk in chosen}
    own = {pk: posted_ids([value], 1)[0] for pk, value in typed.items() if value}
    if context := context_assessment(request.POST.get("konteks", "")):
        # The page's own item stands first: its kinds and title are the presets.
        common = [context, *(pk for pk in common if pk != context)]
    unknown = {*common, *own.values()} - set(assessments)
    if unknown:
        raise ValidationError(
            _("Butir yang dipilih tidak ditemukan. Muat ulang halaman ini.")
        )
    used = {assessments[pk].item_id for pk in {*common, *own.values()}}
    first: dict[int, EvidenceKind] = {}
    rows = ItemKind.objects.filter(item_id__in=used).select_related("kind")
    for row in rows.order_by("item_id", "position"):
        if not row.kind.is_web_address:
            first.setdefault(row.item_id, row.kind)
    return _Targets(
        common=pages_of(request.POST, common),
        own=own,
        kinds={
            pk: first[a.item_id] for pk, a in assessments.items() if a.item_id in first
        },
        other=EvidenceKind.objects.get(key=EvidenceKind.OTHER),
    )


def _show(form: FilingForm, error: ValidationError) -> None:
    """Put errors of the service where the form shows them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


def _say(request: AuthenticatedRequest, made: Sequence[Evidence]) -> None:
    messages.success(
        request,
        ngettext(
            "%(count)s %(term)s tersimpan.",
            "%(count)s %(term)s tersimpan.",
            len(made),
        )
        % {"count": format_number(len(made)), "term": term_evidence()},
    )
