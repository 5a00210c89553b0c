"""Stages: each network has its own text and its own task, and they come together in one model."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from poemgen import filling
from poemgen.model import Config, Network, initial
from poemgen.storage import BACKWARD, FILL, FORWARD, PoemModel
from poemgen.text.word_lists import WordLists, word_lists
from poemgen.training.dataset import Dataset, Reading, read_dataset
from poemgen.training.gaps import Filling
from poemgen.training.stages import (
    dataset_of,
    in_vocabulary,
    joined,
    network_of,
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


def model_of(dataset: Dataset, *others: str) -> PoemModel:
    vocabulary = dataset.train.vocabulary
    config = Config("lstm", 1, 4, len(vocabulary))
    model = PoemModel(config, initial(config, RNG), vocabulary, {"step": 1} | {other: {"step": 2} for other in others})
    if BACKWARD in others:
        model = replace(model, backward=Network(config, initial(config, RNG)))
    if FILL in others:
        model = replace(model, fill=Network(config, filling.initial(config, RNG)))
    return model


def test_the_order_of_networks() -> None:
    assert stages(both=False, fill=False) == (FORWARD,)
    assert stages(both=True, fill=True) == (FORWARD, BACKWARD, FILL)


def test_the_backward_network_reads_reversed_lines_and_the_others_plain_ones(dataset: Dataset) -> None:
    def text(stage_dataset: Dataset) -> str:
        return stage_dataset.train.vocabulary.decode(stage_dataset.train.ids)

    plain = text(dataset)
    turned = dataset_of(BACKWARD, dataset)
    assert text(turned) == "<EOS>".join("\n".join(line[::-1] for line in poem.split("\n")) for poem in POEMS) + "<EOS>"
    assert text(dataset_of(FILL, turned, BACKWARD)) == plain
    assert text(dataset_of(FILL, dataset, FORWARD)) == plain


def test_tasks(dataset: Dataset) -> None:
    vocabulary = dataset.train.vocabulary
    assert task_of(FORWARD, vocabulary) is task_of(BACKWARD, vocabulary) is FORETELLING
    assert isinstance(task_of(FILL, vocabulary), Filling)


def test_a_network_that_fills_begins_with_what_the_others_know(dataset: Dataset) -> None:
    model = model_of(dataset, BACKWARD)
    assert model.backward is not None
    start = start_of(FILL, model)
    assert start is not None
    for layer, source in zip(start.parameters.layers, (model.parameters, model.backward.parameters), strict=True):
        assert np.array_equal(layer.U, source.layers[0].U)
    assert start_of(BACKWARD, model_of(dataset)) is None
    trained = model_of(dataset, FILL)
    assert start_of(FILL, trained) is trained.fill


@pytest.mark.parametrize("stage", [FORWARD, BACKWARD, FILL])
def test_what_is_not_in_training_stays_as_it_is(dataset: Dataset, stage: str) -> None:
    rest, lists = model_of(dataset, BACKWARD, FILL), WordLists(b"moon", b"moon")
    network = network_of(stage, model_of(dataset, BACKWARD, FILL))
    assert network is not None
    trained = PoemModel(*network, rest.vocabulary, {"step": 9})
    whole = joined(stage, trained, rest, lists)
    assert summary_of(stage, whole)["step"] == 9
    for other in (FORWARD, BACKWARD, FILL):
        expected, found = (network if other == stage else network_of(other, rest)), network_of(other, whole)
        assert found is not None and expected is not None
        assert found.parameters is expected.parameters
        if other != stage:
            assert summary_of(other, whole)["step"] == summary_of(other, rest)["step"]


def test_a_later_network_without_the_first_is_a_mistake(dataset: Dataset) -> None:
    with pytest.raises(ValueError, match="comes after another"):
        joined(BACKWARD, model_of(dataset), None, WordLists())


def test_all_networks_move_into_a_larger_vocabulary(dataset: Dataset, tmp_path: Path) -> None:
    base = model_of(dataset, BACKWARD, FILL)
    (tmp_path / "new.txt").write_text("zwölf züge, zwölf züge")
    larger = read_dataset([tmp_path / "new.txt"], Reading(fraction=0), vocabulary=base.vocabulary, extend=True)
    model = in_vocabulary(base, larger, word_lists(larger.train))
    assert model.backward is not None and model.fill is not None and base.fill is not None
    sizes = {model.config.vocabulary, model.backward.config.vocabulary, model.fill.config.vocabulary}
    assert sizes == {len(larger.train.vocabulary)}
    new_ids = base.vocabulary.ids_in(model.vocabulary)
    for new, old in zip(model.fill.parameters.layers, base.fill.parameters.layers, strict=True):
        assert np.array_equal(new.W[:, new_ids], old.W)
    assert np.array_equal(model.fill.parameters.W_y[:, new_ids], base.fill.parameters.W_y)
