"""The settings of a run: rates, when to validate, random streams, and what suits a corpus of some size."""

import numpy as np
import pytest

from poemgen.cli.train import DEFAULT_MINUTES
from poemgen.training.recipe import MINUTES, Recipe, size_for


@pytest.mark.parametrize("steps", [1, 2, 7, 100, 1000])
def test_the_rate_rises_in_a_line_and_falls_in_half_a_cosine(steps: int) -> None:
    recipe = Recipe(steps, batch=1, window=1, learning_rate=0.5, warm_up=0.1, final_rate=0.02)
    rates = [recipe.rate(step) for step in range(steps)]
    rising = max(1, round(steps / 10))
    assert rates[:rising] == pytest.approx([0.5 * (step + 1) / rising for step in range(rising)])
    assert max(rates) == pytest.approx(0.5)
    assert all(later <= earlier for earlier, later in zip(rates[rising - 1 :], rates[rising:], strict=False))
    middle = rising + (steps - rising) / 2
    if middle == int(middle) < steps:
        assert recipe.rate(int(middle)) == pytest.approx(0.5 * 0.51)
    assert min(rates[rising:], default=0.5) >= 0.5 * 0.02


@pytest.mark.parametrize(("steps", "expected"), [(1, 1), (5, 5), (12, 12), (13, 12), (1000, 12)])
def test_validations_are_evenly_spaced_and_follow_the_last_step(steps: int, expected: int) -> None:
    recipe = Recipe(steps, batch=1, window=1, validations=12)
    after = [step for step in range(steps) if recipe.validates_after(step)]
    assert len(after) == expected
    assert after[-1] == steps - 1
    assert np.ptp(np.diff([-1, *after])) <= 1


def test_random_streams_differ_by_seed_step_and_purpose_and_by_nothing_else() -> None:
    recipes = [Recipe(9, 1, 1, seed=seed) for seed in (0, 0, 1)]
    draws = {
        (index, step, purpose): recipe.random(step, purpose).integers(2**62)
        for index, recipe in enumerate(recipes)
        for step in (0, 1)
        for purpose in (0, 1)
    }
    assert all(draws[0, step, purpose] == draws[1, step, purpose] for step in (0, 1) for purpose in (0, 1))
    assert len(set(draws.values())) == 8


def test_the_command_line_tells_the_right_default() -> None:
    assert DEFAULT_MINUTES == MINUTES


def test_larger_corpora_get_larger_networks_and_less_dropout() -> None:
    sizes = [size_for(characters) for characters in (1, 30_000, 30_001, 300_001, 10**9)]
    assert sizes[0] == sizes[1] != sizes[2]
    assert [size.units for size in sizes] == sorted(size.units for size in sizes)
    assert [size.dropout for size in sizes] == sorted((size.dropout for size in sizes), reverse=True)
