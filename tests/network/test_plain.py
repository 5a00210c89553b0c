"""The fast cells against the plain ones, at sizes where the panels and slabs are many."""

from typing import Any

import numpy as np
import plain
import pytest

from poemgen.network.arrays import Floats
from poemgen.network.products import panel_width
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS

PLAIN = {"rnn": plain.rnn, "gru": plain.gru, "lstm": plain.lstm}
SIZES = [(70, 16, 96), (5, 3, 50), (1, 1, 1)]  # T, B, H: two panels, six slabs; all in one; as small as can be


def relative(found: Any, expected: Any) -> float:
    """The length of the difference by the length of what is expected."""
    return float(np.linalg.norm(np.asarray(found) - expected) / np.linalg.norm(expected))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("T", "B", "H"), SIZES)
@pytest.mark.parametrize(("dtype", "digits"), [(np.float64, 1e-12), (np.float32, 1e-5)])
def test_the_fast_cell_gives_the_gradients_of_the_plain_one(
    cell: str, T: int, B: int, H: int, dtype: type, digits: float
) -> None:
    module, rng = CELLS[cell], np.random.default_rng(12)

    def normal(*shape: int) -> Floats:
        return rng.standard_normal(shape).astype(dtype)

    z, U, dy = normal(module.GATES, T, B, H), normal(module.GATES, H, H) * dtype(H**-0.5), normal(T, B, H)
    start = module.State(*(normal(B, H) for _ in module.State._fields))
    keep: Floats = (rng.random((T, B, 1)) > 0.1).astype(dtype)
    wide = [part.astype(np.float64) for part in (z, U, keep, dy)]
    expected = PLAIN[cell](wide[0], wide[1], [part.astype(np.float64) for part in start], *wide[2:])

    scratch = Scratch()
    for _ in range(2):  # the second time in memory that is not new
        y, _, trace = module.forward(z.copy(), U, start, keep, scratch)
        dz, dU, dstart = module.backward(dy, module.State(*map(np.zeros_like, start)), U, trace, scratch)
    assert {part.dtype for part in (y, dz, dU, *dstart)} == {np.dtype(dtype)}
    assert relative(y, expected.y) < digits
    assert relative(dz, expected.dz) < digits
    assert relative(dU, expected.dU) < digits
    if any(np.any(part) for part in expected.dstart):
        assert relative(np.stack(dstart), np.stack(expected.dstart)) < digits


def test_the_sizes_are_what_they_are_chosen_for() -> None:
    assert [panel_width(B, H, H) for _, B, H in SIZES] == [48, 50, 1]
