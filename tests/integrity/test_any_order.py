"""Random acts of random people, legal or not; what must hold is checked after each."""

import datetime as dt
import inspect

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from evidence.models import EvidenceLink, LinkReview, SubmissionItem
from evidence.services.evidence import add_version
from evidence.services.links import link, mark_seen, unlink
from evidence.services.reviews import review_links, submit_score
from evidence.services.submission import submit
from indicators.models import (
    AnswerDraft,
    Approval,
    Assessment,
    AssessmentPeriod,
    Assignment,
    Decision,
    Receipt,
    Revision,
    Score,
    ScoreDraft,
    State,
    SubmissionRound,
    UnitReadiness,
)
from indicators.services import approvals, readiness, revisions, rounds, scoring
from indicators.services.answer import AnswerInput
from indicators.services.answers import save_answer
from indicators.workflow import MOVES
from tests.factories import get_item, make_assessment, make_evidence
from wbk_portal.accounts.models import User
from wbk_portal.audit import verify_all
from wbk_portal.audit.models import AuditEntry
from wbk_portal.common.errors import ConflictError
from wbk_portal.ops.models import Notice

from .helpers import prove_row, sum_up

pytestmark = pytest.mark.django_db

PEOPLE = (
    "operator",
    "head",
    "assessor",
    "assessor",
    "second",
    "lead",
    "operator_elsewhere",
    "manager",
)
"""The assessor twice, for else little would ever be decided."""

# One with options, one that may not apply, one with two counts.
SLUGS = ("06.01", "06.04", "LKE-II.i.b")

WRITTEN = (
    Assessment,
    Approval,
    Decision,
    EvidenceLink,
    LinkReview,
    Receipt,
    Revision,
    Score,
    ScoreDraft,
    SubmissionItem,
    SubmissionRound,
    UnitReadiness,
    Notice,
)
"""What a refused act leaves as it was; a conflict keeps the own text besides."""

BY_PAIR = {(m.source, target) for m in MOVES for target in m.targets}
# Links come and go: told through `evidence_counts`.
BY_PAIR |= {(State.EMPTY, State.DRAFT), (State.DRAFT, State.EMPTY)}


def picture() -> dict:
    """Every row of these tables, and how long the log is."""
    rows = {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in WRITTEN
    }
    return rows | {"log": AuditEntry.objects.count()}


REACHED = {
    State.AWAITING_APPROVAL,
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.NEEDS_REVISION,
    State.SCORED,
}


UNIT_ACTS = (
    "answers",
    "submits",
    "fills_and_submits",
    "links",
    "unlinks",
    "looks_again",
    "approves",
    "sends_back",
    "withdraws",
)
LEAD_ACTS = ("releases", "finalises")
ACTS = (
    # As often as they happen, so that runs come far.
    *("fills_and_submits",) * 5,
    *("reviews_and_scores",) * 3,
    *("asks_for_revision",) * 3,
    *("undoes", "withdraws", "sends_back", "releases") * 2,
    *(act for act in UNIT_ACTS if act != "fills_and_submits"),
    "starts",
    "marks",
    "scores",
    "corrects",
    "corrects",
    "drafts_request",
    "sends_requests",
    "time_passes",
    "finalises",
    "adds_version",
    "hands_over",
)


class Rollback(Exception):
    """Ends one run: nothing of it stays."""


class Portal(RuleBasedStateMachine):
    """One unit, three items, and everybody who might touch them."""

    world = None
    """Set by the test: the institution, made once."""

    seen: set[tuple[str, str]] = set()
    """Moves met in all runs: a machine that gets nowhere proves nothing."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.states: dict[int, str] = {}

    def teardown(self):
        self.atomic.__exit__(Rollback, Rollback(), None)

    @initialize(
        release=st.sampled_from(AssessmentPeriod.Release.values),
        approval=st.booleans(),
    )
    def begin(self, release, approval):
        world = self.world
        AssessmentPeriod.objects.filter(pk=world.period.pk).update(
            release=release, requires_approval=approval
        )
        self.rows = [make_assessment(world.unit, world.period, s) for s in SLUGS]
        self.evidence = [
            make_evidence(world.unit, by=world.people["operator"], link_to=[row])
            for row in self.rows
        ]
        sum_up(world.unit.pk, world.period.pk)
        self.remember()

    def remember(self):
        self.states = dict(Assessment.objects.values_list("pk", "state"))

    def act(self, work):
        """Do something; refused, it must have changed nothing."""
        before = picture()
        try:
            work()
        except (PermissionDenied, ValidationError, ConflictError):
            assert picture() == before
        self.check_moves()

    def check_moves(self):
        for pk, state in Assessment.objects.values_list("pk", "state"):
            before = self.states[pk]
            self.seen.add((before, state))
            assert state == before or (before, state) in BY_PAIR, (before, state)
        self.remember()

    def person(self, name):
        return User.objects.get(pk=self.world.people[name].pk)

    def row(self, at):
        return Assessment.objects.get(pk=self.rows[at].pk)

    def answer(self, at, choice):
        item = get_item(SLUGS[at])
        if choice == 4:
            return AnswerInput(not_applicable=True, na_reason="Ditetapkan pusat")
        if SLUGS[at].startswith("LKE-II.i"):
            counts = ((3, 4), (0, 0), (9, 4), (0, 7))[choice]
            return AnswerInput(numerator=counts[0], denominator=counts[1])
        options = item.answer_options
        return AnswerInput(option_id=options[min(choice, len(options) - 1)].pk)

    def round_of(self, at, old):
        """The current round, or (rarely asked) the first one there was."""
        if old:
            first = self.rows[at].rounds.order_by("number").first()
            return first.pk if first else 0
        return self.row(at).current_round_id or 0

    @rule(
        act=st.sampled_from(ACTS),
        who=st.sampled_from(PEOPLE),
        member=st.sampled_from(("operator", "head")),
        penilai=st.sampled_from(("assessor", "second")),
        at=st.integers(0, len(SLUGS) - 1),
        some=st.lists(
            st.integers(0, len(SLUGS) - 1), min_size=1, max_size=3, unique=True
        ),
        choice=st.integers(0, 4),
        days=st.sampled_from((0, 1, 3)),
        is_odd=st.sampled_from((False, False, False, True)),
        is_usual=st.sampled_from((True, True, True, False)),
    )
    def step(self, act, who, member, penilai, is_usual, **drawn):
        """One act: mostly by somebody whose act it is, sometimes by anybody."""
        by_unit = act in UNIT_ACTS
        name = (member if by_unit else penilai) if is_usual else who
        if act in LEAD_ACTS and is_usual:
            name = "lead"
        method = getattr(self, act)
        wanted = inspect.signature(method).parameters
        given = {"name": name, "old": drawn["is_odd"], "stale": drawn["is_odd"]}
        given |= drawn
        given |= {"fits": drawn["choice"] < 3, "reason": "ab "[drawn["choice"] % 3]}
        method(**{key: given[key] for key in wanted})

    def answers(self, name, at, choice, stale):
        version = self.row(at).version
        self.act(
            lambda: save_answer(
                assessment_id=self.rows[at].pk,
                user=self.person(name),
                version=version - 1 if stale else version,
                answer=self.answer(at, choice),
                narrative=f"Penjelasan {choice}",
            )
        )

    def submits(self, name, some):
        self.act(
            lambda: submit(
                user=self.person(name),
                assessment_ids=[self.rows[at].pk for at in some],
                response="Sudah",
            )
        )

    def fills_and_submits(self, name, some, choice):
        """The usual way, so that runs reach the head and the assessors."""
        for at in some:
            if not EvidenceLink.objects.filter(assessment=self.rows[at]).exists():
                self.links("operator", at)
            self.looks_again("operator", at)
            self.answers("operator", at, min(choice, 2), False)
        self.submits(name, some)

    def links(self, name, at):
        evidence = self.evidence[at]
        row = self.row(at)
        self.act(
            lambda: link(user=self.person(name), evidence=evidence, assessment=row)
        )

    def approves(self, name, some, old):
        ids = [self.round_of(at, old) for at in some]
        self.act(lambda: approvals.approve(user=self.person(name), round_ids=ids))

    def sends_back(self, name, at, old):
        pk = self.round_of(at, old)
        self.act(
            lambda: approvals.send_back(
                user=self.person(name), round_id=pk, reason="Kurang"
            )
        )

    def withdraws(self, name, at):
        self.act(
            lambda: rounds.withdraw(
                user=self.person(name), assessment_id=self.rows[at].pk
            )
        )

    def starts(self, name, some):
        self.act(
            lambda: scoring.start_review(
                user=self.person(name),
                assessment_ids=[self.rows[at].pk for at in some],
            )
        )

    def marks(self, name, at, fits, old):
        ids = list(
            SubmissionItem.objects.filter(round_id=self.round_of(at, old)).values_list(
                "pk", flat=True
            )
        )
        self.act(
            lambda: review_links(
                user=self.person(name),
                item_ids=ids,
                result="fits" if fits else "does_not_fit",
                reason_code="" if fits else "outdated",
            )
        )

    def scores(self, name, at, choice, old):
        pk = self.round_of(at, old)
        self.act(
            lambda: submit_score(
                user=self.person(name),
                round_id=pk,
                answer=self.answer(at, choice),
                note="Catatan",
                recommendation="",
            )
        )

    def reviews_and_scores(self, some, choice, name):
        """The usual way of the assessor."""
        self.approves("head", some, False)
        self.starts(name, some)
        for at in some:
            self.marks(name, at, True, False)
            self.scores(name, at, choice, False)

    def undoes(self, name, at):
        pk = self.round_of(at, False)
        self.act(lambda: scoring.undo_score(user=self.person(name), round_id=pk))

    def corrects(self, name, at, choice, reason):
        decision = self.row(at).decision_id or 0
        self.act(
            lambda: scoring.correct(
                user=self.person(name),
                assessment_id=self.rows[at].pk,
                decision_id=decision,
                answer=self.answer(at, choice),
                note="Catatan",
                recommendation="",
                reason=reason,
            )
        )

    def drafts_request(self, name, at, days, old):
        pk = self.round_of(at, old)
        self.act(
            lambda: revisions.draft(
                user=self.person(name),
                round_id=pk,
                reason_code="unsigned",
                text="Tanda tangan",
                due=timezone.localdate() + dt.timedelta(days=days),
            )
        )

    def sends_requests(self, name):
        self.act(
            lambda: revisions.send_all(
                user=self.person(name),
                work_unit=self.world.unit,
                period=self.world.period,
            )
        )

    def asks_for_revision(self, some, name):
        """The usual way back."""
        self.approves("head", some, False)
        self.starts(name, some)
        for at in some:
            self.drafts_request(name, at, 2, False)
        self.sends_requests(name)

    def time_passes(self, days):
        self.act(
            lambda: revisions.return_overdue(timezone.now() + dt.timedelta(days=days))
        )

    def releases(self, name):
        self.act(
            lambda: scoring.release(
                user=self.person(name),
                period=self.world.period,
                work_unit=self.world.unit,
            )
        )

    def finalises(self, name, at):
        self.act(
            lambda: scoring.finalise(
                user=self.person(name), assessment_ids=[self.rows[at].pk]
            )
        )

    def adds_version(self, at):
        evidence = type(self.evidence[at]).objects.get(pk=self.evidence[at].pk)
        self.act(
            lambda: add_version(
                user=self.person("operator"),
                evidence=evidence,
                expected_version=evidence.latest.number,
                keep_ids=[f.pk for f in evidence.latest.files.all()],
            )
        )

    def looks_again(self, name, at):
        for one in EvidenceLink.objects.filter(assessment=self.rows[at]):
            self.act(lambda pk=one.pk: mark_seen(user=self.person(name), link_id=pk))

    def unlinks(self, name, at):
        found = EvidenceLink.objects.filter(assessment=self.rows[at]).first()
        if found is not None:
            self.act(lambda: unlink(user=self.person(name), link_id=found.pk))

    def hands_over(self):
        """The assessor leaves, or comes back; "second" is there all the time."""
        row = Assignment.objects.get(
            user=self.world.people["assessor"], work_unit=self.world.unit
        )
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        row.valid_until = None if row.valid_until else yesterday
        row.save()

    @invariant()
    def rounds_and_decisions_agree_with_the_states(self):
        for row in Assessment.objects.select_related(
            "current_round", "decision__option", "period"
        ):
            prove_row(row)
        assert not Revision.objects.filter(
            sent_at__isnull=True, answered_by__isnull=False
        ).exists()
        # What waits for mending is about the round in charge.
        for row in Assessment.objects.filter(state=State.NEEDS_REVISION):
            assert row.revision_due is not None
            assert Revision.objects.filter(
                round=row.current_round,
                sent_at__isnull=False,
                answered_by__isnull=True,
            ).exists()

    @invariant()
    def readiness_is_what_the_rows_say(self):
        if self.states:
            assert [str(d) for d in readiness.rebuild(check=True).differences] == []

    @invariant()
    def nobody_learns_of_a_value_before_its_release(self):
        silent = Assessment.objects.filter(
            decision__isnull=False, released_at__isnull=True
        )
        for row in silent:
            assert row.shown_state == State.UNDER_REVIEW
            assert not Notice.objects.filter(
                kind="value.released", key=f"decision:{row.decision_id}"
            ).exists()

    @invariant()
    def the_log_is_whole(self):
        assert all(report.ok for report in verify_all())
        assert not AnswerDraft.objects.exclude(
            user__in=[self.world.people[n] for n in ("operator", "head")]
        ).exists()


def test_whatever_people_do_in_whatever_order(world, people):
    people["second"] = User.objects.create_user("second", name="Second")
    from tests.factories import make_assignment, make_membership
    from wbk_portal.accounts.models import Role

    make_membership(people["second"], world.inspectorate, Role.ASSESSOR)
    make_assignment(people["second"], world.unit, world.period)
    Portal.world, Portal.seen = world, set()
    try:
        run_state_machine_as_test(
            Portal,
            settings=settings(
                max_examples=12,
                stateful_step_count=25,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        Portal.world = None
    assert {state for _before, state in Portal.seen} >= REACHED
