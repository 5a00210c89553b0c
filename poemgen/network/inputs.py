"""The input product W x<t> + b of a whole sequence, outside the time loop, and its gradients.

The first layer reads characters: x<t> is a one-hot row, so W x<t> is a row of W and the product is a look-up. The id V,
one past the vocabulary, stands for x<t> = 0: "no character yet", as at the start of a poem. Deeper layers read the
states of the layer below, and their product is one matrix product over all T·B rows.
"""

import numpy as np

from poemgen.network.arrays import Floats, Ids


def one_hot_product(ids: Ids, W: Floats, b: Floats) -> Floats:
    """W x<t> + b, (G, T, B, H), for ids (T, B) in 0..V."""
    V = W.shape[1]
    z = np.take(W, ids, axis=1, mode="clip")  # the id V is brought to some row, and put right below
    z[:, ids == V] = 0
    z += b[:, None, None]
    return z


def one_hot_gradient(ids: Ids, dz: Floats, dW: Floats) -> None:
    """Writes ∂L/∂W, (G, V, H): for every character the sum of dz over the places where it was the input."""
    G, V, H = dW.shape
    flat = ids.ravel()
    order = np.argsort(flat, kind="stable")
    order = order[: np.searchsorted(flat[order], V)]  # x<t> = 0 has no weights
    characters, begins = np.unique(flat[order], return_index=True)
    dW[:] = 0
    for dW_gate, dz_gate in zip(dW, dz.reshape(G, -1, H), strict=True):
        dW_gate[characters] = np.add.reduceat(dz_gate[order], begins, axis=0) if len(begins) else 0


def one_hot_rows(W: Floats, b: Floats) -> Floats:
    """W x + b for every x there is, (G, V+1, H): a row for each character, and b alone for the id V.

    Worth its size where the same weights read many characters, a few at a time.
    """
    G, V, H = W.shape
    rows = np.empty((G, V + 1, H), W.dtype)
    np.add(W, b[:, None], out=rows[:, :V])
    rows[:, V] = b
    return rows


def dense_product(x: Floats, W: Floats, b: Floats) -> Floats:
    """W x<t> + b, (G, T, B, H), for x (T, B, inputs)."""
    T, B, inputs = x.shape
    z = x.reshape(T * B, inputs) @ W
    z += b[:, None]
    return z.reshape(len(W), T, B, -1)


def dense_gradient(x: Floats, dz: Floats, W: Floats, dW: Floats) -> Floats:
    """Writes ∂L/∂W, (G, inputs, H), and returns ∂L/∂x, (T, B, inputs)."""
    G, T, B, H = dz.shape
    dz = dz.reshape(G, T * B, H)
    np.matmul(x.reshape(T * B, -1).T, dz, out=dW)
    dx: Floats = dz[0] @ W[0].T
    for gate in range(1, G):
        dx += dz[gate] @ W[gate].T
    return dx.reshape(x.shape)
