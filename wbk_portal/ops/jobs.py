"""Recurring work of the machinery itself."""

from datetime import time, timedelta

from wbk_portal.common.jobs import periodic, prune
from wbk_portal.ops.ratelimit import prune_rate_buckets
from wbk_portal.ops.services import prune_notices


@periodic("prune-jobs", every=timedelta(hours=6))
def prune_jobs() -> str:
    """Remove the rows of jobs that ended long ago."""
    return f"{prune()} rows"


@periodic("prune-notices", daily_at=time(3, 10))
def prune_seen_notices() -> str:
    """Delete notices that were seen long ago."""
    return f"{prune_notices()} notices"


@periodic("prune-rate-buckets", every=timedelta(hours=1))
def prune_ended_buckets() -> str:
    """Delete rate buckets whose window has ended."""
    return f"{prune_rate_buckets()} buckets"
