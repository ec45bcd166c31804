"""Instruments and their items; periods; assessments and what is decided on them."""

from .assessment import (
    AnswerDraft,
    Assessment,
    AssessmentQuerySet,
    State,
)
from .catalogue import (
    EvidenceKind,
    Instrument,
    Item,
    ItemKind,
    ItemMap,
    Option,
    SubArea,
)
from .judgement import (
    Decision,
    Revision,
    Score,
    ScoreDraft,
)
from .period import (
    AssessmentPeriod,
    Assignment,
    AssignmentQuerySet,
    Grace,
    PeriodInstrument,
    Stage,
    StageWindow,
)
from .readiness import ReadinessDay, ReadinessPart, UnitReadiness
from .round import (
    Approval,
    Receipt,
    SubmissionRound,
    SubmissionRoundQuerySet,
)

__all__ = [
    "AnswerDraft",
    "Approval",
    "Assessment",
    "AssessmentPeriod",
    "AssessmentQuerySet",
    "Assignment",
    "AssignmentQuerySet",
    "Decision",
    "EvidenceKind",
    "Grace",
    "Instrument",
    "Item",
    "ItemKind",
    "ItemMap",
    "Option",
    "PeriodInstrument",
    "ReadinessDay",
    "ReadinessPart",
    "Receipt",
    "Revision",
    "Score",
    "ScoreDraft",
    "Stage",
    "StageWindow",
    "State",
    "SubArea",
    "SubmissionRound",
    "SubmissionRoundQuerySet",
    "UnitReadiness",
]
