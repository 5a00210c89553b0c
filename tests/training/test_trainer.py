"""The training loop: what a step does, when it ends, and that one `Progress` is all the state there is."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from runs import RING, copied, numbers, small_run, trained

from poemgen.model import loss_and_gradients, zeros
from poemgen.network.scratch import Scratch
from poemgen.scoring import score
from poemgen.training import batches
from poemgen.training.divergence import DivergenceError
from poemgen.training.optimizer import Moments, Update, adam
from poemgen.training.trainer import (
    Step,
    Validation,
    begin,
    best_bits,
    out_of_patience,
    train,
)
from poemgen.workers import workers

CELLS = pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])


def test_one_step_follows_the_clipped_mean_gradient_of_the_whole_window() -> None:
    run = small_run(dropout=0, jump=0, clip=0.05, batch=4)
    before, after = begin(run), begin(run)
    with workers(1) as pool:
        step = next(train(run, after, pool))

    window = batches.window(run.corpus, before.places, np.zeros(4, bool), run.recipe.window)
    states = [type(a)(*map(np.concatenate, zip(a, b, strict=True))) for a, b in zip(*before.states, strict=True)]
    gradients = zeros(run.config)
    loss, ends, _ = loss_and_gradients(run.config, before.model, window, states, [None], gradients, Scratch())
    mean = gradients.flat / window.y.size
    norm = float(np.linalg.norm(mean))
    assert norm > 0.05
    expected = before.model.flat.copy()
    moments = Moments(np.zeros_like(mean), np.zeros_like(mean))
    adam(expected, mean, moments, Update(1, run.recipe.rate(0), 0.05 / norm, 0.9, 0.99, run.recipe.weight_decay))
    assert isinstance(step, Step)
    assert step.step == 1
    assert step.bits == pytest.approx(loss / window.y.size / np.log(2))
    assert np.allclose(after.model.flat, expected, atol=1e-5)
    assert not np.allclose(after.model.flat, before.model.flat, atol=1e-4)
    for end, first, second in zip(ends, *after.states, strict=True):
        assert np.allclose(end[0], np.concatenate([first[0], second[0]]), atol=1e-6)
    assert after.places.tolist() == [(place + 4) % len(RING) for place in before.places]


@CELLS
def test_two_workers_come_to_the_same_bits_as_one(cell: str) -> None:
    run = small_run(cell, layers=2)
    one, two = (trained(run, count=count) for count in (1, 2))
    assert numbers(one[0]) == numbers(two[0])
    assert one[1] == two[1]


@CELLS
@pytest.mark.parametrize("batch", [1, 5])
def test_a_copy_of_the_progress_goes_on_like_the_original_wherever_it_is_made(cell: str, batch: int) -> None:
    run = small_run(cell, batch=batch, steps=6, validations=2)
    whole, events = trained(run)
    assert len(events) == 8
    for count in range(9):  # before, after and between a step and its validation
        part = begin(run)
        with workers(1) as pool:
            first = list(islice(train(run, part, pool), count))
        copy, rest = trained(run, copied(run, part))
        assert numbers(copy) == numbers(whole)
        assert [event for event in first + rest if isinstance(event, Step)] == events[:3] + events[4:7]


def test_what_is_learned_is_learned() -> None:
    progress, events = trained(small_run(steps=300, dropout=0, held_out=False))
    bits = [event.bits for event in events if isinstance(event, Step)]
    assert bits[0] > 2.5
    assert bits[-1] < 1.2
    assert progress.step == len(bits) == 300


def test_validations_tell_the_mean_loss_since_the_last_and_the_score_of_held_out_text() -> None:
    run = small_run(steps=7, validations=2)
    progress, events = trained(run)
    kinds = [type(event) for event in events]
    assert kinds == [Step] * 4 + [Validation] + [Step] * 3 + [Validation]
    bits = [event.bits for event in events if isinstance(event, Step)]
    first, last = progress.curve
    assert first.training == pytest.approx(np.mean(bits[:4]))
    assert last.training == pytest.approx(np.mean(bits[4:]))
    assert last.held_out == score(run.config, progress.model, run.held_out or []).bits_per_character
    assert best_bits(progress.curve) == min(first.held_out or 9, last.held_out)


def test_the_best_parameters_are_kept() -> None:
    run = small_run(steps=60, validations=60, patience=60, learning_rate=0.5)
    progress = begin(run)
    kept = {}
    with workers(1) as pool:
        for event in train(run, progress, pool):
            if isinstance(event, Validation):
                kept[event.held_out] = progress.model.flat.copy()
    best = best_bits(progress.curve)
    assert best < (progress.curve[-1].held_out or 0)
    assert np.array_equal(progress.best.flat, kept[best])


def test_where_nothing_is_held_out_the_last_parameters_are_the_best() -> None:
    progress, _ = trained(small_run(held_out=False))
    assert np.array_equal(progress.best.flat, progress.model.flat)
    assert all(point.held_out is None for point in progress.curve)


def test_a_run_stops_when_its_patience_ends() -> None:
    run = small_run(steps=400, validations=100, patience=3, learning_rate=0.3)
    progress, events = trained(run)
    assert progress.step < 400
    assert isinstance(events[-1], Validation)
    held_out = [point.held_out for point in progress.curve if point.held_out is not None]
    assert min(held_out[:-3]) <= min(held_out[-3:])
    assert trained(run, progress)[1] == []


@pytest.mark.parametrize(
    ("held_out", "expected"),
    [
        ([], False),
        ([3.0, 4.0], False),
        ([3.0, 4.0, 5.0], True),
        ([3.0, 3.0, 3.0], True),
        ([3.0, 4.0, 2.9], False),
        ([3.0, 2.0, 2.5], False),
        ([None, None, None, None], False),
    ],
)
def test_patience_counts_validations_without_a_new_best(held_out: list[float | None], expected: bool) -> None:
    curve = [Validation(step, 1.0, bits) for step, bits in enumerate(held_out, start=1)]
    assert out_of_patience(replace(small_run().recipe, patience=2), curve) == expected


def test_the_start_does_not_count_for_patience() -> None:
    curve = [Validation(0, None, 2.0), Validation(1, 1.0, 4.0), Validation(2, 1.0, 3.0), Validation(3, 1.0, 3.5)]
    recipe = replace(small_run().recipe, patience=2)
    assert not out_of_patience(recipe, curve)
    assert out_of_patience(recipe, [*curve, Validation(4, 1.0, 3.1)])


def test_a_run_that_goes_on_never_ends_worse_than_it_began() -> None:
    learned, _ = trained(small_run(steps=60, dropout=0))
    run = small_run(steps=8, validations=2, learning_rate=2.0, validates_start=True)
    progress, events = trained(run, begin(run, learned.best))
    assert events[0] == progress.curve[0]
    known = score(run.config, learned.best, run.held_out or []).bits_per_character
    assert progress.curve[0] == Validation(0, None, known)
    assert [point.step for point in progress.curve] == [0, 4, 8]
    steps = [event.bits for event in events if isinstance(event, Step)]
    assert progress.curve[1].training == pytest.approx(np.mean(steps[:4]))
    assert best_bits(progress.curve) == known
    assert np.array_equal(progress.best.flat, learned.best.flat)
    assert trained(run, progress)[1] == []


def test_the_start_is_not_looked_at_twice_nor_where_nothing_is_held_out() -> None:
    run = small_run(steps=4, validations=1, validates_start=True)
    progress = begin(run)
    with workers(1) as pool:
        first = list(islice(train(run, progress, pool), 1))
    assert [event.step for event in first] == [0]
    assert [event.step for event in trained(run, progress)[1]] == [1, 2, 3, 4, 4]
    blind, events = trained(small_run(steps=4, validations=1, validates_start=True, held_out=False))
    assert [type(event) for event in events] == [Step] * 4 + [Validation]
    assert np.array_equal(blind.best.flat, blind.model.flat)


def test_a_loss_that_is_no_number_ends_the_run_and_the_best_parameters_stay() -> None:
    run = small_run(validations=24)
    progress = begin(run)
    with workers(2) as pool:
        steps = train(run, progress, pool)
        list(islice(steps, 6))
        best = progress.best.flat.copy()
        progress.model.flat[-1] = np.nan
        before = progress.model.flat.copy()
        with pytest.raises(DivergenceError, match=r"after step 3: try a lower --learning-rate than 0\.008"):
            list(steps)
    assert np.isfinite(best).all()
    assert np.array_equal(progress.best.flat, best)
    assert np.array_equal(progress.model.flat, before, equal_nan=True)
    assert np.isfinite(progress.moments.m).all()
    assert progress.step == 3


def test_a_run_may_begin_with_a_model_and_leaves_that_as_it_is() -> None:
    run = small_run()
    base = begin(small_run(seed=5)).model
    given = base.flat.copy()
    progress = begin(run, base)
    assert np.array_equal(progress.model.flat, given)
    trained(run, progress)
    assert np.array_equal(base.flat, given)
    assert not np.array_equal(begin(run).model.flat, begin(small_run(seed=5)).model.flat)
