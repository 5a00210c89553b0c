"""The language model: its parameters, the gradient of its loss, and two ways to its probabilities."""

import math
from typing import Any

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen import model
from poemgen.model import Config, Parameters, Window
from poemgen.network.arrays import Floats
from poemgen.network.loss import log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
CONFIGS = [Config(cell, layers, 3, 4) for cell in CELLS for layers in (1, 2, 3)]
T, B = 4, 2

all_configs = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.cell}-{config.layers}")


class Example:
    """Random weights, starting states and a window with resets and places without a character."""

    def __init__(self, config: Config, dtype: type = np.float64, *, resets: bool = True, dropout: bool = False) -> None:
        rng = np.random.default_rng(9)
        self.config = config
        self.model = model.initial(config, rng, dtype)
        self.model.flat[:] += 0.3 * rng.normal(size=self.model.flat.shape)
        self.states = [
            type(state)(*(rng.normal(size=part.shape).astype(dtype) for part in state))
            for state in model.zero_states(config, self.model, B)
        ]
        x, y = rng.integers(config.vocabulary, size=(2, T, B))
        keep: Floats = np.ones((T, B, 1), dtype)
        for place in [(0, 1), (2, 0)]:
            x[place] = config.no_character
            keep[place] = 0 if resets else 1
        self.window = Window(x, y, keep)
        masks = rng.integers(2, size=(config.layers, T, B, config.units)) * dtype(2)
        self.masks: list[Floats | None] = list(masks) if dropout else [None] * config.layers

    def loss_and_gradients(self) -> tuple[float, list[Any], list[Any], Parameters]:
        gradients = model.zeros(self.config, self.model.flat.dtype)
        gradients.flat[:] = np.nan
        loss, ends, dstarts = model.loss_and_gradients(
            self.config, self.model, self.window, self.states, self.masks, gradients, Scratch()
        )
        return loss, ends, dstarts, gradients

    def loss(self) -> float:
        return self.loss_and_gradients()[0]

    def log_probabilities(self) -> tuple[Floats, list[Any]]:
        return model.log_probabilities(self.config, self.model, self.window, self.states, Scratch())


# ---- parameters


@all_configs
def test_so_many_numbers_are_learned(config: Config) -> None:
    G, V, H = GATES[config.cell], config.vocabulary, config.units
    first, deeper = G * (V * H + H * H + H), G * (2 * H * H + H)
    assert model.parameter_count(config) == first + (config.layers - 1) * deeper + H * V + V


@all_configs
def test_every_number_of_the_flat_vector_is_seen_once(config: Config) -> None:
    flat = np.arange(model.parameter_count(config), dtype=np.float64)
    parameters = model.parameters(config, flat)
    views = [array for layer in parameters.layers for array in layer] + [parameters.W_y, parameters.b_y]
    assert [view.shape for view in views] == list(model.shapes(config))
    assert all(np.shares_memory(view, flat) for view in views)
    np.testing.assert_array_equal(np.concatenate([view.ravel() for view in views]), flat)
    parameters.b_y[-1] = -1
    assert parameters.flat[-1] == flat[-1] == -1


@all_configs
def test_a_model_to_start_from(config: Config) -> None:
    start = model.initial(config, np.random.default_rng(1))
    bias = {"lstm": [0, 0, 1, 0], "gru": [0, 0, 0], "rnn": [0]}[config.cell]
    assert start.flat.dtype == np.float32
    for layer in start.layers:
        for U in layer.U:
            np.testing.assert_allclose(U @ U.T, np.eye(config.units), rtol=0, atol=1e-6)
        assert layer.b.tolist() == [[number] * config.units for number in bias]
    assert not start.b_y.any()


def test_sums_into_a_unit_are_of_about_one_size_at_the_start() -> None:
    start = model.initial(Config("lstm", 2, 64, 64), np.random.default_rng(1))
    first, deeper = (layer.W for layer in start.layers)
    assert np.std(first) == pytest.approx(1, rel=0.05)
    assert np.std(deeper) == pytest.approx(1 / 8, rel=0.05)
    assert np.std(start.W_y) == pytest.approx(1 / 8, rel=0.05)


@all_configs
def test_the_start_depends_on_the_seed_alone(config: Config) -> None:
    one, same, other = (model.initial(config, np.random.default_rng(seed)).flat for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.mean(one != other) > 0.5


# ---- loss and gradients


@all_configs
@pytest.mark.parametrize("dropout", [False, True], ids=["whole", "dropout"])
def test_gradients_are_those_of_central_differences(config: Config, dropout: bool) -> None:
    example = Example(config, dropout=dropout)
    _, _, dstarts, gradients = example.loss_and_gradients()
    assert_gradient(gradients.flat, example.loss, example.model.flat)
    for dstart, start in zip(dstarts, example.states, strict=True):
        for found, part in zip(dstart, start, strict=True):
            assert_gradient(found, example.loss, part)


@all_configs
def test_dropout_changes_loss_and_gradients_and_drops_what_no_one_hears(config: Config) -> None:
    plain, dropped = Example(config), Example(config, dropout=True)
    mask = dropped.masks[-1]
    assert mask is not None
    mask[:, :, 0] = 0
    loss, _, _, gradients = dropped.loss_and_gradients()
    assert loss != plain.loss()
    assert not gradients.W_y[0].any()
    assert np.all(plain.loss_and_gradients()[3].W_y[0] != 0)


@all_configs
def test_half_the_digits_give_nearly_the_same_gradient(config: Config) -> None:
    single, double = Example(config, np.float32), Example(config)
    single.model.flat[:] = double.model.flat
    loss, ends, dstarts, gradients = single.loss_and_gradients()
    expected_loss, _, _, expected = double.loss_and_gradients()
    assert loss == pytest.approx(expected_loss, rel=1e-5)
    assert np.linalg.norm(gradients.flat - expected.flat) < 1e-4 * np.linalg.norm(expected.flat)
    parts = [part for states in (ends, dstarts) for state in states for part in state]
    assert {part.dtype for part in (gradients.flat, *parts)} == {np.dtype(np.float32)}


# ---- probabilities


@all_configs
def test_the_loss_is_the_surprisal_of_the_characters_that_came(config: Config) -> None:
    example = Example(config)
    log_p, ends = example.log_probabilities()
    loss, other_ends, _, _ = example.loss_and_gradients()
    assert log_p.shape == (T, B)
    assert -log_p.sum() == pytest.approx(loss, rel=1e-12)
    np.testing.assert_array_equal(ends, other_ends)


@all_configs
@pytest.mark.parametrize(("dtype", "digits"), [(np.float32, 1e-5), (np.float64, 1e-12)])
def test_one_character_after_another_gives_the_same_probabilities(config: Config, dtype: type, digits: float) -> None:
    example = Example(config, dtype, resets=False)
    log_p, ends = example.log_probabilities()
    states, reader = example.states, model.reader(config, example.model, B)
    for t in range(T):
        logits: Floats = np.empty((B, config.vocabulary), dtype)
        states = model.next_logits(config, reader, example.window.x[t], states, logits)
        assert logits.shape == (B, config.vocabulary)
        assert logits.dtype == dtype
        np.testing.assert_allclose(
            log_softmax(logits)[np.arange(B), example.window.y[t]], log_p[t], rtol=0, atol=digits
        )
    np.testing.assert_allclose(states, ends, rtol=0, atol=digits)


@all_configs
def test_where_the_state_starts_anew_a_poem_begins(config: Config) -> None:
    example = Example(config)
    log_p, _ = example.log_probabilities()
    zero = model.zero_states(config, example.model, B)
    fresh = Window(*(part[2:] for part in example.window))
    expected, _ = model.log_probabilities(config, example.model, fresh, zero, Scratch())
    np.testing.assert_allclose(log_p[2:, 0], expected[:, 0], rtol=1e-12)
    assert np.all(log_p[2:, 1] != expected[:, 1])


@all_configs
def test_a_model_of_zeros_takes_every_character_for_equally_likely(config: Config) -> None:
    example = Example(config)
    example.model.flat[:] = 0
    np.testing.assert_allclose(example.log_probabilities()[0], -math.log(config.vocabulary))
