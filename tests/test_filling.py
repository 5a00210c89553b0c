"""The bidirectional network: its equations, the gradient of its loss by all that it learns, and how it begins."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen import filling, model
from poemgen.filling import FARTHEST, Bidirectional, Filler, Joint, Sides, Window
from poemgen.model import Config, Network
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS, Layer

H, V, R = 3, 5, 2  # R units on the right
CONFIG = Config("rnn", 1, H, V)
LENGTHS = [1, FARTHEST + 4, 3]  # of gaps
CONFIGS = [Config(cell, layers, H, V) for cell in CELLS for layers in (1, 2)]

all_configs = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.cell}-{config.layers}")


def random_weights(config: Config, dtype: type = np.float64) -> Bidirectional:
    rng = np.random.default_rng(9)
    return filling.parameters(config, rng.normal(size=filling.parameter_count(config, R)).astype(dtype))


def sides_of(lengths: list[int], rng: np.random.Generator, dtype: type = np.float64) -> Sides:
    """Random knowledge at gaps of these lengths."""
    gap = np.repeat(np.arange(len(lengths)), lengths)
    n = np.concatenate([np.arange(length, 0, -1) for length in lengths])
    left, right = rng.normal(size=(len(gap), H)), rng.normal(size=(len(lengths), R))
    return Sides(left.astype(dtype), right.astype(dtype), gap, n)


class Example:
    """What joins two sides, and what these know of gaps of which one is longer than the farthest distance there is."""

    def __init__(self, dtype: type = np.float64) -> None:
        rng = np.random.default_rng(9)
        self.parameters = random_weights(CONFIG, dtype)
        self.joint = self.parameters.joint
        self.sides = sides_of(LENGTHS, rng, dtype)
        self.y: Ids = rng.integers(V, size=sum(LENGTHS))

    def loss_and_gradients(self) -> tuple[float, Joint, Floats, Floats]:
        gradients = filling.zeros(CONFIG, R, self.parameters.flat.dtype)
        gradients.flat[:] = np.nan
        loss, left, right = filling.joint_loss_and_gradients(self.joint, self.sides, self.y, gradients.joint)
        return loss, gradients.joint, left, right

    def loss(self) -> float:
        return self.loss_and_gradients()[0]

    def log_y_hat(self) -> Floats:
        """(N, V), a character of the vocabulary at a time."""
        count = len(self.y)
        return np.stack(
            [filling.log_probabilities(self.joint, self.sides, np.full(count, id)) for id in range(V)], axis=1
        )


@pytest.mark.parametrize("right", [1, H, R])
@all_configs
def test_every_number_of_the_flat_vector_is_seen_once(config: Config, right: int) -> None:
    flat = np.arange(filling.parameter_count(config, right), dtype=np.float64)
    parameters = filling.parameters(config, flat)
    views = [part for layer in (*parameters.left, *parameters.right) for part in layer] + list(parameters.joint)
    assert [view.shape for view in views] == list(filling.shapes(config, right))
    assert all(np.shares_memory(view, flat) for view in views)
    np.testing.assert_array_equal(np.concatenate([view.ravel() for view in views]), flat)
    joint = parameters.joint
    assert joint.W_v.shape == (right, H)
    assert joint.W_y.shape == (2 * H, V)
    assert joint.E.shape == (FARTHEST, H)
    assert parameters.layers == ()
    assert Filler(config, parameters).right == replace(config, units=right)


def test_a_flat_vector_of_no_such_length_is_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        filling.parameters(CONFIG, np.zeros(filling.parameter_count(CONFIG, R) + 1))


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


def test_gradients_of_what_joins_the_sides_are_those_of_central_differences() -> None:
    example = Example()
    _, gradients, left, right = example.loss_and_gradients()
    assert_gradient(left, example.loss, example.sides.left)
    assert_gradient(right, example.loss, example.sides.right)
    for gradient, x in zip(gradients, example.joint, strict=True):
        assert_gradient(gradient, example.loss, x)


@pytest.mark.parametrize("name", Joint._fields)
def test_a_gradient_that_is_a_thousandth_off_is_rejected(name: str) -> None:
    example = Example()
    x, gradient = getattr(example.joint, name), getattr(example.loss_and_gradients()[1], name)
    assert_gradient(gradient, example.loss, x)
    with pytest.raises(AssertionError):
        assert_gradient(gradient * 1.001, example.loss, x)


def test_half_the_digits_give_nearly_the_same_gradient() -> None:
    single, double = Example(np.float32), Example()
    loss, gradients, *_ = single.loss_and_gradients()
    expected_loss, expected, *_ = double.loss_and_gradients()
    assert loss == pytest.approx(expected_loss, rel=1e-5)
    for found, right in zip(gradients, expected, strict=True):
        assert found.dtype == np.float32
        assert np.linalg.norm(found - right) < 1e-4 * np.linalg.norm(right)


def test_beyond_the_farthest_distance_all_are_one() -> None:
    example = Example()
    left, right = np.tile(example.sides.left[:1], (4, 1)), example.sides.right[:1]
    n = np.array([FARTHEST - 1, FARTHEST, FARTHEST + 1, 1000])
    v = filling.from_right(example.joint, right, np.zeros(4, int), n)
    nearer, farthest, *farther = filling.logits(example.joint, left, v)
    for each in farther:
        np.testing.assert_array_equal(each, farthest)
    assert not np.allclose(nearer, farthest)


def test_parameters_of_zeros_take_every_character_for_equally_likely() -> None:
    example = Example()
    example.parameters.flat[:] = 0
    np.testing.assert_allclose(example.log_y_hat(), -math.log(V))


# ---- with both sides


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
    left, right = np.array([3, 3, 10, 12, 20, 7]), np.array([5, 5, 19])  # one place each that two ask about
    return Window(x, keep, rng.integers(V, size=6), left, right, gap, np.array([1, 3, 2, 1, 2, 1]))


def outputs(config: Config, layers: tuple[Layer, ...], x: Ids, keep: Floats) -> dict[int, Floats]:
    """The hidden states of the top layer by place t·B + b, a passage and a character at a time."""
    B, found = x.shape[1], dict[int, Floats]()
    for b in range(B):
        reader = stack.stepping(config.cell, layers, 1)
        states = stack.zero_state(config.cell, layers, 1)
        for t, id in enumerate(x[:, b]):
            if not keep[t, b, 0]:
                states = stack.zero_state(config.cell, layers, 1)
            a, states = stack.step(config.cell, reader, np.array([id]), states)
            found[t * B + b] = a[0].copy()
    return found


@all_configs
def test_what_both_sides_know_is_taken_from_their_places(config: Config) -> None:
    parameters, window = random_weights(config), passages()
    sides = filling.read(config, parameters, window, Scratch())
    right = Filler(config, parameters).right
    for known, x, places, found in (
        (outputs(config, parameters.left, window.x[0], window.keep), window.x[0], window.left, sides.left),
        (outputs(right, parameters.right, window.x[1], window.keep), window.x[1], window.right, sides.right),
    ):
        assert len(known) == x.size
        np.testing.assert_allclose(found, [known[place] for place in places.tolist()], rtol=1e-9)
    assert sides.gap is window.gap
    assert sides.n is window.n


def loss_of(config: Config, parameters: Bidirectional, window: Window) -> Callable[[], float]:
    room = filling.zeros(config, R, parameters.flat.dtype)
    return lambda: filling.loss_and_gradients(config, parameters, window, room, Scratch())


@all_configs
def test_gradients_by_all_that_is_learned_are_those_of_central_differences(config: Config) -> None:
    parameters, window, scratch = random_weights(config), passages(), Scratch()
    gradients = filling.zeros(config, R, np.float64)
    for _ in range(2):  # the second time in memory that is not fresh
        gradients.flat[:] = np.nan
        loss = filling.loss_and_gradients(config, parameters, window, gradients, scratch)
    sides = filling.read(config, parameters, window, scratch)
    assert loss == pytest.approx(-filling.log_probabilities(parameters.joint, sides, window.y).sum(), rel=1e-12)
    assert_gradient(gradients.flat, loss_of(config, parameters, window), parameters.flat)


def test_no_gaps_have_no_loss_and_no_gradient() -> None:
    parameters, window, none = random_weights(CONFIG), passages(), np.zeros(0, np.int64)
    window = window._replace(y=none, left=none, right=none, gap=none, n=none)
    gradients = filling.zeros(CONFIG, R, np.float64)
    gradients.flat[:] = np.nan
    assert filling.loss_and_gradients(CONFIG, parameters, window, gradients, Scratch()) == 0
    assert not gradients.flat.any()


# ---- the start


@all_configs
def test_at_its_start_it_foretells_what_the_left_side_does_alone(config: Config) -> None:
    left, right, window = language_model(config, 1), language_model(replace(config, units=R), 2), passages()
    start = filling.between(left, right, np.random.default_rng(3))
    assert start.flat.dtype == np.float64
    sides = filling.read(config, start, window, Scratch())
    found = filling.log_probabilities(start.joint, sides, window.y)
    y = np.zeros(window.x[0].shape, np.int64)
    y.reshape(-1)[window.left] = window.y
    states = model.zero_states(config, left.parameters, y.shape[1])
    of_all, _ = model.log_probabilities(*left, model.Window(window.x[0], y, window.keep), states, Scratch())
    there = y.reshape(-1)[window.left] == window.y  # of two that ask about one place, the window of `model` has one
    np.testing.assert_allclose(found[there], of_all.ravel()[window.left][there], rtol=1e-12)
    assert there.sum() >= 5
    for side, network in ((start.right, right), (start.left, left)):
        for new, old in zip(side, network.parameters.layers, strict=True):
            assert all(np.array_equal(*parts) for parts in zip(new, old, strict=True))
            assert not any(np.shares_memory(*parts) for parts in zip(new, old, strict=True))


def test_the_start_depends_on_the_seed_alone() -> None:
    one, same, other = (filling.initial(CONFIG, R, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.flat, same.flat)
    assert one.flat.dtype == np.float32
    for name in ("W_u", "W_v", "E", "W_z", "W_m"):
        assert (getattr(one.joint, name) != getattr(other.joint, name)).all()
