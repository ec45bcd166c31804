"""Recurring work on periods and readiness."""

from datetime import time, timedelta

from wbk_portal.common.jobs import periodic

from .services import periods, readiness, revisions


@periodic("readiness-of-the-day", daily_at=time(0, 20))
def write_readiness_of_the_day() -> str:
    """Rewrite the readiness rows that time alone has changed."""
    return f"{readiness.refresh_due()} rows"


@periodic("assessments-of-new-units", daily_at=time(0, 40))
def make_assessments_of_new_units() -> str:
    """Give units that are assessed since today their assessments."""
    return f"{periods.ensure_all()} units"


@periodic("final-after-review", every=timedelta(hours=1))
def finalise_after_review() -> str:
    """Make values final whose review stage has closed."""
    return f"{periods.finalise_reviewed()} values"


@periodic("overdue-revisions", every=timedelta(hours=1))
def return_overdue_revisions() -> str:
    """Give items whose time for mending has passed back to their assessor."""
    return f"{revisions.return_overdue()} items"
