"""σ and tanh, in place, and the mask that starts a state anew."""

import numpy as np

from poemgen.network.arrays import Floats


def sigmoid(z: Floats) -> Floats:
    """σ(z) written over z, as ½ + ½ tanh(z/2), which cannot overflow and costs one tanh."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5
    return z


def tanh(z: Floats) -> Floats:
    """tanh(z) written over z."""
    return np.tanh(z, out=z)


def shifted(start: Floats, sequence: Floats, keep: Floats) -> Floats:
    """The state before every step: `start`, then all of `sequence` (T, B, H) but its end, zeroed where keep is 0."""
    before = np.empty_like(sequence)
    before[0] = start
    before[1:] = sequence[:-1]
    before *= keep
    return before
