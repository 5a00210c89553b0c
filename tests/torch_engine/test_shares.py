"""Shares of a batch: all streams, each once, whatever the number of processes."""

import numpy as np
import pytest

from poemgen.network.lstm import State
from poemgen.torch_engine.shares import cuts, halved_states, streams_of, whole_states


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("widths", [(1,), (3, 4), (4, 4)])
def test_all_shares_together_are_the_batch(widths: tuple[int, ...], count: int) -> None:
    B = sum(widths)
    count = min(count, B)
    halves = np.split(np.arange(B), np.cumsum(widths)[:-1])
    shares = [cuts(widths, streams_of(B, rank, count)) for rank in range(count)]
    found = [halves[half][streams].tolist() for share in shares for half, _, streams in share]
    assert [stream for part in found for stream in part] == list(range(B))
    assert all(width == widths[half] for share in shares for half, width, _ in share)
    sizes = [sum(streams.stop - streams.start for _, _, streams in share) for share in shares]
    assert max(sizes) - min(sizes) <= 1


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
