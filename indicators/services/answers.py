"""The unit's own answer and explanation."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import AnswerDraft, Assessment, State
from indicators.permissions import can_edit_answer
from indicators.workflow import Verb
from wbk_portal.accounts.models import User
from wbk_portal.common.dates import format_clock
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require

from .answer import AnswerInput, check
from .base import advance, lock, log, standing_of, sum_up

# Characters; about thirty pages. The form says so before the server does.
NARRATIVE_MAX = 100_000


def current_text(assessment: Assessment) -> dict[str, Any]:
    """Return what stands now, for the side-by-side page of a conflict."""
    return {
        "option_id": assessment.self_option_id,
        "numerator": assessment.self_numerator,
        "denominator": assessment.self_denominator,
        "not_applicable": assessment.self_na,
        "na_reason": assessment.na_reason,
        "narrative": assessment.narrative,
    }


def save_answer(
    *,
    assessment_id: int,
    user: User,
    version: int,
    answer: AnswerInput,
    narrative: str,
) -> Assessment:
    """Store the unit's answer and explanation.

    On a conflict the person's text is kept as their AnswerDraft (and stays theirs
    alone), then the error is raised with what stands now.

    Args:
        version: The version that the person had in view.

    Raises:
        PermissionDenied: `can_edit_answer` refuses.
        ValidationError: The answer does not fit the item.
        ConflictError: Somebody else saved since.
    """
    try:
        with transaction.atomic():
            return _save(assessment_id, user, version, answer, narrative)
    except ConflictError as conflict:
        keep_typed(
            assessment_id=assessment_id,
            user=user,
            version=version,
            answer=answer,
            narrative=narrative,
        )
        raise conflict from None


def _save(
    assessment_id: int, user: User, version: int, answer: AnswerInput, narrative: str
) -> Assessment:
    assessment = lock(assessment_id)
    require(can_edit_answer(standing_of(user, assessment), assessment))
    checked = check(assessment.item, answer)
    narrative = clean_text(narrative)
    before = current_text(assessment)
    wanted = {
        "option_id": checked.option.pk if checked.option else None,
        "numerator": checked.numerator,
        "denominator": checked.denominator,
        "not_applicable": checked.not_applicable,
        "na_reason": checked.na_reason,
        "narrative": narrative,
    }
    if wanted == before:
        # The same text from two tabs is no conflict, and no change.
        drop_draft(assessment_id=assessment_id, user=user)
        return assessment
    if assessment.version != version:
        raise ConflictError(
            _conflict_sentence(assessment, user),
            current=before,
            version=assessment.version,
        )
    for column, value in checked.as_self().items():
        setattr(assessment, column, value)
    assessment.narrative = narrative
    assessment.version += 1
    assessment.changed_at = timezone.now()
    assessment.changed_by = user
    if assessment.state == State.EMPTY:
        advance(assessment, Verb.EDIT)
    assessment.save()
    drop_draft(assessment_id=assessment_id, user=user)
    log(
        user,
        "answer.saved",
        assessment,
        {**checked.as_payload(), "narrative": narrative},
    )
    sum_up(assessment)
    return assessment


def _conflict_sentence(assessment: Assessment, user: User) -> str:
    """Say who saved meanwhile: somebody else, or the person in another window."""
    at = assessment.changed_at or timezone.now()
    time = format_clock(at, assessment.work_unit.time_zone)
    if assessment.changed_by_id == user.pk:
        return _(
            "Anda sendiri sudah menyimpan isi lain untuk butir ini pukul %(time)s, "
            "mungkin di tab lain. Yang baru Anda tulis tetap ada; pilih versi yang "
            "akan dipakai."
        ) % {"time": time}
    if assessment.changed_by is None:
        return _(
            "Butir ini sudah diubah pukul %(time)s. Yang baru Anda tulis tetap ada; "
            "pilih versi yang akan dipakai."
        ) % {"time": time}
    return _(
        "%(name)s sudah mengubah butir ini pukul %(time)s. Yang baru Anda tulis tetap "
        "ada; pilih versi yang akan dipakai."
    ) % {"name": assessment.changed_by, "time": time}


def clean_text(text: str) -> str:
    """Return the text without NUL (PostgreSQL refuses it) and with plain newlines."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def keep_typed(
    *,
    assessment_id: int,
    user: User,
    version: int,
    answer: AnswerInput,
    narrative: str,
) -> AnswerDraft:
    """Keep a whole answer that could not be saved, for the person who gave it."""
    return keep_draft(
        assessment_id=assessment_id,
        user=user,
        base_version=version,
        data={
            "option_id": answer.option_id,
            "numerator": answer.numerator,
            "denominator": answer.denominator,
            "not_applicable": answer.not_applicable,
            "na_reason": clean_text(answer.na_reason),
            "narrative": clean_text(narrative),
        },
    )


def keep_draft(
    *, assessment_id: int, user: User, base_version: int, data: dict[str, Any]
) -> AnswerDraft:
    """Keep what a person typed but could not save, for that person alone."""
    draft, _created = AnswerDraft.objects.update_or_create(
        assessment_id=assessment_id,
        user=user,
        defaults={
            "base_version": base_version,
            "data": data,
            "saved_at": timezone.now(),
        },
    )
    return draft


def drop_draft(*, assessment_id: int, user: User) -> None:
    """Forget the person's kept text."""
    AnswerDraft.objects.filter(assessment_id=assessment_id, user=user).delete()


def draft_of(assessment: Assessment, user: User) -> AnswerDraft | None:
    """Return what the person typed but could not save, if anything. One query."""
    return AnswerDraft.objects.filter(assessment=assessment, user=user).first()
