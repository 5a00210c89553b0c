"""The input product W x<t> + b of a whole sequence, outside the time loop, and its gradients.

The first layer reads characters: x<t> is a one-hot row, so W x<t> is a row of W and the product is a look-up. The id V,
one past the vocabulary, stands for x<t> = 0: "no character yet", as at the start of a poem. Deeper layers read the
states of the layer below, and their product is one for every step.
"""

import numpy as np

from poemgen.network.arrays import Floats, Ids
from poemgen.network.products import times


def one_hot_product(ids: Ids, W: Floats, b: Floats, z: Floats) -> Floats:
    """W x<t> + b, written to z (G, T, B, H), for ids (T, B), which must lie in 0..V."""
    return np.take(one_hot_rows(W, b), ids, axis=1, out=z, mode="clip")  # else NumPy makes z twice, to check the ids


def one_hot_gradient(ids: Ids, dz: Floats, dW: Floats, by_character: Floats) -> None:
    """Writes ∂L/∂W, (G, V, H): for every character the sum of dz over the places where it was the input.

    `by_character`, like dz, is room for its rows, sorted by the character they belong to.
    """
    G, V, H = dW.shape
    flat = ids.ravel()
    order = np.argsort(flat, kind="stable")
    counts = np.bincount(flat, minlength=V + 1)[:V]  # x<t> = 0 has no weights
    ends = np.cumsum(counts)
    rows = by_character.reshape(G, -1, H)
    np.take(dz.reshape(G, -1, H), order, axis=1, out=rows, mode="clip")
    ones = np.ones(counts.max(initial=0), dz.dtype)
    dW[:, counts == 0] = 0
    for character in np.flatnonzero(counts):
        count, end = counts[character], ends[character]
        np.matmul(ones[:count], rows[:, end - count : end], out=dW[:, character])


def one_hot_rows(W: Floats, b: Floats) -> Floats:
    """W x + b for every x there is, (G, V+1, H): a row for each character, and b alone for the id V."""
    G, V, H = W.shape
    rows = np.empty((G, V + 1, H), W.dtype)
    np.add(W, b[:, None], out=rows[:, :V])
    rows[:, V] = b
    return rows


def dense_product(x: Floats, W: Floats, b: Floats, z: Floats) -> Floats:
    """W x<t> + b, written to z (G, T, B, H), for x (T, B, inputs)."""
    _, T, B, _ = z.shape
    times(W, B, blocks=T, out=z)(x.reshape(T * B, -1))
    z += b[:, None, None]
    return z


def dense_gradient(x: Floats, dz: Floats, W: Floats, dW: Floats, dx: Floats) -> None:
    """Writes ∂L/∂W, (G, inputs, H), and ∂L/∂x, (T, B, inputs)."""
    G, T, B, H = dz.shape
    np.matmul(x.reshape(T * B, -1).T, dz.reshape(G, T * B, H), out=dW)
    W_T_times = times(W.swapaxes(1, 2), B)
    for t in range(T):
        np.add.reduce(W_T_times(dz[:, t]), axis=0, out=dx[t])


def bias_gradient(dz: Floats, db: Floats) -> None:
    """Writes ∂L/∂b, (G, H): the sum of dz (G, T, B, H) over all steps and poems."""
    G, T, B, H = dz.shape
    np.matmul(np.ones(T * B, dz.dtype), dz.reshape(G, T * B, H), out=db)
