"""The gradient checker, itself checked: it takes the true gradient and no other."""

import numpy as np
import pytest
from gradients import assert_gradient, differences

from poemgen.network.arrays import Floats


def example() -> Floats:
    """Numbers of very different sizes, of which the loss has gradients of very different sizes."""
    return np.array([[0.3, -1.2, 2.0], [1e-3, 0.7, -0.1]])


def loss(x: Floats) -> float:
    return float(np.sum(np.sin(x) * x) + x[0, 0] * x[1, 2])


def gradient(x: Floats) -> Floats:
    dx: Floats = np.sin(x) + x * np.cos(x)
    dx[0, 0] += x[1, 2]
    dx[1, 2] += x[0, 0]
    return dx


def accepts(found: Floats) -> bool:
    x = example()
    try:
        assert_gradient(found, lambda: loss(x), x)
    except AssertionError:
        return False
    return True


def test_the_true_gradient_is_accepted() -> None:
    assert accepts(gradient(example()))


@pytest.mark.parametrize("factor", [0.999, 1.001])
@pytest.mark.parametrize("place", list(np.ndindex(2, 3)))
def test_one_number_that_is_a_thousandth_off_is_rejected(place: tuple[int, ...], factor: float) -> None:
    found = gradient(example())
    found[place] *= factor
    assert not accepts(found)


@pytest.mark.parametrize("factor", [0, 0.999, 1.001, -1])
def test_a_gradient_that_is_off_as_a_whole_is_rejected(factor: float) -> None:
    assert not accepts(factor * gradient(example()))


def test_two_numbers_in_each_others_place_are_rejected() -> None:
    found = gradient(example())
    found[0, [0, 1]] = found[0, [1, 0]]
    assert not accepts(found)


def test_a_gradient_of_another_shape_is_rejected() -> None:
    assert not accepts(gradient(example()).T)
    assert not accepts(gradient(example())[:, :1])


def test_nothing_is_proved_by_a_loss_that_stands_still() -> None:
    x = example()
    with pytest.raises(AssertionError, match="proves nothing"):
        assert_gradient(np.zeros_like(x), lambda: 1.0, x)


def test_the_numbers_are_put_back() -> None:
    x = example()
    differences(lambda: loss(x), x)
    np.testing.assert_array_equal(x, example())
