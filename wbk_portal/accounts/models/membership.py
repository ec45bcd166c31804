"""Memberships: who is what, for which branch, from when until when."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .unit import WorkUnit


class Role(models.TextChoices):
    """What a person can be for a branch of the tree; inherited downwards."""

    OPERATOR = "operator", _("Operator unit")
    HEAD = "head", _("Kepala unit")
    COACH = "coach", _("Pendamping")
    ASSESSOR = "assessor", _("Penilai TPI")
    LEAD = "lead", _("Ketua tim penilai")
    CONTROLLER = "controller", _("Pengendali teknis")
    MANAGER = "manager", _("Pimpinan")
    COMPLAINT_OFFICER = "complaint_officer", _("Petugas pengaduan")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Delegation(models.TextChoices):
    """How a deputy signs."""

    PLT = "plt", _("Plt.")
    PLH = "plh", _("Plh.")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reading memberships."""

    def active_on(self, day: dt.date) -> Self:
        """Memberships that hold on `day`."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            valid_from__lte=day,
        )

    def overlapping(self, first: dt.date, last: dt.date) -> Self:
        """Memberships that hold on at least one day from `first` to `last`."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=first),
            valid_from__lte=last,
        )


class Membership(models.Model):
    """One role of one person for one branch, for a span of days."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("orang"),
    )
    work_unit = models.ForeignKey(
        WorkUnit,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("unit kerja"),
    )
    role = models.CharField(_("peran"), max_length=20, choices=Role.choices)
    valid_from = models.DateField(_("berlaku sejak"))
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    delegator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mewakili"),
    )
    delegation = models.CharField(
        _("sebagai"), max_length=3, choices=Delegation.choices, blank=True
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["work_unit__path", "role", "valid_from"]
        verbose_name = _("peran")
        verbose_name_plural = _("peran")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=models.F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message=_(
                    "Tanggal akhir tidak boleh lebih awal dari tanggal mulai."
                ),
            ),
            models.CheckConstraint(
                condition=Q(delegation="", delegator__isnull=True)
                | (
                    ~Q(delegation="")
                    & Q(delegator__isnull=False, valid_until__isnull=False)
                ),
                name="membership_delegation_has_delegator_and_end",
                violation_error_message=_(
                    "Plt. dan Plh. memerlukan pejabat yang diwakili dan tanggal akhir."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "valid_from"], name="membership_user_from"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.title} · {self.work_unit}"

    @property
    def title(self) -> str:
        """The role as shown: "Kepala unit" or "Plh. Kepala unit"."""
        if self.delegation:
            return f"{self.get_delegation_display()} {self.get_role_display()}"
        return str(self.get_role_display())

    def clean(self) -> None:
        """Refuse a person who stands in for themselves."""
        if self.delegator_id is not None and self.delegator_id == self.user_id:
            raise ValidationError(
                {"delegator": _("Seseorang tidak dapat mewakili dirinya sendiri.")}
            )
