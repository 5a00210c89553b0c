"""Memory that is used again."""

import numpy as np

from poemgen.network.scratch import Scratch

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


def test_an_array_of_one_name_and_shape_is_made_once() -> None:
    scratch = Scratch()
    first = scratch.empty("z", (2, 3), FLOAT32)
    assert (first.shape, first.dtype) == ((2, 3), FLOAT32)
    assert scratch.empty("z", (2, 3), FLOAT32) is first
    assert scratch.like("z", np.ones((2, 3), np.float32)) is first
    assert scratch.empty("a", (2, 3), FLOAT32) is not first


def test_another_shape_or_type_is_another_array() -> None:
    scratch = Scratch()
    first = scratch.empty("z", (2, 3), FLOAT32)
    assert scratch.empty("z", (3, 2), FLOAT32).shape == (3, 2)
    assert scratch.empty("z", (3, 2), FLOAT64).dtype == FLOAT64
    assert scratch.empty("z", (2, 3), FLOAT32) is not first


def test_a_part_has_names_of_its_own() -> None:
    scratch = Scratch()
    one, two = scratch.part(0).empty("z", (2,), FLOAT32), scratch.part(1).empty("z", (2,), FLOAT32)
    assert one is not two
    assert scratch.part(0).empty("z", (2,), FLOAT32) is one
