"""What the loaded catalogue says, against lists written out by hand."""

import hashlib
import re
from fractions import Fraction

import pytest

from indicators.models import EvidenceKind, Instrument, Item, ItemMap, Option
from indicators.services.catalogue import catalogue_of, editions_for_period
from tests import factories

from .literals import BORROWS, CATALOGUE, DIRECT, INDICATORS, LEADS, NAMES, WEIGHTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(catalogue):
    """Every test here reads the catalogue that the portal ships."""


def items_of(key):
    return Item.objects.filter(instrument=Instrument.objects.newest(key)).order_by(
        "position"
    )


def official_text(key):
    """Return names, options and values of an instrument as one text."""
    lines = []
    for item in items_of(key).prefetch_related("options"):
        lines.append(f"{item.code} {item.name}")
        for option in sorted(item.options.all(), key=lambda o: o.position):
            text = option.text if option.is_text_printed else None
            lines.append(f"{option.code} {text} {float(option.value):.2f}")
    return lines


def test_codes_and_names_of_the_24_are_to_the_letter():
    found = dict(items_of(Instrument.INDICATORS).values_list("code", "name"))
    assert found == NAMES
    assert list(found) == list(NAMES)


def test_sub_areas_of_the_24_and_their_equal_shares():
    items = items_of(Instrument.INDICATORS).select_related("subarea__counterpart")
    groups = {}
    for item in items:
        groups.setdefault(item.subarea.key, []).append(item.code[-2:])
        assert item.weight == Fraction(1, len(INDICATORS[item.subarea.key]))
        assert item.subarea.weight == item.subarea.counterpart.weight == 1
        assert item.subarea.name == item.subarea.counterpart.name
    assert groups == INDICATORS


def test_22_questions_with_weights_that_sum_to_exactly_ten():
    weights = {item.code: item.weight for item in items_of(Instrument.LKE)}
    assert weights == WEIGHTS
    assert len(weights) == 22
    assert sum(weights.values()) == 10


def test_the_24_alone_reach_25_sixths_and_the_six_the_rest():
    indicators = items_of(Instrument.INDICATORS).with_rubric()
    assert sum(item.lke_points for item in indicators) == Fraction(25, 6)
    direct = items_of(Instrument.LKE).assessed()
    assert [item.code for item in direct] == DIRECT
    assert sum(item.lke_points for item in direct) == 10 - Fraction(25, 6)
    assert all(not item.may_be_not_applicable for item in direct)


def test_official_texts_of_the_lke_are_to_the_letter():
    lines = official_text(Instrument.LKE)
    assert "ya ya,telah melakukan publikasi atas standar pelayanan" in lines[17]
    assert any("jika tela membangun database" in line for line in lines)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert (len(lines), digest) == (
        103,
        "8c4184866978e04aac9032a2f59ebc6f99b93e800b37ca1ac683ae6d16b23a4c",
    )


def test_official_texts_of_pmprb_are_to_the_letter():
    lines = official_text(Instrument.PMPRB)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert (len(lines), digest) == (
        85,
        "fa27ad376cef56dcff37acc120221c5b3a0de3aa4c1094d675cc5f442f1e5dd0",
    )


def test_a_no_that_the_source_does_not_print_reads_tidak():
    unprinted = Option.objects.filter(is_text_printed=False)
    assert unprinted.count() == 6
    assert {(o.code, o.text, o.label, o.value) for o in unprinted} == {
        ("tidak", "Tidak", "Tidak", Fraction(0))
    }
    assert str(Option.objects.filter(code="b").first()).startswith("B. ")


def test_values_of_four_options_are_the_printed_constants():
    item = Item.objects.get(code="A.II.6.ii.a")
    assert [o.value for o in item.answer_options] == [
        Fraction(1),
        Fraction(67, 100),
        Fraction(33, 100),
        Fraction(0),
    ]


def test_rubrics_lead_where_the_data_say_so():
    found = {
        item.code[-2:]: (item.rubric.code, item.rubric_leads)
        for item in items_of(Instrument.INDICATORS).select_related("rubric")
    }
    expected = {number: (code, True) for number, code in LEADS.items()}
    expected |= {number: (code, False) for number, code in BORROWS.items()}
    assert found == expected
    assert len(set(LEADS.values()) | set(DIRECT)) == 22


def test_an_indicator_answers_with_the_options_of_its_rubric():
    item = items_of(Instrument.INDICATORS).with_rubric().get(code="WBK.06.18")
    assert item.answer_item.code == "8.3.a"
    assert item.answer_item.short_label == "PMPRB 8.3.a"
    assert [option.code for option in item.answer_options] == ["ya", "tidak"]
    assert (item.question_answered, item.lke_points, item.lke_nano) == (None, 0, 0)


def test_reading_the_options_of_all_items_takes_three_queries(
    django_assert_num_queries,
):
    with django_assert_num_queries(3):
        items = list(Item.objects.assessed().with_rubric())
        texts = [option.text for item in items for option in item.answer_options]
        assert sum(item.lke_points for item in items) == 10
    assert len(items) == 30
    assert len(texts) > 100


def test_only_04_and_05_may_be_not_applicable():
    allowed = Item.objects.filter(may_be_not_applicable=True).order_by("code")
    assert [item.code for item in allowed] == ["WBK.06.04", "WBK.06.05"]


def test_the_percent_question_asks_for_its_two_counts():
    (item,) = Item.objects.filter(answer_type=Item.AnswerType.PERCENT)
    assert item.code == "A.II.6.i.b"
    assert item.numerator_label == "Jumlah perijinan/pelayanan yang telah dipermudah"
    assert item.denominator_label == (
        "Jumlah perijinan/pelayanan yang terdata/terdaftar"
    )
    assert item.criterion.startswith("Persentase diperoleh dari Jumlah perijinan")
    assert item.answer_options == []
    assert item.title == (
        "Upaya dan/atau inovasi pada perijinan/pelayanan telah dipermudah …"
    )
    assert item.title_items[3] == "4 Terintegrasi dengan aplikasi"


def test_addresses_and_labels():
    found = set(Item.objects.assessed().values_list("slug", "short_label"))
    assert ("06.13", "06.13") in found
    assert ("LKE-II.ii.a", "LKE II.ii.a") in found
    assert ("LKE-I.i.c", "LKE I.i.c") in found
    assert len({slug for slug, _label in found}) == 30


def test_twins_name_each_other_and_say_the_difference():
    pairs = {
        tuple(sorted((item.slug, twin.slug)))
        for item in items_of(Instrument.INDICATORS)
        for twin in item.twins.all()
    }
    assert pairs == {
        ("06.04", "06.05"),
        ("06.08", "06.09"),
        ("06.11", "06.12"),
        ("06.13", "06.18"),
    }
    for item in items_of(Instrument.INDICATORS).filter(twins__isnull=False):
        assert item.code in item.twin_note


def test_every_assessed_item_guides_and_names_expected_kinds():
    for item in Item.objects.assessed().prefetch_related("expected_kinds"):
        assert len(item.guidance) > 100, item.code
        assert len(item.expected_kinds.all()) >= 2, item.code
        assert all(use.why for use in item.expected_kinds.all()), item.code
        assert item.producer_roles, item.code
        assert item.renewal_label, item.code


def test_own_wording_leaves_the_two_terms_to_their_settings():
    """They differ by institution; official names and options are another matter."""
    texts = list(EvidenceKind.objects.values_list("label", flat=True))
    for item in Item.objects.prefetch_related("expected_kinds"):
        texts += [item.guidance, item.twin_note, item.renewal_note]
        texts += [use.why for use in item.expected_kinds.all()]
        texts += [role["label"] for role in item.producer_roles]
    wrong = [t for t in texts if re.search(r"\b(bukti|eviden)\b|unit kerja", t, re.I)]
    assert wrong == []


def test_maps_to_questions():
    maps = ItemMap.objects.select_related("indicator", "question")
    found = {(m.indicator.slug, m.question.code): (m.coverage, m.leads) for m in maps}
    assert found["06.02", "A.I.6.i.d"] == ("partial", False)
    assert found["06.14", "A.I.6.iii.a"] == ("supporting", False)
    assert found["06.11", "A.I.6.ii.e"] == ("full", True)
    assert found["06.12", "A.I.6.ii.e"] == ("full", False)
    assert found["06.16", "A.II.6.ii.a"] == ("partial", False)
    assert sum(leads for _coverage, leads in found.values()) == 16


def test_generic_kinds_and_the_web_address():
    web = EvidenceKind.objects.get(key=EvidenceKind.WEB_ADDRESS)
    assert web.is_web_address
    assert web.is_generic
    assert not EvidenceKind.objects.get(key=EvidenceKind.PHOTO).is_web_address
    assert EvidenceKind.objects.filter(is_generic=False).count() == 66
    assert EvidenceKind.objects.get(key=EvidenceKind.OTHER).is_generic


def test_items_by_stake_start_with_the_response_to_complaints():
    stakes = list(Item.objects.assessed().by_stake().values_list("slug", "lke_nano"))
    assert stakes[0] == ("LKE-II.ii.a", 2_500_000_000)
    assert stakes[3] == ("06.13", 333_333_333)
    assert stakes[-1] == ("06.22", 0)


def test_the_arithmetic_of_a_period_is_that_of_its_editions():
    period = factories.make_period("2031")
    assert catalogue_of(period) == CATALOGUE
    assert [str(edition) for edition in editions_for_period()] == [
        "wbk-06 ed. 1",
        "evidence-kinds ed. 1",
        "lke-90-2021-area-vi ed. 1",
        "pmprb-area-8 ed. 1",
    ]
