"""The input product: look-ups against products with one-hot rows, products against sums, and their gradients."""

import numpy as np
import pytest
from gradients import assert_gradient

from poemgen.network.arrays import Floats, Ids
from poemgen.network.inputs import (
    bias_gradient,
    dense_gradient,
    dense_product,
    one_hot_gradient,
    one_hot_product,
    one_hot_rows,
)

G, T, B, V, H = 3, 4, 2, 6, 5
RNG = np.random.default_rng(5)
W, b, dz = RNG.normal(size=(G, V, H)), RNG.normal(size=(G, H)), RNG.normal(size=(G, T, B, H))
IDS = {
    "many": np.array([[V, 1], [1, 5], [1, V], [0, 3]]),
    "one": np.full((T, B), 2),
    "none": np.full((T, B), V),
    "first and last": np.array([[0, V - 1]] * T),
}

all_ids = pytest.mark.parametrize("ids", IDS.values(), ids=IDS.keys())


def one_hot(ids: Ids) -> Floats:
    """Rows (T, B, V) with a single one, or none for the id V."""
    return np.eye(V + 1)[:, :V][ids]


def look_up(ids: Ids, W: Floats, b: Floats) -> Floats:
    return one_hot_product(ids, W, b, np.full((len(W), *ids.shape, W.shape[2]), np.nan))


def product(x: Floats, W: Floats, b: Floats) -> Floats:
    return dense_product(x, W, b, np.full((len(W), *x.shape[:2], W.shape[2]), np.nan))


@all_ids
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int64])
def test_a_look_up_is_a_product_with_one_hot_rows(ids: Ids, dtype: type) -> None:
    expected = np.einsum("tbv,gvh->gtbh", one_hot(ids), W) + b[:, None, None]
    np.testing.assert_allclose(look_up(ids.astype(dtype), W, b), expected, rtol=0, atol=1e-14)


def test_no_character_gives_the_bias_alone() -> None:
    product = look_up(IDS["none"], W, b)
    np.testing.assert_array_equal(product, np.broadcast_to(b[:, None, None], product.shape))
    np.testing.assert_array_equal(one_hot_rows(W, b)[:, V], b)


@all_ids
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int64])
def test_the_gradient_of_a_look_up_is_that_of_the_product_with_one_hot_rows(ids: Ids, dtype: type) -> None:
    dW = np.full_like(W, np.nan)
    one_hot_gradient(ids.astype(dtype), dz, dW, np.empty_like(dz))
    np.testing.assert_allclose(dW, np.einsum("tbv,gtbh->gvh", one_hot(ids), dz), rtol=0, atol=1e-13)


def test_a_vocabulary_may_fill_the_type_of_its_ids() -> None:
    size = 255
    large, dW = RNG.normal(size=(1, size, 2)), np.empty((1, size, 2))
    ids = np.array([[0], [254], [255]], np.uint8)
    np.testing.assert_array_equal(look_up(ids, large, np.zeros((1, 2)))[0, :, 0], [*large[0, [0, 254]], [0, 0]])
    one_hot_gradient(ids, np.ones((1, 3, 1, 2)), dW, np.empty((1, 3, 1, 2)))
    assert np.flatnonzero(dW[0, :, 0]).tolist() == [0, 254]


def test_a_dense_product_is_a_sum_for_every_unit() -> None:
    x = RNG.normal(size=(T, B, V))
    expected = np.einsum("tbv,gvh->gtbh", x, W) + b[:, None, None]
    np.testing.assert_allclose(product(x, W, b), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("gates", [1, G])
def test_the_gradients_of_a_dense_product(gates: int) -> None:
    x, weights, dW = RNG.normal(size=(T, B, V)), W[:gates].copy(), np.full((gates, V, H), np.nan)

    def loss() -> float:
        return float(np.sum(product(x, weights, b[:gates]) * dz[:gates]))

    dx = np.full_like(x, np.nan)
    dense_gradient(x, dz[:gates], weights, dW, dx)
    assert_gradient(dx, loss, x)
    assert_gradient(dW, loss, weights)


def test_the_gradient_of_the_bias_is_a_sum_over_steps_and_poems() -> None:
    db = np.full_like(b, np.nan)
    bias_gradient(dz, db)
    np.testing.assert_allclose(db, dz.sum(axis=(1, 2)), rtol=0, atol=1e-14)
