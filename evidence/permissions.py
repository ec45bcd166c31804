"""Rules about evidence: who may add, change, link, throw away or withdraw it.

What depends on an item's state and stage is asked of `indicators.permissions`.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.models import Assessment, AssessmentPeriod, Stage, State
from indicators.permissions import can_edit_answer
from indicators.services.periods import open_stages
from indicators.standing import Standing
from wbk_portal.accounts.models import Role, User, WorkUnit
from wbk_portal.common.permissions import ALLOWED, Verdict
from wbk_portal.common.terms import with_terms

from .models import Evidence, EvidenceLink, SubmissionItem
from .returns import Returned

STAFF = (Role.OPERATOR, Role.HEAD)
"""Roles that work on the unit's evidence."""


def is_staff(user: User, work_unit: WorkUnit) -> bool:
    """Whether `user` is operator or head of the unit, or of one above it.

    Queries once per person object.
    """
    return user.has_role_at(work_unit.path, STAFF)


def can_upload(
    user: User, work_unit: WorkUnit, now: dt.datetime | None = None
) -> Verdict:
    """May bring files for the unit: its staff, while something can be filled or mended.

    Queries the open periods (one, usually), their windows, and, when filling is
    closed, whether something of the unit is to be mended.
    """
    if not is_staff(user, work_unit):
        return Verdict(_("Hanya operator dan kepala unit yang dapat mengunggah."))
    now = now or timezone.now()
    if not work_unit.is_active_on(timezone.localdate(now)):
        return Verdict(_("Unit ini sudah tidak aktif."))
    periods = AssessmentPeriod.objects.filter(state=AssessmentPeriod.State.OPEN)
    for period in periods:
        if Stage.FILLING in open_stages(period, work_unit, now):
            return ALLOWED
    to_mend = Assessment.objects.filter(
        work_unit=work_unit,
        period__state=AssessmentPeriod.State.OPEN,
        state=State.NEEDS_REVISION,
    )
    if to_mend.exists():
        return ALLOWED
    return Verdict(_("Masa pengisian belum dibuka atau sudah ditutup."))


def can_change(user: User, evidence: Evidence) -> Verdict:
    """May change title and kind, or add a version; queries as `can_upload` does."""
    if evidence.withdrawn_at is not None:
        return Verdict(with_terms(_("%(Term)s ini sudah ditarik.")))
    if evidence.discarded_at is not None:
        return Verdict(
            with_terms(_("%(Term)s ini ada di tempat sampah; pulihkan dulu."))
        )
    return can_upload(user, evidence.work_unit)


def is_kept(evidence: Evidence) -> bool:
    """Whether it stood in a round, or stands in a closed period; two queries."""
    return (
        SubmissionItem.objects.filter(evidence=evidence).exists()
        or EvidenceLink.objects.filter(
            evidence=evidence,
            assessment__period__state=AssessmentPeriod.State.CLOSED,
        ).exists()
    )


def can_discard(user: User, evidence: Evidence) -> Verdict:
    """May put it into the bin: nothing that stood in a round ever goes there."""
    verdict = can_change(user, evidence)
    if verdict and is_kept(evidence):
        return Verdict(
            with_terms(
                _("%(Term)s ini pernah diajukan; hanya dapat ditarik dengan alasan.")
            )
        )
    return verdict


def can_restore(user: User, evidence: Evidence) -> Verdict:
    """May take it out of the bin again."""
    if evidence.discarded_at is None:
        return Verdict(with_terms(_("%(Term)s ini tidak ada di tempat sampah.")))
    return can_upload(user, evidence.work_unit)


def can_withdraw(user: User, evidence: Evidence) -> Verdict:
    """May withdraw what stood in a round; the bytes are kept and the reason shown."""
    return can_change(user, evidence)


def can_link(standing: Standing, assessment: Assessment, evidence: Evidence) -> Verdict:
    """May use the evidence for the item: the unit's own, or one that applies below."""
    verdict = can_edit_answer(standing, assessment)
    if not verdict:
        return verdict
    if not evidence.is_usable:
        return Verdict(with_terms(_("%(Term)s ini sudah ditarik atau dibuang.")))
    if evidence.work_unit_id == assessment.work_unit_id:
        return ALLOWED
    above = assessment.work_unit.path.startswith(evidence.work_unit.path)
    if above and evidence.applies_below:
        return ALLOWED
    return Verdict(with_terms(_("%(Term)s ini milik unit lain.")))


def can_submit_again(returned: Returned | None, response: str) -> Verdict:
    """May go again after it came back: with a change, or with a reply.

    Args:
        returned: What the unit got back; None for what never came back.
        response: The reply that would go along.
    """
    if returned is None or returned.is_answered(response):
        return ALLOWED
    if response:
        return Verdict(
            with_terms(
                _(
                    "Belum ada yang diubah sejak dikembalikan kepala unit, dan "
                    "tanggapannya masih sama. Ubah jawaban, penjelasan, atau "
                    "%(term)s, atau tulis tanggapan yang baru."
                )
            )
        )
    return Verdict(
        with_terms(
            _(
                "Belum ada yang diubah dan belum ada tanggapan sejak butir ini "
                "dikembalikan. Ubah jawaban, penjelasan, atau %(term)s, atau tulis "
                "tanggapan, lalu ajukan lagi."
            )
        )
    )


def can_submit_with_all(returned: Returned | None) -> Verdict:
    """May go along with "Ajukan yang lengkap": not what came back and is unchanged.

    Such an item goes from its own page, where the reply to the return is written.
    """
    if returned is not None and returned.is_unchanged:
        return Verdict(_("Dikembalikan dan belum ada yang diubah."))
    return ALLOWED
