"""Wasserstein distances against their definition, and what samples without lines do."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.evaluation.lengths import distance, lines_of, wasserstein

SAMPLES = st.integers(1, 8).flatmap(
    lambda size: st.tuples(*[st.lists(st.integers(0, 30), min_size=size, max_size=size)] * 2)
)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@given(SAMPLES)
def test_the_shortest_meets_the_shortest(samples: tuple[list[int], list[int]]) -> None:
    one, other = samples
    expected = np.mean(np.abs(np.sort(one) - np.sort(other)))
    counts = [np.bincount(sample, minlength=31).astype(np.float64) for sample in samples]
    assert wasserstein(counts[0], counts[1]) == pytest.approx(expected)


def test_two_samples_of_people_lie_less_apart_than_those_of_another_kind() -> None:
    lengths = [[length] for length in rng().integers(30, 50, size=100).tolist()]
    longer = [[length + 15] for [length] in lengths]
    same, other = distance(lengths, lengths, 40, rng()), distance(longer, lengths, 40, rng())
    assert 0 < same.low < same.value < same.high < 5
    assert other.low < 15 < other.high
    assert same.high < other.low
    assert same == distance(lengths, lengths, 40, rng())


def test_smaller_samples_lie_further_apart() -> None:
    lengths = [[length] for length in range(100)]
    assert distance(lengths, lengths, 5, rng()).value > 2 * distance(lengths, lengths, 80, rng()).value


def test_poems_count_and_not_lines_alone() -> None:
    """A poem of many lines brings all of them, or none."""
    mixed = distance([[10] * 50, [20]], [[10]], 1, rng())
    assert (mixed.low, mixed.high) == (0, 10)


@pytest.mark.parametrize("ours", [[], [[]], [[], []]])
def test_nothing_has_no_distance(ours: list[list[int]]) -> None:
    assert math.isnan(distance(ours, [[5, 6]], 3, rng()).value)
    assert math.isnan(distance([[5]], ours, 3, rng()).value)


def test_one_poem_of_people_is_compared_with_itself() -> None:
    assert distance([[7]], [[7]], 1, rng()) == (0, 0, 0)


def test_empty_lines_have_no_length() -> None:
    assert lines_of("one\n\n  \nfour!\n") == [3, 5]
    assert lines_of("\n\n") == []
