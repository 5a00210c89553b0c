"""Dropout: how much is left out, that the rest makes up for it, and that gradients know of it."""

from dataclasses import replace

import numpy as np
import pytest
from runs import small_run, trained

from poemgen.network.scratch import Scratch
from poemgen.training.batches import window
from poemgen.training.desks import OwnDesk
from poemgen.training.dropout import output_masks, thinned, weight_masks
from poemgen.training.trainer import begin


def test_outputs_lose_their_share_and_the_rest_makes_up_for_it() -> None:
    run = small_run(layers=2, dropout=0.25)
    first, second = output_masks(begin(run).model, run.recipe, (40, 50), np.random.default_rng(1), Scratch())
    assert first is not None
    assert second is not None
    for mask in (first, second):
        assert mask.shape == (40, 50, 6)
        assert np.unique(mask).tolist() == pytest.approx([0, 4 / 3])
        assert (mask == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert not np.array_equal(first, second)
    none = replace(run.recipe, dropout=0)
    assert output_masks(begin(run).model, none, (4, 5), np.random.default_rng(1), Scratch()) == [None, None]


def test_something_is_always_left() -> None:
    run = small_run(dropout=0.999)
    (mask,) = output_masks(begin(run).model, run.recipe, (40, 50), np.random.default_rng(1), Scratch())
    assert mask is not None
    assert np.unique(mask).tolist() == [0, 256]


def test_recurrent_weights_lose_their_share_and_nothing_else_does() -> None:
    run = small_run(layers=2, weight_dropout=0.5)
    model, scratch = begin(run).model, Scratch()
    masks = weight_masks(model, run.recipe, np.random.default_rng(1), scratch)
    assert [np.unique(mask).tolist() for mask in masks] == [[0, 2], [0, 2]]
    thin = thinned(model, masks, scratch)
    for layer, old, mask in zip(thin.layers, model.layers, masks, strict=True):
        np.testing.assert_array_equal(layer.U, old.U * mask)
        assert layer.W is old.W
        assert layer.b is old.b
    assert thin.W_y is model.W_y
    assert weight_masks(model, replace(run.recipe, weight_dropout=0), np.random.default_rng(1), scratch) == []
    assert thinned(model, [], scratch) is model


def test_a_weight_that_is_left_out_has_no_gradient_and_both_halves_leave_out_the_same() -> None:
    run = small_run(weight_dropout=0.5, batch=4)
    progress = begin(run)
    part = window(run.corpus, progress.places[:2], np.zeros(2, bool), 4)
    zero = []
    for half in range(2):
        desk = OwnDesk(run.config, run.recipe, progress.model, half, Scratch())
        desk.begin(3, part, progress.states[half])
        desk.end()
        zero.append(desk.gradients.layers[0].U == 0)
    np.testing.assert_array_equal(*zero)
    assert 0.3 < zero[0].mean() < 0.7


def test_weight_dropout_changes_what_is_learned() -> None:
    plain, thin = (trained(small_run(weight_dropout=chance))[0].model.flat for chance in (0.0, 0.4))
    assert not np.allclose(plain, thin)
