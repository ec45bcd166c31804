"""Rate limits: one statement for each hit, shared by all processes.

Windows are fixed: at their border up to twice the limit can pass. That is the price
of one row and one statement, and enough against guessing and flooding.
"""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from .models import RateBucket

# A flood must not overflow the column.
_MOST = 2_000_000_000


@dataclass(frozen=True)
class Hit:
    """The answer to one hit.

    Attributes:
        allowed: Whether it is within the limit.
        retry_at: When the next window begins: show it when refused.
        n: Hits in this window so far.
    """

    allowed: bool
    retry_at: dt.datetime
    n: int


def hit(key: str, limit: int, window_seconds: int) -> Hit:
    """Count one hit and say whether it is within the limit.

    Call it outside a transaction that may be rolled back, or the hit is lost.

    Args:
        key: What is counted, such as ``survey:12:203.0.113.7``; kept only as a hash.
        limit: Hits allowed in one window.
        window_seconds: Length of a window.
    """
    ends_at = _window_end(window_seconds)
    statement = (
        "INSERT INTO ops_ratebucket (key, ends_at, n) VALUES (%s, %s, 1)"  # noqa: S608
        " ON CONFLICT (key, ends_at) DO UPDATE SET n ="
        f" CASE WHEN ops_ratebucket.n < {_MOST} THEN ops_ratebucket.n + 1"
        " ELSE ops_ratebucket.n END RETURNING n"
    )
    params = [
        _hashed(key, window_seconds),
        connection.ops.adapt_datetimefield_value(ends_at),
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        n = int(cursor.fetchall()[0][0])
    return Hit(n <= limit, ends_at, n)


def peek(key: str, limit: int, window_seconds: int) -> Hit:
    """Say whether one more hit would be allowed, without counting; one query."""
    ends_at = _window_end(window_seconds)
    rows = RateBucket.objects.filter(key=_hashed(key, window_seconds), ends_at=ends_at)
    n = rows.values_list("n", flat=True).first() or 0
    return Hit(n < limit, ends_at, n)


def give_back(key: str, window_seconds: int) -> None:
    """Take one hit of the current window back: what was counted did not count."""
    RateBucket.objects.filter(
        key=_hashed(key, window_seconds), ends_at=_window_end(window_seconds), n__gt=0
    ).update(n=F("n") - 1)


def clear(key: str, window_seconds: int) -> None:
    """Forget the hits of the current window."""
    RateBucket.objects.filter(key=_hashed(key, window_seconds)).delete()


def prune_rate_buckets() -> int:
    """Delete buckets whose window has ended; return how many."""
    return RateBucket.objects.filter(ends_at__lte=timezone.now()).delete()[0]


def _window_end(seconds: int) -> dt.datetime:
    """Return the end of the window in which now lies; windows begin at the epoch."""
    if seconds < 1:
        raise ValueError("a window lasts at least one second")
    now = int(timezone.now().timestamp())
    return dt.datetime.fromtimestamp((now // seconds + 1) * seconds, tz=dt.UTC)


def _hashed(key: str, seconds: int) -> str:
    """Return the stored form of a key; windows of other lengths count apart."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"rate:{seconds}:{key}".encode(), hashlib.sha256
    ).hexdigest()
