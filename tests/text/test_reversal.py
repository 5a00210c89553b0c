"""Reversed lines: as Python reverses them, in whatever pieces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text import reversal
from poemgen.text.reversal import reverse_lines

ENDS = (0, 2)


def plainly(ids: list[int]) -> list[int]:
    result: list[int] = []
    line: list[int] = []
    for id in ids:
        if id in ENDS:
            result += [*line[::-1], id]
            line = []
        else:
            line.append(id)
    return result + line[::-1]


@pytest.mark.parametrize("chunk", [1, 3, 7, 1 << 20])
@given(ids=st.lists(st.integers(0, 5), max_size=40))
def test_lines_are_reversed_and_stay_in_order(chunk: int, ids: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reversal, "_CHUNK", chunk)
        array = np.array(ids, np.uint8)
        assert reverse_lines(array, ENDS) is array
        assert array.tolist() == plainly(ids)
        assert reverse_lines(array, ENDS).tolist() == ids
