"""PyTorch's names: PyTorch takes the tensors and computes the same."""

import numpy as np
import pytest

from poemgen import filling, model
from poemgen.filling import FARTHEST, Filler, Sides
from poemgen.model import Config
from poemgen.network import stack
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS
from poemgen.storage.names import (
    GATE_ORDER,
    filler_from_torch,
    filler_shapes,
    filler_to_torch,
    from_torch,
    shapes,
    to_torch,
)

CONFIGS = [Config(cell, layers, 5, 7) for cell in CELLS for layers in (1, 2, 3)]


def random_parameters(config: Config) -> model.Parameters:
    flat = np.random.default_rng(0).normal(size=model.parameter_count(config)).astype(np.float32)
    return model.parameters(config, flat)


@pytest.mark.parametrize("config", CONFIGS)
def test_names_there_and_back(config: Config) -> None:
    parameters = random_parameters(config)
    named = to_torch(config, parameters)
    assert {name: tensor.shape for name, tensor in named.items()} == shapes(config)
    np.testing.assert_array_equal(from_torch(config, named).flat, parameters.flat)


def test_every_gate_of_every_cell_has_its_place() -> None:
    assert GATE_ORDER.keys() == CELLS.keys()
    for cell, order in GATE_ORDER.items():
        assert sorted(order) == list(range(CELLS[cell].GATES))


@pytest.mark.parametrize("config", [config for config in CONFIGS if config.cell != "gru"])
def test_pytorch_computes_the_same(config: Config) -> None:
    torch = pytest.importorskip("torch")
    parameters = random_parameters(config)
    named = {name: torch.tensor(tensor) for name, tensor in to_torch(config, parameters).items()}
    network = {"lstm": torch.nn.LSTM, "rnn": torch.nn.RNN}[config.cell](config.vocabulary, config.units, config.layers)
    network.load_state_dict({name: tensor for name, tensor in named.items() if not name.startswith("output.")})
    output = torch.nn.Linear(config.units, config.vocabulary)
    output.load_state_dict({"weight": named["output.weight"], "bias": named["output.bias"]})

    T, B = 20, 3
    ids = np.random.default_rng(1).integers(config.vocabulary, size=(T, B))
    with torch.no_grad():
        expected = output(network(torch.nn.functional.one_hot(torch.tensor(ids), config.vocabulary).float())[0])

    start = model.zero_states(config, parameters, B)
    keep = np.ones((T, B, 1), np.float32)
    a, _, _ = stack.forward(config.cell, parameters.layers, ids, start, keep, [None] * config.layers, Scratch())
    np.testing.assert_allclose(a @ parameters.W_y + parameters.b_y, expected.numpy(), atol=1e-5)


# ---- the network that fills gaps


RIGHT = 7  # units on the right


def random_filler(config: Config) -> Filler:
    flat = np.random.default_rng(0).normal(size=filling.parameter_count(config, RIGHT)).astype(np.float32)
    return Filler(config, filling.parameters(config, flat))


@pytest.mark.parametrize("config", CONFIGS)
def test_names_of_what_fills_gaps_there_and_back(config: Config) -> None:
    filler = random_filler(config)
    named = filler_to_torch(filler)
    assert {name: tensor.shape for name, tensor in named.items()} == filler_shapes(config, filler.right)
    unused = sum(tensor.size for name, tensor in named.items() if "bias_hh" in name)
    assert sum(tensor.size for tensor in named.values()) - unused == len(filler.parameters.flat)
    again = filler_from_torch(config, filler.right, named)
    np.testing.assert_array_equal(again.parameters.flat, filler.parameters.flat)
    assert all(np.shares_memory(view, again.parameters.flat) for view in again.parameters.joint)


@pytest.mark.parametrize("config", CONFIGS)
def test_the_sides_of_what_fills_gaps_are_named_like_language_models(config: Config) -> None:
    filler = random_filler(config)
    named = filler_to_torch(filler)
    sides = (filler.config, filler.parameters.left, ""), (filler.right, filler.parameters.right, "_reverse")
    for side, layers, ending in sides:
        alike = to_torch(side, model.zeros(side)._replace(layers=layers))
        for name in alike.keys() - {"output.weight", "output.bias"}:
            np.testing.assert_array_equal(named[name + ending], alike[name])


def test_pytorch_joins_the_same() -> None:
    torch = pytest.importorskip("torch")
    config, rng, n = CONFIGS[0], np.random.default_rng(1), np.array([3, 2, 1, FARTHEST + 1, FARTHEST])
    H, V, filler = config.units, config.vocabulary, random_filler(config)
    joint = filler.parameters.joint
    layers = {"left": torch.nn.Linear(H, H), "right": torch.nn.Linear(RIGHT, H)}
    layers |= {"distance": torch.nn.Embedding(FARTHEST, H), "joint": torch.nn.Linear(2 * H, H)}
    layers["output"] = torch.nn.Linear(2 * H, V)
    named = {name: torch.tensor(part) for name, part in filler_to_torch(filler).items() if "_l" not in name}
    torch.nn.ModuleDict(layers).load_state_dict(named)
    left, right = (rng.normal(size=(5, units)).astype(np.float32) for units in (H, RIGHT))
    y = rng.integers(V, size=5)
    with torch.no_grad():
        distance = torch.tensor(np.minimum(n, FARTHEST) - 1)
        u = layers["left"](torch.tensor(left)).tanh()
        v = (layers["right"](torch.tensor(right)) + layers["distance"](distance)).tanh()
        z = layers["joint"](torch.cat([u, u * v], 1)).tanh()
        expected = layers["output"](torch.cat([torch.tensor(left), z], 1)).log_softmax(1).numpy()[np.arange(5), y]
    found = filling.log_probabilities(joint, Sides(left, right, np.arange(5), n), y)
    np.testing.assert_allclose(found, expected, atol=1e-5)
