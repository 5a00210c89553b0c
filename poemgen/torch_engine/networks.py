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
from poemgen.network import bidirectional
from poemgen.network.arrays import Ids
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
        self, config: Config, parameters: Parameters, window: Any, states: States, masks: Sequence[Tensor | None]
    ) -> tuple[Tensor, list[list[Tensor]]]: ...


def network_of(task: Task) -> Network:
    """The network that learns a task."""
    return fill_network if isinstance(task, Filling) else language_network


def views(parameters: Parameters, flat: Tensor) -> Parameters:
    """What `parameters` are of their flat vector, of a tensor of its length: gradients flow through the views."""
    arrays = [*(part for layer in parameters.layers for part in layer), parameters.W_y, parameters.b_y]
    pieces = [
        piece.view(array.shape)
        for piece, array in zip(flat.split([array.size for array in arrays]), arrays, strict=True)
    ]
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


def fill_network(
    config: Config, parameters: Parameters, window: filling.Window, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, list[list[Tensor]]]:
    """The network of `filling`: the surprisal of the missing characters, (places,). No states are carried."""
    missing = window.missing.ravel().nonzero()[0]
    sides = [_side(config, parameters, window, masks, way, missing) for way in bidirectional.WAYS]
    return surprisals(parameters, torch.cat(sides, 1), window.y.ravel()[missing]), []


def surprisals(parameters: Parameters, y: Tensor, characters: Ids) -> Tensor:
    """-log ŷ<t> of the characters (rows,), from the top outputs (rows, H)."""
    target = torch.from_numpy(characters).to(y.device)
    return functional.cross_entropy(y @ parameters.W_y + parameters.b_y, target, reduction="none")


def _side(
    config: Config,
    parameters: Parameters,
    window: filling.Window,
    masks: Sequence[Tensor | None],
    way: int,
    missing: Ids,
) -> Tensor:
    """What one direction hands on at the missing places, (places, H)."""
    packed = packing(np.asarray(bidirectional.kept(window.keep, way)))
    T, B = window.y.shape
    turned_masks = [mask if mask is None or way == bidirectional.FORWARD else mask.flip(0) for mask in masks]
    own, own_masks = bidirectional.of(parameters.layers, way), bidirectional.of(turned_masks, way)
    y, _ = stack(config, own, bidirectional.turned(window.x[way], way), packed, [], own_masks)
    rows = np.empty(T * B, np.int64)
    rows[packed.places] = np.arange(T * B)
    in_time = bidirectional.turned(rows.reshape(T, B), way).ravel()  # the packed row of each place
    return y[torch.from_numpy(in_time[missing]).to(y.device)]


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
