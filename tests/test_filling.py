"""What joins two language models: its equations, the gradient of its loss, and where it takes from what they know."""

import math
from dataclasses import replace

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen import filling, model
from poemgen.filling import FARTHEST, Joint, Sides, Window
from poemgen.model import Config, Network
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS

H, V, R = 4, 5, 6  # R units on the right
CONFIG = Config("rnn", 1, H, V)
LENGTHS = [1, FARTHEST + 4, 3]  # of gaps
CONFIGS = [Config(cell, layers, H, V) for cell in CELLS for layers in (1, 2)]

all_configs = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.cell}-{config.layers}")


def sides_of(lengths: list[int], rng: np.random.Generator, dtype: type = np.float64) -> Sides:
    """Random knowledge at gaps of these lengths."""
    gap = np.repeat(np.arange(len(lengths)), lengths)
    n = np.concatenate([np.arange(length, 0, -1) for length in lengths])
    left, right = rng.normal(size=(len(gap), H)), rng.normal(size=(len(lengths), R))
    return Sides(left.astype(dtype), right.astype(dtype), gap, n)


class Example:
    """Random weights, and gaps of which one is longer than the farthest distance there is."""

    def __init__(self, dtype: type = np.float64) -> None:
        rng = np.random.default_rng(9)
        self.joint = filling.parameters(CONFIG, rng.normal(size=filling.parameter_count(CONFIG, R)).astype(dtype))
        self.sides = sides_of(LENGTHS, rng, dtype)
        self.y: Ids = rng.integers(V, size=sum(LENGTHS))

    def loss_and_gradients(self) -> tuple[float, Joint]:
        gradients = filling.zeros(CONFIG, self.joint.flat.dtype, R)
        gradients.flat[:] = np.nan
        return filling.loss_and_gradients(self.joint, self.sides, self.y, gradients), gradients

    def loss(self) -> float:
        return self.loss_and_gradients()[0]

    def log_y_hat(self) -> Floats:
        """(N, V), a character of the vocabulary at a time."""
        count = len(self.y)
        return np.stack(
            [filling.log_probabilities(self.joint, self.sides, np.full(count, id)) for id in range(V)], axis=1
        )


@pytest.mark.parametrize("right", [1, H, R])
def test_every_number_of_the_flat_vector_is_seen_once(right: int) -> None:
    flat = np.arange(filling.parameter_count(CONFIG, right), dtype=np.float64)
    joint = filling.parameters(CONFIG, flat)
    views = joint[1:]
    assert [view.shape for view in views] == list(filling.shapes(CONFIG, right))
    assert all(np.shares_memory(view, flat) for view in views)
    np.testing.assert_array_equal(np.concatenate([view.ravel() for view in views]), flat)
    assert joint.W_v.shape == (right, H)
    assert joint.W_y.shape == (2 * H, V)
    assert joint.E.shape == (FARTHEST, H)
    assert joint.layers == ()


def test_probabilities_are_those_of_the_equations() -> None:
    example = Example()
    joint, (left, right, gap, n) = example.joint, example.sides
    for row, found in enumerate(example.log_y_hat()):
        a, b, E_n = left[row], right[gap[row]], joint.E[min(n[row], 16) - 1]
        u = np.tanh(a @ joint.W_u + joint.b_u)
        v = np.tanh(b @ joint.W_v + E_n + joint.b_v)
        z = np.tanh(u @ joint.W_z + (u * v) @ joint.W_m + joint.b_z)
        odds = np.exp(np.concatenate([a, z]) @ joint.W_y + joint.b_y)
        np.testing.assert_allclose(np.exp(found), odds / odds.sum(), rtol=1e-12)


def test_the_loss_is_the_surprisal_of_the_missing_characters() -> None:
    example = Example()
    log_y_hat = example.log_y_hat()
    np.testing.assert_allclose(np.exp(log_y_hat).sum(axis=1), 1)
    surprisal = -log_y_hat[np.arange(len(example.y)), example.y].sum()
    assert example.loss() == pytest.approx(surprisal, rel=1e-12)


def test_gradients_are_those_of_central_differences() -> None:
    example = Example()
    _, gradients = example.loss_and_gradients()
    assert_gradient(gradients.flat, example.loss, example.joint.flat)


@pytest.mark.parametrize("name", Joint._fields[1:])
def test_a_gradient_that_is_a_thousandth_off_is_rejected(name: str) -> None:
    example = Example()
    _, gradients = example.loss_and_gradients()
    x, gradient = getattr(example.joint, name), getattr(gradients, name)
    assert_gradient(gradient, example.loss, x)
    with pytest.raises(AssertionError):
        assert_gradient(gradient * 1.001, example.loss, x)


def test_half_the_digits_give_nearly_the_same_gradient() -> None:
    single, double = Example(np.float32), Example()
    loss, gradients = single.loss_and_gradients()
    expected_loss, expected = double.loss_and_gradients()
    assert gradients.flat.dtype == np.float32
    assert loss == pytest.approx(expected_loss, rel=1e-5)
    assert np.linalg.norm(gradients.flat - expected.flat) < 1e-4 * np.linalg.norm(expected.flat)


def test_beyond_the_farthest_distance_all_are_one() -> None:
    example = Example()
    left, right = np.tile(example.sides.left[:1], (4, 1)), example.sides.right[:1]
    n = np.array([FARTHEST - 1, FARTHEST, FARTHEST + 1, 1000])
    v = filling.from_right(example.joint, right, np.zeros(4, int), n)
    nearer, farthest, *farther = filling.logits(example.joint, left, v)
    for each in farther:
        np.testing.assert_array_equal(each, farthest)
    assert not np.allclose(nearer, farthest)


def test_no_gaps_have_no_loss_and_no_gradient() -> None:
    example = Example()
    none: Ids = np.zeros(0, np.int64)
    example.sides, example.y = Sides(np.zeros((0, H)), np.zeros((0, R)), none, none), none
    loss, gradients = example.loss_and_gradients()
    assert loss == 0
    assert not gradients.flat.any()


def test_parameters_of_zeros_take_every_character_for_equally_likely() -> None:
    example = Example()
    example.joint.flat[:] = 0
    np.testing.assert_allclose(example.log_y_hat(), -math.log(V))


def test_the_start_depends_on_the_seed_alone() -> None:
    left = model.initial(CONFIG, np.random.default_rng(0))
    one, same, other = (filling.initial(CONFIG, left, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.flat, same.flat)
    assert one.flat.dtype == np.float32
    for name in ("W_u", "W_v", "E", "W_z", "W_m"):
        assert (getattr(one, name) != getattr(other, name)).all()


# ---- between language models


def language_model(config: Config, seed: int) -> Network:
    rng = np.random.default_rng(seed)
    parameters = model.initial(config, rng, np.float64)
    parameters.flat[:] += 0.3 * rng.normal(size=parameters.flat.shape)
    return Network(config, parameters)


def passages() -> Window:
    """Seven characters of three passages with ends of poems, and gaps of one to three anywhere in them."""
    rng, T, B = np.random.default_rng(5), 7, 3
    x, keep = rng.integers(V, size=(2, T, B)), np.ones((T, B, 1), np.float32)
    for t, b in ((0, 0), (4, 0), (3, 1)):
        keep[t, b], x[:, t, b] = 0, V
    gap = np.repeat(np.arange(3), [1, 3, 2])
    left, right = rng.choice(T * B, size=6, replace=False), rng.choice(T * B, size=3, replace=False)
    return Window(x, keep, rng.integers(V, size=6), left, right, gap, np.array([1, 3, 2, 1, 2, 1]))


def outputs(network: Network, x: Ids, keep: Floats) -> dict[int, Floats]:
    """The hidden states of the top layer by place t·B + b, a passage and a character at a time."""
    (config, parameters), B = network, x.shape[1]
    found: dict[int, Floats] = {}
    for b in range(B):
        reader = stack.stepping(config.cell, parameters.layers, 1)
        states = stack.zero_state(config.cell, parameters.layers, 1)
        for t, id in enumerate(x[:, b]):
            if not keep[t, b, 0]:
                states = stack.zero_state(config.cell, parameters.layers, 1)
            a, states = stack.step(config.cell, reader, np.array([id]), states)
            found[t * B + b] = a[0].copy()
    return found


@all_configs
def test_what_both_sides_know_is_taken_from_their_places(config: Config) -> None:
    left, right, window = language_model(config, 1), language_model(config, 2), passages()
    sides = filling.read(left, right, window, Scratch())
    for network, x, places, found in (
        (left, window.x[0], window.left, sides.left),
        (right, window.x[1], window.right, sides.right),
    ):
        known = outputs(network, x, window.keep)
        np.testing.assert_allclose(found, [known[place] for place in places.tolist()], rtol=1e-9)
    assert sides.gap is window.gap
    assert sides.n is window.n


@all_configs
def test_at_its_start_it_foretells_what_the_left_side_does_alone(config: Config) -> None:
    left, right, window = language_model(config, 1), language_model(replace(config, units=R), 2), passages()
    joint = filling.initial(config, left.parameters, np.random.default_rng(3), R)
    assert joint.flat.dtype == np.float64
    found = filling.log_probabilities(joint, filling.read(left, right, window, Scratch()), window.y)
    y = np.zeros(window.x[0].shape, np.int64)
    y.reshape(-1)[window.left] = window.y
    states = model.zero_states(config, left.parameters, y.shape[1])
    of_all, _ = model.log_probabilities(*left, model.Window(window.x[0], y, window.keep), states, Scratch())
    np.testing.assert_allclose(found, of_all.ravel()[window.left], rtol=1e-12)
