"""Losses that run away, and those that only look like it."""

import math

import pytest

from poemgen.training.divergence import DivergenceError, check_losses, check_number


@pytest.mark.parametrize("bits", [math.nan, math.inf])
def test_no_number_is_the_end(bits: float) -> None:
    with pytest.raises(DivergenceError, match=r"^the loss is no longer a number after step 7: .* than 0\.01$"):
        check_number(bits, 7, 0.01)
    check_number(1e30, 7, 0.01)


def test_knowing_less_than_nothing_is_the_end_but_not_at_the_start() -> None:
    for fine in ([], [99.0], [99.0, 12.0], [3.0, 11.9]):
        check_losses(fine, 64, 10, 0.01)
    with pytest.raises(
        DivergenceError, match=r"^the loss has run away to 12\.1 bits/character after step 1,000: try a"
    ):
        check_losses([3.0, 12.1], 64, 1000, 0.01)
