"""The set of hashes against Python's own set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text import hash_set
from poemgen.text.hash_set import HashSet

HASHES = st.lists(st.integers(0, 20) | st.integers(2**64 - 3, 2**64 - 1), max_size=6)


@given(st.lists(st.tuples(HASHES, HASHES)), st.integers(1, 8))
def test_it_holds_what_a_set_holds(steps: list[tuple[list[int], list[int]]], waiting: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hash_set, "WAITING", waiting)
        ours, python_set = HashSet(), set[int]()
        for added, asked in steps:
            ours.add(added)
            python_set.update(added)
            assert ours.holds_any(np.array(asked, np.uint64)) == (not python_set.isdisjoint(asked))
