"""Guards switched off for a moment, by hand and in tests alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from wbk_portal.common import guards


@contextmanager
def without_guards() -> Iterator[None]:
    """Drop every guard, let the test tamper, and bring them back."""
    guards.drop(connection)
    try:
        yield
    finally:
        if not connection.needs_rollback:
            guards.install(connection)
