"""Changing what is said of an evidence, the bin, and withdrawing."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import Evidence
from evidence.permissions import (
    can_change,
    can_discard,
    can_restore,
    can_withdraw,
)
from evidence.services import links, notices
from indicators.models import EvidenceKind
from wbk_portal.accounts.models import User
from wbk_portal.audit.services import record
from wbk_portal.common.errors import ConflictError
from wbk_portal.common.permissions import require
from wbk_portal.common.terms import with_terms

from .facts import clean_title

REASON_MAX = 300


def _log(user: User, action: str, evidence: Evidence, **payload: object) -> None:
    record(
        actor_key=user.key,
        action=action,
        target=("evidence", str(evidence.pk)),
        unit_key=evidence.work_unit.key,
        payload={"title": evidence.title, **payload},
    )


@transaction.atomic
def edit_evidence(
    *,
    user: User,
    evidence: Evidence,
    version: int,
    title: str,
    kind: EvidenceKind,
    applies_below: bool,
) -> Evidence:
    """Change title, kind, and whether units below may use it.

    Args:
        version: `Evidence.version` that the person had in view.

    Raises:
        PermissionDenied: `can_change` refuses.
        ValidationError: By field name.
        ConflictError: Somebody changed it since; carries title, kind, applies_below.
    """
    locked = links.lock_evidence(evidence.pk)
    require(can_change(user, locked))
    wanted = (clean_title(title), kind.pk, applies_below)
    before = (locked.title, locked.kind_id, locked.applies_below)
    if wanted == before:
        return locked
    if locked.version != version:
        raise ConflictError(
            with_terms(
                _("%(Term)s ini baru saja diubah. Pilih isian yang akan dipakai.")
            ),
            current={
                "title": locked.title,
                "kind": locked.kind_id,
                "applies_below": locked.applies_below,
            },
            version=locked.version,
        )
    if applies_below and not locked.work_unit.numchild:
        raise ValidationError(
            {"applies_below": _("Unit ini tidak mempunyai unit di bawahnya.")}
        )
    _check_kind(locked, kind)
    old_title, old_kind = locked.title, locked.kind
    locked.title, locked.applies_below = wanted[0], applies_below
    locked.kind = kind
    locked.changed_at = timezone.now()
    locked.version += 1
    locked.save(
        update_fields=["title", "kind", "applies_below", "changed_at", "version"]
    )
    _log(
        user,
        "evidence.changed",
        locked,
        before=old_title,
        kind=kind.key,
        **_kind_payload(old_kind, kind),
    )
    return locked


@transaction.atomic
def set_kind(
    *, user: User, evidence: Evidence, seen_kind_id: int, kind: EvidenceKind
) -> Evidence:
    """Say of what kind it is, and nothing else; told in the history.

    Args:
        seen_kind_id: Key of the kind that the person had in view.

    Raises:
        PermissionDenied: `can_change` refuses.
        ValidationError: The kind needs a web address (field ``kind``).
        ConflictError: Somebody gave it another kind since; carries ``kind``.
    """
    locked = links.lock_evidence(evidence.pk)
    require(can_change(user, locked))
    if locked.kind_id == kind.pk:
        return locked
    if locked.kind_id != seen_kind_id:
        raise ConflictError(
            _(
                "Jenis “%(title)s” baru saja diubah menjadi “%(kind)s”. Periksa, lalu "
                "ubah lagi bila belum tepat."
            )
            % {"title": locked.title, "kind": locked.kind.label},
            current={"kind": locked.kind_id},
            version=locked.version,
        )
    _check_kind(locked, kind)
    old_kind = locked.kind
    locked.kind = kind
    locked.changed_at = timezone.now()
    locked.version += 1
    locked.save(update_fields=["kind", "changed_at", "version"])
    _log(
        user,
        "evidence.changed",
        locked,
        before=locked.title,
        kind=kind.key,
        **_kind_payload(old_kind, kind),
    )
    return locked


def _check_kind(evidence: Evidence, kind: EvidenceKind) -> None:
    if kind.is_web_address and not (evidence.latest and evidence.latest.url):
        raise ValidationError(
            {"kind": _("Jenis ini memerlukan alamat web; tambahkan versi baru.")}
        )


def _kind_payload(old: EvidenceKind, new: EvidenceKind) -> dict[str, str]:
    """Return what the history says of another kind; nothing for the same."""
    return {} if old == new else {"old_kind": old.label, "new_kind": new.label}


@transaction.atomic
def discard_evidence(*, user: User, evidence: Evidence) -> Evidence:
    """Put it into the bin for seven days; items that use it count without it.

    Raises:
        PermissionDenied: `can_discard` refuses: it stood in a round, for instance.
    """
    locked = links.lock_with_uses(evidence.pk)
    require(can_discard(user, locked))
    locked.discarded_at = timezone.now()
    locked.version += 1
    locked.save(update_fields=["discarded_at", "version"])
    _log(user, "evidence.discarded", locked)
    links.recount_evidence([locked.pk])
    notices.unusable("evidence.discarded", locked, actor=user)
    return locked


@transaction.atomic
def restore_evidence(*, user: User, evidence: Evidence) -> Evidence:
    """Take it out of the bin, with the links that it had.

    Raises:
        PermissionDenied: `can_restore` refuses.
    """
    locked = links.lock_with_uses(evidence.pk)
    require(can_restore(user, locked))
    locked.discarded_at = None
    locked.version += 1
    locked.save(update_fields=["discarded_at", "version"])
    _log(user, "evidence.restored", locked)
    links.recount_evidence([locked.pk])
    return locked


@transaction.atomic
def withdraw_evidence(*, user: User, evidence: Evidence, reason: str) -> Evidence:
    """Withdraw it for good: a tombstone with the reason; the bytes are kept.

    Raises:
        PermissionDenied: `can_withdraw` refuses.
        ValidationError: No reason (field ``reason``).
    """
    cleaned = " ".join(reason.replace("\x00", "").split())
    if not cleaned:
        raise ValidationError({"reason": _("Tuliskan alasan penarikan.")})
    if len(cleaned) > REASON_MAX:
        raise ValidationError({"reason": _("Alasan paling panjang 300 huruf.")})
    locked = links.lock_with_uses(evidence.pk)
    require(can_withdraw(user, locked))
    locked.withdrawn_at = timezone.now()
    locked.withdrawn_reason = cleaned
    locked.version += 1
    locked.save(update_fields=["withdrawn_at", "withdrawn_reason", "version"])
    _log(user, "evidence.withdrawn", locked, reason=cleaned)
    links.recount_evidence([locked.pk])
    notices.unusable("evidence.withdrawn", locked, actor=user)
    return locked
