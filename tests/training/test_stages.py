"""Stages: each network has its own text and its own task, and they come together in one model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from poemgen import filling
from poemgen.errors import PoemgenError
from poemgen.filling import Bidirectional, Filler
from poemgen.model import Config, Network, initial
from poemgen.storage import BACKWARD, FILL, FORWARD, PoemModel
from poemgen.text.word_lists import WordLists, word_lists
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.gaps import Filling
from poemgen.training.stages import (
    as_kept,
    check_size,
    dataset_of,
    earlier_runs,
    in_vocabulary,
    joined,
    stages,
    start_of,
    summary_of,
    task_of,
)
from poemgen.training.task import FORETELLING

POEMS = ["lamp by the door\nreeds on the shore", "a moon\n\nover it"]
RNG = np.random.default_rng(0)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    (tmp_path / "poems.txt").write_text("\n%\n".join(POEMS) + "\n")
    return read_dataset([tmp_path / "poems.txt"], Reading(fraction=0, min_count=1))


def random_filler(config: Config) -> Filler:
    flat = RNG.standard_normal(filling.parameter_count(config, 3)).astype(np.float32)
    return Filler(config, filling.parameters(config, flat))


def model_of(dataset: Dataset, *others: str) -> PoemModel:
    vocabulary = dataset.train.vocabulary
    config = Config("lstm", 1, 4, len(vocabulary))
    model = PoemModel(config, initial(config, RNG), vocabulary, {"step": 1} | {other: {"step": 2} for other in others})
    if BACKWARD in others:
        model = replace(model, backward=Network(config, initial(config, RNG)))
    if FILL in others:
        model = replace(model, fill=random_filler(config))
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


def test_two_stages_foretell_and_one_fills_gaps(dataset: Dataset) -> None:
    vocabulary = dataset.train.vocabulary
    assert task_of(FORWARD, vocabulary) is task_of(BACKWARD, vocabulary) is FORETELLING
    task = task_of(FILL, vocabulary, 7)
    assert isinstance(task, Filling)
    assert (task.right, task.no_character) == (7, len(vocabulary))


def test_a_stage_begins_with_what_the_model_has_of_it(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD, FILL)
    assert model.backward is not None and model.fill is not None
    assert start_of(FORWARD, model, RNG) is model.parameters
    assert start_of(BACKWARD, model, RNG) is model.backward.parameters
    assert start_of(FILL, model, RNG) is model.fill.parameters
    assert start_of(BACKWARD, model_of(dataset), RNG) is start_of(FILL, model_of(dataset), RNG) is None


def test_what_fills_gaps_begins_as_the_two_other_networks(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD)
    assert model.backward is not None
    start = start_of(FILL, model, np.random.default_rng(5))
    expected = filling.between(Network(model.config, model.parameters), model.backward, np.random.default_rng(5))
    assert np.array_equal(start.flat, expected.flat)
    other = replace(model.config, cell="gru")
    with pytest.raises(PoemgenError, match="unlike cells or depths"):
        start_of(FILL, replace(model, backward=Network(other, initial(other, RNG))), RNG)


def parameters_of(stage: str, model: PoemModel) -> Any:
    return start_of(stage, model, RNG)


@pytest.mark.parametrize("stage", [FORWARD, BACKWARD, FILL])
def test_what_is_not_in_training_stays_as_it_is(dataset: Dataset, stage: str) -> None:
    rest, lists = model_of(dataset, BACKWARD, FILL), WordLists(b"moon", b"moon")
    parameters = parameters_of(stage, model_of(dataset, BACKWARD, FILL))
    trained = PoemModel(rest.config, parameters, rest.vocabulary, {"step": 9})
    whole = joined(stage, trained, rest, lists)
    assert summary_of(stage, whole)["step"] == 9
    for other in (FORWARD, BACKWARD, FILL):
        assert parameters_of(other, whole) is (parameters if other == stage else parameters_of(other, rest))
        if other != stage:
            assert summary_of(other, whole)["step"] == summary_of(other, rest)["step"]
    assert whole.word_lists == (lists if stage == FORWARD else rest.word_lists)


def test_a_summary_tells_of_the_runs_before_the_last_ones_alone(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD, FILL)
    assert earlier_runs(FORWARD, model) == {"earlier": [{"step": 1}]}
    assert earlier_runs(FILL, model) == {"earlier": [{"step": 2}]}
    assert earlier_runs(FILL, model_of(dataset)) == earlier_runs(FORWARD, replace(model, summary={})) == {}
    assert earlier_runs(FORWARD, replace(model, summary={"step": 3, "earlier": 7})) == {"earlier": [{"step": 3}]}
    for step in range(20):
        model = replace(model, summary={"step": step, **earlier_runs(FORWARD, model)})
    assert model.summary["earlier"] == [{"step": step} for step in range(11, 19)]


def test_a_later_network_without_the_first_is_a_mistake(dataset: Dataset) -> None:
    with pytest.raises(ValueError, match="comes after another"):
        joined(BACKWARD, model_of(dataset), None, WordLists())


def test_all_networks_move_into_a_larger_vocabulary(dataset: Dataset, tmp_path: Path) -> None:
    base = model_of(dataset, BACKWARD, FILL)
    (tmp_path / "new.txt").write_text("zwölf züge, zwölf züge")
    larger = read_dataset([tmp_path / "new.txt"], Reading(fraction=0), vocabulary=base.vocabulary, extend=True)
    model = in_vocabulary(base, larger, word_lists(larger.train))
    assert model.backward and model.fill and base.backward and base.fill
    joint, before = model.fill.parameters.joint, base.fill.parameters.joint
    sizes = {model.config.vocabulary, model.backward.config.vocabulary, model.fill.config.vocabulary, len(joint.b_y)}
    assert sizes == {len(larger.train.vocabulary)}
    new_ids = base.vocabulary.ids_in(model.vocabulary)
    assert np.array_equal(model.backward.parameters.layers[0].W[:, new_ids], base.backward.parameters.layers[0].W)
    assert np.array_equal(joint.W_y[:, new_ids], before.W_y)
    assert np.array_equal(joint.W_m, before.W_m)


@pytest.mark.parametrize("stage", [FORWARD, BACKWARD, FILL])
def test_the_networks_that_are_kept_are_as_a_file_of_half_precision_gives_them(dataset: Dataset, stage: str) -> None:
    base = model_of(dataset, BACKWARD, FILL)
    model = as_kept(base, stage, half=True)
    assert base.backward and base.fill and model.backward and model.fill
    pairs: dict[str, tuple[Any, Any]] = {
        FORWARD: (model.parameters, base.parameters),
        BACKWARD: (model.backward.parameters, base.backward.parameters),
        FILL: (model.fill.parameters, base.fill.parameters),
    }
    trained, given = pairs.pop(stage)
    assert trained is given
    for kept, given in pairs.values():
        assert np.array_equal(kept.flat, given.flat.astype(np.float16))
        outputs = kept.joint if isinstance(kept, Bidirectional) else kept
        assert all(np.shares_memory(view, kept.flat) for view in (outputs.W_y, outputs.b_y))


def test_networks_that_are_too_large_together_are_refused(dataset: Dataset) -> None:
    config = Config("lstm", 3, 2000, 100)
    check_size(config, (FORWARD,), None)
    with pytest.raises(PoemgenError, match=r"the networks have [\d,]+ parameters, more than 120,000,000; use fewer"):
        check_size(config, (FORWARD, BACKWARD), None)
    with pytest.raises(PoemgenError, match="use fewer"):
        check_size(replace(config, units=1200), (FORWARD, BACKWARD, FILL), None)
    kept = replace(model_of(dataset), config=config)
    check_size(replace(config, units=8), (BACKWARD,), kept)
    with pytest.raises(PoemgenError, match="use fewer"):
        check_size(config, (BACKWARD,), kept)
    smaller = Network(replace(config, units=8), initial(replace(config, units=8), RNG))
    check_size(config, (FORWARD, BACKWARD), replace(kept, backward=smaller))
