"""Notices: telling people, counting what they have not seen, forgetting."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from .models import Notice

SHOWN_AT_MOST = 100
"""Unseen notices are counted up to here; a bell shows "99+"."""


@dataclass(frozen=True, kw_only=True)
class NoticeFor:
    """One notice to write; the meaning of each part stands at `notify`."""

    recipient_key: str
    kind: str
    key: str
    url: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse addresses outside the portal and what a column cannot hold."""
        if not self.url.startswith("/") or self.url.startswith(("//", "/\\")):
            raise ValueError(f"{self.url!r} is no path of the portal")
        for text, most in (
            (self.recipient_key, 80),
            (self.kind, 80),
            (self.key, 120),
            (self.url, 300),
        ):
            if not text or len(text) > most or "\0" in text:
                raise ValueError(f"{text!r} cannot stand in a notice")


def notify(
    recipient_key: str,
    kind: str,
    key: str,
    url: str,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Tell one person about one event; the same event again changes nothing.

    One statement, in the caller's transaction. Several go through `notify_many`.

    Args:
        recipient_key: `User.key`.
        kind: Name of a sentence in `registry.notices`: ``revision.requested``.
        key: The event: ``revision:12``.
        url: Path of the item, from `reverse`.
        params: Values of the sentence's placeholders: short texts and numbers.

    Raises:
        ValueError: The address leads out of the portal, or a key is too long.
    """
    notify_many(
        [
            NoticeFor(
                recipient_key=recipient_key,
                kind=kind,
                key=key,
                url=url,
                params=params or {},
            )
        ]
    )


def notify_many(notices: Iterable[NoticeFor]) -> None:
    """Write notices that do not stand yet; one statement for about 100 of them."""
    now = timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_key=notice.recipient_key,
                kind=notice.kind,
                key=notice.key,
                params=_storable(notice.params),
                url=notice.url,
                created_at=now,
            )
            for notice in notices
        ],
        ignore_conflicts=True,
    )


def withdraw(kind: str, key: str) -> int:
    """Take back what nobody has seen of an event that did not happen after all.

    Returns:
        How many notices went.
    """
    return Notice.objects.unseen().filter(kind=kind, key=key).delete()[0]


def mark_seen(recipient_key: str, ids: Collection[int] | None = None) -> int:
    """Mark a person's notices as seen; None marks all of them.

    Returns:
        How many were unseen until now.
    """
    rows = Notice.objects.of(recipient_key).unseen()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(seen_at=timezone.now())


def mark_seen_up_to(recipient_key: str, newest: int) -> int:
    """Mark a person's notices up to an id as seen; return how many were unseen."""
    rows = Notice.objects.of(recipient_key).unseen().filter(pk__lte=newest)
    return rows.update(seen_at=timezone.now())


def mark_done(recipient_key: str, kind: str, keys: Collection[str]) -> int:
    """Mark notices as seen because the person did what they ask for.

    Returns:
        How many were unseen until now.
    """
    rows = Notice.objects.of(recipient_key).unseen().filter(kind=kind, key__in=keys)
    return rows.update(seen_at=timezone.now())


def unseen_count(recipient_key: str) -> int:
    """Return how many notices a person has not seen, at most 100; one query."""
    return Notice.objects.of(recipient_key).unseen()[:SHOWN_AT_MOST].count()


def prune_notices(days: int | None = None) -> int:
    """Delete notices that were seen so many days ago; unseen ones stay.

    Args:
        days: None takes the setting NOTICE_KEEP_DAYS.

    Returns:
        How many went.
    """
    keep = settings.NOTICE_KEEP_DAYS if days is None else days
    limit = timezone.now() - dt.timedelta(days=keep)
    return Notice.objects.filter(seen_at__lt=limit).delete()[0]


def _storable(value: Any) -> Any:
    """Return params as plain JSON without NUL, which PostgreSQL refuses."""
    if isinstance(value, Mapping):
        return {_storable(str(key)): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value).replace("\0", "")
