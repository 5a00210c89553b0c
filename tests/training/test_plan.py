"""From wishes to an architecture and a recipe, and from minutes to steps."""

import time
from dataclasses import replace

import pytest
from runs import small_run

from poemgen.errors import PoemgenError, UsageError
from poemgen.model import Config
from poemgen.scoring import whole
from poemgen.training import plan
from poemgen.training.plan import (
    CONTINUED_DROPOUT,
    UNTIMED,
    Wishes,
    choose,
    chosen_by_minutes,
    continued_rate,
    steps_in,
)
from poemgen.training.recipe import Recipe, size_for
from poemgen.workers import workers

BASE = Config("gru", 2, 48, 30)


def test_without_wishes_the_corpus_decides() -> None:
    config, recipe = choose(Wishes(), 100_000, 60)
    size = size_for(100_000)
    assert config == Config("lstm", size.layers, size.units, 60)
    assert recipe == Recipe(UNTIMED, size.batch, size.window, dropout=size.dropout, weight_dropout=size.weight_dropout)


def test_wishes_come_first() -> None:
    wishes = Wishes("rnn", 3, 20, 7, 11, 0.0, 0.25, 0.5, steps=99, rng_seed=4)
    config, recipe = choose(wishes, 100_000, 60)
    assert config == Config("rnn", 3, 20, 60)
    assert recipe == Recipe(99, 7, 11, dropout=0.0, weight_dropout=0.25, learning_rate=0.5, seed=4)


def test_more_minutes_make_a_larger_network_with_more_dropout_and_can_be_repeated_without_them() -> None:
    wishes = [Wishes(minutes=minutes, batch=7) for minutes in (1, 10, 60)]
    configs, recipes = zip(*(choose(each, 10**6, 60) for each in wishes), strict=True)
    assert [config.units for config in configs] == sorted({config.units for config in configs})
    assert [recipe.dropout for recipe in recipes] == sorted({recipe.dropout for recipe in recipes})
    assert choose(Wishes(), 10**6, 60)[0] == configs[1]
    assert chosen_by_minutes(wishes[1], 10**6, 60) == {}
    for wish, config, recipe in zip(wishes, configs, recipes, strict=True):
        options = chosen_by_minutes(wish, 10**6, 60)
        assert "--batch" not in options
        repeated = Wishes(batch=7, **{name[2:].replace("-", "_"): value for name, value in options.items()})  # type: ignore[arg-type]
        assert choose(repeated, 10**6, 60) == (config, recipe)
    assert choose(wishes[2], 10**6, 60, BASE)[1].window == choose(Wishes(), 10**6, 60, BASE)[1].window


def test_epochs_are_steps_that_read_the_corpus_so_often() -> None:
    _, recipe = choose(Wishes(batch=10, window=50, epochs=2.5), 10_000, 60)
    assert recipe.steps == 50
    assert choose(Wishes(epochs=1e-9), 10_000, 60)[1].steps == 1


def test_a_model_to_go_on_from_decides_the_architecture_and_slows_learning() -> None:
    config, recipe = choose(Wishes(cell="gru", units=48), 10**7, 35, BASE)
    assert config == replace(BASE, vocabulary=35)
    assert recipe.learning_rate == continued_rate(recipe.batch, recipe.window)
    continued, alone = (choose(Wishes(), 20_000, 35, base)[1] for base in (BASE, None))
    assert (continued.dropout, continued.weight_dropout) == (CONTINUED_DROPOUT, 0)
    assert alone.dropout > CONTINUED_DROPOUT
    assert choose(Wishes(dropout=0.4), 20_000, 35, BASE)[1].dropout == 0.4
    assert choose(Wishes(learning_rate=0.1), 10**7, 35, BASE)[1].learning_rate == 0.1


def test_the_rate_of_a_run_that_goes_on_grows_with_the_square_root_of_what_a_step_reads() -> None:
    assert continued_rate(8, 32) == pytest.approx(1e-4)
    assert continued_rate(32, 128) == pytest.approx(4e-4)
    wishes = Wishes(batch=4, window=16)
    assert choose(wishes, 10**7, 35, BASE)[1].learning_rate == continued_rate(4, 16) == pytest.approx(5e-5)


def test_a_model_to_go_on_from_can_grow() -> None:
    assert choose(Wishes(units=64), 1000, 35, BASE)[0] == replace(BASE, units=64, vocabulary=35)


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (Wishes(cell="lstm"), "--cell lstm does not fit the model of --from, which has gru"),
        (Wishes(layers=1), "--layers 1 does not fit the model of --from, which has 2"),
        (Wishes(units=40), "--units 40 is less than the 48 of --from, which can only grow"),
    ],
)
def test_wishes_that_contradict_the_model_are_refused(wishes: Wishes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        choose(wishes, 1000, 35, BASE)


def test_useful_steps_read_the_corpus_as_often_as_is_enough() -> None:
    run = small_run()
    steps = plan.useful_steps(run)
    assert plan.epochs(run, steps) >= plan.ENOUGH_EPOCHS > plan.epochs(run, steps - 1)


def test_as_many_steps_as_fit_beside_the_validations(monkeypatch: pytest.MonkeyPatch) -> None:
    run = small_run()
    final = whole(run.config, [run.corpus.ids[:6]])
    # A step, each of twelve validations, and what is held out at the end.
    monkeypatch.setattr(plan, "_times", lambda *_: (0.5, 1.0))
    monkeypatch.setattr(plan, "_time_of_scoring", lambda *_: 5.0)
    with workers(1) as pool:
        assert steps_in(run, 117.0, final, pool, None) == pytest.approx((112 * 0.97 - 12) / 0.5, abs=1)
        with pytest.raises(PoemgenError, match=r"17\.0 seconds are left after reading, too few .*--minutes"):
            steps_in(run, 17.0, final, pool, None)
        with pytest.raises(PoemgenError, match=r"0\.0 seconds are left"):
            steps_in(run, -3.0, final, pool, None)


def test_timing_takes_a_small_share_of_the_time() -> None:
    run = small_run()
    began = time.perf_counter()
    with workers(1) as pool:
        steps = steps_in(run, 3.0, [], pool, None)
    assert time.perf_counter() - began < 1.5
    assert 10 < steps < 1_000_000
