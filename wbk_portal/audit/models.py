"""Tables of the log.

An entry's hash covers the hash before it, who, what, when and on what, and a salted
commitment to the payload. The payload stands apart: it can be erased (personal data)
or withheld (blind values) and the chain still verifies.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

INSTALLATION = "installation"
"""Key of the chain for what belongs to no unit."""


class Chain(models.Model):
    """One chain of entries: of a unit (its key, ``unit:7``) or of the installation.

    `head_seq` and `head_hash` name the last entry; `previous_hash` the one before,
    kept here so that one UPDATE can both move the head and return what it follows.
    """

    key = models.CharField(max_length=80, unique=True)
    head_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["key"]
        verbose_name = _("rantai catatan")
        verbose_name_plural = _("rantai catatan")

    def __str__(self) -> str:
        return self.key


class AuditEntry(models.Model):
    """One recorded act. Written once by `audit.record`, never changed or deleted."""

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor_key = models.CharField(max_length=80)
    target_type = models.CharField(max_length=40)
    target_key = models.CharField(max_length=120)
    payload_hash = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("catatan")
        verbose_name_plural = _("catatan")
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "seq"], name="audit_entry_seq_unique_in_chain"
            ),
        ]
        indexes = [
            models.Index(
                fields=["target_type", "target_key", "-id"], name="audit_entry_target"
            ),
            models.Index(fields=["actor_key", "-id"], name="audit_entry_actor"),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_id}/{self.seq} {self.action}"


class AuditPayload(models.Model):
    """What an entry says in names, texts and values.

    Attributes:
        data: Canonical JSON exactly as it was hashed; NULL once erased.
        salt: Random, so that a short value cannot be guessed from its hash; erased
            together with the data.
        withheld: Not to be shown yet: values of one assessor before the decision.
    """

    entry = models.OneToOneField(
        AuditEntry,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="payload",
    )
    # Text, not JSON: the database must give back the very characters hashed. NULL
    # means erased, which an empty object does not.
    data = models.TextField(null=True)  # noqa: DJ001
    salt = models.CharField(max_length=64, null=True)  # noqa: DJ001
    withheld = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("isi catatan")
        verbose_name_plural = _("isi catatan")

    def __str__(self) -> str:
        return f"{self.entry_id}"

    @property
    def values(self) -> Mapping[str, Any] | None:
        """The payload as recorded, None once erased."""
        if self.data is None:
            return None
        found: Mapping[str, Any] = json.loads(self.data)
        return found
