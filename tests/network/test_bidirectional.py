"""Two directions under one output: against a plain loop, across the ends of poems, and their gradients."""

from typing import Any

import numpy as np
import pytest
from gradients import assert_gradient, differences

from poemgen.model import Config, initial
from poemgen.network import bidirectional, stack
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS, Layer

T, B, H, V = 5, 2, 3, 4
IDS = np.array([[[V, 1], [2, V], [2, 0], [0, 3], [1, 1]], [[1, V], [V, 3], [2, 0], [V, 1], [3, V]]])

each_cell = pytest.mark.parametrize("cell", CELLS)
all_depths = pytest.mark.parametrize("depth", [1, 2])


class Both:
    """Random weights for two stacks, a poem's end inside the window, and dropout if it is wanted."""

    def __init__(self, cell: str, depth: int, *, dtype: Any = np.float64, resets: bool = True) -> None:
        rng = np.random.default_rng(5)
        self.cell, self.depth, self.dtype = cell, depth, dtype
        stacks = [initial(Config(cell, depth, H, V), rng, dtype) for _ in bidirectional.WAYS]
        for one in stacks:
            one.flat[:] += 0.3 * rng.normal(size=one.flat.shape)
        self.layers: list[Layer] = [layer for one in stacks for layer in one.layers]
        self.keep = np.ones((T, B, 1), dtype)
        if resets:
            self.keep[0, 1] = self.keep[2, 0] = self.keep[4, 1] = 0
        self.masks: list[Any] = [None] * (2 * depth)
        self.dy = rng.normal(size=(T, B, 2 * H)).astype(dtype)

    def forward(self, ids: Any = IDS) -> tuple[Floats, Any, Scratch]:
        scratch = Scratch()
        return *bidirectional.forward(self.cell, self.layers, ids, self.keep, self.masks, scratch), scratch

    def loss(self) -> float:
        return float(np.sum(self.dy * self.forward()[0]))

    def gradients(self) -> list[Layer]:
        gradients = [Layer(*(np.full_like(part, np.nan) for part in layer)) for layer in self.layers]
        _, traces, scratch = self.forward()
        bidirectional.backward(self.cell, self.layers, self.dy, traces, gradients, scratch)
        return gradients


@each_cell
@all_depths
def test_both_directions_are_one_step_after_another(cell: str, depth: int) -> None:
    both = Both(cell, depth)
    output, _, _ = both.forward()
    for way, order in ((0, range(T)), (1, reversed(range(T)))):
        layers = both.layers[way * depth : (way + 1) * depth]
        reader = stack.stepping(cell, layers, B)
        states: list[Any] = stack.zero_state(cell, layers, B)
        for t in order:
            border = t if way == 0 else t + 1  # between this step and the one that was read before it
            if border < T:
                states = [type(state)(*(part * both.keep[border] for part in state)) for state in states]
            y, states = stack.step(cell, reader, IDS[way, t], states)
            np.testing.assert_allclose(output[t, :, way * H : (way + 1) * H], y, rtol=0, atol=1e-12)


@each_cell
def test_each_direction_hears_what_lies_on_its_side_of_the_poem_alone(cell: str) -> None:
    both = Both(cell, 1, resets=False)
    both.keep[3] = 0
    before, other = both.forward()[0].copy(), IDS.copy()
    other[:, 1] = 3 - other[:, 1] % V
    after = both.forward(other)[0]
    changed = (before != after).any(axis=(1, 2))
    assert changed.tolist() == [True, True, True, False, False]
    np.testing.assert_array_equal(before[0, :, :H], after[0, :, :H])
    np.testing.assert_array_equal(before[2, :, H:], after[2, :, H:])


@each_cell
@all_depths
@pytest.mark.parametrize("dropout", [False, True], ids=["whole", "dropout"])
def test_gradients_are_those_of_central_differences(cell: str, depth: int, dropout: bool) -> None:
    both = Both(cell, depth)
    if dropout:
        both.masks = list(2.0 * np.random.default_rng(2).integers(2, size=(2 * depth, T, B, H)))
    for gradient, layer in zip(both.gradients(), both.layers, strict=True):
        for found, weights in zip(gradient, layer, strict=True):
            assert_gradient(found, both.loss, weights)


@each_cell
def test_a_gradient_that_is_a_thousandth_off_is_rejected(cell: str) -> None:
    both = Both(cell, 1)
    for gradient, layer in zip(both.gradients(), both.layers, strict=True):
        place = np.unravel_index(np.argmax(np.abs(gradient.U)), gradient.U.shape)
        gradient.U[place] *= 1.001
        with pytest.raises(AssertionError):
            assert_gradient(gradient.U, both.loss, layer.U)


@each_cell
def test_a_gradient_that_crosses_the_end_of_a_poem_is_rejected(cell: str) -> None:
    both = Both(cell, 1)
    found = both.gradients()[1].U
    both.keep[:] = 1
    assert np.linalg.norm(found - differences(both.loss, both.layers[1].U)) > 1e-3 * np.linalg.norm(found)


@each_cell
def test_masks_act_in_time_on_both_directions(cell: str) -> None:
    both = Both(cell, 1)
    plain = both.forward()[0].copy()
    mask = np.ones((T, B, H))
    mask[1] = 0
    both.masks = [mask, mask]
    assert not both.forward()[0][1].any()
    np.testing.assert_array_equal(np.delete(both.forward()[0], 1, axis=0), np.delete(plain, 1, axis=0))


@each_cell
def test_single_precision_stays_single_and_close(cell: str) -> None:
    single, double = Both(cell, 2, dtype=np.float32), Both(cell, 2)
    for one, other in zip(single.layers, double.layers, strict=True):
        for part, exact in zip(one, other, strict=True):
            part[:] = exact
    assert single.forward()[0].dtype == np.float32
    np.testing.assert_allclose(single.forward()[0], double.forward()[0], atol=1e-5)
    for one, other in zip(single.gradients(), double.gradients(), strict=True):
        for part, exact in zip(one, other, strict=True):
            assert part.dtype == np.float32
            np.testing.assert_allclose(part, exact, atol=1e-4)
