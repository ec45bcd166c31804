"""Stored bytes and the tray in which accepted uploads wait to be filed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from wbk_portal.accounts.models import WorkUnit


class Blob(models.Model):
    """Bytes in the private store: written once, never changed.

    The realm keeps units apart (``unit:7``, ``page:7`` for images made from it), so
    that nobody learns whether a file exists elsewhere.
    """

    class Scan(models.TextChoices):
        """Whether a virus scanner has looked."""

        NOT_SCANNED = "not_scanned"
        CLEAN = "clean"
        FOUND = "found"

    realm = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    mime = models.CharField(max_length=100)
    storage_key = models.CharField(max_length=200, unique=True)
    scan_state = models.CharField(
        max_length=12, choices=Scan.choices, default=Scan.NOT_SCANNED
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["realm", "sha256"], name="blob_once"),
        ]

    def __str__(self) -> str:
        return f"{self.realm} · {self.sha256[:12]}"


class TrayFile(models.Model):
    """A file that passed the gate and was acknowledged, not yet part of evidence.

    It stays in the person's tray of that unit when other files of the same drop
    fail, and until it is filed or discarded.
    """

    work_unit = models.ForeignKey(WorkUnit, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tray"
    )
    # The page on which it was dropped: "assessment:12", or empty on the unit's home.
    context_key = models.CharField(max_length=60, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)  # the gate's kind: pdf, docx, jpg …
    display_name = models.CharField(max_length=160)
    original_name = models.CharField(max_length=1000)
    received_at = models.DateTimeField(default=timezone.now)
    # When its person chose it, together with others, and its place among them: files
    # are sent side by side and arrive in any order.
    chosen_at = models.DateTimeField(default=timezone.now)
    position = models.PositiveSmallIntegerField(default=0)
    # Of the browser: the same act sent twice makes one row.
    client_token = models.CharField(max_length=64, blank=True)
    # What its person wrote beside it and has not saved yet: title, item, kind (text
    # as typed), and "left" where it was not to be filed. What is absent was not
    # touched: the portal's proposal stands.
    typed = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["chosen_at", "position", "pk"]
        indexes = [
            models.Index(
                fields=["user", "work_unit", "chosen_at", "position", "id"],
                name="tray_order",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "client_token"],
                condition=~models.Q(client_token=""),
                name="tray_token_once",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name
