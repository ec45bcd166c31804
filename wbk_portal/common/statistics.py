"""Figures by which the database plans its queries."""

from django.db import connection


def renew_statistics() -> None:
    """Count anew what the tables hold, after many rows were written at once.

    PostgreSQL does this by itself, but only after the commit and up to a minute later.
    Until then it plans for empty tables, and the plans that a connection has kept for
    the guards are never thrown away: minutes instead of milliseconds. SQLite plans by
    the indexes alone. May be called inside a transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
