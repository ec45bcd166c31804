"""What a unit submits: receipts, frozen rounds, and the head's yes or no."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wbk_portal.accounts.models import User, WorkUnit

from .assessment import Assessment, readable_units
from .catalogue import Option
from .period import AssessmentPeriod


class Receipt(models.Model):
    """A tanda terima: one act of submitting, of one item or of many."""

    number = models.CharField(max_length=30, unique=True)
    work_unit = models.ForeignKey(WorkUnit, on_delete=models.PROTECT, related_name="+")
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="receipts"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.number


class SubmissionRoundQuerySet(models.QuerySet["SubmissionRound"]):
    """Reading rounds."""

    def visible_to(self, user: User) -> Self:
        """Rounds of units that `user` may read."""
        return self.filter(
            readable_units(user, "assessment__work_unit", "assessment__period")
        )


class SubmissionRound(models.Model):
    """What was submitted, frozen: answer, explanation, and a hash over the files.

    The exact versions stand in `evidence.SubmissionItem`. Never updated.
    """

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="rounds"
    )
    number = models.PositiveSmallIntegerField()
    receipt = models.ForeignKey(
        Receipt, on_delete=models.PROTECT, related_name="rounds"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    manifest_sha256 = models.CharField(max_length=64)
    self_option = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, related_name="+"
    )
    self_numerator = models.PositiveIntegerField(null=True)
    self_denominator = models.PositiveIntegerField(null=True)
    self_na = models.BooleanField(default=False)
    na_reason = models.TextField(blank=True)
    narrative = models.TextField(blank=True)
    # What the unit wrote to whoever had sent the item back, the head or an assessor.
    response = models.TextField(blank=True)

    objects = SubmissionRoundQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "number"], name="round_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.number}"


class Approval(models.Model):
    """The unit head's yes or no to a round. Never updated."""

    class Result(models.TextChoices):
        """Approve, or send back with a reason."""

        APPROVED = "approved", _("Disetujui")
        RETURNED = "returned", _("Dikembalikan")

    round = models.OneToOneField(
        SubmissionRound, on_delete=models.PROTECT, related_name="approval"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    result = models.CharField(max_length=8, choices=Result.choices)
    reason = models.TextField(blank=True)
    # "Plh. Kepala unit": the title under which the person signed that day.
    title = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result="approved") | ~Q(reason=""),
                name="approval_return_has_reason",
                violation_error_message=_("Tuliskan alasan pengembalian."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.get_result_display()}"
