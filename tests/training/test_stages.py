"""Stages: each network has its own text and its own task, and they come together in one model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poemgen import filling
from poemgen.errors import PoemgenError
from poemgen.filling import Joint
from poemgen.model import Config, Network, initial
from poemgen.storage import BACKWARD, FILL, FORWARD, PoemModel
from poemgen.text.tokenizer import Vocabulary
from poemgen.text.word_lists import WordLists, word_lists
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.gaps import Filling
from poemgen.training.stages import (
    as_kept,
    check_size,
    dataset_of,
    fits,
    in_vocabulary,
    joined,
    stages,
    start_of,
    summary_of,
    task_of,
    without_fill,
)
from poemgen.training.task import FORETELLING

POEMS = ["lamp by the door\nreeds on the shore", "a moon\n\nover it"]
RNG = np.random.default_rng(0)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    (tmp_path / "poems.txt").write_text("\n%\n".join(POEMS) + "\n")
    return read_dataset([tmp_path / "poems.txt"], Reading(fraction=0, min_count=1))


def random_joint(config: Config) -> Joint:
    flat = RNG.standard_normal(filling.parameter_count(config)).astype(np.float32)
    return filling.parameters(config, flat)


def model_of(dataset: Dataset, *others: str) -> PoemModel:
    vocabulary = dataset.train.vocabulary
    config = Config("lstm", 1, 4, len(vocabulary))
    model = PoemModel(config, initial(config, RNG), vocabulary, {"step": 1} | {other: {"step": 2} for other in others})
    if BACKWARD in others:
        model = replace(model, backward=Network(config, initial(config, RNG)))
    if FILL in others:
        model = replace(model, fill=random_joint(config))
    return model


def test_the_order_of_networks() -> None:
    assert stages(both=False, fill=False) == (FORWARD,)
    assert stages(both=True, fill=False) == (FORWARD, BACKWARD)
    assert stages(both=True, fill=True) == stages(both=False, fill=True) == (FORWARD, BACKWARD, FILL)
    for stage in (FORWARD, BACKWARD, FILL):
        assert stages(both=False, fill=False, only=stage) == (stage,)


def test_the_backward_network_reads_reversed_lines_and_the_others_plain_ones(dataset: Dataset) -> None:
    def text(stage_dataset: Dataset) -> str:
        return stage_dataset.train.vocabulary.decode(stage_dataset.train.ids)

    plain = text(dataset)
    turned = dataset_of(BACKWARD, dataset)
    assert text(turned) == "<EOS>".join("\n".join(line[::-1] for line in poem.split("\n")) for poem in POEMS) + "<EOS>"
    assert text(dataset_of(FILL, turned, BACKWARD)) == plain
    assert text(dataset_of(FILL, dataset, FORWARD)) == plain


def test_gaps_are_learned_between_the_two_other_networks(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD)
    assert task_of(FORWARD, model.vocabulary, None) is task_of(BACKWARD, model.vocabulary, None) is FORETELLING
    task = task_of(FILL, model.vocabulary, model)
    assert isinstance(task, Filling)
    assert (task.left, task.right) == (Network(model.config, model.parameters), model.backward)
    for others in (None, model_of(dataset)):
        with pytest.raises(ValueError, match="after the two networks that it joins"):
            task_of(FILL, model.vocabulary, others)


def test_a_stage_begins_with_what_the_model_has_of_it(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD, FILL)
    assert model.backward is not None
    assert start_of(FORWARD, model) is model.parameters
    assert start_of(BACKWARD, model) is model.backward.parameters
    assert start_of(FILL, model) is model.fill
    assert start_of(BACKWARD, model_of(dataset)) is start_of(FILL, model_of(dataset, BACKWARD)) is None


@pytest.mark.parametrize("stage", [FORWARD, BACKWARD, FILL])
def test_what_is_not_in_training_stays_as_it_is(dataset: Dataset, stage: str) -> None:
    rest, lists = model_of(dataset, BACKWARD, FILL), WordLists(b"moon", b"moon")
    parameters: Any = start_of(stage, model_of(dataset, BACKWARD, FILL))
    trained = PoemModel(rest.config, parameters, rest.vocabulary, {"step": 9})
    whole = joined(stage, trained, rest, lists)
    assert summary_of(stage, whole)["step"] == 9
    for other in (FORWARD, BACKWARD, FILL):
        assert start_of(other, whole) is (parameters if other == stage else start_of(other, rest))
        if other != stage:
            assert summary_of(other, whole)["step"] == summary_of(other, rest)["step"]
    assert whole.word_lists == (lists if stage == FORWARD else rest.word_lists)


def test_what_joined_networks_that_change_goes_and_nothing_else(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD, FILL)
    left = without_fill(model)
    assert left.fill is None
    assert left.summary == {"step": 1, BACKWARD: {"step": 2}}
    assert (left.parameters, left.backward) == (model.parameters, model.backward)
    assert model.fill is not None and FILL in model.summary  # the one given is as it was


def test_a_later_network_without_the_first_is_a_mistake(dataset: Dataset) -> None:
    with pytest.raises(ValueError, match="comes after another"):
        joined(BACKWARD, model_of(dataset), None, WordLists())


def test_all_networks_move_into_a_larger_vocabulary(dataset: Dataset, tmp_path: Path) -> None:
    base = model_of(dataset, BACKWARD, FILL)
    (tmp_path / "new.txt").write_text("zwölf züge, zwölf züge")
    larger = read_dataset([tmp_path / "new.txt"], Reading(fraction=0), vocabulary=base.vocabulary, extend=True)
    model = in_vocabulary(base, larger, word_lists(larger.train))
    assert model.backward and model.fill and base.backward and base.fill
    sizes = {model.config.vocabulary, model.backward.config.vocabulary, len(model.fill.b_y)}
    assert sizes == {len(larger.train.vocabulary)}
    new_ids = base.vocabulary.ids_in(model.vocabulary)
    assert np.array_equal(model.backward.parameters.layers[0].W[:, new_ids], base.backward.parameters.layers[0].W)
    assert np.array_equal(model.fill.W_y[:, new_ids], base.fill.W_y)
    assert np.array_equal(model.fill.W_m, base.fill.W_m)


@pytest.mark.parametrize("stage", [FORWARD, BACKWARD, FILL])
def test_the_networks_that_are_kept_are_as_a_file_of_half_precision_gives_them(dataset: Dataset, stage: str) -> None:
    base = model_of(dataset, BACKWARD, FILL)
    model = as_kept(base, stage, half=True)
    assert base.backward and base.fill and model.backward and model.fill
    pairs: dict[str, tuple[Any, Any]] = {
        FORWARD: (model.parameters, base.parameters),
        BACKWARD: (model.backward.parameters, base.backward.parameters),
        FILL: (model.fill, base.fill),
    }
    trained, _ = pairs.pop(stage)
    assert trained is {FORWARD: base.parameters, BACKWARD: base.backward.parameters, FILL: base.fill}[stage]
    for kept, given in pairs.values():
        assert np.array_equal(kept.flat, given.flat.astype(np.float16))
        assert all(np.shares_memory(view, kept.flat) for view in (kept.W_y, kept.b_y))


def test_a_model_that_is_not_that_of_the_run_does_not_fit(dataset: Dataset) -> None:
    both, alone = model_of(dataset, BACKWARD), model_of(dataset)
    other = replace(both, vocabulary=Vocabulary("xyz"))
    joint, unlike = random_joint(both.config), filling.zeros(both.config, right=5)
    assert fits(FILL, both.config, joint, both.vocabulary, both)
    assert not fits(FILL, both.config, joint, both.vocabulary, alone)
    assert not fits(FILL, both.config, unlike, both.vocabulary, both)
    assert not fits(FILL, replace(both.config, units=9), joint, both.vocabulary, both)
    assert fits(BACKWARD, both.config, both.parameters, both.vocabulary, alone)
    assert not fits(BACKWARD, both.config, both.parameters, both.vocabulary, other)


def test_networks_that_are_too_large_together_are_refused(dataset: Dataset) -> None:
    config = Config("lstm", 3, 2000, 100)
    check_size(config, (FORWARD, FILL), None)
    with pytest.raises(PoemgenError, match=r"the networks have [\d,]+ parameters, more than 120,000,000; use fewer"):
        check_size(config, (FORWARD, BACKWARD, FILL), None)
    kept = replace(model_of(dataset), config=config)
    check_size(replace(config, units=8), (BACKWARD,), kept)
    with pytest.raises(PoemgenError, match="use fewer"):
        check_size(config, (BACKWARD,), kept)
    smaller = Network(replace(config, units=8), initial(replace(config, units=8), RNG))
    check_size(config, (FORWARD, BACKWARD, FILL), replace(kept, backward=smaller))
