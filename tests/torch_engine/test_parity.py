"""Both engines find the same loss and the same gradients, for every cell, depth and direction, with poems that begin
inside the window, dropout and carried states; with windows cut as on a CPU and packed as on a GPU."""

from typing import Any

import numpy as np
import pytest

from poemgen import filling, model
from poemgen.model import Config, Window
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS
from poemgen.training.gaps import Filling

torch = pytest.importorskip("torch")

from poemgen.torch_engine import packing, stack  # noqa: E402
from poemgen.torch_engine.networks import fill_network, language_network, views  # noqa: E402
from poemgen.torch_engine.reading import reader  # noqa: E402

T, B, V, H = 9, 4, 5, 6
LIMITS = {np.float64: 1e-10, np.float32: 1e-5}

every_network = pytest.mark.parametrize(
    "config", [Config(cell, layers, H, V) for cell in CELLS for layers in (1, 2, 3)]
)
every_precision = pytest.mark.parametrize("dtype", LIMITS, ids=["float64", "float32"])


@pytest.fixture(autouse=True, params=[True, False], ids=["cut", "packed"])
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "stretches", lambda keep, cut: packing.stretches(keep, request.param))


def random_keep(rng: np.random.Generator, dtype: Any) -> Any:
    """Poems begin at a fifth of the places, one of them at the window's first and one at its last."""
    keep = (rng.random((T, B, 1)) > 0.2).astype(dtype)
    keep[0, :2, 0], keep[0, 2:, 0], keep[T - 1, 0] = 0, 1, 0
    return keep


def random_masks(rng: np.random.Generator, layers: int, dtype: Any) -> Any:
    return list(2 * rng.integers(2, size=(layers, T, B, H)).astype(dtype))


def close(found: Any, expected: Any, dtype: Any) -> None:
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(found, expected, rtol=0, atol=LIMITS[dtype] * scale)


def gradient(network: Any, config: Config, parameters: Any, window: Any, states: Any, masks: Any) -> Any:
    """PyTorch's loss, states and gradient, as NumPy has them."""
    flat = torch.from_numpy(parameters.flat.copy()).requires_grad_()
    tensors = [[torch.from_numpy(part) for part in state] for state in states]
    nats, ends = network(config, views(parameters, flat), window, tensors, [torch.from_numpy(mask) for mask in masks])
    loss = nats.sum()
    loss.backward()
    return loss.item(), [[part.numpy() for part in end] for end in ends], flat.grad.numpy()


@every_precision
@every_network
def test_a_language_model(config: Config, dtype: Any) -> None:
    rng = np.random.default_rng(3)
    parameters = model.initial(config, rng, dtype)
    states = model.zero_states(config, parameters, B)
    for state in states:
        for part in state:
            part[:] = rng.normal(size=part.shape)
    window = Window(rng.integers(V + 1, size=(T, B)), rng.integers(V, size=(T, B)), random_keep(rng, dtype))
    masks = random_masks(rng, config.layers, dtype)
    gradients = model.zeros(config, dtype)
    loss, ends, _ = model.loss_and_gradients(config, parameters, window, states, masks, gradients, Scratch())
    torchs_loss, torchs_ends, torchs_gradient = gradient(language_network, config, parameters, window, states, masks)
    close(torchs_loss, loss, dtype)
    close(torchs_gradient, gradients.flat, dtype)
    for end, torchs_end in zip(ends, torchs_ends, strict=True):
        for part, torchs_part in zip(end, torchs_end, strict=True):
            close(torchs_part, part, dtype)


@every_precision
@every_network
def test_the_network_that_fills_gaps(config: Config, dtype: Any) -> None:
    rng = np.random.default_rng(4)
    flat = filling.initial(config, H + 1, rng).flat
    parameters = filling.parameters(config, (flat + 0.3 * rng.normal(size=flat.shape)).astype(dtype))
    keep, lengths = random_keep(rng, dtype), np.array([2, filling.FARTHEST + 2, 1])
    gap = np.repeat(np.arange(3), lengths)
    window = filling.Window(
        x=np.where(keep[..., 0] == 0, V, rng.integers(V, size=(2, T, B))),
        keep=keep,
        y=rng.integers(V, size=len(gap)),
        left=rng.choice(T * B, len(gap)),
        right=rng.choice(T * B, 3),
        gap=gap,
        n=np.concatenate([np.arange(length, 0, -1) for length in lengths]),
    )
    gradients = filling.zeros(config, H + 1, dtype)
    loss = filling.loss_and_gradients(config, parameters, window, gradients, Scratch())
    torchs_loss, torchs_ends, torchs_gradient = gradient(fill_network, config, parameters, window, [], [])
    close(torchs_loss, loss, dtype)
    close(torchs_gradient, gradients.flat, dtype)
    assert torchs_ends == []
    read = reader(config, Filling((), 2, V, H + 1), views(parameters, torch.from_numpy(parameters.flat)))
    sides = filling.read(config, parameters, window, Scratch())
    close(read(window), filling.log_probabilities(parameters.joint, sides, window.y), dtype)


def test_the_simple_window_is_not_the_whole_test() -> None:
    keep = random_keep(np.random.default_rng(3), np.float32)[..., 0]
    assert (keep[1:-1] == 0).any()
    assert (keep[0] == 1).any()
