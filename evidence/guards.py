"""Guards of evidence: what stood in a round, and what belongs to a closed period."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from indicators.guards import (
    BY_ASSESSMENT,
    BY_ROUND,
    as_submitted,
    frozen_by_period,
)
from wbk_portal.common import guards

WORKER_COLUMNS = ("state", "state_reason", "pages", "processed_at", "attempts")
"""Columns of a file that are written after it was stored."""

_UNCHANGEABLE = _("Versi bukti dukung tidak dapat diubah; tambahkan versi baru.")

PERIOD_GUARDS = (
    frozen_by_period(
        "submissionitem",
        "evidence_submissionitem",
        BY_ROUND,
        "r.id = {row}.round_id",
    ),
    frozen_by_period(
        "linkreview",
        "evidence_linkreview",
        BY_ROUND + " JOIN evidence_submissionitem s ON s.round_id = r.id",
        "s.id = {row}.item_id",
    ),
    frozen_by_period(
        "evidencelink",
        "evidence_evidencelink",
        BY_ASSESSMENT,
        "a.id = {row}.assessment_id",
    ),
)
"""What freezes with the period."""

VERSION_GUARDS = (
    as_submitted("item", "evidence_submissionitem"),
    guards.Guard(
        "evidence_version",
        "evidence_evidenceversion",
        (guards.Check("UPDATE", changed=True),),
        _UNCHANGEABLE,
    ),
    guards.Guard(
        "evidence_file",
        "evidence_evidencefile",
        (guards.Check("UPDATE", changed=True),),
        _UNCHANGEABLE,
        may_change=frozenset(WORKER_COLUMNS),
    ),
    # The files of a version that stood in a round are exactly those it had then.
    guards.frozen_when(
        "submitted_file",
        "evidence_evidencefile",
        tables="evidence_submissionitem s",
        match="s.version_id = {row}.version_id",
        when="1 = 1",
        lock="s",
        events=("INSERT", "DELETE"),
        message=_UNCHANGEABLE,
    ),
)
"""Versions never change; those of a round cannot lose or gain a file."""

GUARDS = (*PERIOD_GUARDS, *VERSION_GUARDS)
"""Registered by the app's configuration."""
