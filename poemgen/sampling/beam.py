"""A beam: the best few ways to write on, all different, either the likeliest or drawn at random.

Drawn at random it is a stochastic beam search (Kool, van Hoof and Welling 2019): every way carries its log-probability
with Gumbel noise that is never more than that of the way it goes on from. The best so many of all are then an exact
draw without replacement from the softmax, which an independent draw after draw would not be.
"""

from typing import NamedTuple

import numpy as np

from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import log_softmax
from poemgen.sampling.choice import COLDEST, gumbel


class Beam(NamedTuple):
    """W ways, all arrays (W, ...): the ids so far (W, n); the sum of log ŷ; the same at the temperature that is drawn
    at; by which the best are chosen. A way that is none has -inf there."""

    ids: Ids
    log_p: Floats
    tempered: Floats
    rank: Floats


def empty(width: int) -> Beam:
    """One way that has not begun, and room for others."""
    alone = np.where(np.arange(width) == 0, 0.0, -np.inf)
    return Beam(np.zeros((width, 0), np.int64), np.zeros(width), alone, alone)


def extended(beam: Beam, logits: Floats, barred: Ids, temperature: float, rng: np.random.Generator) -> tuple[Beam, Ids]:
    """Every way goes on with one character, by its logits (W, V), never one of those barred; the best W stay.

    Returns them and which way each of them goes on from, (W,). At temperature 0 the likeliest stay.
    """
    W, V = logits.shape
    log_y_hat = log_softmax(logits.astype(np.float64))
    random = temperature > COLDEST
    allowed = log_y_hat / (temperature if random else 1)
    allowed[:, barred] = -np.inf
    tempered = beam.tempered[:, None] + log_softmax(allowed)
    rank = below(beam.rank, tempered + gumbel(rng, (W, V))) if random else tempered
    best = np.argsort(-rank, axis=None, kind="stable")[:W]
    source, ids = np.divmod(best, V)
    longer = np.concatenate([beam.ids[source], ids[:, None]], axis=1)
    log_p = beam.log_p[source] + log_y_hat[source, ids]
    return Beam(longer, log_p, tempered[source, ids], rank[source, ids]), source


def below(parents: Floats, noisy: Floats) -> Floats:
    """Log-probabilities with Gumbel noise (W, V), moved so that the largest of each row is its parent's, (W,)."""
    limit = parents[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        largest = noisy.max(axis=1, keepdims=True)
        v = limit - noisy + np.log1p(-np.exp(noisy - largest))
        moved = limit - np.maximum(v, 0) - np.log1p(np.exp(-np.abs(v)))
    return np.where(np.isfinite(noisy), moved, -np.inf)
