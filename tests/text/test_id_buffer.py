"""The buffer of ids against a plain list."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from poemgen.text.id_buffer import IdBuffer


@given(st.lists(st.lists(st.integers(0, 255) | st.integers(0, 2**32 - 1))))
def test_it_holds_what_was_appended_in_the_widest_type_that_came(batches: list[list[int]]) -> None:
    buffer = IdBuffer()
    arrays = [np.array(batch, np.min_scalar_type(max(batch, default=0))) for batch in batches]
    for ids in arrays:
        buffer.append(ids)
    assert buffer.ids().tolist() == [number for batch in batches for number in batch]
    assert buffer.ids().itemsize == max([1, *(ids.itemsize for ids in arrays)])


def test_its_ids_can_be_changed_in_place() -> None:
    buffer = IdBuffer()
    buffer.append(np.array([1, 2, 3], np.uint8))
    buffer.ids()[1] = 7
    assert buffer.ids().tolist() == [1, 7, 3]
