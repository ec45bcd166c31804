"""Tags and filters that every template knows."""

import datetime as dt
from fractions import Fraction

import lucide
import pytest
from django.template import Context, Template
from django.utils import translation

from wbk_portal.common.states import ITEM_STATES, STATES, TONES


def show(source, **values):
    return Template(source).render(Context(values))


def test_tags_need_no_load():
    assert show("{{ n|number }}", n=1234) == "1.234"
    assert show("{{ n|number:2 }}", n=Fraction(5, 4)) == "1,25"
    assert show("{{ n|number }}", n=None) == "–"
    assert show("{{ n|points }}", n=4_166_666_667) == "4,17"
    assert show("{{ n|percent:1 }}", n=Fraction(2, 3)) == "66,7%"
    assert show("{% percent_of 599 1000 %}") == "59%"
    assert show("{% percent_of 1 0 %}") == "–"
    assert show('{% points_within n "4.2" 1 %}', n=Fraction(416, 100)) == "4,1"
    assert show("{{ n|size }}", n=1_258_291) == "1,2 MB"
    assert show("{{ d|day }}", d=dt.date(2026, 11, 23)) == "23 November 2026"
    assert show("{{ name|initials }}", name="Rina Astuti Dewi") == "RA"
    assert show("{{ name|initials }}", name="42") == "?"


def test_moments_take_the_zone_of_the_unit():
    at = dt.datetime(2026, 5, 29, 8, 58, tzinfo=dt.UTC)
    assert show("{{ at|clock:z }}", at=at, z="Asia/Jayapura") == "17.58 WIT"
    assert show("{{ at|moment }}", at=at) == "29 Mei 2026 pukul 15.58 WIB"
    assert show("{{ at|moment_long }}", at=at).startswith("Jumat, ")
    assert show(
        "{{ a|days_left:b }}", a=dt.date(2026, 1, 3), b=dt.date(2026, 1, 1)
    ) == ("sisa 2 hari")


def test_the_institutions_words(settings):
    assert show("{% term_evidence %}") == "bukti dukung"
    settings.TERM_EVIDENCE, settings.TERM_WORK_UNIT = "eviden", "satuan kerja"
    assert show("{% term_evidence capfirst=True %}") == "Eviden"
    assert show("{% term_unit %}") == "satuan kerja"


@pytest.mark.parametrize("key", sorted(STATES))
def test_every_state_has_word_icon_letter_and_tone(key):
    look = STATES[key]
    badge = show("{% state_badge key %}", key=key)
    assert str(look.label) in badge
    assert "<svg" in badge
    assert 'aria-hidden="true"' in badge
    assert look.tone in TONES
    assert len(look.letter) == 1
    lucide._load_icon(look.icon)
    assert str(look.label) in show("{% heat_cell key %}", key=key)
    assert str(look.label) in show("{% state_mark key %}", key=key)
    assert str(look.label) not in show("{% state_mark key True %}", key=key)


def test_letters_of_the_heat_map_are_all_different():
    letters = [look.letter for look in ITEM_STATES] + [STATES["not_applicable"].letter]
    assert len(set(letters)) == len(letters)
    assert len({look.tone for look in ITEM_STATES}) == len(ITEM_STATES)


def test_every_state_of_the_models_has_a_look():
    from evidence.models import EvidenceFile, LinkReview
    from indicators.models.assessment import State

    for choices in (State, EvidenceFile.State, LinkReview.Result):
        for value, label in choices.choices:
            assert str(STATES[value].label) == str(label)


def test_an_unknown_state_is_a_fault():
    with pytest.raises(KeyError):
        show("{% state_badge 'nonsense' %}")


def test_the_cells_word_follows_the_language():
    with translation.override("en"):
        english = show("{% heat_cell 'submitted' %}")
    assert "Diajukan" in show("{% heat_cell 'submitted' %}")
    assert english.startswith('<td class="tone-blue">A')


def test_small_integers_are_not_taken_for_points():
    with pytest.raises(ValueError, match="nano-points"):
        show("{% chart_interval c c m %}", c=Fraction(1), m=10)


def test_the_interval_says_its_numbers_in_words():
    svg = show(
        "{% chart_interval c p m t %}",
        c=4_200_000_000,
        p=8_900_000_000,
        m=10_000_000_000,
        t=[(Fraction(6), "WBK 6,00")],
    )
    assert "pasti 4,20; masih dapat mencapai 8,90 dari 10,00 (WBK 6,00)" in svg


def test_icons_are_silent_and_take_a_class():
    svg = show('{% icon "upload" 18 "big" %}')
    assert 'class="icon big"' in svg
    assert 'width="18"' in svg
    assert 'aria-hidden="true"' in svg
