"""Adam in pieces against the textbook in float64."""

import numpy as np
import pytest

from poemgen.network.arrays import Floats
from poemgen.training.optimizer import EPSILON, PIECE, Moments, Update, adam, clipping_scale

RATE, BETA1, BETA2, DECAY = 0.01, 0.9, 0.99, 0.1


def textbook(theta: Floats, gradients: list[Floats], scale: float) -> Floats:
    """AdamW as its papers have it, one number after the other in all but name."""
    theta = theta.astype(np.float64)
    m = v = np.zeros_like(theta)
    for t, gradient in enumerate(gradients, start=1):
        g = scale * gradient.astype(np.float64)
        m = BETA1 * m + (1 - BETA1) * g
        v = BETA2 * v + (1 - BETA2) * g**2
        m_hat, v_hat = m / (1 - BETA1**t), v / (1 - BETA2**t)
        theta = theta - RATE * (m_hat / (np.sqrt(v_hat) + EPSILON) + DECAY * theta)
    return theta


@pytest.mark.parametrize("size", [1, 1000, PIECE, PIECE + 1, 2 * PIECE + 77])
def test_adam_is_the_textbook_s(size: int) -> None:
    rng = np.random.default_rng(size)
    start = rng.standard_normal(size).astype(np.float32)
    gradients = [(10.0 ** rng.uniform(-4, 1, size) * rng.choice([-1, 1], size)).astype(np.float32) for _ in range(5)]
    theta, moments = start.copy(), Moments(np.zeros_like(start), np.zeros_like(start))
    for t, gradient in enumerate(gradients, start=1):
        adam(theta, gradient.copy(), moments, Update(t, RATE, 0.5, BETA1, BETA2, DECAY))
    expected = textbook(start, gradients, 0.5)
    assert np.abs(theta - expected).max() < 1e-6
    assert np.median(np.abs(expected - start)) > 0.01  # it did move


def test_the_first_step_is_as_long_as_the_rate_whatever_the_gradient() -> None:
    theta = np.zeros(3, np.float32)
    gradient = np.array([1e-3, -1.0, 1e3], np.float32)
    adam(theta, gradient, Moments(np.zeros(3, np.float32), np.zeros(3, np.float32)), Update(1, 0.1, 1, 0.9, 0.99, 0))
    assert theta == pytest.approx([-0.1, 0.1, -0.1], rel=1e-4)


def test_without_gradients_only_the_decay_acts() -> None:
    theta, zeros = np.ones(2, np.float32), np.zeros(2, np.float32)
    adam(theta, zeros.copy(), Moments(zeros.copy(), zeros.copy()), Update(1, 0.1, 1, 0.9, 0.99, 0.5))
    assert theta == pytest.approx([0.95, 0.95])


@pytest.mark.parametrize(
    ("squared_norm", "limit", "expected"), [(4.0, 1.0, 0.5), (4.0, 2.0, 1.0), (0.25, 1.0, 1.0), (0.0, 1.0, 1.0)]
)
def test_only_gradients_longer_than_the_limit_are_shortened_to_it(
    squared_norm: float, limit: float, expected: float
) -> None:
    assert clipping_scale(squared_norm, limit) == expected
