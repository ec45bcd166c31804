"""The plan of the demo: every item's state in both periods, and every evidence."""

from .evidence import Detail, detail_of, evidence_plan, files_of
from .items import BY_SLUG, ITEMS, PlanItem
from .periods import StageDays, stage_days
from .states import CLOSED_ANCHOR, points, unit_plan
from .types import PlannedAnswer, PlannedEvidence, PlannedRevision, UnitPlan

__all__ = [
    "BY_SLUG",
    "CLOSED_ANCHOR",
    "ITEMS",
    "Detail",
    "PlanItem",
    "PlannedAnswer",
    "PlannedEvidence",
    "PlannedRevision",
    "StageDays",
    "UnitPlan",
    "detail_of",
    "evidence_plan",
    "files_of",
    "points",
    "stage_days",
    "unit_plan",
]
