"""Shares of a batch: all streams, each once, whatever the number of processes."""

import numpy as np
import pytest

from poemgen.model import Window
from poemgen.network.lstm import State
from poemgen.torch_engine.shares import cuts, halved_states, streams_of, whole_states, window_of


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("widths", [(1,), (3, 4), (4, 4)])
def test_all_shares_together_are_the_batch(widths: tuple[int, ...], count: int) -> None:
    T, B = 2, sum(widths)
    streams = np.broadcast_to(np.arange(B), (T, B))
    ends = np.cumsum(widths)
    halves = [
        Window(streams[:, end - width : end], 10 + streams[:, end - width : end], streams[:, end - width : end, None])
        for width, end in zip(widths, ends, strict=True)
    ]
    found = []
    for rank in range(min(count, B)):
        share = window_of(halves, cuts(widths, streams_of(B, rank, min(count, B))))
        assert (share.y == share.x + 10).all()
        assert (share.keep[..., 0] == share.x).all()
        found += share.x[0].tolist()
    assert found == list(range(B))


def test_states_of_halves_become_whole_ones_and_halves_again() -> None:
    rng = np.random.default_rng(0)
    states = [[State(*rng.random((2, width, 4))) for _ in range(3)] for width in (2, 3)]
    whole = whole_states(states)
    assert [[part.shape for part in layer] for layer in whole] == [[(5, 4)] * 2] * 3
    again = halved_states(whole, states)
    for half, same in zip(states, again, strict=True):
        for state, same_state in zip(half, same, strict=True):
            assert isinstance(same_state, State)
            np.testing.assert_array_equal(state, same_state)


def test_no_states_stay_none() -> None:
    assert whole_states([[], []]) == []
    assert halved_states([], [[], []]) == [[], []]
