"""The softmax and the loss of the notes, L = -Σt Σi y<t>i log ŷ<t>i, in nats.

y<t> is one-hot, so the inner sum is the surprisal -log ŷ<t> of the character that came: one look-up.
"""

import numpy as np

from poemgen.network.arrays import Floats, Ids


def log_softmax(logits: Floats) -> Floats:
    """log ŷ written over logits (rows, V)."""
    logits -= logits.max(axis=1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logits


def cross_entropy(logits: Floats, y: Ids) -> tuple[float, Floats]:
    """The loss L of logits (rows, V) against the ids y (rows,), and ∂L/∂logits = ŷ - y, written over logits."""
    rows = np.arange(len(y))
    logits -= logits.max(axis=1, keepdims=True)
    chosen = logits[rows, y]
    y_hat = np.exp(logits, out=logits)
    total = y_hat.sum(axis=1)
    loss = float(np.sum(np.log(total) - chosen, dtype=np.float64))
    y_hat /= total[:, None]
    y_hat[rows, y] -= 1
    return loss, y_hat
