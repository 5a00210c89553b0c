"""A wider network says what the narrower one says, and learning opens what is new."""

import numpy as np
import pytest

from poemgen import model
from poemgen.model import Config, Parameters, Window
from poemgen.network.arrays import Floats
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS
from poemgen.training.widening import widened

T, B, V, H, WIDE = 12, 3, 5, 4, 7
CONFIGS = [Config(cell, layers, H, V) for cell in CELLS for layers in (1, 2)]

all_configs = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.cell}-{config.layers}")


def narrow(config: Config, dtype: type = np.float64) -> Parameters:
    rng = np.random.default_rng(1)
    parameters = model.initial(config, rng, dtype)
    parameters.flat[:] += 0.3 * rng.normal(size=parameters.flat.shape)
    return parameters


def passages() -> Window:
    """Characters with an end of a poem among them."""
    rng, keep = np.random.default_rng(2), np.ones((T, B, 1))
    x, y = rng.integers(V, size=(T, B)), rng.integers(V, size=(T, B))
    keep[5, 1] = keep[0] = 0
    return Window(np.where(keep[..., 0] == 0, V, x), y, keep)


def log_probabilities(config: Config, parameters: Parameters) -> Floats:
    states = model.zero_states(config, parameters, B)
    return model.log_probabilities(config, parameters, passages(), states, Scratch())[0]


@all_configs
@pytest.mark.parametrize("units", [H, WIDE, 3 * H])
def test_it_foretells_the_same(config: Config, units: int) -> None:
    parameters = narrow(config)
    before = parameters.flat.copy()
    wide, wider = widened(config, parameters, units, np.random.default_rng(3))
    assert wide == Config(config.cell, config.layers, units, V)
    assert wider.flat.shape == (model.parameter_count(wide),)
    np.testing.assert_allclose(log_probabilities(wide, wider), log_probabilities(config, parameters), rtol=1e-12)
    np.testing.assert_array_equal(parameters.flat, before)


@all_configs
def test_it_keeps_the_precision_and_is_drawn_by_the_seed(config: Config) -> None:
    parameters = narrow(config, np.float32)
    one, same, other = (widened(config, parameters, WIDE, np.random.default_rng(seed))[1] for seed in (3, 3, 4))
    assert one.flat.dtype == np.float32
    np.testing.assert_array_equal(one.flat, same.flat)
    assert (one.layers[0].U[:, H:, H:] != other.layers[0].U[:, H:, H:]).all()
    np.testing.assert_array_equal(one.layers[0].U[:, :H, :H], other.layers[0].U[:, :H, :H])
    if config.cell == "lstm":
        assert (one.layers[0].b[2, H:] == 1).all()  # the forget gates of new units stand open, as in training anew


def gradients_of(config: Config, parameters: Parameters) -> Parameters:
    gradients = model.zeros(config, np.float64)
    states = model.zero_states(config, parameters, B)
    masks = [None] * config.layers
    model.loss_and_gradients(config, parameters, passages(), states, masks, gradients, Scratch())
    return gradients


@all_configs
def test_steps_along_the_gradient_open_the_new_units(config: Config) -> None:
    wide, wider = widened(config, narrow(config), WIDE, np.random.default_rng(3))
    first = gradients_of(wide, wider)
    assert (first.W_y[H:] != 0).all()
    wider.flat[:] -= 0.01 * first.flat
    second = gradients_of(wide, wider)
    for layer in second.layers:
        assert (layer.U[:, :H, H:] != 0).all()
        assert (layer.U[:, H:, :H] != 0).all()
        assert (layer.b[:, H:] != 0).all()
    before = log_probabilities(wide, wider).sum()
    wider.flat[:] -= 0.01 * second.flat
    assert log_probabilities(wide, wider).sum() > before
