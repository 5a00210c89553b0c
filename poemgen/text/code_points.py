"""Strings as arrays of code points."""

import numpy as np
from numpy.typing import NDArray

CODE_POINTS = 0x110000

CodePoints = NDArray[np.uint8] | NDArray[np.uint32]


def code_points(text: str) -> CodePoints:
    """The code point of each character: (len(text),), uint8 if all are ASCII, else uint32; surrogates pass."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))
