"""Recurring work about people: what has run out is deleted."""

from datetime import time

from django.contrib.sessions.backends.db import SessionStore

from wbk_portal.common.jobs import periodic

from .services.links import prune_links


@periodic("prune-sessions", daily_at=time(3, 20))
def prune_sessions() -> None:
    """Delete sessions that have expired."""
    SessionStore.clear_expired()


@periodic("prune-links", daily_at=time(3, 25))
def prune_expired_links() -> str:
    """Delete one-time links that expired a month ago."""
    return f"{prune_links()} links"
