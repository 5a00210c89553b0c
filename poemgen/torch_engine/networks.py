"""Each kind of network in PyTorch, on what NumPy's engine is given: a window, states, masks, parameters.

Each is a function that gives the surprisal -log ŷ<t> of every character that counts, of tensors alone, so that autograd
finds the gradient of their sum, the loss. How they pair with the tasks of `poemgen.training` is in `network_of`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch.nn import functional

from poemgen import filling, model
from poemgen.model import Config, Parameters
from poemgen.network.arrays import Floats, Ids
from poemgen.network.stack import Layer
from poemgen.torch_engine.stack import States, Tensor, stack
from poemgen.training.gaps import Filling
from poemgen.training.task import Task


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
    y, places, ends = stack(config, parameters.layers, window.x, window.keep, states, masks)
    nats = surprisals(parameters, y, window.y.ravel()[places])
    return nats.new_empty(len(nats)).index_copy(0, torch.from_numpy(places).to(nats.device), nats), ends


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
    layers = [Layer(*(torch.from_numpy(part).to(like.device) for part in layer)) for layer in parameters.layers]
    with torch.no_grad():
        y, order, _ = stack(config, layers, ids, keep, [], [None] * config.layers)
    rows = np.empty(ids.size, np.int64)
    rows[order] = np.arange(ids.size)
    return y[torch.from_numpy(rows[places]).to(y.device)].to(like.dtype)


def surprisals(parameters: Any, y: Tensor, characters: Ids) -> Tensor:
    """-log ŷ<t> of the characters (rows,), from the top outputs (rows, H)."""
    target = torch.from_numpy(characters).to(y.device)
    return functional.cross_entropy(y @ parameters.W_y + parameters.b_y, target, reduction="none")
