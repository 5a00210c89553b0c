"""The product with the recurrent weights inside the time loop, a panel of columns at a time.

A matrix library brings both factors into an order of its own before it multiplies. For the few rows of a time step
that copying of U takes as long as a third of the product. OpenBLAS has kernels for small products that leave the
factors where they are, and they reach more than its large products do: so U is laid out in panels once a window, narrow
enough for those kernels, and every panel is multiplied straight into its columns of the result.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from poemgen.network.arrays import Floats

Times: TypeAlias = Callable[[Floats], Floats]

SMALL = 10**6  # rows · inputs · columns of the largest product that OpenBLAS multiplies without copying
VECTOR = 16  # float32 numbers of a processor's widest vector
WIDEST = 64  # columns of a panel; measured


def times(W: Floats, rows: int) -> Times:
    """A function that multiplies x, (rows, K) or (G, rows, K), by each gate's W (G, K, N).

    It returns (G, rows, N), in the same array at every call.
    """
    G, K, N = W.shape
    width = panel_width(rows, K, N)
    panels = np.ascontiguousarray(W.reshape(G, K, N // width, width).swapaxes(1, 2))
    result = np.empty((G, rows, N), W.dtype)
    columns = result.reshape(G, rows, N // width, width).swapaxes(1, 2)

    def product(x: Floats) -> Floats:
        np.matmul(x if x.ndim == 2 else x[:, None], panels, out=columns)
        return result

    return product


def panel_width(rows: int, inputs: int, columns: int) -> int:
    """How many columns a panel has: as many as small products allow, in whole vectors, or all if that does not go."""
    most = min(WIDEST, SMALL // (rows * inputs))
    return next((width for width in range(most - most % VECTOR, 0, -VECTOR) if columns % width == 0), columns)
