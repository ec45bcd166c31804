"""Editions of instruments, and their sub-areas."""

from fractions import Fraction

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    """Reading logic of instruments."""

    def newest(self, key: str) -> "Instrument | None":
        """Return the highest loaded edition of `key`, or None; one query."""
        return self.filter(key=key).order_by("-edition").first()


class Instrument(models.Model):
    """One edition of a catalogue: the 24 indicators, the LKE, or a parent list.

    Frozen once loaded: its content is identified by `source_sha256`, the hash of the
    data file's canonical JSON.
    """

    INDICATORS = "wbk-06"
    LKE = "lke-90-2021-area-vi"
    PMPRB = "pmprb-area-8"

    key = models.SlugField(_("kunci"), max_length=40)
    edition = models.PositiveIntegerField(_("edisi"))
    name = models.CharField(_("nama"), max_length=200)
    regulation = models.CharField(_("peraturan"), max_length=400)
    source_sha256 = models.CharField(max_length=64)
    thresholds = models.JSONField(
        default=dict, blank=True, help_text=_("Nilai minimal, sebagai pecahan.")
    )
    sources = models.JSONField(default=list, blank=True)
    builds_on = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("Edisi instrumen lain yang dirujuk: {key: edition}."),
    )
    loaded_at = models.DateTimeField(_("dimuat pada"), auto_now_add=True)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instrumen")
        verbose_name_plural = _("instrumen")
        ordering = ["key", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "edition"], name="instrument_key_edition_unique"
            ),
            models.CheckConstraint(
                condition=Q(edition__gte=1), name="instrument_edition_from_one"
            ),
        ]

    def __str__(self) -> str:
        """Return key and edition, as in the data file's name."""
        return f"{self.key} ed. {self.edition}"


class SubArea(models.Model):
    """A group of items with one weight.

    In the LKE the weight is points of the area's 10 (five of 1 under *pemenuhan*, two
    of 5/2 under *reform*). In wbk-06 it is points of *Nilai 24 indikator* (five of 1,
    as in the LKE) and `counterpart` names the LKE sub-area of the same subject. In
    PMPRB it is points of that instrument; nothing is computed from it.
    """

    class Component(models.TextChoices):
        """The half of the LKE; empty outside the LKE."""

        FULFILMENT = "pemenuhan", _("Pemenuhan")
        REFORM = "reform", _("Reform")

    instrument = models.ForeignKey(
        Instrument, on_delete=models.PROTECT, related_name="subareas"
    )
    key = models.CharField(max_length=40)
    roman = models.CharField(
        max_length=10, help_text=_("Penomoran tercetak, misalnya iii atau 8.3.")
    )
    name = models.CharField(_("nama"), max_length=200)
    component = models.CharField(
        max_length=10,
        choices=Component.choices,
        blank=True,
        default="",
    )
    weight_num = models.PositiveIntegerField()
    weight_den = models.PositiveIntegerField(default=1)
    counterpart = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="counterparts",
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("subarea")
        verbose_name_plural = _("subarea")
        ordering = ["instrument_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "key"], name="subarea_key_unique"
            ),
            models.CheckConstraint(
                condition=Q(weight_den__gte=1), name="subarea_weight_den_positive"
            ),
        ]

    def __str__(self) -> str:
        """Return the official name."""
        return self.name

    @property
    def weight(self) -> Fraction:
        """Return the weight as an exact fraction (see the class for its unit)."""
        return Fraction(self.weight_num, self.weight_den)
