"""The page of one item: what is asked, the evidence, the answer, what was decided."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from evidence.cards import link_cards
from evidence.kind_choices import read_kinds
from evidence.models import EvidenceFile, EvidenceLink
from evidence.presenters import (
    agreed_text,
    self_text,
    stake_text,
    state_key,
    value_text,
)
from evidence.services.file_checks import checking_text
from evidence.services.returns import returned_of
from evidence.upload_area import upload_area
from indicators.models import (
    AnswerDraft,
    Assessment,
    Item,
    Option,
)
from indicators.permissions import (
    can_edit_answer,
    can_submit,
    can_withdraw,
)
from indicators.services import answers
from wbk_portal.accounts.http import AuthenticatedRequest
from wbk_portal.audit.history import history_of
from wbk_portal.common.context import shown_at
from wbk_portal.common.dates import format_clock, format_moment
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.numbers import format_number, format_points

from .answer_form import AnswerForm, initial_of
from .base import Place, open_assessment, open_place, require_staff
from .item_parts import (
    decision_of,
    kinds_of,
    last_year_of,
    links_of,
    neighbours_of,
    response_of,
    revisions_of,
    submit_note,
)
from .tray_keeping import kept_form

HISTORY_LINES = 30


@require_GET
@never_cache
def item_page(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Show one item of a unit."""
    place = open_place(request, period, code)
    assessment = open_assessment(place, slug)
    form = AnswerForm(initial=initial_of(assessment))
    return _render(request, place, assessment, form)


@require_POST
def save_answer(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Store answer and explanation; JSON for the script that saves as one types."""
    place = open_place(request, period, code)
    require_staff(place)
    assessment = open_assessment(place, slug)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    form = AnswerForm(request.POST)
    if form.is_valid() and form.cleaned_data["author"] != request.user.key:
        return _other_person(request, wants_json, f"{place.url}{slug}/")
    if not form.is_valid():
        return _refused(request, place, assessment, form, wants_json)
    try:
        saved = answers.save_answer(
            assessment_id=assessment.pk,
            user=request.user,
            version=form.cleaned_data["version"],
            answer=form.answer(),
            narrative=form.cleaned_data["narrative"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _refused(request, place, assessment, form, wants_json)
    except PermissionDenied as refusal:
        # The text comes back filled in, and stays kept for this person.
        answers.keep_typed(
            assessment_id=assessment.pk,
            user=request.user,
            version=form.cleaned_data["version"],
            answer=form.answer(),
            narrative=form.cleaned_data["narrative"],
        )
        form.add_error(None, str(refusal))
        return _refused(request, place, assessment, form, wants_json, status=403)
    except ConflictError as conflict:
        if wants_json:
            return JsonResponse({"message": conflict.message}, status=409)
        assessment = open_assessment(place, slug)
        return _render(request, place, assessment, form, conflict, status=409)
    if wants_json:
        may_submit = can_submit(place.standing, saved)
        returned = returned_of([saved]).get(saved.pk)
        return JsonResponse(
            {
                "version": saved.version,
                "message": saved_text(saved),
                # Without a change it may still go, with a reply.
                "complete": bool(may_submit),
                "note": submit_note(may_submit, returned),
            }
        )
    messages.success(request, saved_text(saved))
    return redirect(f"{place.url}{slug}/")


def saved_text(assessment: Assessment) -> str:
    """Return the line that stands beside the form once it is saved.

    The day stands in it unless that is today, in the unit's zone.
    """
    at, zone = assessment.changed_at or timezone.now(), assessment.work_unit.zone
    if timezone.localdate(at, zone) != timezone.localdate(timezone=zone):
        return _("Tersimpan %(moment)s.") % {
            "moment": format_moment(at, assessment.work_unit.time_zone)
        }
    return _("Tersimpan pukul %(time)s.") % {
        "time": format_clock(at, assessment.work_unit.time_zone)
    }


def _status(assessment: Assessment, form: AnswerForm) -> dict[str, str]:
    """Return what the form's line of status says: what is stored, and what is not.

    A form that came back was refused: what stands in it is not what is stored.
    """
    if not form.is_bound:
        text = saved_text(assessment) if assessment.changed_at else ""
        return {"saved_text": text, "saved_state": "saved" if text else "idle"}
    if assessment.changed_at is None:
        text = _("Belum tersimpan: isian di atas belum diterima.")
    else:
        text = _(
            "Belum tersimpan: isian di atas belum diterima. Isi sebelumnya: %(saved)s"
        ) % {"saved": saved_text(assessment)}
    return {"saved_text": text, "saved_state": "failed"}


def _other_person(
    request: AuthenticatedRequest, wants_json: bool, url: str
) -> HttpResponse:
    text = _(
        "Halaman ini dibuka oleh orang lain. Tidak ada yang disimpan; "
        "isinya ditutup demi kerahasiaan."
    )
    # Told on the page that follows, also where a script goes there.
    messages.error(request, text)
    if wants_json:
        return JsonResponse({"message": text, "leave": url}, status=403)
    return redirect(url)


def _refused(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    form: AnswerForm,
    wants_json: bool,
    status: int = 422,
) -> HttpResponse:
    if wants_json:
        first = next(iter(form.errors.values()))[0]
        return JsonResponse({"message": str(first)}, status=status)
    return _render(request, place, assessment, form, status=status)


@require_POST
def drop_draft(
    request: AuthenticatedRequest, period: str, code: str, slug: str
) -> HttpResponse:
    """Forget the person's text that met a conflict: the stored one is kept."""
    place = open_place(request, period, code)
    require_staff(place)
    assessment = open_assessment(place, slug)
    answers.drop_draft(assessment_id=assessment.pk, user=request.user)
    return redirect(f"{place.url}{slug}/")


def _render(
    request: AuthenticatedRequest,
    place: Place,
    assessment: Assessment,
    form: AnswerForm,
    conflict: ConflictError | None = None,
    status: int = 200,
) -> HttpResponse:
    here = f"{place.url}{assessment.item.slug}/"
    shown_at(request, here)
    item = (
        Item.objects.with_rubric().prefetch_related("twins").get(pk=assessment.item_id)
    )
    assessment.item = item
    standing = place.standing
    may_edit = can_edit_answer(standing, assessment)
    may_submit = can_submit(standing, assessment)
    links = links_of(assessment)
    may_withdraw = can_withdraw(standing, assessment)
    returned = returned_of([assessment]).get(assessment.pk)
    response = response_of(request, assessment, returned)
    cards = link_cards(
        links,
        today=timezone.localdate(),
        may_edit=bool(may_edit),
        may_withdraw=bool(may_withdraw),
    )
    draft = (
        answers.draft_of(assessment, request.user)
        if standing.is_unit_staff and conflict is None
        else None
    )
    context = {
        "place": place,
        "here": here,
        "assessment": assessment,
        "item": item,
        "form": form,
        "conflict": conflict,
        "draft": draft,
        "by_self": assessment.changed_by_id == request.user.pk,
        "mine_text": _typed_text(assessment, form, conflict, draft),
        "stake": stake_text(item),
        "may_edit": may_edit,
        "may_submit": may_submit,
        "checking": checking_text(_n_checking(links)) if may_edit else "",
        "submit_note": submit_note(may_submit, returned, response),
        "may_withdraw": may_withdraw,
        "is_percent": item.answer_item.answer_type == Item.AnswerType.PERCENT,
        "options": _options(assessment, form),
        "cards": cards,
        # Asked only where a kind was not said yet.
        "kind_groups": (
            read_kinds([item.pk]).groups(item.pk)
            if any(card.asks_kind for card in cards)
            else ()
        ),
        "kinds": kinds_of(item, links),
        "upload": (
            upload_area(
                user=request.user,
                work_unit=place.work_unit,
                next_url=here,
                assessment=assessment,
                kept=kept_form(request, place.work_unit, assessment.key),
            )
            if may_edit
            else None
        ),
        "revisions": revisions_of(assessment),
        "returned": returned,
        "response": response,
        "decision": decision_of(assessment),
        "last_year": last_year_of(assessment),
        "history": history_of("assessment", str(assessment.pk), HISTORY_LINES),
        "self_text": self_text(assessment),
        "agreed_text": agreed_text(assessment),
        "state_key": state_key(assessment, returned),
        **_status(assessment, form),
        **neighbours_of(place, assessment),
    }
    return render(request, "evidence/item.html", context, status=status)


def _n_checking(links: Sequence[EvidenceLink]) -> int:
    """Return how many files of the usable evidence are still being looked into."""
    return sum(
        file.state == EvidenceFile.State.PENDING
        for link in links
        if link.evidence.is_usable and link.evidence.latest is not None
        for file in link.evidence.latest.files.all()
    )


def _options(assessment: Assessment, form: AnswerForm) -> list[dict[str, Any]]:
    chosen = str(form["option"].value() or "")
    weight = assessment.item.lke_points
    rows = [
        {
            "value": str(option.pk),
            "code": option.label,
            "text": option.text,
            "value_text": format_number(option.value, 2),
            "weight_text": _worth(option, weight),
            "checked": chosen == str(option.pk),
        }
        for option in assessment.item.answer_options
    ]
    if assessment.item.may_be_not_applicable:
        rows.append(
            {
                "value": "na",
                "code": "–",
                "text": _("Tidak berlaku untuk unit ini"),
                "value_text": _("tidak ikut rata-rata"),
                "checked": chosen == "na",
            }
        )
    return rows


def _worth(option: Option, weight: Any) -> str:
    if not weight:
        return ""
    return _("%(points)s nilai LKE") % {"points": format_points(option.value * weight)}


def _typed_text(
    assessment: Assessment,
    form: AnswerForm,
    conflict: ConflictError | None,
    draft: AnswerDraft | None,
) -> str:
    """Return the answer that could not be saved, in a few characters."""
    if conflict is not None:
        typed = dataclasses.asdict(form.answer())
    elif draft is not None:
        typed = draft.data
    else:
        return ""
    chosen = typed.get("option_id")
    options = assessment.item.answer_options
    return value_text(
        next((option for option in options if option.pk == chosen), None),
        typed.get("numerator"),
        typed.get("denominator"),
        bool(typed.get("not_applicable")),
    )
