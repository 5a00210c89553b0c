"""All layers of a language model over a window, as `network.stack.forward`, with PyTorch's cells.

Those cannot start anew inside of a window, which is therefore cut: see `packing`.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

from poemgen.model import Config
from poemgen.network.arrays import Floats, Ids
from poemgen.network.stack import CELLS, Layer
from poemgen.torch_engine.cells import Read, reader
from poemgen.torch_engine.packing import Packing, packing, stretches

Tensor: TypeAlias = torch.Tensor
States: TypeAlias = Sequence[Sequence[Tensor]]  # for each layer the parts of its state, each (B, H)


def stack(
    config: Config, layers: Sequence[Layer], ids: Ids, keep: Floats, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, Ids, list[list[Tensor]]]:
    """Ids (T, B) through all layers, from zero states if there are none, with new starts where keep (T, B, 1) is 0.

    Returns the top outputs (T·B, H), the place t·B + b in the window of each of their rows, and the states after the
    window, without their history.
    """
    weight: Any = layers[0].W
    zero = [weight.new_zeros(ids.shape[1], config.units)] * len(CELLS[config.cell].State._fields)
    states = states or [zero] * len(layers)
    readers = [reader(config.cell, layer) for layer in layers]
    outputs, places = [], []
    for steps in stretches(keep, cut=weight.device.type == "cpu"):
        packed = packing(keep[steps])
        x = one_hot(_tensor(ids[steps].ravel()[packed.places], weight), config.vocabulary, weight.dtype)
        y, states = _stretch(readers, x, packed, states, [mask if mask is None else mask[steps] for mask in masks])
        outputs.append(y)
        places.append(steps.start * ids.shape[1] + packed.places)
    ends = [[part.detach().to(weight.dtype) for part in state] for state in states]
    return torch.cat(outputs), np.concatenate(places), ends


def one_hot(ids: Tensor, vocabulary: int, dtype: torch.dtype) -> Tensor:
    """A row (V,) for each of the ids (rows,), all zero for the id V."""
    rows = torch.zeros(len(ids), vocabulary, dtype=dtype, device=ids.device)
    ones = (ids < vocabulary).to(dtype)[:, None]
    return rows.scatter_(1, ids.clamp(max=vocabulary - 1)[:, None], ones)


def _stretch(
    readers: Sequence[Read], x: Tensor, packed: Packing, states: States, masks: Sequence[Tensor | None]
) -> tuple[Tensor, list[list[Tensor]]]:
    places, streams, carried, ends = (
        _tensor(part, x) for part in (packed.places, packed.streams, packed.carried, packed.ends)
    )
    sizes = torch.from_numpy(packed.sizes)  # PyTorch wants it in the processor's memory
    after = []
    for read, state, mask in zip(readers, states, masks, strict=True):
        x, end = read(x, sizes, [part[streams] * carried for part in state])
        after.append([part[ends] for part in end])
        if mask is not None:
            x = x * mask.reshape(-1, mask.shape[-1])[places]
    return x, after


def _tensor(array: Ids | Floats, like: Tensor) -> Tensor:
    return torch.from_numpy(array).to(like.device)
