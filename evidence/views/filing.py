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
from evidence.kind_choices import KindChoices, read_kinds
from evidence.models import Evidence
from evidence.permissions import can_upload
from evidence.services import tray
from evidence.services.evidence import Filing, clean_title, file_tray
from evidence.services.evidence.filing import MAX_FILINGS
from evidence.tray_choices import context_assessment
from evidence.tray_rows import Preset, presets_of
from indicators.models import EvidenceKind
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.accounts.models import WorkUnit
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.numbers import format_number
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import term_evidence

from .common import next_url, open_assessments, open_unit, sentences
from .tray_keeping import forget_form, keep
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
        plan = _plan(request, unit, chosen)
        is_valid = form.is_valid()
        groups = plan.groups(chosen, is_one=form.is_one)
        if errors := _title_errors(request, form, plan, groups):
            # The page shown next may be another one: what was typed here is kept.
            keep(request, unit)
            return refuse_filing(request, unit, form, None, 422, errors)
        if is_valid and not form.errors:
            made = _file(request, unit, form, plan, groups)
            # What was typed beside the others waits with them.
            keep(request, unit)
            forget_form(request, unit)
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
class _Plan:
    """What the form, and what was kept before, say of the chosen files.

    Attributes:
        common: Assessment keys with pages, for every chosen file.
        presets: What stands beside each file, by its key.
        kinds: All kinds.
        is_placed: The page's own item is the item of every file.
    """

    common: dict[int, str]
    presets: dict[int, Preset]
    kinds: KindChoices
    is_placed: bool

    def groups(self, chosen: Sequence[int], *, is_one: bool) -> list[list[int]]:
        """Return the files of each evidence to be, in the order of the tray."""
        place = {pk: number for number, pk in enumerate(self.presets)}
        files = sorted(chosen, key=lambda pk: place.get(pk, len(place)))
        return [files] if is_one else [[pk] for pk in files]

    def links(self, files: Sequence[int]) -> dict[int, str]:
        """Return the assessments that an evidence of these files supports."""
        if self.is_placed:
            return self.common
        found = (self.presets[pk].item for pk in files if pk in self.presets)
        return {item: "" for item in found if item} | self.common


def _file(
    request: AuthenticatedRequest,
    unit: WorkUnit,
    form: FilingForm,
    plan: _Plan,
    groups: Sequence[Sequence[int]],
) -> list[Evidence]:
    filings = [
        Filing(
            kind=form.cleaned_data["kind"] or _kind(request, plan, files[0]),
            title=_title(request, form, plan, files[0]),
            tray_ids=tuple(files),
            facts=form.facts(),
            applies_below=form.cleaned_data["applies_below"],
            link_to=tuple(plan.links(files).items()),
        )
        for files in groups
    ]
    made = []
    for batch in _batches(filings):
        made += file_tray(user=request.user, work_unit=unit, filings=batch)
    return made


def _title_errors(
    request: AuthenticatedRequest,
    form: FilingForm,
    plan: _Plan,
    groups: Sequence[Sequence[int]],
) -> dict[int, str]:
    """Return what is wrong with titles, by file, before anything is filed.

    The title of all files together has a field of the form, which gets its error.
    """
    errors = {}
    for files in groups:
        try:
            clean_title(_title(request, form, plan, files[0]))
        except ValidationError as error:
            if form.is_one:
                _show(form, error)
            else:
                errors[files[0]] = sentences(error)[0]
    return errors


def _batches(filings: Sequence[Filing]) -> Iterator[Sequence[Filing]]:
    """Cut a long tray into several transactions; each is all or nothing."""
    for start in range(0, len(filings), MAX_FILINGS):
        yield filings[start : start + MAX_FILINGS]


def _title(
    request: AuthenticatedRequest, form: FilingForm, plan: _Plan, first: int
) -> str:
    """Return what was typed, or what stands beside the first file."""
    if form.is_one and (title := form.cleaned_data.get("title", "").strip()):
        return str(title)
    typed = request.POST.get(f"title-{first}")
    if typed is not None:
        return typed
    preset = plan.presets.get(first)
    return preset.title if preset else ""


def _kind(request: AuthenticatedRequest, plan: _Plan, first: int) -> EvidenceKind:
    """Return the kind that stood beside the first file.

    What the person saw is taken as it was, a guess too; nothing else is.
    """
    seen = request.POST.get(f"kind-{first}")
    if seen is None:
        preset = plan.presets.get(first)
        return plan.kinds.kinds[preset.kind] if preset else plan.kinds.other
    found = [kind for pk, kind in plan.kinds.kinds.items() if str(pk) == seen]
    if not found:
        raise ValidationError({"kind": _("Pilih jenis dari daftar.")})
    return found[0]


def _plan(
    request: AuthenticatedRequest, unit: WorkUnit, chosen: Sequence[int]
) -> _Plan:
    """Read which items the files are for; keys of other units are refused."""
    if not chosen:
        raise ValidationError(_("Pilih sedikitnya satu berkas."))
    assessments = {a.pk: a for a in open_assessments(unit)}
    common = posted_ids(request.POST.getlist("link"), 60)
    sent = [request.POST.get(f"item-{pk}", "") for pk in chosen]
    own = [posted_ids([value], 1)[0] for value in sent if value]
    context = context_assessment(request.POST.get("konteks", ""))
    if context:
        # The page's own item stands first.
        common = [context, *(pk for pk in common if pk != context)]
    if {*common, *own} - set(assessments):
        raise ValidationError(
            _("Butir yang dipilih tidak ditemukan. Muat ulang halaman ini.")
        )
    kinds = read_kinds({a.item_id for a in assessments.values()})
    rows = tray.of(user=request.user, work_unit=unit)
    return _Plan(
        common=pages_of(request.POST, common),
        presets=presets_of(
            list(rows.filter(pk__in=chosen)),
            kinds,
            assessments=list(assessments.values()),
            unit_name=unit.name,
            here=assessments[context] if context else None,
            typed=request.POST,
        ),
        kinds=kinds,
        is_placed=bool(context),
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
