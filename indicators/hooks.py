"""What upper apps hang in: what only they can count, or know about a round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from wbk_portal.common.registry import Registry

Recount = Callable[[Sequence[int]], object]

recounts: Registry[Recount] = Registry(
    "counts an assessment's usable links afresh: takes assessment ids of one unit, "
    "locks them in the order of their keys and tells the counts through "
    "services.evidence_counts, all in the caller's transaction"
)

Findings = Callable[[int, Collection[int]], Mapping[int, Sequence[Mapping[str, Any]]]]

findings: Registry[Findings] = Registry(
    "what an assessor found on the evidence of rounds, as the log keeps it: takes the "
    "person's id and round ids, returns the findings by round; one query for all"
)

ApprovalBars = Callable[[Sequence[int]], Mapping[int, str]]

approval_bars: Registry[ApprovalBars] = Registry(
    "tells why rounds cannot be approved: takes keys of rounds, returns a sentence for "
    "each that cannot, with what to do; one query for all of them"
)
