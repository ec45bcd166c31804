"""Two connections at the same moment, and the proofs after it."""

import threading
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from indicators.models import Assessment, AssessmentPeriod, State
from indicators.services import readiness
from indicators.workflow import SUBMITTED_STATES
from tests.factories import get_item, make_evidence
from wbk_portal.accounts.models import User
from wbk_portal.audit import verify_all
from wbk_portal.common.errors import ConflictError

# How an act may end that another one forestalled.
REFUSALS = (PermissionDenied, ConflictError)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run functions in threads of their own; return what each returned or raised.

    Only the refusals that a person is meant to read are returned; anything else
    (a lock error, a deadlock, a guard) is raised here.
    """
    ends: list[Any] = [None] * len(works)
    wrong: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(at: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(20)
            ends[at] = work()
        except REFUSALS as refusal:
            ends[at] = refusal
        except BaseException as error:  # noqa: BLE001 (raised below, in the test)
            wrong.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=[at, work]) for at, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "two wait for each other"
    if wrong:
        raise wrong[0]
    return ends


def is_refusal(end: Any) -> bool:
    """Whether an act was refused."""
    return isinstance(end, REFUSALS)


def fresh(person: User) -> User:
    """Return the person as another request would meet them."""
    return User.objects.get(pk=person.pk)


def complete(assessment: Assessment, by: User) -> Assessment:
    """Make the item a draft that can be submitted: first option, one evidence."""
    assessment.self_option = get_item(assessment.item.slug).answer_options[0]
    assessment.narrative = "Penjelasan"
    assessment.save()
    make_evidence(assessment.work_unit, by=by, link_to=[assessment])
    return assessment


def sum_up(work_unit_id: int, period_id: int) -> None:
    """Write a unit's row after the test has set rows past the services."""
    with transaction.atomic():
        readiness.refresh(work_unit_id=work_unit_id, period_id=period_id)


def prove() -> None:
    """Check what must hold whatever was done: the log, the sums, the states."""
    assert all(report.ok for report in verify_all())
    assert [str(d) for d in readiness.rebuild(check=True).differences] == []
    for period in AssessmentPeriod.objects.all():
        numbers = sorted(
            int(number.rsplit("-", 1)[1])
            for number in period.receipts.values_list("number", flat=True)
        )
        assert numbers == list(range(1, period.last_receipt + 1))
    rows = Assessment.objects.select_related(
        "current_round", "decision__option", "period"
    )
    for row in rows:
        prove_row(row)


HELD = SUBMITTED_STATES | {State.AWAITING_APPROVAL}
"""States with a current round."""


def prove_row(row: Assessment) -> None:
    """Check one assessment against its rounds, decision and releases."""
    if row.period.is_open:
        assert (row.current_round_id is not None) is (row.state in HELD), row.state
    if row.current_round is not None:
        assert row.current_round.assessment_id == row.pk
    decided = row.state in (State.SCORED, State.FINAL)
    assert (row.decision_id is not None) is decided, row.state
    agreed = (
        row.agreed_option_id,
        row.agreed_numerator,
        row.agreed_denominator,
        row.agreed_na,
        row.agreed_nano,
    )
    decision = row.decision
    if decision is None:
        assert agreed == (None, None, None, False, None)
        assert row.released_at is None
        assert row.n_accepted == 0
        assert not row.decisions.exists()
        assert row.pk not in _scored()
        return
    assert decision.assessment_id == row.pk
    assert decision.round_id == row.current_round_id
    assert decision == row.decisions.order_by("-at", "-pk").first()
    assert agreed == (
        decision.option_id,
        decision.numerator,
        decision.denominator,
        decision.is_na,
        decision.nano,
    )
    assert decision.n_accepted == row.n_accepted
    assert (decision.released_at is None) is (row.released_at is None)


def _scored() -> set[int]:
    from indicators.models import Score

    return set(Score.objects.values_list("round__assessment_id", flat=True))
