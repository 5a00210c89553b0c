"""Curves: sparklines keep their shape, and charts are sound SVG that tells the truth."""

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.plot import BLOCKS, NOT_XML, Points, curve_svg, round_ticks, sparkline

NAMESPACE = "{http://www.w3.org/2000/svg}"
NUMBERS = st.floats(-1e9, 1e9, allow_subnormal=False)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([3.0], "▁"),
        ([2, 2, 2], "▁▁▁"),
        (range(8), "▁▂▃▄▅▆▇█"),
        ([4, 1, 2], "█▁▃"),
        ([math.nan, 1, math.inf, 2, -math.inf], "▁█"),
    ],
)
def test_sparkline(values: list[float], line: str) -> None:
    assert sparkline(values) == line


def test_a_long_sparkline_is_averaged_to_its_width() -> None:
    assert sparkline([0, 2, 6, 8, 3, 5], width=3) == "▁█▅"
    assert sparkline([0, 100, 0, 100], width=2) == "▁▁"


@given(st.lists(NUMBERS), st.integers(1, 50))
def test_a_sparkline_is_never_wider_than_asked(values: list[float], width: int) -> None:
    line = sparkline(values, width)
    assert len(line) == min(len(values), width)
    assert set(line) <= set(BLOCKS)


@pytest.mark.parametrize(
    ("values", "intervals", "ticks"),
    [
        ([150, 1800], 8, [0, 500, 1000, 1500, 2000]),
        ([1.94, 3.97], 5, [1.5, 2.0, 2.5, 3.0, 3.5, 4.0]),
        ([0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([-1, 1], 2, [-1, 0, 1]),
    ],
)
def test_ticks_are_round(values: list[float], intervals: int, ticks: list[float]) -> None:
    assert round_ticks(values, intervals) == pytest.approx(ticks)


@given(st.lists(NUMBERS, min_size=1), st.integers(1, 10))
def test_ticks_enclose_the_values(values: list[float], intervals: int) -> None:
    ticks = round_ticks(values, intervals)
    step = ticks[1] - ticks[0]
    assert ticks[0] <= min(values) + 1e-6 * step
    assert ticks[-1] >= max(values) - 1e-6 * step
    assert 2 <= len(ticks) <= intervals + 3
    assert all(before < after for before, after in pairwise(ticks))


def drawn(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(NAMESPACE + tag))


def written(svg: str) -> list[str]:
    return [text.text or "" for text in drawn(svg, "text")]


def test_a_chart_shows_every_curve_axis_and_name() -> None:
    loss: dict[str, Points] = {"training": [(100, 4.0), (200, 3.0), (300, 2.5)], "validation": [(100, 4.1), (300, 2.8)]}
    svg = curve_svg("Loss", loss, "steps", "bits per character")
    assert [len(line.get("points", "").split()) for line in drawn(svg, "polyline")] == [3, 2]
    assert {"Loss", "training", "validation", "steps", "bits per character", "2.5", "4.5", "300"} <= set(written(svg))
    assert drawn(svg, "rect")[0].get("fill") == "white"


def test_points_lie_where_the_axes_say() -> None:
    svg = curve_svg("", {"line": [(0, 30), (4, 40), (10, 30)]}, "x", "y")
    places = {text.text: (float(text.get("x", "")), float(text.get("y", ""))) for text in drawn(svg, "text")}
    dots = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in drawn(svg, "circle")]
    assert [x for x, _ in dots] == [places["0"][0], places["4"][0], places["10"][0]]
    assert dots[1][1] < dots[0][1] == dots[2][1]
    assert dots[1][1] == places["40"][1] - 4


def test_names_of_curves_that_end_together_stay_apart() -> None:
    svg = curve_svg("", {name: [(0, 0), (1, 1)] for name in "abc"}, "x", "y")
    heights = sorted(float(text.get("y", "")) for text in drawn(svg, "text") if text.text in set("abc"))
    assert min(after - before for before, after in pairwise(heights)) >= 16


def test_what_is_not_finite_is_left_out() -> None:
    svg = curve_svg("", {"a": [(1, math.nan), (2, 3), (math.inf, 4)], "b": [(1, math.inf)]}, "x", "y")
    assert [line.get("points", "").count(",") for line in drawn(svg, "polyline")] == [1]
    assert "b" not in written(svg)
    assert not drawn(curve_svg("", {}, "x", "y"), "polyline")


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_makes_sound_xml(title: str, name: str) -> None:
    svg = curve_svg(title, {name: [(0, 0), (1, 2)]}, name, title)
    visible = NOT_XML.sub("\N{REPLACEMENT CHARACTER}", title).replace("\r\n", "\n").replace("\r", "\n")
    assert written(svg)[0] == visible
    assert drawn(svg, "title")[0].text in (visible, None)


@given(st.lists(st.tuples(NUMBERS, NUMBERS)))
def test_any_numbers_make_a_chart_within_its_frame(points: Points) -> None:
    svg = curve_svg("", {"a": points}, "x", "y")
    for dot in drawn(svg, "circle"):
        assert 0 <= float(dot.get("cx", "")) <= 760
        assert 0 <= float(dot.get("cy", "")) <= 420
