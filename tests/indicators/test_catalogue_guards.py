"""The database itself keeps the editions of an opened period as they are."""

import pytest
from django.db import IntegrityError, connection, transaction

from indicators.models import (
    AssessmentPeriod,
    EvidenceKind,
    Instrument,
    Item,
    ItemKind,
    ItemMap,
    Option,
    SubArea,
)
from tests import factories
from wbk_portal.common import guards

pytestmark = pytest.mark.django_db

WRITES = {
    "catalogue_instrument": lambda: Instrument.objects.filter(key="wbk-06").update(
        source_sha256="0" * 64
    ),
    "catalogue_subarea": lambda: SubArea.objects.filter(key="A.I.6.i").update(
        weight_num=2
    ),
    "catalogue_item": lambda: Item.objects.filter(code="A.II.6.ii.a").update(
        weight_num=1
    ),
    "catalogue_option": lambda: Option.objects.filter(
        item__code="A.II.6.ii.a", code="b"
    ).update(value_num=68),
    "catalogue_itemmap": lambda: ItemMap.objects.filter(
        indicator__code="WBK.06.02"
    ).delete(),
    "catalogue_itemkind": lambda: ItemKind.objects.filter(
        item__code="WBK.06.01"
    ).delete(),
    "catalogue_item_twins": lambda: Item.objects.get(code="WBK.06.04").twins.clear(),
}


@pytest.fixture
def period(catalogue):
    """A draft period with its editions, and the guards in place."""
    guards.install(connection)
    return factories.make_period("2031", state="draft")


def refused_by(write):
    """Return the name of the guard that refuses `write`, or None."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        return guards.guard_name(error)
    return None


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("state", ["draft", "open", "closed"])
def test_an_edition_is_frozen_as_soon_as_its_period_is_opened(period, name, state):
    AssessmentPeriod.objects.filter(pk=period.pk).update(state=state)
    assert refused_by(WRITES[name]) == (None if state == "draft" else name)


def test_nothing_is_added_to_a_used_edition(period):
    AssessmentPeriod.objects.filter(pk=period.pk).update(state="open")
    question = Item.objects.get(code="A.II.6.ii.a")
    added = Option(item=question, code="e", text="Lain", value_num=0, position=9)
    assert refused_by(added.save) == "catalogue_option"
    question.pk, question.code, question.slug = None, "A.II.6.ii.b", "x"
    assert refused_by(question.save) == "catalogue_item"


def test_a_new_edition_and_the_names_of_kinds_stay_free(period):
    AssessmentPeriod.objects.filter(pk=period.pk).update(state="open")
    assert refused_by(lambda: EvidenceKind.objects.update(label="x")) is None
    new = Instrument(key="wbk-06", edition=2, name="x", regulation="x")
    assert refused_by(new.save) is None
    assert refused_by(new.delete) is None


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("item_rubric_of_indicators_only", {"rubric": None}),
        ("item_not_applicable_never_in_lke", {"may_be_not_applicable": True}),
        ("item_percent_has_two_counts", {"answer_type": "percent"}),
        ("item_weight_den_positive", {"weight_den": 0}),
    ],
)
def test_an_item_that_cannot_be_scored_is_refused(catalogue, constraint, fields):
    leader = Item.objects.filter(code="WBK.06.01")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        leader.update(**fields)


def test_a_question_never_borrows_options(catalogue):
    question = Item.objects.filter(code="A.I.6.i.a")
    with (
        pytest.raises(IntegrityError, match="item_rubric_of_indicators_only"),
        transaction.atomic(),
    ):
        question.update(rubric=Item.objects.get(code="A.I.6.i.b"))


def test_a_question_has_one_leading_indicator(catalogue):
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(code="WBK.06.12").update(rubric_leads=True)


def test_an_option_is_worth_at_most_one(catalogue):
    with (
        pytest.raises(IntegrityError, match="option_value_zero_to_one"),
        transaction.atomic(),
    ):
        Option.objects.filter(code="a").update(value_num=2, value_den=1)
