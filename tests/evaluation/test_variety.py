"""Distinct pairs of words, and the likeness of two poems, against counts by hand."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.evaluation.variety import distinct_pairs, likeness


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_pairs_are_counted_within_poems() -> None:
    figure = distinct_pairs(["la la la la la", "the sea"], 7, rng())
    assert figure is not None
    assert figure.value == pytest.approx(2 / 5)  # four times "la la", once "the sea"; none from poem to poem


def test_a_text_is_cut_at_its_words() -> None:
    figure = distinct_pairs(["a b c a b c a b c"], 4, rng())
    assert figure is not None
    assert figure.value == 1  # a b, b c, c a


def test_more_poems_leave_less_doubt() -> None:
    """As in a sample of means: four times the poems, half the interval."""
    draw = np.random.default_rng(3)
    poems = [" ".join(draw.choice([*"abcdefgh"], size=size)) for size in draw.integers(5, 40, size=800)]
    found = [distinct_pairs(poems[:count], 200, rng()) for count in (50, 200, 800)]
    widths = [figure.high - figure.low for figure in found if figure]
    assert 1.5 < widths[0] / widths[1] < 2.7 and 1.5 < widths[1] / widths[2] < 2.7


def test_too_few_words_give_no_figure_and_single_ones_no_pairs() -> None:
    assert distinct_pairs(["a b c"], 4, rng()) is None
    assert distinct_pairs(["\n\n"], 1, rng()) is None
    figure = distinct_pairs(["a", "b"], 2, rng())
    assert figure is not None
    assert math.isnan(figure.value)


def test_copies_of_one_poem_are_alike_and_others_are_not() -> None:
    assert likeness(["the sea is grey"] * 3, rng()) == (100, 100, 100)
    assert likeness(["the sea is grey", "an owl went by"], rng()).value == 0


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=6).map(" ".join), max_size=5))
def test_likeness_is_the_mean_over_all_pairs(poems: list[str]) -> None:
    sets = [{*zip(poem.split(), poem.split()[1:], strict=False)} for poem in poems]
    each = [len(one & other) / len(one | other) for one, other in combinations(filter(None, sets), 2)]
    figure = likeness(poems, rng())
    assert figure.value == pytest.approx(100 * np.mean(each)) if each else math.isnan(figure.value)
