"""A run from its preparation on: how long it is, and what it is tested on."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poemgen import filling
from poemgen.errors import PoemgenError, UsageError
from poemgen.filling import Filler
from poemgen.model import Config, Network, initial
from poemgen.storage import BACKWARD, FILL, FORWARD, PoemModel
from poemgen.training import job as jobs
from poemgen.training.dataset import Reading
from poemgen.training.job import FILL_RATE, FILL_WINDOW, Corpora, Job, check_stages_together, prepared, timed
from poemgen.training.plan import Wishes, continued_rate, useful_steps
from poemgen.workers import workers

POEMS = ["".join(random.Random(number).choices("moonreed \n", k=120)) + "\n" for number in range(40)]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "poems.txt"
    path.write_text("%\n".join(POEMS))
    return path


def small(corpus: Path, *validation: Path, fraction: float | None = None) -> Job:
    wishes = Wishes(units=4, batch=4, window=8)
    corpora = Corpora((str(corpus),), tuple(map(str, validation)))
    return prepared(corpora, Reading(fraction=fraction), wishes, None, half=False)


@pytest.mark.parametrize(
    ("fraction", "while_useful", "capped"), [(0.1, True, True), (0.1, False, False), (0, True, False)]
)
def test_only_default_minutes_with_a_test_end_where_more_is_useless(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, fraction: float, while_useful: bool, capped: bool
) -> None:
    monkeypatch.setattr(jobs, "steps_in", lambda *_: 10**6)
    job = small(corpus, fraction=fraction)
    with workers(1) as pool:
        steps = timed(job, 600, pool, while_useful=while_useful).run.recipe.steps
    assert steps == (useful_steps(job.run) if capped else 10**6)


def test_held_out_poems_of_their_own_are_split_by_a_rule_of_their_own(corpus: Path, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / f"{number}.txt").write_text(POEMS[number])
    dataset = small(tmp_path / "folder", corpus).dataset
    assert (dataset.reading.split, dataset.reading.validation_split) == ("file", "percent")
    assert dataset.validation is not None
    assert dataset.validation.poems == 40


# ---- what fills gaps


def both(corpus: Path, *, fill: bool = False, backward_units: int = 4) -> PoemModel:
    """A model to go on from, with two networks of random weights, and perhaps one that fills gaps."""
    vocabulary, rng = small(corpus).dataset.train.vocabulary, np.random.default_rng(0)
    config = Config("rnn", 1, 4, len(vocabulary))
    other = replace(config, units=backward_units)
    left, right = initial(config, rng), Network(other, initial(other, rng))
    filler = Filler(config, filling.initial(config, 3, rng)) if fill else None
    return PoemModel(config, left, vocabulary, {FILL: {"step": 1}}, backward=right, fill=filler)


def only(stage: str, corpus: Path, base: PoemModel, **wishes: Any) -> Job:
    return prepared(Corpora((str(corpus),), ()), Reading(), Wishes(**wishes), base, False, (stage,))


@pytest.mark.parametrize("fill", [False, True])
def test_gaps_are_learned_in_long_windows_with_as_many_characters_a_step(corpus: Path, fill: bool) -> None:
    base = both(corpus, fill=fill)
    own, recipe = (only(stage, corpus, base).run.recipe for stage in (FORWARD, FILL))
    assert recipe.window == FILL_WINDOW > own.window
    assert recipe.batch == own.batch * own.window // FILL_WINDOW
    assert recipe.learning_rate == (continued_rate(recipe.batch, recipe.window) if fill else FILL_RATE)
    asked = only(FILL, corpus, base, batch=3, window=50, learning_rate=0.25).run.recipe
    assert (asked.batch, asked.window, asked.learning_rate) == (3, 50, 0.25)


def test_too_many_processes_for_a_later_stage_are_refused_before_the_first(corpus: Path) -> None:
    stages = (FORWARD, BACKWARD, FILL)
    job = prepared(Corpora((str(corpus),), ()), Reading(), Wishes(batch=5, window=8), None, False, stages)
    check_stages_together(job, 1)
    with pytest.raises(UsageError, match="2 processes cannot share 1 streams"):
        check_stages_together(job, 2)
    check_stages_together(replace(job, later=(BACKWARD,)), 2)


def test_what_only_one_process_would_have_is_no_beginning_for_all(corpus: Path) -> None:
    job = small(corpus)
    matching = replace(job, run=replace(job.run, recipe=replace(job.run.recipe, match_lengths=True)))
    check_stages_together(matching, 2)
    check_stages_together(replace(matching, later=(BACKWARD,)), 1)
    with pytest.raises(UsageError, match=r"--match-lengths with several networks is for one process"):
        check_stages_together(replace(matching, later=(BACKWARD,)), 2)


def test_gaps_are_learned_from_where_they_were_left(corpus: Path) -> None:
    base = both(corpus, fill=True)
    assert base.fill is not None
    assert np.array_equal(only(FILL, corpus, base).progress.model.flat, base.fill.parameters.flat)
    first: Any = only(FILL, corpus, both(corpus)).progress.model
    assert np.array_equal(first.joint.W_y[:4], base.parameters.W_y)


def test_what_has_learned_before_is_looked_at_before_the_first_step(corpus: Path) -> None:
    assert not small(corpus).run.recipe.validates_start
    base = both(corpus)
    assert all(only(stage, corpus, base).run.recipe.validates_start for stage in (FORWARD, BACKWARD, FILL))
    assert not only(BACKWARD, corpus, replace(base, backward=None)).run.recipe.validates_start


def test_every_run_of_a_network_has_random_numbers_of_its_own(corpus: Path) -> None:
    first, second = (replace(both(corpus, fill=True), sha256=letter * 64) for letter in "ab")
    for stage in (FORWARD, BACKWARD, FILL):
        begun, again, later = (only(stage, corpus, base, rng_seed=5) for base in (first, first, second))
        assert begun.run.recipe.seed == again.run.recipe.seed != later.run.recipe.seed
        assert np.array_equal(begun.dataset.train.ids, later.dataset.train.ids)  # the same poems are held out
    seeds = {only(FORWARD, corpus, first, rng_seed=seed).run.recipe.seed for seed in range(3)}
    assert len(seeds) == 3


def test_a_limit_of_poems_makes_the_ring_smaller_and_an_epoch_shorter(corpus: Path) -> None:
    whole, short = (
        prepared(Corpora((str(corpus),), ()), Reading(), Wishes(epochs=1, poem_limit=limit), None, False)
        for limit in (None, 30)
    )
    assert short.run.corpus.size == 30 * short.dataset.train.poems < whole.run.corpus.size
    assert short.run.recipe.poem_limit == 30
    assert short.run.recipe.steps < whole.run.recipe.steps


def test_what_fills_gaps_stays_when_another_network_is_about_to_change(corpus: Path) -> None:
    base = both(corpus, fill=True)
    assert base.fill is not None
    for stage in (FORWARD, BACKWARD):
        rest = only(stage, corpus, base, units=7).rest
        assert rest is not None and rest.fill is not None
        assert np.array_equal(rest.fill.parameters.flat, base.fill.parameters.flat)
        assert rest.summary[FILL] == base.summary[FILL]


def test_one_network_cannot_be_joined_which_is_said_before_any_is_trained(corpus: Path) -> None:
    one = replace(both(corpus), backward=None)
    with pytest.raises(PoemgenError, match=r"there is nothing to join; train it with --fill"):
        only(FILL, corpus, one)
    for fill in (False, True):
        with pytest.raises(UsageError, match="leave out --units"):
            only(FILL, corpus, both(corpus, fill=fill), units=6)
    alone = replace(both(corpus, fill=True), backward=None)
    assert only(FILL, corpus, alone).run.config == alone.config
    prepared(Corpora((str(corpus),), ()), Reading(), Wishes(), one, False, (FORWARD, BACKWARD, FILL))


def test_networks_of_unlike_size_are_joined_and_stay_as_large_as_they_are(corpus: Path) -> None:
    unlike = both(corpus, backward_units=5)
    model: Any = only(FILL, corpus, unlike).progress.model
    assert model.joint.W_v.shape == (5, 4)
    for stage, units in ((FORWARD, 4), (BACKWARD, 5), (FILL, 4)):
        job = only(stage, corpus, unlike)
        assert job.run.config.units == units
        assert job.rest is not None
        assert job.rest.backward is not None
        assert (job.rest.config.units, job.rest.backward.config.units) == (4, 5)
    assert only(BACKWARD, corpus, unlike, units=7).run.config.units == 7
    with pytest.raises(UsageError, match="--units 4 is less than the 5 of --from"):
        only(BACKWARD, corpus, unlike, units=4)
    later = prepared(Corpora((str(corpus),), ()), Reading(), Wishes(units=6), unlike, False, (FORWARD, BACKWARD, FILL))
    assert later.rest is not None
    assert later.rest.backward is not None
    assert later.rest.backward.config.units == 6
