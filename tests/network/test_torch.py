"""The LSTM and the simple cell are PyTorch's: the same outputs, states and gradients, to ten digits."""

from typing import Any

import numpy as np
import pytest

from poemgen.model import Config, initial, zero_states, zeros
from poemgen.network import stack
from poemgen.network.inputs import dense_gradient, dense_product
from poemgen.network.scratch import Scratch
from poemgen.storage.names import to_torch

torch = pytest.importorskip("torch")

T, B, V, H = 7, 3, 5, 4
NETWORKS = {"lstm": "LSTM", "rnn": "RNN"}


class Pair:
    """A network of ours and PyTorch's with the same random weights and starting states, in float64."""

    def __init__(self, cell: str, layers: int) -> None:
        self.config = Config(cell, layers, H, V)
        self.rng = np.random.default_rng(8)
        self.ours = initial(self.config, self.rng, np.float64)
        self.ours.flat[:] += 0.3 * self.rng.normal(size=self.ours.flat.shape)
        self.torchs = getattr(torch.nn, NETWORKS[cell])(V, H, layers).double()
        self.torchs.load_state_dict(
            {name: torch.tensor(weight) for name, weight in self.named(self.ours).items() if "output" not in name}
        )
        self.states = [
            type(state)(*(self.rng.normal(size=part.shape) for part in state))
            for state in zero_states(self.config, self.ours, B)
        ]
        self.torch_states = [
            torch.tensor(np.stack(part), requires_grad=True) for part in zip(*self.states, strict=True)
        ]

    def named(self, parameters: Any) -> dict[str, Any]:
        """Under PyTorch's names."""
        return to_torch(self.config, parameters)

    def run_torch(self, x: Any, dy: Any, dends: Any) -> tuple[Any, list[Any]]:
        """Runs PyTorch forward and backward; returns its outputs and last states."""
        start = tuple(self.torch_states) if self.config.cell == "lstm" else self.torch_states[0]
        y, end = self.torchs(x, start)
        ends = list(end) if self.config.cell == "lstm" else [end]
        loss = (y * torch.tensor(dy)).sum()
        for part, dpart in zip(ends, zip(*dends, strict=True), strict=True):
            loss = loss + (part * torch.tensor(np.stack(dpart))).sum()
        loss.backward()
        return y, ends


def assert_same(ours: Any, torchs: Any) -> None:
    np.testing.assert_allclose(ours, torchs.detach().numpy(), rtol=1e-10, atol=1e-12)


def assert_same_states(ours: list[Any], torchs: list[Any]) -> None:
    for parts, part in zip(zip(*ours, strict=True), torchs, strict=True):
        assert_same(np.stack(parts), part)


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", NETWORKS)
def test_characters_through_a_deep_network(cell: str, layers: int) -> None:
    pair = Pair(cell, layers)
    ids = pair.rng.integers(V + 1, size=(T, B))
    assert (ids == V).any()
    dy = pair.rng.normal(size=(T, B, H))
    dends = [type(state)(*(pair.rng.normal(size=part.shape) for part in state)) for state in pair.states]
    torch_y, torch_ends = pair.run_torch(torch.tensor(np.eye(V + 1)[:, :V][ids]), dy, dends)

    layers_of_ours, keep = pair.ours.layers, np.ones((T, B, 1))
    y, ends, traces = stack.forward(cell, layers_of_ours, ids, pair.states, keep, [None] * layers, Scratch())
    assert_same(y, torch_y)
    assert_same_states(ends, torch_ends)

    gradients = zeros(pair.config, np.float64)
    dstarts = stack.backward(cell, layers_of_ours, dy, dends, traces, gradients.layers, Scratch())
    assert_same_states(dstarts, [part.grad for part in pair.torch_states])
    found = pair.named(gradients)
    for name, parameter in pair.torchs.named_parameters():
        assert_same(found[name.replace("bias_hh", "bias_ih")], parameter.grad)  # two biases, one gradient


@pytest.mark.parametrize("cell", NETWORKS)
def test_any_input_through_one_layer(cell: str) -> None:
    pair = Pair(cell, 1)
    x, dy = pair.rng.normal(size=(T, B, V)), pair.rng.normal(size=(T, B, H))
    dends = zero_states(pair.config, pair.ours, B)
    torch_x = torch.tensor(x, requires_grad=True)
    torch_y, _ = pair.run_torch(torch_x, dy, dends)

    layer, module, dW = pair.ours.layers[0], stack.CELLS[cell], np.empty_like(pair.ours.layers[0].W)
    z = dense_product(x, layer.W, layer.b, np.empty((len(layer.W), T, B, H)))
    y, _, trace = module.forward(z, layer.U, pair.states[0], np.ones((T, B, 1)), Scratch())
    dz, _, _ = module.backward(dy, dends[0], layer.U, trace, Scratch())
    assert_same(y, torch_y)
    dx = np.empty_like(x)
    dense_gradient(x, dz, layer.W, dW, dx)
    assert_same(dx, torch_x.grad)
