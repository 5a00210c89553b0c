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
    return fill_network if isinstance(task, Filling) else language_network


def views(parameters: Any, flat: Tensor) -> Any:
    """What `parameters` are of their flat vector, of a tensor of its length: gradients flow through the views."""
    fills = isinstance(parameters, filling.Bidirectional)
    sides = (parameters.left, parameters.right) if fills else (parameters.layers,)
    of_layers = [part for layers in sides for layer in layers for part in layer]
    arrays = [*of_layers, *(parameters.joint if fills else (parameters.W_y, parameters.b_y))]
    pieces = [
        piece.view(array.shape)
        for piece, array in zip(flat.split([array.size for array in arrays]), arrays, strict=True)
    ]
    cut = 3 * len(sides[0])
    if not fills:
        return Parameters(flat, model.layers_of(pieces[:cut]), *pieces[cut:])
    left, right = (model.layers_of(pieces[begin : begin + cut]) for begin in (0, cut))
    return filling.Bidirectional(flat, left, right, filling.Joint(*pieces[2 * cut :]))


def language_network(
    config: Config, parameters: Parameters, window: model.Window, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, list[list[Tensor]]]:
    """The network of `model`: the surprisal of every character, (T·B,)."""
    y, places, ends = stack(config, parameters.layers, window.x, window.keep, states, masks)
    nats = surprisals(parameters, y, window.y.ravel()[places])
    return nats.new_empty(len(nats)).index_copy(0, torch.from_numpy(places).to(nats.device), nats), ends


def fill_network(
    config: Config, parameters: Any, window: Any, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, list[list[Tensor]]]:
    """The network of `filling`: the surprisal of the missing characters, (N,). No states are carried."""
    joint: Any = parameters.joint
    right = filling.right_config(config, len(joint.W_v))
    from_left = _known(config, parameters.left, window.x[filling.LEFT], window.keep, window.left)
    from_right = _known(right, parameters.right, window.x[filling.RIGHT], window.keep, window.right)
    gap, distance = (torch.from_numpy(ids).to(from_left.device) for ids in (window.gap, filling.distance(window.n)))
    u = torch.tanh(from_left @ joint.W_u + joint.b_u)
    v = torch.tanh((from_right @ joint.W_v)[gap] + joint.E[distance] + joint.b_v)
    z = torch.tanh(u @ joint.W_z + (u * v) @ joint.W_m + joint.b_z)
    return surprisals(joint, torch.cat([from_left, z], 1), window.y), []


def _known(config: Config, layers: Sequence[Layer], ids: Ids, keep: Floats, places: Ids) -> Tensor:
    """What a side knows at places t·B + b of a window, (places, H)."""
    y, order, _ = stack(config, layers, ids, keep, [], [None] * config.layers)
    rows = np.empty(ids.size, np.int64)
    rows[order] = np.arange(ids.size)
    return y[torch.from_numpy(rows[places]).to(y.device)]


def surprisals(parameters: Any, y: Tensor, characters: Ids) -> Tensor:
    """-log ŷ<t> of the characters (rows,), from the top outputs (rows, H), by W_y and b_y."""
    target = torch.from_numpy(characters).to(y.device)
    return functional.cross_entropy(y @ parameters.W_y + parameters.b_y, target, reduction="none")
