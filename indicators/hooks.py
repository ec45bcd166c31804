"""What upper apps hang in: counting that only they can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wbk_portal.common.registry import Registry

Recount = Callable[[Sequence[int]], object]

recounts: Registry[Recount] = Registry(
    "counts an assessment's usable links afresh: takes assessment ids of one unit, "
    "locks them in the order of their keys and tells the counts through "
    "services.evidence_counts, all in the caller's transaction"
)
