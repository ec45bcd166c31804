"""Evidence, its immutable versions, their files, and what was read from them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.models import EvidenceKind
from indicators.models.assessment import readable_units
from wbk_portal.accounts.models import User, WorkUnit

from .store import Blob


def has_good_file() -> Exists:
    """Return the condition on evidence: one file of the latest version can be used."""
    files = EvidenceFile.objects.filter(version=OuterRef("latest")).order_by()
    return Exists(files.exclude(state=EvidenceFile.State.REJECTED))


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Reading evidence."""

    def visible_to(self, user: User) -> Self:
        """Rows `user` may see. Every view that serves evidence starts here.

        The unit's own readers and assigned assessors; also the readers of a unit
        that links it (a higher unit's SK that applies below).
        """
        from .link import EvidenceLink  # link knows this module

        linked = EvidenceLink.objects.filter(evidence=OuterRef("pk")).filter(
            readable_units(user, "assessment__work_unit", "assessment__period")
        )
        return self.filter(readable_units(user, "work_unit", "") | Q(Exists(linked)))

    def usable(self) -> Self:
        """Neither withdrawn nor in the bin."""
        return self.filter(withdrawn_at__isnull=True, discarded_at__isnull=True)

    def with_good_file(self) -> Self:
        """With a file in the latest version that was not rejected after acceptance."""
        return self.filter(has_good_file())

    def with_latest(self) -> Self:
        """With the latest version and its files: two more queries in all."""
        files = EvidenceFile.objects.select_related("blob").order_by("position")
        return self.select_related("kind", "work_unit", "latest").prefetch_related(
            Prefetch("latest__files", queryset=files)
        )


class Evidence(models.Model):
    """A document, photograph or web capture that a unit keeps, in versions."""

    work_unit = models.ForeignKey(
        WorkUnit, on_delete=models.PROTECT, related_name="evidence"
    )
    kind = models.ForeignKey(EvidenceKind, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("judul"), max_length=200)
    # Where it came from when it was not uploaded: "survey:3" (see the registry).
    origin = models.CharField(max_length=80, blank=True)
    applies_below = models.BooleanField(
        _("berlaku untuk unit di bawahnya"), default=False
    )
    latest = models.ForeignKey(
        "EvidenceVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)
    # In the bin for seven days; only what never stood in a round can go there.
    discarded_at = models.DateTimeField(null=True)
    # Withdrawn after it stood in a round: a tombstone, the bytes are kept.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        verbose_name = _("bukti dukung")
        indexes = [
            models.Index(
                fields=["work_unit", "-changed_at"], name="evidence_unit_changed"
            ),
            # The list of those who read everything walks these and stops at 24 rows.
            models.Index(fields=["-changed_at", "-id"], name="evidence_changed"),
            models.Index(fields=["title", "id"], name="evidence_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Text key for log entries and notices."""
        return f"evidence:{self.pk}"

    @property
    def is_usable(self) -> bool:
        """Neither withdrawn nor in the bin."""
        return self.withdrawn_at is None and self.discarded_at is None


class EvidenceVersion(models.Model):
    """One state of an evidence; never changed after it was made."""

    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    document_date = models.DateField(_("tanggal dokumen"), null=True, blank=True)
    covers_from = models.DateField(_("mencakup sejak"), null=True, blank=True)
    covers_until = models.DateField(_("mencakup sampai"), null=True, blank=True)
    valid_until = models.DateField(_("berlaku sampai"), null=True, blank=True)
    public_from = models.DateField(_("terbuka untuk umum sejak"), null=True, blank=True)
    note = models.CharField(_("catatan"), max_length=500, blank=True)
    # Web address seen on a day; the portal never fetches it, the capture is a file.
    url = models.URLField(_("alamat web"), max_length=500, blank=True)
    seen_on = models.DateField(_("dilihat pada"), null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "number"], name="evidence_version_once"
            ),
            models.CheckConstraint(
                condition=Q(covers_from__isnull=True)
                | Q(covers_until__isnull=True)
                | Q(covers_until__gte=models.F("covers_from")),
                name="evidence_version_covers_in_order",
                violation_error_message=_(
                    "Akhir masa yang dicakup tidak boleh lebih awal dari awalnya."
                ),
            ),
            models.CheckConstraint(
                condition=Q(url="") | Q(seen_on__isnull=False),
                name="evidence_version_url_has_day",
                violation_error_message=_("Isi tanggal alamat web itu dilihat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} · v{self.number}"

    def clean(self) -> None:
        """Refuse a document from the future."""
        if (
            self.document_date
            and self.document_date > timezone.localdate() + dt.timedelta(days=1)
        ):
            raise ValidationError(
                {"document_date": _("Tanggal dokumen belum terjadi. Periksa tahunnya.")}
            )


class EvidenceFileQuerySet(models.QuerySet["EvidenceFile"]):
    """Reading files."""

    def visible_to(self, user: User) -> Self:
        """Files of evidence that `user` may see."""
        return self.filter(
            version__evidence__in=Evidence.objects.visible_to(user).order_by()
        )


class EvidenceFile(models.Model):
    """One file of a version; `state` is what the worker found out about it."""

    class State(models.TextChoices):
        """From acceptance to a readable page image, or a clear end."""

        PENDING = "pending", _("Pratinjau sedang dibuat")
        READY = "ready", _("Siap")
        PARTIAL = "partial", _("Pratinjau sebagian")
        UNAVAILABLE = "unavailable", _("Pratinjau tidak tersedia")
        REJECTED = "rejected", _("Ditolak setelah diterima")

    version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="files"
    )
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8)
    display_name = models.CharField(max_length=160)
    original_name = models.CharField(max_length=1000)
    # Columns below are written by the worker.
    state = models.CharField(
        max_length=11, choices=State.choices, default=State.PENDING
    )
    state_reason = models.CharField(max_length=300, blank=True)
    pages = models.PositiveIntegerField(null=True)
    processed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = EvidenceFileQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"], name="evidence_file_position_once"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name


class PageImage(models.Model):
    """A picture of one page, made by the worker in a limited child process."""

    class Size(models.TextChoices):
        """The page to read, or the small one for lists."""

        PAGE = "page"
        THUMB = "thumb"

    file = models.ForeignKey(
        EvidenceFile, on_delete=models.CASCADE, related_name="page_images"
    )
    page = models.PositiveIntegerField()
    size = models.CharField(max_length=5, choices=Size.choices, default=Size.PAGE)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file", "page", "size"], name="page_image_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file} · {self.page}"


class PageText(models.Model):
    """The text of one page, as read from the file."""

    file = models.ForeignKey(
        EvidenceFile, on_delete=models.CASCADE, related_name="page_texts"
    )
    page = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["page"]
        constraints = [
            models.UniqueConstraint(fields=["file", "page"], name="page_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file} · {self.page}"
