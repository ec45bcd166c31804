"""Values, points and the interval: exact, bounded, and refusing what makes no sense."""

from fractions import Fraction

import pytest

from indicators.scoring import (
    Answer,
    Group,
    Interval,
    PercentNote,
    ScoringError,
    ZeroDenominator,
    indicator_points,
    lke_area_points,
    nano,
    option_value,
    percent_value,
    weighted_points,
)

HALF = Fraction(1, 2)
TWO = (Group("x", Fraction(1)), Group("y", Fraction(5, 2)))


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (Fraction(0), 0),
        (Fraction(6), 6_000_000_000),
        (Fraction(1, 3), 333_333_333),
        (Fraction(2, 3), 666_666_667),
        # Exactly half a nano-point goes up, also where the even neighbour is below.
        (Fraction(1, 2_000_000_000), 1),
        (Fraction(5, 2_000_000_000), 3),
        (Fraction(1, 2_000_000_001), 0),
    ],
)
def test_nano_points_round_half_up(points, expected):
    assert nano(points) == expected


def test_negative_points_are_refused():
    with pytest.raises(ScoringError, match="negative"):
        nano(Fraction(-1, 10**12))


def test_the_constant_067_is_not_two_thirds():
    assert option_value(67, 100) == Fraction(67, 100) != Fraction(2, 3)
    assert option_value(0, 1) == 0
    assert option_value(1, 1) == 1


@pytest.mark.parametrize(("num", "den"), [(-1, 4), (5, 4), (1, 0), (0, -1)])
def test_an_option_outside_the_scale_is_refused(num, den):
    with pytest.raises(ScoringError):
        option_value(num, den)


@pytest.mark.parametrize(
    ("numerator", "denominator", "zero", "value", "note"),
    [
        (3, 4, ZeroDenominator.ZERO, Fraction(3, 4), PercentNote.RATIO),
        (0, 4, ZeroDenominator.FULL, Fraction(0), PercentNote.RATIO),
        (4, 4, ZeroDenominator.ZERO, Fraction(1), PercentNote.RATIO),
        (5, 4, ZeroDenominator.ZERO, Fraction(1), PercentNote.CAPPED),
        (0, 0, ZeroDenominator.ZERO, Fraction(0), PercentNote.ZERO_BASE_ZERO),
        (0, 0, ZeroDenominator.FULL, Fraction(1), PercentNote.ZERO_BASE_FULL),
        (0, 0, "full", Fraction(1), PercentNote.ZERO_BASE_FULL),
    ],
)
def test_two_counts_give_a_ratio_and_say_how(numerator, denominator, zero, value, note):
    result = percent_value(numerator, denominator, zero)
    assert (result.value, result.note) == (value, note)


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(-1, 4), (1, -4), (1, 0), (0.5, 1), (True, 1)]
)
def test_counts_that_make_no_sense_are_refused(numerator, denominator):
    with pytest.raises(ScoringError):
        percent_value(numerator, denominator, ZeroDenominator.ZERO)


def test_an_undecided_item_counts_nothing_surely_and_everything_possibly():
    points = weighted_points(
        TWO,
        [
            Answer("a", "x", agreed_value=HALF),
            Answer("b", "x", self_value=Fraction(1)),
            Answer("c", "y", agreed_value=Fraction(0)),
        ],
    )
    # x: 1 * (1/2 + 0)/2 surely, 1 * (1/2 + 1)/2 possibly; y is decided as zero.
    assert points.interval == Interval(Fraction(1, 4), Fraction(3, 4))
    assert points.own == HALF
    assert points.maximum == Fraction(7, 2)
    assert not points.interval.is_settled
    assert [part.key for part in points.parts] == ["x", "y"]
    assert points.parts[1].interval == Interval(Fraction(0), Fraction(0))


def test_after_the_period_closed_an_undecided_item_can_reach_nothing_more():
    points = weighted_points(
        TWO[:1],
        [
            Answer("a", "x", agreed_value=HALF, is_open=False),
            Answer("b", "x", self_value=Fraction(1), is_open=False),
        ],
    )
    assert points.interval == Interval(Fraction(1, 4), Fraction(1, 4))
    assert points.interval.is_settled


def test_an_item_that_does_not_apply_leaves_its_mean():
    answers = [
        Answer("a", "x", agreed_value=HALF),
        Answer("b", "x", not_applicable=True),
        Answer("c", "y", agreed_value=Fraction(1)),
    ]
    points = indicator_points(TWO, answers)
    assert points.interval == Interval(Fraction(3), Fraction(3))
    assert points.parts[0].weight == 1


def test_a_claim_that_it_does_not_apply_changes_the_own_figure_only():
    answers = [
        Answer("a", "x", self_value=HALF, agreed_value=HALF),
        Answer("b", "x", self_not_applicable=True),
    ]
    points = indicator_points(TWO[:1], answers)
    assert points.own == HALF
    assert points.interval == Interval(Fraction(1, 4), Fraction(3, 4))


def test_a_sub_area_where_nothing_applies_hands_its_weight_to_the_others():
    points = indicator_points(
        TWO,
        [
            Answer("a", "x", not_applicable=True),
            Answer("c", "y", self_value=HALF, agreed_value=HALF),
        ],
    )
    assert points.parts[0].weight is None
    assert points.parts[0].interval.is_settled
    assert points.parts[1].weight == points.maximum == Fraction(7, 2)
    assert points.interval.certain == Fraction(7, 4)
    # The unit itself never said that "a" does not apply; it is simply unanswered.
    assert points.own == Fraction(7, 4)


def test_the_lke_knows_no_question_that_does_not_apply():
    for answer in (
        Answer("a", "x", not_applicable=True),
        Answer("a", "x", self_not_applicable=True),
    ):
        with pytest.raises(ScoringError, match="always applies"):
            lke_area_points(TWO[:1], [answer])


@pytest.mark.parametrize(
    ("groups", "answers", "reason"),
    [
        (TWO[:1], [Answer("a", "x"), Answer("a", "x")], "counts twice"),
        (TWO[:1], [Answer("a", "z")], "unknown sub-area"),
        (TWO, [Answer("a", "x")], "no items"),
        ((Group("x", Fraction(0)),), [Answer("a", "x")], "no weight"),
        ((TWO[0], TWO[0]), [Answer("a", "x")], "stands twice"),
        (TWO[:1], [Answer("a", "x", not_applicable=True)], "nothing applies"),
    ],
)
def test_facts_that_do_not_fit_are_refused(groups, answers, reason):
    with pytest.raises(ScoringError, match=reason):
        weighted_points(groups, answers)


@pytest.mark.parametrize(
    "fields",
    [
        {"self_value": Fraction(11, 10)},
        {"agreed_value": Fraction(-1, 10)},
        {"agreed_value": HALF, "not_applicable": True},
        {"self_value": HALF, "self_not_applicable": True},
    ],
)
def test_an_answer_off_the_scale_or_with_two_outcomes_is_refused(fields):
    with pytest.raises(ScoringError):
        Answer("a", "x", **fields)


def test_an_interval_never_runs_backwards():
    with pytest.raises(ScoringError):
        Interval(Fraction(2), Fraction(1))
    with pytest.raises(ScoringError):
        Interval(Fraction(-1), Fraction(1))
