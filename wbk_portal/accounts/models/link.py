"""Links that open one page once: for the first administrator, for a password."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    """Reading links."""

    def usable(self) -> OneTimeLinkQuerySet:
        """Links that still open their page now."""
        return self.filter(used_at__isnull=True, expires_at__gt=timezone.now())


class OneTimeLink(models.Model):
    """A link that was shown to somebody once; only the hash of its token is kept.

    Attributes:
        token_hash: SHA-256 of the token, in hex; the token itself is nowhere.
        purpose: What the page does.
        user: Whose password it sets; None for the first administrator.
        resets_second_factor: Using it also removes the person's second step.
        used_at: When it was used, or replaced by a newer one.
    """

    class Purpose(models.TextChoices):
        """What a link is for."""

        FIRST_ADMIN = "first_admin", _("Administrator pertama")
        SET_PASSWORD = "set_password", _("Membuat kata sandi")

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="links",
    )
    resets_second_factor = models.BooleanField(default=False)
    created_by_key = models.CharField(max_length=80)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("tautan sekali pakai")
        verbose_name_plural = _("tautan sekali pakai")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="first_admin", user__isnull=True)
                | Q(purpose="set_password", user__isnull=False),
                name="link_user_fits_purpose",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="link_expires")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.token_hash[:8]}"

    @property
    def is_usable(self) -> bool:
        """Whether the link still opens its page."""
        return self.used_at is None and self.expires_at > timezone.now()
