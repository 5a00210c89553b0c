"""Each kind of network in PyTorch, on what NumPy's engine is given: a window, states, masks, parameters.

Each is a function that gives the surprisal -log ŷ<t> of every character that counts, of tensors alone, so that autograd
finds the gradient of their sum, the loss. How they pair with the tasks of `poemgen.training` is in `network_of`.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from torch.nn import functional

from poemgen import filling, model
from poemgen.model import Config, Parameters
from poemgen.network.arrays import Floats, Ids
from poemgen.network.stack import CELLS, Layer
from poemgen.torch_engine.cells import read
from poemgen.torch_engine.packing import Packing, packing
from poemgen.training.gaps import Filling
from poemgen.training.task import Task

Tensor: TypeAlias = torch.Tensor
States: TypeAlias = Sequence[Sequence[Tensor]]  # for each layer the parts of its state, each (B, H)


class Network(Protocol):
    """The surprisals of a window in nats, and the states after it."""

    def __call__(
        self, config: Config, parameters: Any, window: Any, states: States, masks: Sequence[Tensor | None]
    ) -> tuple[Tensor, list[list[Tensor]]]: ...


def network_of(task: Task) -> Network:
    """The network that learns a task."""
    return fill_network(task.left, task.right) if isinstance(task, Filling) else language_network


def views(parameters: Any, flat: Tensor) -> Any:
    """What `parameters` are of their flat vector, of a tensor of its length: gradients flow through the views."""
    joint = isinstance(parameters, filling.Joint)
    of_layers = [part for layer in parameters.layers for part in layer]
    arrays = parameters[1:] if joint else [*of_layers, parameters.W_y, parameters.b_y]
    pieces = [
        piece.view(array.shape)
        for piece, array in zip(flat.split([array.size for array in arrays]), arrays, strict=True)
    ]
    if joint:
        return filling.Joint(flat, *pieces)
    layers = tuple(Layer(*pieces[begin : begin + 3]) for begin in range(0, len(pieces) - 2, 3))
    return Parameters(flat, layers, pieces[-2], pieces[-1])


def language_network(
    config: Config, parameters: Parameters, window: model.Window, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, list[list[Tensor]]]:
    """The network of `model`: the surprisal of every character, (T·B,)."""
    packed = packing(window.keep)
    y, ends = stack(config, parameters.layers, window.x, packed, states, masks)
    nats = surprisals(parameters, y, window.y.ravel()[packed.places])
    return nats.new_empty(len(nats)).index_copy(0, torch.from_numpy(packed.places).to(nats.device), nats), ends


def fill_network(left: model.Network, right: model.Network) -> Network:
    """The network of `filling` between two language models, which do not change: the surprisal of the missing
    characters, (N,). No states are carried."""

    def network(
        config: Config, parameters: Any, window: Any, states: States, masks: Sequence[Tensor | None]
    ) -> tuple[Tensor, list[list[Tensor]]]:
        sides = ((left, window.x[filling.LEFT], window.left), (right, window.x[filling.RIGHT], window.right))
        from_left, from_right = (_known(each, ids, window.keep, places, parameters.flat) for each, ids, places in sides)
        gap, distance = (torch.from_numpy(ids).to(from_left.device) for ids in (window.gap, filling.distance(window.n)))
        u = torch.tanh(from_left @ parameters.W_u + parameters.b_u)
        v = torch.tanh((from_right @ parameters.W_v)[gap] + parameters.E[distance] + parameters.b_v)
        z = torch.tanh(u @ parameters.W_z + (u * v) @ parameters.W_m + parameters.b_z)
        return surprisals(parameters, torch.cat([from_left, z], 1), window.y), []

    return network


def _known(network: model.Network, ids: Ids, keep: Floats, places: Ids, like: Tensor) -> Tensor:
    """What a language model knows at places t·B + b of a window, (places, H)."""
    config, parameters = network
    packed = packing(keep)
    layers = [Layer(*(torch.from_numpy(part).to(like.device) for part in layer)) for layer in parameters.layers]
    with torch.no_grad():
        y, _ = stack(config, layers, ids, packed, [], [None] * config.layers)
    rows = np.empty(ids.size, np.int64)
    rows[packed.places] = np.arange(ids.size)
    return y[torch.from_numpy(rows[places]).to(y.device)].to(like.dtype)


def surprisals(parameters: Any, y: Tensor, characters: Ids) -> Tensor:
    """-log ŷ<t> of the characters (rows,), from the top outputs (rows, H)."""
    target = torch.from_numpy(characters).to(y.device)
    return functional.cross_entropy(y @ parameters.W_y + parameters.b_y, target, reduction="none")


def stack(
    config: Config, layers: Sequence[Layer], ids: Ids, packed: Packing, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, list[list[Tensor]]]:
    """Ids (T, B) through all layers, as `network.stack.forward`, from zero states if there are none.

    Returns the top outputs, packed, and the states after the window.
    """
    weight = layers[0].W
    places, streams, carried, ends = (
        torch.from_numpy(part).to(weight.device)
        for part in (packed.places, packed.streams, packed.carried, packed.ends)
    )
    sizes = torch.from_numpy(packed.sizes)  # PyTorch wants it in the processor's memory
    x = one_hot(torch.from_numpy(ids.ravel()[packed.places]).to(weight.device), config.vocabulary, weight.dtype)
    zero = [carried.new_zeros(len(ends), config.units)] * len(CELLS[config.cell].State._fields)
    after: list[list[Tensor]] = []
    for layer, state, mask in zip(layers, states or [zero] * len(layers), masks, strict=True):
        start = [part[streams] * carried for part in state]
        x, end = read(config.cell, layer, x, sizes, start)
        after.append([part[ends].detach().to(weight.dtype) for part in end])
        if mask is not None:
            x = x * mask.reshape(-1, config.units)[places]
    return x, after


def one_hot(ids: Tensor, vocabulary: int, dtype: torch.dtype) -> Tensor:
    """A row (V,) for each of the ids (rows,), all zero for the id V."""
    rows = torch.zeros(len(ids), vocabulary, dtype=dtype, device=ids.device)
    ones = (ids < vocabulary).to(dtype)[:, None]
    return rows.scatter_(1, ids.clamp(max=vocabulary - 1)[:, None], ones)
