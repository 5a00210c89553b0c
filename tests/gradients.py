"""Gradients by central differences, by which every gradient written by hand is judged."""

from collections.abc import Callable

import numpy as np

from poemgen.network.arrays import Floats

STEP = 1e-5


def differences(loss: Callable[[], float], x: Floats) -> Floats:
    """∂loss/∂x for a loss that reads the array x (float64), whose numbers are moved one by one and put back."""
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        value = x[place]
        x[place] = value + STEP
        above = loss()
        x[place] = value - STEP
        below = loss()
        x[place] = value
        gradient[place] = (above - below) / (2 * STEP)
    return gradient


def assert_gradient(found: Floats, loss: Callable[[], float], x: Floats) -> None:
    """That `found` is ∂loss/∂x: as a whole to a millionth of its length, and every number to a part in ten thousand
    (or, where it is next to nothing, to a billionth of the length: central differences see no further)."""
    expected = differences(loss, x)
    assert found.shape == expected.shape
    length = float(np.linalg.norm(expected))
    assert length > 0, "a loss that does not depend on x proves nothing"
    error = np.abs(found - expected)
    assert np.linalg.norm(error) <= 1e-6 * length
    assert np.all(error <= 1e-4 * np.abs(expected) + 1e-9 * length)
