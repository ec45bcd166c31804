"""Days on which offices are closed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A public holiday or a day of collective leave (cuti bersama).

    Decrees come late and change: the rows are seeded by `load_holidays` and an
    administrator corrects them.
    """

    class Kind(models.TextChoices):
        """Why the day is free."""

        PUBLIC = "public", _("Libur nasional")
        COLLECTIVE = "collective", _("Cuti bersama")

    date = models.DateField(_("tanggal"), unique=True)
    name = models.CharField(_("nama"), max_length=150)
    kind = models.CharField(_("jenis"), max_length=12, choices=Kind.choices)
    source = models.CharField(_("sumber"), max_length=150, blank=True)

    class Meta:
        ordering = ["date"]
        verbose_name = _("hari libur")
        verbose_name_plural = _("hari libur")

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"
