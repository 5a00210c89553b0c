"""σ and tanh, in place, and their slopes.

σ(z) = ½ + ½ tanh(z/2), which cannot overflow and costs one tanh. A cell whose gates need σ halves their weights
beforehand, and takes one tanh of everything.
"""

import numpy as np

from poemgen.network.arrays import Floats


def halved(weights: Floats, gates: int) -> Floats:
    """A copy of gate-major weights in which the first `gates` gates are halved."""
    result = weights.copy()
    result[:gates] *= 0.5
    return result


def squashed(z: Floats, gates: int) -> Floats:
    """tanh(z) written over z (G, ...), and in the first `gates` gates σ(z), where z comes halved."""
    np.tanh(z, out=z)
    first = z[:gates]
    first *= 0.5
    first += 0.5
    return z


def tanh(z: Floats) -> Floats:
    """tanh(z) written over z."""
    return np.tanh(z, out=z)


def sigmoid_slope(gate: Floats, out: Floats) -> Floats:
    """∂σ(z)/∂z = σ (1 - σ) from σ(z), written to `out`."""
    np.subtract(1, gate, out=out)
    out *= gate
    return out


def tanh_slope(y: Floats, out: Floats) -> Floats:
    """∂tanh(z)/∂z = 1 - tanh² from tanh(z), written to `out`."""
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)
    return out
