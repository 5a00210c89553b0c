"""Adam on one flat vector of parameters, with decoupled weight decay, in pieces that stay in the processor's cache.

    m ← β1 m + (1-β1) g        θ ← θ - rate · (m/(1-β1^t)) / (√(v/(1-β2^t)) + ε) - rate · decay · θ
    v ← β2 v + (1-β2) g²

Kingma and Ba (2015); the decay after Loshchilov and Hutter (2019).
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Floats

EPSILON = 1e-8
PIECE = 1 << 14


class Moments(NamedTuple):
    """The running means m of the gradient and v of its square, each as long as the parameters."""

    m: Floats
    v: Floats


class Update(NamedTuple):
    """What one step of Adam needs besides the arrays; `t` counts from 1, `scale` multiplies the gradient first."""

    t: int
    rate: float
    scale: float
    beta1: float
    beta2: float
    decay: float


def clipping_scale(squared_norm: float, limit: float) -> float:
    """The factor that brings a gradient of this squared norm down to the limit (Pascanu, Mikolov and Bengio 2013)."""
    norm = squared_norm**0.5
    return limit / norm if norm > limit else 1.0


def adam(theta: Floats, gradient: Floats, moments: Moments, update: Update) -> None:
    """One step, in place on theta and the moments; the gradient is used up as scratch space."""
    root = np.empty(min(PIECE, len(theta)), theta.dtype)
    for begin in range(0, len(theta), PIECE):
        piece = slice(begin, begin + PIECE)
        _adam_piece(theta[piece], gradient[piece], Moments(moments.m[piece], moments.v[piece]), update, root)


def _adam_piece(theta: Floats, g: Floats, moments: Moments, update: Update, root: Floats) -> None:
    m, v = moments
    root = root[: len(g)]
    g *= update.scale
    np.multiply(g, g, out=root)
    v += (1 - update.beta2) * (root - v)
    m += (1 - update.beta1) * (g - m)
    np.divide(v, 1 - update.beta2**update.t, out=root)
    np.sqrt(root, out=root)
    root += EPSILON
    np.divide(m, root, out=g)
    g *= update.rate / (1 - update.beta1**update.t)
    theta *= 1 - update.rate * update.decay
    theta -= g
