"""What storing does to numbers."""

import numpy as np

from poemgen.network.arrays import Floats


def as_stored(flat: Floats, half: bool) -> Floats:
    """A copy of the numbers as they come back from a file: rounded to float16, or unchanged."""
    return flat.astype(np.float16).astype(np.float32) if half else flat.copy()
