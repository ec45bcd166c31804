"""What evidence an item expects, and which questions an indicator bears on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .item import Item


class EvidenceKind(models.Model):
    """A kind of evidence, such as *laporan_skm*; not bound to an edition."""

    WEB_ADDRESS = "tautan_web"
    PHOTO = "foto"
    OTHER = "lainnya"

    key = models.SlugField(max_length=60, unique=True)
    label = models.CharField(_("nama"), max_length=200)
    is_generic = models.BooleanField(
        default=False, help_text=_("Dapat dipakai untuk setiap butir.")
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("jenis bukti dukung")
        verbose_name_plural = _("jenis bukti dukung")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        """Return the label that people see."""
        return self.label

    @property
    def is_web_address(self) -> bool:
        """Return True for the kind that needs a URL, a date seen and a capture."""
        return self.key == self.WEB_ADDRESS


class ItemMap(models.Model):
    """How the evidence of an indicator bears on a question of the LKE."""

    class Coverage(models.TextChoices):
        """How far the indicator covers the question."""

        FULL = "full", _("menjawab seluruhnya")
        PARTIAL = "partial", _("menjawab sebagian")
        SUPPORTING = "supporting", _("menguatkan")

    indicator = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="question_maps"
    )
    question = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="indicator_maps"
    )
    coverage = models.CharField(max_length=10, choices=Coverage.choices)
    leads = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("hubungan indikator dan pertanyaan")
        verbose_name_plural = _("hubungan indikator dan pertanyaan")
        ordering = ["indicator_id", "question_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "question"], name="item_map_unique"
            ),
            models.CheckConstraint(
                condition=Q(leads=False) | Q(coverage="full"),
                name="item_map_leader_covers_fully",
            ),
        ]

    def __str__(self) -> str:
        """Return the two keys and the coverage."""
        return f"{self.indicator_id} -> {self.question_id} ({self.coverage})"


class ItemKind(models.Model):
    """An expected kind of evidence for an item, with the reason why it helps."""

    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="expected_kinds"
    )
    kind = models.ForeignKey(
        EvidenceKind, on_delete=models.PROTECT, related_name="item_kinds"
    )
    label = models.CharField(_("nama"), max_length=200)
    why = models.TextField(_("kegunaan"), blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("jenis bukti dukung yang diharapkan")
        verbose_name_plural = _("jenis bukti dukung yang diharapkan")
        ordering = ["item_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "kind"], name="item_kind_unique"),
        ]

    def __str__(self) -> str:
        """Return the label in this edition."""
        return self.label
