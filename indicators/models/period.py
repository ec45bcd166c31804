"""Assessment periods, their stages, and who assesses which unit."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from wbk_portal.accounts.models import WorkUnit

from .catalogue import Instrument


class AssessmentPeriod(models.Model):
    """A year's assessment: its instruments, its rules, its state."""

    class State(models.TextChoices):
        """A closed period never changes again, below the views."""

        DRAFT = "draft", _("Disiapkan")
        OPEN = "open", _("Berjalan")
        CLOSED = "closed", _("Ditutup")

    class Release(models.TextChoices):
        """When the unit sees a decided value."""

        IMMEDIATE = "immediate", _("Langsung setelah dinilai")
        BY_LEAD = "by_lead", _("Setelah dilepas ketua tim")

    class ZeroDenominator(models.TextChoices):
        """Value of a percent question whose base is zero; sources conflict."""

        ZERO = "zero", _("Bernilai 0")
        FULL = "full", _("Bernilai penuh")

    slug = models.CharField(
        _("alamat"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(
                r"^[0-9]{4}[a-z0-9-]*$",
                _(
                    "Alamat dimulai dengan tahun; sesudahnya hanya huruf kecil, angka, "
                    "dan tanda hubung, misalnya 2026 atau 2026-b."
                ),
            )
        ],
        help_text=_("Tampil di alamat halaman, misalnya 2026."),
    )
    year = models.PositiveSmallIntegerField(_("tahun"))
    name = models.CharField(_("nama"), max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    release = models.CharField(
        _("nilai terlihat oleh unit"),
        max_length=10,
        choices=Release.choices,
        default=Release.IMMEDIATE,
    )
    zero_denominator = models.CharField(
        _("persentase dengan pembagi nol"),
        max_length=5,
        choices=ZeroDenominator.choices,
        default=ZeroDenominator.ZERO,
    )
    requires_approval = models.BooleanField(
        _("pengajuan disetujui kepala unit"), default=True
    )
    n_assessors = models.PositiveSmallIntegerField(_("penilai per unit"), default=1)
    revision_days = models.PositiveSmallIntegerField(
        _("hari kerja untuk perbaikan"), default=5
    )
    last_receipt = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ["-year", "slug"]
        verbose_name = _("periode penilaian")
        verbose_name_plural = _("periode penilaian")
        constraints = [
            models.CheckConstraint(
                condition=Q(n_assessors__gte=1), name="period_has_an_assessor"
            ),
            # On PostgreSQL an UPDATE of a column in a unique index takes the row's
            # strongest lock: whoever changes the state waits for all writers whose
            # guards hold the row FOR KEY SHARE (indicators.guards).
            models.UniqueConstraint(fields=["id", "state"], name="period_state_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Text key for log entries and notices."""
        return f"period:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether work of this period may change."""
        return self.state == self.State.OPEN


class PeriodInstrument(models.Model):
    """An edition of an instrument that a period uses."""

    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="instruments"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="periods"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "instrument"], name="period_instrument_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.instrument}"


class Stage(models.TextChoices):
    """The stages of a period; their windows may overlap."""

    FILLING = "filling", _("Pengisian")
    REVIEW = "review", _("Penilaian")
    OBJECTION = "objection", _("Masa sanggah")


class StageWindow(models.Model):
    """From when until when a stage is open; instants, not days."""

    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="windows"
    )
    stage = models.CharField(_("tahap"), max_length=10, choices=Stage.choices)
    opens_at = models.DateTimeField(_("dibuka"))
    closes_at = models.DateTimeField(_("ditutup"))

    class Meta:
        ordering = ["opens_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "stage"], name="stage_window_once"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="stage_window_closes_after_opening",
                violation_error_message=_("Waktu tutup harus setelah waktu buka."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.get_stage_display()}"

    def is_open_at(self, moment: dt.datetime) -> bool:
        """Whether the window is open at `moment`; the closing instant is outside."""
        return self.opens_at <= moment < self.closes_at


class Grace(models.Model):
    """More time for one unit in one stage."""

    window = models.ForeignKey(
        StageWindow, on_delete=models.PROTECT, related_name="graces"
    )
    work_unit = models.ForeignKey(WorkUnit, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(_("sampai"))
    reason = models.CharField(_("alasan"), max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["window", "work_unit"], name="grace_once_per_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_unit} · {self.window}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Reading assignments."""

    def active_on(self, day: dt.date) -> Self:
        """Assignments that hold on `day`."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            valid_from__lte=day,
        )


class Assignment(models.Model):
    """What a person of the assessing side is for a unit in a period."""

    class Duty(models.TextChoices):
        """Who assesses, who leads the team, and who checks the lead."""

        ASSESSOR = "assessor", _("Penilai")
        LEAD = "lead", _("Ketua tim penilai")
        CONTROLLER = "controller", _("Pengendali teknis")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("penilai"),
    )
    work_unit = models.ForeignKey(
        WorkUnit,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("unit kerja"),
    )
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="assignments"
    )
    duty = models.CharField(
        _("sebagai"), max_length=10, choices=Duty.choices, default=Duty.ASSESSOR
    )
    valid_from = models.DateField(_("berlaku sejak"))
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["work_unit__path"]
        verbose_name = _("penugasan penilai")
        verbose_name_plural = _("penugasan penilai")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "work_unit", "period", "duty"],
                name="assignment_once",
                violation_error_message=_("Penilai ini sudah ditugaskan di unit itu."),
            ),
        ]
        indexes = [
            models.Index(fields=["period", "work_unit"], name="assignment_period_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.work_unit} · {self.period}"
