"""The product with the recurrent weights inside the time loop, a panel of columns at a time.

A matrix library brings both factors into an order of its own before it multiplies. For the few rows of a time step
that copying of U takes as long as a third of the product. On processors with AVX-512, OpenBLAS has kernels for small
products that leave the factors where they are, and they reach more than its large products do: so U is laid out in
panels once a window, narrow enough for those kernels, and every panel is multiplied straight into its columns of the
result. Elsewhere panels cost about what one product costs.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from poemgen.network.arrays import Floats

Times: TypeAlias = Callable[[Floats], Floats]

SMALL = 10**6  # rows · inputs · columns of the largest product that OpenBLAS multiplies without copying
VECTOR = 16  # float32 numbers of a processor's widest vector
WIDEST = 64  # columns of a panel; measured


def times(W: Floats, rows: int, blocks: int = 1, out: Floats | None = None) -> Times:
    """A function that multiplies x, (rows, K) or (G, rows, K), by each gate's W (G, K, N).

    It returns (G, rows, N), in the same array at every call, which may be given (contiguous). W is read now and not
    again. With several blocks x is
    (blocks · rows, K), and every block is a product of its own: what comes out of it does not depend on the others, to
    the last bit.
    """
    if rows * blocks == 1 and out is None:
        return _times_one_row(W)
    G, K, N = W.shape
    width = panel_width(rows, K, N)
    panels = np.array(W.reshape(G, K, N // width, width).swapaxes(1, 2), order="C")[:, :, None]
    result = np.empty((G, blocks * rows, N), W.dtype) if out is None else out.reshape(G, blocks * rows, N)
    columns = result.reshape(G, blocks, rows, N // width, width).transpose(0, 3, 1, 2, 4)

    def product(x: Floats) -> Floats:
        np.matmul(x.reshape(-1, 1, blocks, rows, K), panels, out=columns)  # a panel meets all blocks, then the next
        return result

    return product


def _times_one_row(W: Floats) -> Times:
    """For a single row there is nothing to win by panels: all gates are one product of a vector and a matrix."""
    G, K, N = W.shape
    matrix = np.array(W.swapaxes(0, 1), order="C").reshape(K, G * N)
    gates = matrix.reshape(K, G, N).swapaxes(0, 1)
    result = np.empty((G, 1, N), W.dtype)
    flat = result.reshape(G * N)

    def product(x: Floats) -> Floats:
        if x.ndim == 2:
            np.dot(x[0], matrix, out=flat)
        else:
            np.matmul(x, gates, out=result)
        return result

    return product


def panel_width(rows: int, inputs: int, columns: int) -> int:
    """How many columns a panel has: as many as small products allow, in whole vectors, or all if that does not go."""
    most = min(WIDEST, SMALL // (rows * inputs))
    return next((width for width in range(most - most % VECTOR, 0, -VECTOR) if columns % width == 0), columns)
