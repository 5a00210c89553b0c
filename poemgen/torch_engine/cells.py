"""The cells over packed sequences: nn.LSTM and nn.RNN, which are the notes' cells, and the notes' GRU in operations.

All parameters stay views of one flat vector in the layout of `model`; for PyTorch's cells they are put in its order of
gates (see `storage.names`) anew for every window, which costs next to nothing beside the products.
"""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, Protocol, TypeAlias

import torch
from torch import nn
from torch.func import functional_call
from torch.nn.utils.rnn import PackedSequence

from poemgen.network.stack import Layer
from poemgen.storage.names import GATE_ORDER

Tensor: TypeAlias = torch.Tensor
NETWORKS = {"lstm": nn.LSTM, "rnn": nn.RNN}


class Read(Protocol):
    """One layer over sequences: x (rows, inputs) packed, sizes[t] rows for the step t, from the states `start`, each
    (S, H). Returns the outputs (rows, H), packed, and the state at the end of each sequence."""

    def __call__(self, x: Tensor, sizes: Tensor, start: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]: ...


def reader(cell: str, layer: Layer) -> Read:
    """What reads sequences with a layer's weights."""
    if cell == "gru":
        return partial(gru, layer)
    network, named = _network(cell, *layer.W.shape[1:]), weights(cell, layer)

    def read(x: Tensor, sizes: Tensor, start: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
        states = tuple(part[None] for part in start)
        arguments = PackedSequence(x, sizes), states if cell == "lstm" else states[0]
        y, end = functional_call(network, named, arguments)
        return y.data, [part[0] for part in (end if cell == "lstm" else [end])]

    return read


def weights(cell: str, layer: Layer) -> dict[str, Tensor]:
    """A layer's weights under PyTorch's names, in its shapes and its order of gates; the second bias is zero."""
    order = GATE_ORDER[cell]
    # Tensors of their own: on a GPU PyTorch moves them together in place, which it must not do to views.
    W, U = (torch.cat([part[gate].T for gate in order]) for part in (layer.W, layer.U))
    b = torch.cat([layer.b[gate] for gate in order])
    return {"weight_ih_l0": W, "weight_hh_l0": U, "bias_ih_l0": b, "bias_hh_l0": torch.zeros_like(b)}


def gru(layer: Layer, x: Tensor, sizes: Tensor, start: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """`Read` with the cell of `network.gru`, which nn.GRU is not."""
    (c,), lengths = start, sizes.tolist()
    (W, W_c), (U, U_c), (b, b_c) = ((torch.cat([part[0], part[1]], -1), part[2]) for part in layer)
    steps = zip(lengths, (x @ W + b).split(lengths), (x @ W_c + b_c).split(lengths), strict=True)
    step = _gru_step(x.device.type)
    outputs, ends = [], []
    for rows, z, z_c in steps:
        ends.append(c[rows:])
        c = step(z, z_c, c[:rows], U, U_c)
        outputs.append(c)
    return torch.cat(outputs), [torch.cat([c, *reversed(ends)])]


def gru_step(z: Tensor, z_c: Tensor, c: Tensor, U: Tensor, U_c: Tensor) -> Tensor:
    """One step from W x<t> + b, z (rows, 2H) of both gates and z_c (rows, H) of c̃, and c<t-1> (rows, H)."""
    gate_r, gate_u = torch.sigmoid(z + c @ U).chunk(2, dim=1)
    c_tilde = torch.tanh(z_c + (gate_r * c) @ U_c)
    return c + gate_u * (c_tilde - c)


def _network(cell: str, inputs: int, units: int) -> Any:
    return NETWORKS[cell](inputs, units, device="meta")  # its own parameters are never made


@cache
def _gru_step(device: str) -> Any:
    # A dozen small kernels a step become a few. On a CPU the compiler costs more than it gives.
    return torch.compile(gru_step, dynamic=True) if device == "cuda" else gru_step
