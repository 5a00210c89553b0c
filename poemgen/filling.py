"""The network that fills gaps: bidirectional, two language models that read towards a gap under one softmax.

    →a<t>   the hidden state of the one that reads from left to right, after all characters before t
    ←a      the hidden state of the one that reads every line from its end, after all to the right of the gap
    n       how many characters are missing from t to the end of the gap

    u<t> = tanh(→a<t> W_u + b_u)                    what would go on from the left
    v<t> = tanh(←a W_v + E_n + b_v)                 what would fit on the right
    z<t> = tanh(u<t> W_z + (u<t> · v<t>) W_m + b_z)
    ŷ<t> = softmax([→a<t>, z<t>] W_y + b_y)

A gap is filled from left to right, so →a<t> knows what has been filled in, and the chain rule holds: the
log-probability of a gap is the sum over its characters. The product u · v lets each side weigh what the other says,
where a sum could but add up their votes.

The language models are those of the same file; the one on the right may have its own number of units, R beside H. They
stay as they are: what joins them is learned, from gaps in text.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from poemgen.model import Config, Network, Parameters, views
from poemgen.network import stack
from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import cross_entropy, log_softmax
from poemgen.network.scratch import Scratch
from poemgen.network.stack import Layer

FARTHEST = 16  # characters to the end of a gap; more count as so many
LEFT, RIGHT = range(2)


class Joint(NamedTuple):
    """What joins the two sides, or gradients of it: `flat` holds all numbers, the others are views of it. W_u, W_z and
    W_m are (H, H), W_v (R, H), E (FARTHEST, H), b_u, b_v and b_z (H,), W_y (2H, V), b_y (V,)."""

    flat: Floats
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

    @property
    def layers(self) -> tuple[Layer, ...]:
        """None that are recurrent."""
        return ()


class Window(NamedTuple):
    """Text with G gaps of N missing characters in all.

    x (2, T, B): what each language model reads, V where x<t> = 0. keep (T, B, 1): 0 where a poem begins. y (N,): the
    missing characters. left (N,), right (G,): the places t·B + b in the models' outputs from which →a<t> and ←a come.
    gap (N,): the gap of each character, ascending. n (N,): see above.
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
    """All that it takes to fill gaps: both language models, and what joins them."""

    left: Network
    right: Network
    joint: Joint


def shapes(config: Config, right: int | None = None) -> Iterator[tuple[int, ...]]:
    """The shapes of all parameters in the order of the flat vector, when the language model on the left is of this
    config and the one on the right has `right` units, or as many."""
    H, V = config.units, config.vocabulary
    R = H if right is None else right
    yield from ((H, H), (H,), (R, H), (FARTHEST, H), (H,), (H, H), (H, H), (H,), (2 * H, V), (V,))


def parameter_count(config: Config, right: int | None = None) -> int:
    """How many numbers are learned; see `shapes`."""
    return sum(map(math.prod, shapes(config, right)))


def parameters(config: Config, flat: Floats) -> Joint:
    """The views of a flat vector; how many numbers it has tells how many units are on the right."""
    right = (len(flat) - parameter_count(config, right=0)) // config.units
    return Joint(flat, *views(flat, list(shapes(config, right))))


def zeros(config: Config, dtype: Any = np.float32, right: int | None = None) -> Joint:
    """Parameters that are all zero: room for gradients; see `shapes`."""
    return parameters(config, np.zeros(parameter_count(config, right), dtype))


def initial(config: Config, left: Parameters, rng: np.random.Generator, right: int | None = None) -> Joint:
    """Parameters to start training from: what is foretold is what the left side foretells alone. See `shapes`."""
    H, joint = config.units, zeros(config, left.flat.dtype, right)
    for W, gain in ((joint.W_u, 1.5), (joint.W_v, 1.5), (joint.W_z, 1.0), (joint.W_m, 1.0)):
        W[:] = rng.standard_normal(W.shape) * gain * len(W) ** -0.5
    joint.E[:] = rng.standard_normal(joint.E.shape) * 0.5
    joint.W_y[:H] = left.W_y
    joint.b_y[:] = left.b_y
    return joint


def read(left: Network, right: Network, window: Window, scratch: Scratch) -> Sides:
    """What both language models know at the gaps of a window; it holds until the next call with the same scratch."""
    known: list[Floats] = []
    for way, (network, places) in enumerate(((left, window.left), (right, window.right))):
        (config, parameters), x = network, window.x[way]
        start = stack.zero_state(config.cell, parameters.layers, x.shape[1])
        masks = [None] * config.layers
        y, _, _ = stack.forward(config.cell, parameters.layers, x, start, window.keep, masks, scratch.part(way))
        known.append(y.reshape(-1, config.units)[places])
    return Sides(known[LEFT], known[RIGHT], window.gap, window.n)


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


def loss_and_gradients(joint: Joint, sides: Sides, y: Ids, gradients: Joint) -> float:
    """The loss on the missing characters y (N,), their sum in nats; writes its gradients into `gradients`."""
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
    return loss


def log_probabilities(joint: Joint, sides: Sides, y: Ids) -> Floats:
    """log ŷ<t> of the missing characters that were there, y (N,), in nats."""
    left, right, gap, n = sides
    log_y_hat = log_softmax(logits(joint, left, from_right(joint, right, gap, n)))
    chosen: Floats = log_y_hat[np.arange(len(y)), y]
    return chosen
