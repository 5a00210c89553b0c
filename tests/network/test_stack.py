"""Layers over layers: the states they keep, dropout, and steps against sequences."""

from typing import Any

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen.model import Config, Parameters, initial, zero_states, zeros
from poemgen.network import stack
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS

T, B, H, V = 4, 2, 3, 5
IDS = np.array([[V, 1], [2, 4], [2, V], [0, 3]])

each_cell = pytest.mark.parametrize("cell", CELLS)
all_depths = pytest.mark.parametrize("layers", [1, 2, 3])


class Stack:
    """Random weights, starting states and resets; runs forward and backward."""

    def __init__(self, cell: str, layers: int, *, resets: bool = True) -> None:
        self.config = Config(cell, layers, H, V)
        self.rng = np.random.default_rng(7)
        self.model = initial(self.config, self.rng, np.float64)
        self.model.flat[:] += 0.3 * self.rng.normal(size=self.model.flat.shape)
        self.states = self.random_states()
        self.keep = np.ones((T, B, 1))
        if resets:
            self.keep[0, 1] = self.keep[2, 0] = 0
        self.masks: list[Any] = [None] * layers

    def random_states(self) -> list[Any]:
        return [
            type(state)(*(self.rng.normal(size=part.shape) for part in state))
            for state in zero_states(self.config, self.model, B)
        ]

    def forward(self) -> tuple[Floats, list[Any], Any]:
        return stack.forward(self.config.cell, self.model.layers, IDS, self.states, self.keep, self.masks, Scratch())

    def backward(self, dy: Floats, dends: list[Any]) -> tuple[Parameters, list[Any]]:
        gradients = zeros(self.config, np.float64)
        gradients.flat[:] = np.nan
        gradients.W_y[:], gradients.b_y[:] = 0, 0
        _, _, traces = self.forward()
        layers = self.model.layers
        return gradients, stack.backward(self.config.cell, layers, dy, dends, traces, gradients.layers, Scratch())


@each_cell
@all_depths
def test_every_layer_has_a_state_of_its_own(cell: str, layers: int) -> None:
    given = Stack(cell, layers)
    parts = {"lstm": ("a", "c"), "gru": ("c",), "rnn": ("a",)}[cell]
    zero: list[Any] = stack.zero_state(cell, given.model.layers, B)
    y, ends, traces = given.forward()
    assert y.shape == (T, B, H)
    assert len(zero) == len(ends) == len(traces) == layers
    for states in (zero, ends):
        assert all(type(state) is CELLS[cell].State and state._fields == parts for state in states)
        assert all(part.shape == (B, H) and part.dtype == np.float64 for state in states for part in state)
    assert not np.any(zero)


@each_cell
@all_depths
def test_a_sequence_is_one_step_after_another(cell: str, layers: int) -> None:
    given = Stack(cell, layers, resets=False)
    y, ends, _ = given.forward()
    states, weights = given.states, stack.stepping(cell, given.model.layers, B)
    for t in range(T):
        y_t, states = stack.step(cell, weights, IDS[t], states)
        np.testing.assert_allclose(y_t, y[t], rtol=0, atol=1e-12)
    np.testing.assert_allclose(states, ends, rtol=0, atol=1e-12)


@each_cell
def test_a_layer_reads_the_hidden_states_of_the_one_below(cell: str) -> None:
    given = Stack(cell, 2)
    y, _, traces = given.forward()
    below, _, _ = stack.forward(cell, given.model.layers[:1], IDS, given.states[:1], given.keep, [None], Scratch())
    layer = given.model.layers[1]
    z = np.einsum("tbi,gih->gtbh", below, layer.W) + layer.b[:, None, None]
    above, _, _ = CELLS[cell].forward(z, layer.U, given.states[1], given.keep, Scratch())
    np.testing.assert_array_equal(traces[1].x, below)
    np.testing.assert_allclose(y, above, rtol=0, atol=1e-12)


@each_cell
@pytest.mark.parametrize("layers", [1, 2])
def test_gradients_of_the_first_states_from_outputs_and_last_states(cell: str, layers: int) -> None:
    given = Stack(cell, layers)
    dy, dends = given.rng.normal(size=(T, B, H)), given.random_states()

    def loss() -> float:
        y, ends, _ = given.forward()
        return float(np.sum(dy * y) + sum(np.sum(np.multiply(d, end)) for d, end in zip(dends, ends, strict=True)))

    gradients, dstarts = given.backward(dy, dends)
    for dstart, start in zip(dstarts, given.states, strict=True):
        for found, part in zip(dstart, start, strict=True):
            assert_gradient(found, loss, part)
    for gradient, layer in zip(gradients.layers, given.model.layers, strict=True):
        assert_gradient(gradient.b, loss, layer.b)


# ---- dropout


SILENT = 1
MASK = np.full((T, B, H), 2.0)
MASK[:, :, SILENT] = 0


@each_cell
def test_dropout_at_the_top_changes_the_output_and_no_state(cell: str) -> None:
    given = Stack(cell, 2)
    plain, plain_ends, _ = given.forward()
    given.masks[1] = MASK
    y, ends, _ = given.forward()
    np.testing.assert_array_equal(y, plain * MASK)
    np.testing.assert_array_equal(ends, plain_ends)


@each_cell
def test_a_dropped_unit_goes_on_in_time_and_is_not_heard_above(cell: str) -> None:
    given = Stack(cell, 2)
    plain, plain_ends, _ = given.forward()
    given.masks[0] = MASK
    y, ends, _ = given.forward()
    np.testing.assert_array_equal(ends[0], plain_ends[0])
    assert np.all(y != plain)
    given.model.layers[1].W[:, SILENT] += 1
    np.testing.assert_array_equal(given.forward()[0], y)


@each_cell
def test_gradients_on_a_dropped_unit_are_zero(cell: str) -> None:
    given = Stack(cell, 2)
    dy, dends = given.rng.normal(size=(T, B, H)), zero_states(given.config, given.model, B)

    given.masks = [MASK, None]
    below, _ = given.backward(dy, dends)
    assert not np.any(below.layers[1].W[:, SILENT])
    assert np.all(below.layers[1].W[:, [0, 2]])
    assert np.all(below.layers[0].b)  # it still speaks to its own layer's next step

    given.masks = [None, MASK]
    top, _ = given.backward(dy, dends)
    dy[:, :, SILENT] = 99
    same, _ = given.backward(dy, dends)
    np.testing.assert_array_equal(top.flat, same.flat)
