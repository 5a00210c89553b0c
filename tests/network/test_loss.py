"""The softmax and the loss of the notes."""

from math import exp, log

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen.network.arrays import Floats, Ids
from poemgen.network.loss import cross_entropy, log_softmax

ROWS, V = 5, 4
Y = np.array([0, 3, 3, 1, 2])


def random_logits() -> Floats:
    return np.random.default_rng(6).normal(scale=3, size=(ROWS, V))


def double_sum(logits: Floats, y: Ids) -> float:
    """L = -Σt Σi y<t>i log ŷ<t>i with y<t> one-hot."""
    loss = 0.0
    for z, y_t in zip(logits, np.eye(V)[y], strict=True):
        y_hat = [exp(z_i) / sum(map(exp, z)) for z_i in z]
        loss -= sum(y_i * log(y_hat_i) for y_i, y_hat_i in zip(y_t, y_hat, strict=True))
    return loss


def test_the_loss_is_the_double_sum_of_the_notes() -> None:
    logits = random_logits()
    assert cross_entropy(logits.copy(), Y)[0] == pytest.approx(double_sum(logits, Y), rel=1e-14)


def test_the_gradient_is_that_of_central_differences() -> None:
    logits = random_logits()
    _, dlogits = cross_entropy(logits.copy(), Y)
    assert_gradient(dlogits, lambda: cross_entropy(logits.copy(), Y)[0], logits)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_any_size_are_safe(dtype: type) -> None:
    logits: Floats = np.array([[1e4, -1e4, 0], [1e4, -1e4, 0], [-1e4, -1e4, -1e4]], dtype)
    loss, dlogits = cross_entropy(logits.copy(), np.array([0, 1, 2]))
    assert loss == pytest.approx(2e4 + log(3))
    np.testing.assert_allclose(dlogits, np.array([[0, 0, 0], [3, -3, 0], [1, 1, -2]]) / 3, rtol=1e-6)
    assert dlogits.dtype == dtype
    expected: list[list[float]] = [[0, -2e4, -1e4], [0, -2e4, -1e4], [-log(3)] * 3]
    np.testing.assert_allclose(log_softmax(logits), expected, rtol=1e-6)


def test_log_softmax_is_written_over_the_logits_and_sums_to_one() -> None:
    logits = random_logits()
    expected = [[z_i - log(sum(map(exp, z))) for z_i in z] for z in logits]
    assert log_softmax(logits) is logits
    np.testing.assert_allclose(logits, expected, rtol=1e-13)
    np.testing.assert_allclose(np.exp(logits).sum(axis=1), 1, rtol=1e-14)
