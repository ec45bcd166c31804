"""The tree of work units and the services that each of them gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

# Last value of one step of a path: no sibling ever gets it.
_LAST_STEP = "ZZZZ"


def in_branches(field: str, branches: Iterable[str]) -> Q:
    """Return the condition "the path in `field` lies in one of the branches".

    A branch is the path of its top unit, which belongs to it. The condition is a
    range on the indexed path, never a list of ids and never LIKE.

    Args:
        field: Name of a path column, for instance ``work_unit__path``.
        branches: Paths; empty means that nothing matches.
    """
    condition = Q(pk__in=[])
    for path in branches:
        condition |= Q(**{f"{field}__gte": path, f"{field}__lte": path + _LAST_STEP})
    return condition


class TimeZone(models.TextChoices):
    """The three time zones of Indonesia."""

    WIB = "Asia/Jakarta", _("WIB")
    WITA = "Asia/Makassar", _("WITA")
    WIT = "Asia/Jayapura", _("WIT")


class WorkUnitQuerySet(MP_NodeQuerySet):
    """Reading the tree."""

    def in_branches(self, branches: Iterable[str]) -> Self:
        """Units of the given branches, tops included."""
        found: Self = self.filter(in_branches("path", branches))
        return found

    def active_on(self, day: dt.date) -> Self:
        """Units that exist on `day`."""
        found: Self = self.filter(
            Q(active_until__isnull=True) | Q(active_until__gte=day),
            active_from__lte=day,
        )
        return found

    def assessed(self) -> Self:
        """Units whose indicators are assessed."""
        found: Self = self.filter(is_assessed=True)
        return found

    def by_tree(self) -> Self:
        """Parents before their children, in the order of the paths."""
        found: Self = self.order_by("path")
        return found


class WorkUnitManager(MP_NodeManager.from_queryset(WorkUnitQuerySet)):  # type: ignore[misc]
    """Manager that keeps treebeard's ordering by path."""

    def get_queryset(self) -> WorkUnitQuerySet:
        """Rows in the order of the tree."""
        rows: WorkUnitQuerySet = WorkUnitQuerySet(self.model, using=self._db)
        return rows.by_tree()


class WorkUnit(MP_Node):
    """A unit kerja: an agency, a regional office, a service unit.

    The tree is kept by treebeard as a path of fixed-width steps; only this app knows
    that. Rows are made with `accounts.services.create_unit`, never `objects.create`.
    """

    steplen = 4
    MAX_DEPTH = 60
    """Levels that a path of 255 characters surely holds."""
    RESERVED_CODES = frozenset({"baru"})
    """Codes that are words in the addresses of the portal."""

    code = models.CharField(
        _("kode"),
        max_length=30,
        unique=True,
        error_messages={"unique": _("Kode ini sudah dipakai unit lain.")},
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9.-]*$",
                _("Kode hanya berisi huruf, angka, titik, dan tanda hubung."),
            )
        ],
        help_text=_("Pendek dan terbaca, misalnya PN-SKM. Tampil di alamat halaman."),
    )
    name = models.CharField(_("nama"), max_length=200)
    kind = models.CharField(
        _("jenis"),
        max_length=80,
        blank=True,
        help_text=_("Misalnya Kantor wilayah, Balai pelatihan."),
    )
    time_zone = models.CharField(
        _("zona waktu"),
        max_length=40,
        choices=TimeZone.choices,
        default=TimeZone.WIB,
    )
    is_assessed = models.BooleanField(
        _("dinilai"),
        default=False,
        help_text=_("Unit ini mengisi dan dinilai atas 24 indikator."),
    )
    active_from = models.DateField(_("aktif sejak"), default=dt.date(2000, 1, 1))
    active_until = models.DateField(_("aktif sampai"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = WorkUnitManager()

    class Meta:
        verbose_name = _("unit kerja")
        verbose_name_plural = _("unit kerja")
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="unit_code_unique_in_any_case",
                violation_error_message=_("Kode ini sudah dipakai unit lain."),
            ),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True)
                | Q(active_until__gte=models.F("active_from")),
                name="unit_ends_after_it_begins",
                violation_error_message=_(
                    "Tanggal akhir tidak boleh lebih awal dari tanggal mulai."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def key(self) -> str:
        """Text key for log entries and notices."""
        return f"unit:{self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which this unit's deadlines are shown."""
        return ZoneInfo(self.time_zone)

    def is_active_on(self, day: dt.date) -> bool:
        """Whether the unit exists on `day`."""
        return bool(
            self.active_from <= day
            and (self.active_until is None or day <= self.active_until)
        )

    @property
    def parent_path(self) -> str:
        """Path of the unit above; empty for a top unit."""
        return str(self.path[: -self.steplen])

    @property
    def ancestor_paths(self) -> list[str]:
        """Paths of the units above, the top one first."""
        path, step = str(self.path), self.steplen
        return [path[:end] for end in range(step, len(path), step)]

    def clean(self) -> None:
        """Refuse a code that is a word in addresses."""
        super().clean()
        if str(self.code).lower() in self.RESERVED_CODES:
            raise ValidationError({"code": _("Kode ini dipakai oleh portal sendiri.")})

    def contains(self, other_path: str) -> bool:
        """Whether a path lies in this unit's branch (the unit itself included)."""
        return other_path.startswith(self.path)


class Service(models.Model):
    """A service (jenis layanan) that a unit gives to the public."""

    work_unit = models.ForeignKey(
        WorkUnit, on_delete=models.PROTECT, related_name="services"
    )
    code = models.CharField(_("kode"), max_length=30)
    name = models.CharField(_("nama layanan"), max_length=200)
    active_from = models.DateField(_("aktif sejak"), default=dt.date(2000, 1, 1))
    active_until = models.DateField(_("aktif sampai"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("layanan")
        verbose_name_plural = _("layanan")
        constraints = [
            models.UniqueConstraint(
                fields=["work_unit", "code"],
                name="service_code_unique_in_unit",
                violation_error_message=_("Kode layanan ini sudah dipakai."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse an end before the beginning."""
        if self.active_until and self.active_until < self.active_from:
            errors: dict[str, Any] = {
                "active_until": _(
                    "Tanggal akhir tidak boleh lebih awal dari tanggal mulai."
                )
            }
            raise ValidationError(errors)
