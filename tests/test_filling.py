"""The network that fills gaps: its parameters, the gradient of its loss, and where its probabilities come from."""

import math

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen import filling, model
from poemgen.filling import Window
from poemgen.model import Config, Parameters
from poemgen.network.arrays import Floats
from poemgen.network.loss import log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS

CONFIGS = [Config(cell, layers, 3, 4) for cell in CELLS for layers in (1, 2)]
T, B, V = 6, 2, 4

all_configs = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.cell}-{config.layers}")


class Example:
    """Random weights and a window with a poem's end and gaps, one of them at its border."""

    def __init__(self, config: Config, dtype: type = np.float64, *, dropout: bool = False) -> None:
        rng = np.random.default_rng(9)
        self.config = config
        self.model = filling.initial(config, rng, dtype)
        self.model.flat[:] += 0.3 * rng.normal(size=self.model.flat.shape)
        text = rng.integers(V, size=(T + 2, B))
        missing = np.zeros((T, B), bool)
        missing[1:3, 0] = missing[0, 1] = missing[4:, 1] = True
        starts = np.zeros((T + 1, B), bool)
        starts[4, 0] = starts[T, 1] = True
        self.window = filling.window(text, missing, starts, V, dtype)
        masks = rng.integers(2, size=(2 * config.layers, T, B, config.units)) * dtype(2)
        self.masks: list[Floats | None] = list(masks) if dropout else [None] * (2 * config.layers)

    def loss_and_gradients(self) -> tuple[float, Parameters]:
        gradients = filling.zeros(self.config, self.model.flat.dtype)
        gradients.flat[:] = np.nan
        return self.loss(gradients), gradients

    def loss(self, gradients: Parameters | None = None) -> float:
        gradients = gradients or filling.zeros(self.config, self.model.flat.dtype)
        return filling.loss_and_gradients(self.config, self.model, self.window, self.masks, gradients, Scratch())


def test_a_window_holds_the_characters_on_both_sides() -> None:
    text = np.array([[3], [0], [1], [2], [3], [1]])
    missing = np.array([[False], [True], [True], [False]])
    starts = np.array([[False], [True], [False], [False], [True]])
    window = filling.window(text, missing, starts, V)
    assert window.y[:, 0].tolist() == [0, 1, 2, 3]
    assert window.x[0, :, 0].tolist() == [3, V, 1, 2]
    assert window.x[1, :, 0].tolist() == [V, V, 3, V]  # a poem's end, a gap, a character, a poem's end
    assert window.keep[:, 0, 0].tolist() == [1, 0, 1, 1]
    assert window.keep.dtype == np.float32


@all_configs
def test_every_number_of_the_flat_vector_is_seen_once(config: Config) -> None:
    flat = np.arange(filling.parameter_count(config), dtype=np.float64)
    parameters = filling.parameters(config, flat)
    views = [array for layer in parameters.layers for array in layer] + [parameters.W_y, parameters.b_y]
    assert [view.shape for view in views] == list(filling.shapes(config))
    assert all(np.shares_memory(view, flat) for view in views)
    np.testing.assert_array_equal(np.concatenate([view.ravel() for view in views]), flat)
    assert len(parameters.layers) == 2 * config.layers
    assert parameters.W_y.shape == (6, 4)


@all_configs
@pytest.mark.parametrize("dropout", [False, True], ids=["whole", "dropout"])
def test_gradients_are_those_of_central_differences(config: Config, dropout: bool) -> None:
    example = Example(config, dropout=dropout)
    _, gradients = example.loss_and_gradients()
    assert_gradient(gradients.flat, example.loss, example.model.flat)


@all_configs
def test_a_gradient_that_is_a_thousandth_off_is_rejected(config: Config) -> None:
    example = Example(config)
    _, gradients = example.loss_and_gradients()
    gradients.W_y[:] *= 1.001
    with pytest.raises(AssertionError):
        assert_gradient(gradients.W_y, example.loss, example.model.W_y)


@all_configs
def test_half_the_digits_give_nearly_the_same_gradient(config: Config) -> None:
    single, double = Example(config, np.float32), Example(config)
    single.model.flat[:] = double.model.flat
    loss, gradients = single.loss_and_gradients()
    expected_loss, expected = double.loss_and_gradients()
    assert gradients.flat.dtype == np.float32
    assert loss == pytest.approx(expected_loss, rel=1e-5)
    assert np.linalg.norm(gradients.flat - expected.flat) < 1e-4 * np.linalg.norm(expected.flat)


@all_configs
def test_only_missing_characters_count(config: Config) -> None:
    example = Example(config)
    x, y, missing, keep = example.window
    log_p = filling.log_probabilities(config, example.model, example.window, Scratch())
    assert log_p.shape == (missing.sum(),)
    assert -log_p.sum() == pytest.approx(example.loss(), rel=1e-12)
    of_all = filling.log_y_hat(config, example.model, example.window, Scratch())
    np.testing.assert_allclose(np.exp(of_all).sum(axis=1), 1)
    np.testing.assert_array_equal(of_all[np.arange(len(of_all)), y[missing]], log_p)

    other = Window(x, np.where(missing, y, (y + 1) % V), missing, keep)
    np.testing.assert_array_equal(filling.log_probabilities(config, example.model, other, Scratch()), log_p)
    none = Window(x, y, np.zeros_like(missing), keep)
    assert filling.log_probabilities(config, example.model, none, Scratch()).shape == (0,)


@all_configs
def test_a_model_of_zeros_takes_every_character_for_equally_likely(config: Config) -> None:
    example = Example(config)
    example.model.flat[:] = 0
    log_p = filling.log_probabilities(config, example.model, example.window, Scratch())
    np.testing.assert_allclose(log_p, -math.log(V))


# ---- from language models


@all_configs
def test_the_forward_direction_alone_is_the_language_model_it_came_from(config: Config) -> None:
    example = Example(config)
    source = model.initial(config, np.random.default_rng(1), np.float64)
    filler = filling.from_language_models(config, source)
    x, y, missing, keep = example.window
    found = filling.log_probabilities(config, filler, example.window, Scratch())
    states = model.zero_states(config, source, B)
    read = model.Window(x[0], y, keep)
    expected, _ = model.log_probabilities(config, source, read, states, Scratch())
    np.testing.assert_allclose(found, expected[missing], rtol=1e-12)


@all_configs
def test_two_language_models_both_have_a_say(config: Config) -> None:
    rng = np.random.default_rng(1)
    sources = [model.initial(config, rng, np.float64) for _ in range(2)]
    for source in sources:
        source.b_y[:] = rng.normal(size=V)
    filler = filling.from_language_models(config, *sources)
    x, y, _, keep = Example(config).window
    whole = Window(x, y, np.ones((T, B), bool), np.ones_like(keep))
    found = filling.log_y_hat(config, filler, whole, Scratch()).reshape(T, B, V)
    logits = np.tile(sources[0].b_y, (T, B, 1))
    for source, ids, order, share in zip(sources, x, (1, -1), filling.SHARES, strict=True):
        reader, states = model.reader(config, source, B), model.zero_states(config, source, B)
        for t in range(T)[::order]:
            here = np.empty((B, V))
            states = model.next_logits(config, reader, ids[t], states, here)
            logits[t] += share * (here - source.b_y)
    np.testing.assert_allclose(found, log_softmax(logits.reshape(-1, V)).reshape(T, B, V), rtol=0, atol=1e-12)


@all_configs
def test_the_start_depends_on_the_seed_alone(config: Config) -> None:
    one, same, other = (filling.initial(config, np.random.default_rng(seed)).flat for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert one.dtype == np.float32
    assert np.mean(one != other) > 0.5
