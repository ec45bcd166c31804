"""Recurring work of the machinery itself."""

from datetime import timedelta

from wbk_portal.common.jobs import periodic, prune


@periodic("prune-jobs", every=timedelta(hours=6))
def prune_jobs() -> str:
    """Remove the rows of jobs that ended long ago."""
    return f"{prune()} rows"
