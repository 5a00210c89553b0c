"""The network that fills gaps: two directions in time, and one softmax over the character at a missing place.

    ŷ<t> = softmax([→a<t>, ←a<t>] W_y + b_y)        →x<t> = y<t-1>        ←x<t> = y<t+1>

Teacher forcing, from both sides: a gap is filled from left to right, so the forward direction always knows the
character before, as a language model does. The backward direction reads x<t> = 0 where the character after is missing
too. So the chain rule holds: the log-probability of a gap is the sum over its characters.

Like in `model`, all parameters are views of one flat vector. The layers of the forward direction come first.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from poemgen import model
from poemgen.model import Config, Parameters
from poemgen.network import bidirectional
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import cross_entropy, log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Masks

SHARES = 0.9, 0.4  # of two language models in the logits that training starts from; measured


class Window(NamedTuple):
    """T characters of B passages: x (2, T, B) what each direction reads (V where x<t> = 0), y (T, B) the characters,
    missing (T, B) where they are to be told, keep (T, B, 1) 0 where a poem begins and 1 elsewhere."""

    x: Ids
    y: Ids
    missing: Ids
    keep: Floats


def window(text: Ids, missing: Ids, starts: Ids, no_character: int, dtype: Any = np.float32) -> Window:
    """The window of T characters of B passages, given with the characters before and after, text (T+2, B).

    missing (T, B) and starts (T+1, B) are boolean: a start is the first character of a poem, which may be the one after
    the window. `no_character` is the id V, which may stand in the text before and after the window, too.
    """
    before = np.where(starts[:-1], no_character, text[:-2])
    after = text[2:].astype(np.int64)
    after[starts[1:]] = no_character
    after[:-1][missing[1:]] = no_character
    keep = (~starts[:-1, :, None]).astype(dtype)
    return Window(np.stack([before, after]), text[1:-1].astype(np.int64), missing, keep)


def shapes(config: Config) -> Iterator[tuple[int, ...]]:
    """The shapes of all parameters in the order of the flat vector: W, U, b of each layer of the forward direction,
    of the backward direction, then W_y (2H, V) and b_y (V,)."""
    *layers, (H, V), b_y = model.shapes(config)
    yield from (*layers, *layers, (2 * H, V), b_y)


def parameter_count(config: Config) -> int:
    """How many numbers the network learns."""
    return sum(math.prod(shape) for shape in shapes(config))


def parameters(config: Config, flat: Floats) -> Parameters:
    """The views of a flat vector of `parameter_count(config)` numbers: twice `config.layers` layers."""
    return model.views(flat, list(shapes(config)))


def zeros(config: Config, dtype: Any = np.float32) -> Parameters:
    """Parameters that are all zero: room for gradients."""
    return parameters(config, np.zeros(parameter_count(config), dtype))


def initial(config: Config, rng: np.random.Generator, dtype: Any = np.float32) -> Parameters:
    """Parameters to start training from: those of two language models that have not learned anything."""
    both = [model.initial(config, rng, dtype) for _ in bidirectional.WAYS]
    return from_language_models(config, *both)


def from_language_models(config: Config, forward: Parameters, backward: Parameters | None = None) -> Parameters:
    """Parameters to start training from: two language models of this config, of which the second has learned to read
    from the end (of lines, or poems). Both have a say in the logits, the first the greater one.

    Without a second one the backward direction begins with the weights of the first, and is not listened to.
    """
    result = zeros(config, forward.flat.dtype)
    shares = SHARES if backward else (1, 0)
    for way, (source, share) in enumerate(zip((forward, backward or forward), shares, strict=True)):
        for target, layer in zip(bidirectional.of(result.layers, way), source.layers, strict=True):
            for part, given in zip(target, layer, strict=True):
                part[:] = given
        result.W_y[way * config.units : (way + 1) * config.units] = share * source.W_y
    result.b_y[:] = forward.b_y
    return result


def loss_and_gradients(
    config: Config, model: Parameters, window: Window, masks: Masks, gradients: Parameters, scratch: Scratch
) -> float:
    """The loss on the missing characters of a window (their sum, in nats); writes its gradients into `gradients`.

    `masks` are those of all layers of both directions; `scratch` is memory to work in.
    """
    output, traces = _read(config, model, window, masks, scratch)
    rows = output[window.missing]
    loss, dlogits = cross_entropy(rows @ model.W_y + model.b_y, window.y[window.missing])
    np.matmul(rows.T, dlogits, out=gradients.W_y)
    dlogits.sum(axis=0, out=gradients.b_y)
    dy = scratch.like("dy", output)
    dy[:] = 0
    dy[window.missing] = dlogits @ model.W_y.T
    bidirectional.backward(config.cell, model.layers, dy, traces, gradients.layers, scratch)
    return loss


def log_y_hat(config: Config, model: Parameters, window: Window, scratch: Scratch) -> Floats:
    """log ŷ<t> of all characters at the missing places of a window, (places, V), in nats. The places come in the order
    of `window.missing.nonzero()`."""
    output, _ = _read(config, model, window, [None] * len(model.layers), scratch)
    return log_softmax(output[window.missing] @ model.W_y + model.b_y)


def log_probabilities(config: Config, model: Parameters, window: Window, scratch: Scratch) -> Floats:
    """log ŷ<t> of the missing characters that were there, (places,), in nats."""
    of_all = log_y_hat(config, model, window, scratch)
    chosen: Floats = of_all[np.arange(len(of_all)), window.y[window.missing]]
    return chosen


def _read(
    config: Config, model: Parameters, window: Window, masks: Masks, scratch: Scratch
) -> tuple[Floats, list[Any]]:
    return bidirectional.forward(config.cell, model.layers, window.x, window.keep, masks, scratch)
