"""What a unit answers, submits and gets decided, item by item."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wbk_portal.accounts.models import Role, User, WorkUnit, in_branches

from .catalogue import Item, Option
from .period import AssessmentPeriod, Assignment

# Roles that read the work of every unit in their branch. Assessors reach units by
# assignment instead.
READ_ROLES = (
    Role.OPERATOR,
    Role.HEAD,
    Role.COACH,
    Role.MANAGER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class State(models.TextChoices):
    """Where an assessment stands; the moves are in `indicators.workflow`."""

    EMPTY = "empty", _("Belum diisi")
    DRAFT = "draft", _("Draf")
    AWAITING_APPROVAL = "awaiting_approval", _("Menunggu persetujuan")
    SUBMITTED = "submitted", _("Diajukan")
    UNDER_REVIEW = "under_review", _("Sedang dinilai")
    NEEDS_REVISION = "needs_revision", _("Perlu perbaikan")
    SCORED = "scored", _("Selesai dinilai")
    FINAL = "final", _("Ditetapkan")
    NOT_SUBMITTED = "not_submitted", _("Tidak diajukan")


def shown_state(state: str, released_at: dt.datetime | None) -> str:
    """Return the state that everybody but the assessors sees.

    A value that is not released can be taken back without a trace, so until then
    nobody sees that there is one.
    """
    if state == State.SCORED and released_at is None:
        return State.UNDER_REVIEW
    return state


def shown_as(state: str) -> Q:
    """Return the condition "this is the state that `shown_state` shows"."""
    silent = Q(state=State.SCORED, released_at__isnull=True)
    if state == State.UNDER_REVIEW:
        return Q(state=state) | silent
    return Q(state=state) & ~silent if state == State.SCORED else Q(state=state)


def readable_units(user: User, unit_field: str, period_field: str) -> Q:
    """Return the condition "`user` may read the work of this row's unit".

    Path ranges of the person's memberships, or a row of assignment to the unit in
    the row's period. No list of ids.

    Args:
        user: A signed-in person.
        unit_field: Name of the row's work unit, for instance ``work_unit``.
        period_field: Name of the row's period; empty when the row has none: then an
            assignment in any period counts.
    """
    assigned = Assignment.objects.active_on(timezone.localdate()).filter(
        user=user, work_unit=OuterRef(unit_field)
    )
    if period_field:
        assigned = assigned.filter(period=OuterRef(period_field))
    condition = in_branches(f"{unit_field}__path", user.branches(*READ_ROLES))
    if user.has_role(Role.ASSESSOR, Role.LEAD, Role.CONTROLLER):
        condition |= Q(Exists(assigned))
    return condition


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    """Reading assessments."""

    def visible_to(self, user: User) -> Self:
        """Rows `user` may see. Every view of assessments starts here."""
        return self.filter(readable_units(user, "work_unit", "period"))

    def for_display(self) -> Self:
        """With everything that a line or page about an assessment shows."""
        return self.select_related(
            "work_unit",
            "period",
            "item__subarea",
            "item__rubric",
            "self_option",
            "agreed_option",
        )


class Assessment(models.Model):
    """One unit × one item × one period.

    The unit's working answer stands in the `self_*` columns. The `agreed_*` columns
    hold the decided value and are set by a decision only; before `released_at` nobody
    but the deciding assessor and the lead sees them.

    Counts of evidence (`n_*`, `next_expiry`) are told by the evidence app through
    `indicators.services.evidence_counts` in the transaction of the change.
    """

    work_unit = models.ForeignKey(
        WorkUnit, on_delete=models.PROTECT, related_name="assessments"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assessments")
    period = models.ForeignKey(
        AssessmentPeriod, on_delete=models.PROTECT, related_name="assessments"
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.EMPTY)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    self_option = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, related_name="+"
    )
    self_numerator = models.PositiveIntegerField(null=True)
    self_denominator = models.PositiveIntegerField(null=True)
    self_na = models.BooleanField(default=False)
    na_reason = models.TextField(blank=True)
    narrative = models.TextField(blank=True)

    # Links with at least one usable file; links marked sesuai in the decided round;
    # links whose evidence has a newer version than the one last looked at; files
    # rejected after acceptance.
    n_links = models.PositiveSmallIntegerField(default=0)
    n_accepted = models.PositiveSmallIntegerField(default=0)
    n_stale = models.PositiveSmallIntegerField(default=0)
    n_rejected_files = models.PositiveSmallIntegerField(default=0)
    next_expiry = models.DateField(null=True)

    current_round = models.ForeignKey(
        "SubmissionRound", on_delete=models.PROTECT, null=True, related_name="+"
    )
    revision_due = models.DateField(null=True)
    revision_overdue = models.BooleanField(default=False)

    decision = models.ForeignKey(
        "Decision", on_delete=models.PROTECT, null=True, related_name="+"
    )
    agreed_option = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, related_name="+"
    )
    agreed_numerator = models.PositiveIntegerField(null=True)
    agreed_denominator = models.PositiveIntegerField(null=True)
    agreed_na = models.BooleanField(default=False)
    # The decided value in billionths (0 to 1_000_000_000), for export and checks;
    # arithmetic uses the option's exact fraction.
    agreed_nano = models.PositiveIntegerField(null=True)
    released_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["item__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_unit", "period", "item"], name="assessment_once"
            ),
            models.CheckConstraint(
                condition=Q(self_na=False) | ~Q(na_reason=""),
                name="assessment_na_has_reason",
                violation_error_message=_(
                    "Tuliskan alasan mengapa indikator ini tidak berlaku."
                ),
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(decision__isnull=False),
                name="assessment_release_needs_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["period", "state"], name="assessment_period_state"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.work_unit} · {self.period}"

    @property
    def key(self) -> str:
        """Text key for log entries and notices."""
        return f"assessment:{self.pk}"

    @property
    def has_self_answer(self) -> bool:
        """Whether the unit has given its own answer (or says: not applicable)."""
        return bool(
            self.self_na
            or self.self_option_id is not None
            or (self.self_numerator is not None and self.self_denominator is not None)
        )

    @property
    def is_complete(self) -> bool:
        """Own answer and usable evidence, or not applicable with its reason."""
        return self.self_na or (self.has_self_answer and self.n_links > 0)

    @property
    def shown_state(self) -> str:
        """The state for everybody but the assessors; see the function."""
        return shown_state(self.state, self.released_at)

    @property
    def is_released(self) -> bool:
        """Whether the unit may see the decided value."""
        return self.released_at is not None


class AnswerDraft(models.Model):
    """What one person typed but could not save: kept for that person only."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, related_name="answer_drafts"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    base_version = models.PositiveIntegerField()
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "user"], name="answer_draft_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} · {self.user}"
