"""The language model: character ids down through a deep recurrent network to a softmax over the next character.

All parameters are views of one flat vector, so that an optimizer needs to know nothing but that vector.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from poemgen.network import lstm, stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import cross_entropy, log_softmax
from poemgen.network.products import Times, times
from poemgen.network.scratch import Scratch
from poemgen.network.stack import CELLS, Layer, Masks, State, Stepping


@dataclass(frozen=True)
class Config:
    """The architecture: kind of cell (lstm, gru or rnn), layers, units a layer, size V of the vocabulary."""

    cell: str
    layers: int
    units: int
    vocabulary: int

    @property
    def no_character(self) -> int:
        """The id of x<1> = 0, one past the vocabulary."""
        return self.vocabulary


class Parameters(NamedTuple):
    """Weights or gradients: `flat` holds them all; the others are views of it. W_y is (H, V), b_y is (V,)."""

    flat: Floats
    layers: tuple[Layer, ...]
    W_y: Floats
    b_y: Floats


class Network(NamedTuple):
    """A network that is ready for use: how it is built, and what it has learned."""

    config: Config
    parameters: Parameters


class Window(NamedTuple):
    """T steps of B streams for teacher forcing, all (T, B): input ids x (V where x<t> = 0), ids y to be predicted, and
    keep (T, B, 1), 0 where the state starts anew before the step and 1 elsewhere."""

    x: Ids
    y: Ids
    keep: Floats


def shapes(config: Config) -> Iterator[tuple[int, ...]]:
    """The shapes of all parameters in the order of the flat vector: W, U, b of each layer, then W_y and b_y."""
    yield from layer_shapes(config)
    yield config.units, config.vocabulary
    yield (config.vocabulary,)


def layer_shapes(config: Config) -> Iterator[tuple[int, ...]]:
    """The shapes of W, U, b of each layer."""
    G, H = CELLS[config.cell].GATES, config.units
    for depth in range(config.layers):
        yield G, (H if depth else config.vocabulary), H
        yield G, H, H
        yield G, H


def parameter_count(config: Config) -> int:
    """How many numbers the model learns."""
    return sum(math.prod(shape) for shape in shapes(config))


def parameters(config: Config, flat: Floats) -> Parameters:
    """The views of a flat vector of `parameter_count(config)` numbers."""
    *of_layers, W_y, b_y = views(flat, list(shapes(config)))
    return Parameters(flat, layers_of(of_layers), W_y, b_y)


def layers_of(pieces: Sequence[Any]) -> tuple[Layer, ...]:
    """The layers whose W, U, b these are, one after the other."""
    return tuple(Layer(*pieces[begin : begin + 3]) for begin in range(0, len(pieces), 3))


def views(flat: Floats, shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    """Arrays of these shapes, one after the other in a flat vector."""
    pieces = np.split(flat, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
    return [piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True)]


def zeros(config: Config, dtype: Any = np.float32) -> Parameters:
    """Parameters that are all zero: room for gradients."""
    return parameters(config, np.zeros(parameter_count(config), dtype))


def initial(config: Config, rng: np.random.Generator, dtype: Any = np.float32) -> Parameters:
    """Parameters to start training from.

    Recurrent weights are orthogonal; the LSTM's forget gate has bias 1 (Jozefowicz, Zaremba and Sutskever 2015), so
    that memory lasts before anything is learned. Only one character at a time enters the first layer: its fan-in is 1.
    """
    model = zeros(config, dtype)
    H = config.units
    for depth, layer in enumerate(model.layers):
        layer.W[:] = rng.standard_normal(layer.W.shape) * (1 if depth == 0 else H**-0.5)
        for U in layer.U:
            U[:] = _orthogonal(H, rng)
        if config.cell == "lstm":
            layer.b[lstm.FORGET] = 1
    model.W_y[:] = rng.standard_normal(model.W_y.shape) * H**-0.5
    return model


def _orthogonal(n: int, rng: np.random.Generator) -> Floats:
    q, r = np.linalg.qr(rng.standard_normal((n, n)))
    return q * np.sign(np.diag(r))  # the signs make the draw uniform


def zero_states(config: Config, model: Parameters, batch: int) -> list[State]:
    """The state at the start of a poem, for `batch` poems."""
    return stack.zero_state(config.cell, model.layers, batch)


def loss_and_gradients(
    config: Config,
    model: Parameters,
    window: Window,
    states: Sequence[State],
    masks: Masks,
    gradients: Parameters,
    scratch: Scratch,
) -> tuple[float, list[State], list[State]]:
    """Teacher forcing on one window, and truncated backpropagation through time.

    Writes the gradients of the loss (summed over all characters, in nats) into `gradients`. Returns the loss, the
    states after the window, and the gradients of the states before it. `scratch` is memory to work in.
    """
    output, ends, traces = stack.forward(config.cell, model.layers, window.x, states, window.keep, masks, scratch)
    rows = output.reshape(-1, config.units)
    loss, dlogits = cross_entropy(_logits(model, rows, scratch), window.y.ravel())
    np.matmul(rows.T, dlogits, out=gradients.W_y)
    dlogits.sum(axis=0, out=gradients.b_y)
    dy = scratch.like("dy", output)
    np.matmul(dlogits, model.W_y.T, out=dy.reshape(rows.shape))
    dends = [type(end)(*(np.zeros_like(part) for part in end)) for end in ends]
    dstarts = stack.backward(config.cell, model.layers, dy, dends, traces, gradients.layers, scratch)
    return loss, ends, dstarts


def log_probabilities(
    config: Config, model: Parameters, window: Window, states: Sequence[State], scratch: Scratch
) -> tuple[Floats, list[State]]:
    """log ŷ<t> of every character that came, (T, B), in nats, and the states after the window."""
    masks = [None] * config.layers
    output, ends, _ = stack.forward(config.cell, model.layers, window.x, states, window.keep, masks, scratch)
    log_y_hat = log_softmax(_logits(model, output.reshape(-1, config.units), scratch))
    chosen = log_y_hat[np.arange(len(log_y_hat)), window.y.ravel()]
    return chosen.reshape(window.y.shape), ends


def _logits(model: Parameters, rows: Floats, scratch: Scratch) -> Floats:
    logits = scratch.empty("logits", (len(rows), len(model.b_y)), rows.dtype)
    np.matmul(rows, model.W_y, out=logits)
    logits += model.b_y
    return logits


class Reader(NamedTuple):
    """A model ready to read some poems a character at a time: its layers, and its output product and bias."""

    layers: Sequence[Stepping]
    times_W_y: Times  # noqa: N815
    b_y: Floats


def reader(config: Config, model: Parameters, rows: int, blocks: int = 1) -> Reader:
    """Prepares the parameters for blocks · rows poems side by side (see `times`); done once for a whole poem."""
    layers = stack.stepping(config.cell, model.layers, rows, blocks)
    return Reader(layers, times(model.W_y[None], rows, blocks), model.b_y.copy())


def next_logits(config: Config, reader: Reader, ids: Ids, states: Sequence[State], logits: Floats) -> list[State]:
    """Reads one character of each of B poems, ids (B,), and writes the logits of the next one to `logits`, (B, V).

    Returns the new states, which hold until the next call.
    """
    output, ends = stack.step(config.cell, reader.layers, ids, states)
    np.add(reader.times_W_y(output)[0], reader.b_y, out=logits)
    return ends
