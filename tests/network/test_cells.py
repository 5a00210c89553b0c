"""The cells: one step against the equations written out, sequences against steps, and backpropagation through time."""

from math import exp, tanh
from typing import Any, NamedTuple

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen.network import gru, lstm, rnn
from poemgen.network.activations import halved, sigmoid_slope, squashed, tanh_slope
from poemgen.network.activations import tanh as tanh_of_array
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch

T, B, H = 5, 2, 3
CELLS = [rnn, gru, lstm]
RESETS = {"none": [], "inside": [(2, 0), (3, 1), (4, 1)], "at the start": [(0, 1), (2, 0)]}  # (step, poem)

each_cell = pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.__name__.split(".")[-1])
all_resets = pytest.mark.parametrize("resets", RESETS.values(), ids=RESETS.keys())


class Sequence(NamedTuple):
    """What a cell takes."""

    z: Floats
    U: Floats
    start: Any
    keep: Floats


def sequence(cell: Any, resets: list[tuple[int, int]]) -> Sequence:
    rng = np.random.default_rng(3)
    start = cell.State(*(rng.normal(size=(B, H)) for _ in cell.State._fields))
    keep = np.ones((T, B, 1))
    for place in resets:
        keep[place] = 0
    return Sequence(rng.normal(size=(cell.GATES, T, B, H)), rng.normal(size=(cell.GATES, H, H)), start, keep)


def run(cell: Any, given: Sequence) -> tuple[Floats, Any, Any]:
    """`forward` writes over z; the sequence is to be used again."""
    y, end, trace = cell.forward(given.z.copy(), given.U, given.start, given.keep, Scratch())
    return y, end, trace


def step(cell: Any, z: Floats, prev: Any, U: Floats) -> Any:
    """One step on its own, from copies of all that it writes over."""
    written = [np.full((B, H), np.nan) for _ in cell.WRITTEN]
    return cell.step(halved(z, cell.SIGMOIDS), prev, cell.recurrent(U, B), *written)


def weights(cell: Any) -> tuple[Floats, Any]:
    """∂L/∂outputs and ∂L/∂(last state) of a loss that is a weighted sum of them all."""
    rng = np.random.default_rng(4)
    return rng.normal(size=(T, B, H)), cell.State(*(rng.normal(size=(B, H)) for _ in cell.State._fields))


# ---- the equations


def σ(z: float) -> float:
    return 1 / (1 + exp(-z))


def inputs_of(gate: int, unit: int, z: Floats, a_prev: Floats, U: Floats) -> float:
    """W x<t> + b + U a<t-1> of one unit of one gate."""
    return float(z[gate][unit]) + sum(float(a_prev[other]) * float(U[gate][other][unit]) for other in range(H))


def naive_rnn(z: Floats, prev: list[Floats], U: Floats) -> list[list[float]]:
    (a_prev,) = prev
    return [[tanh(inputs_of(0, unit, z, a_prev, U)) for unit in range(H)]]


def naive_gru(z: Floats, prev: list[Floats], U: Floats) -> list[list[float]]:
    (c_prev,) = prev
    reset = np.array([σ(inputs_of(0, unit, z, c_prev, U)) for unit in range(H)])
    c = []
    for unit in range(H):
        update = σ(inputs_of(1, unit, z, c_prev, U))
        candidate = tanh(inputs_of(2, unit, z, reset * c_prev, U))
        c.append(update * candidate + (1 - update) * c_prev[unit])
    return [c]


def naive_lstm(z: Floats, prev: list[Floats], U: Floats) -> list[list[float]]:
    a_prev, c_prev = prev
    a, c = [], []
    for unit in range(H):
        output, update, forget = (σ(inputs_of(gate, unit, z, a_prev, U)) for gate in range(3))
        candidate = tanh(inputs_of(3, unit, z, a_prev, U))
        c.append(update * candidate + forget * c_prev[unit])
        a.append(output * tanh(c[unit]))
    return [a, c]


NAIVE = {rnn: naive_rnn, gru: naive_gru, lstm: naive_lstm}


@each_cell
def test_a_step_is_the_equation_of_the_notes(cell: Any) -> None:
    given = sequence(cell, [])
    state = step(cell, given.z[:, 0], given.start, given.U)
    for poem in range(B):
        expected = NAIVE[cell](given.z[:, 0, poem], [part[poem] for part in given.start], given.U)
        np.testing.assert_allclose([part[poem] for part in state], expected, rtol=0, atol=1e-13)


# ---- sequences


@each_cell
@all_resets
def test_a_sequence_is_one_step_after_another(cell: Any, resets: list[tuple[int, int]]) -> None:
    given = sequence(cell, resets)
    y, end, _ = run(cell, given)
    state = given.start
    for t in range(T):
        state = cell.State(*(np.where(given.keep[t] == 1, part, 0) for part in state))
        state = step(cell, given.z[:, t], state, given.U)
        np.testing.assert_array_equal(y[t], state[0])
    np.testing.assert_array_equal(end, state)


@each_cell
@pytest.mark.parametrize("cut", [1, 3, 4])
def test_two_windows_are_one_if_the_state_and_its_gradient_are_handed_on(cell: Any, cut: int) -> None:
    given = sequence(cell, RESETS["inside"])
    dy, dend = weights(cell)
    y, end, trace = run(cell, given)
    dz, dU, dstart = cell.backward(dy, dend, given.U, trace, Scratch())

    y_1, middle, trace_1 = run(cell, given._replace(z=given.z[:, :cut], keep=given.keep[:cut]))
    y_2, end_2, trace_2 = run(cell, Sequence(given.z[:, cut:], given.U, middle, given.keep[cut:]))
    np.testing.assert_allclose(np.concatenate([y_1, y_2]), y, rtol=0, atol=1e-13)
    np.testing.assert_allclose(end_2, end, rtol=0, atol=1e-13)
    dz_2, dU_2, dmiddle = cell.backward(dy[cut:], dend, given.U, trace_2, Scratch())
    dz_1, dU_1, dstart_1 = cell.backward(dy[:cut], dmiddle, given.U, trace_1, Scratch())
    np.testing.assert_allclose(np.concatenate([dz_1, dz_2], axis=1), dz, rtol=0, atol=1e-12)
    np.testing.assert_allclose(dU_1 + dU_2, dU, rtol=0, atol=1e-12)
    np.testing.assert_allclose(dstart_1, dstart, rtol=0, atol=1e-12)


@each_cell
def test_what_came_before_a_reset_is_forgotten(cell: Any) -> None:
    given = sequence(cell, [(2, 0)])
    y, end, _ = run(cell, given)
    zeros = cell.State(*(np.zeros((B, H)) for _ in given.start))
    fresh, fresh_end, _ = run(cell, Sequence(given.z[:, 2:], given.U, zeros, given.keep[2:]))
    np.testing.assert_array_equal(y[2:, 0], fresh[:, 0])
    for part, fresh_part in zip(end, fresh_end, strict=True):
        np.testing.assert_array_equal(part[0], fresh_part[0])
    assert np.all(y[2:, 1] != fresh[:, 1])


# ---- gradients


@each_cell
@all_resets
@pytest.mark.parametrize("of", ["z", "U", "start"])
def test_gradients_are_those_of_central_differences(cell: Any, resets: list[tuple[int, int]], of: str) -> None:
    given = sequence(cell, resets)
    dy, dend = weights(cell)

    def loss() -> float:
        y, end, _ = run(cell, given)
        return float(np.sum(dy * y) + sum(np.sum(d * part) for d, part in zip(dend, end, strict=True)))

    dz, dU, dstart = cell.backward(dy, dend, given.U, run(cell, given)[2], Scratch())
    if of == "start":
        for found, part in zip(dstart, given.start, strict=True):
            assert_gradient(found, loss, part)
    else:
        assert_gradient({"z": dz, "U": dU}[of], loss, getattr(given, of))


@each_cell
def test_no_gradient_crosses_a_reset(cell: Any) -> None:
    given = sequence(cell, [(2, 0)])
    dy, dend = weights(cell)
    dy[:2] = 0  # the loss begins where the first poem is reset
    dz, _, dstart = cell.backward(dy, dend, given.U, run(cell, given)[2], Scratch())
    assert not any(np.any(part) for part in (dz[:, :2, 0], *(part[0] for part in dstart)))
    assert all(np.all(part) for part in (dz[:, :2, 1], *(part[1] for part in dstart)))


@each_cell
def test_the_gradients_given_are_left_as_they_were(cell: Any) -> None:
    given = sequence(cell, RESETS["inside"])
    dy, dend = weights(cell)
    start = [part.copy() for part in given.start]
    cell.backward(dy, dend, given.U, run(cell, given)[2], Scratch())
    same_dy, same_dend = weights(cell)
    np.testing.assert_array_equal(dy, same_dy)
    np.testing.assert_array_equal(dend, same_dend)
    np.testing.assert_array_equal(given.start, start)


# ---- activations


NUMBERS = [-1e4, -3.0, -1e-9, 0.0, 0.5, 40.0, 1e4]


def test_the_squashing_functions_write_over_their_argument() -> None:
    z = np.array(NUMBERS)
    assert tanh_of_array(z) is z
    np.testing.assert_allclose(z, [tanh(number) for number in NUMBERS], rtol=0, atol=1e-13)
    both = np.array([NUMBERS, NUMBERS])
    z = halved(both, 1)
    assert squashed(z, 1) is z
    np.testing.assert_allclose(z[0], [0 if number < -700 else σ(number) for number in NUMBERS], rtol=0, atol=1e-13)
    np.testing.assert_array_equal(z[1], np.tanh(NUMBERS))
    assert both.tolist() == [NUMBERS, NUMBERS]


def test_the_slopes_are_those_of_central_differences() -> None:
    z = np.array([[-3.0, -0.4, 0.0], [0.2, 1.0, 5.0]])
    for gates, slope in ((2, sigmoid_slope), (0, tanh_slope)):

        def squash(gates: int = gates) -> Floats:
            return squashed(halved(z, gates), gates)

        assert_gradient(slope(squash(), out=np.empty_like(z)), lambda squash=squash: float(squash().sum()), z)  # type: ignore[misc]


@each_cell
def test_a_state_may_be_written_over_by_the_next(cell: Any) -> None:
    given = sequence(cell, [])
    expected = step(cell, given.z[:, 0], given.start, given.U)
    state = cell.State(*(part.copy() for part in given.start))
    written = {name: getattr(state, name, np.empty((B, H))) for name in cell.WRITTEN}
    cell.step(halved(given.z[:, 0], cell.SIGMOIDS), state, cell.recurrent(given.U, B), *written.values())
    np.testing.assert_array_equal(state, expected)
