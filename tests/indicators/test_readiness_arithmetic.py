"""Points, verdict and counts of a unit, against a second computation in integers."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.readiness import ItemFact, ValueStanding, lke_answers, readiness
from indicators.scoring import ScoringError
from indicators.verdicts import AreaVerdict

from .literals import (
    CATALOGUE,
    DIRECT,
    INDICATORS,
    LEADS,
    WEIGHTS,
    decided,
    decided_questions,
    facts,
)

# One hundredth of a value of each question, in 1/1200 points: 1/4 point is 300/1200,
# so a hundredth of it is 3. Written out, not derived from the weights under test.
UNITS = {"i": 3, "ii": 2, "iii": 4, "iv": 4, "v": 4, "II.i": 15, "II.ii": 30}
FULL = 12_000

# The same for the indicators, in 1/42000 points of 5 when every item applies.
INDICATOR_UNITS = {
    "standar_pelayanan": 84,
    "budaya_pelayanan_prima": 60,
    "pengelolaan_pengaduan": 70,
    "penilaian_kepuasan": 140,
    "pemanfaatan_ti": 140,
}

HUNDREDTHS = st.sampled_from([0, 25, 33, 50, 67, 75, 100])
ITEM = st.tuples(st.none() | HUNDREDTHS, st.none() | HUNDREDTHS, st.booleans())
ALL_ITEMS = [f"i{n}" for numbers in INDICATORS.values() for n in numbers]
ALL_ITEMS += [code.replace(".", "_") for code in DIRECT]


def units_of(question):
    """Return the weight of a hundredth of a question in 1/1200 points."""
    _a, half, _six, roman, _letter = question.split(".")
    return UNITS[roman if half == "I" else f"II.{roman}"]


def half_up(number, unit):
    """Return number/unit in billionths, rounded half up, by whole numbers only."""
    return (2 * number * 10**9 + unit) // (2 * unit)


def as_facts(answers):
    """Return facts from {item: (own, agreed, released)} in hundredths."""
    return facts(
        **{
            item: {
                "has_answer": own is not None,
                "self_value": None if own is None else Fraction(own, 100),
                "agreed_value": None if agreed is None else Fraction(agreed, 100),
                "is_released": released,
            }
            for item, (own, agreed, released) in answers.items()
        }
    )


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(ALL_ITEMS, ITEM)))
def test_points_equal_a_second_computation_in_whole_numbers(answers):
    figures = readiness(CATALOGUE, as_facts(answers))

    by_item = {f"i{number}": question for number, question in LEADS.items()}
    by_item |= {code.replace(".", "_"): code for code in DIRECT}
    own = certain = possible = 0
    for item, question in by_item.items():
        mine, agreed, released = answers[item]
        known = agreed if released else None
        own += units_of(question) * (mine or 0)
        certain += units_of(question) * (known or 0)
        possible += units_of(question) * (100 if known is None else known)
    assert figures.lke.own == half_up(own, 1200)
    assert figures.lke.certain == half_up(certain, 1200)
    assert figures.lke.possible == half_up(possible, 1200)
    assert figures.exact_lke.interval.certain == Fraction(certain, 1200)

    if not any(
        released and agreed is not None for _own, agreed, released in answers.values()
    ):
        expected = "unscored"
    elif certain * 4 >= FULL * 3:
        expected = "wbbm_met"
    elif certain * 5 >= FULL * 3:
        expected = "wbk_met"
    elif certain * 2 >= FULL and possible * 5 >= FULL * 3:
        expected = "almost"
    else:
        expected = "not_met"
    assert figures.verdict == expected

    own = certain = possible = 0
    for group, numbers in INDICATORS.items():
        for number in numbers:
            mine, agreed, released = answers[f"i{number}"]
            known = agreed if released else None
            own += INDICATOR_UNITS[group] * (mine or 0)
            certain += INDICATOR_UNITS[group] * (known or 0)
            possible += INDICATOR_UNITS[group] * (100 if known is None else known)
    assert figures.indicators.own == half_up(own, 42_000)
    assert figures.indicators.certain == half_up(certain, 42_000)
    assert figures.indicators.possible == half_up(possible, 42_000)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(dict.fromkeys(ALL_ITEMS, ITEM)),
    st.sampled_from(ALL_ITEMS),
    HUNDREDTHS,
)
def test_a_decision_only_ever_narrows_the_interval(answers, item, value):
    undecided = {**answers, item: (answers[item][0], None, False)}
    before = readiness(CATALOGUE, as_facts(undecided)).exact_lke.interval
    after = readiness(
        CATALOGUE, as_facts({**answers, item: (answers[item][0], value, True)})
    ).exact_lke.interval
    assert before.certain <= after.certain <= after.possible <= before.possible


def test_the_untouched_unit_has_nothing_and_can_reach_everything():
    figures = readiness(CATALOGUE, facts())
    assert (figures.lke.own, figures.lke.certain) == (0, 0)
    assert figures.lke.possible == 10_000_000_000
    assert figures.indicators.possible == 5_000_000_000
    assert figures.verdict is AreaVerdict.UNSCORED
    assert [part.possible for part in figures.lke_parts] == [
        *[1_000_000_000] * 5,
        *[2_500_000_000] * 2,
    ]


def test_zero_is_a_verdict_where_it_was_decided_and_none_where_it_was_not():
    handed_in = {"has_answer": True, "self_value": Fraction(1), "is_submitted": True}
    waiting = readiness(CATALOGUE, facts(i01=handed_in))
    assert waiting.exact_lke.interval.certain == 0
    assert waiting.verdict is AreaVerdict.UNSCORED
    zero = readiness(CATALOGUE, facts(i01=handed_in | decided(0)))
    assert zero.exact_lke.interval.certain == 0
    assert zero.verdict is AreaVerdict.NOT_MET
    # Closed without a decision: nothing was found, only nothing can come any more.
    closed = readiness(
        CATALOGUE, facts(**{item: {"is_open": False} for item in ALL_ITEMS})
    )
    assert closed.exact_lke.interval.possible == 0
    assert closed.verdict is AreaVerdict.UNSCORED


def test_the_24_alone_reach_25_sixths():
    every = {f"i{n}": decided(1) for numbers in INDICATORS.values() for n in numbers}
    figures = readiness(CATALOGUE, facts(**every))
    assert figures.exact_lke.interval.certain == Fraction(25, 6)
    assert figures.exact_indicators.interval.certain == 5
    assert figures.verdict is AreaVerdict.NOT_MET
    assert sum(WEIGHTS[question] for question in LEADS.values()) == Fraction(25, 6)


def at(share, **others):
    """Decide everything: all of pemenuhan fully, II.i.b by `share`, II as given."""
    values = dict.fromkeys(WEIGHTS, 1)
    values |= {"A.II.6.i.b": share, "A.II.6.i.a": 0, "A.II.6.ii.a": 0}
    values |= {key.replace("_", "."): value for key, value in others.items()}
    return readiness(CATALOGUE, facts(**decided_questions(values)))


TINY = Fraction(1, 10**15)


@pytest.mark.parametrize(
    ("share", "more", "certain", "verdict"),
    [
        (Fraction(4, 5), {}, Fraction(6), "wbk_met"),
        # 5.99999…: below by less than a nano-point, where every rounding says 6.00.
        (Fraction(4, 5) - TINY, {}, 6 - Fraction(5, 4) * TINY, "not_met"),
        (Fraction(0), {"A_II_6_ii_a": 1}, Fraction(15, 2), "wbbm_met"),
        (
            1 - TINY,
            {"A_II_6_i_a": 1},
            Fraction(15, 2) - Fraction(5, 4) * TINY,
            "wbk_met",
        ),
        (Fraction(1), {"A_II_6_i_a": 1, "A_II_6_ii_a": 1}, Fraction(10), "wbbm_met"),
    ],
)
def test_minima_are_compared_exactly(share, more, certain, verdict):
    figures = at(share, **more)
    assert figures.exact_lke.interval.certain == certain
    assert figures.exact_lke.interval.is_settled
    assert figures.verdict == verdict


@pytest.mark.parametrize(
    ("open_question", "value_i_d", "verdict"),
    [
        # 5.0 certain and 7.5 possible.
        (True, 1, "almost"),
        # 4.75 certain, though as much is possible as in the row above but 0.25.
        (True, 0, "not_met"),
        # 5.0 certain, and nothing more to come.
        (False, 1, "not_met"),
    ],
)
def test_almost_needs_five_certain_and_six_possible(open_question, value_i_d, verdict):
    values = dict.fromkeys(WEIGHTS, 1)
    values |= {"A.I.6.i.d": value_i_d, "A.II.6.i.a": 0, "A.II.6.i.b": 0}
    del values["A.II.6.ii.a"]
    changes = decided_questions(values)
    changes["A_II_6_ii_a"] = {"is_open": open_question}
    assert readiness(CATALOGUE, facts(**changes)).verdict == verdict


@pytest.mark.parametrize(
    ("share", "verdict"),
    [(Fraction(4, 5), "almost"), (Fraction(4, 5) - TINY, "not_met")],
)
def test_almost_needs_exactly_six_possible(share, verdict):
    """Certain 5; the one open question would bring i.c's 1/4 and no more."""
    values = dict.fromkeys(WEIGHTS, 1)
    values |= {"A.II.6.i.a": 0, "A.II.6.ii.a": 0, "A.II.6.i.b": share}
    changes = decided_questions(values)
    changes["A_I_6_i_c"] = {}
    figures = readiness(CATALOGUE, facts(**changes))
    assert figures.exact_lke.interval.certain == 5 + Fraction(5, 4) * share - Fraction(
        1, 4
    )
    assert figures.verdict == verdict


def test_two_indicators_of_one_question_are_not_counted_twice():
    """06.11 leads the question, 06.12 only borrows its options; so with 06.13/06.18."""
    for leader, borrower in (("i11", "i12"), ("i13", "i18")):
        alone = readiness(CATALOGUE, facts(**{leader: decided(Fraction(1, 2))}))
        both = readiness(
            CATALOGUE,
            facts(**{leader: decided(Fraction(1, 2)), borrower: decided(1)}),
        )
        only_borrower = readiness(CATALOGUE, facts(**{borrower: decided(1)}))
        assert both.exact_lke == alone.exact_lke
        assert only_borrower.lke.certain == 0
        assert both.indicators.certain > alone.indicators.certain


def test_the_questions_must_each_have_one_item():
    everything = facts()
    assert [a.key for a in lke_answers(CATALOGUE.questions, everything)] == list(
        WEIGHTS
    )
    twin = ItemFact("X", True, "budaya_pelayanan_prima", question="A.I.6.ii.e")
    with pytest.raises(ScoringError, match=r"A\.I\.6\.ii\.e is answered twice"):
        readiness(CATALOGUE, [*everything, twin])
    with pytest.raises(ScoringError, match=r"A\.II\.6\.ii\.a"):
        readiness(CATALOGUE, everything[:-1])
    stray = ItemFact("X", True, "budaya_pelayanan_prima", question="A.I.6.ii.z")
    with pytest.raises(ScoringError, match=r"A\.I\.6\.ii\.z"):
        readiness(CATALOGUE, [*everything, stray])


def test_an_undecided_value_has_no_effect_before_its_release():
    seen = readiness(
        CATALOGUE, facts(i01={"agreed_value": Fraction(1), "n_accepted": 2})
    )
    assert seen == readiness(CATALOGUE, facts())


def test_not_applicable_takes_the_indicator_out_of_its_mean_only():
    out = {"is_released": True, "agreed_not_applicable": True}
    figures = readiness(
        CATALOGUE,
        facts(
            i01=decided(1, has_answer=True, self_value=Fraction(1)),
            i04={**out, "self_not_applicable": True},
            i05=out,
        ),
    )
    # One of the three that remain: a third of the sub-area's point.
    assert figures.indicators.certain == 333_333_333
    assert figures.indicators.own == 333_333_333
    assert figures.indicators.possible == 5_000_000_000
    assert figures.lke.certain == 250_000_000
    assert (figures.n_indicators, figures.n_applicable) == (24, 22)


@pytest.mark.parametrize("claim", ["self_not_applicable", "agreed_not_applicable"])
@pytest.mark.parametrize("item", ["i01", "i03", "A_II_6_ii_a"])
def test_only_04_and_05_may_be_not_applicable(claim, item):
    with pytest.raises(ScoringError, match="always applies"):
        facts(**{item: {claim: True}})


def test_without_the_catalogues_leave_an_item_always_applies():
    with pytest.raises(ScoringError, match="always applies"):
        ItemFact("X", True, "standar_pelayanan", self_not_applicable=True)


def test_a_leading_item_never_is_even_if_the_catalogue_said_so():
    with pytest.raises(ScoringError, match="always applies"):
        ItemFact(
            "X",
            True,
            "standar_pelayanan",
            question="A.I.6.i.a",
            may_be_not_applicable=True,
            agreed_not_applicable=True,
        )


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, ValueStanding.MISSING),
        ({"n_usable": 3}, ValueStanding.MISSING),
        ({"has_answer": True, "self_value": Fraction(0)}, ValueStanding.UNDECIDED),
        ({"is_submitted": True}, ValueStanding.UNDECIDED),
        ({"self_not_applicable": True}, ValueStanding.UNDECIDED),
        ({"agreed_value": Fraction(1)}, ValueStanding.MISSING),
        (decided(0), ValueStanding.ZERO),
        (decided(Fraction(1, 3)), ValueStanding.SCORED),
        (
            {"is_released": True, "agreed_not_applicable": True},
            ValueStanding.NOT_APPLICABLE,
        ),
    ],
)
def test_the_ways_of_having_no_value_stay_apart(fields, standing):
    (fact,) = [f for f in facts(i04=fields) if f.key == "WBK.06.04"]
    assert fact.standing is standing


ANSWERED = {"has_answer": True, "self_value": Fraction(1)}


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        # (filled, submitted, accepted, decided, not applicable)
        ({}, (0, 0, 0, 0, 0)),
        (ANSWERED, (0, 0, 0, 0, 0)),
        ({"n_usable": 2}, (0, 0, 0, 0, 0)),
        ({**ANSWERED, "n_usable": 1}, (1, 0, 0, 0, 0)),
        ({"self_not_applicable": True}, (1, 0, 0, 0, 0)),
        ({**ANSWERED, "n_usable": 1, "is_submitted": True}, (1, 1, 0, 0, 0)),
        (decided(1), (0, 0, 0, 1, 0)),
        (decided(0, n_accepted=1), (0, 0, 1, 1, 0)),
        ({"is_released": True, "n_accepted": 1}, (0, 0, 0, 0, 0)),
        ({"agreed_value": Fraction(1), "n_accepted": 1}, (0, 0, 0, 0, 0)),
        ({"is_released": True, "agreed_not_applicable": True}, (0, 0, 1, 1, 1)),
    ],
)
def test_three_counts_stand_side_by_side(fields, counts):
    figures = readiness(CATALOGUE, facts(i05=fields))
    assert (
        figures.n_filled,
        figures.n_submitted,
        figures.n_accepted,
        figures.n_decided,
        figures.n_not_applicable,
    ) == counts
    assert figures.n_indicators == 24
    assert figures.n_applicable == 24 - counts[4]
    assert figures.n_all == 30


def test_twenty_complete_drafts_are_twenty_of_24():
    numbers = [n for group in INDICATORS.values() for n in group][:20]
    draft = {**ANSWERED, "n_usable": 1}
    figures = readiness(CATALOGUE, facts(**{f"i{n}": draft for n in numbers}))
    assert (figures.n_filled, figures.n_submitted) == (20, 0)


def test_completeness_is_about_the_24_and_decisions_about_all():
    question = decided(1, **ANSWERED, n_usable=1, is_submitted=True, n_accepted=1)
    figures = readiness(
        CATALOGUE,
        facts(
            A_II_6_ii_a=question,
            i01=decided(1),
            i02={"needs_revision": True, "is_submitted": True},
            i03={"n_stale": 1},
            A_I_6_i_c={"needs_revision": True, "n_stale": 1},
        ),
    )
    assert (figures.n_filled, figures.n_submitted, figures.n_accepted) == (0, 1, 0)
    assert (figures.n_decided, figures.n_all_decided) == (1, 2)
    assert (figures.n_revision, figures.n_stale) == (1, 1)
    assert figures.lke.certain == 2_750_000_000


def test_an_own_value_needs_an_answer():
    with pytest.raises(ScoringError, match="without an answer"):
        ItemFact("X", True, "standar_pelayanan", self_value=Fraction(1))
