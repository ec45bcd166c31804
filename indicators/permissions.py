"""Rules: may this person do this to this assessment, and if not, why.

Pure functions of a `Standing` and a loaded assessment; they do not query. Pages ask
them to show or hide a button, services ask them again inside the transaction.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wbk_portal.common.permissions import ALLOWED, Verdict
from wbk_portal.common.terms import with_terms

from .models import Assessment, State
from .models.period import Stage
from .standing import Standing
from .workflow import ASSESSOR, LEAD, Verb, move


def _stage_reason(stage: Stage) -> str:
    if stage == Stage.FILLING:
        return _("Masa pengisian belum dibuka atau sudah ditutup.")
    if stage == Stage.REVIEW:
        return _("Masa penilaian belum dibuka atau sudah ditutup.")
    return _("Masa sanggah belum dibuka atau sudah ditutup.")


STATE_REASONS = {
    State.EMPTY: gettext_lazy("Butir ini belum diisi."),
    State.DRAFT: gettext_lazy("Butir ini masih disusun unit dan belum diajukan."),
    State.AWAITING_APPROVAL: gettext_lazy(
        "Butir ini sedang menunggu persetujuan kepala unit."
    ),
    State.SUBMITTED: gettext_lazy("Butir ini sudah diajukan dan menunggu penilai."),
    State.UNDER_REVIEW: gettext_lazy("Butir ini sedang dinilai."),
    State.NEEDS_REVISION: gettext_lazy("Butir ini sedang diperbaiki unit."),
    State.SCORED: gettext_lazy("Butir ini sudah selesai dinilai."),
    State.FINAL: gettext_lazy("Nilai butir ini sudah ditetapkan."),
    State.NOT_SUBMITTED: gettext_lazy("Butir ini tidak diajukan pada periode ini."),
}
"""Why an act does not fit now: where the item stands, as a sentence."""

WITHDRAW_FIRST = {
    State.AWAITING_APPROVAL: gettext_lazy(
        "Butir ini sedang menunggu persetujuan kepala unit. Tarik kembali dulu bila "
        "ada yang perlu diubah."
    ),
    State.SUBMITTED: gettext_lazy(
        "Butir ini sudah diajukan. Tarik kembali dulu bila ada yang perlu diubah."
    ),
}
"""The same for whoever wants to change the answer, with the way there."""


def state_reason(state: str, verb: Verb) -> str:
    """Return why `verb` does not fit an item in `state`."""
    known = WITHDRAW_FIRST if verb == Verb.EDIT else {}
    return str(known.get(State(state)) or STATE_REASONS[State(state)])


def can_do(standing: Standing, assessment: Assessment, verb: Verb) -> Verdict:
    """Check state, role and stage of the table's row for `verb`."""
    if not standing.period.is_open:
        return Verdict(_("Periode ini sudah ditutup; isinya tidak dapat diubah lagi."))
    row = move(assessment.state, verb)
    if row is None:
        knows = standing.is_assessor or standing.is_lead or standing.is_controller
        state = assessment.state if knows else assessment.shown_state
        return Verdict(state_reason(state, verb))
    if row.by in (ASSESSOR, LEAD) and standing.is_own_unit:
        return Verdict(
            with_terms(_("Anda tidak dapat menilai %(work_unit)s Anda sendiri."))
        )
    if not standing.actors & row.by:
        return Verdict(_("Peran Anda di unit ini belum mencakup tindakan ini."))
    if row.stage is not None and row.stage not in standing.stages:
        return Verdict(_stage_reason(row.stage))
    return ALLOWED


def can_edit_answer(standing: Standing, assessment: Assessment) -> Verdict:
    """May change the own answer, the explanation and the links of evidence."""
    return can_do(standing, assessment, Verb.EDIT)


def can_add_evidence(standing: Standing) -> Verdict:
    """May upload for the unit: while filling is open, or something is to be mended.

    Whether something is to be mended is a question of rows: the caller that has an
    assessment at hand asks `can_edit_answer` instead.
    """
    if not standing.is_unit_staff:
        return Verdict(_("Hanya operator dan kepala unit yang dapat mengunggah."))
    return ALLOWED


def can_submit(standing: Standing, assessment: Assessment) -> Verdict:
    """May submit: allowed by the table, and complete."""
    verdict = can_do(standing, assessment, Verb.SUBMIT)
    if not verdict:
        return verdict
    if not assessment.has_self_answer:
        return Verdict(_("Pilih jawaban lebih dahulu."))
    if not assessment.is_complete:
        return Verdict(with_terms(_("Tambahkan sedikitnya satu %(term)s.")))
    if assessment.n_stale:
        return Verdict(
            with_terms(_("Ada %(term)s dengan versi baru yang perlu ditinjau ulang."))
        )
    if assessment.n_rejected_files:
        return Verdict(
            _("Ada berkas yang ditolak setelah diterima. Unggah penggantinya.")
        )
    return ALLOWED


def can_approve(standing: Standing, assessment: Assessment) -> Verdict:
    """May approve or send back, as head of the unit."""
    return can_do(standing, assessment, Verb.APPROVE)


def can_withdraw(standing: Standing, assessment: Assessment) -> Verdict:
    """May take back what no assessor has begun to look at."""
    return can_do(standing, assessment, Verb.WITHDRAW)


def can_start_review(standing: Standing, assessment: Assessment) -> Verdict:
    """May press "Mulai menilai"."""
    return can_do(standing, assessment, Verb.START_REVIEW)


def can_score(standing: Standing, assessment: Assessment) -> Verdict:
    """May give a value, review links, and keep drafts on the desk."""
    if assessment.state == State.SUBMITTED:
        return Verdict(_("Tekan “Mulai menilai” lebih dahulu."))
    return can_do(standing, assessment, Verb.SCORE)


def can_request_revision(standing: Standing, assessment: Assessment) -> Verdict:
    """May draft and send requests for revision."""
    return can_do(standing, assessment, Verb.REQUEST_REVISION)


def can_undo_score(standing: Standing, assessment: Assessment) -> Verdict:
    """May take back the own value while the unit has not seen it."""
    if assessment.is_released:
        return Verdict(
            _("Nilai ini sudah dilihat unit. Gunakan koreksi dengan alasan.")
        )
    return can_do(standing, assessment, Verb.UNDO_SCORE)


def can_correct(standing: Standing, assessment: Assessment) -> Verdict:
    """May replace a released value, with a reason, until it is final.

    That the person is the one who decided it is checked by the service, which has
    the decision at hand.
    """
    if not assessment.is_released:
        return Verdict(_("Nilai ini belum dilepas; batalkan dan nilai kembali."))
    return can_do(standing, assessment, Verb.CORRECT)


def can_release(standing: Standing, assessment: Assessment) -> Verdict:
    """May show the decided value to the unit, as lead."""
    if assessment.is_released:
        return Verdict(_("Nilai ini sudah dilepas."))
    return can_do(standing, assessment, Verb.RELEASE)


def can_finalise(standing: Standing, assessment: Assessment) -> Verdict:
    """May declare the released value final, as lead."""
    if not assessment.is_released:
        return Verdict(_("Lepas nilainya lebih dahulu."))
    return can_do(standing, assessment, Verb.FINALISE)
