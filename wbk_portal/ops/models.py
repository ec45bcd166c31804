"""Tables of the machinery; people appear as text keys (`User.key`)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """When a recurring work last succeeded, and what it said."""

    name = models.CharField(max_length=80, unique=True)
    last_ok = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("pekerjaan berkala")
        verbose_name_plural = _("pekerjaan berkala")

    def __str__(self) -> str:
        return self.name


class RateBucket(models.Model):
    """How often one thing happened in one window of time.

    Attributes:
        key: Keyed hash of what is counted; addresses and names do not stand here.
        ends_at: End of the window; the bucket means nothing afterwards.
        n: Hits so far, refused ones included.
    """

    key = models.CharField(max_length=64)
    ends_at = models.DateTimeField()
    n = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("penghitung batas")
        verbose_name_plural = _("penghitung batas")
        constraints = [
            models.UniqueConstraint(
                fields=["key", "ends_at"], name="rate_bucket_unique"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="rate_bucket_ends")]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.n}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reading notices."""

    def of(self, recipient_key: str) -> Self:
        """Notices addressed to one person."""
        return self.filter(recipient_key=recipient_key)

    def unseen(self) -> Self:
        """Notices that nobody has opened or marked."""
        return self.filter(seen_at__isnull=True)

    def seen(self) -> Self:
        """Notices that were opened or marked."""
        return self.filter(seen_at__isnull=False)


class Notice(models.Model):
    """One event addressed to one person; it links to the item concerned.

    Attributes:
        kind: Which sentence it is (`registry.notices`).
        key: Which event: with the recipient and the kind it stands once.
        params: Values of the sentence's placeholders.
        url: Path of the item in the portal.
    """

    recipient_key = models.CharField(max_length=80)
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pemberitahuan")
        verbose_name_plural = _("pemberitahuan")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_key", "kind", "key"], name="notice_event_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient_key", "-id"],
                condition=Q(seen_at__isnull=True),
                name="notice_unseen",
            ),
            models.Index(
                fields=["recipient_key", "-id"],
                condition=Q(seen_at__isnull=False),
                name="notice_seen",
            ),
            models.Index(fields=["kind", "key"], name="notice_event"),
            models.Index(fields=["seen_at"], name="notice_seen_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} → {self.recipient_key}"
