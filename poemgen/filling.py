"""The network that fills gaps: a bidirectional RNN, of which one side reads towards a gap from the left, the other from
the right, under one softmax.

    →a<t>   the hidden state of the side that reads from left to right, after all characters before t
    ←a      the hidden state of the side that reads every line from its end, after all to the right of the gap
    n       how many characters are missing from t to the end of the gap

    u<t> = tanh(→a<t> W_u + b_u)                    what would go on from the left
    v<t> = tanh(←a W_v + E_n + b_v)                 what would fit on the right
    z<t> = tanh(u<t> W_z + (u<t> · v<t>) W_m + b_z)
    ŷ<t> = softmax([→a<t>, z<t>] W_y + b_y)

A gap is filled from left to right, so →a<t> knows what has been filled in, and the chain rule holds: the
log-probability of a gap is the sum over its characters. The product u · v lets each side weigh what the other says,
where a sum could but add up their votes.

The sides begin as the layers of the two language models that have learned to read in these directions, the right one
perhaps with a number of units of its own, R beside H. All is then learned together, from gaps in text.
"""

import math
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from poemgen import model
from poemgen.model import Config, Network, layer_shapes, layers_of, views
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import cross_entropy, log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Layer, LayerTrace

FARTHEST = 16  # characters to the end of a gap; more count as so many
LEFT, RIGHT = range(2)
WIDEST = 1 << 16  # units on the right, more than any network has


class Joint(NamedTuple):
    """What joins the two sides, or gradients of it. W_u, W_z and W_m are (H, H), W_v (R, H), E (FARTHEST, H), b_u, b_v
    and b_z (H,), W_y (2H, V), b_y (V,)."""

    W_u: Floats
    b_u: Floats
    W_v: Floats
    E: Floats
    b_v: Floats
    W_z: Floats
    W_m: Floats
    b_z: Floats
    W_y: Floats
    b_y: Floats


class Bidirectional(NamedTuple):
    """Weights or gradients: `flat` holds them all; the others, the layers of both sides and what joins them, are views
    of it."""

    flat: Floats
    left: tuple[Layer, ...]
    right: tuple[Layer, ...]
    joint: Joint

    @property
    def layers(self) -> tuple[Layer, ...]:
        """None that dropout thins out."""
        return ()


class Window(NamedTuple):
    """Text with G gaps of N missing characters in all.

    x (2, T, B): what each side reads, V where x<t> = 0. keep (T, B, 1): 0 where a poem begins. y (N,): the missing
    characters. left (N,), right (G,): the places t·B + b in the sides' outputs from which →a<t> and ←a come. gap (N,):
    the gap of each character, ascending. n (N,): see above.
    """

    x: Ids
    keep: Floats
    y: Ids
    left: Ids
    right: Ids
    gap: Ids
    n: Ids


class Sides(NamedTuple):
    """What is known at N missing characters of G gaps: →a (N, H), ←a (G, R), and `gap` and `n` of `Window`."""

    left: Floats
    right: Floats
    gap: Ids
    n: Ids


class Filler(NamedTuple):
    """A network that is ready to fill gaps: how its left side is built, and what it has learned."""

    config: Config
    parameters: Bidirectional

    @property
    def right(self) -> Config:
        """How the right side is built."""
        return right_config(self.config, len(self.parameters.joint.W_v))


def right_config(config: Config, units: int) -> Config:
    """How the right side is built beside a left one of this config."""
    return replace(config, units=units)


def shapes(config: Config, right: int) -> Iterator[tuple[int, ...]]:
    """The shapes of all parameters in the order of the flat vector, when the left side is of this config and the right
    one has so many units."""
    H, V, R = config.units, config.vocabulary, right
    yield from layer_shapes(config)
    yield from layer_shapes(right_config(config, right))
    yield from ((H, H), (H,), (R, H), (FARTHEST, H), (H,), (H, H), (H, H), (H,), (2 * H, V), (V,))


def parameter_count(config: Config, right: int) -> int:
    """How many numbers are learned; see `shapes`."""
    return sum(map(math.prod, shapes(config, right)))


def parameters(config: Config, flat: Floats) -> Bidirectional:
    """The views of a flat vector; how many numbers it has tells how many units are on the right. Raises ValueError if
    it has none of the lengths that there are."""
    right = bisect_left(range(WIDEST), len(flat), key=lambda units: parameter_count(config, units))
    pieces = views(flat, list(shapes(config, right)))
    of_a_side = 3 * config.layers
    left, right_layers = (layers_of(pieces[begin : begin + of_a_side]) for begin in (0, of_a_side))
    return Bidirectional(flat, left, right_layers, Joint(*pieces[2 * of_a_side :]))


def zeros(config: Config, right: int, dtype: Any = np.float32) -> Bidirectional:
    """Parameters that are all zero: room for gradients; see `shapes`."""
    return parameters(config, np.zeros(parameter_count(config, right), dtype))


def between(left: Network, right: Network, rng: np.random.Generator) -> Bidirectional:
    """Parameters to start training from: what is foretold is what the language model on the left foretells alone. Both
    must be of one kind of cell and as deep as each other."""
    H, R = left.config.units, right.config.units
    result = zeros(left.config, R, left.parameters.flat.dtype)
    for new, old in ((result.left, left.parameters.layers), (result.right, right.parameters.layers)):
        for new_layer, old_layer in zip(new, old, strict=True):
            for new_part, old_part in zip(new_layer, old_layer, strict=True):
                new_part[:] = old_part
    joint = result.joint
    for W, gain in ((joint.W_u, 1.5), (joint.W_v, 1.5), (joint.W_z, 1.0), (joint.W_m, 1.0)):
        W[:] = rng.standard_normal(W.shape) * gain * len(W) ** -0.5
    joint.E[:] = rng.standard_normal(joint.E.shape) * 0.5
    joint.W_y[:H] = left.parameters.W_y
    joint.b_y[:] = left.parameters.b_y
    return result


def initial(config: Config, right: int, rng: np.random.Generator) -> Bidirectional:
    """Parameters that have learned nothing; see `shapes`."""
    sides = [Network(each, model.initial(each, rng)) for each in (config, right_config(config, right))]
    return between(sides[LEFT], sides[RIGHT], rng)


def read(config: Config, parameters: Bidirectional, window: Window, scratch: Scratch) -> Sides:
    """What both sides know at the gaps of a window; it holds until the next call with the same scratch."""
    sides, _ = _read(config, parameters, window, scratch)
    return sides


def _read(
    config: Config, parameters: Bidirectional, window: Window, scratch: Scratch
) -> tuple[Sides, list[list[LayerTrace]]]:
    """The same, and what the backward pass needs of each side."""
    known: list[Floats] = []
    traces: list[list[LayerTrace]] = []
    layers, places = (parameters.left, parameters.right), (window.left, window.right)
    for way in (LEFT, RIGHT):
        start = stack.zero_state(config.cell, layers[way], window.x.shape[2])
        here, masks = scratch.part(way), [None] * config.layers
        y, _, trace = stack.forward(config.cell, layers[way], window.x[way], start, window.keep, masks, here)
        known.append(y.reshape(-1, y.shape[2])[places[way]])
        traces.append(trace)
    return Sides(known[LEFT], known[RIGHT], window.gap, window.n), traces


def from_left(joint: Joint, left: Floats) -> Floats:
    """u<t> (N, H) of →a<t> (N, H)."""
    u: Floats = left @ joint.W_u
    u += joint.b_u
    np.tanh(u, out=u)
    return u


def from_right(joint: Joint, right: Floats, gap: Ids, n: Ids) -> Floats:
    """v<t> (N, H) of ←a (G, R), which gap it is (N,), and the distances to its end (N,)."""
    v: Floats = (right @ joint.W_v)[gap]
    v += joint.E[distance(n)]
    v += joint.b_v
    np.tanh(v, out=v)
    return v


def distance(n: Ids) -> Ids:
    """The row of E for a distance to the end of a gap."""
    return np.minimum(n, FARTHEST) - 1


def logits(joint: Joint, left: Floats, v: Floats) -> Floats:
    """The logits (N, V) from →a<t> and v<t>, both (N, H)."""
    u = from_left(joint, left)
    return _logits(joint, left, _joined(joint, u, u * v))


def _joined(joint: Joint, u: Floats, product: Floats) -> Floats:
    z: Floats = u @ joint.W_z
    z += product @ joint.W_m
    z += joint.b_z
    np.tanh(z, out=z)
    return z


def _logits(joint: Joint, left: Floats, z: Floats) -> Floats:
    H = left.shape[1]
    found: Floats = left @ joint.W_y[:H]
    found += z @ joint.W_y[H:]
    found += joint.b_y
    return found


def loss_and_gradients(
    config: Config, parameters: Bidirectional, window: Window, gradients: Bidirectional, scratch: Scratch
) -> float:
    """The loss on the missing characters, their sum in nats; writes its gradients into `gradients`."""
    sides, traces = _read(config, parameters, window, scratch)
    loss, *dsides = joint_loss_and_gradients(parameters.joint, sides, window.y, gradients.joint)
    B = window.x.shape[2]
    for way, (layers, of_layers, places) in enumerate(
        ((parameters.left, gradients.left, window.left), (parameters.right, gradients.right, window.right))
    ):
        dy = scratch.part(way).empty("dy", (*window.x.shape[1:], dsides[way].shape[1]), dsides[way].dtype)
        _sum_by_place(dsides[way], places, dy.reshape(-1, dy.shape[2]))
        dends = stack.zero_state(config.cell, layers, B)
        stack.backward(config.cell, layers, dy, dends, traces[way], of_layers, scratch.part(way))
    return loss


def _sum_by_place(rows: Floats, places: Ids, sums: Floats) -> None:
    """The sums (places, H) of the rows (N, H) that belong to each place (N,); zeros where none does."""
    sums[:] = 0
    if len(rows):
        order = np.argsort(places, kind="stable")
        there, begins = np.unique(places[order], return_index=True)
        sums[there] = np.add.reduceat(rows[order], begins)


def joint_loss_and_gradients(joint: Joint, sides: Sides, y: Ids, gradients: Joint) -> tuple[float, Floats, Floats]:
    """The loss on the missing characters y (N,), their sum in nats, and its gradients by →a (N, H) and ←a (G, R);
    writes those of what joins the sides into `gradients`."""
    left, right, gap, n = sides
    u, v = from_left(joint, left), from_right(joint, right, gap, n)
    product = u * v
    z, H = _joined(joint, u, product), left.shape[1]
    loss, dlogits = cross_entropy(_logits(joint, left, z), y)
    dz = dlogits @ joint.W_y[H:].T
    dz *= 1 - z * z
    dproduct = dz @ joint.W_m.T
    du = dz @ joint.W_z.T
    du += dproduct * v
    du *= 1 - u * u
    dv = np.multiply(dproduct, u, out=dproduct)
    dv *= 1 - v * v
    np.matmul(np.eye(FARTHEST, dtype=dv.dtype)[:, distance(n)], dv, out=gradients.E)
    of_gaps = np.add.reduceat(dv, np.unique(gap, return_index=True)[1]) if len(gap) else dv
    for W, b, x, dx in (
        (gradients.W_u, gradients.b_u, left, du),
        (gradients.W_v, gradients.b_v, right, of_gaps),
        (gradients.W_z, gradients.b_z, u, dz),
    ):
        np.matmul(x.T, dx, out=W)
        dx.sum(axis=0, out=b)
    np.matmul(product.T, dz, out=gradients.W_m)
    np.matmul(left.T, dlogits, out=gradients.W_y[:H])
    np.matmul(z.T, dlogits, out=gradients.W_y[H:])
    dlogits.sum(axis=0, out=gradients.b_y)
    dleft = du @ joint.W_u.T
    dleft += dlogits @ joint.W_y[:H].T
    return loss, dleft, of_gaps @ joint.W_v.T


def log_probabilities(joint: Joint, sides: Sides, y: Ids) -> Floats:
    """log ŷ<t> of the missing characters that were there, y (N,), in nats."""
    left, right, gap, n = sides
    log_y_hat = log_softmax(logits(joint, left, from_right(joint, right, gap, n)))
    chosen: Floats = log_y_hat[np.arange(len(y)), y]
    return chosen
