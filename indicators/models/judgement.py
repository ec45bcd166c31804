"""What assessors find and decide: drafts, scores, requests for revision, decisions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .assessment import Assessment
from .catalogue import Option
from .round import SubmissionRound


class ScoreDraft(models.Model):
    """What an assessor has typed on the desk; visible to that assessor alone."""

    round = models.ForeignKey(
        SubmissionRound, on_delete=models.CASCADE, related_name="score_drafts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="score_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.user}"


class Score(models.Model):
    """One assessor's value for one round, with the note and recommendation.

    Gone without trace when undone before release; afterwards corrected only by a
    new Decision.
    """

    round = models.ForeignKey(
        SubmissionRound, on_delete=models.PROTECT, related_name="scores"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    option = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, related_name="+"
    )
    numerator = models.PositiveIntegerField(null=True)
    denominator = models.PositiveIntegerField(null=True)
    is_na = models.BooleanField(default=False)
    # Value in billionths, 0 to 1_000_000_000; None when not applicable.
    nano = models.PositiveIntegerField(null=True)
    note = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="score_once"),
            models.CheckConstraint(
                condition=Q(nano__isnull=True) | Q(nano__lte=1_000_000_000),
                name="score_at_most_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.user}"


class Revision(models.Model):
    """A request to mend something; a draft of its assessor until sent."""

    class Reason(models.TextChoices):
        """Why evidence or answer must be mended."""

        INCOMPLETE = "incomplete", _("Isi belum lengkap")
        OUTDATED = "outdated", _("Tanggal atau masa berlaku tidak sesuai")
        WRONG_DOCUMENT = "wrong_document", _("Dokumen bukan untuk butir ini")
        UNSIGNED = "unsigned", _("Belum ditandatangani atau disahkan")
        UNREADABLE = "unreadable", _("Tidak terbaca")
        ANSWER = "answer", _("Jawaban tidak didukung dokumen")
        OTHER = "other", _("Lainnya")

    round = models.ForeignKey(
        SubmissionRound, on_delete=models.PROTECT, related_name="revisions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason_code = models.CharField(_("alasan"), max_length=15, choices=Reason.choices)
    text = models.TextField(_("yang perlu diperbaiki"))
    # The evidence concerned, as a key of the evidence app ("submission-item:12").
    about_key = models.CharField(max_length=60, blank=True)
    page = models.PositiveSmallIntegerField(_("halaman"), null=True, blank=True)
    due = models.DateField(_("batas waktu"))
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        SubmissionRound, on_delete=models.PROTECT, null=True, related_name="answers"
    )
    response = models.TextField(_("tanggapan unit"), blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.round} · {self.get_reason_code_display()}"


class Decision(models.Model):
    """A value that counts, with who decided it and why. Never updated, but released."""

    class Kind(models.TextChoices):
        """How the value came to be."""

        AGREE = "agree", _("Nilai penilai")
        CONSENSUS = "consensus", _("Kesepakatan tim")
        CORRECTION = "correction", _("Koreksi")
        OBJECTION = "objection", _("Putusan sanggahan")
        REOPEN = "reopen", _("Pembukaan kembali")

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="decisions"
    )
    round = models.ForeignKey(
        SubmissionRound, on_delete=models.PROTECT, related_name="decisions"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    option = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, related_name="+"
    )
    numerator = models.PositiveIntegerField(null=True)
    denominator = models.PositiveIntegerField(null=True)
    is_na = models.BooleanField(default=False)
    nano = models.PositiveIntegerField(null=True)
    n_accepted = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["correction", "reopen"]) | ~Q(reason=""),
                name="decision_correction_has_reason",
                violation_error_message=_("Tuliskan alasan koreksi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.get_kind_display()}"

    def as_values(self) -> dict[str, Any]:
        """Return what was decided in the words of the desk's form and its drafts."""
        return {
            "option": "na" if self.is_na else str(self.option_id or ""),
            "numerator": self.numerator,
            "denominator": self.denominator,
            "note": self.note,
            "recommendation": self.recommendation,
        }
