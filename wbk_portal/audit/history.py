"""Reading the log: the history of an object, newest first."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from wbk_portal.common import registry

from .models import AuditEntry

SYSTEM = "system"


@dataclass(frozen=True)
class HistoryLine:
    """One act as a person reads it.

    Attributes:
        id: The entry's id; give the last one as `before` for the next page.
        at: When; show it in the unit's zone.
        actor: The actor's name, "Sistem", or a dash when nobody can name the key.
        text: What happened, in the active language.
        payload: The recorded values; None when erased or withheld.
        erased: The payload was erased by law.
        withheld: The entry is not open to the unit yet (only when asked for).
    """

    id: int
    at: dt.datetime
    actor_key: str
    actor: str
    action: str
    text: str
    target: tuple[str, str]
    payload: Mapping[str, Any] | None
    erased: bool
    withheld: bool


def history_of(
    target_type: str,
    target_key: str,
    limit: int = 50,
    *,
    before: int | None = None,
    include_withheld: bool = False,
) -> list[HistoryLine]:
    """Return the history of one object; see `history_of_many`."""
    return history_of_many(
        [(target_type, target_key)],
        limit,
        before=before,
        include_withheld=include_withheld,
    )


def history_of_many(
    targets: Collection[tuple[str, str]],
    limit: int = 50,
    *,
    before: int | None = None,
    include_withheld: bool = False,
) -> list[HistoryLine]:
    """Return the acts on several objects as one history, newest first.

    One query, and one for each type of actor.

    Args:
        targets: Types and keys, such as an assessment and its evidence.
        limit: Most lines returned.
        before: Only entries older than the one with this id.
        include_withheld: Also those not revealed, without their payload: for the
            auditor's page alone.
    """
    keys: dict[str, list[str]] = {}
    for kind, key in targets:
        keys.setdefault(kind, []).append(key)
    if not keys:
        return []
    condition = Q()
    for kind, wanted in keys.items():
        condition |= Q(target_type=kind, target_key__in=wanted)
    rows = AuditEntry.objects.filter(condition).select_related("payload")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if not include_withheld:
        rows = rows.filter(payload__withheld=False)
    return lines_of(list(rows.order_by("-pk")[:limit]))


def lines_of(entries: Sequence[AuditEntry]) -> list[HistoryLine]:
    """Return entries as lines, in their order: one query for each type of actor.

    Args:
        entries: Read with their payloads.
    """
    names = registry.actor_names({entry.actor_key for entry in entries})
    return [_line(entry, names) for entry in entries]


def _line(entry: AuditEntry, names: Mapping[str, str]) -> HistoryLine:
    shown = None if entry.payload.withheld else entry.payload.values
    return HistoryLine(
        id=entry.pk,
        at=entry.at,
        actor_key=entry.actor_key,
        actor=_("Sistem")
        if entry.actor_key == SYSTEM
        else names.get(entry.actor_key, "–"),
        action=entry.action,
        text=_text(entry.action, shown),
        target=(entry.target_type, entry.target_key),
        payload=shown,
        erased=entry.payload.data is None,
        withheld=entry.payload.withheld,
    )


def _text(action: str, payload: Mapping[str, Any] | None) -> str:
    """Return the sentence of an action; without a registered one, a general word."""
    known = registry.history.get(action)
    if known is None:
        return _("Perubahan tercatat")
    values = payload or {}
    text = known.text
    if known.choose is not None and values:
        text = known.choose(values)
    if known.prepare is not None and values:
        values = known.prepare(values)
    return registry.fill(text, values)
