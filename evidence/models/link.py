"""Which evidence supports which item, in which round, and what reviewers found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import Assessment, SubmissionRound

from .evidence import Evidence, EvidenceVersion


class EvidenceLink(models.Model):
    """An evidence supports an assessment; pages and quote point into it."""

    class Lane(models.TextChoices):
        """The unit's own evidence, or files brought with an objection."""

        MAIN = "main", _("Bukti dukung")
        OBJECTION = "objection", _("Berkas sanggahan")

    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="links"
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="links"
    )
    lane = models.CharField(max_length=10, choices=Lane.choices, default=Lane.MAIN)
    pages = models.CharField(_("halaman"), max_length=60, blank=True)
    quote = models.CharField(_("kutipan"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    # The version that the unit last looked at for this item. An older one than the
    # evidence's latest means "perlu ditinjau ulang".
    seen_version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "assessment", "lane"],
                name="evidence_link_once",
                violation_error_message=_(
                    "Bukti dukung ini sudah dipakai pada butir itu."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} → {self.assessment}"


class SubmissionItem(models.Model):
    """An evidence as it stood in a round: the exact version, pages, quote.

    Never changed. The link may go later; evidence and version remain.
    """

    round = models.ForeignKey(
        SubmissionRound, on_delete=models.PROTECT, related_name="items"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="submissions"
    )
    version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="submissions"
    )
    position = models.PositiveSmallIntegerField()
    pages = models.CharField(max_length=60, blank=True)
    quote = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "evidence"], name="submission_item_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.version}"

    @property
    def key(self) -> str:
        """Text key for revisions that concern it."""
        return f"submission-item:{self.pk}"


class LinkReview(models.Model):
    """One assessor's finding on one evidence of a round."""

    class Result(models.TextChoices):
        """Does the evidence fit the item?"""

        FITS = "fits", _("Sesuai")
        DOES_NOT_FIT = "does_not_fit", _("Tidak sesuai")

    class Reason(models.TextChoices):
        """Why it does not fit."""

        WRONG_ITEM = "wrong_item", _("Bukan untuk butir ini")
        OUTDATED = "outdated", _("Di luar masa penilaian")
        INCOMPLETE = "incomplete", _("Isi belum lengkap")
        UNSIGNED = "unsigned", _("Belum ditandatangani atau disahkan")
        UNREADABLE = "unreadable", _("Tidak terbaca")
        WRONG_UNIT = "wrong_unit", _("Milik unit lain")
        OTHER = "other", _("Lainnya")

    item = models.ForeignKey(
        SubmissionItem, on_delete=models.PROTECT, related_name="reviews"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    result = models.CharField(max_length=12, choices=Result.choices)
    reason_code = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "user"], name="link_review_once"),
            models.CheckConstraint(
                condition=Q(result="fits") | ~Q(reason_code=""),
                name="link_review_refusal_has_reason",
                violation_error_message=_("Pilih alasan mengapa tidak sesuai."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_result_display()}"
