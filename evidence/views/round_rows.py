"""Frozen items as the receipt and the head's page show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from evidence.models import EvidenceFile, SubmissionItem
from evidence.presenters import stake_text, value_text
from evidence.returns import Answered
from evidence.services.file_checks import FileStates, return_reason
from indicators.models import Approval, Item, SubmissionRound
from indicators.permissions import can_approve

from .base import Place


def with_items(
    queryset: QuerySet[SubmissionRound],
) -> QuerySet[SubmissionRound]:
    """Add versions and files to rounds: three more queries in all."""
    files = EvidenceFile.objects.select_related("blob").order_by("position")
    items = SubmissionItem.objects.select_related("version", "evidence").order_by(
        "position"
    )
    return (
        queryset.select_related(
            "assessment__item__rubric",
            "assessment__item__subarea",
            "assessment__work_unit",
            "assessment__period",
            "self_option",
            "by",
            "approval__by",
        )
        .prefetch_related(
            Prefetch(
                "items",
                queryset=items.prefetch_related(
                    Prefetch("version__files", queryset=files)
                ),
            )
        )
        .order_by("assessment__item__kind", "assessment__item__position")
    )


@dataclass(frozen=True)
class RoundRow:
    """One frozen item, on a receipt or before the head."""

    round: SubmissionRound
    item: Item
    url: str
    stake: str
    answer: str
    approval: Approval | None
    allowed: bool
    files: FileStates
    # Why it cannot be approved, and what a head can tell the operator then.
    bar: str = ""
    return_reason: str = ""
    # What it was sent back for before, if it was.
    answered: Answered | None = None

    @classmethod
    def of(
        cls,
        frozen: SubmissionRound,
        place: Place,
        bar: str = "",
        answered: Answered | None = None,
    ) -> RoundRow:
        """Prepare the row of a round read by `with_items`."""
        item = frozen.assessment.item
        files = FileStates.of(frozen.items.all())
        return cls(
            round=frozen,
            item=item,
            url=f"{place.url}{item.slug}/",
            stake=stake_text(item),
            answer=value_text(
                frozen.self_option,
                frozen.self_numerator,
                frozen.self_denominator,
                frozen.self_na,
            ),
            approval=getattr(frozen, "approval", None),
            allowed=bool(can_approve(place.standing, frozen.assessment)),
            files=files,
            bar=bar,
            return_reason=return_reason(files.rejected) if bar else "",
            answered=answered,
        )
