"""What came back to the unit, and whether it may go again; nothing here queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evidence.models import SubmissionItem
from indicators.models import Approval, Revision


@dataclass(frozen=True)
class Returned:
    """An item that the head or an assessor sent back, not submitted again since.

    Attributes:
        is_asked: An assessor's request for revision is open.
        approval: The head's return that nobody has answered, with its round and
            author; None where the assessor alone is waited for.
        same_as_asked: Answer, explanation and evidence are those that the assessor
            sent back.
        same_as_sent_back: They are those that the head sent back.
        kept_reply: The reply of a submission that was taken back or sent back.
    """

    is_asked: bool
    approval: Approval | None
    same_as_asked: bool = False
    same_as_sent_back: bool = False
    kept_reply: str = ""

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing was changed since it came back."""
        return self.same_as_asked or self.same_as_sent_back

    @property
    def by_head(self) -> bool:
        """Whether the head sent it back, last of all."""
        return self.approval is not None

    @property
    def is_shown_as_sent_back(self) -> bool:
        """Whether the head's return is what the item stands for now."""
        return self.by_head and self.same_as_sent_back

    def repeats(self, response: str) -> bool:
        """Whether the head has read just this, content and reply, and returned it."""
        return (
            self.same_as_sent_back
            and self.approval is not None
            and bool(response)
            and response == self.approval.round.response
        )

    def is_answered(self, response: str) -> bool:
        """Whether there is something new: a change, or a reply."""
        return not self.is_unchanged or (bool(response) and not self.repeats(response))


@dataclass(frozen=True)
class Request:
    """An assessor's request for revision, with the evidence that it concerns."""

    revision: Revision
    about: SubmissionItem | None = None


@dataclass(frozen=True)
class Answered:
    """What a round answers, for the head who reads it.

    Attributes:
        requests: Those of assessors, in their order.
        approval: The head's earlier return; None for none.
        is_unchanged: Answer, explanation and evidence are those that were sent back.
    """

    requests: Sequence[Request]
    approval: Approval | None
    is_unchanged: bool
