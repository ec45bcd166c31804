"""What the tests of the seeding share."""

from __future__ import annotations

import json

from django.db.models import Count

from evidence.models import (
    EvidenceFile,
    EvidenceLink,
    LinkReview,
    SubmissionItem,
)
from indicators.models import (
    Assessment,
    Assignment,
    Revision,
    SubmissionRound,
    UnitReadiness,
)
from wbk_portal.accounts.models import Membership, User, WorkUnit
from wbk_portal.audit.models import AuditEntry
from wbk_portal.ops.models import Notice

MAIN = "KP-SMG"
"""The unit in which the story is told."""


def dump() -> dict[str, list[str]]:
    """Return everything that the seed decides: no keys, no times, no random names."""
    tables = {
        "units": WorkUnit.objects.values_list(
            "path", "code", "name", "kind", "time_zone", "is_assessed"
        ),
        "people": User.objects.values_list("username", "name", "email"),
        "roles": Membership.objects.values_list(
            "user__username", "work_unit__code", "role", "delegation"
        ),
        "assignments": Assignment.objects.values_list(
            "user__username", "work_unit__code", "period__slug", "duty"
        ),
        "assessments": Assessment.objects.values_list(
            "work_unit__code",
            "period__slug",
            "item__slug",
            "state",
            "version",
            "self_option__code",
            "self_numerator",
            "self_denominator",
            "self_na",
            "narrative",
            "n_links",
            "n_stale",
            "n_accepted",
            "agreed_option__code",
            "agreed_numerator",
            "agreed_na",
            "agreed_nano",
        ),
        "rounds": SubmissionRound.objects.values_list(
            "assessment__work_unit__code",
            "assessment__period__slug",
            "assessment__item__slug",
            "number",
            "receipt__number",
            "by__username",
        ),
        "items": SubmissionItem.objects.values_list(
            "round__assessment__work_unit__code",
            "round__assessment__period__slug",
            "round__assessment__item__slug",
            "round__number",
            "position",
            "evidence__title",
            "version__number",
            "pages",
        ),
        "reviews": LinkReview.objects.values_list(
            "item__evidence__title", "user__username", "result", "reason_code", "note"
        ),
        "revisions": Revision.objects.values_list(
            "round__assessment__work_unit__code", "reason_code", "text", "page"
        ),
        "files": EvidenceFile.objects.values_list(
            "version__evidence__work_unit__code",
            "version__evidence__title",
            "version__number",
            "position",
            "display_name",
            "kind",
            "blob__sha256",
        ),
        "links": EvidenceLink.objects.values_list(
            "evidence__title",
            "assessment__work_unit__code",
            "assessment__item__slug",
            "assessment__period__slug",
            "pages",
            "seen_version__number",
        ),
        "rows": UnitReadiness.objects.values_list(
            "work_unit__code", "period__slug", "nano_certain", "nano_possible"
        ),
        "acts": AuditEntry.objects.values_list("action").annotate(n=Count("pk")),
        "notices": Notice.objects.values_list("kind").annotate(n=Count("pk")),
    }
    return {
        name: sorted(json.dumps(row) for row in rows.order_by())
        for name, rows in tables.items()
    }
