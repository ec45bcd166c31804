"""Summary rows: how ready a unit is, rewritten with every change."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from wbk_portal.accounts.models import User, WorkUnit

from .assessment import readable_units
from .catalogue import SubArea
from .period import AssessmentPeriod


class UnitReadinessQuerySet(models.QuerySet["UnitReadiness"]):
    """Reading summary rows."""

    def visible_to(self, user: User) -> Self:
        """Rows of units that `user` may read."""
        return self.filter(readable_units(user, "work_unit", "period"))


class UnitReadiness(models.Model):
    """Counts and points of one unit in one period; integers only.

    Points are in billionths ("nano"): 10 points of Area VI are 10_000_000_000. The
    verdict is computed from exact fractions when the row is written, never from
    the nano columns. Rewritten in the transaction of each change by
    `indicators.services.readiness.refresh`; `rebuild_readiness --check` proves it.
    """

    class Verdict(models.TextChoices):
        """What the certain points say about Area VI."""

        WBBM_MET = "wbbm_met", _("Memenuhi nilai minimal WBBM untuk Area VI")
        WBK_MET = "wbk_met", _("Memenuhi nilai minimal WBK untuk Area VI")
        ALMOST = "almost", _("Hampir memenuhi nilai minimal WBK untuk Area VI")
        NOT_MET = "not_met", _("Belum memenuhi nilai minimal WBK untuk Area VI")
        UNSCORED = "unscored", _("Area VI belum dinilai (bukan nol)")

    work_unit = models.ForeignKey(
        WorkUnit, on_delete=models.PROTECT, related_name="readiness"
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="readiness"
    )
    # The unit's place in the tree when the row was written; a closed period keeps it.
    path_then = models.CharField(max_length=255, db_index=True)
    as_of = models.DateField()
    next_change_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    # Of the 24 indicators.
    n_items = models.PositiveSmallIntegerField(default=0)
    n_not_applicable = models.PositiveSmallIntegerField(default=0)
    n_filled = models.PositiveSmallIntegerField(default=0)
    n_submitted = models.PositiveSmallIntegerField(default=0)
    n_accepted = models.PositiveSmallIntegerField(default=0)
    n_decided = models.PositiveSmallIntegerField(default=0)
    n_revision = models.PositiveSmallIntegerField(default=0)
    n_stale = models.PositiveSmallIntegerField(default=0)
    # Of all assessed items, the LKE questions included.
    n_all = models.PositiveSmallIntegerField(default=0)
    n_all_decided = models.PositiveSmallIntegerField(default=0)

    # Nilai LKE Area VI, out of 10.
    nano_self = models.BigIntegerField(default=0)
    nano_certain = models.BigIntegerField(default=0)
    nano_possible = models.BigIntegerField(default=0)
    # Nilai 24 indikator, out of 5 (the five sub-areas' pemenuhan weights).
    nano_ind_self = models.BigIntegerField(default=0)
    nano_ind_certain = models.BigIntegerField(default=0)
    nano_ind_possible = models.BigIntegerField(default=0)
    verdict = models.CharField(
        max_length=8, choices=Verdict.choices, default=Verdict.UNSCORED
    )

    objects = UnitReadinessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "work_unit"], name="readiness_once"
            ),
        ]
        indexes = [
            models.Index(fields=["period", "path_then"], name="readiness_period_path"),
        ]

    def __str__(self) -> str:
        return f"{self.work_unit} · {self.period}"


class ReadinessPart(models.Model):
    """Points of one LKE sub-area in a summary row, in nano-points."""

    readiness = models.ForeignKey(
        UnitReadiness, on_delete=models.CASCADE, related_name="parts"
    )
    subarea = models.ForeignKey(SubArea, on_delete=models.PROTECT, related_name="+")
    nano_self = models.BigIntegerField(default=0)
    nano_certain = models.BigIntegerField(default=0)
    nano_possible = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["subarea__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["readiness", "subarea"], name="readiness_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.readiness} · {self.subarea}"


class ReadinessDay(models.Model):
    """The day's last points of a unit, kept only when they changed: the trend."""

    work_unit = models.ForeignKey(
        WorkUnit, on_delete=models.PROTECT, related_name="readiness_days"
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="readiness_days"
    )
    day = models.DateField()
    nano_certain = models.BigIntegerField()
    nano_possible = models.BigIntegerField()
    n_filled = models.PositiveSmallIntegerField(default=0)
    n_submitted = models.PositiveSmallIntegerField(default=0)
    n_accepted = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "work_unit", "day"], name="readiness_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_unit} · {self.day}"
