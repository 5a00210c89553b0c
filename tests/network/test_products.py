"""Products by panels are products."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poemgen.network.products import SMALL, VECTOR, WIDEST, panel_width, times


@pytest.mark.parametrize(
    ("rows", "inputs", "columns"), [(1, 1, 1), (3, 7, 32), (16, 20, 192), (2, 5, 31), (70, 90, 64)]
)
def test_a_product_by_panels_is_a_product(rows: int, inputs: int, columns: int) -> None:
    rng = np.random.default_rng(2)
    W, x = rng.normal(size=(3, inputs, columns)), rng.normal(size=(rows, inputs))
    product = times(W, rows)
    np.testing.assert_allclose(product(x), x @ W, rtol=0, atol=1e-12)
    for_each_gate = rng.normal(size=(3, rows, inputs))
    np.testing.assert_allclose(product(for_each_gate), for_each_gate @ W, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("rows", "inputs", "columns"), [(16, 256, 256), (16, 20, 66), (2, 5, 31)])
def test_a_block_is_a_product_of_its_own_to_the_last_bit(rows: int, inputs: int, columns: int) -> None:
    rng = np.random.default_rng(2)
    W = rng.normal(size=(3, inputs, columns)).astype(np.float32)
    x = rng.normal(size=(5 * rows, inputs)).astype(np.float32)
    together, alone = times(W, rows, blocks=5)(x), times(W, rows)
    for block in range(5):
        own = slice(block * rows, (block + 1) * rows)
        np.testing.assert_array_equal(together[:, own], alone(x[own]))


@pytest.mark.parametrize(("rows", "columns"), [(3, 16), (3, 128), (3, 7), (1, 16)])
def test_the_weights_are_taken_as_they_are_now_and_the_result_lies_where_it_lay(rows: int, columns: int) -> None:
    W = np.ones((1, 4, columns))
    product = times(W, rows)
    first = product(np.ones((rows, 4)))
    W[:] = 5
    assert product(np.ones((rows, 4))) is first
    assert np.all(first == 4)
    assert np.all(product(np.ones((1, rows, 4))) == 4)


@given(st.integers(1, 300), st.integers(1, 2000), st.integers(1, 4000))
def test_a_panel_is_as_wide_as_small_products_allow(rows: int, inputs: int, columns: int) -> None:
    width = panel_width(rows, inputs, columns)
    assert columns % width == 0
    if width != columns:
        assert width % VECTOR == 0
        assert width <= WIDEST
        assert rows * inputs * width <= SMALL
    wider = [w for w in range(width + VECTOR, WIDEST + 1, VECTOR) if w % VECTOR == 0 and columns % w == 0]
    assert width == columns or all(rows * inputs * w > SMALL for w in wider)
