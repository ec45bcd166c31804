"""Telling people what happened to evidence they use."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from evidence.models import Evidence, EvidenceFile, EvidenceLink, EvidenceVersion
from indicators.models import Assessment, AssessmentPeriod, State, SubmissionRound
from indicators.recipients import people_near
from wbk_portal.accounts.models import Membership, Role, User, WorkUnit
from wbk_portal.ops.services import NoticeFor, notify_many

_STEP = WorkUnit.steplen


def operators_near(evidence: Evidence) -> set[str]:
    """Return the keys of the operators nearest to each unit that uses the evidence.

    The owner's unit counts as one that uses it. Two queries, however many units.
    """
    paths = {evidence.work_unit.path} | set(
        EvidenceLink.objects.filter(
            evidence=evidence,
            assessment__period__state=AssessmentPeriod.State.OPEN,
        ).values_list("assessment__work_unit__path", flat=True)
    )
    # Every operator of the same tree: a handful of rows more, and no list of paths.
    root = evidence.work_unit.path[:_STEP]
    by_path: dict[str, list[User]] = {}
    rows = (
        Membership.objects.active_on(timezone.localdate())
        .filter(
            work_unit__path__gte=root,
            work_unit__path__lte=f"{root}~",
            role=Role.OPERATOR,
            user__is_active=True,
        )
        .select_related("user", "work_unit")
    )
    for row in rows:
        by_path.setdefault(row.work_unit.path, []).append(row.user)
    found: set[str] = set()
    for path in paths:
        above = (path[:end] for end in range(len(path), 0, -_STEP))
        nearest: Iterable[User] = next((by_path[p] for p in above if p in by_path), [])
        found |= {user.key for user in nearest}
    return found


def _send(
    recipients: Iterable[str], kind: str, key: str, evidence: Evidence, **params: object
) -> None:
    notify_many(
        NoticeFor(
            recipient_key=recipient,
            kind=kind,
            key=key,
            url=reverse("evidence:detail", args=[evidence.pk]),
            params={"title": evidence.title, **params},
        )
        for recipient in sorted(recipients)
    )


def version_added(version: EvidenceVersion, evidence: Evidence, *, actor: User) -> None:
    """Tell operators of units that use it: look at the new version."""
    _send(
        operators_near(evidence) - {actor.key},
        "evidence.version_added",
        f"version:{version.pk}",
        evidence,
        version=version.number,
        name=actor.name,
    )


def unusable(kind: str, evidence: Evidence, *, actor: User) -> None:
    """Tell operators of units that use it: it is withdrawn or in the bin."""
    _send(
        operators_near(evidence) - {actor.key},
        kind,
        f"{evidence.key}:{evidence.version}",
        evidence,
        name=actor.name,
        reason=evidence.withdrawn_reason,
    )


WITH_OTHERS = (State.AWAITING_APPROVAL, State.SUBMITTED, State.UNDER_REVIEW)
"""States in which somebody else has the round in hand, and it is not decided."""


def file_rejected(file: EvidenceFile, evidence: Evidence) -> None:
    """Tell who brought the file, and the operators: it cannot be used.

    Where it was handed in meanwhile, whoever did that is told so too, and the head
    who has it before them.
    """
    rounds = _rounds_in_hand(file)
    params = {"file": file.display_name, "reason": file.state_reason}
    labels = ", ".join(r.assessment.item.short_label for r in rounds)
    _send(
        operators_near(evidence) | {file.version.by.key} | {r.by.key for r in rounds},
        "evidence.submitted_file_rejected" if rounds else "evidence.file_rejected",
        f"file:{file.pk}",
        evidence,
        items=labels,
        **params,
    )
    _tell_heads(file, rounds)


def _rounds_in_hand(file: EvidenceFile) -> list[SubmissionRound]:
    """Return the current rounds that hold this very version; one query."""
    return list(
        SubmissionRound.objects.filter(
            items__version=file.version_id,
            pk=F("assessment__current_round"),
            assessment__state__in=WITH_OTHERS,
            assessment__period__state=AssessmentPeriod.State.OPEN,
        )
        .select_related(
            "by", "assessment__item", "assessment__work_unit", "assessment__period"
        )
        .order_by("assessment__item__kind", "assessment__item__position", "pk")
    )


def _tell_heads(file: EvidenceFile, rounds: Iterable[SubmissionRound]) -> None:
    """Tell the heads of units that have not approved it yet; a query for each unit."""
    waiting: dict[tuple[int, int], list[Assessment]] = {}
    for one in rounds:
        assessment = one.assessment
        if assessment.state == State.AWAITING_APPROVAL:
            place = (assessment.work_unit_id, assessment.period_id)
            waiting.setdefault(place, []).append(assessment)
    notify_many(
        NoticeFor(
            recipient_key=head.key,
            kind="round.file_rejected",
            key=f"file:{file.pk}:{found[0].work_unit_id}",
            url=reverse(
                "evidence:approval",
                args=[found[0].period.slug, found[0].work_unit.code],
            ),
            params={
                "file": file.display_name,
                "items": ", ".join(a.item.short_label for a in found),
                "unit": found[0].work_unit.name,
            },
        )
        for found in waiting.values()
        for head in people_near(found[0].work_unit, [Role.HEAD])
    )
