"""Steps in time: new starts, the state before, slabs."""

from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poemgen.network.arrays import Floats
from poemgen.network.time import SLAB, copied, restarted, restarts, shifted, slabs

KEEP = np.array([[[1.0], [0.0]], [[0.0], [1.0]], [[1.0], [1.0]]])


class State(NamedTuple):
    a: Floats
    c: Floats


def test_steps_before_which_a_state_starts_anew() -> None:
    assert restarts(KEEP) == [True, True, False]


def test_the_state_before_each_step() -> None:
    later = np.array([[[1.0], [2.0]], [[3.0], [4.0]], [[5.0], [6.0]]])
    out = np.full_like(later, np.nan)
    assert shifted(np.array([[7.0], [8.0]]), later, KEEP, out) is out
    assert out[:, :, 0].tolist() == [[7, 0], [0, 2], [3, 4]]


def test_a_state_starts_anew_only_where_it_is_not_kept() -> None:
    state = State(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]))
    a, c = restarted(state, KEEP[0])
    assert (a.tolist(), c.tolist()) == ([[1], [0]], [[3], [0]])
    assert state.a.tolist() == [[1], [2]]


def test_a_copy_has_memory_of_its_own() -> None:
    state = State(np.ones((1, 2)), np.zeros((1, 2)))
    copy = copied(state)
    state.a[:] = 9
    assert isinstance(copy, State)
    assert copy.a.tolist() == [[1, 1]]


@given(st.integers(1, 200), st.integers(1, 2 * SLAB))
def test_slabs_are_all_steps_from_the_last_on(steps: int, numbers: int) -> None:
    found = list(slabs(steps, numbers))
    assert [t for slab in found for t in reversed(range(steps)[slab])] == list(reversed(range(steps)))
    assert all(slab.stop - slab.start == 1 or (slab.stop - slab.start) * numbers <= SLAB for slab in found)
