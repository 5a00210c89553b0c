"""A wider network that says what a narrower one says: a start for training one with more to learn from.

New units read the old ones from the first, but nobody reads them: their weights into old units, deeper layers and the
softmax are zero, and learning opens them. Such growth goes back to Net2Net (Chen, Goodfellow and Shlens 2016).
"""

from dataclasses import replace

import numpy as np

from poemgen.model import Config, Parameters, initial
from poemgen.network.arrays import Floats


def widened(config: Config, model: Parameters, units: int, rng: np.random.Generator) -> tuple[Config, Parameters]:
    """The config with so many units a layer, no fewer than before, and parameters that foretell what `model` does.
    Weights between new units, and into them, are those that training would start from."""
    H = config.units
    wide = replace(config, units=units)
    result = initial(wide, rng, model.flat.dtype)
    for depth, (new, old) in enumerate(zip(result.layers, model.layers, strict=True)):
        if depth:
            _join(new.W, old.W)
        else:
            new.W[..., :H] = old.W
        _join(new.U, old.U)
        new.b[:, :H] = old.b
    result.W_y[:H], result.W_y[H:] = model.W_y, 0
    result.b_y[:] = model.b_y
    return wide, result


def _join(new: Floats, old: Floats) -> None:
    """Puts weights (G, H, H) into the first rows and columns of wider ones; new units are not heard by old ones."""
    _, H, _ = old.shape
    new[:, :H, :H] = old
    new[:, H:, :H] = 0
