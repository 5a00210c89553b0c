"""The bootstrap: the figure is that of the sample, and the truth lies in the interval about as often as it says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.evaluation import bootstrap
from poemgen.evaluation.bootstrap import resampled, share, with_interval

PARTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@given(PARTS)
def test_a_share_is_that_of_all_poems_together(parts: list[tuple[int, int]]) -> None:
    some, of = (sum(column) for column in zip(*parts, strict=True)) if parts else (0, 0)
    figure = share(parts, rng())
    assert figure.value == pytest.approx(100 * some / of) if of else math.isnan(figure.value)
    assert math.isnan(figure.low) or figure.low <= figure.high


def test_poems_that_agree_leave_no_doubt() -> None:
    assert share([(1, 4)] * 9, rng()) == (25, 25, 25)


def test_lines_of_one_poem_are_no_independent_witnesses() -> None:
    """A few poems that are all or nothing say less than their many lines would."""
    low, high = share([(100, 100), (0, 100), (100, 100), (0, 100)], rng())[1:]
    assert (low, high) == (0, 100)


def test_the_truth_lies_in_nearly_all_intervals() -> None:
    draw = np.random.default_rng(2)
    inside = 0
    for _ in range(100):
        chances = draw.beta(3, 7, size=40)  # 30% on the average, and each poem has one of its own
        low, high = share([(hits, 20) for hits in draw.binomial(20, chances).tolist()], draw)[1:]
        inside += low <= 30 <= high
    assert 88 <= inside <= 99


def test_batches_are_the_same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.concatenate([*resampled(rng(), 5, 7, times=20)])
    monkeypatch.setattr(bootstrap, "AT_ONCE", 30)
    batches = [*resampled(rng(), 5, 7, times=20)]
    assert [len(batch) for batch in batches] == [6, 6, 6, 2]
    assert np.array_equal(np.concatenate(batches), whole)
    assert set(whole.sum(axis=1)) == {7}


def test_draws_that_give_nothing_are_left_out() -> None:
    assert with_interval(1.0, [math.nan, 1.0, 1.0]) == (1, 1, 1)
    assert math.isnan(with_interval(1.0, [math.nan]).low)
