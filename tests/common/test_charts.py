"""Charts: well-formed SVG, exact geometry, decimal points in every language."""

import re
from fractions import Fraction

import pytest
from defusedxml import ElementTree
from django.utils import translation

from wbk_portal.common import charts

TREND = [
    charts.TrendPoint("Jun", Fraction(21, 10), Fraction(3, 2), "2,10"),
    charts.TrendPoint("Jul", None, Fraction(2), ""),
    charts.TrendPoint("Agu", Fraction(35, 10), Fraction(5, 2), "3,50"),
    charts.TrendPoint("Sep", Fraction(42, 10), None, "4,20"),
]
PARTS = [
    charts.Part("green", 15, "Selesai dinilai", "N"),
    charts.Part("red", 0, "Tidak diajukan", "X"),
    charts.Part("amber", 1, "Draf", "D"),
]


def draw_all():
    return {
        "ring": charts.ring(Fraction(1, 3), "33%", "Kebijakan", tone="amber"),
        "ring-none": charts.ring(None, "–", "Kebijakan"),
        "ring-marks": charts.ring(
            Fraction(1, 2), "50%", "Area", thresholds=[Fraction(3, 5)]
        ),
        "interval": charts.interval(
            Fraction(42, 10),
            Fraction(89, 10),
            10,
            label="pasti 4,20",
            thresholds=[(6, "WBK 6,00"), (Fraction(15, 2), "WBBM 7,50")],
        ),
        "stacked": charts.stacked(PARTS, label="24 indikator"),
        "stacked-none": charts.stacked([], label="kosong"),
        "trend": charts.trend(
            TREND, maximum=10, ticks=[(0, "0"), (Fraction(5, 2), "2,5")], label="tren"
        ),
        "spark": charts.sparkline([1, 2, Fraction(5, 2)], maximum=3, label="naik"),
        "spark-one": charts.sparkline([1], maximum=3, label="satu"),
    }


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", sorted(draw_all()))
def test_every_chart_is_clean_svg_in_both_languages(name, language):
    with translation.override(language):
        svg = draw_all()[name]
    tree = ElementTree.fromstring(svg)
    assert tree.get("role") == "img"
    assert tree.get("aria-label")
    for node in tree.iter():
        assert node.tag in {
            "svg", "circle", "line", "rect", "text", "g", "title", "polyline"
        }  # fmt: skip
        for attribute, value in node.attrib.items():
            assert attribute not in {"style", "onclick", "href"}
            if attribute in {
                "x",
                "y",
                "x1",
                "x2",
                "y1",
                "y2",
                "cx",
                "cy",
                "r",
                "width",
            }:
                assert re.fullmatch(r"-?\d+(\.\d+)?%?", value), (attribute, value)


def test_languages_change_nothing_in_the_geometry():
    with translation.override("id"):
        indonesian = draw_all()
    with translation.override("en"):
        english = draw_all()
    assert indonesian == english


def find(svg, css_class):
    tree = ElementTree.fromstring(svg)
    return [node for node in tree.iter() if css_class in node.get("class", "").split()]


def test_the_interval_bar_is_as_long_as_its_points():
    svg = draw_all()["interval"]
    assert find(svg, "c-fill")[0].get("width") == "42%"
    assert find(svg, "c-maybe")[0].get("width") == "89%"
    assert [mark.get("x1") for mark in find(svg, "c-mark")] == ["60%", "75%"]


def test_a_decided_value_shows_no_open_part_and_zero_shows_no_fill():
    same = charts.interval(Fraction(3), Fraction(3), 10, label="tetap")
    assert not find(same, "c-maybe")
    none = charts.interval(0, Fraction(3), 10, label="nol")
    assert not find(none, "c-fill")
    over = charts.interval(Fraction(11), Fraction(12), 10, label="lebih")
    assert find(over, "c-fill")[0].get("width") == "100%"


def test_only_a_full_ring_closes():
    nearly = find(charts.ring(Fraction(999, 1000), "99%", "x"), "c-ring")[0]
    assert nearly.get("stroke-dasharray") == "96.5 100"
    full = find(charts.ring(Fraction(1), "100%", "x"), "c-ring")[0]
    assert full.get("stroke-dasharray") == "100 100"
    assert not find(charts.ring(Fraction(0), "0%", "x"), "c-ring")
    assert not find(charts.ring(None, "–", "x"), "c-ring")


def test_a_missing_value_leaves_a_gap_in_the_trend():
    svg = draw_all()["trend"]
    assert len(find(svg, "c-line")) == 1
    assert len(find(svg, "c-target")) == 2
    assert len(find(svg, "c-dot")) == 3


def test_the_stacked_bar_leaves_out_zeros_and_covers_the_whole():
    svg = draw_all()["stacked"]
    widths = [Fraction(seg.get("width").rstrip("%")) for seg in find(svg, "c-seg")]
    assert widths == [Fraction("93.75"), Fraction("6.25")]
    labels = [node.text for node in find(svg, "c-seglabel")]
    assert labels == ["N 15"]
    assert "Tidak diajukan" not in svg


def test_texts_are_escaped():
    svg = charts.ring(Fraction(1, 2), "<b>", 'a"b&c')
    assert "<b>" not in svg
    ElementTree.fromstring(svg)
